"""Short questions at the foot of a screen: one of several, several of several, or a line of text.

They open in place instead of covering the screen, one key answers, and Esc always leads back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: the key that gives it, its words, and what the answer is."""

    key: str
    label: str
    value: Any


class OneOf(Static, can_focus=True):
    """A question answered with one key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "back")]

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.options: Sequence[Option] = ()

    def ask(self, title: str, options: Sequence[Option]) -> None:
        """Show the question."""
        self.title, self.options = title, options
        parts = [Content.styled(title, "bold $accent")]
        parts += [Content.assemble((option.key, "bold $foreground"), ": ", option.label) for option in options]
        self.update(Content("  ").join(parts))

    def on_key(self, event: events.Key) -> None:
        """A key of an option answers."""
        for option in self.options:
            if event.key == option.key or event.character == option.key:
                event.stop()
                event.prevent_default()
                self.screen.query_one(Prompt).finish(option.value)
                return

    def action_leave(self) -> None:
        """No answer."""
        self.screen.query_one(Prompt).finish(None)


class SomeOf(Static, can_focus=True):
    """Several yes-or-no questions at once; a digit turns one over, Enter gives all answers."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "give", "save"), Binding("escape", "leave", "back")]

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.labels: dict[str, str] = {}
        self.values: dict[str, int] = {}

    def ask(self, title: str, labels: Mapping[str, str], values: Mapping[str, int]) -> None:
        """Show the questions with their present answers."""
        self.title, self.labels, self.values = title, dict(labels), dict(values)
        self._show()

    def _show(self) -> None:
        parts = [Content.styled(f"{self.title}: a digit turns its box", "bold $accent")]
        for number, (name, label) in enumerate(self.labels.items(), 1):
            box = "[x]" if self.values[name] else "[ ]"
            parts.append(Content.assemble((str(number), "bold $foreground"), ": ", box, " ", label))
        self.update(Content("\n").join([parts[0], Content("  ").join(parts[1:])]))

    def on_key(self, event: events.Key) -> None:
        """A digit turns its answer over."""
        names = list(self.labels)
        if event.character and event.character.isdigit() and 1 <= int(event.character) <= len(names):
            event.stop()
            event.prevent_default()
            name = names[int(event.character) - 1]
            self.values[name] = 1 - self.values[name]
            self._show()

    def action_give(self) -> None:
        """These are the answers."""
        self.screen.query_one(Prompt).finish(dict(self.values))

    def action_leave(self) -> None:
        """No answer."""
        self.screen.query_one(Prompt).finish(None)


class Line(Input):
    """A line of text; Enter gives it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "ok", priority=False),
        Binding("escape", "leave", "back"),
    ]

    def action_leave(self) -> None:
        """No answer."""
        self.screen.query_one(Prompt).finish(None)


class Prompt(Vertical):
    """Holds the questions, of which at most one is open; gives the focus back where it came from."""

    DEFAULT_CSS = """
    Prompt { height: auto; display: none; padding: 0 1; background: $surface; border-top: solid $accent; }
    Prompt.-open { display: block; }
    Prompt > * { display: none; height: auto; width: 1fr; }
    Prompt > .-open { display: block; }
    Prompt > Line { padding: 0; background: $surface; height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._then: Callable[[Any], None] | None = None
        self._title = ""
        self._check: Callable[[str], str] | None = None
        self._focused: Widget | None = None

    def compose(self) -> ComposeResult:
        """All kinds of questions, hidden."""
        yield OneOf()
        yield SomeOf()
        yield Static(id="prompt-title")
        yield Line(compact=True)

    @property
    def is_open(self) -> bool:
        """Whether a question waits for its answer."""
        return self._then is not None

    def one_of(self, title: str, options: Sequence[Option], then: Callable[[Any], None]) -> None:
        """Ask for one of `options`; `then` gets its value, or None for Esc."""
        widget = self.query_one(OneOf)
        widget.ask(title, options)
        self._open(then, widget)

    def some_of(
        self, title: str, labels: Mapping[str, str], values: Mapping[str, int], then: Callable[[Any], None]
    ) -> None:
        """Ask for 0 or 1 for each of `labels`; `then` gets the dictionary, or None for Esc."""
        widget = self.query_one(SomeOf)
        widget.ask(title, labels, values)
        self._open(then, widget)

    def line(
        self, title: str, text: str, then: Callable[[Any], None], check: Callable[[str], str] | None = None
    ) -> None:
        """Ask for a line, beginning with `text`; `then` gets it, or None for Esc.

        Args:
            title: the question.
            text: what stands there already.
            then: gets the answer.
            check: says what is wrong with a line, or ''; a wrong one stays to be mended.
        """
        label, widget = self.query_one("#prompt-title", Static), self.query_one(Line)
        label.update(Content.styled(title, "bold $accent"))
        self._title, self._check = title, check
        widget.value = text
        widget.cursor_position = len(text)
        self._open(then, widget, label)

    def _open(self, then: Callable[[Any], None], widget: Widget, *others: Widget) -> None:
        if self._then is None:
            self._focused = self.screen.focused
        self._then = then
        for child in self.children:
            child.set_class(child is widget or child in others, "-open")
        self.add_class("-open")
        widget.focus()

    def finish(self, answer: Any) -> None:
        """Close, give the focus back, and hand the answer on."""
        then, self._then = self._then, None
        self.remove_class("-open")
        if self._focused is not None and self._focused.is_attached:
            self._focused.focus()
        if then is not None:
            then(answer)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line: given on, or shown to be wrong and kept."""
        event.stop()
        problem = self._check(event.value) if self._check is not None else ""
        if problem:
            told = Content.assemble((self._title, "bold $accent"), "  ", (problem, "bold $warning"))
            self.query_one("#prompt-title", Static).update(told)
        else:
            self.finish(event.value)
