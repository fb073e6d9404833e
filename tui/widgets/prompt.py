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
class PromptOption:
    """One answer: the key that gives it, its words, and what the answer is."""

    key: str
    label: str
    value: Any


class Choices(Static, can_focus=True):
    """A question answered with one key, or several yes-or-no questions whose boxes keys turn over."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.options: Sequence[PromptOption] = ()
        self.boxes: dict[str, int] | None = None
        """0 or 1 by name where several may be chosen; the names are the options' values."""

    def ask(self, title: str, options: Sequence[PromptOption], boxes: Mapping[str, int] | None) -> None:
        self.title, self.options, self.boxes = title, options, dict(boxes) if boxes is not None else None
        self.draw()

    def draw(self) -> None:
        """The title, then the answers: beside it, or with their boxes below it."""
        boxes = self.boxes
        parts = []
        for option in self.options:
            box = "" if boxes is None else "[x] " if boxes[option.value] else "[ ] "
            parts.append(Content.assemble((option.key, "bold $foreground"), ": ", box, option.label))
        title, answers = Content.styled(self.title, "bold $accent"), Content("  ").join(parts)
        self.update(Content("\n" if boxes is not None else "  ").join([title, answers]))


class PromptLine(Input):
    """A line of text; Enter gives it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "ok")]


class PromptBar(Vertical):
    """Holds the questions, of which at most one is open; gives the focus back where it came from."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "give", "save"), Binding("escape", "cancel", "back")]

    DEFAULT_CSS = """
    PromptBar { height: auto; display: none; padding: 0 1; background: $surface; border-top: solid $accent; }
    PromptBar.-open { display: block; }
    PromptBar > * { display: none; height: auto; width: 1fr; }
    PromptBar > .-open { display: block; }
    PromptBar > PromptLine { padding: 0; background: $surface; height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._then: Callable[[Any], None] | None = None
        self._title = ""
        self._check: Callable[[str], str] | None = None
        self._focused: Widget | None = None

    def compose(self) -> ComposeResult:
        yield Choices()
        yield Static(id="prompt-title")
        yield PromptLine(compact=True)

    @property
    def is_open(self) -> bool:
        """Whether a question waits for its answer."""
        return self._then is not None

    def one_of(self, title: str, options: Sequence[PromptOption], then: Callable[[Any], None]) -> None:
        """Ask for one of `options`; `then` gets its value; nothing is called for Esc."""
        widget = self.query_one(Choices)
        widget.ask(title, options, None)
        self._open(then, widget)

    def some_of(
        self, title: str, labels: Mapping[str, str], values: Mapping[str, int], then: Callable[[Any], None]
    ) -> None:
        """Ask for 0 or 1 for each of `labels`; `then` gets the dictionary; nothing is called for Esc."""
        widget = self.query_one(Choices)
        options = [PromptOption(str(number), label, name) for number, (name, label) in enumerate(labels.items(), 1)]
        widget.ask(title, options, {name: values[name] for name in labels})
        self._open(then, widget)

    def line(
        self, title: str, text: str, then: Callable[[Any], None], check: Callable[[str], str] | None = None
    ) -> None:
        """Ask for a line, beginning with `text`.

        Args:
            title: the question.
            text: what stands there already.
            then: gets the answer; it is not called for Esc.
            check: says what is wrong with a line, or ''; a wrong one stays to be mended.
        """
        label, widget = self.query_one("#prompt-title", Static), self.query_one(PromptLine)
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

    def _close(self) -> Callable[[Any], None] | None:
        """Give the focus back; whoever waits for the answer is to be told by the caller."""
        then, self._then = self._then, None
        self.remove_class("-open")
        if self._focused is not None and self._focused.is_attached:
            self._focused.focus()
        return then

    def finish(self, answer: Any) -> None:
        if (then := self._close()) is not None:
            then(answer)

    def action_cancel(self) -> None:
        """Esc: no answer."""
        self._close()

    def action_give(self) -> None:
        """Enter: the boxes as they are."""
        if (boxes := self.query_one(Choices).boxes) is not None:
            self.finish(boxes)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only boxes are saved with Enter; elsewhere one key answers."""
        return action != "give" or self.query_one(Choices).boxes is not None

    def on_key(self, event: events.Key) -> None:
        """The key of an answer gives it, or turns its box over."""
        choices = self.query_one(Choices)
        if not choices.has_focus:
            return
        option = next((one for one in choices.options if one.key in (event.key, event.character)), None)
        if option is None:
            return
        event.stop()
        event.prevent_default()
        if choices.boxes is None:
            self.finish(option.value)
        else:
            choices.boxes[option.value] = 1 - choices.boxes[option.value]
            choices.draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the line: given on, or shown to be wrong and kept."""
        event.stop()
        problem = self._check(event.value) if self._check is not None else ""
        if problem:
            told = Content.assemble((self._title, "bold $accent"), "  ", (problem, "bold $warning"))
            self.query_one("#prompt-title", Static).update(told)
        else:
            self.finish(event.value)
