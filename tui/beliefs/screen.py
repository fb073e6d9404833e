"""The Learning screen: how it went, what is believed and can be corrected, adapters and their training."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static, option_list

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.learning_values import Belief, Learning
from edge_assistant.service.rpc.protocol import Status, Training
from tui.beliefs.plots import CHARTS, DayPlot
from tui.beliefs.words import (
    GROUPS,
    adapters_content,
    answer_words,
    belief_content,
    number_question,
    parse_number,
    summary_words,
    training_content,
)
from tui.page import Page
from tui.widgets.marked_list import MarkedList
from tui.widgets.prompt import Option

DAYS = (14, 30, 90)
"""Days that are shown; a key goes from one to the next."""


class BeliefList(MarkedList):
    """What is believed, by group."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.correct", "correct"),
        Binding("c", "screen.correct", "correct", show=False),
        Binding("g", "screen.chart", "next plot"),
        Binding("d", "screen.days", "days"),
        Binding("t", "screen.training", "pause or resume training"),
        Binding("r", "screen.rollback", "former adapter"),
        Binding("j", "cursor_down", "next", show=False),
        Binding("k", "cursor_up", "previous", show=False),
        Binding("escape", "app.go('live')", "back"),
    ]


class LearningScreen(Page):
    """Plots beside beliefs; one plot above them where there is less room."""

    NAME: ClassVar[str] = "learning"
    AUTO_FOCUS = "BeliefList"

    DEFAULT_CSS = """
    LearningScreen #learning-head { height: 1; margin: 0 2; color: $foreground; }
    LearningScreen #learning-columns { height: 1fr; layout: vertical; }
    LearningScreen #learning-plots { height: 8; margin: 0 1; }
    LearningScreen DayPlot { display: none; }
    LearningScreen DayPlot.-shown { display: block; }
    LearningScreen #learning-state { height: auto; max-height: 8; padding: 0 2; border-top: solid $panel; }
    LearningScreen.-wide #learning-columns { layout: horizontal; }
    LearningScreen.-wide #learning-plots { height: 1fr; width: 1fr; }
    LearningScreen.-wide DayPlot { display: block; }
    LearningScreen.-wide BeliefList { width: 1fr; margin-top: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.learning: Learning | None = None
        self.days = DAYS[1]
        self.chart = next(iter(CHARTS))
        self._marked = ""
        """Id of the belief that is drawn as marked; it follows the list's own mark."""

    def body(self) -> ComposeResult:
        """Summary, plots, beliefs, adapters."""
        yield Static(id="learning-head")
        with Vertical(id="learning-columns"):
            with Vertical(id="learning-plots"):
                for name in CHARTS:
                    yield DayPlot(name)
            yield BeliefList(markup=False)
        yield Static(id="learning-state")

    # -- news --------------------------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        """Learned meanwhile."""
        super().on_screen_resume()
        self._choose_chart()
        if self.learning is None:
            self.query_one("#learning-head", Static).update("One moment: the assistant is starting.")
        self._load()

    def show_link(self, condition: str) -> None:
        """A core that came back is asked again."""
        if condition == "ready":
            self._load()

    def show_status(self, status: Status) -> None:
        """Training goes on."""
        self._state()

    def on_resize(self) -> None:
        """Another width, other lines."""
        self.call_after_refresh(self._show)

    def _load(self) -> None:
        work = self._fetch_guarded  # called by the worker itself: a cancelled one leaves nothing that was never awaited
        self.run_worker(work, group="learning", exclusive=True, exit_on_error=False)  # type: ignore[arg-type]

    async def _fetch_guarded(self) -> None:
        await self.assistant_app.guarded(self._fetch())

    async def _fetch(self) -> None:
        self.learning = Learning.from_dict(await self.link.call("learning", days=self.days))
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
        option = self.query_one(BeliefList).highlighted_option
        return self.beliefs.get(option.id or "") if option is not None else None

    @property
    def training(self) -> Training:
        """The freshest that is known."""
        status = self.assistant_app.status
        if status is not None:
            return status.training
        return self.learning.training if self.learning is not None else Training()

    def _show(self) -> None:
        if not self.is_mounted or self.learning is None:
            return
        learning, today = self.learning, f"{self.assistant_app.now():%Y-%m-%d}"
        self.query_one("#learning-head", Static).update(
            Content(summary_words(learning.days, learning.feedback_total, today)).truncate(max(self.size.width - 4, 20))
        )
        for plot in self.query(DayPlot):
            plot.show(learning.days)
        self._list()
        self._state()

    def _list(self) -> None:
        beliefs = self.beliefs
        marked = self.marked
        self._marked = marked.id if marked is not None else next(iter(beliefs), "")
        options: list[option_list.Option] = []
        group = None
        for belief in beliefs.values():
            if belief.group != group:
                group = belief.group
                title = Content.styled(GROUPS.get(group, group), "bold $primary")
                options.append(option_list.Option(title, disabled=True))
            options.append(option_list.Option(self._line(belief), id=belief.id))
        listing = self.query_one(BeliefList)
        offset = listing.scroll_y
        with self.prevent(OptionList.OptionHighlighted):
            listing.set_options(options)
            if self._marked:
                listing.highlighted = listing.get_option_index(self._marked)
        listing.scroll_to(y=offset, animate=False, immediate=True)

    def _line(self, belief: Belief) -> Content:
        width = self.query_one(BeliefList).size.width - 4
        return belief_content(belief, belief.id == self._marked, width if width > 20 else 74)

    def _state(self) -> None:
        learning = self.learning
        if not self.is_mounted or learning is None:
            return
        width, app = max(self.size.width - 4, 30), self.assistant_app
        most = 5 if self.size.height >= 36 else 2
        content = [training_content(self.training, width), adapters_content(learning.adapters, app.now(), most)]
        self.query_one("#learning-state", Static).update(Content("\n").join(content))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Unfold the marked belief, fold the one before."""
        # keys may have moved the mark on since then
        marked, before = self.marked, self._marked
        self._marked = marked.id if marked is not None else ""
        beliefs, listing = self.beliefs, self.query_one(BeliefList)
        for name in (before, self._marked):
            if name in beliefs:
                listing.replace_option_prompt(name, self._line(beliefs[name]))
        listing.scroll_to_highlight()

    def _choose_chart(self) -> None:
        for name in CHARTS:
            self.query_one(f"#plot-{name.replace('_', '-')}").set_class(name == self.chart, "-shown")

    # -- keys --------------------------------------------------------------------------------------------------------

    def action_chart(self) -> None:
        """The next plot, where only one has room."""
        names = list(CHARTS)
        self.chart = names[(names.index(self.chart) + 1) % len(names)]
        self._choose_chart()

    def action_days(self) -> None:
        """More days, or few again."""
        self.days = DAYS[(DAYS.index(self.days) + 1) % len(DAYS)]
        self.assistant_app.note(f"the last {self.days} days")
        self._load()

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
            answers = [Option("y", "yes, that is so", belief.value), Option("n", "no, the opposite", not belief.value)]
        else:
            answers = [Option(str(number), str(name), name) for number, name in enumerate(belief.choices, 1)]
        self.prompt.one_of(belief.sentence, answers, lambda value: self._answered(belief, value))

    def _number_typed(self, belief: Belief, text: str | None) -> None:
        if text is None:
            return
        number = parse_number(belief, text)
        if number is None:
            limits = f"{belief.low:g} to {belief.high:g} {belief.unit}"
            self.assistant_app.note(f"{text!r} cannot be; give {limits}", warning=True)
            return
        self._answered(belief, number)

    def _answered(self, belief: Belief, value: Any) -> None:
        if value is not None:
            self.assistant_app.spawn(self._correct(belief, value))

    async def _correct(self, belief: Belief, value: Any) -> None:
        """A correction counts as evidence; others of the beliefs may move with it."""
        await self.link.call("learning.correct", id=belief.id, value=value)
        self.assistant_app.note(f"learned: {answer_words(value)}")
        await self._fetch()

    def action_training(self) -> None:
        """Pause training, or go on with it."""
        method = "training.resume" if self.training.state in ("paused", "off") else "training.pause"
        self.assistant_app.spawn(self._training(method))

    async def _training(self, method: str) -> None:
        self.assistant_app.take_status(Status.from_dict(await self.link.call(method)))
        self.assistant_app.note("training goes on" if method == "training.resume" else "training is paused")

    def action_rollback(self) -> None:
        """Back to the adapter that was in use before, after a yes."""
        current = (
            next((one for one in self.learning.adapters if one.state == "current"), None) if self.learning else None
        )
        if current is None:
            self.assistant_app.note("no adapter is in use")
            return
        options = [Option("y", "yes, the former one", True), Option("n", "no", False)]
        self.prompt.one_of(f"Stop using {current.version}?", options, self._rollback_answered)

    def _rollback_answered(self, yes: bool | None) -> None:
        if yes:
            self.assistant_app.spawn(self._rollback())

    async def _rollback(self) -> None:
        try:
            await self.link.call("adapters.rollback")
        except EdgeAssistantError as error:
            self.assistant_app.note(str(error), warning=True)
        await self._fetch()
