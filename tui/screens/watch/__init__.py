"""The screen that watches a simulation."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("watch", "5", "Watch", f"{__name__}.screen:WatchScreen", "a simulated life, played back or live"))
