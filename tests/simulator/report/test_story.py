"""A run told line by line: what was said with its answer, the review of each day, in order."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_assistant.errors import DataError
from edge_assistant.storage.store import Store
from simulator.commands.runs import app
from simulator.report.story import story
from simulator.runs import events


def _card(kind: str, time: str, answer: str, idea: str = "tea") -> dict[str, str]:
    return {"kind": kind, "time": time, "activity": "resting", "idea": idea, "answer": answer}


def test_each_suggestion_and_each_review_is_a_line_in_order(make_run) -> None:
    folder, _ = make_run(people=1, days=2, said=4)
    with events.read(folder / "events.sqlite") as log:
        said, wakes = log.suggestions("p01"), log.wakes("p01")
    night = wakes[1].replace(hour=23, minute=59).isoformat(timespec="seconds")
    cards = [_card("idea", night, "yes"), _card("idea", night, "no"), _card("moment", night, "yes")]
    (folder / "stores").mkdir()
    with Store.open(folder / "stores" / "p01.sqlite") as store:
        store.set_state("day.1", {"cards": [*cards, _card("shelf", night, "yes", "boil-two-eggs-tomorrow")]})
        store.set_state("day.2", {"cards": []})
    lines = list(story(folder))
    assert len(lines) == len(said) + 2
    first = next(event for event in said if event["day"] == 1)
    assert lines[0].startswith(f"{wakes[1]:%a} {first['time'][11:16]}  {first['activity']}")
    assert lines[0].endswith(("accepted", "dismissed: bad time"))
    assert first["text"] in lines[0]
    assert lines[4].endswith("resting | boil two eggs for tomorrow's lunch | taken from the shelf")
    assert lines[5] == f"{wakes[1]:%a} night  review | 3 cards: 2 ideas, 1 moment | 2 yes, 1 no"
    asked, marked = [event for event in said if event["requested"]], [line for line in lines if "asked for" in line]
    assert all(event["activity"] in line for event, line in zip(asked, marked, strict=True))


def test_several_people_have_headings_and_a_run_without_stores_is_told_too(make_run) -> None:
    folder, _ = make_run(people=2, days=1, said=3)
    ended = CliRunner().invoke(app, ["story", str(folder)])
    assert ended.exit_code == 0
    lines = ended.output.splitlines()
    assert [line for line in lines if line.startswith("--")] == ["-- p01 --", "-- p02 --"]
    assert len(lines) == 8


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"events\.sqlite"):
        list(story(tmp_path))
