"""The review: cards that are worth an answer, never twice, and what an answer teaches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge_assistant.domain import SENSITIVE_TOPICS
from edge_assistant.feedback.review import (
    TOO_ALIKE,
    Answer,
    Card,
    Wordings,
    asked_for_like,
    asks_for_like,
    card_key,
    cards,
    learn,
    shelf_cards,
    wordings_of,
)
from edge_assistant.learning import prior
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner

KINDS = ("idea", "moment", "wording")


def wordings(learner: Learner) -> Wordings:
    return wordings_of(Assistant(learner))


def of_kind(found: list[Card], kind: str) -> Card:
    return next(card for card in found if card.kind == kind)


def belief(learner: Learner, card: Card) -> float:
    """The chance of a yes, by the present beliefs."""
    if card.kind == "moment":
        return learner.trigger.timing.chance(learner.moment(card.context))
    if card.kind == "idea":
        return learner.ranker.chance_of_idea(learner.sight(card.context), card.idea)[0]
    first, second = (learner.styles.chance(text, ()) for text in card.texts)
    return first - second


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 8, 12])
def test_no_more_cards_than_were_asked_for(count: int, learner, live) -> None:
    seen = live(learner)
    assert len(cards(learner, seen, count, wordings(learner))) == count
    assert cards(learner, [], count) == []


def test_a_review_asks_about_ideas_moments_and_one_choice_of_words(learner, live) -> None:
    found = cards(learner, live(learner), 8, wordings(learner))
    assert [sum(card.kind == kind for card in found) for kind in KINDS] == [4, 3, 1]
    without = cards(learner, live(learner), 8)
    assert [sum(card.kind == kind for card in without) for kind in KINDS] == [5, 3, 0]


def test_nobody_whose_style_is_known_is_asked_about_words(learner, live) -> None:
    seen = live(learner)
    learner.styles.belief = np.where(np.arange(len(learner.styles.belief)) == 5, 1.0, 0.0)
    assert all(card.kind != "wording" for card in cards(learner, seen, 8, wordings(learner)))


def test_cards_of_a_day_are_about_different_things(learner, live) -> None:
    seen = live(learner)
    found = cards(learner, seen, 8, wordings(learner))
    vectors = learner.features.idea_vectors
    ideas = [card.idea for card in found if card.kind == "idea"]
    alike = vectors[ideas] @ vectors[ideas].T - np.eye(len(ideas))
    assert alike.max() < TOO_ALIKE
    moments = [card.context for card in found if card.kind == "moment"]
    assert len({moment.activity for moment in moments}) == len(moments)
    times = {sight.time for sight in seen}
    assert all(card.context.time in times for card in found), "all are about moments of today"
    first, second = of_kind(found, "wording").texts
    assert first != second


@pytest.mark.parametrize("answer", ["yes", "no", "skip"])
def test_nothing_is_asked_twice(answer: Answer, learner, live) -> None:
    asked: list[str] = []
    for number in range(5):
        found = cards(learner, live(learner, number), 8, wordings(learner))
        assert found
        for card in found:
            asked.append(card_key(card, learner))
            learn(learner, card, answer)
    assert len(set(asked)) == len(asked)
    again = Learner(prior.load(), learner.features)
    again.set_arrays(learner.get_arrays())
    again.set_state(learner.get_state())
    later = cards(again, live(again, 5), 8, wordings(again))
    assert not {card_key(card, again) for card in later} & set(asked)


def test_an_idea_that_was_judged_or_rests_is_not_asked_about(learner, live) -> None:
    seen = live(learner)
    first = of_kind(cards(learner, seen, 8), "idea")
    learner.history.say(seen[-1].time, learner.features.base.ideas[first.idea].id, requested=False)
    assert all(card.idea != first.idea for card in cards(learner, seen, 8) if card.kind == "idea")
    other = of_kind(cards(learner, seen, 8), "idea")
    learner.ranker.learn(
        other.idea, learner.ranker.chance_of_idea(learner.sight(other.context), other.idea)[1], 0.9, 0.2
    )
    assert all(card.idea != other.idea for card in cards(learner, seen, 8) if card.kind == "idea")


def test_topics_that_are_probably_unwanted_are_no_cards(learner, live) -> None:
    seen = live(learner)
    learner.styles.topics = np.full(len(SENSITIVE_TOPICS), 0.9)
    base = learner.features.base
    assert all(not base.ideas[card.idea].topics for card in cards(learner, seen, 12) if card.kind == "idea")


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_moves_the_belief_in_its_direction(kind: str, features, live) -> None:
    moved = {}
    for answer in ("yes", "no"):
        learner = Learner(prior.load(), features)
        card = of_kind(cards(learner, live(learner), 8, wordings(learner)), kind)
        before = belief(learner, card)
        learn(learner, card, answer)
        moved[answer] = belief(learner, card) - before
    assert moved["no"] < 0 < moved["yes"]


def test_the_believed_chance_stands_on_the_card(learner, live) -> None:
    for card in cards(learner, live(learner), 8):
        assert card.chance == pytest.approx(belief(learner, card), abs=1e-6)


def test_a_skipped_card_teaches_only_that_it_was_asked(learner, live) -> None:
    found = cards(learner, live(learner), 8, wordings(learner))
    before = {name: array.copy() for name, array in learner.get_arrays().items()}
    state = {name: value for name, value in learner.get_state().items() if name != "asked"}
    for card in found:
        learn(learner, card, "skip")
    assert all(np.array_equal(array, before[name]) for name, array in learner.get_arrays().items())
    assert {name: value for name, value in learner.get_state().items() if name != "asked"} == state
    assert learner.asked == {card_key(card, learner) for card in found}


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_of_somebody_careless_moves_less(kind: str, features, live) -> None:
    moved = []
    for wrong in (0.02, 0.4):
        learner = Learner(prior.load(), features)
        card = of_kind(cards(learner, live(learner), 8, wordings(learner)), kind)
        belief_of_slips = np.where(np.isclose(np.array([0.02, 0.08, 0.15, 0.25, 0.4]), wrong), 1.0, 0.0)
        learner.card_model.belief = belief_of_slips
        before = belief(learner, card)
        learn(learner, card, "yes")
        moved.append(belief(learner, card) - before)
    assert 0 < moved[1] < 0.5 * moved[0]


def test_answers_that_contradict_what_is_known_make_the_person_look_careless(learner, live) -> None:
    card = of_kind(cards(learner, live(learner), 8), "moment")
    start = learner.card_model.slip()
    for _ in range(6):
        learn(learner, card, "yes")
    assert learner.card_model.slip() < start
    sure = learner.card_model.slip()
    learn(learner, card, "no")
    assert learner.card_model.slip() > sure


def test_a_learner_that_never_learns_only_notes_what_was_asked(features, live) -> None:
    learner = Learner(prior.load(), features, frozen=True)
    found = cards(learner, live(learner), 8, wordings(learner))
    before = {name: array.copy() for name, array in learner.get_arrays().items()}
    for card in found:
        learn(learner, card, "no")
    assert all(np.array_equal(array, before[name]) for name, array in learner.get_arrays().items())
    assert len(learner.asked) == len(found)


def test_three_different_ideas_lie_on_the_shelf_and_none_that_was_just_heard(learner, live) -> None:
    seen = live(learner)
    context = cards(learner, seen, 8)[0].context
    shelf = shelf_cards(learner, context)
    vectors = learner.features.idea_vectors
    assert len(shelf) == 3
    assert all(vectors[a.idea] @ vectors[b.idea] < TOO_ALIKE for a in shelf for b in shelf if a is not b)
    assert {card.kind for card in shelf} == {"idea"}
    learner.history.say(context.time, learner.features.base.ideas[shelf[0].idea].id, requested=False)
    again = shelf_cards(learner, replace(context))
    assert shelf[0].idea not in [card.idea for card in again]


def test_what_else_somebody_enjoys_is_asked_once_a_day_and_not_for_ever(learner, live) -> None:
    live(learner)
    assert asks_for_like(learner)
    asked_for_like(learner, told=True)
    assert not asks_for_like(learner), "once a day"
    for day in (2, 3):
        learner.history.days = day
        assert asks_for_like(learner)
        asked_for_like(learner, told=False)
    learner.history.days = 4
    assert not asks_for_like(learner), "who passes over it twice is left in peace"


def test_six_likes_are_enough(learner, live) -> None:
    live(learner)
    learner.stated.likes = {f"like {number}": learner.features.likeness("birds") for number in range(6)}
    assert not asks_for_like(learner)
