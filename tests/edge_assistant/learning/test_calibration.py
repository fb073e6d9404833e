"""The learner's check on itself: what comes of what is said moves its chances, and is forgotten over days."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.learning.calibration import VARIANCE, Calibration, shifted


def test_a_row_of_false_alarms_silences_and_days_bring_the_voice_back() -> None:
    check = Calibration()
    for _ in range(6):
        check.learn(0.6, 0.0)
    after = shifted(0.6, check.mean)
    assert after < 0.5
    for _ in range(10):
        check.night()
    assert after < shifted(0.6, check.mean) < 0.6
    assert check.variance == pytest.approx(VARIANCE, rel=0.15)


def test_what_is_more_often_welcome_than_believed_is_believed_more() -> None:
    check = Calibration()
    for _ in range(20):
        check.learn(0.6, 1.0)
    assert shifted(0.6, check.mean) > 0.7


@pytest.mark.parametrize("truth", [-1.0, 0.0, 1.0])
def test_the_offset_of_a_person_is_found(truth: float) -> None:
    rng, check = np.random.default_rng(0), Calibration()
    for _ in range(400):
        chance = float(rng.uniform(0.3, 0.9))
        check.learn(chance, float(rng.random() < shifted(chance, truth)))
    assert check.mean == pytest.approx(truth, abs=0.35)


def test_chances_stay_chances() -> None:
    assert shifted(0.3, 0.0) == 0.3
    for chance in (0.0, 1e-12, 0.5, 1.0):
        for offset in (-20.0, 3.0):
            assert 0 <= shifted(chance, offset) <= 1
