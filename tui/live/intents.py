"""What a person can want, and how a typed line says it: the one grammar of the input line and of `--plain`.

parse("/later 60").name            # 'later'
parse("is it late?").name          # 'ask'
parse("baking bread").name         # 'tell'
parse("l 60", bare=True).name      # 'later': in the linear mode the keys are words
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tui.when import parse_minutes

REASONS = {"timing": "bad time", "frequency": "too often", "preference": "not for me", "communication": "badly put"}
"""Why something is dismissed: the dimension that fails, and the words for it."""

REASON_KEYS = {"b": "timing", "o": "frequency", "n": "preference", "p": "communication"}

DIMENSION_QUESTIONS = {
    "preference": "the idea suits me",
    "timing": "the moment was right",
    "frequency": "not too often",
    "communication": "well put",
}

SNOOZES = (15, 60, 240)
"""Minutes by which a suggestion can be put off with one key."""

LEVELS = ("off", "rare", "normal", "chatty")


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants. `problem` says what is wrong with the line instead, in one sentence."""

    name: str
    parameters: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A word that can be typed: its single key, what may follow, what it does, and how what follows is read."""

    name: str
    key: str
    shape: str
    does: str
    read: Callable[[str], dict[str, Any] | None]
    """Turns what follows into parameters; None when it is not understood."""
    choices: tuple[str, ...] = ()
    about_suggestion: bool = False


def _nothing(rest: str) -> dict[str, Any] | None:
    return None if rest else {}


def _minutes(rest: str) -> dict[str, Any] | None:
    minutes = parse_minutes(rest)
    return None if minutes is None else {"minutes": minutes}


def _pause(rest: str) -> dict[str, Any] | None:
    return _minutes(rest) if rest else {"minutes": 60.0}


def _reason(rest: str) -> dict[str, Any] | None:
    wanted = rest.lower()
    if not wanted:
        return {"reason": None}
    for key, dimension in REASON_KEYS.items():
        if wanted in (key, dimension, REASONS[dimension]):
            return {"reason": dimension}
    return None


def _rating(rest: str) -> dict[str, Any] | None:
    """Four answers in the order of the questions: '1 1 0 1', 'yyny', 'y y n y'."""
    letters = [letter for letter in rest.lower() if not letter.isspace()]
    if len(letters) != len(DIMENSION_QUESTIONS) or any(letter not in "01yn" for letter in letters):
        return None
    values = [int(letter in "1y") for letter in letters]
    return {"rating": dict(zip(DIMENSION_QUESTIONS, values, strict=True))}


def _text(rest: str) -> dict[str, Any] | None:
    return {"text": rest} if rest else None


def _when(rest: str) -> dict[str, Any] | None:
    return {"when": rest} if rest else None


def _switch(rest: str) -> dict[str, Any] | None:
    return {"on": rest != "off"} if rest in ("", "on", "off") else None


def _one_of(name: str, choices: tuple[str, ...]) -> Callable[[str], dict[str, Any] | None]:
    return lambda rest: {name: rest.lower()} if rest.lower() in choices else None


COMMANDS: tuple[Command, ...] = (
    Command("accept", "a", "", "take the suggestion", _nothing, about_suggestion=True),
    Command("later", "l", "15|60|240", "put it off by minutes", _minutes, ("15", "60", "240"), True),
    Command(
        "dismiss",
        "d",
        "[bad time|too often|not for me|badly put]",
        "turn it down, and why",
        _reason,
        tuple(REASONS.values()),
        True,
    ),
    Command("rate", "r", "y|n four times", "idea, moment, how often, wording", _rating, (), True),
    Command("edit", "e", "BETTER WORDS", "say how it should be put", _text, (), True),
    Command("more", "m", "", "more like this", _nothing, about_suggestion=True),
    Command("why", "w", "", "why it was said", _nothing, about_suggestion=True),
    Command("remind", "t", "18:30|in 20 min", "remind me of what I accepted", _when, (), True),
    Command("done", "y", "", "I did it", _nothing, about_suggestion=True),
    Command("did-not", "n", "", "I did not do it", _nothing, about_suggestion=True),
    Command("undo", "u", "", "take back the last answer", _nothing),
    Command("pause", "", "[60|2 h]", "say nothing for a while", _pause, ("15", "60", "240")),
    Command("resume", "", "", "speak again", _nothing),
    Command("private", "", "[on|off]", "keep nothing of what follows", _switch, ("on", "off")),
    Command("level", "", "|".join(LEVELS), "how often to speak", _one_of("level", LEVELS), LEVELS),
    Command(
        "train", "", "pause|resume", "training while idle", _one_of("do", ("pause", "resume")), ("pause", "resume")
    ),
    Command(
        "theme", "", "dark|light", "colours of this terminal", _one_of("theme", ("dark", "light")), ("dark", "light")
    ),
    Command("live", "", "", "go to suggestions", _nothing),
    Command("memory", "", "", "go to what is kept", _nothing),
    Command("learning", "", "", "go to what was learned", _nothing),
    Command("watch", "", "", "go to a simulation", _nothing),
    Command("settings", "", "", "go to settings", _nothing),
    Command("setup", "", "", "the first questions again", _nothing),
    Command("help", "?", "", "keys and commands", _nothing),
    Command("quit", "q", "", "leave", _nothing),
)
"""Everything that can be typed after '/', or as a word of its own in the linear mode."""

BY_WORD = {command.name: command for command in COMMANDS}
BY_KEY = {command.key: command for command in COMMANDS if command.key}


TAKES_BACK = re.compile(
    r"(please )?(take (it|that|this) back|undo( (it|that|this))?|i take (it|that) back)[.!]?", re.IGNORECASE
)
"""Ways to take the last answer back in words."""


def parse(line: str, *, bare: bool = False) -> Intent | None:
    """What a typed line wants; None for an empty one.

    Args:
        line: what was typed.
        bare: whether commands also work without '/' and as single keys. A bare line that looks like a command but does
            not fit its grammar is what the person does: 'done with the dishes' is told, not a command.
    """
    text = line.strip()
    if not text:
        return None
    if text.startswith("/"):
        return _command(text[1:])
    if TAKES_BACK.fullmatch(text):
        return Intent("undo", {})
    if bare:
        word, _, rest = text.partition(" ")
        command = BY_WORD.get(word.lower()) or BY_KEY.get(word.lower())
        parameters = command.read(rest.strip()) if command else None
        if command and parameters is not None:
            return Intent(command.name, parameters)
        if command and not rest:
            return Intent("problem", problem=f"{command.name} needs more: {command.name} {command.shape}")
    return Intent("ask" if text.endswith("?") else "tell", {"text": text})


def _command(text: str) -> Intent:
    """A line after its '/'; an unfinished word will do when only one command begins so."""
    word, _, rest = text.partition(" ")
    word = word.lower()
    found = [BY_WORD[word]] if word in BY_WORD else [command for command in COMMANDS if command.name.startswith(word)]
    if not word or not found:
        return Intent("problem", problem=f"there is no command /{word}; /help lists them")
    if len(found) > 1:
        names = ", ".join("/" + command.name for command in found)
        return Intent("problem", problem=f"/{word} may be {names}; type one more letter")
    parameters = found[0].read(rest.strip())
    if parameters is None:
        return Intent("problem", problem=f"/{found[0].name} is written: /{found[0].name} {found[0].shape}".rstrip())
    return Intent(found[0].name, parameters)


def complete(line: str) -> list[str]:
    """Lines that `line` (a command in the making) may become, best first; nothing for what is no command."""
    if not line.startswith("/"):
        return []
    word, space, rest = line[1:].partition(" ")
    if not space:
        return ["/" + command.name for command in COMMANDS if command.name.startswith(word.lower())]
    command = BY_WORD.get(word.lower())
    choices = command.choices if command else ()
    return [f"/{word} {choice}" for choice in choices if choice.startswith(rest.lower()) and choice != rest]
