"""Rated candidates of simulated days: the persona's own verdict, nothing disturbed, the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.composer.composer import Composer
from edge_assistant.domain import STYLE_CHOICES, Style
from simulator.runs.household import PersonaSetup
from simulator.runs.living import ComposedVoice
from simulator.runs.pairs import MOST_CHANGES, PairMaker, other_style
from simulator.world.life import live_day
from simulator.world.user_agent import UserAgent


@pytest.fixture
def maker(shop: PersonaSetup) -> PairMaker:
    return PairMaker(shop.taste, ComposedVoice(shop.taste.base, Composer(None)), Style, seed=3)


def test_the_person_likes_the_chosen_sentence_better(shop: PersonaSetup, maker: PairMaker) -> None:
    pairs = maker.pairs_of(live_day(shop.persona, 2, 3))
    agent = UserAgent(shop.persona, shop.taste)
    assert len(pairs) >= 8
    for pair in pairs:
        assert not agent.faults_of_style(pair.chosen)
        assert agent.faults_of_style(pair.rejected)
        assert pair.provenance["totals"][0] == pair.provenance["totals"][1] + 1
    assert len({pair.hash for pair in pairs}) == len(pairs)


def test_pairs_depend_on_the_day_and_the_seed_alone(shop: PersonaSetup, maker: PairMaker) -> None:
    day = live_day(shop.persona, 2, 3)
    assert maker.pairs_of(day) == maker.pairs_of(day)
    assert maker.pairs_of(live_day(shop.persona, 3, 3)) != maker.pairs_of(day)


def test_the_second_style_is_another() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        other = other_style(Style(), rng)
        changed = sum(getattr(other, aspect) != getattr(Style(), aspect) for aspect in STYLE_CHOICES)
        assert 1 <= changed <= MOST_CHANGES
