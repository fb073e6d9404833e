"""The person's own things."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("mine", "7", "Mine", f"{__name__}.screen:MineScreen", "your todos, goals, habits and reminders"))
