"""Repeats: an idea and one that means nearly the same rest for the person's days, for agent and oracle alike."""

from __future__ import annotations

import copy
import json
import subprocess
import sys

import numpy as np
import pytest

from edge_assistant.domain import Style, Suggestion
from simulator.runs.household import PersonaSetup
from simulator.world.life import live_day
from simulator.world.oracle import best_days
from simulator.world.taste import NEARLY_THE_SAME, Utility
from simulator.world.user_agent import UserAgent

SEED = 4
HABIT, TWIN = 20, 11
"""An idea that may be said daily; and one that is made to mean nearly the same as idea 10."""


@pytest.fixture
def taste(shop: PersonaSetup) -> Utility:
    """The first persona with a habit, and ideas 10 and 11 nearly the same, who wants no repeats for four days."""
    taste = copy.copy(shop.taste)
    liking = taste.persona.preference.model_copy(update={"repeat_after": 4.0})
    taste.persona = taste.persona.model_copy(update={"preference": liking})
    near = list(taste.near)
    near[10], near[TWIN] = (10, TWIN), (10, TWIN)
    taste.near = tuple(near)
    taste.habits = np.zeros(len(taste.base), dtype=bool)
    taste.habits[HABIT] = True
    return taste


def hear(agent: UserAgent, tick: int, idea: int, requested: bool = False) -> None:
    suggestion = Suggestion("s", "Fold it.", agent.taste.base.ideas[idea].id, Style(), requested)
    agent.hear(tick, idea, suggestion, agent.rate_spoken(tick, idea, suggestion))


def rested_on(agent: UserAgent, day: int, tick: int = 100) -> list[bool]:
    agent.begin_day(live_day(agent.persona, day, SEED))
    agent.pleasing_now(tick)
    return [bool(agent.rested[idea]) for idea in (10, TWIN, HABIT)]


@pytest.mark.parametrize("requested", [False, True])
def test_an_idea_and_its_like_rest_and_a_habit_only_until_the_next_day(requested: bool, taste: Utility):
    agent = UserAgent(taste.persona, taste)
    agent.begin_day(live_day(agent.persona, 1, SEED))
    for idea in (10, HABIT):
        hear(agent, 100, idea, requested)
    assert [bool(agent.rested[idea]) for idea in (10, TWIN, HABIT)] == [False, False, False]
    assert rested_on(agent, 2, 150) == [False, False, True]
    assert rested_on(agent, 4, 200) == [False, False, True]
    assert rested_on(agent, 5, 250) == [True, True, True]


def test_two_that_mean_the_same_rest_until_both_have_rested(taste: Utility):
    agent = UserAgent(taste.persona, taste)
    for day, idea in ((1, 10), (3, TWIN)):
        agent.begin_day(live_day(agent.persona, day, SEED))
        hear(agent, 100, idea)
    assert rested_on(agent, 6)[:2] == [False, False]
    assert rested_on(agent, 7, 250)[:2] == [True, True]


def test_rests_are_the_same_after_a_restart(taste: Utility):
    agent, day = UserAgent(taste.persona, taste), live_day(taste.persona, 1, SEED)
    agent.begin_day(day)
    for idea in (10, HABIT, 30):
        hear(agent, 100, idea)
    other = UserAgent(taste.persona, taste)
    other.set_state(json.loads(json.dumps(agent.get_state())))
    for number in range(2, 8):
        assert rested_on(agent, number) == rested_on(other, number)
        assert np.array_equal(agent.rested, other.rested)
        if number == 3:
            for one in (agent, other):
                hear(one, 120, HABIT)
            other.set_state(json.loads(json.dumps(other.get_state())))
    assert agent.get_state() == other.get_state()


def test_a_habit_of_the_evening_rests_in_the_morning_also_after_a_restart(taste: Utility):
    agent, day = UserAgent(taste.persona, taste), live_day(taste.persona, 1, SEED)
    agent.begin_day(day)
    hear(agent, len(day) - 1, HABIT)
    other = UserAgent(taste.persona, taste)
    other.set_state(json.loads(json.dumps(agent.get_state())))
    for one in (agent, other):
        assert rested_on(one, 2, 5)[2] is False
        assert rested_on(one, 2, len(live_day(taste.persona, 2, SEED)) - 1)[2] is True


def test_what_was_heard_counts_as_heard_with_its_like(taste: Utility):
    agent = UserAgent(taste.persona, taste)
    agent.begin_day(live_day(agent.persona, 1, SEED))
    hear(agent, 100, 10)
    assert agent.heard_within(110, TWIN)
    assert not agent.heard_within(110, 12)
    agent.begin_day(live_day(agent.persona, 9, SEED))
    assert not agent.heard_within(110, TWIN)


