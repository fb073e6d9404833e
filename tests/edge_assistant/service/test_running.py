"""The core as a process: one owner, private files, any number of clients, and no harm from kills."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from edge_assistant.paths import Paths
from edge_assistant.service.rpc.client import Client, CoreError, NotRunningError, call_once
from edge_assistant.service.rpc.socket_path import LONGEST_SOCKET_PATH, socket_path

PATIENCE = 240.0
QUESTION = "what do I need for that?"
"""That only a model answers."""

STAND_INS = '[model]\npath = "stand-in"\n\n[embedding]\npath = "stand-in"\n\n[sources]\n' + "".join(
    f"{name} = false\n" for name in ("calendar", "activitywatch", "idle", "do_not_disturb", "full_screen")
)

Start = Callable[..., subprocess.Popen[str]]


def until(true: Callable[[], object], process: subprocess.Popen[str] | None = None) -> object:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not (found := true()):
        assert process is None or process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def asks(method: str, **params: object) -> object:
    return call_once(Paths.from_environment().home, method, timeout=PATIENCE, **params)


def answers() -> bool:
    try:
        return asks("status")["state"] not in ("loading", "restarting")
    except NotRunningError:
        return False


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts cores on this test's home, and ends whatever is left of them."""
    started: list[subprocess.Popen[str]] = []
    paths = Paths.from_environment()
    paths.home.mkdir(mode=0o755)
    paths.config.write_text(STAND_INS)

    def begin(*arguments: str, wait: bool = True) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "edge_assistant.cli", "run", "--tick", "3600", *arguments]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=dict(os.environ))
        started.append(process)
        if wait:
            until(answers, process)
        return process

    yield begin
    for process in started:
        if process.poll() is None:
            for child in psutil.Process(process.pid).children():
                child.kill()
            process.kill()
        process.communicate()


def model_of(process: subprocess.Popen[str]) -> psutil.Process | None:
    """The child that holds the model."""
    children = psutil.Process(process.pid).children()
    return children[0] if children else None


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "edge_assistant.cli", *arguments], capture_output=True, text=True, env=dict(os.environ)
    )


def test_files_are_private_and_one_owner_is_enough(start):
    start()
    home = Paths.from_environment().home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    made = [path for path in home.iterdir() if path.name != "config.toml"]
    assert {path.name for path in made} >= {"store.sqlite", "core.lock", "core.sock"}
    assert {
        path.name for path in made if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    } == set()
    second = command("run")
    assert second.returncode == 7
    assert second.stderr.count("\n") == 1 and "is running on it" in second.stderr


def test_commands_reach_the_running_core(start):
    start()
    entry = json.loads(command("suggest", "--json").stdout)
    assert entry["requested"]
    told = command("doing", "repairing the bicycle", "--until", "16:30")
    assert told.stdout == "you are doing: repairing the bicycle, until 16:30\n"
    assert asks("status")["activity"]["text"] == "repairing the bicycle"
    assert command("doing", "nothing much", "--until", "soon").returncode == 2
    status = json.loads(command("status", "--feed", "3", "--json").stdout)
    assert status["running"] and status["feed"][0]["id"] == entry["id"]
    answered = command("feedback", entry["id"], "--dismiss", "--reason", "timing")
    assert answered.returncode == 0 and "dismissed" in answered.stdout
    assert "silent if" in command("why", entry["id"]).stdout
    assert "until" in command("pause", "30").stdout and asks("status")["state"] == "paused"
    assert command("resume").returncode == 0 and asks("status")["state"] == "ready"
    unknown = command("feedback", "s99", "--accept")
    assert unknown.returncode == 2 and unknown.stderr.startswith("error: suggestion 's99'")


def test_a_killed_core_loses_nothing(start):
    process = start()
    first, second = asks("suggest")["entry"], asks("suggest")["entry"]
    asks("feedback", id=first["id"], reaction="dismissed", reason="preference")
    asks("edit", id=second["id"], text="Have a cup of tea.")
    feed, beliefs = asks("feed"), asks("learning")["beliefs"]
    model = model_of(process)
    process.kill()
    process.wait()
    with pytest.raises(NotRunningError):
        asks("status")
    until(lambda: not model.is_running() or model.status() == psutil.STATUS_ZOMBIE)
    start()
    assert asks("feed") == feed
    again = {belief["id"]: belief["value"] for belief in asks("learning")["beliefs"]}
    assert again == {belief["id"]: belief["value"] for belief in beliefs}
    assert asks("undo")["id"] == second["id"]


