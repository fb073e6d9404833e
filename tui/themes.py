"""The two looks: dark and light. Meaning never rests on colour alone, so a terminal without colour loses nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="edge-dark",
    primary="#7fa7d9",
    secondary="#5b7ea8",
    accent="#e0b36a",
    warning="#e0b36a",
    error="#e07a7a",
    success="#86b68a",
    foreground="#d5d8dd",
    background="#15171b",
    surface="#1b1e23",
    panel="#24282f",
    dark=True,
    variables={"block-cursor-text-style": "none", "input-selection-background": "#7fa7d9 35%"},
)

LIGHT = Theme(
    name="edge-light",
    primary="#2c5f9e",
    secondary="#5b7ea8",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#a83232",
    success="#2f6b38",
    foreground="#24272c",
    background="#f7f6f2",
    surface="#efeee9",
    panel="#e2e0d8",
    dark=False,
    variables={"block-cursor-text-style": "none", "input-selection-background": "#2c5f9e 25%"},
)

THEMES = {"dark": DARK, "light": LIGHT}
"""The themes by the word that a person types."""


def choose(wanted: str, environment: Mapping[str, str] | None = None) -> str:
    """The theme for `wanted` ('dark', 'light' or 'auto'): 'auto' asks what the terminal says of its background.

    Terminals that say something set COLORFGBG to 'foreground;background' in the 16 colours; 7 and 9 to 15 are light.
    Whoever says nothing gets 'dark'.
    """
    if wanted in THEMES:
        return wanted
    told = (environment if environment is not None else os.environ).get("COLORFGBG", "")
    background = told.rpartition(";")[2]
    return "light" if background.isdigit() and (int(background) == 7 or 9 <= int(background) <= 15) else "dark"
