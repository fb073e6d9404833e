"""What the parts of the linear mode share: their session, with lines to say and to read, and how commands look."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class LinearCommand:
    """A command that only the linear mode needs, because the screens have a place for it.

    Attributes:
        shape: what follows its name; '' for nothing.
        does: its line in the help.
        numbered: what follows begins with a number.
    """

    name: str
    shape: str
    does: str
    run: Callable[[str], Awaitable[None]]
    numbered: bool = False

    def takes(self, rest: str) -> bool:
        """Whether this can follow; otherwise the line is what the person does ('correct the exams')."""
        return bool(rest) == bool(self.shape) and (not self.numbered or rest[0].isdigit())
