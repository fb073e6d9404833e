"""What the script commands share: ask the running core, or, where none runs, what lies in the store."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from typing import Any

import typer

from edge_assistant.paths import Paths
from edge_assistant.service.rpc.client import NotRunningError, call_once
from edge_assistant.service.rpc.values import readable

NOT_RUNNING = "no assistant is running; start it with 'edge-assistant run' or 'edge-assistant tui'"


def ask_running(method: str, *, timeout: float | None = 60.0, **params: Any) -> Any | None:
    """The running service's answer, or None where none runs.

    Raises:
        CoreError: the core refused.
    """
    try:
        return call_once(Paths.from_environment().home, method, timeout=timeout, **params)
    except NotRunningError:
        return None


def ask_any(method: str, **params: Any) -> Any | None:
    """As `ask_running`, but where no service runs the store is opened for this one call; None where there is none yet.

    Raises:
        EdgeAssistantError: what the person can mend.
    """
    answer = ask_running(method, **params)
    if answer is not None:
        return answer
    paths = Paths.from_environment()
    if not paths.store.is_file():
        return None
    from edge_assistant.config import load_settings
    from edge_assistant.service.building import build_service_state
    from edge_assistant.service.core import Core
    from edge_assistant.service.lock import HomeLock
    from edge_assistant.service.sources import ToldSenses
    from edge_assistant.storage.store import Store

    with HomeLock(paths.home), Store.open(paths.store) as store:
        service = build_service_state(store, load_settings(), paths)
        return Core(service, ToldSenses()).call(method, params)


def call_mine(method: str, **params: Any) -> dict[str, Any]:
    """What `mine.METHOD` answers about own things; where no service runs they are read and written in the store.

    Raises:
        EdgeAssistantError: what the person can mend.
    """
    params = readable(params)
    answer = ask_running(f"mine.{method}", **params)
    if answer is not None:
        return dict(answer)
    from edge_assistant.config import load_settings
    from edge_assistant.own.files.reading import OwnFiles
    from edge_assistant.own.store import OwnThings
    from edge_assistant.service.clock import SystemClock
    from edge_assistant.service.conversation.mine import Mine, with_subject
    from edge_assistant.service.lock import HomeLock
    from edge_assistant.service.rpc.socket_path import private_folder
    from edge_assistant.service.settings.file import write_setting
    from edge_assistant.storage.store import Store

    paths, settings = Paths.from_environment(), load_settings()

    def never(subject: str) -> None:
        write_setting(paths.config, "topics", "never", with_subject(settings.topics.never, subject))

    private_folder(paths.home)
    with HomeLock(paths.home), Store.open(paths.store) as store:
        own, clock = OwnThings(store), SystemClock()
        files = OwnFiles(own)
        files.read(settings.sources, clock.now())
        mine = Mine(own, clock.now, never, nullcontext(), files.not_taken)
        return dict(getattr(mine, method)(**params))


def show(answer: Any | None, as_json: bool, lines: list[str]) -> None:
    """Print an answer as JSON, or as lines; say so where nothing runs, which is no error."""
    if as_json:
        shape = {"running": False} if answer is None else answer
        typer.echo(json.dumps(shape, ensure_ascii=False, indent=2))
    elif answer is None:
        print(NOT_RUNNING, file=sys.stderr)
    else:
        for line in lines:
            typer.echo(line)
