"""The Watch screen: a simulation played back, or followed while it runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from edge_assistant.errors import EdgeAssistantError
from tui.page import Page
from tui.watch.floor_plan import plan_content
from tui.watch.head import head_content
from tui.watch.inner import inner_content
from tui.watch.playhead import Playhead, following, next_place
from tui.watch.recording import Contents, Day, Recording
from tui.watch.said import said_content
from tui.watch.timeline import timeline_content
from tui.widgets.prompt import Option

FRAME = 0.1
"""Seconds between two pictures while playing."""
LONGEST_STEP = 0.5
"""Seconds that one picture may be late without the person missing what lay between."""
LOOK = 2.0
"""Seconds between two looks whether the run has gone on."""
HOUR = 24
"""Ticks."""

NOTHING = (
    "No simulation is open. Press o and type the folder of a run, the one that 'edge-assistant simulate --out' wrote "
    "to; or start with 'edge-assistant tui --watch DIR'. A run that has not finished can be followed."
)

NEEDS_DAY = ("play", "step", "edge", "speed", "alarm", "said", "day", "to_day", "person", "scroll")
"""Actions without a use until a day is shown."""

T = TypeVar("T")


class Picture(Static):
    """Drawn for its own size, which it gets later than the screen, or while another screen is up."""

    def on_resize(self) -> None:
        """Another size, another picture."""
        assert isinstance(self.screen, WatchScreen)
        self.screen.draw()


class SaidView(VerticalScroll, inherit_bindings=False):
    """What was said; takes no keys of its own, the arrows belong to the playback."""


class WatchScreen(Page):
    """Plan, inner state, timeline, and what was said."""

    NAME: ClassVar[str] = "watch"
    AUTO_FOCUS = "#watch-said"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play", "play or pause"),
        Binding("right", "step(1)", "step", key_display="← →"),
        Binding("left", "step(-1)", "step back", show=False),
        Binding("shift+right,l", f"step({HOUR})", "an hour on", show=False),
        Binding("shift+left,h", f"step(-{HOUR})", "an hour back", show=False),
        Binding("home", "edge(0)", "waking", show=False),
        Binding("end", "edge(1)", "sleep", show=False),
        Binding("plus,equals_sign", "speed(1)", "speed", key_display="+ -"),
        Binding("minus", "speed(-1)", "slower", show=False),
        Binding("f", "alarm(1)", "false alarm"),
        Binding("F", "alarm(-1)", "false alarm before", show=False),
        Binding("n", "said(1)", "next said"),
        Binding("N", "said(-1)", "said before", show=False),
        Binding("right_square_bracket", "day(1)", "day", key_display="[ ]"),
        Binding("left_square_bracket", "day(-1)", "day before", show=False),
        Binding("d", "to_day", "go to day"),
        Binding("p", "person", "persona"),
        Binding("o", "open", "open"),
        Binding("down,j", "scroll(1)", "scroll", show=False),
        Binding("up,k", "scroll(-1)", "scroll", show=False),
        Binding("escape", "app.go('live')", "back"),
    ]

    DEFAULT_CSS = """
    WatchScreen #watch-head { height: 1; margin: 0 1 1 1; }
    WatchScreen #watch-middle { height: 10; }
    WatchScreen.-tall #watch-middle { height: 20; }
    WatchScreen #watch-plan { width: 50; height: 1fr; margin: 0 1; }
    WatchScreen.-wide #watch-plan { width: 96; }
    WatchScreen #watch-inner { width: 1fr; height: 1fr; margin: 0 1 0 0; }
    WatchScreen #watch-line { height: 5; margin: 0 1; }
    WatchScreen.-tall #watch-line { margin: 1 1; }
    WatchScreen #watch-said { height: 1fr; margin: 0 1; scrollbar-size-vertical: 1; }
    WatchScreen #watch-said:focus { background-tint: $background 0%; }
    WatchScreen #watch-said-text { height: auto; }
    WatchScreen.-empty #watch-middle, WatchScreen.-empty #watch-line { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.recording: Recording | None = None
        self.contents = Contents()
        self.persona = ""
        self.place = Playhead()
        self.day: Day | None = None
        self.trouble = ""
        self._rooms: dict[str, tuple[str, ...]] = {}
        self._timer: Timer | None = None
        self._played_at = 0.0
        self._loading = asyncio.Lock()
        self._going = False
        """A jump is on its way; playing waits for it."""

    def body(self) -> ComposeResult:
        """Head line, plan beside state, timeline, suggestions."""
        yield Static(id="watch-head")
        with Horizontal(id="watch-middle"):
            yield Picture(id="watch-plan")
            yield Picture(id="watch-inner")
        yield Picture(id="watch-line")
        with SaidView(id="watch-said"):
            yield Static(id="watch-said-text")

    def on_mount(self) -> None:
        """Open the run that was asked for; from then on look whether it has gone on."""
        self._timer = self.set_interval(FRAME, self._frame, pause=True)
        self.set_interval(LOOK, self._look)
        wanted = self.assistant_app.options.get("watch", {}).get("run")
        if wanted is not None:
            self.open(Path(wanted))
        self.draw()

    def on_screen_suspend(self) -> None:
        """Nothing plays unseen."""
        self._play(False)

    def on_resize(self) -> None:
        """Another size, another picture."""
        self.call_after_refresh(self.draw)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a day there is nothing to play or to jump in."""
        return self.day is not None or action not in NEEDS_DAY

    def news_of_link(self, condition: str) -> None:
        """A recording needs no assistant: without one there is nothing to be said here."""
        if self.assistant_app.status is not None:
            super().news_of_link(condition)

    # -- reading -----------------------------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Another run, from its first day; one that runs, too."""
        try:
            recording = Recording(path)
        except EdgeAssistantError as error:
            self.assistant_app.note(str(error), warning=True)
            return
        self.recording, self.contents, self.persona = recording, Contents(), ""
        self.place, self.day, self.trouble, self._rooms = Playhead(), None, "", {}
        self.refresh_bindings()
        self._look()

    def _look(self) -> None:
        if self.recording is not None and self.assistant_app.page is self:
            self.run_worker(self._refresh(self.recording), group="look", exit_on_error=False)

    async def _read(self, read: Callable[..., T], *values: Any) -> T | None:
        """Read in a thread; what cannot be read is shown, and tried again at the next look."""
        try:
            found = await asyncio.to_thread(read, *values)
        except EdgeAssistantError as error:
            self.trouble = str(error)
            self.draw()
            return None
        self.trouble = ""
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
            if self.day is None and self.persona in found.days:
                await self._load(found.days[self.persona][0], 0.0)
            elif found != before:
                self.draw()

    async def _load(self, number: int, tick: float) -> None:
        """Go to a tick of a day; a tick below 0 counts from the day's end."""
        self._going = True
        try:
            await self._load_now(number, tick)
        finally:
            self._going = False

    async def _load_now(self, number: int, tick: float) -> None:
        assert self.recording is not None
        if self.day is None or (self.day.persona, self.day.number) != (self.persona, number):
            day = await self._read(self.recording.day, self.persona, number)
            if day is None:
                return
            self.day = day
            self.refresh_bindings()
            known = {*self._rooms.get(self.persona, ()), *(activity.room for activity in day.activities)}
            self._rooms[self.persona] = tuple(sorted(known))
        target = self.day.ticks + tick if tick < 0 else tick
        self.place = replace(self.place, day=number, tick=0.0).moved(target, self.day.ticks)
        self.draw()

    def _go(self, number: int, tick: float = 0.0) -> None:
        self._going = True
        self.run_worker(self._load(number, tick), group="load", exclusive=True, exit_on_error=False)

    # -- playing -----------------------------------------------------------------------------------------------------

    def _play(self, on: bool) -> None:
        self.place = replace(self.place, playing=on)
        if self._timer is not None:
            self._played_at = time.monotonic()
            self._timer.resume() if on else self._timer.pause()

    def _frame(self) -> None:
        """Move on by the time that has passed; after a day's end comes the next day, now or when it has been lived."""
        now = time.monotonic()
        seconds, self._played_at = min(now - self._played_at, LONGEST_STEP), now
        if self.day is None or self._going:
            return
        if not self.place.at_end(self.day.ticks):
            self.place = self.place.played(seconds, self.day.ticks)
        elif (after := self._following(1)) is not None:
            self._go(after)
            return
        elif self.contents.finished:
            self._play(False)
        self.draw()

    def _following(self, step: int) -> int | None:
        return following(self.contents.days.get(self.persona, ()), self.place.day, step)

    def action_play(self) -> None:
        """Play or pause; at the very end of a run, from its beginning."""
        if self.day is None:
            return
        last = self.place.at_end(self.day.ticks) and self._following(1) is None
        if not self.place.playing and last and self.contents.finished:
            self._go(self.contents.days[self.persona][0])
        self._play(not self.place.playing)
        self.draw()

    def action_step(self, ticks: int) -> None:
        """So many ticks on or back, over the edge of the day where there is another one."""
        if self.day is None:
            return
        self._play(False)
        over = self.place.tick + ticks
        other = self._following(1 if ticks > 0 else -1) if over < 0 or self.place.at_end(self.day.ticks) else None
        if other is not None and (over < 0 or ticks > 0):
            self._go(other, 0.0 if ticks > 0 else -1.0)
            return
        self.place = replace(self.place, tick=float(int(self.place.tick))).moved(ticks, self.day.ticks)
        self.draw()

    def action_edge(self, end: int) -> None:
        """To the day's beginning or end."""
        if self.day is not None:
            self.place = replace(self.place, tick=0.0).moved(end * self.day.ticks, self.day.ticks)
            self.draw()

    def action_speed(self, steps: int) -> None:
        """Faster or slower."""
        self.place = self.place.faster(steps)
        self.draw()

    # -- jumping -----------------------------------------------------------------------------------------------------

    def action_said(self, step: int) -> None:
        """To the next suggestion of this day, or the one before."""
        if self.day is None:
            return
        places = [(self.day.number, said.tick) for said in self.day.said]
        found = next_place(places, self.day.number, int(self.place.tick), step)
        if found is None:
            words = "no further suggestion" if step > 0 else "no earlier suggestion"
            self.assistant_app.note(f"{words} on this day; [ and ] lead to other days")
            return
        self._go(*found)

    def action_alarm(self, step: int) -> None:
        """To the next false alarm, on whatever day, or the one before."""
        if self.day is not None:
            self.run_worker(self._to_alarm(step), group="load", exclusive=True, exit_on_error=False)

    async def _to_alarm(self, step: int) -> None:
        assert self.recording is not None
        alarms = await self._read(self.recording.false_alarms, self.persona)
        if alarms is None:
            return
        found = next_place(alarms, self.place.day, int(self.place.tick), step)
        if found is None:
            words = "no further false alarm" if step > 0 else "no earlier false alarm"
            self.assistant_app.note(words + ("" if self.contents.finished or step < 0 else " so far"))
            return
        self._play(False)
        await self._load(*found)

    def action_day(self, step: int) -> None:
        """To the day before or after, at the same moment after waking."""
        if (number := self._following(step)) is not None:
            self._go(number, self.place.tick)
        elif self.day is not None:
            self.assistant_app.note("this is the first day" if step < 0 else "this is the last day so far")

    def action_to_day(self) -> None:
        """Ask for a day's number."""
        days = self.contents.days.get(self.persona, ())
        if days:
            self.prompt.line(f"Go to day ({days[0]} to {days[-1]})", str(self.place.day), self._day_typed)

    def _day_typed(self, text: str | None) -> None:
        if text is None:
            return
        days = self.contents.days.get(self.persona, ())
        if not text.strip().isdigit() or int(text) not in days:
            self.assistant_app.note(f"day {text!r} is not there; there are {days[0]} to {days[-1]}", warning=True)
            return
        self._go(int(text))

    def action_person(self) -> None:
        """Choose one of the personas of this run: with a key where they are few, else by name."""
        names = list(self.contents.days)
        if len(names) < 2:
            self.assistant_app.note(f"{names[0]} is the only one so far" if names else "nobody has lived a day yet")
        elif len(names) <= 6:
            options = [Option(str(number), name, name) for number, name in enumerate(names, 1)]
            self.prompt.one_of("Whom?", options, self._person_chosen)
        else:
            self.prompt.line(f"Whom? ({', '.join(names)})", "", self._person_chosen)

    def _person_chosen(self, name: str | None) -> None:
        if name is None:
            return
        days = self.contents.days.get(name.strip())
        if not days:
            self.assistant_app.note(f"{name!r} is not there; {', '.join(self.contents.days)} are", warning=True)
            return
        self.persona = name.strip()
        self._go(self.place.day if self.place.day in days else days[0], self.place.tick)

    def action_open(self) -> None:
        """Ask for a run's folder."""
        known = str(self.recording.folder) if self.recording is not None else ""
        self.prompt.line("Folder of a run", known, lambda text: self.open(Path(text.strip())) if text else None)

    def action_scroll(self, step: int) -> None:
        """Scroll what was said."""
        self.query_one("#watch-said").scroll_relative(y=step, animate=False)

    # -- drawing -----------------------------------------------------------------------------------------------------

    def draw(self) -> None:
        """Everything, as it is at the present tick."""
        if not self.is_mounted:
            return
        day, tick = self.day, int(self.place.tick)
        self.set_class(day is None, "-empty")
        folder = self.recording.folder.name if self.recording is not None else ""
        head = head_content(self.trouble, folder, self.persona, day, self.contents, self.place, self.size.width - 2)
        self.query_one("#watch-head", Static).update(head)
        text = self.query_one("#watch-said-text", Static)
        if day is None:
            words = self.trouble or (NOTHING if self.recording is None else "")
            text.update(Content.styled(words, "$warning" if self.trouble else "$foreground 60%"))
            return
        activity = day.activity(tick)
        plan, inner, line = (self.query_one(f"#watch-{name}", Static) for name in ("plan", "inner", "line"))
        where, what = (activity.room, activity.text) if activity else ("", "")
        rooms = self._rooms.get(self.persona, ())
        plan.update(plan_content(rooms, where, day.persona, what, plan.size.width, plan.size.height))
        inner.update(inner_content(day, tick, inner.size.width, inner.size.height))
        if line.size.width > 0:
            line.update(timeline_content(day, tick, line.size.width))
        text.update(said_content(day, tick, details=self.size.width >= 120))
