"""The screens that there are. Each registers itself in the `__init__.py` of its folder in `tui/screens`.

    register(ScreenEntry("why", "2", "Why", f"{__name__}.screen:WhyScreen", "what led to a suggestion"))

Tabs, key bindings, key help and the commands after '/' with their completion derive from it: a new screen is a new
folder. Its `__init__.py` imports nothing but this module; the screen itself is imported when somebody goes there, so
the first frame waits for one screen only.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Any

from edge_assistant.registry import Registry


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """How a screen is reached.

    Attributes:
        name: as a command goes to it.
        key: opens it; '' where only a command does.
        title: in the line of tabs.
        target: 'module:Class', imported at the first visit.
        summary: its line in the key help and among the commands.
        covers: it lies over another screen until it is closed, and has no tab.
    """

    name: str
    key: str
    title: str
    target: str
    summary: str
    covers: bool = False

    def load(self) -> Any:
        module, _, name = self.target.partition(":")
        return getattr(importlib.import_module(module), name)


SCREENS: Registry[ScreenEntry] = Registry("screen")


def register(entry: ScreenEntry) -> None:
    """Add a screen."""
    SCREENS.add(entry.name, entry, entry.summary)


@cache
def screens() -> dict[str, ScreenEntry]:
    """All screens by name: those with a tab in the order of their keys, then those that cover others."""
    package = importlib.import_module("tui.screens")
    for module in pkgutil.iter_modules(package.__path__, "tui.screens."):
        importlib.import_module(module.name)
    found = {name: SCREENS.get(name) for name in SCREENS.names()}
    return dict(sorted(found.items(), key=lambda item: (item[1].covers, item[1].key)))


def tabs() -> dict[str, ScreenEntry]:
    """The screens with a tab."""
    return {name: entry for name, entry in screens().items() if not entry.covers}
