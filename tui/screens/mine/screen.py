"""The Mine screen: the person's own things by due day; add, done, edit, remove, and steps of a goal."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from edge_assistant.own.thing import OwnThing
from edge_assistant.service.conversation.mine import time_words
from edge_assistant.service.rpc.protocol import Status
from tui.widgets.marked_list import MarkedList
from tui.widgets.page import Page
from tui.widgets.prompt import PromptOption

EMPTY = "Nothing yet. Press a, and type for example: buy milk tomorrow"
ADD = "Add (buy milk tomorrow; my goal is to run 10 km by March; remind me at 18:30 to call mum)"
GROUPS = ("Overdue", "Today", "The next seven days", "Later", "Without a day")


class MineList(MarkedList):
    """One row a thing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a,i", "screen.add", "add", key_display="a"),
        Binding("f,space", "screen.finish", "done", key_display="f"),
        Binding("e", "screen.edit('text')", "edit"),
        Binding("t", "screen.edit('due')", "other day"),
        Binding("s", "screen.step", "step"),
        Binding("n", "screen.propose", "propose steps"),
        Binding("x", "screen.remove", "remove"),
    ]


class MineScreen(Page):
    """The list, and below it what could not be read of files."""

    NAME: ClassVar[str] = "mine"
    AUTO_FOCUS = "MineList"

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.go('live')", "back")]

    DEFAULT_CSS = """
    MineScreen #mine-head { height: auto; margin: 1 2 0 2; color: $text-muted; }
    MineScreen #mine-left-out { height: auto; max-height: 4; margin: 0 2; color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.things: dict[str, OwnThing] = {}

    def body(self) -> ComposeResult:
        yield Static(id="mine-head")
        yield MineList(self._row)
        yield Static(id="mine-left-out")

    @property
    def marked(self) -> OwnThing | None:
        """The thing that keys act on."""
        return self.things.get(self.query_one(MineList).marked)

    # -- news --------------------------------------------------------------------------------------------------------

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self._look()

    def show_status(self, status: Status) -> None:
        """Whatever was done elsewhere comes with the next state."""
        if self.is_up:
            self._look()

    @work(group="mine", exclusive=True, exit_on_error=False)
    async def _look(self) -> None:
        await self.host.guarded(self._fetch())

    async def _fetch(self) -> None:
        found = await self.link.call("mine.list")
        things = [OwnThing.from_dict(data) for data in found["things"]]
        self.things = {str(thing.id): thing for thing in things}
        if not self.is_mounted:
            return
        today = self.state.now().date()
        rows: list[str | Content] = []
        for number, title in enumerate(GROUPS):
            group = [
                str(thing.id)
                for thing in things
                if _group(thing, (thing.due - today).days if thing.due else None) == number
            ]
            rows += [Content.styled(f"  {title}", "bold"), *group] if group else []
        self.query_one(MineList).show(rows)
        self.write("#mine-head", "" if things else EMPTY)
        self.write("#mine-left-out", Content("\n").join([Content(f"left out: {line}") for line in found["left_out"]]))
        self.refresh_bindings()

    def _row(self, name: str, marked: bool) -> Content:
        thing = self.things.get(name)
        if thing is None:
            return Content("")
        goal = self.things.get(str(thing.goal))
        aside = ", ".join(
            filter(
                None,
                (
                    thing.kind if thing.kind != "todo" else "",
                    time_words(thing, self.state.now()),
                    f"step of '{goal.text}'" if goal else "",
                    f"{thing.minutes} min" if thing.minutes else "",
                    " ".join(f"#{tag}" for tag in thing.tags),
                    thing.source.rpartition("/")[2],
                ),
            )
        )
        parts: list[Any] = [
            ("▸ " if marked else "  ", "bold $accent"),
            (thing.text, "bold" if marked else "$foreground"),
        ]
        return Content.assemble(*parts, (f"  {aside}" if aside else "", "$text-muted"))

    # -- keys --------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only what applies to the marked thing is offered; what stands in a file is changed there."""
        thing = self.marked
        if action == "finish":
            return thing is not None
        if action in ("edit", "remove"):
            return thing is not None and not thing.source
        if action in ("step", "propose"):
            return thing is not None and thing.kind == "goal"
        return True

    def action_add(self) -> None:
        self.prompt.line(ADD, "", lambda text: self._do("add", text=text))

    def action_finish(self) -> None:
        if self.marked is not None:
            self._do("done", which=str(self.marked.id))

    def action_edit(self, field: str) -> None:
        thing = self.marked
        if thing is None:
            return
        title, text = ("How should it read?", thing.text) if field == "text" else ("When? (Friday, 12 March, none)", "")
        self.prompt.line(title, text, lambda line: self._do("edit", which=str(thing.id), **{field: line}))

    def action_step(self) -> None:
        goal = self.marked
        if goal is not None:
            title = f"A next step towards '{goal.text}'"
            self.prompt.line(title, "", lambda text: self._do("add", text=text, kind="todo", goal=goal.id))

    def action_propose(self) -> None:
        """Steps that the model sees; those that are left checked are kept."""
        goal = self.marked
        if goal is not None:
            self.host.note("one moment: thinking of steps…")
            self.host.spawn(self._propose(goal))

    async def _propose(self, goal: OwnThing) -> None:
        found = (await self.link.call("mine.steps", which=str(goal.id)))["steps"]
        labels = {step: step for step in found}

        def keep(chosen: dict[str, int]) -> None:
            for step in (step for step, wanted in chosen.items() if wanted):
                self._do("add", text=step, kind="todo", goal=goal.id)

        if found and self.is_up:
            title = f"Steps towards '{goal.text}': digits change the boxes, Enter keeps what is checked"
            self.prompt.some_of(title, labels, dict.fromkeys(labels, 1), keep)

    def action_remove(self) -> None:
        """Forget the marked thing, after a question."""
        thing = self.marked
        if thing is not None:
            options = [PromptOption("y", "yes", True), PromptOption("n", "no", False)]
            self.prompt.one_of(
                f"Remove '{thing.text}' for good?",
                options,
                lambda yes: self._do("remove", which=str(thing.id)) if yes else None,
            )

    def _do(self, method: str, **parameters: Any) -> None:
        self.host.spawn(self._call(method, parameters))

    async def _call(self, method: str, parameters: dict[str, Any]) -> None:
        told = await self.link.call(f"mine.{method}", **parameters)
        self.host.note(str(told["said"]))
        await self._fetch()


def _group(thing: OwnThing, days: int | None) -> int:
    """Where in `GROUPS` a thing stands that is due in so many days."""
    if days is None:
        return 4
    if days < 0 and not thing.repeat:
        return 0
    return 1 if days <= 0 else 2 if days < 7 else 3
