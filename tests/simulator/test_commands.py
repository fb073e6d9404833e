"""The simulator's other commands: personas, prior, bench."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge_assistant import errors
from simulator.people import persona

Command = Callable[..., Any]

DATA = Path(__file__).parents[1] / "data" / "propersim"


def test_list_names_the_whole_cast(command: Command) -> None:
    ended = command("personas", "list", "--json")
    assert ended.code == 0
    listed = json.loads(ended.out)
    assert [entry["id"] for entry in listed] == [f"p{number:02}" for number in range(1, 33)]
    assert all(entry["name"] and entry["occupation"] for entry in listed)
    table = command("personas", "list", "p01,p02")
    assert table.code == 0
    assert listed[0]["name"].split()[0] in table.out
    assert "p03" not in table.out


def test_show_prints_the_file_and_the_data(command: Command) -> None:
    assert command("personas", "show", "p01").out.strip() == (persona.PACKAGED / "p01.toml").read_text("utf-8").strip()
    data = json.loads(command("personas", "show", "p01", "--json").out)
    assert persona.Persona.model_validate(data) == persona.load(persona.PACKAGED / "p01.toml")


def test_show_of_several_is_a_list_or_their_files(command: Command, tmp_path: Path) -> None:
    shown = json.loads(command("personas", "show", "p01,p02", "--json").out)
    assert [entry["id"] for entry in shown] == ["p01", "p02"]
    source = (persona.PACKAGED / "p01.toml").read_text(encoding="utf-8")
    for name in ("kim", "rowan"):
        (tmp_path / f"{name}.toml").write_text(f"# {name}\n{source}", encoding="utf-8")
    ended = command("personas", "show", tmp_path)
    assert ended.code == 0, ended.error
    assert ended.out.index("# kim") < ended.out.index("# rowan")
    shown = json.loads(command("personas", "show", tmp_path, "--json").out)
    assert [entry["id"] for entry in shown] == ["kim", "rowan"]


def test_no_name_is_no_folder(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kim.toml").write_text((persona.PACKAGED / "p01.toml").read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert command("personas", "show", "").code == errors.DataError.exit_code


def test_show_of_an_unknown_persona_is_one_line(command: Command) -> None:
    ended = command("personas", "show", "nobody")
    assert ended.code == errors.DataError.exit_code
    assert ended.error.count("\n") == 1
    assert "nobody" in ended.error


def test_validate_passes_a_packaged_persona(command: Command) -> None:
    ended = command("personas", "validate", "p01", "--json")
    assert ended.code == 0
    result = json.loads(ended.out)["p01"]
    assert result["problems"] == []
    assert 0.05 <= result["receptive"] <= 0.35
    assert "p01: passes" in ended.error


def test_validate_refuses_a_persona_that_is_too_easy(command: Command, tmp_path: Path) -> None:
    source = (persona.PACKAGED / "p01.toml").read_text(encoding="utf-8")
    head, _, tail = source.partition("[timing]")
    changed, count = re.subn(r"(?m)^threshold = .*$", "threshold = 0.05", tail, count=1)
    assert count == 1
    easy = tmp_path / "easy.toml"
    easy.write_text(f"{head}[timing]{changed}", encoding="utf-8")
    ended = command("personas", "validate", easy)
    assert ended.code == errors.DataError.exit_code
    assert ended.error.splitlines()[-1].startswith("error: 1 of 1 personas fail the hardness check: easy")
    assert "fails" in ended.out


def test_import_writes_a_persona_and_tells_what_it_understood(command: Command, tmp_path: Path) -> None:
    ended = command("personas", "import", DATA / "amara.json", "--out", tmp_path / "people")
    assert ended.code == 0, ended.error
    (path,) = (tmp_path / "people").glob("*.toml")
    assert persona.load(path).id == path.stem
    assert "assumed" in ended.out
    assert "amara: 1 of 1" in ended.error
    again = command("personas", "import", DATA / "amara.json", "--out", tmp_path / "people")
    assert again.code == errors.DataError.exit_code
    assert again.error.count("\n") == 1


def test_import_into_a_file_is_refused_at_once(command: Command, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    for out in (tmp_path / "taken", tmp_path / "taken" / "people"):
        ended = command("personas", "import", DATA / "amara.json", "--out", out)
        assert ended.code == errors.UsageError.exit_code
        assert ended.error.count("\n") == 1
        assert f"{tmp_path / 'taken'} is a file" in ended.error


def test_an_imported_persona_can_be_lived(command: Command, tmp_path: Path) -> None:
    assert command("personas", "import", DATA / "amara.json", "--out", tmp_path / "people").code == 0
    out = tmp_path / "run"
    options = ("--days", 1, "--language", "templates", "--assistant", "silent", "--workers", 1)
    ended = command("simulate", "--personas", tmp_path / "people", *options, "--out", out)
    assert ended.code == 0, ended.error
    (day,) = json.loads((out / "summary.json").read_text(encoding="utf-8"))["personas"][0]["days"]
    assert day["suggestions"] == 0


@pytest.mark.parametrize("content", ["{", "[]", '{"name": 3}'])
def test_import_of_a_bad_file_is_one_line(content: str, command: Command, tmp_path: Path) -> None:
    path = tmp_path / "kim.json"
    path.write_text(content)
    ended = command("personas", "import", path, "--out", tmp_path / "people")
    assert ended.code == errors.DataError.exit_code
    assert ended.error.count("\n") == 1
    assert str(path) in ended.error


def test_bench_tick_ends_with_one_line_of_figures(command: Command) -> None:
    for options in ((), ("--json",)):
        ended = command("bench", "tick", "--days", 1, *options)
        assert ended.code == 0
        lines = ended.out.splitlines()
        figures = json.loads(lines[-1])
        assert figures["ticks"] > 300
        assert 0 < figures["tick_p50_ms"] <= figures["tick_p99_ms"]
        assert figures["learning_day_ms"] > 0
        assert (len(lines) == 1) == bool(options)


def test_bench_memory_ends_with_one_line_of_figures(command: Command) -> None:
    ended = command("bench", "memory", "--count", 600, "--queries", 20, "--json")
    assert ended.code == 0
    (line,) = ended.out.splitlines()
    assert json.loads(line)


def test_bench_engine_refuses_a_model_that_is_not_there(command: Command) -> None:
    ended = command("bench", "engine", "--model", "nowhere.gguf")
    assert ended.code == errors.ModelError.exit_code
    assert "nowhere.gguf" in ended.error


def test_what_the_command_line_leaves_open_comes_from_the_settings(command, tmp_path, monkeypatch):
    monkeypatch.setenv("EDGE_ASSISTANT_SIMULATION__DAYS", "1")
    monkeypatch.setenv("EDGE_ASSISTANT_SIMULATION__LANGUAGE", "templates")
    monkeypatch.setenv("EDGE_ASSISTANT_SIMULATION__SEED", "5")
    ended = command("simulate", "--personas", "p01", "--seed", 3, "--out", tmp_path / "run", "--json")
    assert ended.code == 0, ended.error
    config = json.loads((tmp_path / "run" / "config.json").read_text(encoding="utf-8"))
    assert (config["days"], config["language"], config["seed"]) == (1, "templates", 3)


OUT_OF_BOUNDS = (
    "bench tick --days 0",
    "bench tick --days -3",
    "bench memory --count 0",
    "bench memory --queries 0",
    "bench memory --seed -1",
    "bench dpo --pairs 0",
    "bench dpo --tokens 0",
    "bench dpo --epochs 0",
    "bench dpo --threads -1",
)


@pytest.mark.parametrize("call", OUT_OF_BOUNDS)
def test_a_number_out_of_bounds_is_one_line(call: str, command: Command) -> None:
    ended = command(*call.split())
    assert ended.code == errors.UsageError.exit_code
    assert ended.error.count("\n") == 1
    assert call.split()[2] in ended.error


@pytest.mark.parametrize("group", ["bench", "experiment", "personas"])
def test_a_group_says_what_it_does(group: str, command: Command) -> None:
    page = command(group, "--help").out
    _, rest = page.split("[ARGS]...", 1)
    assert re.match(r"\s+[A-Z][a-z]+ ", rest), page
