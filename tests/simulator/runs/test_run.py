"""Whole runs, from the command line to `summary.json`: equal, resumable, and hard to break."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from edge_assistant import cli, errors
from edge_assistant.paths import CACHE_VARIABLE
from edge_assistant.training.files import locked
from simulator.runs.household import PersonaSetup
from simulator.runs.run_config import FILE, LOCK, RESULTS, RunConfig, prepare_folder
from simulator.world.constants import load_world

DAYS = 4
RUN = ("simulate", "--language", "templates", "--days", DAYS)
TWO = (*RUN, "--personas", "p01,p02")

Start = Callable[..., subprocess.Popen[str]]
Command = Callable[..., Any]  # gives the `Ended` of conftest


def summary(out: Path) -> dict[str, Any]:
    """The summary of a run, costs aside."""
    found: dict[str, Any] = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert found.pop("cost")["seconds"] > 0
    return found


def checkpoint(out: Path, persona: str = "p01") -> int:
    """The last whole day in a persona's store; 0 where there is none."""
    path = out / "stores" / f"{persona}.sqlite"
    if not path.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT value FROM state WHERE key = 'runner'").fetchone()
    except sqlite3.OperationalError:
        return 0  # not made yet
    return int(json.loads(row[0])["day"]) if row else 0


def one_line(text: str) -> str:
    """The error of a failed command, among the lines of its progress."""
    assert "Traceback" not in text
    lines = [line for line in text.splitlines() if not line.startswith("living, ")]
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    return lines[0]


def wait_for(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait until something holds; fail when the process ends before."""
    deadline = time.monotonic() + 120
    while not true():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="session")
def uninterrupted(shop: PersonaSetup, shared_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of two personas, one after the other in this process; nobody writes to it."""
    out = tmp_path_factory.mktemp("uninterrupted") / "run"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(shared_cache))
        assert cli.main([str(part) for part in (*TWO, "--workers", 1, "--out", out)]) == 0
    return out


@pytest.fixture
def expected(uninterrupted: Path) -> dict[str, Any]:
    return summary(uninterrupted)


@pytest.fixture
def copy(uninterrupted: Path, tmp_path: Path) -> Path:
    """A finished run that may be damaged."""
    return Path(shutil.copytree(uninterrupted, tmp_path / "copy"))


def test_the_run_is_worth_comparing(expected: dict[str, Any]) -> None:
    days = [day for persona in expected["personas"] for day in persona["days"]]
    assert len(days) == 2 * DAYS
    assert sum(day["suggestions"] for day in days) > 0
    assert sum(day["needs"] for day in days) > 0


@pytest.mark.parametrize("workers", [1, 2])
def test_equal_commands_give_equal_summaries(
    workers: int, child: Command, expected: dict[str, Any], tmp_path: Path
) -> None:
    ended = child(*TWO, "--workers", workers, "--out", tmp_path / "run", "--json")
    assert ended.code == 0, ended.error
    assert summary(tmp_path / "run") == expected
    printed = json.loads(ended.out.splitlines()[-1])
    assert printed["cost"].keys() >= {"seconds", "model_calls", "peak_rss_mb"}
    assert {**printed, "cost": None} == {**expected, "cost": None}


def test_another_seed_gives_another_summary(command: Command, expected: dict[str, Any], tmp_path: Path) -> None:
    short = ("simulate", "--language", "templates", "--personas", "p01", "--days", 1, "--seed", 8)
    assert command(*short, "--workers", 1, "--out", tmp_path / "run").code == 0
    assert summary(tmp_path / "run")["personas"][0]["days"][0] != expected["personas"][0]["days"][0]


# -- stopped and gone on with -----------------------------------------------------------------------------------------


