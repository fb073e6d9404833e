"""A list of which one row is marked: the row that keys act on."""

from __future__ import annotations

from textual.widgets import OptionList


class MarkedList(OptionList):
    """The look and the ways that the lists of memories, beliefs and settings share."""

    DEFAULT_CSS = """
    MarkedList { border: none; padding: 0 1; background: $background; height: 1fr; }
    MarkedList:focus { border: none; background: $background; background-tint: $background; }
    MarkedList > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
    MarkedList:focus > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
    MarkedList > .option-list--option-disabled { color: $foreground; }
    """

    def on_resize(self) -> None:
        """What stands below may have grown; the mark stays in sight."""
        self.call_after_refresh(self.scroll_to_highlight)
