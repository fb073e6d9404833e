"""The line at the head of every screen: the screens with their keys, and how the assistant is."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget

from tui.client.wording import state_forms, state_words
from tui.registry import tabs


class TopBar(Widget):
    """Shows which screen this is, which others there are, and the state of the assistant.

    Args:
        current: the name of the screen that it stands on.
    """

    DEFAULT_CSS = """
    TopBar { height: 1; padding: 0 1; background: $panel; color: $text-muted; }
    """

    def __init__(self, current: str) -> None:
        super().__init__()
        self.current = current
        self.state = state_words(None, "starting")

    def show(self, state: str) -> None:
        """Another state of the assistant, in a few words."""
        if state != self.state:
            self.state = state
            self.refresh()

    def render(self) -> Content:
        """Tabs on the left, the state on the right; without room the state gets shorter, then only this screen's tab
        keeps its title.
        """
        width = self.size.width
        for short in (False, True):
            tabs = self._tabs(short)
            for state in state_forms(self.state):
                gap = width - tabs.cell_length - len(state)
                if gap >= 2:
                    return Content.assemble(tabs, " " * gap, (state, "$foreground"))
        return Content.assemble(tabs, "  ", (self.state, "$foreground"))

    def _tabs(self, short: bool) -> Content:
        parts = []
        for name, entry in tabs().items():
            if name == self.current:
                parts.append(Content.styled(f"[{entry.key} {entry.title}]", "bold $primary"))
            else:
                parts.append(Content.assemble((entry.key, "bold"), "" if short else f" {entry.title}"))
        return Content("  ").join(parts)