def test_killed_run_takes_its_workers_along_and_resumes_to_the_same_end(
    start: Start, command: Command, expected: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    process = start(*TWO, "--workers", 2, "--out", out)
    wait_for(lambda: checkpoint(out) > 0 or checkpoint(out, "p02") > 0, process)
    family = psutil.Process(process.pid).children(recursive=True)
    for member in (psutil.Process(process.pid), *family):
        member.suspend()  # a busy machine must not let the run end while the other command starts
    assert command(*TWO, "--workers", 1, "--out", out, "--resume").code == errors.LockedError.exit_code
    process.kill()
    for worker in family:
        worker.resume()
    process.communicate()
    _, alive = psutil.wait_procs(family, timeout=20)
    assert len(family) >= 2
    assert all(worker.status() == psutil.STATUS_ZOMBIE for worker in alive)
    assert not (out / "summary.json").exists()
    assert 0 < checkpoint(out) + checkpoint(out, "p02") < 2 * DAYS

    ended = command(*TWO, "--workers", 1, "--out", out, "--resume")
    assert ended.code == 0, ended.error
    assert summary(out) == expected


def test_interrupted_run_ends_at_once_without_noise(start: Start, tmp_path: Path) -> None:
    out = tmp_path / "run"
    process = start(*RUN[:-1], 300, "--personas", "p01,p02", "--workers", 2, "--out", out)
    wait_for((out / "stores").exists, process)
    wait_for(lambda: len(psutil.Process(process.pid).children()) >= 2, process)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)  # what Ctrl-C does
    _, error = process.communicate(timeout=60)
    assert process.returncode == cli.INTERRUPTED
    assert "Traceback" not in error
    assert not (out / "summary.json").exists()


def test_resume_works_on_a_missing_folder(command: Command, expected: dict[str, Any], tmp_path: Path) -> None:
    ended = command(*RUN, "--personas", "p01", "--workers", 1, "--out", tmp_path / "run", "--resume")
    assert ended.code == 0, ended.error
    assert summary(tmp_path / "run")["personas"] == expected["personas"][:1]


def test_resume_of_a_finished_run_lives_nothing_again(command: Command, expected: dict[str, Any], copy: Path) -> None:
    before = (copy / "stores" / "p01.sqlite").read_bytes()
    ended = command(*TWO, "--workers", 1, "--out", copy, "--resume")
    assert ended.code == 0, ended.error
    assert summary(copy) == expected
    assert (copy / "stores" / "p01.sqlite").read_bytes() == before


def test_resume_refuses_another_run(command: Command, copy: Path) -> None:
    ended = command(*TWO, "--seed", 8, "--out", copy, "--resume")
    assert ended.code == errors.UsageError.exit_code
    assert "seed (7 before, 8 now)" in one_line(ended.error)


def test_resume_refuses_a_world_whose_file_has_changed(tmp_path: Path) -> None:
    world, out = tmp_path / "mine.toml", tmp_path / "run"
    world.touch()
    config = RunConfig({}, "p01", 1, 7, "learner", "reasons", "rubric", "templates", "", "", str(world))
    for text in ("annoyance_step = 0.2", "annoyance_step = 0.20"):  # the same world, written in another way
        world.write_text(text)
        load_world.cache_clear()
        prepare_folder(out, config, resume=True, replace=False)
    world.write_text("annoyance_step = 0.9")
    load_world.cache_clear()
    with pytest.raises(errors.UsageError, match="holds another run: world_hash"):
        prepare_folder(out, config, resume=True, replace=False)


def test_a_folder_that_is_not_empty_is_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "notes.txt").write_text("mine")
    for options in ((), ("--resume",), ("--replace",)):
        ended = command(*TWO, "--out", tmp_path / "run", *options)
        assert ended.code == errors.UsageError.exit_code
        assert str(tmp_path / "run") in one_line(ended.error)
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["notes.txt"]


