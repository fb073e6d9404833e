"""Judges judged: kappa against textbook values, kept answers, and what the figures say of a judge that knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge_assistant.domain import DIMENSIONS
from edge_assistant.llm.stand_in import StandInModel
from simulator.experiments import judging
from simulator.experiments.agreement import area, calibration_error, kappa, kappa_interval
from simulator.judges.calibration import SEED, Calibration
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


def test_area_and_calibration_error():
    label = np.array([0, 0, 1, 1])
    assert area(np.array([0.1, 0.2, 0.3, 0.4]), label) == 1.0
    assert area(np.array([0.4, 0.3, 0.2, 0.1]), label) == 0.0
    assert area(np.array([1.0, 1.0, 1.0, 1.0]), label) == 0.5
    assert area(np.array([1.0]), np.array([1])) is None
    assert calibration_error(np.array([0.0, 0.0, 1.0, 1.0]), label, 2) == 0.0
    assert calibration_error(np.array([0.5, 0.5, 0.5, 0.5]), np.ones(4, dtype=np.int64), 1) == 0.5


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
    assert model.counters.calls >= 40
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
    assert {value for row in rows for value in row.rubric} == {0, 1}
    assert judging.SEED != SEED
    two = [judging.Judged(name, row.rubric, row.rule, row.margins) for name in ("a", "b") for row in rows]
    people = [shop.persona.model_copy(update={"id": name, "name": name}) for name in ("a", "b")]

    class Kept(Calibration):
        samples = ()

    def verdicts(sign: float) -> dict[str, object]:
        margins = [tuple(sign * (2.0 * value - 1.0) for value in row.rubric) for row in two]
        moments = [judging.Judged(row.persona, row.rubric, row.rule, m) for row, m in zip(two, margins, strict=True)]
        return judging.figures(moments, Kept(StandInModel()), people)

    knows, lies = verdicts(1.0), verdicts(-1.0)
    for dimension in DIMENSIONS:
        assert knows["judges"]["raw"][dimension]["kappa"] == 1.0
        assert knows["judges"]["llm on these"][dimension]["kappa"] == 1.0
        assert lies["judges"]["raw"][dimension]["kappa"] < 0
    assert knows["good_enough"]["raw"]
    assert not lies["good_enough"]["raw"]
    assert knows["judges"]["hybrid"]["timing"]["kappa"] == 1.0


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--days", 3), "need 4 days"),
        (("--policies", "llm,oracle"), "oracle: no such judge"),
        (("--language", "templates"), "leave it out"),
        (("--engine", "ray"), "leave it out"),
        (("--workers", 2), "leave it out"),
        (("--seeds", 0), "at least 1"),
    ],
)
def test_what_judges_cannot_do_is_said_in_one_line(command, tmp_path: Path, option: tuple[object, ...], told: str):
    done = command("experiment", "judges", "--personas", "p01", "--moments", 16, "--out", tmp_path / "j", *option)
    assert done.code == 2
    assert told in done.error
    assert not (tmp_path / "j").exists()
