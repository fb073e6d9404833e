"""Learners without one part, the policies to hold ours against, and noisy feedback."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from edge_assistant.domain import Context, Feedback, Rating
from edge_assistant.errors import UsageError
from edge_assistant.feedback import review, setup
from edge_assistant.feedback.learning import learn
from edge_assistant.feedback.review import Card
from edge_assistant.feedback.setup import SetupAnswers
from edge_assistant.learning import prior as priors
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.ideas import load_packaged
from edge_assistant.trigger.receptivity import Costs
from simulator.people.persona import Persona
from simulator.policies import learners
from simulator.policies.baselines import RuleLearner, Schedule, WhenAsked
from simulator.policies.policies import pooled_style
from simulator.runs.household import PersonaSetup, household
from simulator.runs.living import live
from simulator.world.feedback import FeedbackChannel
from simulator.world.life import live_day

IDEA = load_packaged().ideas[0].id
MORNING = datetime(2025, 3, 3, 9, 0)


def context(minute: float, request: str = "", activity: str = "drinking coffee at the kitchen window") -> Context:
    return Context(MORNING + timedelta(minutes=minute), activity, "kitchen", 5.0, 60.0 + minute, (), request)


TOLD = SetupAnswers(
    likes=("gardening",),
    picked=(IDEA,),
    wordings=(setup.PAIRS[0],),
    alike=(setup.PAIRS[1],),
    per_day=2,
    repeat_days=7,
    good_times=("pause",),
)


def taught(learner: Learner) -> Learner:
    """The learner after the setup, a few requests that were answered and rated, and a card about wordings."""
    assistant = Assistant(learner)
    setup.apply(learner, TOLD)
    for number in range(6):
        choice = assistant.answer(assistant.tick(context(number * 90.0, "an idea?")))
        choice = assistant.said(choice, "How about this? It would be lovely, my dear friend!", f"s{number}")
        learn(assistant, choice, Feedback(rating=Rating(number % 2, number % 2, 1, 0)))
        later = replace(assistant.tick(context(number * 90.0 + 45.0)), speak=True, ranked=choice.ranked)
        learn(assistant, later, Feedback(rating=Rating(number % 2, 1, 0, 1)))
    review.learn(learner, Card("wording", context(600.0), 3, ("Soup?", "Would you perhaps like some soup?")), "yes")
    return learner


CHANGED = {
    "timing": {"timing.mean"},
    "preference": {"liking.mean"},
    "frequency": {"frequency"},
    "patience": {"patience"},
    "manner": {"manner"},
}
"""Which beliefs belong to a part."""


@pytest.mark.parametrize("part", sorted(CHANGED))
def test_the_part_left_out_stays_at_the_prior_and_the_others_learn(shop: PersonaSetup, part: str):
    prior = priors.load("p01")
    arrays = taught(learners.LearnerWithout(part, prior, shop.features, Costs())).get_arrays()
    fresh = learners.LearnerWithout(part, prior, shop.features, Costs()).get_arrays()
    full = taught(Learner(prior, shop.features)).get_arrays()

    def moved(beliefs: dict[str, np.ndarray], name: str) -> bool:
        start = fresh[name]
        return not np.allclose(beliefs[name][: len(start)], start)

    for owner, names in CHANGED.items():
        for name in names:
            assert moved(full, name)
            assert moved(arrays, name) == (owner != part)


def test_familiarity_left_out_stays_out_after_a_restart(shop: PersonaSetup):
    prior = priors.load("p01")
    learner = learners.LearnerWithout("familiarity", prior, shop.features, Costs())
    Assistant(learner).tick(context(0))
    again = learners.LearnerWithout("familiarity", prior, shop.features, Costs())
    again.set_arrays(learner.get_arrays())
    again.set_state(json.loads(json.dumps(learner.get_state())))
    Assistant(again).tick(context(10, activity="folding and sewing a notebook"))
    assert list(again.familiarity.texts) == ["drinking coffee at the kitchen window", "folding and sewing a notebook"]
    assert not again.familiarity.features().any()
    assert learner.familiarity.texts
    seeing = Learner(prior, shop.features)
    start = learner.ranker.model.covariance.copy()
    for one in (seeing, learner):
        Assistant(one).tick(context(20, activity="folding and sewing a notebook"))
    assert (learner.ranker.model.covariance == start).all(), "no liking is lent by what was seen"
    assert (seeing.ranker.model.covariance != start).any()


def test_the_schedule_is_the_same_for_everybody(shop: PersonaSetup):
    style = pooled_style(priors.load("p01"))
    first, second = Schedule(style, shop.features), Schedule(style, shop.features)
    assert len(set(first.ideas)) == Schedule.WEEK
    day = live_day(shop.persona, 2, 7)
    first.begin_day(day)
    said = [(tick, proposal.idea) for tick in range(len(day)) if (proposal := first.decide(tick, None))]
    assert [idea for _, idea in said] == second.ideas[5:10]
    hours = [(day.time(tick) - day.time(tick).replace(hour=0, minute=0, second=0)).seconds / 3600 for tick, _ in said]
    assert np.all(np.abs(np.array(hours) - Schedule.HOURS) < 2.5 / 60)


def test_rules_stop_speaking_where_they_were_wrong_and_survive_a_restart(shop: PersonaSetup):
    rules = RuleLearner(pooled_style(priors.load("p01")), priors.load("p01"), shop.features)
    spoken = 0
    for number in range(12):
        proposal = rules.decide(number, context(number * 100.0 % 600))
        if proposal is not None:
            spoken += 1
            rules.learn(rules.said(proposal, "..."), Feedback(reaction="dismissed", reason="timing"))
    names = rules.conditions(context(0))
    assert 0 < spoken < 12
    assert rules.chance(names) < rules.BAR
    again = RuleLearner(rules.style, priors.load("p01"), shop.features)
    again.set_state(json.loads(json.dumps(rules.get_state())))
    assert again.chance(names) == rules.chance(names)
    assert again.get_state() == rules.get_state()


def test_rules_wait_longer_when_they_were_too_frequent(shop: PersonaSetup):
    rules = RuleLearner(pooled_style(priors.load("p01")), priors.load("p01"), shop.features)
    proposal = rules.decide(0, context(0))
    assert proposal is not None
    rules.learn(rules.said(proposal, "..."), Feedback(reaction="dismissed", reason="frequency"))
    assert rules.gap == 1.5 * RuleLearner.FIRST_GAP


@pytest.mark.parametrize("assistant", ["reactive", "personal-reactive"])
def test_those_who_wait_to_be_asked_only_answer(shop: PersonaSetup, assistant: str):
    house = household(shop, assistant, "reasons", 7, priors.load("p01"))
    said = [spoken for day in (1, 2) for spoken in live(house, live_day(shop.persona, day, 7)).log.spoken]
    assert said
    assert all(spoken.requested for spoken in said)
    assert isinstance(house.policy, WhenAsked)
    moved = not np.array_equal(
        house.policy.assistant.learner.styles.belief, Learner(priors.load("p01"), shop.features).styles.belief
    )
    assert moved == (assistant == "personal-reactive")


def test_noisy_feedback_tells_the_opposite_as_often_as_it_should():
    channel = FeedbackChannel.of("noisy:0.3", "p01", 7)
    welcome, liked = Rating(1, 1, 1, 1), Feedback(reaction="accepted")
    told = [channel.of_speech(welcome, liked, 1, tick) for tick in range(1000)]
    flipped = [feedback for feedback in told if feedback.reaction == "dismissed"]
    assert 250 < len(flipped) < 350
    assert {feedback.reason for feedback in flipped} == {"preference", "timing", "frequency"}
    assert told == [
        FeedbackChannel.of("noisy:0.3", "p01", 7).of_speech(welcome, liked, 1, tick) for tick in range(1000)
    ]
    for bad in ("noisy", "noisy:2", "noisy:x"):
        with pytest.raises(UsageError):
            FeedbackChannel.of(bad)


def test_the_dial_lets_what_was_heard_much_give_way(shop: PersonaSetup, monkeypatch: pytest.MonkeyPatch):
    prior = priors.load("p01")
    plain = Learner(prior, shop.features)
    turned = Learner(prior, shop.features, variety=2.0)
    for learner in (plain, turned):
        learner.see(context(0.0))
    first = plain._rank_anew(context(0.0))
    assert turned._rank_anew(context(0.0)).index == first.index
    categories = shop.taste.base.category_index
    # a little of the favourite's category was heard: not enough for the habit alone to change the choice
    heard = {
        idea.id: 0.01 for idea in shop.taste.base.ideas if idea.category == shop.taste.base.ideas[first.index].category
    }
    for learner in (plain, turned):
        monkeypatch.setattr(learner.history, "heard", lambda now: heard)
    assert categories[plain._rank_anew(context(0.0)).index] == categories[first.index]
    assert categories[turned._rank_anew(context(0.0)).index] != categories[first.index]


def test_a_conflict_turns_the_evening_against_the_favourites(shop: PersonaSetup):
    from simulator.world.changes import Change

    after = Change("conflict", 2).apply(shop.persona)
    added = after.preference.interactions[len(shop.persona.preference.interactions) :]
    assert 1 <= len(added) <= 3
    for rule in added:
        assert shop.persona.preference.categories[rule.of] + rule.weight < 0
        assert rule.start == "17:00"
    guest = Change("guest", 2).apply(shop.persona)
    assert "company" in guest.timing.blocked_kinds

    def visits(persona: Persona) -> int:
        kinds = [point.kind for point in persona.routine] + [pastime.kind for pastime in persona.pastimes]
        return kinds.count("company")

    assert visits(guest) > visits(shop.persona)
