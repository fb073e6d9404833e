"""The computer's own time zone, which tests choose."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.edge_assistant.context.activitywatch_servers import pretend, server, watch

__all__ = ["pretend", "server", "system_zone", "watch"]


@pytest.fixture
def system_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """A function that moves this computer to another time zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()
