"""The typed line: what the person does now, a question, or a command; with completion and the lines typed before."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui.client.commands import beginning, commands, complete

PLACEHOLDER = "what you are doing, a question?, or a /command"
REMEMBERED = 50
"""TypedLine lines that the up key finds again."""


class CommandSuggester(Suggester):
    """Completes commands and what may follow them."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The best completion of `value`."""
        found = [line for line in complete(value) if line.startswith(value) and line != value]
        return found[0] if found else None


class TypedLine(Input):
    """The field itself."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "send"),
        Binding("tab", "complete", "complete"),
        Binding("up", "recall(-1)", "previous line"),
        Binding("down", "recall(1)", "next line", show=False),
        Binding("escape", "screen.back", "back"),
    ]

    def __init__(self) -> None:
        super().__init__(placeholder=PLACEHOLDER, suggester=CommandSuggester(), select_on_focus=False, compact=True)
        self.cursor_blink = False  # a screen that is looked at all day holds still
        self.lines: list[str] = []
        self._place = 0

    def remember(self, line: str) -> None:
        if not self.lines or self.lines[-1] != line:
            self.lines = [*self.lines, line][-REMEMBERED:]
        self._place = len(self.lines)

    def action_complete(self) -> None:
        """Take the completion that is shown; where there is none, go to the suggestions."""
        found = [line for line in complete(self.value) if line != self.value]
        if found:
            self.value = found[0] + ("" if " " in found[0] else " " if commands()[found[0][1:]].shape else "")
            self.cursor_position = len(self.value)
        elif not self.value:
            self.screen.query_one("FeedList").focus()

    def action_recall(self, step: int) -> None:
        """The line that was sent before (-1) or after (1) this one; after the last comes an empty one."""
        place = self._place + step
        if 0 <= place <= len(self.lines):
            self._place = place
            self.value = self.lines[place] if place < len(self.lines) else ""
            self.cursor_position = len(self.value)


class InputLine(Vertical):
    """The field with a line above it: commands that fit, or the suggestion that is talked about."""

    class Sent(Message):
        """A line was sent."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    DEFAULT_CSS = """
    InputLine { height: auto; margin: 0 1; border-top: solid $panel; }
    InputLine:focus-within { border-top: solid $primary; }
    InputLine > #typed-help { height: 1; color: $text-muted; display: none; }
    InputLine > #typed-help.-shown { display: block; }
    InputLine > Horizontal { height: 1; }
    InputLine .mark { width: 2; color: $text-muted; }
    InputLine:focus-within .mark { color: $primary; text-style: bold; }
    InputLine TypedLine { background: $background; padding: 0; width: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._about = ""

    def compose(self) -> ComposeResult:
        yield Static(id="typed-help")
        with Horizontal():
            yield Static("›", classes="mark")
            yield TypedLine()

    @property
    def typed(self) -> TypedLine:
        return self.query_one(TypedLine)

    def talk_about(self, text: str) -> None:
        """From now on lines are about this suggestion; '' ends it."""
        self._about = text
        self.typed.placeholder = "something shorter? why? later?" if text else PLACEHOLDER
        self._show_help()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show the commands that fit."""
        event.stop()
        self._show_help()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        if text:
            self.typed.remember(text)
            self.typed.clear()
            self.post_message(self.Sent(text))

    def _show_help(self) -> None:
        widget = self.query_one("#typed-help", Static)
        content = self._help()
        widget.set_class(content is not None, "-shown")
        if content is not None:
            widget.update(content)

    def _help(self) -> Content | None:
        value = self.typed.value
        if value.startswith("/"):
            found = beginning(value[1:].partition(" ")[0].lower())
            more = f" {found[0].shape}  {found[0].does}" if len(found) == 1 else ""
            parts = [Content.assemble((f"/{command.name}", "bold $foreground"), more) for command in found]
            return Content("  ").join(parts).truncate(self.size.width, ellipsis=True) if parts else None
        if self._about:
            return Content.assemble(("about ", "$accent"), self._about).truncate(self.size.width, ellipsis=True)
        return None
