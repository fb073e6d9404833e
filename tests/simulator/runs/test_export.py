"""A run as JSON lines: every tick once, with what was considered where the run kept it, and nothing else changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from edge_assistant.errors import DataError
from simulator.commands.runs import app
from simulator.runs import events
from simulator.runs.export import export


def test_every_tick_is_a_line_and_recording_changes_nothing(command, tmp_path: Path) -> None:
    call = ("simulate", "--personas", "p01", "--days", 2, "--language", "templates", "--workers", 1, "--json")
    plain = command(*call, "--out", tmp_path / "plain")
    kept = command(*call, "--record-ticks", "--out", tmp_path / "kept")
    assert (plain.code, kept.code) == (0, 0), plain.error + kept.error
    personas = [json.loads(ended.out.splitlines()[-1])["personas"] for ended in (plain, kept)]
    assert personas[0] == personas[1]

    ended = CliRunner().invoke(app, ["export", str(tmp_path / "kept"), str(tmp_path / "deep" / "ticks.jsonl")])
    assert ended.exit_code == 0, ended.output
    lines = [json.loads(line) for line in (tmp_path / "deep" / "ticks.jsonl").read_text().splitlines()]
    with events.read(tmp_path / "kept" / "events.sqlite") as log:
        said = log.suggestions("p01")
        ticks = [len(log.series("p01", day)["total"]) for day in (1, 2)]
    assert [(line["day"], line["tick"]) for line in lines] == [
        (day, tick) for day, count in zip((1, 2), ticks, strict=True) for tick in range(count)
    ]
    assert [line["said"]["text"] for line in lines if line["said"]] == [event["text"] for event in said]
    by_tick = {(line["day"], line["tick"]): line for line in lines}
    for event in said:
        line = by_tick[event["day"], event["tick"]]
        assert line["decision"] == ("answer" if event["requested"] else "speak")
        for name in ("time", "activity", "room", "awake_minutes"):
            assert line["context"][name] == event[name]
        assert line["feedback"] == event["told"]
        assert line["reaction"]["reason"] == event["reason"]
        assert line["judges"]["rubric"]["total"] == sum(event["rating"])
        if not event["requested"]:
            best = line["considered"]["candidates"][0]
            assert best["idea"] == event["idea"]
            assert line["considered"]["chance"] == event["chance"]
    assert all(line["considered"] is not None for line in lines)
    considered = [line["considered"]["candidates"] for line in lines]
    assert any(len(candidates) > 1 for candidates in considered)
    assert all(0 <= one["chance"] <= 1 for candidates in considered for one in candidates)

    assert export(tmp_path / "plain", tmp_path / "plain.jsonl") == len(lines)
    bare = [json.loads(line) for line in (tmp_path / "plain.jsonl").read_text().splitlines()]
    assert [line | {"considered": None} for line in lines] == bare


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no run"):
        export(tmp_path, tmp_path / "ticks.jsonl")
    assert not (tmp_path / "ticks.jsonl").exists()
