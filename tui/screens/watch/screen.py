"""The Watch screen: a simulation played back, or followed while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.screens.watch.moment import head_content, inner_content, said_content
from tui.screens.watch.player import SPEEDS, Player
from tui.screens.watch.timeline import timeline_content
from tui.widgets.prompt import PromptOption

HOUR = 24
"""Ticks."""

NOTHING = (
    "No simulation is open. Press o and type the folder of a run, the one that 'edge-assistant simulate --out' wrote "
    "to; or start with 'edge-assistant tui --watch DIR'. You can follow a run that has not finished."
)

NEEDS_DAY = ("play", "step", "edge", "speed", "alarm", "said", "day", "to_day", "person", "scroll")
"""Actions without a use until a day is shown."""


class Picture(Static):
    """Drawn for its own size, which it gets later than the screen, or while another screen is up."""

    def on_resize(self) -> None:
        """Another size, another picture."""
        assert isinstance(self.screen, WatchScreen)
        self.screen.draw()


class SaidView(VerticalScroll, inherit_bindings=False):
    """What was said; takes no keys of its own, the arrows belong to the playback."""


class WatchScreen(Player):
    """Activity and inner state, timeline, and what was said."""

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
        Binding("F", "alarm(-1)", "previous false alarm", show=False),
        Binding("n", "said(1)", "next suggestion"),
        Binding("N", "said(-1)", "previous suggestion", show=False),
        Binding("right_square_bracket", "day(1)", "day", key_display="[ ]"),
        Binding("left_square_bracket", "day(-1)", "previous day", show=False),
        Binding("d", "to_day", "go to day"),
        Binding("p", "person", "persona"),
        Binding("o", "open", "open"),
        Binding("down,j", "scroll(1)", "scroll", show=False),
        Binding("up,k", "scroll(-1)", "scroll", show=False),
        Binding("escape", "app.go('live')", "back"),
    ]

    DEFAULT_CSS = """
    WatchScreen #watch-head { height: 1; margin: 0 1 1 1; }
    WatchScreen #watch-inner { height: 10; margin: 0 1; }
    WatchScreen.-tall #watch-inner { height: 20; }
    WatchScreen #watch-line { height: 5; margin: 0 1; }
    WatchScreen.-tall #watch-line { margin: 1 1; }
    WatchScreen #watch-said { height: 1fr; margin: 0 1; scrollbar-size-vertical: 1; }
    WatchScreen #watch-said:focus { background-tint: $background 0%; }
    WatchScreen #watch-said-text { height: auto; }
    WatchScreen.-empty #watch-inner, WatchScreen.-empty #watch-line { display: none; }
    """

    def body(self) -> ComposeResult:
        """Head line, state, timeline, suggestions."""
        yield Static(id="watch-head")
        yield Picture(id="watch-inner")
        yield Picture(id="watch-line")
        with SaidView(id="watch-said"):
            yield Static(id="watch-said-text")

    def on_resize(self) -> None:
        """Another size, another picture."""
        self.call_after_refresh(self.draw)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a day there is nothing to play or to jump in."""
        return self.day is not None or action not in NEEDS_DAY

    def action_play(self) -> None:
        """Play or pause; at the very end of a run, from its beginning."""
        if not self.playing and self.at_end and self._following(1) is None and self.contents.finished:
            self._go(self.days[0])
        self.play(not self.playing)
        self.draw()

    def action_step(self, ticks: int) -> None:
        """So many ticks on or back, over the edge of the day where there is another one."""
        self.play(False)
        over = self.tick + ticks < 0 or (self.at_end and ticks > 0)
        other = self._following(1 if ticks > 0 else -1) if over else None
        if other is not None:
            self._go(other, 0.0 if ticks > 0 else -1.0)
        else:
            self._move(float(int(self.tick) + ticks))

    def action_edge(self, end: int) -> None:
        """To the day's beginning or end."""
        if self.day is not None:
            self._move(end * self.day.ticks)

    def action_speed(self, steps: int) -> None:
        """Faster or slower."""
        self.speed = min(max(self.speed + steps, 0), len(SPEEDS) - 1)
        self.draw()

    # -- jumping -----------------------------------------------------------------------------------------------------

    def _jump(self, places: Sequence[tuple[int, int]], step: int, nothing: str) -> None:
        """To the first of the ordered (day, tick) `places` after here, or with -1 the last before."""
        here = (self.day.number if self.day is not None else 0, int(self.tick))
        ways = [place for place in places if (place > here if step > 0 else place < here)]
        if ways:
            self._go(*(ways[0] if step > 0 else ways[-1]))
        else:
            self.host.note(f"no {'later' if step > 0 else 'earlier'} {nothing}")

    def action_said(self, step: int) -> None:
        """To the next suggestion of this day, or the one before."""
        if self.day is not None:
            places = [(self.day.number, said.tick) for said in self.day.said]
            self._jump(places, step, "suggestion on this day; [ and ] go to other days")

    def action_alarm(self, step: int) -> None:
        """To the next false alarm, on whatever day, or the one before."""
        self.run_worker(self._to_alarm(step), group="alarm", exclusive=True, exit_on_error=False)

    async def _to_alarm(self, step: int) -> None:
        assert self.recording is not None
        alarms = await self._read(self.recording.false_alarms, self.persona)
        if alarms is not None:
            self.play(False)
            self._jump(alarms, step, "false alarm")

    def action_day(self, step: int) -> None:
        """To the day before or after, at the same moment after waking."""
        if (number := self._following(step)) is not None:
            self._go(number, self.tick)
        else:
            self.host.note("this is the first day" if step < 0 else "this is the last day so far")

    def action_to_day(self) -> None:
        """Ask for a day's number."""
        if self.day is not None and self.days:
            title = f"Go to day ({self.days[0]} to {self.days[-1]})"
            self.prompt.line(title, str(self.day.number), self._day_typed)

    def _day_typed(self, text: str) -> None:
        if text.strip().isdigit() and int(text) in self.days:
            self._go(int(text))
        else:
            self.host.note(f"there is no day {text!r}, only {self.days[0]} to {self.days[-1]}", warning=True)

    def action_person(self) -> None:
        """Choose one of the personas of this run: with a key where they are few, else by name."""
        names = list(self.contents.days)
        if len(names) < 2:
            self.host.note(f"{self.persona} is the only one so far")
        elif len(names) <= 6:
            options = [PromptOption(str(number), name, name) for number, name in enumerate(names, 1)]
            self.prompt.one_of("Who?", options, self._person_chosen)
        else:
            self.prompt.line(f"Who? ({', '.join(names)})", "", self._person_chosen)

    def _person_chosen(self, name: str) -> None:
        if name.strip() not in self.contents.days:
            self.host.note(f"there is no {name!r}, only {', '.join(self.contents.days)}", warning=True)
            return
        self.persona = name.strip()
        number = self.day.number if self.day is not None and self.day.number in self.days else self.days[0]
        self._go(number, self.tick)

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
        day, tick = self.day, int(self.tick)
        run = self.recording.folder.name if self.recording is not None else ""
        self.set_class(day is None, "-empty")
        if day is None:
            head = (f"{run}  ", "bold $primary"), "waiting for the first day of the run"
            self.write("#watch-head", Content.assemble(*head) if run else Content.styled("Watch", "bold $primary"))
            words = self.trouble or (NOTHING if not run else "")
            self.write("#watch-said-text", Content.styled(words, "$warning" if self.trouble else "$foreground 60%"))
            return
        waits = self.at_end and self._following(1) is None and not self.contents.finished
        motion = ("waiting for the next day" if waits else "playing") if self.playing else "paused"
        place = f"{day.wake:%a} {day.wake.day} {day.wake:%b}, {day.time(tick):%H:%M}"
        place += f"   {motion} {SPEEDS[self.speed]:g} min/s"
        head_line = head_content(self.persona, day, self.contents, place, run, self.size.width - 2)
        self.write("#watch-head", Content.styled(self.trouble, "bold $warning") if self.trouble else head_line)
        inner, line = (self.query_one(f"#watch-{name}", Static) for name in ("inner", "line"))
        inner.update(inner_content(day, tick, inner.size.width, inner.size.height))
        if line.size.width > 0:
            line.update(timeline_content(day, tick, line.size.width))
        self.write("#watch-said-text", said_content(day, tick, details=self.size.width >= 120))
