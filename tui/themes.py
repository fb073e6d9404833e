"""The looks: two of our own, dark and light, beside Textual's. Meaning never rests on colour alone, so a terminal
without colour loses nothing.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

from textual.theme import BUILTIN_THEMES, Theme

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
"""Our own by the word that a person types."""

LOOKS = ("auto", *THEMES, *sorted(name for name in BUILTIN_THEMES if not name.startswith("ansi")))
"""All words for a look."""


def choose(wanted: str, environment: Mapping[str, str] | None = None) -> str:
    """The name of the theme for a look; 'auto', and a word that is none, ask what the terminal says of its background.

    Terminals that say something set COLORFGBG to 'foreground;background' in the 16 colours; 7 and 9 to 15 are light.
    Whoever says nothing gets the dark one.
    """
    if wanted in THEMES:
        return THEMES[wanted].name
    if wanted in (*BUILTIN_THEMES, DARK.name, LIGHT.name):
        return wanted
    told = (environment if environment is not None else os.environ).get("COLORFGBG", "")
    background = told.rpartition(";")[2]
    light = background.isdigit() and (int(background) == 7 or 9 <= int(background) <= 15)
    return THEMES["light" if light else "dark"].name


def kept_look(config: Path) -> str:
    """The look that the settings name, read without all that checks settings: the first frame waits for it."""
    try:
        return str(tomllib.loads(config.read_text(encoding="utf-8"))["screen"]["theme"])
    except (OSError, ValueError, LookupError, TypeError):
        return "auto"
