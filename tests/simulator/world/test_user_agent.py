"""The rubric: what each dimension means, gaps, requests, reactions, state."""

from __future__ import annotations

import json

import numpy as np
import pytest

from edge_assistant.domain import TICK_MINUTES, Rating, Style, Suggestion
from simulator.runs.household import PersonaSetup
from simulator.world.life import LifeDay, live_day
from simulator.world.taste import CATEGORY_SHARE
from simulator.world.user_agent import UserAgent

GOOD = "You could fold a small notebook, how cosy."


@pytest.fixture
def day(shop: PersonaSetup) -> LifeDay:
    return live_day(shop.persona, 3, 21)


@pytest.fixture
def agent(shop: PersonaSetup, day: LifeDay) -> UserAgent:
    agent = UserAgent(shop.persona, shop.taste)
    agent.begin_day(day)
    return agent


def _receptive(day: LifeDay, agent: UserAgent, after: int = 0) -> int:
    return next(tick for tick in range(after, len(day)) if agent.receptive(tick))


def _say(agent: UserAgent, tick: int, idea: int, requested: bool = False) -> Rating:
    suggestion = Suggestion("s", GOOD, agent.taste.base.ideas[idea].id, Style(), requested)
    rating = agent.rate_spoken(tick, idea, suggestion)
    agent.hear(tick, idea, suggestion, rating)
    return rating


def test_a_liked_idea_at_a_receptive_moment_is_welcome_once(agent: UserAgent, day: LifeDay) -> None:
    tick = _receptive(day, agent)
    idea = int(np.argmax(agent.pleasing_now(tick)))
    assert _say(agent, tick, idea).welcome
    again = agent.rate_spoken(tick + 1, idea, Suggestion("s", GOOD))
    assert (again.preference, again.frequency) == (0, 0)  # it rests, and the minimum gap has not passed


def test_blocked_moments_are_never_receptive(agent: UserAgent, day: LifeDay) -> None:
    assert day.blocked.any()
    assert not any(agent.receptive(int(tick)) for tick in np.flatnonzero(day.blocked))


def test_silence_is_right_until_the_maximum_gap_has_passed(agent: UserAgent, day: LifeDay) -> None:
    limit = int(agent.persona.frequency.max_gap / TICK_MINUTES)
    assert agent.rate_silence(limit).total == 4
    for tick in range(limit + 1, len(day)):
        rating = agent.rate_silence(tick)
        assert rating.frequency == 0
        assert rating.communication == 1
        assert rating.timing == int(not agent.receptive(tick))
        assert rating.preference == int(not (agent.receptive(tick) and agent.pleasing_now(tick).any()))


def test_false_alarms_annoy_and_close_moments(agent: UserAgent, day: LifeDay) -> None:
    before = sum(agent.receptive(tick) for tick in range(len(day)))
    blocked = int(np.flatnonzero(day.blocked)[0])
    for _ in range(3):
        _say(agent, blocked, 0)
    assert 0.5 < agent.annoyance <= 1
    assert sum(agent.receptive(tick) for tick in range(len(day))) < before


def test_habituation_lowers_what_was_heard_this_week(agent: UserAgent, day: LifeDay) -> None:
    tick = _receptive(day, agent)
    before = agent.taste.utility(day, tick, agent.heard_counts).copy()
    _say(agent, tick, 7)
    agent.pleasing_now(tick + 1)
    after = agent.taste.utility(day, tick, agent.heard_counts)
    tired, categories = agent.persona.preference.habituation, agent.taste.base.category_index
    same = categories == categories[7]
    same[7] = False
    assert before[7] - after[7] == pytest.approx(tired)
    assert before[same] - after[same] == pytest.approx(np.full(same.sum(), CATEGORY_SHARE * tired))
    assert after[categories != categories[7]] == pytest.approx(before[categories != categories[7]])


def test_at_most_one_request_in_an_overdue_spell(agent: UserAgent, day: LifeDay) -> None:
    day.draws[:, 0] = 0.0  # would ask whenever allowed
    asked = [tick for tick in range(len(day)) if agent.asks(tick)]
    assert len(asked) == 1
    assert agent.overdue(asked[0])
    assert agent.receptive(asked[0])


def test_reactions_name_the_first_failing_dimension(agent: UserAgent, day: LifeDay) -> None:
    tick = _receptive(day, agent)
    day.draws[tick, 1:] = 0.99
    said = Suggestion("s", GOOD)
    assert agent.react(tick, Rating(1, 1, 1, 1), said).reaction == "accepted"
    assert agent.react(tick, Rating(1, 1, 1, 0), said).reason == "communication"
    assert agent.react(tick, Rating(0, 0, 0, 1), said).reason == "timing"
    assert agent.react(tick, Rating(0, 1, 0, 1), said).reason == "frequency"
    assert agent.react(tick, Rating(0, 1, 1, 0), said).reason == "preference"
    blocked = int(np.flatnonzero(day.blocked)[0])
    day.draws[blocked, 2] = 0.5
    assert agent.react(blocked, Rating(1, 0, 1, 1), said).reaction == "ignored"


def test_style_and_topics(agent: UserAgent) -> None:
    assert agent.well_put(None, GOOD)
    assert not agent.well_put(None, GOOD + "!")
    money = int(np.flatnonzero(agent.taste.forbidden)[0])
    assert not agent.well_put(money, GOOD)


def test_state_survives_json(agent: UserAgent, day: LifeDay, shop: PersonaSetup) -> None:
    tick = _receptive(day, agent)
    _say(agent, tick, 3)
    other = UserAgent(shop.persona, shop.taste)
    other.set_state(json.loads(json.dumps(agent.get_state())))
    assert other.get_state() == agent.get_state()
    tomorrow = live_day(shop.persona, 4, 21)
    for person in (agent, other):
        person.begin_day(tomorrow)
    assert np.array_equal(agent.heard_counts, other.heard_counts)
    assert agent.heard_counts[3] == 1
