"""Rated candidates of simulated days: the persona's own verdict, nothing disturbed, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.composer.composer import Composer
from edge_assistant.domain import MANNER_CHOICES, Manner
from simulator.runs.household import ComposedVoice, Workshop
from simulator.runs.pairs import MOST_CHANGES, PairMaker, other_manner
from simulator.world.life import live_day
from simulator.world.user_agent import UserAgent


@pytest.fixture
def maker(shop: Workshop) -> PairMaker:
    return PairMaker(shop.taste, ComposedVoice(shop.taste.base, Composer(None)), Manner, seed=3)


def test_the_person_likes_the_chosen_sentence_better(shop: Workshop, maker: PairMaker) -> None:
    pairs = maker.pairs_of(live_day(shop.persona, 2, 3))
    agent = UserAgent(shop.persona, shop.taste)
    assert len(pairs) >= 8
    for pair in pairs:
        assert not agent.faults_of_manner(pair.chosen)
        assert agent.faults_of_manner(pair.rejected)
        assert pair.provenance["totals"][0] == pair.provenance["totals"][1] + 1
    assert len({pair.hash for pair in pairs}) == len(pairs)


def test_pairs_depend_on_the_day_and_the_seed_alone(shop: Workshop, maker: PairMaker) -> None:
    day = live_day(shop.persona, 2, 3)
    assert maker.pairs_of(day) == maker.pairs_of(day)
    assert maker.pairs_of(live_day(shop.persona, 3, 3)) != maker.pairs_of(day)


def test_the_second_manner_is_another() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        other = other_manner(Manner(), rng)
        changed = sum(getattr(other, aspect) != getattr(Manner(), aspect) for aspect in MANNER_CHOICES)
        assert 1 <= changed <= MOST_CHANGES
