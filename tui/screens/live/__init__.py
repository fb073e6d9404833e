"""The first screen: what happens now, the suggestions, and a line to type."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("live", "1", "Live", f"{__name__}.screen:LiveScreen", "what happens now, and the suggestions"))