def test_an_answer_comes_word_by_word(start):
    start()

    async def talk() -> tuple[dict[str, Any], list[str]]:
        client = await Client.connect(Paths.from_environment().home)
        await client.call("subscribe")
        entry = (await client.call("suggest"))["entry"]
        result = await client.call("ask", text=QUESTION, about=entry["id"], ask="mine")
        await client.call("status")
        tokens: list[str] = []
        events = client.events()
        while result["text"] not in "".join(tokens):  # they came before the answer, and wait
            event, data = await asyncio.wait_for(anext(events), PATIENCE)
            if event == "token":
                assert data["ask"] == "mine"
                tokens.append(data["text"])
        await client.close()
        return result, tokens

    answer, tokens = asyncio.run(talk())
    assert answer["state"] == "done" and len(tokens) > 1


def test_a_killed_model_is_told_and_started_again(start):
    process = start()
    model = model_of(process)

    async def talk() -> tuple[dict[str, Any], list[str], dict[str, Any]]:
        client = await Client.connect(Paths.from_environment().home)
        await client.call("subscribe")
        entry = (await client.call("suggest"))["entry"]
        model.suspend()  # so that the question is under way
        asked = asyncio.create_task(client.call("ask", text=QUESTION, about=entry["id"]))
        await asyncio.sleep(0.3)
        status = await client.call("status")  # nobody else waits for the model
        assert status["state"] == "ready" and not asked.done()
        model.kill()
        first = await asyncio.wait_for(asked, PATIENCE)
        states: list[str] = []
        async with asyncio.timeout(PATIENCE):
            async for event, data in client.events():
                if event == "state":
                    states.append(data["state"])
                if states[-1:] == ["ready"] and "restarting" in states:  # a tick before the kill tells ready, too
                    break
        again = await client.call("ask", text=QUESTION, about=entry["id"])
        await client.close()
        return first, states, again

    first, states, again = asyncio.run(talk())
    assert first["state"] == "restarted", first
    # it may have been on its way to the model, or not yet
    assert "ask once more" in first["text"] or "ask again in a moment" in first["text"]
    assert "restarting" in states
    assert again["state"] == "done" and again["text"]
    assert model_of(process).pid != model.pid
    assert process.poll() is None


def test_a_question_can_be_cancelled(start):
    process = start()
    model = model_of(process)

    async def talk() -> dict[str, Any]:
        client = await Client.connect(Paths.from_environment().home)
        entry = (await client.call("suggest"))["entry"]
        model.suspend()
        asked = asyncio.create_task(client.call("ask", text=QUESTION, about=entry["id"], ask="mine"))
        await asyncio.sleep(0.3)
        assert (await client.call("cancel", ask="other")) == {"cancelled": False}
        assert (await client.call("cancel", ask="mine")) == {"cancelled": True}
        await asyncio.sleep(0.3)
        model.resume()
        return await asyncio.wait_for(asked, PATIENCE)

    assert asyncio.run(talk())["state"] in ("cancelled", "done")


def test_bad_lines_and_clients_that_leave_harm_nobody(start):
    start()
    path = str(socket_path(Paths.from_environment().home))
    for line in (b"nonsense\n", b"[1]\n", b'{"id": 1}\n', b'{"id": 1, "method": "status", "params": 3}\n'):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(path)
            client.sendall(line)
            assert json.loads(client.makefile().readline())["error"]["code"] == 2
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        client.sendall(b'{"id": 1, "method": "subscribe"}\n{"id": 2, "method"')
    with pytest.raises(CoreError, match="unknown"):
        asks("nothing")
    assert asks("status")["state"] == "ready"


def test_it_ends_when_told(start):
    for end in (lambda process: process.terminate(), lambda process: asks("shutdown")):
        process = start()
        with socket.socket(socket.AF_UNIX) as screen:  # attached, and still there when it ends
            screen.connect(str(socket_path(Paths.from_environment().home)))
            screen.sendall(b'{"id": 1, "method": "subscribe"}\n')
            assert screen.makefile().readline()
            end(process)
            assert process.wait(PATIENCE) == 0
        assert "Traceback" not in process.stderr.read()
        assert not socket_path(Paths.from_environment().home).exists()


