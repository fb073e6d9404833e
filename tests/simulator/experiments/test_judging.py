"""Judges judged: kappa against textbook values, kept answers, and what the figures say of a judge that knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge_assistant.domain import DIMENSIONS
from edge_assistant.llm.stand_in import StandInModel
from simulator.experiments import judging
from simulator.experiments.judging import kappa, kappa_interval
from simulator.runs.household import PersonaSetup


def counts(both: int, first: int, second: int, none: int) -> tuple[np.ndarray, np.ndarray]:
    one = np.array([1] * (both + first) + [0] * (second + none))
    return one, np.array([1] * both + [0] * first + [1] * second + [0] * none)


def test_kappa_of_the_textbook():
    assert kappa(*counts(20, 5, 10, 15)) == pytest.approx(0.4)  # Wikipedia's example of 50 grant proposals
    assert kappa(*counts(10, 0, 0, 10)) == 1.0
    assert kappa(*counts(0, 10, 10, 0)) == -1.0
    assert kappa(*counts(5, 5, 5, 5)) == 0.0
    assert kappa(*counts(7, 0, 0, 0)) is None


def test_intervals_resample_whole_personas():
    truth = np.tile([0, 1], 40)
    says = truth.copy()
    says[:4] = 1 - says[:4]
    groups = [f"p{n // 4}" for n in range(80)]
    low, high = kappa_interval(truth, says, groups)
    assert low < kappa(truth, says) < high <= 1.0
    assert kappa_interval(truth, says, ["one"] * 80) == (None, None)


def test_answers_are_kept_and_not_asked_again(shop: PersonaSetup, warm: Path, tmp_path: Path):
    model = StandInModel()
    call = (model, [shop.persona], 10, tmp_path, lambda persona: shop.taste)
    first = judging.judge_all(*call)
    assert len(first) == 10
    assert model.counters.calls >= 80
    asked = model.counters.calls
    assert judging.judge_all(*call) == first
    assert model.counters.calls == asked
    file = tmp_path / judging.MOMENTS
    file.write_text(file.read_text()[:-40])  # stopped while writing
    assert judging.judge_all(*call) == first


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_several_lives_share_the_moments(shop: PersonaSetup, warm: Path, tmp_path: Path):
    assert judging.days_needed(2000, 32, 1) == 16
    assert judging.days_needed(2000, 32, 3) == 6
    one, two = (
        judging.judge_all(
            StandInModel(), [shop.persona], 8, made(tmp_path / name), lambda persona: shop.taste, seeds=seeds
        )
        for name, seeds in (("one", 1), ("two", 2))
    )
    assert len(one) == len(two) == 8
    assert one[:4] == two[:4]  # the first life is the same
    assert one[4:] != two[4:]


def test_a_judge_that_knows_is_good_enough_and_a_blind_one_is_not(shop: PersonaSetup, warm: Path, tmp_path: Path):
    rows = judging.judge_all(StandInModel(), [shop.persona], 40, tmp_path, lambda persona: shop.taste)
    for place in range(len(DIMENSIONS)):
        assert 0.15 <= np.mean([row.rubric[place] for row in rows]) <= 0.9, "both verdicts are there"

    def verdicts(sign: float) -> dict[str, object]:
        return judging.figures(
            [
                judging.JudgedMoment(name, row.rubric, tuple(sign * (2.0 * value - 1.0) for value in row.rubric))
                for name in ("a", "b")
                for row in rows
            ]
        )

    knows, lies = verdicts(1.0), verdicts(-1.0)
    for dimension in DIMENSIONS:
        assert knows["dimensions"][dimension]["kappa"] == 1.0
        assert knows["dimensions"][dimension]["auc"] == 1.0
        assert lies["dimensions"][dimension]["kappa"] < 0
    assert knows["passed"]
    assert not lies["passed"]


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--seeds", 0), "at least 1"),
    ],
)
def test_what_judges_cannot_do_is_said_in_one_line(command, tmp_path: Path, option: tuple[object, ...], told: str):
    done = command("experiment", "judges", "--personas", "p01", "--moments", 16, "--out", tmp_path / "j", *option)
    assert done.code == 2
    assert told in done.error
    assert not (tmp_path / "j").exists()
