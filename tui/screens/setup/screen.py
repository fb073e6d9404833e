"""The first start: a few questions, one at a time; each can be skipped, and all of them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.setup_values import SetupState
from tui.screens.setup.rows import row_content, text_content
from tui.screens.setup.steps import STRUCK, WELCOME, SetupStep, choices_of, own_words, steps_of, summary
from tui.widgets.hints import Hints
from tui.widgets.marked_list import MarkedList
from tui.widgets.page import host_of


class Answers(MarkedList):
    """The answers to the present question; their ids are their places."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.next", "next"),
        Binding("space", "screen.mark", "mark"),
        Binding("x", "screen.strike", "strike out"),
        Binding("w", "screen.words", "own words"),
        Binding("left,backspace", "screen.before", "back", key_display="←"),
        Binding("s", "screen.skip", "skip this"),
        Binding("escape", "screen.skip_all", "skip all"),
    ]

    DEFAULT_CSS = """
    Answers { padding: 0; margin-top: 1; }
    """


class OwnWords(Input):
    """An answer in the person's own words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "next"),
        Binding("escape,down,tab", "screen.list", "to the list", key_display="Esc"),
    ]

    DEFAULT_CSS = """
    OwnWords { display: none; height: 1; padding: 0; margin-top: 1; background: $panel; }
    OwnWords.-asked { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(compact=True, select_on_focus=False)
        self.cursor_blink = False


class SetupScreen(Screen[None]):
    """Asks, sums up, and has the core keep the answers."""

    AUTO_FOCUS = "Answers"

    DEFAULT_CSS = """
    SetupScreen { background: $background; align-horizontal: center; }
    SetupScreen #sheet { width: 100%; max-width: 90; height: 1fr; padding: 1 2; }
    SetupScreen #place { height: 1; color: $text-muted; }
    SetupScreen #title { height: auto; text-style: bold; color: $primary; margin-bottom: 1; }
    SetupScreen #text { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.steps: tuple[SetupStep, ...] = ()
        self.chosen: dict[str, list[int]] = {}
        self.words: dict[str, list[str]] = {}
        self._place = 0
        self._saving = False

    def compose(self) -> ComposeResult:
        """Question, answers, hints."""
        with Vertical(id="sheet"):
            yield Static("one moment: still getting ready", id="place")
            yield Static(WELCOME.title, id="title")
            yield Static(WELCOME.text, id="text")
            yield OwnWords()
            yield Answers(self._row)
        yield Hints()

    def on_mount(self) -> None:
        """Ask the core what can be chosen here."""
        host_of(self).spawn(self._load())

    async def _load(self) -> None:
        state = host_of(self).state
        offered = SetupState.from_dict(await state.link.call("setup.get"))
        self.steps = steps_of(offered, state.status.home if state.status is not None else "")
        self._show()

    @property
    def step(self) -> SetupStep | None:
        """The present question; None before they are known and for the summary at the end."""
        return self.steps[self._place] if self._place < len(self.steps) else None

    @property
    def marked(self) -> int | None:
        """Place of the marked answer."""
        name = self.query_one(Answers).marked
        return int(name) if name else None

    # -- drawing -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        step, answers, own = self.step, self.query_one(Answers), self.query_one(OwnWords)
        own.set_class(step is not None and bool(step.words), "-asked")
        if step is None:
            rows = [f"{title}: {words}" for title, words in summary(self.steps, self.chosen, self.words)]
            text = Content("\n".join([*rows, "", "Enter saves this. Everything can be changed in the settings."]))
            answers.show(())
        else:
            text = text_content(step.text, self._width)
            chosen = self.chosen.setdefault(step.name, list(step.preset)) if step.answers else []
            if step.struck:
                self.chosen.setdefault(step.name + STRUCK, list(step.struck))
            places = [str(place) for place in range(len(step.answers))]
            taken = [place for place in places if self._note(step, int(place))]
            answers.show(places, str(chosen[0]) if chosen else "", taken)
            if step.words:
                own.placeholder = f"for example: {step.words}"
                own.value = ", ".join(self.words.get(step.name, ()))
                own.cursor_position = len(own.value)
        self.query_one("#title", Static).update(Content(step.title if step is not None else "That is all"))
        self.query_one("#text", Static).update(text)
        self._head()
        answers.focus()
        self.refresh_bindings()

    def _head(self) -> None:
        """How far this is; what of one's own words is too much; that the answers are being kept."""
        step = self.step
        words = f"{self._place + 1} of {len(self.steps) + 1}"
        surplus = own_words(self.query_one(OwnWords).value)[step.most :] if step is not None and step.words else []
        if surplus:
            words += f" · at most {step.most if step else 0}; left out: {', '.join(surplus)}"
        if self._saving:
            words = "one moment: learning from your answers"
        self.query_one("#place", Static).update(Content(words))

    @property
    def _width(self) -> int:
        """Cells of the sheet within its margins."""
        return max(min(self.size.width, 90) - 6, 30)

    def _note(self, step: SetupStep, place: int) -> str:
        """Why this cannot be chosen: what is liked cannot be disliked; '' where it can."""
        return "you like it" if step.name == "dislikes" and place in self.chosen.get("likes", ()) else ""

    def _row(self, name: str, marked: bool) -> Content:
        step, place = self.step, int(name)
        if step is None or place >= len(step.answers):
            return Content("")
        chosen, note = place in self.chosen.get(step.name, ()), self._note(step, place)
        struck = place in self.chosen.get(step.name + STRUCK, ())
        return row_content(step, place, marked=marked, chosen=chosen, note=note, width=self._width, struck=struck)

    def on_resize(self) -> None:
        """Another width breaks the lines elsewhere."""
        if self.steps:
            self._show()

    # -- keys --------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what applies to the present question is offered; nothing while the answers are being kept."""
        step = self.step
        if self._saving:
            return False
        if action == "mark":
            return step is not None and step.most > 1
        if action == "strike":
            return step is not None and bool(step.strikes)
        if action == "words":
            return step is not None and bool(step.words)
        if action == "skip":
            return step is not None and bool(step.answers)
        if action == "before":
            return self._place > 0
        return True

    def action_mark(self) -> None:
        """Mark an answer, or take the mark back."""
        step, place = self.step, self.marked
        if step is None or place is None:
            return
        chosen = self.chosen.setdefault(step.name, [])
        if place in chosen:
            chosen.remove(place)
        elif len(chosen) + len(self.words.get(step.name, ())) < step.most:
            chosen.append(place)
            self._unmark(step.name + STRUCK, place)
            disliked = self.chosen.get("dislikes", [])
            if step.name == "likes" and place in disliked:
                disliked.remove(place)
        else:
            host_of(self).note(f"at most {step.most}")
        self.query_one(Answers).redraw()

    def action_strike(self) -> None:
        """Strike an answer out, or take that back."""
        step, place = self.step, self.marked
        if step is None or place is None:
            return
        struck = self.chosen.setdefault(step.name + STRUCK, [])
        if place in struck:
            struck.remove(place)
        else:
            struck.append(place)
            self._unmark(step.name, place)
        self.query_one(Answers).redraw()

    def _unmark(self, name: str, place: int) -> None:
        if place in self.chosen.get(name, ()):
            self.chosen[name].remove(place)

    def action_words(self) -> None:
        """Answer in one's own words."""
        self.query_one(OwnWords).focus()

    def action_list(self) -> None:
        """Back from one's own words to what can be marked."""
        self.query_one(Answers).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """What is written counts as it stands; marks give way to it."""
        step = self.step
        if step is None or not step.words:
            return
        self.words[step.name] = own_words(event.value)[: step.most]
        chosen = self.chosen.setdefault(step.name, [])
        del chosen[max(step.most - len(self.words[step.name]), 0) :]
        self._head()
        self.query_one(Answers).redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """On to the next question."""
        self.action_next()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click marks where several may be chosen, and otherwise goes on."""
        if self.step is not None and self.step.most > 1:
            self.action_mark()
        else:
            self.action_next()

    def action_next(self) -> None:
        """Keep this answer and go on; at the end, have all of them kept."""
        step, place = self.step, self.marked
        if step is None:
            if self.steps:
                self._save(choices_of(self.steps, self.chosen, self.words))
            return
        if step.answers and step.most == 1 and place is not None:
            self.chosen[step.name] = [place]
        self._go(1)

    def _go(self, step: int) -> None:
        self._place += step
        self._show()

    def action_before(self) -> None:
        """The question before."""
        if self._place:
            self._go(-1)

    def action_skip(self) -> None:
        """No answer to this one."""
        if (step := self.step) is not None:
            self.chosen.pop(step.name, None)
            self.chosen.pop(step.name + STRUCK, None)
            self.words.pop(step.name, None)
            self._go(1)

    def action_skip_all(self) -> None:
        """No answers; not asked again."""
        self._save({})

    def _save(self, choices: dict[str, object]) -> None:
        if not self._saving:
            self._keep(True)
            host_of(self).spawn(self._send(choices))

    def _keep(self, saving: bool) -> None:
        """Whether the answers are on their way."""
        self._saving = saving
        self._head()
        self.refresh_bindings()

    async def _send(self, choices: dict[str, object]) -> None:
        state, app = host_of(self).state, self.app
        try:
            await state.link.call("setup.save", **choices)
        except EdgeAssistantError as error:
            host_of(self).note(str(error), warning=True)
            self._keep(False)
            return
        while self in app.screen_stack:  # with whatever covers it
            app.pop_screen()
        await state.refresh()