def test_replace_takes_only_what_a_run_made(command: Command, expected: dict[str, Any], copy: Path) -> None:
    own = ("notes.txt", "photo.png", "mine.html", "stores/mine.sqlite")
    for name in own:
        (copy / name).write_text("mine")
    old = {path.name for path in copy.iterdir()}
    ended = command(*RUN, "--personas", "p01", "--workers", 1, "--out", copy, "--replace")
    assert ended.code == 0, ended.error
    assert [(copy / name).read_text() for name in own] == ["mine"] * len(own)
    assert summary(copy)["personas"] == expected["personas"][:1]
    assert not (copy / "stores" / "p02.sqlite").exists()
    assert {path.name for path in copy.iterdir()} <= old


def test_a_run_leaves_only_what_replace_would_take(uninterrupted: Path) -> None:
    names = {path.name for path in uninterrupted.iterdir() if not path.name.startswith("events.sqlite")}
    assert names <= {*RESULTS, FILE, "stores"}
    assert names >= {"summary.json", "report.html", "skill.png"}


@pytest.mark.parametrize("option", ["--resume", "--replace"])
def test_a_folder_with_a_run_at_work_is_left_alone(option: str, command: Command, copy: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    with locked(copy / LOCK, "this test", wait=False):
        ended = command(*TWO, "--workers", 1, "--out", copy, option)
    assert ended.code == errors.LockedError.exit_code
    assert str(copy) in one_line(ended.error)
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before


@pytest.mark.parametrize("text", ["[]", "{}", '{"personas": 3}', "[" * 100_000])
@pytest.mark.parametrize("option", ["--resume", "--replace"])
def test_an_unsound_configuration_is_one_line(option: str, text: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(text)
    ended = command(*TWO, "--workers", 1, "--out", tmp_path, option)
    assert ended.code == errors.UsageError.exit_code
    assert str(tmp_path / FILE) in one_line(ended.error)
    assert (tmp_path / FILE).read_text() == text


# -- what can go wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("garbage", [b"this is no database\n" * 500, None])
def test_a_damaged_store_is_left_alone_and_the_rest_goes_on(
    garbage: bytes | None, command: Command, expected: dict[str, Any], copy: Path
) -> None:
    store = copy / "stores" / "p01.sqlite"
    damaged = garbage or bytearray(store.read_bytes())
    if garbage is None:
        middle = len(damaged) // 2
        damaged[middle : middle + 40_000] = b"\x55" * 40_000
    store.write_bytes(damaged)
    (copy / "summary.json").unlink()
    ended = command(*TWO, "--workers", 1, "--out", copy, "--resume")
    assert ended.code == errors.StoreError.exit_code
    assert str(store) in one_line(ended.error)
    assert store.read_bytes() == damaged
    assert not (copy / "summary.json").exists()
    assert checkpoint(copy, "p02") == DAYS

    store.unlink()
    assert command(*TWO, "--workers", 1, "--out", copy, "--resume").code == 0
    assert summary(copy) == expected


@pytest.mark.parametrize("whole", [True, False])
def test_damaged_events_are_made_anew(whole: bool, command: Command, uninterrupted: Path, copy: Path) -> None:
    events = copy / "events.sqlite"
    data = bytearray(events.read_bytes())
    data[0 if whole else len(data) // 2 :] = b"\x55" * 5000
    events.write_bytes(data)
    ended = command(*TWO, "--workers", 1, "--out", copy, "--resume")
    assert ended.code == 0, ended.error
    query = "SELECT persona, day, tick, data FROM suggestions ORDER BY 1, 2, 3"
    with (
        closing(sqlite3.connect(events)) as now,
        closing(sqlite3.connect(f"file:{uninterrupted / 'events.sqlite'}?mode=ro", uri=True)) as before,
    ):
        rows = now.execute(query).fetchall()
        assert rows == before.execute(query).fetchall()
    assert rows


def test_a_full_disk_costs_no_whole_day(
    child: Command, command: Command, uninterrupted: Path, expected: dict[str, Any], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(uninterrupted / "stores" / "p01.sqlite")) as connection:
        (night,) = connection.execute("SELECT sum(length(data)) FROM arrays").fetchone()
    limit = int(2.6 * night)  # the log takes two nights, not three

    def fill_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    out = tmp_path / "run"
    ended = child(*RUN, "--personas", "p01", "--workers", 1, "--out", out, before=fill_disk)
    assert ended.code == errors.StoreError.exit_code
    assert str(out) in one_line(ended.error)
    assert 0 < checkpoint(out) < DAYS

    ended = command(*RUN, "--personas", "p01", "--workers", 1, "--out", out, "--resume")
    assert ended.code == 0, ended.error
    assert summary(out)["personas"] == expected["personas"][:1]


def test_a_store_error_in_a_worker_is_one_line_too(child: Command, copy: Path) -> None:
    (copy / "stores" / "p02.sqlite").write_bytes(b"this is no database\n" * 500)
    ended = child(*TWO, "--workers", 2, "--out", copy, "--resume")
    assert ended.code == errors.StoreError.exit_code
    assert "p02.sqlite" in one_line(ended.error)


PERSONA_FILES = {
    "not TOML": ("name = ", "not valid TOML"),
    "incomplete": ('name = "Kim"\nage = 40\n', "occupation"),
    "not text": ("\udcff", "cannot be read"),
}


@pytest.mark.parametrize(("text", "why"), PERSONA_FILES.values(), ids=PERSONA_FILES)
def test_a_bad_persona_file_is_one_line(text: str, why: str, command: Command, tmp_path: Path) -> None:
    path = tmp_path / "kim.toml"
    path.write_bytes(text.encode(errors="surrogateescape"))
    for personas in (path, tmp_path):
        ended = command(*RUN, "--personas", personas, "--out", tmp_path / "run")
        assert ended.code == errors.DataError.exit_code
        assert str(path) in one_line(ended.error)
        assert why in ended.error
    assert not (tmp_path / "run").exists()


WRONG_CALLS = {
    "unknown persona": (("--personas", "p01,nobody"), errors.DataError, "nobody"),
    "no persona": (("--personas", ","), errors.DataError, "','"),
    "feedback": (("--feedback", "applause"), errors.UsageError, "sparse:P"),
    "share": (("--feedback", "sparse:2"), errors.UsageError, "sparse:2"),
    "assistant": (("--assistant", "butler"), errors.UsageError, "learner"),
    "language": (("--language", "latin"), errors.UsageError, "templates"),
    "judge": (("--judge", "jury"), errors.UsageError, "rubric"),
    "judge without model": (("--judge", "llm"), errors.UsageError, "model"),
    "world": (("--world", "muddy"), errors.UsageError, "moody"),
    "setup": (("--setup", "long"), errors.UsageError, "words"),
    "review": (("--review", "51"), errors.UsageError, "--review"),
    "days": (("--days", "0"), errors.UsageError, "--days"),
    "workers": (("--workers", "-1"), errors.UsageError, "--workers"),
    "model without use": (("--model", "missing.gguf"), errors.UsageError, "--model"),
    "model": (("--language", "model", "--model", "missing.gguf"), errors.ModelError, "missing.gguf"),
}


@pytest.mark.parametrize(("options", "kind", "why"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_wrong_call_is_one_line_and_leaves_nothing(
    options: tuple[str, ...], kind: type[errors.EdgeAssistantError], why: str, command: Command, tmp_path: Path
) -> None:
    ended = command(*RUN, "--personas", "p01", "--out", tmp_path / "run", *options)
    assert ended.code == kind.exit_code
    assert why in one_line(ended.error)
    assert ended.out == ""
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("text", "why"), [("request_chanse = 0.1\n", "request_chanse"), ("review_slip = 3\n", "review_slip"), ("x", "TOML")]
)
def test_a_bad_world_is_one_line_and_leaves_nothing(text: str, why: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text)
    ended = command(*RUN, "--personas", "p01", "--world", tmp_path / "mine.toml", "--out", tmp_path / "run")
    assert ended.code == errors.DataError.exit_code
    assert why in one_line(ended.error)
    assert not (tmp_path / "run").exists()


# -- what is asked beside suggestions ---------------------------------------------------------------------------------


def days_of(out: Path) -> list[dict[str, Any]]:
    with closing(sqlite3.connect(out / "stores" / "p01.sqlite")) as connection:
        rows = connection.execute("SELECT value FROM state WHERE key LIKE 'day.%' ORDER BY key").fetchall()
    return [json.loads(row[0]) for row in rows]


def test_by_default_a_person_is_asked_everything(uninterrupted: Path, expected: dict[str, Any]) -> None:
    config = json.loads((uninterrupted / FILE).read_text(encoding="utf-8"))
    assert (config["world"], config["setup"], config["review"], config["shelf"]) == ("default", "full", 8, True)
    assert expected["world"] == "default"
    kinds = {card["kind"] for day in days_of(uninterrupted) for card in day["cards"]}
    assert kinds >= {"idea", "moment"}
    first = expected["personas"][0]["days"][0]
    assert first["effort_seconds"] >= 120
    assert first["answers"] >= len(days_of(uninterrupted)[0]["cards"])


def test_a_world_of_ones_own_without_questions(command: Command, tmp_path: Path) -> None:
    world = tmp_path / "mine.toml"
    world.write_text("request_chance = 0.0\nglance_chance = 0.0\nwindow_shift = 1.0\n")
    call = ("simulate", "--language", "templates", "--personas", "p01", "--days", 2, "--workers", 1)
    ended = command(*call, "--world", world, "--setup", "none", "--review", 0, "--out", tmp_path / "run", "--json")
    assert ended.code == 0, ended.error
    found = json.loads(ended.out.splitlines()[-1])
    assert found["world"] == str(world)
    days = found["personas"][0]["days"]
    assert all(day["requests"] == 0 for day in days)
    assert all(day["effort_seconds"] == 5 * day["suggestions"] == 5 * day["answers"] for day in days)
    assert not any(day["cards"] for day in days_of(tmp_path / "run"))
    other = command(*call, "--setup", "none", "--review", 0, "--out", tmp_path / "run", "--resume")
    assert other.code == errors.UsageError.exit_code
    assert "world" in one_line(other.error)


# -- a real model -----------------------------------------------------------------------------------------------------

REFUSAL = """
import pathlib, socket
pathlib.Path({log!r}).write_text("guarded\\n")
def refuse(self, address):
    if self.family != getattr(socket, "AF_UNIX", None):
        with open({log!r}, "a") as file: file.write(f"connect {{address}}\\n")
        raise OSError(101, "this test has no network")
socket.socket.connect = socket.socket.connect_ex = refuse
"""


@pytest.mark.model
def test_a_real_model_lives_a_day_offline(child: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, log = tmp_path / "run", tmp_path / "network.log"
    (tmp_path / "guard").mkdir()
    (tmp_path / "guard" / "sitecustomize.py").write_text(REFUSAL.format(log=str(log)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "guard"), prepend=os.pathsep)
    ended = child("simulate", "--personas", "p01", "--days", 1, "--assistant", "random", "--out", out)
    assert ended.code == 0, ended.error
    assert log.read_text() == "guarded\n"

    found = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert found["model"]["quantization"]
    assert len(found["model"]["sha256"]) == 64
    assert found["cost"]["model_calls"] > 0
    assert found["cost"]["prompt_tokens"] > 0
    assert found["cost"]["peak_rss_mb"] <= 1500
    with closing(sqlite3.connect(out / "events.sqlite")) as connection:
        said = [json.loads(row[0])["text"] for row in connection.execute("SELECT data FROM suggestions")]
    assert len(said) == found["personas"][0]["days"][0]["suggestions"] + found["personas"][0]["days"][0]["requests"]
    assert said and all(len(text.split()) >= 2 for text in said)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "data:image/png;base64," in page
