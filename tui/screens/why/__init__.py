"""The screen that explains a suggestion."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("why", "2", "Why", f"{__name__}.screen:WhyScreen", "why a suggestion was made, or none is"))
