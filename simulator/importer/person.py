"""Who the person is, out of prose: traits, work, household, chronotype."""

from __future__ import annotations

import re

from simulator.importer.propersim import Source
from simulator.importer.values import Notes
from simulator.importer.words import normalise, sentences
from simulator.persona import TRAITS

_TRAIT_WORDS = {
    "openness": r"openness(?: to (?:new )?experiences?)?",
    "conscientiousness": r"conscientiousness",
    "extraversion": r"extra?oversion|extraversion|extroversion",
    "agreeableness": r"agreeableness",
    "neuroticism": r"neuroticism|emotional instability",
}
_ADJECTIVES: tuple[tuple[str, str, str], ...] = (
    ("openness", "high", r"curious|creative|imaginative|open-minded|artistic|adventurous|inventive"),
    ("openness", "low", r"conventional|traditional|down-to-earth|practical|conservative|set in (?:his|her|their) ways"),
    (
        "conscientiousness",
        "high",
        r"organi[sz]ed|diligent|disciplined|meticulous|hard-?working|responsible|reliable|orderly|punctual",
    ),
    ("conscientiousness", "low", r"disorgani[sz]ed|messy|spontaneous|careless|scattered|chaotic|procrastinat\w+"),
    ("extraversion", "high", r"outgoing|sociable|talkative|energetic|extrovert\w*|extravert\w*|gregarious"),
    ("extraversion", "low", r"shy|quiet|introvert\w*|reserved|withdrawn|solitary"),
    (
        "agreeableness",
        "high",
        r"friendly|kind|warm|helpful|empathetic|generous|hospitable|considerate|compassionate|gentle",
    ),
    ("agreeableness", "low", r"blunt|critical|stubborn|competitive|argumentative|sceptical|skeptical|cynical"),
    ("neuroticism", "high", r"anxious|nervous|sensitive|moody|worri\w+|insecure|irritable"),
    ("neuroticism", "low", r"calm|relaxed|stable|even-tempered|confident|resilient|easy-?going|serene"),
)
_USUAL = {
    "openness": "high",
    "conscientiousness": "high",
    "extraversion": "low",
    "agreeableness": "high",
    "neuroticism": "low",
}
_LEVEL = (
    r"(?P<level>very high|very low|high|low|moderately high|moderately low|somewhat high|somewhat low|above "
    r"average|below average|medium|moderate|average|[01](?:\.\d+)?|\d{1,3}(?:\.\d+)?)"
)


def read_traits(source: Source, notes: Notes) -> dict[str, str]:
    """The Big Five as high or low."""
    text = normalise(source.text("traits"))
    known = {trait: level for trait in TRAITS if (level := _level(text, trait))}
    traits: dict[str, str] = {}
    for trait in TRAITS:
        adjective = next(
            (
                (level, match.group(0))
                for name, level, pattern in _ADJECTIVES
                if name == trait and (match := re.search(rf"\b(?:{pattern})\b", text, re.I))
            ),
            None,
        )
        if trait in known:
            traits[trait] = known[trait][0]
            notes.understand(f"traits.{trait}", *known[trait])
        elif adjective:
            traits[trait] = adjective[0]
            notes.understand(f"traits.{trait}", *adjective)
        else:
            traits[trait] = _USUAL[trait]
            notes.assume(f"traits.{trait}", _USUAL[trait], "not said")
    return traits


def _level(text: str, trait: str) -> tuple[str, str] | None:
    """High or low beside a trait's name: 'Low in Extraversion', 'Extraversion: low', 'extraversion 0.2'."""
    name = _TRAIT_WORDS[trait]
    match = re.search(rf"\b{_LEVEL}\s*(?:in|on|levels? of|degree of)?\s*(?:{name})\b", text, re.I) or re.search(
        rf"\b(?:{name})\b\s*(?:is|=|:|-|\()?\s*{_LEVEL}", text, re.I
    )
    if not match:
        return None
    level = match.group("level").lower()
    if re.match(r"\d", level):
        number = float(level)
        middle = 0.5 if number <= 1 else 3.0 if number <= 5 else 5.0 if number <= 10 else 50.0
        return ("high" if number >= middle else "low"), match.group(0)
    return ("low" if "low" in level or "below" in level else "high"), match.group(0)


def occupation(source: Source, notes: Notes) -> str:
    """What the person does for a living, from its own field or the background's first words."""
    if source.text("occupation"):
        return source.text("occupation")
    for sentence in sentences(source.text("background")):
        match = re.search(
            r"\b(?:is|as|was|works as|am) (?:currently )?(?:an? |the )([^.;,]+?)(?=\s+(?:who|that|and|at "
            r"present|living|from|with)\b|[.;,]|$)",
            sentence,
        )
        if match:
            notes.understand("occupation", match.group(1), sentence)
            return match.group(1)
    first = sentences(source.text("background"))
    if first:
        short = re.split(r"\s+(?:who|that|and)\s+|,", first[0])[0]
        notes.understand("occupation", short, first[0])
        return short
    notes.assume("occupation", "not stated", "not said")
    return "not stated"


def household(source: Source, notes: Notes) -> str:
    """With whom the person lives."""
    if source.text("household"):
        return source.text("household")
    for part in ("background", "lifestyle"):
        for sentence in sentences(source.text(part)):
            match = re.search(
                r"\b(?:(?:lives?|living|shares?) (?:alone|with|together|by)\b[^.;,]*|(?:married|single"
                r"|widowed|divorced)\b[^.;,]*)",
                sentence,
                re.I,
            )
            if match:
                notes.understand("household", match.group(0), sentence)
                return match.group(0)
    notes.assume("household", "not stated", "not said")
    return "not stated"


def culture(source: Source, notes: Notes) -> str:
    """Where the person is from."""
    if not source.text("culture"):
        notes.assume("culture", "not stated", "not said")
    return source.text("culture") or "not stated"


def age(source: Source, notes: Notes) -> int:
    """Age in years, 16 to 110."""
    if source.age is not None and 16 <= source.age <= 110:
        return source.age
    for part in ("background", "lifestyle"):
        match = re.search(r"\b(\d{2,3})[- ]years?[- ]old\b|\baged? (\d{2,3})\b", source.text(part), re.I)
        if match and 16 <= int(match.group(1) or match.group(2)) <= 110:
            notes.understand("age", match.group(1) or match.group(2), match.group(0))
            return int(match.group(1) or match.group(2))
    notes.assume("age", 40, "not said" if source.age is None else f"{source.age} lies outside 16 to 110")
    return 40


def chronotype(wake: float, sleep: float, notes: Notes) -> str:
    """Lark, owl or neither, by when the person wakes and sleeps."""
    kind = "owl" if sleep >= 1470 or wake >= 540 else "lark" if wake <= 390 and sleep <= 1395 else "neither"
    notes.assume("chronotype", kind, "by waking and sleeping times")
    return kind
