"""Progress on standard error: a bar with the remaining time for people, a line a tenth where a pipe reads."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

LEAST_SECONDS = 2.0
"""Between two lines in a pipe; what is done sooner says nothing."""


class Tell(Protocol):
    """Told the share done, 0 to 1, and a few words on where that is."""

    def __call__(self, share: float, note: str = "") -> None: ...


@contextmanager
def progress(title: str) -> Iterator[Tell]:
    """A bar, or lines."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda share, note="": bar.update(task, completed=share, description=_named(title, note))


def _named(title: str, note: str) -> str:
    return f"{title}, {note}" if note else title


def _lines(title: str) -> Tell:
    """Prints a line when another tenth is done."""
    told, last = 0, time.monotonic()

    def tell(share: float, note: str = "") -> None:
        nonlocal told, last
        tenths, now = int(10 * share + 1e-6), time.monotonic()
        if tenths > told and now - last >= LEAST_SECONDS:
            told, last = tenths, now
            print(f"{_named(title, note)}: {10 * tenths} %", file=sys.stderr, flush=True)

    return tell
