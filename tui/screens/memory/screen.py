"""The Memory screen: everything that is kept, to find, correct, pin, forget or export."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.protocol import Forgotten, MemoryRow, Status
from tui.client.calls import general_call
from tui.client.commands import Intent
from tui.client.when import parse_day, parse_span
from tui.client.wording import counted, day_name
from tui.screens.memory.export import write_export
from tui.screens.memory.parts import ForgetBox, MemoryList
from tui.screens.memory.words import about_content, forgotten_words, preview_content, row_content
from tui.widgets.marked_list import MarkedList
from tui.widgets.page import Page

PAGE = 100
"""Memories that are asked for at a time."""

SPAN_HELP = "Forget which time? (today, yesterday, 23 Nov, last 2 h, 9:00 to 11:30)"

PATIENCE = 0.3
"""Seconds after which it is said that something is still being looked for."""

NEEDS_MARKED = ("correct", "pin", "forget")
NEEDS_MEMORIES = ("search", "day", "forget_span", "forget_topic")
"""Actions without a use where nothing is marked, or nothing is kept."""


class MemoryScreen(Page):
    """A head line that tells what is shown, the memories, and the marked one in full."""

    NAME: ClassVar[str] = "memory"
    AUTO_FOCUS = "MemoryList"

    DEFAULT_CSS = """
    MemoryScreen #memory-head { height: auto; margin: 1 2; }
    MemoryScreen #memory-about { height: auto; min-height: 3; max-height: 8; padding: 0 2; border-top: solid $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[MemoryRow] = []
        self.total = 0
        self.loaded = False
        self.query_text, self.day = "", ""
        self._drawn_on: date | None = None

    def body(self) -> ComposeResult:
        yield Static(id="memory-head")
        yield MemoryList(self._line)
        yield Static(id="memory-about")

    # -- news --------------------------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._head()
        self._search()

    def show_link(self, condition: str) -> None:
        """A core that came back is asked again."""
        if condition == "ready" and not self.loaded:
            self._search()

    def show_status(self, status: Status) -> None:
        """Private mode may have changed; on another day, 'yesterday' is another one too."""
        if self.state.now().date() != self._drawn_on:
            self.query_one(MemoryList).redraw()
        self._head()

    # -- reading -----------------------------------------------------------------------------------------------------

    def _search(self, *, more: bool = False) -> None:
        """Ask for the memories that are wanted; an earlier question that is still open is given up."""
        work = self.host.guarded(self._fetch(len(self.rows) if more else 0))
        self.run_worker(work, group="search", exclusive=True, exit_on_error=False)

    async def _fetch(self, offset: int) -> None:
        wanted = {"query": self.query_text, "by": "meaning", "kind": "", "day": self.day}
        limit = PAGE if offset else max(PAGE, len(self.rows))
        found = await self.link.call("memory.search", **wanted, limit=limit, offset=offset)
        rows = [MemoryRow.from_dict(data) for data in found["rows"]]
        known = {row.id for row in self.rows} if offset else set()
        self.rows = [*(self.rows if offset else ()), *(row for row in rows if row.id not in known)]
        self.total, self.loaded = int(found["total"]), True
        if self.is_mounted:
            self.query_one(MemoryList).show(str(row.id) for row in self.rows)
            self._head()

    @property
    def marked(self) -> MemoryRow | None:
        """The memory that keys act on."""
        return self._row(self.query_one(MemoryList).marked)

    def _row(self, name: str) -> MemoryRow | None:
        return next((row for row in self.rows if str(row.id) == name), None)

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _line(self, name: str, marked: bool) -> Content:
        row, now = self._row(name), self.state.now()
        self._drawn_on = now.date()
        # the list's own padding, that of its rows, and the scrollbar
        return row_content(row, now, marked, max(self.size.width - 7, 30)) if row is not None else Content("")

    def _head(self) -> None:
        """What is shown, how many, and whether anything new is kept."""
        status = self.state.status
        what = f"“{self.query_text}”" if self.query_text else "everything, newest first"
        parts = [Content.styled(what, "bold $foreground")]
        if self.day:
            day = day_name(datetime.fromisoformat(self.day), self.state.now())
            parts.append(Content.assemble("on ", (day, "bold")))
        if self.loaded:
            parts.append(Content.styled(counted(self.total, "memory", "memories"), "$foreground 60%"))
        if status is not None and status.private:
            parts.append(Content.styled("private: no record is kept", "bold $warning"))
        self.write("#memory-head", Content("   ").join(parts))

    def on_marked_list_marked(self, event: MarkedList.Marked) -> None:
        row = self.marked
        if row is not None:
            content = about_content(row, self.state.now())
        else:
            words = "Nothing has been kept yet."
            if not self.loaded:
                words = "One moment: the assistant is starting."
            elif self.query_text or self.day:
                words = "Nothing matches. Esc shows everything again."
            content = Content.styled(words, "$foreground 60%")
        self.write("#memory-about", content)
        self.refresh_bindings()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Near the end, load what is older."""
        if event.option_index >= len(self.rows) - 5 and len(self.rows) < self.total:
            self._search(more=True)

    # -- keys --------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what has something to act on is offered."""
        if action in NEEDS_MARKED:
            return self.marked is not None
        if action in NEEDS_MEMORIES:
            # unknown until the core has answered
            return not self.loaded or bool(self.total or self.query_text or self.day)
        return True

    # -- finding -----------------------------------------------------------------------------------------------------

    def _want(self, **wanted: str) -> None:
        """Show other memories, from the first one."""
        for name, value in wanted.items():
            setattr(self, name, value)
        self.rows = []
        self.query_one(MemoryList).highlighted = None
        self._head()
        self._search()

    def action_search(self) -> None:
        self.prompt.line("Search", self.query_text, lambda text: self._want(query_text=text.strip()))

    def action_day(self) -> None:
        title = "Only this day (today, yesterday, 23 Nov; empty for any)"
        self.prompt.line(title, self.day, lambda text: self._want(day=self._day(text) or ""), self._no_day)

    def _day(self, text: str) -> str | None:
        return parse_day(text, self.state.now())

    def _no_day(self, text: str) -> str:
        return "" if self._day(text) is not None else "not a day; write it like 23 Nov or 2026-03-01"

    def action_back(self) -> None:
        """To everything, and from there to the suggestions."""
        if self.query_text or self.day:
            self._want(query_text="", day="")
        else:
            self.host.action_go("live")

    # -- changing ----------------------------------------------------------------------------------------------------

    def action_correct(self) -> None:
        if (row := self.marked) is not None:
            self.prompt.line("What really happened?", row.text, lambda text: self._corrected(row, text.strip()))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A mouse click corrects, as Enter does."""
        self.action_correct()

    def _corrected(self, row: MemoryRow, text: str) -> None:
        if text and text != row.text:
            self._change(row, replace(row, text=text), "memory.correct", text=text)

    def action_pin(self) -> None:
        """A pinned memory counts as important; again takes the pin away."""
        if (row := self.marked) is not None:
            self._change(row, replace(row, pinned=not row.pinned), "memory.pin", on=not row.pinned)

    def _change(self, before: MemoryRow, expected: MemoryRow, method: str, **parameters: Any) -> None:
        """Show the change at once, and have the core make it; what it refuses is taken back."""
        self._put(expected)
        work = self._make(before, method, parameters)
        self.run_worker(work, group=f"memory-{before.id}", exit_on_error=False)

    async def _make(self, before: MemoryRow, method: str, parameters: dict[str, Any]) -> None:
        try:
            found = MemoryRow.from_dict(await self.link.call(method, id=before.id, **parameters))
        except EdgeAssistantError as error:
            self.host.note(str(error), warning=True)
            found = before
        self._put(replace(found, score=before.score))

    def _put(self, row: MemoryRow) -> None:
        self.rows = [row if other.id == row.id else other for other in self.rows]
        self.query_one(MemoryList).redraw(str(row.id))

    # -- forgetting --------------------------------------------------------------------------------------------------

    def action_forget(self) -> None:
        """Forget the marked memory, and the suggestion that it is about."""
        if (row := self.marked) is not None:
            self.host.spawn(self._preview("This memory", ids=[row.id]))

    def action_forget_span(self) -> None:
        self.prompt.line(SPAN_HELP, "", self._span_typed, self._no_span)

    def _no_span(self, text: str) -> str:
        known = not text.strip() or parse_span(text, self.state.now()) is not None
        return "" if known else "not understood; write it like 23 Nov to 25 Nov"

    def _span_typed(self, text: str) -> None:
        if (span := parse_span(text, self.state.now())) is not None:
            self.host.spawn(self._preview(f"All of {text.strip()}", since=span[0], until=span[1]))

    def action_forget_topic(self) -> None:
        self.prompt.line("Forget everything about", "", self._topic_typed)

    def _topic_typed(self, text: str) -> None:
        if text.strip():
            self.host.spawn(self._preview(f"Everything about “{text.strip()}”", topic=text.strip()))

    async def _preview(self, what: str, **wanted: Any) -> None:
        """Show what goes; only a yes lets it go. Whoever has turned to something else meanwhile is not asked."""
        host = self.host
        looking = self.set_timer(PATIENCE, lambda: host.note(f"{what}: looking for what would go…"))
        try:
            gone = Forgotten.from_dict(await self.link.call("memory.forget", **wanted, preview=True))
        finally:
            looking.stop()
        if self.app.screen is not self or self.prompt.is_open:
            return
        if not gone.memories and not gone.feed:
            host.note(f"{what}: there is nothing to forget")
            return
        content = preview_content(what, gone, self.state.now(), min(96 * self.size.width // 100, 110) - 8)

        def decided(yes: bool | None) -> None:
            if yes:
                host.spawn(self._forget(wanted))

        await self.app.push_screen(ForgetBox(content), decided)

    async def _forget(self, wanted: dict[str, Any]) -> None:
        gone = Forgotten.from_dict(await self.link.call("memory.forget", **wanted, preview=False))
        self.host.note(f"forgotten: {forgotten_words(gone)}")
        await self._fetch(0)
        await self.state.refresh()

    # -- the whole ---------------------------------------------------------------------------------------------------

    def action_export(self) -> None:
        name = f"edge-assistant-{self.state.now():%Y-%m-%d}.json"
        self.prompt.line("Export everything to", str(Path.home() / name), self._export_typed)

    def _export_typed(self, text: str) -> None:
        if text.strip():
            self.host.spawn(self._export(Path(text.strip())))

    async def _export(self, path: Path) -> None:
        everything = await self.link.call("memory.export")
        size = await asyncio.to_thread(write_export, path, everything)
        self.host.note(f"{path}: {counted(len(everything['memories']), 'memory', 'memories')}, {size / 1024:.0f} KiB")

    def action_private(self) -> None:
        """Keep nothing from now on, or keep again."""
        on = not (self.state.status is not None and self.state.status.private)
        if (call := general_call(Intent("private", {"on": on}))) is not None:
            self.host.act(call)
