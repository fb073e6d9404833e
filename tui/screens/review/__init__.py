"""The day's review."""

from __future__ import annotations

from tui.registry import ScreenEntry, register

register(ScreenEntry("review", "v", "Review", f"{__name__}.screen:ReviewScreen", "a few questions about today", True))
