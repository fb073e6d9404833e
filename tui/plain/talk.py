"""What the parts of the linear mode need of their session: lines to say and to read, and the core."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from tui.client.state import ClientState


class Talk(Protocol):
    """A session of the linear mode."""

    state: ClientState

    def say(self, *sentences: str) -> None:
        """Print sentences, a line each."""

    def say_all(self, sentences: Iterable[str]) -> None:
        """Print sentences, a line each."""

    def now(self) -> datetime:
        """The core's time."""

    async def read_line(self) -> str | None:
        """The next typed line; None at the end of the input."""
