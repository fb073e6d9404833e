"""The questions of the first start."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("setup", "", "Setup", f"{__name__}.screen:SetupScreen", "the first questions again", covers=True))
