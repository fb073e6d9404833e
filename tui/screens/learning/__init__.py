"""The screen that shows what was learned."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("learning", "4", "Learning", f"{__name__}.screen:LearningScreen", "what was learned about you"))
