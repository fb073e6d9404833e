"""Annotated rows: reading, splitting by recording, learning what can be learned, and the command."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

from edge_assistant import cli
from edge_assistant.errors import DataError
from edge_assistant.llm.embedding import HashEmbedder
from simulator.proactivebench.evaluation import evaluate, folds
from simulator.proactivebench.measures import area, best_threshold, counts, gain, measures
from simulator.proactivebench.rows import Row, load, seconds_of
from simulator.proactivebench.showing import Bar

THINGS = ("spreadsheet", "holiday", "invoice", "garden", "recipe", "concert", "passport", "bicycle")


def line(trace: int, moment: int, proposal: str | None, valid: bool, needed: bool) -> str:
    thing = THINGS[(trace + moment) % len(THINGS)]
    doing = "searches for" if needed else "looks at"
    events = [{"time": f"Day {trace}, 9:00 AM", "event": f"The user begins piece of work {trace}."}]
    events.append({"time": f"Day {trace}, 9:{moment + 10} AM", "event": f"The user {doing} the {thing}."})
    return json.dumps({"obs": events, "pred_task": proposal, "valid": valid, "help_needed": needed})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Six recordings in which a proposal is right if it is about what the person does now."""
    lines = []
    for trace in range(6):
        for moment in range(8):
            needed = moment % 2 == 0
            thing, other = THINGS[(trace + moment) % 8], THINGS[(trace + moment + 3) % 8]
            lines.append(line(trace, moment, f"Explain the {thing}", True, needed))
            lines += [line(trace, moment, f"Explain the {other}", False, needed)]
            lines += [line(trace, moment, f"Open the {other} again", False, needed)]
            lines.append(line(trace, moment, None, not needed, needed))
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def nothing(*_: object) -> None:
    """Progress that nobody looks at."""


def test_finds_what_the_rows_hold(file: Path) -> None:
    result = evaluate(load(file), None, HashEmbedder(), nothing)
    assert result["valid"]["f1"] > 0.9
    assert result["help_needed"]["f1"] > 0.9
    assert result["valid"]["gain"]["always_propose"]["ci"][0] > 0.05
    assert result["valid"]["gain"]["bag_of_words"]["f1"] > 0.05  # it cannot see that two texts share a word
    assert result["baselines"]["always_propose"]["valid"]["recall"] == 1.0
    assert result["baselines"]["never_propose"]["f1"] == 0.0


def test_labels_of_the_test_rows_are_never_looked_at(file: Path) -> None:
    rows = load(file)
    learned, asked = ([row for row in rows if (row.trace < "Day 4") == early] for early in (True, False))
    turned = [Row(row.events, row.proposal, not row.valid, not row.help_needed, row.trace) for row in asked]
    plain, other = (evaluate(learned, chosen, HashEmbedder(), nothing) for chosen in (asked, turned))
    assert plain["valid"]["area"] == pytest.approx(1 - other["valid"]["area"])


def test_a_recording_in_both_files_is_not_learned_from(file: Path) -> None:
    rows = load(file)
    asked = [row for row in rows if row.trace.startswith("Day 0")]
    result = evaluate(rows, asked, HashEmbedder(), nothing)
    assert result["rows"]["left_out_of_training"] == len(asked)
    assert result["rows"]["train_recordings"] == 5
    with pytest.raises(DataError, match="expected at least 2"):
        evaluate(rows, rows, HashEmbedder(), nothing)


def test_folds_never_part_a_recording() -> None:
    traces = [f"r{index % 7}" for index in range(50)]
    parts = folds(traces, 3)
    assert sorted(np.concatenate(parts).tolist()) == list(range(50))
    held = [{traces[index] for index in part} for part in parts]
    assert sum(map(len, held)) == 7


def test_measures_by_hand() -> None:
    predicted, labels = np.array([1, 1, 0, 0, 1], dtype=bool), np.array([1, 0, 1, 0, 1], dtype=bool)
    table = counts(predicted, labels, list("aabbb"))
    assert table.tolist() == [[1, 1, 0, 0], [1, 0, 1, 1]]
    found = {name: float(value) for name, value in measures(table.sum(axis=0)).items()}
    expected = {"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3, "accuracy": 0.6, "false_alarm_rate": 0.5}
    assert found == pytest.approx(expected)
    assert gain(table, table) == {"f1": 0.0, "ci": [0.0, 0.0]}
    assert area(np.array([3.0, 1.0, 1.0, 0.0]), np.array([True, True, False, False])) == pytest.approx(0.875)
    scores = np.linspace(0, 1, 100)
    assert best_threshold(scores, scores > 0.6) == pytest.approx(0.6, abs=0.02)


def test_times_of_both_kinds() -> None:
    assert seconds_of("Day 1, 12:05 AM") == 86400 + 300
    assert seconds_of("Day 0, 12:05 PM") == 12 * 3600 + 300
    assert seconds_of("1717336761.455") == 1717336761.455
    for other in ("noon", "nan", "inf", "-inf", "1e308", f"Day {'9' * 400}, 9:00 AM", f"Day {'9' * 5000}, 9:00 AM"):
        assert seconds_of(other) == 0.0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1"),
        ('{"obs": []}', "at least one"),
        ('{"obs": [{"time": "1", "event": "x"}]}', "lacks 'valid'"),
        ('{"obs": [{"time": "1", "event": "x"}], "valid": 1}', "expected true or false"),
        ("", "holds no row"),
        ("[" * 100_000, "line 1"),
        (r'{"obs": [{"time": "1", "event": "\ud800"}], "pred_task": null, "valid": true, "help_needed": true}', "half"),
        (r'{"obs": [{"time": "1", "event": "x"}], "pred_task": "\ud800", "valid": true, "help_needed": true}', "half"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        load(path)


def test_missing_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["evaluate", "proactivebench", "--train", str(tmp_path / "none.jsonl")])
    assert code == DataError.exit_code
    assert capsys.readouterr().err.count("\n") == 1


def test_a_pipe_is_told_every_tenth() -> None:
    stream = io.StringIO()
    with Bar(stream) as bar:
        for done in range(101):
            bar.tell("bag_of_words", done, 100)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 11
    assert (lines[0], lines[-1]) == ("bag of words: 0 of 100", "bag of words: 100 of 100")
