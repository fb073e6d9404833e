"""One real workshop and one cache a session: the packaged ideas and embedding are loaded, and texts embedded, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from edge_assistant import cli
from edge_assistant.paths import CACHE_VARIABLE
from simulator.people import persona
from simulator.runs import household
from simulator.runs.household import PersonaSetup
from simulator.world import embedding


@dataclass(frozen=True)
class Ended:
    """A command that has ended: its exit code, and what it printed."""

    code: int
    out: str
    error: str


Command = Callable[..., Ended]


@pytest.fixture(scope="session")
def shop(shared_cache: Path) -> PersonaSetup:
    """The first persona with the packaged ideas and the packaged embedding."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(shared_cache))
        embedding.embedder.cache_clear()
        embedding.activity_classifier.cache_clear()
        return household.workshop(persona.load(persona.PACKAGED / "p01.toml"))


@pytest.fixture
def warm(shop: PersonaSetup, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this test and its child processes share the session's cache."""
    monkeypatch.setenv(CACHE_VARIABLE, str(shared_cache))
    return shared_cache


@pytest.fixture
def command(warm: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    """Run a command line in this process; an exception that gets out of it fails the test."""

    def run(*arguments: object) -> Ended:
        capfd.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        return Ended(code, *capfd.readouterr())

    return run


@pytest.fixture
def start(warm: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start a command line in a process of its own, the leader of its group; `before` runs in it first."""

    def begin(*arguments: object, before: Callable[[], None] | None = None) -> subprocess.Popen[str]:
        def first() -> None:
            # tests that run in the background of a script have inherited that Ctrl-C is ignored
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if before is not None:
                before()

        return subprocess.Popen(
            [sys.executable, "-m", "edge_assistant.cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=dict(os.environ),
            preexec_fn=first,
        )

    return begin


@pytest.fixture
def child(start: Callable[..., subprocess.Popen[str]]) -> Command:
    """Run a command line in a process of its own, to its end."""

    def run(*arguments: object, before: Callable[[], None] | None = None) -> Ended:
        process = start(*arguments, before=before)
        out, error = process.communicate(timeout=200)
        return Ended(process.returncode, out, error)

    return run
