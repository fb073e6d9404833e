"""What the Watch screen plays: a recording that is read again and again, and the place in it that moves on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from textual.timer import Timer

from edge_assistant.domain import TICK_MINUTES
from edge_assistant.errors import EdgeAssistantError
from tui.screens.watch.recording import LivedDay, Recording, RunContents
from tui.widgets.page import Page

FRAME = 0.1
"""Seconds between two pictures while playing."""
LONGEST_STEP = 0.5
"""Seconds that one picture may be late without the person missing what lay between."""
LOOK = 2.0
"""Seconds between two looks whether the run has gone on."""
SPEEDS = (2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 240.0)
"""Simulated minutes a second; the slowest is one tick a second."""

T = TypeVar("T")


class Player(Page):
    """A screen that plays a recording; `draw` shows the present tick."""

    def __init__(self) -> None:
        super().__init__()
        self.recording: Recording | None = None
        self.contents = RunContents()
        self.persona = ""
        self.day: LivedDay | None = None
        self.tick = 0.0
        """Within the day; with a fraction while playing."""
        self.playing = False
        self.speed = SPEEDS.index(30.0)
        self.trouble = ""
        self._timer: Timer | None = None
        self._played_at = 0.0
        self._loading = asyncio.Lock()
        self._going = False
        """A jump is on its way; playing waits for it."""

    def on_mount(self) -> None:
        """Open the run that was asked for; from then on look whether it has gone on."""
        self._timer = self.set_interval(FRAME, self._frame, pause=True)
        self.set_interval(LOOK, self._look)
        wanted = self.host.options.get("watch", {}).get("run")
        if wanted is not None:
            self.open(Path(wanted))
        self.draw()

    def on_screen_suspend(self) -> None:
        """Nothing plays unseen."""
        self.play(False)

    def news_of_link(self, condition: str) -> None:
        """A recording needs no assistant: without one there is nothing to be said here."""
        if self.state.status is not None:
            super().news_of_link(condition)

    def draw(self) -> None:
        """Everything, as it is at the present tick."""

    # -- reading -----------------------------------------------------------------------------------------------------

    @property
    def days(self) -> tuple[int, ...]:
        """Numbers of the stored days of the persona."""
        return self.contents.days.get(self.persona, ())

    def open(self, path: Path) -> None:
        """Another run, from its first day; one that runs, too."""
        try:
            self.recording = Recording(path)
        except EdgeAssistantError as error:
            self.host.note(str(error), warning=True)
            return
        self.contents, self.persona, self.day, self.trouble = RunContents(), "", None, ""
        self.tick = 0.0
        self.play(False)
        self.refresh_bindings()
        self._look()

    def _look(self) -> None:
        if self.recording is not None and self.is_up:
            self.run_worker(self._refresh(self.recording), group="look", exit_on_error=False)

    async def _read(self, read: Callable[..., T], *values: Any) -> T | None:
        """Read in a thread; what cannot be read is shown, and tried again at the next look."""
        try:
            found, self.trouble = await asyncio.to_thread(read, *values), ""
        except EdgeAssistantError as error:
            self.trouble = str(error)
            self.draw()
            return None
        return found

    async def _refresh(self, recording: Recording) -> None:
        if self._loading.locked():
            return
        async with self._loading:
            found = await self._read(recording.contents)
            if found is None or recording is not self.recording:
                return
            before, self.contents = self.contents, found
            if self.persona not in found.days and found.days:
                self.persona = next(iter(found.days))
            if self.day is None and self.days:
                await self._load(self.days[0], 0.0)
            elif found != before:
                self.draw()

    async def _load(self, number: int, tick: float) -> None:
        """Go to a tick of a day; a tick below 0 counts from the day's end."""
        assert self.recording is not None
        self._going = True
        try:
            day = self.day
            if day is None or (day.persona, day.number) != (self.persona, number):
                day = await self._read(self.recording.day, self.persona, number)
        finally:
            self._going = False
        if day is not None:
            self.day = day
            self.refresh_bindings()
            self._move(day.ticks + tick if tick < 0 else tick)

    def _go(self, number: int, tick: float = 0.0) -> None:
        self._going = True
        self.run_worker(self._load(number, tick), group="load", exclusive=True, exit_on_error=False)

    # -- playing -----------------------------------------------------------------------------------------------------

    def _move(self, tick: float) -> None:
        """To a tick of the present day, as near as there is one."""
        if self.day is not None:
            self.tick = min(max(tick, 0.0), max(self.day.ticks - 1.0, 0.0))
            self.draw()

    @property
    def at_end(self) -> bool:
        """Whether the day is over."""
        return self.day is not None and self.tick >= self.day.ticks - 1

    def play(self, on: bool) -> None:
        """Play, or hold still."""
        self.playing, self._played_at = on, time.monotonic()
        if self._timer is not None:
            self._timer.resume() if on else self._timer.pause()

    def _frame(self) -> None:
        """Move on by the time that has passed; after a day's end comes the next day, now or when it has been lived."""
        now = time.monotonic()
        seconds, self._played_at = min(now - self._played_at, LONGEST_STEP), now
        if self.day is None or self._going:
            return
        if not self.at_end:
            self._move(self.tick + seconds * SPEEDS[self.speed] / TICK_MINUTES)
        elif (after := self._following(1)) is not None:
            self._go(after)
        elif self.contents.finished:
            self.play(False)
            self.draw()

    def _following(self, step: int) -> int | None:
        """The stored day before (-1) or after (1) this one."""
        here = self.day.number if self.day is not None else 0
        others = [number for number in self.days if (number - here) * step > 0]
        return min(others, key=lambda number: abs(number - here)) if others else None
