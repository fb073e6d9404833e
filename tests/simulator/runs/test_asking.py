"""What a simulated person is asked beside suggestions: setup, review and shelf, and what that is in the measures."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest

from edge_assistant.domain import Context, Style
from edge_assistant.feedback.review import card_key
from edge_assistant.feedback.setup import SetupAnswers, groups
from edge_assistant.learning import prior
from edge_assistant.loop.stranger import vague
from edge_assistant.storage.store import Store
from edge_assistant.things import met
from simulator.people.persona import packaged
from simulator.people.telling import DISLIKES, LIKES, dislikes, good_times, likes, things
from simulator.policies.learner_policy import LearnerPolicy
from simulator.policies.policies import Proposal, Silent
from simulator.runs.asking import Asking
from simulator.runs.household import PersonaSetup, household
from simulator.runs.living import live
from simulator.runs.metrics import measure
from simulator.world.answers import setup_answers
from simulator.world.constants import World
from simulator.world.life import live_day

SEED = 9
EVERYTHING = Asking("full", 8, True)


def answered(shop: PersonaSetup, asking: Asking, assistant: str = "learner", days: int = 2, store=None, **constants):
    """The records of some days, and the household, in a world with some constants of its own."""
    taste = copy.copy(shop.taste)
    taste.world = World(**{"review_done": 1.0, **constants})
    own = PersonaSetup(taste.persona, taste, shop.features, shop.voice)
    house = household(own, assistant, "reasons", SEED, prior.load("p01"), {}, store=store, asking=asking)
    records = []
    for number in range(1, days + 1):
        records.append(live(house, live_day(shop.persona, number, SEED)))
        house.policy.sleep()
    return records, house


# -- setup ------------------------------------------------------------------------------------------------------------


def test_what_is_answered_at_a_first_start_depends_on_what_is_asked(shop: PersonaSetup):
    def told(asking: Asking) -> SetupAnswers:
        return asking.answers(shop.taste, shop.features, SEED)

    full, words = told(Asking("full")), told(Asking("words"))
    assert told(Asking()) == SetupAnswers()
    assert words == SetupAnswers(likes=full.likes, dislikes=full.dislikes)
    assert full.picked and full.struck and full.per_day and len(full.wordings) + len(full.alike) == 4
    less = told(Asking("full", without=("picked", "likes", "idea")))
    assert (less.picked, less.likes, less.struck) == ((), (), full.struck)


def test_people_tell_what_a_stranger_would_hear():
    for person in packaged():
        assert likes(person) == person.interests[:LIKES]
        assert len(dislikes(person)) <= DISLIKES
        liked = {name for name, weight in person.preference.categories.items() if weight > 0}
        assert not {word for word in dislikes(person) if word in liked}


def test_people_tell_what_they_have():
    people = {person.id: set(things(person)) for person in packaged()}
    assert people["p01"] == {"cat", "balcony", "bird feeder", "partner", "household"}
    assert people["p13"] == {
        "dog", "garden", "car", "sibling", "instrument", "knitting", "bathtub", "fireplace",
    }  # fmt: skip
    assert people["p16"] == {"garden", "bathtub"}  # a widower whose son is grown
    with_dog = {name for name, has in people.items() if "dog" in has}
    assert with_dog == {"p05", "p09", "p13", "p20", "p32"}
    assert {name for name, has in people.items() if "cat" in has} == {"p01", "p30"}
    assert {name for name, has in people.items() if "bird" in has} == {"p07", "p22", "p25"}
    with_child = {name for name, has in people.items() if "child" in has}
    assert with_child == {"p02", "p10", "p12", "p14", "p17", "p18", "p19", "p22", "p24", "p26", "p27", "p29"}
    alone = {name for name, has in people.items() if "household" not in has}
    assert alone == {"p04", "p07", "p13", "p14", "p16", "p23", "p30", "p32"}
    assert all(
        ("garden" in has) == ("garden" in person.rooms) for person, has in zip(packaged(), people.values(), strict=True)
    )


def test_in_a_week_nothing_is_said_asked_or_shown_that_needs_what_is_not_there(shop: PersonaSetup):
    records, house = answered(shop, EVERYTHING, days=7)
    assert isinstance(house.policy, LearnerPolicy)
    learner = house.policy.assistant.learner
    ideas = learner.features.base.by_id
    said = {spoken.idea_id for record in records for spoken in record.log.spoken}
    asked = {card["idea"] for record in records for card in record.cards if card.get("idea")}
    assert len(said) > 7 and len(asked) > 7
    for name in said | asked:
        assert met(ideas[name].needs, learner.has), ideas[name].text
    assert not met(("dog",), learner.has) and met(("cat",), learner.has)


def test_answers_are_the_persons_own_with_a_little_carelessness(shop: PersonaSetup):
    answers = [setup_answers(shop.taste, shop.features, seed) for seed in range(12)]
    assert answers[0] == setup_answers(shop.taste, shop.features, 0)
    assert len({one.picked for one in answers}) > 1
    base, taste = shop.taste.base, shop.taste
    for one in answers:
        picked = [taste.static[base.index(idea)] for idea in one.picked]
        struck = [taste.static[base.index(idea)] for idea in one.struck if taste.allowed[base.index(idea)]]
        assert all(taste.allowed[base.index(idea)] for idea in one.picked)
        assert min(picked) > np.median(taste.static) > max(struck)
        examples = {base.ideas[index].id for group in groups(shop.features) for index in group}
        assert {*one.picked, *one.struck} <= examples
        assert not {*one.picked} & {*one.struck}
    named = [one.per_day for one in answers]
    assert {one.repeat_days for one in answers} == {7}, "what was heard this week bores them a little"
    assert sum("pause" in one.good_times for one in answers) >= 8, "most remember each"
    assert len({one.good_times for one in answers}) > 1, "somebody forgets one now and then"
    meant = set().union(*good_times(taste.persona, taste.world.window_shift))
    wrong = [len({*one.good_times, *one.bad_times} - meant) for one in answers]
    assert 0 < np.mean(wrong) < 4, "and marks one that is neither"
    assert not any(set(one.good_times) & set(one.bad_times) for one in answers)
    assert np.mean(named) == pytest.approx(taste.persona.frequency.daily_max, rel=0.3)


def test_the_first_persona_likes_it_short(shop: PersonaSetup):
    answers = setup_answers(shop.taste, shop.features, SEED)
    assert any(len(better) < len(worse) for better, worse in answers.wordings)


def test_the_setup_is_known_before_the_first_word(shop: PersonaSetup):
    (told,), house = answered(shop, Asking("full"), days=1)
    assert isinstance(house.policy, LearnerPolicy)
    learner = house.policy.assistant.learner
    assert list(learner.stated.likes) == list(likes(shop.persona))
    assert told.log.setup
    _, other = answered(shop, Asking(), days=1)
    assert isinstance(other.policy, LearnerPolicy)
    assert not other.policy.assistant.learner.stated.likes


# -- review -----------------------------------------------------------------------------------------------------------


def test_cards_are_answered_at_the_end_of_the_day_and_never_twice(shop: PersonaSetup):
    records, house = answered(shop, Asking("none", 8, False), days=3)
    cards = [[card for card in record.cards if card["kind"] != "like"] for record in records]
    assert [len(those) for those in cards] == [8, 8, 8]
    told = [(card["kind"], card["idea"]) for those in cards for card in those if card["kind"] == "idea"]
    assert len(set(told)) == len(told)
    assert {card["answer"] for those in cards for card in those} <= {"yes", "no"}
    assert isinstance(house.policy, LearnerPolicy)
    assert sum(not key.startswith("like") for key in house.policy.assistant.learner.asked) == 24


def test_a_review_ends_with_what_else_somebody_enjoys_until_all_is_told(shop: PersonaSetup):
    records, house = answered(shop, EVERYTHING, days=4)
    told = [card["answer"] for record in records for card in record.cards if card["kind"] == "like"]
    assert told == list(shop.persona.interests[LIKES:])
    assert isinstance(house.policy, LearnerPolicy)
    learner = house.policy.assistant.learner
    assert list(learner.stated.likes) == list(shop.persona.interests)
    assert sum(key.startswith("like passed over") for key in learner.asked) == 2
    assert not any(card["kind"] == "like" for card in answered(shop, Asking("full", 8, True, ("like",)))[0][0].cards)


def test_no_review_no_cards(shop: PersonaSetup):
    for asking, constants in ((Asking("none", 0), {}), (Asking("none", 8), {"review_done": 0.0})):
        records, house = answered(shop, asking, **constants)
        assert not any(record.cards for record in records)
        assert isinstance(house.policy, LearnerPolicy)
        assert not house.policy.assistant.learner.asked


@pytest.mark.parametrize("kind", ["idea", "moment", "wording"])
def test_a_sort_of_card_can_be_left_out(kind: str, shop: PersonaSetup):
    (record,), _ = answered(shop, Asking("none", 8, False, (kind,)), days=1)
    kinds = {card["kind"] for card in record.cards}
    assert kinds == {"idea", "moment", "wording", "like"} - {kind}


def test_what_was_asked_outlasts_a_restart(shop: PersonaSetup):
    with Store.open(":memory:") as store:
        _, house = answered(shop, EVERYTHING, store=store)
        assert isinstance(house.policy, LearnerPolicy)
        again = household(shop, "learner", "reasons", SEED, prior.load("p01"), store=store, asking=EVERYTHING)
        again.policy.set_state(house.policy.get_state())
        assert isinstance(again.policy, LearnerPolicy)
        first, second = house.policy.assistant.learner, again.policy.assistant.learner
        assert second.asked == first.asked
        assert second.get_state()["judged"] == first.get_state()["judged"]
        for name, array in first.get_arrays().items():
            assert np.array_equal(array, second.get_arrays()[name]), name
        day = live_day(shop.persona, 3, SEED)
        for policy in (house.policy, again.policy):
            for tick in range(0, len(day), 4):
                activity = day.activities[day.activity[tick]]
                policy.decide(tick, Context(day.time(tick), activity.text, activity.room, 5.0, tick * 2.5))
        cards = [
            [card_key(card, one) for card in policy.review(8)]
            for policy, one in ((house.policy, first), (again.policy, second))
        ]
        assert cards[0] == cards[1]


# -- shelf ------------------------------------------------------------------------------------------------------------


def test_whoever_looks_at_the_shelf_takes_the_first_that_pleases(shop: PersonaSetup):
    records, house = answered(shop, Asking("none", 0, True), glance_chance=1.0, review_slip=0.0)
    taken = [card for record in records for card in record.cards]
    assert taken
    assert {(card["kind"], card["answer"]) for card in taken} == {("shelf", "yes")}
    assert isinstance(house.policy, LearnerPolicy)
    assert house.policy.assistant.learner.ranker.judged


def test_no_shelf_no_glance(shop: PersonaSetup):
    records, _ = answered(shop, Asking("none", 0, False), glance_chance=1.0)
    assert not any(record.cards for record in records)


def test_those_who_do_not_learn_have_neither_cards_nor_shelf(shop: PersonaSetup):
    records, _ = answered(shop, EVERYTHING, assistant="silent", glance_chance=1.0)
    assert not any(record.cards for record in records)


# -- measures ---------------------------------------------------------------------------------------------------------


def test_effort_counts_setup_cards_and_reactions(shop: PersonaSetup):
    records, _ = answered(shop, EVERYTHING, glance_chance=0.3)
    for record in records:
        told = measure(record.log, 3, shop.persona.frequency.max_gap, None, None)
        likes_told = sum(card["kind"] == "like" for card in record.cards)
        reactions, cards = len(record.log.spoken), len(record.cards) - likes_told
        assert told["answers"] == reactions + cards + likes_told
        setup = 120 if record.log.day == 1 else 0
        assert told["effort_seconds"] == 5 * reactions + 3 * cards + 15 * likes_told + setup
    nothing, _ = answered(shop, Asking(), assistant="silent", request_chance=0.0)
    told = measure(nothing[0].log, 3, shop.persona.frequency.max_gap, None, None)
    assert (told["answers"], told["effort_seconds"]) == (0, 0)


class Broken(Silent):
    """Says one idea, its like, and another one, in turn."""

    def __init__(self, ideas: tuple[int, ...]) -> None:
        super().__init__(Style())
        self.ideas = ideas

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        return Proposal(self.ideas[tick // 50 % len(self.ideas)], self.style) if tick % 50 == 49 else None


def test_novelty_is_what_was_not_heard_for_a_week(shop: PersonaSetup, warm: Path):
    taste = copy.copy(shop.taste)
    near = list(taste.near)
    near[10], near[11] = (10, 11), (10, 11)
    taste.near = tuple(near)
    own = PersonaSetup(taste.persona, taste, shop.features, shop.voice)
    house = household(own, "silent", "reasons", SEED, vague())
    house.policy = Broken((10, 11, 12))
    found = {}
    for number in (1, 2, 12):
        record = live(house, live_day(shop.persona, number, SEED))
        said = [spoken for spoken in record.log.spoken if not spoken.requested]
        fresh = {spoken.idea_id for spoken in said if spoken.fresh}
        novelty = measure(record.log, 3, shop.persona.frequency.max_gap, None, None)["novelty"]
        assert novelty == pytest.approx(sum(spoken.fresh for spoken in said) / len(said))
        found[number] = fresh
    first, _, third = (shop.taste.base.ideas[place].id for place in (10, 11, 12))
    assert found == {1: {first, third}, 2: set(), 12: {first, third}}
