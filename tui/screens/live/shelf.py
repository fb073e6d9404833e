"""Below the suggestions, where nothing waits: ideas for now that lie ready. They never ring, and never count."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.review_values import Shelf, ShelfIdea
from tui.widgets.marked_list import MarkedList
from tui.widgets.page import host_of

TITLE = "On the shelf"
RUNNERS_UP = "Next best to the marked suggestion"


class ShelfList(MarkedList):
    """A list of ideas, each answered by a key; hidden where it is empty, or where a suggestion waits."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "tell('yes')", "I like it"),
        Binding("n", "tell('no')", "not for me"),
        Binding("u", "screen.undo", "undo"),
        Binding("escape,b", "screen.back", "back", key_display="Esc"),
    ]

    DEFAULT_CSS = """
    ShelfList { height: auto; max-height: 9; margin-top: 1; display: none; }
    ShelfList.-shown { display: block; }
    ShelfList:focus { display: block; }
    ShelfList > .option-list--option-disabled { color: $text-muted; }
    """

    def __init__(self) -> None:
        super().__init__(self._row)
        self.ideas: dict[str, ShelfIdea] = {}
        self._about = ""
        self._idle = False

    def look(self, idle: bool, about: str = "", *, wanted: bool = False) -> None:
        """Ask what lies there now.

        Args:
            idle: nothing waits for an answer, so that there is room for it.
            about: a suggestion whose runners-up are wanted, too; they stay while somebody looks at them.
            wanted: somebody wants to look at it.
        """
        self._idle = idle
        self.set_class(idle and bool(self.ideas), "-shown")
        if idle or wanted or self.has_focus:
            self._about = about or (self._about if self.has_focus else "")
            self.run_worker(partial(self._fetch, wanted), exclusive=True, exit_on_error=False)  # type: ignore[arg-type]

    async def _fetch(self, wanted: bool) -> None:
        try:
            found = await host_of(self.screen).state.link.call("shelf", about=self._about)
        except EdgeAssistantError:
            return  # nobody asked, so nobody is told
        self._fill(Shelf.from_dict(found).ideas)
        self.set_class(self._idle and bool(self.ideas), "-shown")
        if wanted and self.ideas:
            self.add_class("-shown")
            self.focus()
        elif wanted:
            host_of(self.screen).note("nothing lies on the shelf now")

    def action_tell(self, answer: str) -> None:
        """Whether the marked idea pleases."""
        idea = self.ideas.get(self.marked)
        if idea is not None:
            host_of(self.screen).spawn(self._send(idea, answer))

    async def _send(self, idea: ShelfIdea, answer: str) -> None:
        found = await host_of(self.screen).state.link.call(
            "shelf.answer", idea=idea.id, answer=answer, about=idea.about
        )
        host_of(self.screen).note("noted; u takes it back")
        self._fill(Shelf.from_dict(found).ideas)

    def _fill(self, ideas: Iterable[ShelfIdea]) -> None:
        self.ideas = {idea.id: idea for idea in ideas}
        rows: list[str | Content] = []
        for title, about in ((TITLE, False), (RUNNERS_UP, True)):
            lying = [idea.id for idea in self.ideas.values() if bool(idea.about) == about]
            if lying:
                hint = "" if about or self.has_focus else "   b to answer"
                rows += [Content.assemble((f"  {title}", "bold"), (hint, "$text-muted")), *lying]
        if list(self.ideas) != self.ids or self.option_count != len(rows):
            self.show(rows)

    def _row(self, name: str, marked: bool) -> Content:
        here = marked and self.has_focus
        mark = "▸ " if here else "  "
        width = max(20, self.size.width - 6)
        text = Content(self.ideas[name].text).truncate(width, ellipsis=True)
        return Content.assemble((mark, "bold $accent"), text.stylize("$foreground" if here else "$text-muted"))

    def on_focus(self) -> None:
        """The mark shows where the keys act."""
        self.redraw()

    def on_blur(self) -> None:
        """The mark goes, and with it the runners-up."""
        self._about = ""
        self.redraw()