def test_an_attached_core_ends_with_its_parent(start):
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'edge_assistant.cli', 'run', '--attached'])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(1000)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    core = psutil.Process(int(parent.stdout.readline()))
    try:
        until(answers)
        parent.send_signal(signal.SIGKILL)
        parent.communicate()
        until(lambda: not core.is_running() or core.status() == psutil.STATUS_ZOMBIE)
    finally:
        if core.is_running():
            core.kill()


def test_a_missing_model_is_no_hindrance(start):
    start("--model", "/nowhere/model.gguf")
    status = asks("status")
    assert status["state"] == "choosing-only" and status["model"]["state"] == "failed"
    assert "no such file" in status["model"]["detail"]
    assert asks("suggest")["entry"]["text"]
    answer = asks("ask", text=QUESTION)
    assert answer["state"] == "restarted" or answer["state"] == "cannot-write"


def test_nothing_running_is_no_error():
    for arguments in (
        ("status", "--json"),
        ("ask", "what did I do?", "--json"),
        ("feedback", "s1", "--accept", "--json"),
        ("pause", "--json"),
        ("resume", "--json"),
        ("why", "s1", "--json"),
        ("service", "--json"),
        ("backup", "kept.backup", "--json"),
        ("study", "export", "--json"),
    ):
        ended = command(*arguments)
        assert ended.returncode == 0, (arguments, ended.stderr)
        json.loads(ended.stdout)
    assert not Paths.from_environment().home.exists()


def test_long_paths_find_another_place(tmp_path):
    assert socket_path(tmp_path).parent == tmp_path or len(os.fsencode(tmp_path)) > LONGEST_SOCKET_PATH - 11
    deep = Path("/" + "x" * 120)
    place = socket_path(deep)
    assert len(os.fsencode(place)) <= LONGEST_SOCKET_PATH and place != socket_path(Path("/" + "y" * 120))


def answered_until_killed(process: subprocess.Popen[str], seconds: float) -> dict[str, str]:
    """Suggestions and the answers that the core has confirmed before it was killed."""
    confirmed: dict[str, str] = {}
    killer = threading.Timer(seconds, process.kill)
    killer.start()
    try:
        for number in itertools.count():
            entry = asks("suggest")["entry"]
            confirmed[entry["id"]] = "open"
            reaction = ("accepted", "dismissed")[number % 2]
            confirmed[entry["id"]] = asks("feedback", id=entry["id"], reaction=reaction)["state"]
    except NotRunningError:
        pass
    killer.join()
    process.wait()
    return confirmed


def no_answer_is_lost(start: Start, kills: int) -> None:
    generator = random.Random(kills)
    confirmed: dict[str, str] = {}
    for _ in range(kills):
        confirmed |= answered_until_killed(start(), generator.uniform(0.2, 3.0))
        process = start()
        kept = {entry["id"]: entry["state"] for entry in asks("feed", limit=1000)["entries"]}
        # what was said but not confirmed may be there or not; what was confirmed must be
        lost = {name: state for name, state in confirmed.items() if kept.get(name) != state}
        assert set(lost.values()) <= {"open"}, lost
        assert set(confirmed) <= set(kept)
        asks("shutdown")
        process.wait(PATIENCE)
    assert len(confirmed) > kills


@pytest.mark.timeout(1200)
def test_killed_while_answering_no_answer_is_lost(start):
    no_answer_is_lost(start, 2)


@pytest.mark.study
@pytest.mark.timeout(3600)
def test_killed_twenty_times_no_answer_is_lost(start):
    no_answer_is_lost(start, 20)


@pytest.mark.study
def test_an_idle_hour_costs_little(start):
    """Twelve ticks of the hour's 24 in a minute; an hour may cost 36 seconds of a core."""
    process = start("--tick", "5")
    time.sleep(10)

    def spent() -> float:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        return sum(sum(member.cpu_times()[:2]) for member in family)

    before = spent()
    time.sleep(60)
    assert (spent() - before) * 2 < 36
