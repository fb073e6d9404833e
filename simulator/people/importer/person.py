"""Who the person is, out of prose: age, traits, occupation, household, origin."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.people.importer.source import Source
from simulator.people.importer.values import Clause, Notes, pattern
from simulator.people.routine import TRAITS

NOT_STATED = "not stated"

_LEVEL = r"(?P<level>high|low|above|below|medium|moderate|average|\d+(?:\.\d+)?)\b(?: average)?"
_NAMES = {"extraversion": "extr[ao]version", "openness": "openness(?: to (?:new )?experiences?)?"}
_USUAL = dict(zip(TRAITS, ("high", "high", "low", "high", "low"), strict=True))


def traits(source: Source, notes: Notes) -> dict[str, str]:
    """The Big Five as 'high' or 'low', from levels ('Low in Extraversion', 'openness: 0.8')."""
    text = " ".join(source.text("traits").lower().split())
    found = {}
    for trait in TRAITS:
        name = _NAMES.get(trait, trait)
        told = re.search(
            rf"\b{_LEVEL}\s*(?:in|on)?\s*{name}\b|\b{name}\W*(?:is\s)?\s*{_LEVEL.replace('level', 'after')}", text
        )
        found[trait] = _level(told["level"] or told["after"]) if told else _USUAL[trait]
        if told:
            notes.understand(f"traits.{trait}", found[trait], Clause("traits", text))
        else:
            notes.assume(f"traits.{trait}", found[trait], "not said")
    return found


def _level(words: str) -> str:
    if words[0].isdigit():
        number = float(words)
        return (
            "high"
            if number >= (0.5 if number <= 1 else 3.0 if number <= 5 else 5.0 if number <= 10 else 50.0)
            else "low"
        )
    return "low" if words in ("low", "below") else "high"


def age(source: Source, notes: Notes) -> int:
    """Age in years, 16 to 110; 40 where nothing within that is said."""
    told = re.search(r"\d+", source.text("age")) or re.search(
        r"\b\d{2,3}(?=[- ]years?[- ]old)", source.text("background")
    )
    if told and 16 <= int(told[0]) <= 110:
        return int(told[0])
    notes.assume("age", 40, f"{told[0]} lies outside 16 to 110" if told else "not said")
    return 40


def occupation(source: Source, background: Sequence[Clause], notes: Notes) -> str:
    """What the person does for a living, from its own field or the first clause of the background that tells it."""
    if source.text("occupation"):
        return source.text("occupation")
    names = "|".join(re.escape(name) for name in (source.name, source.name.split()[0], "he", "she", "they"))
    for clause in background:
        words = re.sub(rf"^(?:(?:{names})\s+|an?\s+|the\s+)", "", clause.text, flags=re.IGNORECASE)
        told = pattern("person", "job").search(words)
        if told or not pattern("person", "no_job").match(words):
            job = pattern("person", "job_ends").split(told[1] or told[2] if told else words)[0].strip()[:60]
            if len(job) >= 3:
                notes.understand("occupation", job, clause)
                return job
    notes.assume("occupation", NOT_STATED, "not said")
    return NOT_STATED


def told(part: str, source: Source, background: Sequence[Clause], notes: Notes) -> str:
    """The 'household' or the 'culture': its own field, or what the background says of it in its words."""
    found: dict[str, None] = {}
    for clause in background if not source.text(part) else ():
        for match in pattern("person", part).finditer(clause.text):
            found[match[match.lastindex or 0].strip()] = None
            notes.understand(part, match[match.lastindex or 0].strip(), clause)
    if not found and not source.text(part):
        notes.assume(part, NOT_STATED, "not said")
    return source.text(part) or ", ".join(found) or NOT_STATED
