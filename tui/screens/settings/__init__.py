"""The screen of the settings."""

from tui.registry import ScreenEntry, register

register(ScreenEntry("settings", "6", "Settings", f"{__name__}.screen:SettingsScreen", "all settings"))
