"""The Memory screen: everything that is kept, found, corrected, pinned, forgotten, taken along."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static, option_list

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.protocol import Forgotten, MemoryRow, Status
from tui.memory.export import write_export
from tui.memory.forget_screen import ForgetScreen
from tui.memory.memory_list import MemoryList
from tui.memory.spans import parse_day, parse_span
from tui.memory.words import KIND_WORDS, about_content, forgotten_words, preview_content, row_content
from tui.page import Page
from tui.widgets.prompt import Option
from tui.wording import day_name

PAGE = 100
"""Memories that are asked for at a time."""

KIND_KEYS = dict(zip("12345678", KIND_WORDS, strict=True))

SPAN_HELP = "Forget which time? (today, yesterday, 23 Nov, last 2 h, 9:00 to 11:30)"

PATIENCE = 0.3
"""Seconds after which it is said that something is still being looked for."""

NEEDS_MARKED = ("correct", "pin", "forget")
NEEDS_MEMORIES = ("search", "by", "kind", "day", "forget_span", "forget_topic")
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
        self.query_text, self.by, self.kind, self.day = "", "meaning", "", ""
        self._marked: int | None = None
        """Id of the memory that is drawn as marked; it follows the list's own mark."""
        self._drawn_on: date | None = None

    def body(self) -> ComposeResult:
        """Head line, list, the marked memory."""
        yield Static(id="memory-head")
        yield MemoryList(markup=False)
        yield Static(id="memory-about")

    # -- news --------------------------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """There may be more by now."""
        super().on_screen_resume()
        self._head()
        self._search()

    def show_link(self, condition: str) -> None:
        """A core that came back is asked again."""
        if condition == "ready" and not self.loaded:
            self._search()

    def show_status(self, status: Status) -> None:
        """Private mode may have changed; on another day, 'yesterday' is another one too."""
        if self.assistant_app.now().date() != self._drawn_on:
            self._show()
        self._head()

    def on_resize(self) -> None:
        """Another width, other lines."""
        self.call_after_refresh(self._show)

    # -- reading -----------------------------------------------------------------------------------------------------

    def _search(self, *, more: bool = False) -> None:
        """Ask for the memories that are wanted; an earlier question that is still open is given up."""
        work = self.assistant_app.guarded(self._fetch(len(self.rows) if more else 0))
        self.run_worker(work, group="search", exclusive=True, exit_on_error=False)

    async def _fetch(self, offset: int) -> None:
        wanted = {"query": self.query_text, "by": self.by, "kind": self.kind, "day": self.day}
        limit = PAGE if offset else max(PAGE, len(self.rows))
        found = await self.link.call("memory.search", **wanted, limit=limit, offset=offset)
        rows = [MemoryRow.from_dict(data) for data in found["rows"]]
        known = {row.id for row in self.rows} if offset else set()
        self.rows = [*(self.rows if offset else ()), *(row for row in rows if row.id not in known)]
        self.total, self.loaded = int(found["total"]), True
        self._show()

    @property
    def marked(self) -> MemoryRow | None:
        """The memory that keys act on."""
        option = self.query_one(MemoryList).highlighted_option
        return next((row for row in self.rows if option is not None and str(row.id) == option.id), None)

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        if not self.is_mounted:
            return
        marked = self.marked or next(iter(self.rows), None)
        self._marked = marked.id if marked is not None else None
        self._drawn_on = self.assistant_app.now().date()
        listing = self.query_one(MemoryList)
        offset = listing.scroll_y
        with self.prevent(OptionList.OptionHighlighted):
            listing.set_options([option_list.Option(self._line(row), id=str(row.id)) for row in self.rows])
            if self._marked is not None:
                listing.highlighted = listing.get_option_index(str(self._marked))
        listing.scroll_to(y=offset, animate=False, immediate=True)
        self._head()
        self._about()
        self.refresh_bindings()

    def _line(self, row: MemoryRow) -> Content:
        # the list's own padding, that of its rows, and the scrollbar
        now, width = self.assistant_app.now(), max(self.size.width - 7, 30)
        return row_content(row, now, row.id == self._marked, width)

    def _head(self) -> None:
        """What is shown, how many, and whether anything new is kept."""
        status = self.assistant_app.status
        what = f"“{self.query_text}” by {self.by}" if self.query_text else "everything, the newest first"
        parts = [Content.styled(what, "bold $foreground")]
        if self.kind:
            parts.append(Content.assemble("only ", (KIND_WORDS.get(self.kind, self.kind), "bold")))
        if self.day:
            day = day_name(datetime.fromisoformat(self.day), self.assistant_app.now())
            parts.append(Content.assemble("on ", (day, "bold")))
        if self.loaded:
            parts.append(
                Content.styled(f"{self.total} {'memory' if self.total == 1 else 'memories'}", "$foreground 60%")
            )
        if status is not None and status.private:
            parts.append(Content.styled("private: nothing is kept", "bold $warning"))
        self.query_one("#memory-head", Static).update(Content("   ").join(parts))

    def _about(self) -> None:
        row = self.marked
        if row is not None:
            content = about_content(row, self.assistant_app.now())
        elif not self.loaded:
            content = Content.styled("One moment: the assistant is starting.", "$foreground 60%")
        elif self.query_text or self.kind or self.day:
            content = Content.styled("Nothing fits. Esc shows everything again.", "$foreground 60%")
        else:
            content = Content.styled("Nothing is kept yet.", "$foreground 60%")
        self.query_one("#memory-about", Static).update(content)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the marked memory in full; near the end, load what is older."""
        # keys may have moved the mark on since then
        marked, before = self.marked, self._marked
        self._marked = marked.id if marked is not None else None
        listing = self.query_one(MemoryList)
        for row in self.rows:
            if row.id in (before, self._marked):
                listing.replace_option_prompt(str(row.id), self._line(row))
        self._about()
        if event.option_index >= len(self.rows) - 5 and len(self.rows) < self.total:
            self._search(more=True)

    # -- keys --------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what has something to act on is offered."""
        if action in NEEDS_MARKED:
            return self.marked is not None
        if action in NEEDS_MEMORIES:
            # unknown until the core has answered
            return not self.loaded or bool(self.total or self.query_text or self.kind or self.day)
        return True

    # -- finding -----------------------------------------------------------------------------------------------------

    def _want(self, **wanted: str) -> None:
        """Show other memories, from the first one."""
        for name, value in wanted.items():
            setattr(self, name, value)
        self.rows, self._marked = [], None
        self.query_one(MemoryList).highlighted = None
        self._head()
        self._search()

    def action_search(self) -> None:
        """Ask what to look for."""
        self.prompt.line(f"Search by {self.by}", self.query_text, self._searched)

    def _searched(self, text: str | None) -> None:
        if text is not None:
            self._want(query_text=text.strip())

    def action_by(self) -> None:
        """Meaning or word."""
        self._want(by="word" if self.by == "meaning" else "meaning")
        if not self.query_text:
            self.assistant_app.note(f"searches go by {self.by} now; / searches")

    def action_kind(self) -> None:
        """Choose a kind."""
        options = [Option(key, KIND_WORDS[kind], kind) for key, kind in KIND_KEYS.items()]
        self.prompt.one_of("Only", [Option("0", "all", ""), *options], self._kind_chosen)

    def _kind_chosen(self, kind: str | None) -> None:
        if kind is not None:
            self._want(kind=kind)

    def action_day(self) -> None:
        """Ask for a day."""
        title = "Only the day (today, yesterday, 23 Nov; empty: any)"
        self.prompt.line(title, self.day, self._day_typed, self._no_day)

    def _no_day(self, text: str) -> str:
        known = parse_day(text, self.assistant_app.now()) is not None
        return "" if known else "no day; write it like 23 Nov or 2026-03-01"

    def _day_typed(self, text: str | None) -> None:
        if text is not None:
            self._want(day=parse_day(text, self.assistant_app.now()) or "")

    def action_back(self) -> None:
        """To everything, and from there to the suggestions."""
        if self.query_text or self.kind or self.day:
            self._want(query_text="", kind="", day="")
        else:
            self.assistant_app.action_go("live")

    # -- changing ----------------------------------------------------------------------------------------------------

    def action_correct(self) -> None:
        """Type it as it should be."""
        row = self.marked
        if row is not None:
            self.prompt.line("How was it really?", row.text, lambda text: self._corrected(row, text))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A mouse click corrects, as Enter does."""
        self.action_correct()

    def _corrected(self, row: MemoryRow, text: str | None) -> None:
        if text is not None and text.strip() and text.strip() != row.text:
            self._change(row, replace(row, text=text.strip()), "memory.correct", text=text.strip())

    def action_pin(self) -> None:
        """A pinned memory counts as important; again takes the pin away."""
        row = self.marked
        if row is not None:
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
            self.assistant_app.note(str(error), warning=True)
            self._put(before)
            return
        self._put(replace(found, score=before.score))

    def _put(self, row: MemoryRow) -> None:
        self.rows = [row if other.id == row.id else other for other in self.rows]
        if any(other.id == row.id for other in self.rows):
            self.query_one(MemoryList).replace_option_prompt(str(row.id), self._line(row))
        self._about()

    # -- forgetting --------------------------------------------------------------------------------------------------

    def action_forget(self) -> None:
        """Forget the marked memory, and the suggestion that it is about."""
        if (row := self.marked) is not None:
            self.assistant_app.spawn(self._preview("This memory", ids=[row.id]))

    def action_forget_span(self) -> None:
        """Ask for a time to forget."""
        self.prompt.line(SPAN_HELP, "", self._span_typed, self._no_span)

    def _no_span(self, text: str) -> str:
        known = not text.strip() or parse_span(text, self.assistant_app.now()) is not None
        return "" if known else "not understood; write it like 23 Nov to 25 Nov"

    def _span_typed(self, text: str | None) -> None:
        span = parse_span(text, self.assistant_app.now()) if text else None
        if text and span is not None:
            self.assistant_app.spawn(self._preview(f"All of {text.strip()}", since=span[0], until=span[1]))

    def action_forget_topic(self) -> None:
        """Ask for a topic to forget."""
        self.prompt.line("Forget all about", "", self._topic_typed)

    def _topic_typed(self, text: str | None) -> None:
        if text and text.strip():
            self.assistant_app.spawn(self._preview(f"All about “{text.strip()}”", topic=text.strip()))

    async def _preview(self, what: str, **wanted: Any) -> None:
        """Show what goes; only a yes lets it go. Whoever has turned to something else meanwhile is not asked."""
        app = self.assistant_app
        looking = self.set_timer(PATIENCE, lambda: app.note(f"{what}: looking for what would go…"))
        try:
            gone = Forgotten.from_dict(await self.link.call("memory.forget", **wanted, preview=True))
        finally:
            looking.stop()
        if app.screen is not self or self.prompt.is_open:
            return
        if not gone.memories and not gone.feed:
            app.note(f"{what}: there is nothing to forget")
            return
        content = preview_content(what, gone, app.now(), min(96 * self.size.width // 100, 110) - 8)

        def decided(yes: bool | None) -> None:
            if yes:
                app.spawn(self._forget(wanted))

        await app.push_screen(ForgetScreen(content), decided)

    async def _forget(self, wanted: dict[str, Any]) -> None:
        gone = Forgotten.from_dict(await self.link.call("memory.forget", **wanted, preview=False))
        self.assistant_app.note(f"forgotten: {forgotten_words(gone)}")
        await self._fetch(0)
        await self.assistant_app.refresh_all()

    # -- the whole ---------------------------------------------------------------------------------------------------

    def action_export(self) -> None:
        """Ask for a file to write everything to."""
        name = f"edge-assistant-{self.assistant_app.now():%Y-%m-%d}.json"
        self.prompt.line("Write everything to", str(Path.home() / name), self._export_typed)

    def _export_typed(self, text: str | None) -> None:
        if text and text.strip():
            self.assistant_app.spawn(self._export(Path(text.strip())))

    async def _export(self, path: Path) -> None:
        everything = await self.link.call("memory.export")
        size = await asyncio.to_thread(write_export, path, everything)
        self.assistant_app.note(f"{path}: {len(everything['memories'])} memories, {size / 1024:.0f} KiB")

    def action_private(self) -> None:
        """Keep nothing from now on, or keep again."""
        self.assistant_app.spawn(self._private())

    async def _private(self) -> None:
        app = self.assistant_app
        on = not (app.status is not None and app.status.private)
        app.take_status(Status.from_dict(await self.link.call("private", on=on)))
        app.note("private: nothing is kept from now on" if on else "no longer private: things are kept again")
