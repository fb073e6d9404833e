"""Runs side by side: pairs, effects, the three forms, and what cannot be compared."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge_assistant.errors import DataError, UsageError
from simulator.report.comparison import as_figures, load, shared_days, warnings, write
from simulator.report.reading import difference


def finished(folder: Path, assistant: str, skills: dict[str, list[float | None]], seed: int = 0) -> Path:
    people = [
        {"id": name, "days": [{"day": day, "skill": value} for day, value in enumerate(values, start=1)]}
        for name, values in skills.items()
    ]
    count = len(next(iter(skills.values())))
    summary = {
        "assistant": assistant,
        "feedback": "reasons",
        "judge": "rubric",
        "config": {"seed": seed},
        "personas": people,
        "overall": {"by_day": [{"day": day} for day in range(1, count + 1)]},
    }
    folder.mkdir(parents=True)
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    ours = finished(tmp_path / "a", "learner", {"p1": [0, 1, 1, 1], "p2": [0, 0.5, 0.5, 0.5], "p3": [9, 0, None, 0.2]})
    other = finished(tmp_path / "b", "random_1%", {"p1": [0, 0, 0, 0], "p2": [0, 0, 0, 0], "p3": [0, 0, 9, 0]})
    return [ours, other]


def test_pairs_hold_only_what_both_have(folders: list[Path]) -> None:
    ours, other = load(folders)
    days = shared_days([ours, other])
    assert days == [2, 3, 4]
    found = difference(ours.cells, other.cells, "skill", days)
    assert found.mean == pytest.approx((1 + 0.5 + 0.1) / 3)
    assert found.effect == pytest.approx(found.mean / 0.45092498)
    assert found.low <= found.mean <= found.high
    assert difference(ours.cells, other.cells, "welcome", days).count == 0


def test_two_forms(folders: list[Path], tmp_path: Path) -> None:
    runs = load(folders)
    for name in ("x.html", "deep/x.md"):
        write(runs, tmp_path / name)
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert page.count("<img") == page.count("data:image/png;base64,") == 4
    assert "http" not in page
    assert "0.53 [" in (tmp_path / "deep" / "x.md").read_text(encoding="utf-8")
    assert (tmp_path / "deep" / "x-skill.png").read_bytes().startswith(b"\x89PNG")
    assert json.loads(json.dumps(as_figures(runs)))["differences"][0]["skill"]["count"] == 3
    with pytest.raises(UsageError, match=r"\.md"):
        write(runs, tmp_path / "x.pdf")


def test_what_differs_is_said(folders: list[Path], tmp_path: Path) -> None:
    third = finished(tmp_path / "c", "learner", {"p1": [0.0, 0.0]}, seed=1)
    runs = load([*folders, third])
    assert [run.name for run in runs] == [f"learner ({folders[0]})", "random_1%", f"learner ({third})"]
    said = " ".join(warnings(runs))
    assert "seed (" in said
    assert "personas (" in said
    assert "number of days (" in said


def test_unfinished_runs_are_refused(folders: list[Path], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"summary\.json"):
        load([tmp_path])
    (tmp_path / "a" / "summary.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DataError, match="no summary"):
        load(folders)
