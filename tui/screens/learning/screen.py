"""The Learning screen: how it went, what is believed and can be corrected, adapters and their training."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static

from edge_assistant.service.rpc.learning_values import Belief, Learning
from edge_assistant.service.rpc.protocol import Status, Training
from tui.screens.learning.words import (
    GROUPS,
    adapters_content,
    answer_words,
    belief_content,
    days_content,
    number_question,
    parse_number,
    summary_words,
    training_content,
)
from tui.widgets.marked_list import MarkedList
from tui.widgets.page import Page
from tui.widgets.prompt import PromptOption

DAYS = 30
"""Days that are shown."""


class BeliefList(MarkedList):
    """What is believed, by group."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.correct", "correct"),
        Binding("c", "screen.correct", "correct", show=False),
        Binding("t", "screen.training", "pause or resume training"),
        Binding("r", "screen.rollback", "previous adapter"),
        Binding("escape", "app.go('live')", "back"),
    ]


class LearningScreen(Page):
    """The days in a few lines, beliefs, adapters."""

    NAME: ClassVar[str] = "learning"
    AUTO_FOCUS = "BeliefList"

    DEFAULT_CSS = """
    LearningScreen #learning-head { height: 1; margin: 0 2; color: $foreground; }
    LearningScreen #learning-days { height: auto; margin: 0 2 1 2; }
    LearningScreen #learning-state { height: auto; max-height: 8; padding: 0 2; border-top: solid $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.learning: Learning | None = None

    def body(self) -> ComposeResult:
        yield Static(id="learning-head")
        yield Static(id="learning-days")
        yield BeliefList(self._line)
        yield Static(id="learning-state")

    # -- news --------------------------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Learned meanwhile."""
        super().on_screen_resume()
        if self.learning is None:
            self.write("#learning-head", "One moment: the assistant is starting.")
        self._load()

    def show_link(self, condition: str) -> None:
        """A core that came back is asked again."""
        if condition == "ready":
            self._load()

    def show_status(self, status: Status) -> None:
        self._state()

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def _load(self) -> None:
        work = self._fetch_guarded  # called by the worker itself: a cancelled one leaves nothing that was never awaited
        self.run_worker(work, group="learning", exclusive=True, exit_on_error=False)  # type: ignore[arg-type]

    async def _fetch_guarded(self) -> None:
        await self.host.guarded(self._fetch())

    async def _fetch(self) -> None:
        self.learning = Learning.from_dict(await self.link.call("learning", days=DAYS))
        self._show()

    # -- drawing -----------------------------------------------------------------------------------------------------

    @property
    def beliefs(self) -> dict[str, Belief]:
        """By id, in the order of the groups."""
        found = self.learning.beliefs if self.learning is not None else ()
        order = list(GROUPS)
        ranked = sorted(found, key=lambda one: order.index(one.group) if one.group in order else len(order))
        return {belief.id: belief for belief in ranked}

    @property
    def marked(self) -> Belief | None:
        """The belief that keys act on."""
        return self.beliefs.get(self.query_one(BeliefList).marked)

    @property
    def training(self) -> Training:
        """The freshest that is known."""
        status = self.state.status
        if status is not None:
            return status.training
        return self.learning.training if self.learning is not None else Training()

    def _show(self) -> None:
        if not self.is_mounted or self.learning is None:
            return
        learning, today = self.learning, f"{self.state.now():%Y-%m-%d}"
        summary = Content(summary_words(learning.days, learning.feedback_total, today))
        self.write("#learning-head", summary.truncate(max(self.size.width - 4, 20)))
        self.write("#learning-days", days_content(learning.days, max(self.size.width - 4, 20)))
        rows: list[str | Content] = []
        title = ""
        for belief in self.beliefs.values():
            if (group := GROUPS.get(belief.group, belief.group)) != title:
                title = group
                rows.append(Content.styled(title, "bold $primary"))
            rows.append(belief.id)
        self.query_one(BeliefList).show(rows)
        self._state()

    def _line(self, name: str, marked: bool) -> Content:
        width = self.query_one(BeliefList).size.width - 4
        return belief_content(self.beliefs[name], marked, width if width > 20 else 74)

    def _state(self) -> None:
        learning = self.learning
        if not self.is_mounted or learning is None:
            return
        width, most = max(self.size.width - 4, 30), 5 if self.size.height >= 36 else 2
        adapters = adapters_content(learning.adapters, self.state.now(), most)
        self.write("#learning-state", Content("\n").join([training_content(self.training, width), adapters]))

    # -- keys --------------------------------------------------------------------------------------------------------

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A mouse click corrects, as Enter does."""
        self.action_correct()

    def action_correct(self) -> None:
        """Say how it really is; the form of the question follows the kind of belief."""
        belief = self.marked
        if belief is None:
            return
        if belief.kind == "number":
            start = f"{belief.value:g}" if isinstance(belief.value, (int, float)) else ""
            self.prompt.line(number_question(belief), start, lambda text: self._number_typed(belief, text))
            return
        if belief.kind == "yesno":
            # asked of the sentence as it stands: 'no' means the opposite of what is believed
            answers = [
                PromptOption("y", "yes, that is so", belief.value),
                PromptOption("n", "no, the opposite", not belief.value),
            ]
        else:
            answers = [PromptOption(str(number), str(name), name) for number, name in enumerate(belief.choices, 1)]
        self.prompt.one_of(belief.sentence, answers, lambda value: self.host.spawn(self._correct(belief, value)))

    def _number_typed(self, belief: Belief, text: str) -> None:
        number = parse_number(belief, text)
        if number is None:
            limits = f"{belief.low:g} to {belief.high:g} {belief.unit}"
            self.host.note(f"{text!r} is out of range; type {limits}", warning=True)
            return
        self.host.spawn(self._correct(belief, number))

    async def _correct(self, belief: Belief, value: Any) -> None:
        """A correction counts as evidence; others of the beliefs may move with it."""
        await self.link.call("learning.correct", id=belief.id, value=value)
        self.host.note(f"learned: {answer_words(value)}")
        await self._fetch()

    def action_training(self) -> None:
        """Pause training, or go on with it."""
        method = "training.resume" if self.training.state in ("paused", "off") else "training.pause"
        self.host.spawn(self._training(method))

    async def _training(self, method: str) -> None:
        self.state.take_status(Status.from_dict(await self.link.call(method)))
        self.host.note("training resumed" if method == "training.resume" else "training paused")

    def action_rollback(self) -> None:
        """Back to the adapter that was in use before, after a yes."""
        adapters = self.learning.adapters if self.learning is not None else ()
        current = next((one for one in adapters if one.state == "current"), None)
        if current is None:
            self.host.note("no adapter is in use")
            return
        options = [PromptOption("y", "yes, back to the previous one", True), PromptOption("n", "no", False)]
        self.prompt.one_of(f"Stop using {current.version}?", options, self._rollback_answered)

    def _rollback_answered(self, yes: bool) -> None:
        if yes:
            self.host.spawn(self._rollback())

    async def _rollback(self) -> None:
        await self.host.guarded(self.link.call("adapters.rollback"))
        await self._fetch()
