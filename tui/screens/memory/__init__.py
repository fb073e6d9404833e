"""The screen that shows everything that is kept."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("memory", "3", "Memory", f"{__name__}.screen:MemoryScreen", "everything that is kept"))
