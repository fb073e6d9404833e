"""The screens and the key that leads to each. A screen's module is imported when somebody goes there.

A screen is a subclass of `tui.page.Page`. To add one, add its line here.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.page import Page


@dataclass(frozen=True, slots=True)
class Entry:
    """A screen: the key that opens it, its title, and where its class is ('module:Class')."""

    key: str
    title: str
    target: str

    @property
    def available(self) -> bool:
        """Whether the module is there; it is not imported."""
        try:
            return importlib.util.find_spec(self.target.partition(":")[0]) is not None
        except ModuleNotFoundError:
            return False

    def load(self) -> Callable[[], Page]:
        """Import the class."""
        module, _, name = self.target.partition(":")
        loaded: Callable[[], Page] = getattr(importlib.import_module(module), name)
        return loaded


SCREENS: dict[str, Entry] = {
    "live": Entry("1", "Live", "tui.live.screen:LiveScreen"),
    "why": Entry("2", "Why", "tui.why.screen:WhyScreen"),
    "memory": Entry("3", "Memory", "tui.memory.screen:MemoryScreen"),
    "learning": Entry("4", "Learning", "tui.beliefs.screen:LearningScreen"),
    "watch": Entry("5", "Watch", "tui.watch.screen:WatchScreen"),
    "settings": Entry("6", "Settings", "tui.settings.screen:SettingsScreen"),
}
"""All screens by name, in the order of their keys."""


@cache
def available() -> dict[str, Entry]:
    """The screens of this installation; looked for once."""
    return {name: entry for name, entry in SCREENS.items() if entry.available}
