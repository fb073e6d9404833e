"""How a person gives feedback is found out from what they are seen to do."""

from __future__ import annotations

import json

import numpy as np
import pytest

from edge_assistant.domain import DIMENSIONS, Feedback, Rating
from edge_assistant.learning.reactions import (
    ACCEPTS_BADLY_PUT,
    CARD_SLIPS,
    COMBINATIONS,
    HABITS,
    IGNORES_BADLY_TIMED,
    CardModel,
    ReactionModel,
    messages,
    welcome,
)

EVEN = dict.fromkeys(DIMENSIONS, 0.5)


def person(rng: np.random.Generator, accepts: float, ignores: float, slip: float, truth: tuple[int, ...]) -> Feedback:
    """What somebody with these habits does on hearing something of which this is the truth."""
    preference, timing, frequency, communication = truth
    reasons = ("timing", "frequency", "preference", "communication")
    if rng.random() < slip:
        draw = int(rng.integers(6))
        return (
            Feedback(reaction=("accepted", "ignored")[draw])
            if draw < 2
            else Feedback(reaction="dismissed", reason=reasons[draw - 2])
        )
    if preference and timing and frequency:
        well = communication or rng.random() < accepts
        return Feedback(reaction="accepted") if well else Feedback(reaction="dismissed", reason="communication")
    if not timing and rng.random() < ignores:
        return Feedback(reaction="ignored")
    reason = "timing" if not timing else "frequency" if not frequency else "preference"
    return Feedback(reaction="dismissed", reason=reason)


def known(model: ReactionModel, place: int) -> float:
    """The expected value of one of the three habits."""
    return float(model.belief @ np.array([habit[place] for habit in HABITS]))


def after(seed: int, accepts: float, ignores: float, slip: float, said: int = 300) -> ReactionModel:
    """The beliefs after so many suggestions whose truth was nearly known before."""
    rng, model = np.random.default_rng(seed), ReactionModel()
    for _ in range(said):
        chances = {name: float(rng.choice([0.03, 0.97])) for name in DIMENSIONS}
        truth = tuple(int(rng.random() < chances[name]) for name in DIMENSIONS)
        model.learn(person(rng, accepts, ignores, slip, truth), chances)
    return model


def test_nothing_is_known_before() -> None:
    model = ReactionModel()
    assert model.belief.sum() == pytest.approx(1.0)
    assert known(model, 0) == pytest.approx(np.mean(ACCEPTS_BADLY_PUT))
    assert known(model, 1) == pytest.approx(np.mean(IGNORES_BADLY_TIMED))


def test_who_ignores_is_told_from_who_dismisses() -> None:
    ignoring, dismissing = after(1, 0.5, 0.9, 0.03), after(1, 0.5, 0.1, 0.03)
    assert known(ignoring, 1) > 0.8
    assert known(dismissing, 1) < 0.25


def test_who_accepts_what_is_badly_put_is_found() -> None:
    assert known(after(2, 0.92, 0.5, 0.03), 0) > known(after(2, 0.15, 0.5, 0.03), 0) + 0.4


def test_a_careless_person_is_found_and_believed_less() -> None:
    careless, careful = after(3, 0.5, 0.5, 0.25), after(3, 0.5, 0.5, 0.0)
    assert careless.slip() > 0.12
    assert careful.slip() < 0.03
    told = Feedback(reaction="dismissed", reason="preference")
    moved = []
    for model in (careless, careful):
        likelihood = model.likelihoods(told)
        assert likelihood is not None
        one, zero = messages(likelihood, EVEN)["preference"]
        moved.append(one / zero)
    assert moved[1] < moved[0] < 1


def test_ignoring_says_less_of_the_moment_where_the_person_mostly_dismisses() -> None:
    """Whatever their habits, being ignored speaks against the moment."""
    for ignores in (0.1, 0.9):
        likelihood = after(4, 0.5, ignores, 0.03).likelihoods(Feedback(reaction="ignored"))
        assert likelihood is not None
        one, zero = messages(likelihood, EVEN)["timing"]
        assert one < 0.3 * zero


def test_what_tells_nothing_teaches_nothing() -> None:
    model = ReactionModel()
    before = model.belief.copy()
    model.learn(Feedback(), EVEN)
    assert model.likelihoods(Feedback()) is None
    assert np.array_equal(model.belief, before)


def test_a_whole_rating_says_it_all() -> None:
    likelihood = ReactionModel().likelihoods(Feedback(rating=Rating(1, 1, 1, 0)))
    assert likelihood is not None
    assert welcome(likelihood, EVEN) > 0.85
    assert int(np.argmax(likelihood)) == COMBINATIONS.index((1, 1, 1, 0))


@pytest.mark.parametrize(("truth", "low", "high"), [(0.35, 0.2, 0.4), (0.02, 0.0, 0.06)])
def test_how_reliable_cards_are_is_found(truth: float, low: float, high: float) -> None:
    rng, model = np.random.default_rng(5), CardModel()
    for _ in range(400):
        right = rng.random() >= truth
        model.learn(0.95 if right else 0.05)
    assert low < model.slip() < high
    assert CARD_SLIPS[0] <= model.slip() <= CARD_SLIPS[-1]


def test_beliefs_survive_json() -> None:
    model, other = after(6, 0.5, 0.9, 0.1, said=30), ReactionModel()
    other.belief = np.array(json.loads(json.dumps(model.belief.tolist())))
    assert other.slip() == model.slip()
