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
from datetime import datetime
from functools import cache
from typing import Any

from edge_assistant.domain import DIMENSIONS
from edge_assistant.service.rpc.protocol import LEVELS, REASON_WORDS, SNOOZES
from tui.client.when import parse_minutes, parse_moment
from tui.registry import screens

REASON_KEYS = {"b": "timing", "o": "frequency", "n": "preference", "p": "communication"}
"""The key of each reason for a dismissal."""

Parameters = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Intent:
    """What somebody wants. `problem` says what is wrong with the line instead, in one sentence."""

    name: str
    parameters: Parameters = field(default_factory=dict)
    problem: str = ""


def _nothing(rest: str) -> Parameters | None:
    return None if rest else {}


@dataclass(frozen=True, slots=True)
class Command:
    """A word that can be typed: its single key, what may follow, what it does, and how what follows is read."""

    name: str
    key: str
    shape: str
    does: str
    read: Callable[[str], Parameters | None] = _nothing
    """Turns what follows into parameters; None when it is not understood."""
    choices: tuple[str, ...] = ()
    about_suggestion: bool = False


def _minutes(rest: str) -> Parameters | None:
    minutes = parse_minutes(rest)
    return None if minutes is None else {"minutes": minutes}


def _reason(rest: str) -> Parameters | None:
    wanted = rest.lower()
    known = {word: name for key, name in REASON_KEYS.items() for word in (key, name, REASON_WORDS[name])}
    return {"reason": known.get(wanted)} if not wanted or wanted in known else None


def _rating(rest: str) -> Parameters | None:
    """Four answers in the order of the questions: '1 1 0 1', 'yyny', 'y y n y'."""
    letters = "".join(rest.lower().split())
    if len(letters) != len(DIMENSIONS) or set(letters) - set("01yn"):
        return None
    return {"rating": {name: int(letter in "1y") for name, letter in zip(DIMENSIONS, letters, strict=True)}}


def _some(name: str) -> Callable[[str], Parameters | None]:
    return lambda rest: {name: rest} if rest else None


def _one_of(name: str, choices: tuple[str, ...]) -> Callable[[str], Parameters | None]:
    return lambda rest: {name: rest.lower()} if rest.lower() in choices else None


def _span_of_days(rest: str) -> Parameters | None:
    days = {"": 1, "today": 1, "week": 7}.get(rest.lower())
    return None if days is None else {"days": days}


def _switch(rest: str) -> Parameters | None:
    return {"on": rest != "off"} if rest in ("", "on", "off") else None


def _choice(name: str, parameter: str, does: str, choices: tuple[str, ...]) -> Command:
    return Command(name, "", "|".join(choices), does, _one_of(parameter, choices), choices)


MINUTES = tuple(str(minutes) for minutes in SNOOZES)

COMMANDS: tuple[Command, ...] = (
    Command("accept", "a", "", "accept the suggestion", about_suggestion=True),
    Command("later", "l", "|".join(MINUTES), "bring it back in so many minutes", _minutes, MINUTES, True),
    Command(
        "dismiss",
        "d",
        f"[{'|'.join(REASON_WORDS.values())}]",
        "turn it down, and say why",
        _reason,
        tuple(REASON_WORDS.values()),
        True,
    ),
    Command("rate", "r", "y|n four times", "idea, moment, frequency, wording", _rating, (), True),
    Command("edit", "e", "BETTER WORDS", "put it in better words", _some("text"), (), True),
    Command("more", "m", "", "more like this", about_suggestion=True),
    Command("why", "w", "", "why it was suggested", about_suggestion=True),
    Command("remind", "t", "18:30 [call mum]", "remind me of it, or of what I say", _some("when"), (), True),
    Command("done", "y", "", "I did it", about_suggestion=True),
    Command("finish", "f", "", "yes, and it is done already", about_suggestion=True),
    Command("did-not", "n", "", "I did not do it", about_suggestion=True),
    Command("todo", "", "buy milk tomorrow", "put it on my list", _some("text")),
    Command("goal", "", "run 10 km by March", "what I want to reach", _some("text")),
    Command("habit", "", "stretch every morning", "what I want to do again and again", _some("text")),
    Command("suggest", "s", "", "ask for a suggestion now"),
    Command("undo", "u", "", "take back the last answer"),
    Command("history", "", "", "what you asked before, and the answers"),
    Command("totals", "", "[today|week]", "how long what took", _span_of_days, ("today", "week")),
    Command("pause", "", "[60|2 h]", "say nothing for a while", lambda rest: _minutes(rest or "60"), MINUTES),
    Command("resume", "", "", "end the pause"),
    Command("private", "", "[on|off]", "keep no record of what follows", _switch, ("on", "off")),
    _choice("level", "level", "how often to make suggestions", LEVELS),
    _choice("train", "do", "training while the computer is idle", ("pause", "resume")),
    Command("model", "", "[NAME]", "use another model; without a name, choose", lambda rest: {"name": rest}),
    Command("theme", "", "dark|light|NAME", "colours of this terminal", _some("theme"), ("dark", "light")),
    Command("quit", "q", "", "leave"),
)
"""What can be typed after '/', or as a word of its own in the linear mode, beside the screens."""


