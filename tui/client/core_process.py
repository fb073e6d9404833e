"""The core as a child process: started when no core runs, ended with the screen, started again when it dies."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path

NICENESS = 5
"""The core gives way to the screen: drawing a key takes milliseconds, an answer of the model seconds."""

PATIENCE = 5.0
"""Seconds that a core gets to end by itself."""


class CoreProcess:
    """`edge-assistant run --attached`, which looks whether its parent lives: whatever happens to us, it stops.

    Args:
        home: the folder of the store.
        command: another command in its place, for tests and for measuring.
    """

    def __init__(self, home: Path, command: Sequence[str] | None = None) -> None:
        module = ["-m", "edge_assistant.cli", "--home", str(home), "run", "--attached"]
        self.command = list(command) if command is not None else [sys.executable, *module]
        self.process: asyncio.subprocess.Process | None = None
        self._said: deque[str] = deque(maxlen=20)
        self._reader: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether the child lives."""
        return self.process is not None and self.process.returncode is None

    @property
    def last_words(self) -> str:
        """What it said last of its own failure, or ''."""
        errors = [line.removeprefix("error: ") for line in self._said if line.startswith("error: ")]
        return errors[-1] if errors else ""

    async def start(self) -> None:
        """Start it, a little less urgent than the screen."""
        self._said.clear()
        self.process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C at the terminal is for the screen
        )
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, os.getpriority(os.PRIO_PROCESS, 0) + NICENESS)
        self._reader = asyncio.create_task(self._listen(self.process))

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Keep its last lines of diagnostics; a full pipe would stop it."""
        assert process.stderr is not None
        rest = b""
        while chunk := await process.stderr.read(4096):
            *lines, rest = (rest + chunk).split(b"\n")
            self._said.extend(line.decode(errors="replace").strip() for line in lines)
            rest = rest[-4096:]

    async def stop(self) -> None:
        """Ask it to end, and end it when it does not follow."""
        process = self.process
        if process is None or process.returncode is not None:
            return
        for send in (process.terminate, process.kill):
            with contextlib.suppress(ProcessLookupError):
                send()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), PATIENCE)
                return
