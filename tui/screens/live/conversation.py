"""A question and its answer, drawn while it is written."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from edge_assistant.service.rpc.protocol import Answer

FRAME = 0.05
"""Seconds between two drawings of an answer that is being written: keys come first."""

MEMORIES_SHOWN = 5


class Conversation(VerticalScroll, can_focus=False):
    """Hidden until something is asked."""

    DEFAULT_CSS = """
    Conversation { height: auto; max-height: 40%; margin: 0 1; display: none; border-top: solid $panel; }
    Conversation.-shown { display: block; }
    Conversation > Static { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.ask = ""
        """Id of the question that is being answered, or ''."""
        self.question = ""
        self.text = ""
        self._note = ""
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Static()

    @property
    def shown(self) -> bool:
        """Whether there is a question or an answer on the screen."""
        return self.has_class("-shown")

    def begin(self, ask: str, question: str, note: str = "thinking; Esc cancels") -> None:
        self.ask, self.question, self.text, self._note = ask, question, "", note
        self.border_title = ""
        self.add_class("-shown")
        self._draw()

    def token(self, ask: str, text: str) -> None:
        """A piece of the answer; drawn with those that follow at once."""
        if ask != self.ask:
            return
        self.text += text
        self._note = "Esc cancels"
        if self._timer is None:
            self._timer = self.set_timer(FRAME, self._draw)

    def finish(self, answer: Answer) -> None:
        """The answer is complete, or will not be."""
        if answer.ask != self.ask:
            return
        self.ask = ""
        self.text = answer.text or self.text
        self._note = {
            "cancelled": "cancelled",
            "restarted": "no answer; ask again: ↑ and Enter",
            "cannot-write": "I do not know; this is what I remember",
        }.get(answer.state, "Esc closes")
        if answer.state == "cannot-write":
            rows = [f"  {row.time:%d %b %H:%M}  {row.text}" for row in answer.memories[:MEMORIES_SHOWN]]
            self.text = "\n".join(rows) or "  nothing relevant"
        self._draw()
        self.call_after_refresh(self._to_the_beginning)

    def _to_the_beginning(self) -> None:
        """A whole answer is read from its question on; where it is longer than its room, the keys are named."""
        if not self.ask:
            self.border_title = "PgUp PgDn scroll" if self.max_scroll_y else ""
            self.scroll_home(animate=False)

    def fail(self, note: str) -> None:
        self.ask, self._note = "", note
        self._draw()
        self.scroll_end(animate=False)

    def close(self) -> None:
        self.ask = ""
        self.remove_class("-shown")

    def _draw(self) -> None:
        self._timer = None
        parts = [Content.assemble(("you  ", "$text-muted"), (self.question, "bold"))]
        if self.text:
            parts.append(Content(self.text.strip("\n")))
        parts.append(Content.styled(self._note, "$text-muted"))
        self.query_one(Static).update(Content("\n").join(parts))
        if self.ask:
            self.scroll_end(animate=False)
