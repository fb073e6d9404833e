"""Lines in and out, which all parts of the linear mode share, and how its commands look."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from edge_assistant.service.rpc.protocol import Status
from tui.client.core_process import CoreProcess
from tui.client.state import ClientState, Face
from tui.terminal import tolerant


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


class Talk(Face):
    """Reads `source` line by line and prints to `out`.

    Args:
        home: whose core.
        core: how to start one; None only attaches.
        source: where lines come from; its end is the end of the session.
        out: where sentences go.
    """

    def __init__(
        self, home: Path, core: CoreProcess | None, source: TextIO | None = None, out: TextIO | None = None
    ) -> None:
        self.state = ClientState(home, core, self)
        self.link = self.state.link
        self.source = tolerant(source if source is not None else sys.stdin)
        self.out = tolerant(out if out is not None else sys.stdout)
        self.leaving = False
        """The input has ended or said quit, whether or not that line has been taken yet."""
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()

    def status_changed(self, status: Status) -> None:
        """Told when it is news, or asked for."""

    def entries_changed(self) -> None:
        """Told when one is new, or asked for."""

    def say(self, *sentences: str) -> None:
        for sentence in sentences:
            print(sentence, file=self.out, flush=True)

    def listen(self) -> None:
        """Read from now on, in a thread of its own, because reading a line cannot be interrupted."""
        loop = asyncio.get_running_loop()

        def read() -> None:
            with contextlib.suppress(RuntimeError):  # the session has ended before its input
                for line in self.source:
                    loop.call_soon_threadsafe(self._came, line)
                loop.call_soon_threadsafe(self._came, None)

        threading.Thread(target=read, daemon=True).start()

    def _came(self, line: str | None) -> None:
        self.leaving = self.leaving or line is None or line.strip().removeprefix("/") in ("quit", "q")
        self._typed.put_nowait(line)

    async def read_line(self) -> str | None:
        """The next typed line; None at the end of the input."""
        line = await self._typed.get()
        if line is None:
            self._typed.put_nowait(None)  # the end stays the end, for whoever reads next
            return None
        return line.rstrip("\n")

    def now(self) -> datetime:
        """The core's time."""
        return self.state.now()
