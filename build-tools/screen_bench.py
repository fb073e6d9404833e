"""Measure the screen in a real pseudo-terminal: the first frame, and keys drawn while a model writes and one trains.

PYTHONPATH=build-tools python -m screen_bench --json
PYTHONPATH=build-tools python -m screen_bench --keys 500 --idle
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from quant.timing import percentiles, show

TUI = (str(Path(sys.executable).with_name("edge-assistant")),)
"""The installed command, as a person starts it."""

QUESTION = "Tell me at length what I did today and what I could do next."

TRAINING = """
import os, torch
os.nice(10)
torch.set_num_threads(2)
layers = torch.nn.Sequential(*[torch.nn.Linear(576, 576) for _ in range(30)])
steps = torch.optim.AdamW(layers.parameters())
while True:
    layers(torch.randn(512, 576)).square().mean().backward()
    steps.step(); steps.zero_grad()
"""
"""Forward and backward at the size of the small model's layers, as gently as the scheduler of training runs."""

SIGNS = (b"j", b"k", b"d", b"\x1b", b"i", b"t", b"e", b"\x7f", b"\x7f", b"\x1b")
"""Move the mark, open and close a question, type and take back: each of them changes what is on the screen."""


class PseudoTerminal:
    """A program in a pseudo-terminal of 80x24 cells, on a home of its own.

    Args:
        command: the program and its arguments.
        home: made where it is missing.
    """

    def __init__(self, command: Sequence[str], home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        environment = {**os.environ, "EDGE_ASSISTANT_HOME": str(home), "TERM": "xterm-256color"}
        self.started = time.perf_counter()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:  # pragma: no cover -- the child becomes another program
            os.execve(command[0], list(command), environment)  # noqa: S606
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def read(self, seconds: float) -> bytes:
        """What is drawn next; b'' when nothing is within `seconds`."""
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        try:
            return os.read(self.descriptor, 1 << 16) if ready else b""
        except OSError:
            return b""

    def until(self, wanted: bytes, seconds: float) -> float:
        """Seconds from the start of the process until `wanted` was drawn.

        Raises:
            TimeoutError: it was not.
        """
        drawn, deadline = b"", time.perf_counter() + seconds
        while wanted not in drawn:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"not drawn within {seconds:g} s: {wanted.decode()}")
            drawn = drawn[-4096:] + self.read(0.1)
        return time.perf_counter() - self.started

    def key(self, sign: bytes) -> float | None:
        """Seconds from a key press to the first thing drawn; None when nothing was drawn within 5 seconds."""
        while self.read(0.15):  # longer than a lone Esc waits; what comes until then answers the key before
            pass
        begin = time.perf_counter()
        os.write(self.descriptor, sign)
        return time.perf_counter() - begin if self.read(5.0) else None

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        os.close(self.descriptor)


@contextlib.contextmanager
def load(home: Path) -> Iterator[None]:
    """While this is open, the core's model writes one answer after another, and another process trains."""
    from edge_assistant.errors import EdgeAssistantError
    from edge_assistant.service.rpc.client import call_once

    stop = threading.Event()

    def ask() -> None:
        while not stop.wait(0.05):
            with contextlib.suppress(EdgeAssistantError):
                call_once(home, "ask", text=QUESTION, timeout=120)

    threading.Thread(target=ask, daemon=True).start()
    training = subprocess.Popen([sys.executable, "-c", TRAINING])
    try:
        yield
    finally:
        stop.set()
        training.kill()
        training.wait()


def key_times(count: int, home: Path, busy: bool) -> list[float | None]:
    """Seconds from each key press to drawing."""
    from edge_assistant.service.rpc.client import call_once

    with contextlib.closing(PseudoTerminal([*TUI, "tui"], home)) as terminal:
        terminal.until(b"1 of ", 300)  # the first question: the core is there
        os.write(terminal.descriptor, b"\x1b")
        for _ in range(4):
            time.sleep(0.5)
            call_once(home, "suggest", timeout=120)
        with load(home) if busy else contextlib.nullcontext():
            time.sleep(8 if busy else 1)
            return [terminal.key(SIGNS[number % len(SIGNS)]) for number in range(count)]


def measure(frames: int, keys: int, busy: bool) -> dict[str, Any]:
    """All figures, with the machine's load beside them: on a busy machine they say little."""
    walls, load_before = [], os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="edge-assistant-bench-") as folder:
        for _ in range(frames):
            with contextlib.closing(PseudoTerminal([*TUI, "tui", "--attach"], Path(folder) / "first")) as terminal:
                walls.append(terminal.until(b"Live", 60))
        drawn = key_times(keys, Path(folder) / "keys", busy)
    return {
        "load_before": round(load_before, 1),
        "cores": os.cpu_count(),
        **percentiles("first_frame", walls, 1),
        **percentiles("key", [seconds for seconds in drawn if seconds is not None], 1),
        "keys": len(drawn),
        "keys_undrawn": drawn.count(None),
        "busy": busy,
    }


def main() -> None:
    """Parse the command line, measure, print a table and one line of JSON."""
    parser = argparse.ArgumentParser(description="Measure first frame and key presses in a pseudo-terminal.")
    parser.add_argument("--frames", type=int, default=5, help="starts")
    parser.add_argument("--keys", type=int, default=200, help="key presses")
    parser.add_argument("--idle", action="store_true", help="without a model that writes and training beside it")
    parser.add_argument("--json", action="store_true", help="only the line of JSON")
    options = parser.parse_args()
    show(measure(options.frames, options.keys, not options.idle), options.json)


if __name__ == "__main__":
    main()
