"""All keys and commands on one page."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("help", "?", "Help", f"{__name__}.screen:HelpScreen", "keys and commands", covers=True))
