"""Sentences to learn from: an idea in a style, in prepared frames and in freer patterns, each checked by rule.

teach(idea, style, "making lunch", np.random.default_rng(3))
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import numpy as np

from edge_assistant.composer.composer import accepts
from edge_assistant.composer.prepared import emoji_of, expand, prepared
from edge_assistant.composer.style import read_style, without_emoji
from edge_assistant.domain import Context, Idea, Style
from task_adapter.sources import words
from task_adapter.spoken import contract, finish, gerund_activity, reasons_of, spoken_data

PLAIN_SHARE = 0.6
"""How often a sentence that is neither casual nor formal is taken where there is one: it offends neither wish."""

PATTERN_SHARE = 0.6
"""How often a freer pattern is preferred to a prepared frame."""

_MOST_TRIES = 24
_NOON = datetime(2026, 1, 5, 12)
_HOURS = ("this morning", "this afternoon", "this evening")
_HALF_ASKS = re.compile(r"(?:maybe|perhaps)\b")
# A pattern that only a question mark can end; any other is a statement, of which only a soft one may be asked.
_ASKS = re.compile(
    r"(?:would|could|will|do|does|is|isn't|wouldn't|why|ready|want|got|how|what|are|fancy|have|may i)\b", re.I
)

_DOUBLED_VERBS = (
    "beg begin blot chat chop clap clip cut dab defrag dig dim drag drop fit flip forget get grab grin hit hug "
    "hum jog jot knit let log map mop nap nod pat pet pin plan plot plug pop pot put quit repot rip rub run "
    "scan scrub set shop shut sip sit skip slip snap spin split spot step stir stop strip swap swim tap tip "
    "top trim trot unplug unzip whip win wrap zip"
)
_DOUBLED = frozenset(_DOUBLED_VERBS.split())
_SECOND_STEP = re.compile(r"(?:,|\band\b|\bthen\b|\bor\b|;)\s+(?:then\s+)?(\w+)")


def teach(idea: Idea, style: Style, activity: str, generator: np.random.Generator) -> str:
    """One good sentence, or '' when the idea cannot be put in this style (too long to be short)."""
    sources = [_patterned, _prepared]
    if generator.random() > PATTERN_SHARE:
        sources.reverse()
    for source in sources:
        fitting = [text for text in source(idea, style, activity, generator) if _sound(text, idea, style)]
        neutral = [text for text in fitting if read_style(text).formality == "neutral"]
        wanted = neutral if neutral and generator.random() < PLAIN_SHARE else fitting
        if wanted:
            return wanted[int(generator.integers(len(wanted)))]
    return ""


def _sound(text: str, idea: Idea, style: Style) -> bool:
    # the prompt does not hold the hour, so the sentence must not guess it
    guessed = any(hour in text.lower() and hour not in idea.text for hour in _HOURS)
    return not guessed and accepts(text, idea, style)


def _prepared(idea: Idea, style: Style, activity: str, generator: np.random.Generator) -> list[str]:
    seed = int(generator.integers(1 << 16))
    return list(prepared(idea, style, Context(_NOON, activity), seed=seed))


def _patterned(idea: Idea, style: Style, activity: str, generator: np.random.Generator) -> Iterator[str]:
    """Patterns in a drawn order that could have this style, whole and marked; at most `_MOST_TRIES` are tried."""
    spoken = contract if style.formality == "casual" else expand
    text = without_emoji(idea.text).replace("!", "")
    in_doing = doing(text)
    table: dict[str, Any] = words()["patterns"]
    warm = style.warmth == "warm"
    patterns = list(table["warm" if warm else "plain"])
    if in_doing:
        patterns += table["doing_warm" if warm else "doing"]
    asks, gentle = style.directness == "question", style.directness == "gentle"
    fits = []
    for pattern in patterns:
        sentence = pattern.format(idea=text, doing=in_doing)
        soft = read_style(sentence + ".").directness == "gentle"
        asking = bool(_ASKS.match(sentence)) or (style.length == "short" and bool(_HALF_ASKS.match(sentence)))
        if asking if asks else (not _ASKS.match(sentence) and soft == gentle):
            fits.append(sentence)
    emoji = emoji_of(idea.category)
    calls = spoken_data()["interjections"]["warm" if warm else style.formality]
    for number in generator.permutation(len(fits))[:_MOST_TRIES]:
        core = spoken(fits[int(number)]) if style.formality == "casual" else fits[int(number)]
        if style.length == "long":
            core = _lengthen(core, idea, style, activity, generator)
        drawn = emoji[int(generator.integers(len(emoji)))]
        call = calls[int(generator.integers(len(calls)))] if generator.random() < 0.5 else ""
        yield finish(core, style, drawn, call)


def _lengthen(core: str, idea: Idea, style: Style, activity: str, generator: np.random.Generator) -> str:
    """A link to the activity in front, a reason behind, or both."""
    spoken = contract if style.formality == "casual" else expand
    link = reason = ""
    during = gerund_activity(activity)
    if during and generator.random() < 0.6:
        links = spoken_data()["links"][style.formality]
        link = spoken(links[int(generator.integers(len(links)))]).format(activity=during) + ", "
    if not link or generator.random() < 0.6:
        joins = spoken_data()["joins"]["question" if style.directness == "question" else "statement"]
        why = reasons_of(idea.category)
        join = joins[int(generator.integers(len(joins)))]
        reason = join.format(reason=spoken(why[int(generator.integers(len(why)))]))
    return f"{link}{core}{reason}"


def doing(idea: str) -> str:
    """The idea in its -ing form, or '' when it has a second step, whose verb would have to change as well."""
    verbs = set(spoken_data()["verbs"].split())
    if any(match.group(1).lower() in verbs for match in _SECOND_STEP.finditer(idea)):
        return ""
    first, _, rest = idea.partition(" ")
    if not re.fullmatch(r"[a-z]{2,}", first):
        return ""
    return f"{gerund(first)} {rest}".strip()


def gerund(verb: str) -> str:
    """The -ing form of one verb in lower case."""
    if verb in _DOUBLED:
        return f"{verb}{verb[-1]}ing"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye", "inge")):
        return f"{verb[:-1]}ing"
    return f"{verb}ing"
