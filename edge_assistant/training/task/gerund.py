"""An imperative in its -ing form: 'sit by the river' gives 'sitting by the river'."""

from __future__ import annotations

import re

from edge_assistant.training.task.spoken import spoken_data

_DOUBLED_VERBS = (
    "beg begin blot chat chop clap clip cut dab defrag dig dim drag drop fit flip forget get grab grin hit hug "
    "hum jog jot knit let log map mop nap nod pat pet pin plan plot plug pop pot put quit repot rip rub run "
    "scan scrub set shop shut sip sit skip slip snap spin split spot step stir stop strip swap swim tap tip "
    "top trim trot unplug unzip whip win wrap zip"
)
_DOUBLED = frozenset(_DOUBLED_VERBS.split())
_SECOND_STEP = re.compile(r"(?:,|\band\b|\bthen\b|\bor\b|;)\s+(?:then\s+)?(\w+)")


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
