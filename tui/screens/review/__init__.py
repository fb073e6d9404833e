"""The day's review."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("review", "v", "Review", f"{__name__}.screen:ReviewScreen", "a few questions about today", True))
