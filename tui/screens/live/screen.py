"""The Live screen: what happens now, the suggestions, and a line to type."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import OptionList, Static
from textual.worker import Worker, get_current_worker

from edge_assistant.domain import DIMENSIONS
from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.conversation.remark_words import is_remark
from edge_assistant.service.rpc.protocol import REASON_WORDS, SNOOZES, Answer, Entry, Status
from tui.client.calls import ImpossibleError, possible, suggestion_call
from tui.client.commands import REASON_KEYS, Intent, parse
from tui.client.link import ALONE, READY
from tui.client.wording import span_words
from tui.screens.live.conversation import Conversation
from tui.screens.live.feed import FeedList
from tui.screens.live.input_line import InputLine
from tui.screens.live.now_panel import NowPanel
from tui.screens.live.shelf import ShelfList
from tui.screens.live.short_why import ShortWhy
from tui.widgets.page import Page
from tui.widgets.prompt import PromptOption

TURNS = 3
"""Things that can be said back to one suggestion."""

REVIEW = "Today's review is there: a few short questions. Press v when you like."

EMPTY = "No suggestions yet. I speak up rarely; press s for one now, or i to type."

CLOCK_STEP = 20.0
"""Seconds between two drawings of 'since 14:05, 42 min'."""

RATING_LABELS = {
    "preference": "good idea",
    "timing": "good moment",
    "frequency": "not too often",
    "communication": "well worded",
}


class LiveScreen(Page):
    """What happens now, and the suggestions."""

    NAME: ClassVar[str] = "live"
    AUTO_FOCUS = "FeedList"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", show=False),
        Binding("v", "app.go('review')", "review", show=False),
        Binding("pageup", "turn_answer(-1)", "answer up", show=False, priority=True),
        Binding("pagedown", "turn_answer(1)", "answer down", show=False, priority=True),
    ]

    DEFAULT_CSS = """
    LiveScreen #columns { height: 1fr; }
    LiveScreen #left { width: 1fr; }
    LiveScreen #empty { margin: 1 2; color: $text-muted; display: none; height: auto; }
    LiveScreen #empty.-shown { display: block; }
    LiveScreen #review { margin: 0 2; color: $text-muted; display: none; height: 1; }
    LiveScreen #review.-shown { display: block; }
    LiveScreen FeedList { margin-top: 1; }
    LiveScreen.-tall NowPanel { height: 6; }
    LiveScreen ShortWhy { display: none; }
    LiveScreen.-wide ShortWhy { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._asks = itertools.count(1)
        self._about = ""
        self._turns = 0
        self._looking = False
        self._asking: Worker[Any] | None = None

    @property
    def marked(self) -> Entry | None:
        """The suggestion that keys act on."""
        return self.query_one(FeedList).entry

    @property
    def subject(self) -> str:
        return self.query_one(FeedList).marked

    def body(self) -> ComposeResult:
        with Horizontal(id="columns"):
            with Vertical(id="left"):
                yield NowPanel()
                yield Static(REVIEW, id="review")
                yield Static(EMPTY, id="empty")
                yield FeedList()
                yield ShelfList()
            yield ShortWhy()
        yield Conversation()
        yield InputLine()

    def on_mount(self) -> None:
        """Let the minutes pass."""
        self.set_interval(CLOCK_STEP, self._show_now)

    # -- news --------------------------------------------------------------------------------------------------------

    def _show_now(self) -> None:
        if self.is_up and self.state.status is not None:
            self.query_one(NowPanel).show(self.state.status, self.state.now())

    def show_status(self, status: Status) -> None:
        """The present, and what lies ready."""
        self._show_now()
        self.query_one("#review").set_class(status.review, "-shown")
        self.query_one(ShelfList).look(self._idle)
        self.refresh_bindings()

    @property
    def _idle(self) -> bool:
        return self.state.status is not None and not any(entry.state == "open" for entry in self.state.entries)

    def show_link(self, condition: str) -> None:
        self.query_one(NowPanel).show_link(condition, self.link.trouble)

    def show_feed(self, entries: Sequence[Entry]) -> None:
        """The suggestions; a hint where there are none."""
        self.query_one(FeedList).fill(entries, self.state.now())
        self.query_one(ShelfList).look(self._idle)
        self.query_one("#empty").set_class(not entries and self.state.status is not None, "-shown")

    def show_event(self, name: str, data: dict[str, Any]) -> None:
        if name == "token":
            self.query_one(Conversation).token(str(data.get("ask", "")), str(data.get("text", "")))

    def on_marked_list_marked(self, event: FeedList.Marked) -> None:
        """Other keys apply to another suggestion."""
        self.refresh_bindings()
        if self.query_one(ShortWhy).display:
            self.query_one(ShortWhy).show(self.subject)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Near the end, load what is older."""
        if self.state.more_entries and event.option_index >= event.option_list.option_count - 5:
            self.host.spawn(self.state.older())

    # -- keys --------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what applies to the marked suggestion is offered."""
        if action == "answer":
            return possible(str(parameters[0]), self.marked)
        if action == "undo":
            status = self.state.status
            return bool(status is not None and status.undo) or None
        return True

    def action_turn_answer(self, way: int) -> None:
        """A page up or down in a long answer; without one, in the suggestions."""
        answer = self.query_one(Conversation)
        feed = self.query_one(FeedList)
        if answer.shown:
            answer.scroll_page_up(animate=False) if way < 0 else answer.scroll_page_down(animate=False)
        elif way < 0:
            feed.action_page_up()  # type: ignore[no-untyped-call]
        else:
            feed.action_page_down()  # type: ignore[no-untyped-call]

    def action_answer(self, name: str) -> None:
        """A key about the marked suggestion: some are done at once, some ask something first."""
        entry = self.marked
        if entry is None:
            return
        match name:
            case "later":
                options = [PromptOption(str(n), span_words(m), m) for n, m in enumerate(SNOOZES, 1)]
                self.prompt.one_of("Later, in", options, self._then("later", entry, "minutes"))
            case "dismiss":
                options = [PromptOption(key, REASON_WORDS[name], name) for key, name in REASON_KEYS.items()]
                options.append(PromptOption("d", "no reason", ""))
                self.prompt.one_of("Why not?", options, self._then("dismiss", entry, "reason"))
            case "rate":
                known = entry.rating or dict.fromkeys(DIMENSIONS, 1)
                title = "Rate it: digits change the boxes, Enter saves"
                self.prompt.some_of(title, RATING_LABELS, known, self._then("rate", entry, "rating"))
            case "edit":
                self._line("How should it be worded?", entry.text, "edit", entry, "text")
            case "remind":
                title = "Remind me at (18:30, in 20 min, tomorrow at 9)"
                self._line(title, "", "remind", entry, "when")
            case "why":
                self.host.action_go("why")
            case "talk":
                self._talk(entry)
            case _:
                self._about_entry(name, entry)

    def _line(self, title: str, text: str, name: str, entry: Entry, parameter: str) -> None:
        """Ask for a line; one that cannot be meant stays to be mended."""

        def check(line: str) -> str:
            try:
                suggestion_call(Intent(name, {parameter: line}), entry, self.state.now())
            except ImpossibleError as error:
                return str(error)
            return ""

        self.prompt.line(title, text, self._then(name, entry, parameter), check)

    def _then(self, name: str, entry: Entry, parameter: str) -> Callable[[Any], None]:
        """What happens with the answer to a prompt."""
        return lambda answer: self._about_entry(name, entry, **{parameter: answer})

    def _about_entry(self, name: str, entry: Entry | None, **parameters: Any) -> None:
        try:
            self.host.act(suggestion_call(Intent(name, parameters), entry, self.state.now()))
        except ImpossibleError as error:
            self.host.note(str(error), warning=True)

    def action_shelf(self) -> None:
        """To the ideas that lie ready, and those that were next best to the marked suggestion."""
        self.query_one(ShelfList).look(self._idle, self.subject, wanted=True)

    def action_undo(self) -> None:
        self.perform(Intent("undo"))

    def action_suggest(self) -> None:
        """Ask for a suggestion now, one at a time."""
        if self._looking:
            return
        if self.link.condition == ALONE:
            self.host.note("no assistant is running", warning=True)
            return
        self._looking = True
        self.host.note("looking for a suggestion…")
        self.host.spawn(self._suggest())

    async def _suggest(self) -> None:
        try:
            await self.link.call("suggest")
        finally:
            self._looking = False

    def action_type(self) -> None:
        self.query_one(InputLine).typed.focus()

    def action_back(self) -> None:
        """Esc: cancel an answer, or end talking about a suggestion, or close the answer, or to the suggestions."""
        conversation = self.query_one(Conversation)
        if conversation.ask and self.link.condition == READY:
            self.host.spawn(self.link.call("cancel", ask=conversation.ask))
        elif conversation.ask and self._asking is not None:
            self._asking.cancel()  # nobody has heard it yet
            conversation.fail("cancelled")
        elif self._about:
            self._talk(None)
        elif conversation.shown:
            conversation.close()
        else:
            self.query_one(FeedList).focus()

    # -- typed lines -------------------------------------------------------------------------------------------------

    def on_input_line_sent(self, event: InputLine.Sent) -> None:
        intent = parse(event.text)
        if intent is None:
            return
        if self._about and intent.name in ("tell", "ask"):
            intent = Intent("ask", intent.parameters)
        marked = self.marked
        if intent.name == "tell" and marked is not None and marked.state == "open" and is_remark(event.text):
            self.host.spawn(self._ask(event.text.strip(), marked.id))
            return
        self.perform(intent)

    def perform(self, intent: Intent) -> None:
        """Questions, requests and answers; the rest is the app's."""
        if intent.name == "ask":
            self.host.spawn(self._ask(str(intent.parameters["text"])))
        elif intent.name == "suggest":
            self.action_suggest()
        elif not self.host.perform(intent):
            self._about_entry(intent.name, self.marked, **intent.parameters)

    def _talk(self, entry: Entry | None) -> None:
        """Lines are about this suggestion from now on, three at most; None ends it."""
        self._about, self._turns = (entry.id, 0) if entry is not None else ("", 0)
        self.query_one(InputLine).talk_about(entry.text if entry is not None else "")
        if entry is not None:
            self.action_type()

    async def _ask(self, text: str, about: str = "") -> None:
        """Ask, show the answer as it is written, and count the turns about a suggestion."""
        self._asking = get_current_worker()
        ask = f"t{os.getpid()}-{next(self._asks)}"
        about, conversation = about or self._about, self.query_one(Conversation)
        if self.link.condition == READY:
            conversation.begin(ask, text)
        else:
            conversation.begin(ask, text, "waiting for the assistant; Esc cancels")
        try:
            result = await self.link.call("ask", text=text, about=about, ask=ask)
        except EdgeAssistantError as error:
            conversation.fail(f"{error}; ask again: ↑ and Enter")
            return
        conversation.finish(Answer.from_dict(result))
        if about and about == self._about:
            self._turns += 1
            if self._turns >= TURNS:
                self._talk(None)
