"""The Why screen: everything that led to a suggestion, or to the present silence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from edge_assistant.service.rpc.protocol import Entry, Why
from tui.client.wording import entry_details, moment_words
from tui.widgets.explanation import why_content
from tui.widgets.page import Page

SILENCE = "now"
"""In place of an id: the present silence."""


class WhyScreen(Page):
    """One suggestion at a time, with its explanation; the arrows go to earlier and later ones."""

    NAME: ClassVar[str] = "why"
    AUTO_FOCUS = "#why-scroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,p", "step(1)", "earlier", key_display="←"),
        Binding("right,n", "step(-1)", "later", key_display="→"),
        Binding("0,s", "silence", "why silent now", key_display="s"),
        Binding("down,j", "scroll(1)", "scroll", key_display="↑ ↓"),
        Binding("up,k", "scroll(-1)", "scroll", show=False),
        Binding("escape", "app.go('live')", "back"),
    ]

    DEFAULT_CSS = """
    WhyScreen #why-head { height: auto; margin: 1 2 0 2; }
    WhyScreen #why-scroll { height: 1fr; margin: 1 1 0 2; scrollbar-size-vertical: 1; }
    WhyScreen #why-scroll:focus { background-tint: $background 0%; }
    WhyScreen #why-body { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: Why | None = None
        self._wanted = ""

    def body(self) -> ComposeResult:
        yield Static(id="why-head")
        with VerticalScroll(id="why-scroll"):
            yield Static(id="why-body")

    def show_feed(self, entries: Sequence[Entry]) -> None:
        """The chosen suggestion, or else the newest."""
        host, ids = self.host, [entry.id for entry in entries]
        if host.chosen != SILENCE and host.chosen not in ids:
            host.chosen = ids[0] if ids else SILENCE
        if self.state.status is not None:
            self._load()

    def action_step(self, step: int) -> None:
        """To an earlier (1) or later (-1) suggestion; after the newest comes the present silence."""
        host = self.host
        ids = [SILENCE, *(entry.id for entry in self.state.entries)]
        place = ids.index(host.chosen) if host.chosen in ids else 0
        target = min(max(place + step, 0), len(ids) - 1)
        if ids[target] != host.chosen:
            host.chosen = ids[target]
            self._load()
        if target >= len(ids) - 3:
            host.spawn(self.state.older())

    def action_silence(self) -> None:
        self.host.chosen = SILENCE
        self._load()

    def action_scroll(self, step: int) -> None:
        self.query_one("#why-scroll").scroll_relative(y=2 * step, animate=False)

    def _load(self) -> None:
        """Draw the head at once; ask for the rest."""
        wanted = self.host.chosen
        if wanted != self._wanted:
            self._wanted = wanted
            self.query_one("#why-scroll").scroll_home(animate=False)
        self._head()
        self.run_worker(partial(self._ask, wanted), exclusive=True, exit_on_error=False)  # type: ignore[arg-type]

    async def _ask(self, wanted: str) -> None:
        await self.host.guarded(self._fetch(wanted))

    async def _fetch(self, wanted: str) -> None:
        found = Why.from_dict(await self.link.call("why", id="" if wanted == SILENCE else wanted))
        if wanted == self.host.chosen:
            self._shown = found
            self._draw()

    def on_resize(self) -> None:
        if self._shown is not None:
            self._draw()

    def _draw(self) -> None:
        assert self._shown is not None
        width = max(30, self.size.width - 6)
        self.write("#why-body", why_content(self._shown, width, self.state.now()))

    def _head(self) -> None:
        now, entries = self.state.now(), self.state.entries
        entry = next((entry for entry in entries if entry.id == self.host.chosen), None)
        if entry is None:
            content = Content.assemble(("Why I am silent now", "bold $foreground"))
        else:
            place = entries.index(entry) + 1
            content = Content("\n").join(
                [
                    Content.styled(f"{moment_words(entry.time, now)}   {place} of {len(entries)}", "$text-muted"),
                    Content.styled(entry.text, "bold $foreground"),
                    Content.styled(entry_details(entry, now), "$text-muted"),
                ]
            )
        self.write("#why-head", content)