@cache
def commands() -> dict[str, Command]:
    """All commands by name; every screen is one."""
    found = {command.name: command for command in COMMANDS}
    for name, entry in screens().items():
        found.setdefault(name, Command(name, entry.key if entry.covers else "", "", entry.summary))
    return found


TAKES_BACK = re.compile(
    r"(please )?(take (it|that|this) back|undo( (it|that|this))?|i take (it|that) back)[.!]?", re.IGNORECASE
)
"""Ways to take the last answer back in words."""


_ASKS = re.compile(r"(?:what|when|how|why|who|which|where)(?:'s)? \S+ \S", re.IGNORECASE)
"""Nobody's activity begins so."""


def parse(line: str, *, bare: bool = False) -> Intent | None:
    """What a typed line wants; None for an empty one.

    Args:
        line: what was typed.
        bare: whether commands also work without '/' and as single keys. A bare line that looks like a command but does
            not fit its grammar is what the person does: 'done with the dishes' is told, not a command.
    """
    from edge_assistant.own.sentences import is_wish  # not before the first frame

    text = line.strip()
    if not text:
        return None
    if text.startswith("/"):
        return _command(text[1:])
    if TAKES_BACK.fullmatch(text):
        return Intent("undo", {})
    if bare:
        word, _, rest = text.partition(" ")
        by_key = {command.key: command for command in commands().values() if command.key}
        command = commands().get(word.lower()) or by_key.get(word.lower())
        parameters = command.read(rest.strip()) if command else None
        if command and parameters is not None:
            return _wanted(command, parameters)
        if command and not rest:
            return Intent("problem", problem=f"{command.name} needs more: {command.name} {command.shape}")
        if len(text) == 1 and text.isalpha():  # meant for a key, and no activity
            return Intent("problem", problem=f"there is no command {text}; help lists them")
    if is_wish(text):
        return Intent("own", {"text": text})
    return Intent("ask" if text.endswith("?") or _ASKS.match(text) else "tell", {"text": text})


def beginning(word: str) -> list[Command]:
    """The command of this name, else those whose names begin so."""
    known = commands()
    return [known[word]] if word in known else [one for one in known.values() if one.name.startswith(word)]


def _command(text: str) -> Intent:
    """A line after its '/'; an unfinished word will do when only one command begins so."""
    word, _, rest = text.partition(" ")
    word = word.lower()
    found = beginning(word)
    if not word or not found:
        return Intent("problem", problem=f"there is no command /{word}; /help lists them")
    if len(found) > 1:
        names = ", ".join("/" + command.name for command in found)
        return Intent("problem", problem=f"/{word} could be {names}; type one more letter")
    parameters = found[0].read(rest.strip())
    if parameters is None:
        return Intent("problem", problem=f"the form is /{found[0].name} {found[0].shape}".rstrip())
    return _wanted(found[0], parameters)


def _wanted(command: Command, parameters: Parameters) -> Intent:
    """A reminder of something else than a suggestion names it beside the time."""
    if command.name == "remind" and parse_moment(parameters["when"], datetime.now().astimezone()) is None:
        return Intent("own", {"text": f"remind me {parameters['when'].removeprefix('me ')}"})
    return Intent(command.name, parameters)


def complete(line: str) -> list[str]:
    """Lines that `line` (a command in the making) may become, best first; nothing for what is no command."""
    if not line.startswith("/"):
        return []
    word, space, rest = line[1:].partition(" ")
    if not space:
        return [f"/{name}" for name in commands() if name.startswith(word.lower())]
    command = commands().get(word.lower())
    choices = command.choices if command else ()
    return [f"/{word} {choice}" for choice in choices if choice.startswith(rest.lower()) and choice != rest]
