"""The Watch screen: a simulation played back, or followed while it runs."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from edge_assistant.domain import TICK_MINUTES
from edge_assistant.errors import EdgeAssistantError
from tui.screens.watch.moment import inner_content, said_content
from tui.screens.watch.recording import LivedDay, Recording, RunContents
from tui.screens.watch.timeline import timeline_content
from tui.widgets.page import Page

FRAME = 0.1
"""Seconds between two pictures while playing."""
LOOK = 2.0
"""Seconds between two looks whether the run has gone on."""
SPEEDS = (2.5, 10.0, 30.0, 60.0, 240.0)
"""Simulated minutes a second; the slowest is one tick a second."""
HOUR = 24
"""Ticks."""

NOTHING = (
    "No simulation is open. Press o and type the folder of a run, the one that 'edge-assistant simulate --out' wrote "
    "to; or start with 'edge-assistant tui --watch DIR'. You can follow a run that has not finished."
)

T = TypeVar("T")


class SaidView(VerticalScroll, inherit_bindings=False):
    """What was said; the arrows to the sides belong to the playback."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "scroll_down", "scroll", show=False),
        Binding("up,k", "scroll_up", "scroll", show=False),
    ]


class WatchScreen(Page):
    """Activity and inner state, timeline, and what was said."""

    NAME: ClassVar[str] = "watch"
    AUTO_FOCUS = "#watch-said"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play", "play or pause"),
        Binding("right", "step(1)", "step", key_display="← →"),
        Binding("left", "step(-1)", "step back", show=False),
        Binding("shift+right,l", f"step({HOUR})", "an hour on", show=False),
        Binding("shift+left,h", f"step(-{HOUR})", "an hour back", show=False),
        Binding("plus,equals_sign", "speed(1)", "speed", key_display="+ -"),
        Binding("minus", "speed(-1)", "slower", show=False),
        Binding("n", "said(1)", "next suggestion"),
        Binding("N", "said(-1)", "previous suggestion", show=False),
        Binding("right_square_bracket", "day(1)", "day", key_display="[ ]"),
        Binding("left_square_bracket", "day(-1)", "previous day", show=False),
        Binding("p", "person", "next person"),
        Binding("o", "open", "open"),
        Binding("escape", "app.go('live')", "back"),
    ]

    DEFAULT_CSS = """
    WatchScreen #watch-head { height: 1; margin: 0 1 1 1; }
    WatchScreen #watch-inner { height: 10; margin: 0 1; }
    WatchScreen #watch-line { height: 5; margin: 0 1; }
    WatchScreen.-tall #watch-line { margin: 1 1; }
    WatchScreen #watch-said { height: 1fr; margin: 0 1; scrollbar-size-vertical: 1; }
    WatchScreen #watch-said:focus { background-tint: $background 0%; }
    WatchScreen #watch-said-text { height: auto; }
    WatchScreen.-empty #watch-inner, WatchScreen.-empty #watch-line { display: none; }
    """

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

    def body(self) -> ComposeResult:
        yield Static(id="watch-head")
        yield Static(id="watch-inner")
        yield Static(id="watch-line")
        with SaidView(id="watch-said"):
            yield Static(id="watch-said-text")

    def on_mount(self) -> None:
        """Open the run that was asked for; from then on look whether it has gone on."""
        self._timer = self.set_interval(FRAME, self._frame, pause=True)
        self.set_interval(LOOK, self._look)
        wanted = self.host.options.get("watch", {}).get("run")
        if wanted is not None:
            self.open(wanted)
        self.draw()

    def on_screen_resume(self) -> None:
        """It may have been resized meanwhile."""
        super().on_screen_resume()
        self.call_after_refresh(self.draw)

    def on_screen_suspend(self) -> None:
        """Nothing plays unseen."""
        self.play(False)

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    def news_of_link(self, condition: str) -> None:
        """A recording needs no assistant: without one there is nothing to be said here."""
        if self.state.status is not None:
            super().news_of_link(condition)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a day there is nothing to play or to jump in."""
        return self.day is not None or action in ("open", "app.go")

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
        self.contents, self.persona, self.day = RunContents(), "", None
        self.play(False)
        self._look()

    def _look(self) -> None:
        if self.recording is None or not self.is_up:
            return
        before, self.contents = self.contents, self._read(self.recording.contents) or self.contents
        self.persona = self.persona or next(iter(self.contents.days), "")
        if self.day is None and self.days:
            self._go(self.days[0])
        elif self.contents != before or self.trouble:
            self.draw()

    def _read(self, read: Callable[..., T], *values: Any) -> T | None:
        """What cannot be read is shown, and tried again at the next look."""
        try:
            found, self.trouble = read(*values), ""
        except EdgeAssistantError as error:
            self.trouble = str(error)
            return None
        return found

    def _go(self, number: int, tick: float = 0.0) -> None:
        """To a tick of a day, as near as there is one; a tick below 0 counts from the day's end."""
        assert self.recording is not None
        if self.day is None or (self.day.persona, self.day.number) != (self.persona, number):
            self.day = self._read(self.recording.day, self.persona, number) or self.day
            self.refresh_bindings()
        if self.day is not None:
            last = self.day.ticks - 1.0
            self.tick = min(max(last + 1 + tick if tick < 0 else tick, 0.0), last)
        self.draw()

    def _following(self, step: int) -> int | None:
        """The stored day before (-1) or after (1) this one."""
        place = self.days.index(self.day.number) + step if self.day is not None else 0
        return self.days[place] if 0 <= place < len(self.days) else None

    # -- playing -----------------------------------------------------------------------------------------------------

    @property
    def at_end(self) -> bool:
        return self.day is not None and self.tick >= self.day.ticks - 1

    def play(self, on: bool) -> None:
        self.playing, self._played_at = on, time.monotonic()
        if self._timer is not None:
            self._timer.resume() if on else self._timer.pause()

    def _frame(self) -> None:
        """Move on by the time that has passed; after a day's end comes the next day, now or when it has been lived."""
        now = time.monotonic()
        seconds, self._played_at = now - self._played_at, now
        if self.day is None:
            return
        if not self.at_end:
            self._go(self.day.number, self.tick + seconds * SPEEDS[self.speed] / TICK_MINUTES)
        elif (after := self._following(1)) is not None:
            self._go(after)
        elif self.contents.finished:
            self.play(False)
            self.draw()

    def action_play(self) -> None:
        """Play or pause; at the very end of a run, from its beginning."""
        if not self.playing and self.at_end and self._following(1) is None and self.contents.finished:
            self._go(self.days[0])
        self.play(not self.playing)
        self.draw()

    def action_step(self, ticks: int) -> None:
        """So many ticks on or back, over the edge of the day where there is another one."""
        assert self.day is not None
        self.play(False)
        over = self.tick + ticks < 0 or (self.at_end and ticks > 0)
        if over and (other := self._following(1 if ticks > 0 else -1)) is not None:
            self._go(other, 0.0 if ticks > 0 else -1.0)
        else:
            self._go(self.day.number, max(0, int(self.tick) + ticks))

    def action_speed(self, steps: int) -> None:
        self.speed = min(max(self.speed + steps, 0), len(SPEEDS) - 1)
        self.draw()

    def action_said(self, step: int) -> None:
        """To the next suggestion, on whatever day, or the one before."""
        assert self.recording is not None and self.day is not None
        here, said = (self.day.number, int(self.tick)), self._read(self.recording.said, self.persona) or []
        places = [place for place in said if (place > here if step > 0 else place < here)]
        if places:
            self._go(*(places[0] if step > 0 else places[-1]))
        else:
            self.host.note(f"no {'later' if step > 0 else 'earlier'} suggestion")

    def action_day(self, step: int) -> None:
        """To the day before or after, at the same moment after waking."""
        if (number := self._following(step)) is not None:
            self._go(number, self.tick)
        else:
            self.host.note("this is the first day" if step < 0 else "this is the last day so far")

    def action_person(self) -> None:
        """The next of this run's people, on the same day where they have lived it."""
        names = list(self.contents.days)
        self.persona = names[(names.index(self.persona) + 1) % len(names)]
        number = self.day.number if self.day is not None and self.day.number in self.days else self.days[0]
        self._go(number, self.tick)

    def action_open(self) -> None:
        known = str(self.recording.folder) if self.recording is not None else ""
        self.prompt.line("Folder of a run", known, lambda text: self.open(Path(text.strip())) if text else None)

    # -- drawing -----------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        if not self.is_mounted:
            return
        day, tick, width = self.day, int(self.tick), self.size.width - 2
        run = self.recording.folder.name if self.recording is not None else ""
        self.set_class(day is None, "-empty")
        if day is None:
            head = f"{run}  waiting for the first day of the run" if run else "Watch"
            self.write("#watch-head", Content.styled(head, "bold $primary"))
            words = self.trouble or (NOTHING if not run else "")
            self.write("#watch-said-text", Content.styled(words, "$warning" if self.trouble else "$foreground 60%"))
            return
        self.write("#watch-head", Content.styled(self.trouble, "bold $warning") if self.trouble else self._head(day))
        self.write("#watch-inner", inner_content(day, tick, width))
        self.write("#watch-line", timeline_content(day, tick, width))
        self.write("#watch-said-text", said_content(day, tick, details=width >= 118))

    def _head(self, day: LivedDay) -> Content:
        """Who, when, how it is played, and which run; what has no room is left out from the end."""
        contents = self.contents
        others = f" of {contents.people}" if contents.people > 1 else ""
        waits = self.at_end and self._following(1) is None and not contents.finished
        motion = ("waiting for the next day" if waits else "playing") if self.playing else "paused"
        clock = f"{day.wake:%a} {day.wake.day} {day.wake:%b}, {day.time(int(self.tick)):%H:%M}"
        return (
            Content("   ")
            .join(
                [
                    Content.styled(f"{self.persona}{others}", "bold $primary"),
                    Content(f"day {day.number} of {contents.planned}"),
                    Content.styled(f"{clock}   {motion} {SPEEDS[self.speed]:g} min/s", "bold"),
                    Content.styled("" if contents.finished else "still running", "$success"),
                    Content.styled(self.recording.folder.name if self.recording is not None else "", "$foreground 60%"),
                ]
            )
            .truncate(self.size.width - 2, ellipsis=True)
        )