def test_near_ideas_are_those_whose_texts_are_near(shop: PersonaSetup):
    base, near = shop.taste.base, shop.taste.near
    vectors = np.asarray(shop.features.embedder.embed(list(base.texts)))
    assert all(index in group for index, group in enumerate(near))
    for index, group in enumerate(near):
        assert all(index in near[other] for other in group)
        assert all(vectors[index] @ vectors[other] >= NEARLY_THE_SAME - 1e-6 for other in group)


@pytest.mark.parametrize("days", [4.0, 9.0])
def test_the_oracle_says_nothing_again_too_soon(days: float, taste: Utility):
    liking = taste.persona.preference.model_copy(update={"repeat_after": days})
    taste.persona = taste.persona.model_copy(update={"preference": liking})
    taste.habits[:] = False
    # a person whom only few ideas please has to hear the same ones again
    allowed = np.zeros(len(taste.base), dtype=bool)
    allowed[np.argsort(-taste.static)[:25]] = True
    taste.allowed = taste.allowed & allowed
    lives = [live_day(taste.persona, number, SEED) for number in range(1, 13)]
    said = [
        (lives[plan.day - 1].time(tick), idea)
        for plan in best_days(taste, lives).values()
        for tick, idea in zip(plan.ticks, plan.ideas, strict=True)
    ]
    again = [
        (later - earlier).total_seconds() / 86400
        for number, (later, idea) in enumerate(said)
        for earlier, other in said[:number]
        if idea in taste.near[other]
    ]
    assert again, "nothing was said twice"
    assert min(again) >= days


def test_the_oracle_says_a_habit_daily(taste: Utility):
    allowed = np.zeros(len(taste.base), dtype=bool)
    best = int(np.argmax(np.where(taste.allowed, taste.static, -np.inf)))
    allowed[best] = True
    taste.allowed, taste.threshold = allowed, -100.0
    lives = [live_day(taste.persona, number, SEED) for number in range(1, 5)]
    counts = {}
    for habit in (False, True):
        taste.habits[:] = False
        taste.habits[best] = habit
        counts[habit] = [len(plan.ideas) for plan in best_days(taste, lives).values()]
    assert counts[False] == [1, 0, 0, 0]
    assert sum(counts[True]) >= 3
    assert max(counts[True]) == 1


def test_the_oracle_plans_days_with_what_was_heard_before(taste: Utility):
    lives = [live_day(taste.persona, number, SEED) for number in (1, 2, 3)]
    together = best_days(taste, lives)
    first_two = {idea for number in (1, 2) for idea in together[number].ideas}
    near = {other for idea in first_two if not taste.habits[idea] for other in taste.near[idea]}
    assert not near & set(together[3].ideas)


def test_what_cannot_be_done_does_not_please(shop: PersonaSetup):
    """By what stands of the ideas: what they need, their hours, their season."""
    taste, day = copy.copy(shop.taste), live_day(shop.persona, 1, SEED)
    taste.threshold = -np.inf
    ideas, months = taste.base.ideas, day.wake.month
    assert months in (12, 1, 2), "a winter day"
    morning, evening = (int(np.argmax([day.time(t).hour == hour for t in range(len(day))])) for hour in (10, 20))
    at_ten, at_eight = (taste.pleasing(day, tick) for tick in (morning, evening))
    dogs = [place for place, idea in enumerate(ideas) if idea.needs == ("dog",)]
    summery = [place for place, idea in enumerate(ideas) if idea.season == ("summer",)]
    late = [place for place, idea in enumerate(ideas) if idea.hours and 17 < idea.hours[0] <= 20 and not idea.season]
    late = [place for place in late if taste.allowed[place] and ideas[place].hours[1] > 21]
    assert len(dogs) > 2 and len(summery) > 2 and len(late) > 2
    assert not at_ten[dogs].any(), "she has a cat"
    assert not at_ten[summery].any() and not at_eight[summery].any()
    assert not at_ten[late].any() and at_eight[late].all()


def test_the_rubric_knows_none_of_the_assistants_rules():
    """What is held back by rules of the assistant's own, such as the hours of noise, must be able to be wrong."""
    code = (
        "import sys, simulator.world.taste, simulator.world.user_agent, simulator.world.oracle\n"
        "print(*sys.modules, sep='\\n')"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = child.stdout.split()
    assert "edge_assistant.ranker.ideas" in modules
    rules = (
        "edge_assistant.ranker.fitting",
        "edge_assistant.ranker.rests",
        "edge_assistant.trigger.",
        "edge_assistant.loop",
    )
    asked = "edge_assistant.trigger.good_times"  # the words of a question that the simulated person answers
    assert not [name for name in modules if name.startswith(rules) and name != asked]
