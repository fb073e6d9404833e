"""What pleases: likes and dislikes in prose as weights over categories and attributes, some bound to a moment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.language.tone import Tone
from simulator.people.importer.liking import cues, signs, tastes
from simulator.people.importer.liking.moments import Moment
from simulator.people.importer.liking.signs import Wish
from simulator.people.importer.speech import manner
from simulator.people.importer.values import Notes
from simulator.people.persona import Interaction

LIKED, STRONGLY, SOMEWHAT, FROM_INTERESTS, DISLIKED = 0.8, 1.1, 0.5, 0.5, -1.0
CONDITIONAL = 1.0
MOST_INTERACTIONS = 12
_WHATEVER = re.compile(r"\b(?:what|how|which|where|something|anything)\b", re.I)
_UNNAMED = re.compile(
    r"(?:(?:an?|some|any|the|more|odd|good|\w+ful) )*"
    r"(?:(?:some|any|things?|ideas?|suggestions?|tips?|hints?|advice|inspiration|help|one|those)\b|\W*$)",
    re.I,
)
"""What names no thing of its own, so that the moment does: 'when I cook, tell me what to throw in'."""
_DOING = re.compile(r"(?:when|while|whilst)\b", re.I)


@dataclass
class Liking:
    """What the prose says about taste, before it becomes a persona's preference."""

    categories: dict[str, float] = field(default_factory=dict)
    attributes: dict[str, float] = field(default_factory=dict)
    avoid_categories: list[str] = field(default_factory=list)
    avoid_topics: list[str] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)


def read(
    text: str, interests: tuple[str, ...], goals: str, times: DayTimes, notes: Notes, tone: Tone | None = None
) -> Liking:
    """Weights out of the prose on preference, with a smaller one for what the interests name.

    Args:
        text: the rubric's part on preference.
        interests: one a string.
        goals: long-term goals, which lend a little weight as well.
        times: the person's day, for likes bound to a time.
        notes: receives what was understood and what was not.
        tone: tells likes from dislikes where no rule does, and has a say against a rule; None leaves doubt neutral.
    """
    liking = Liking()
    for sentence, wishes in signs.read(text, times, tone):
        used = [_read_wish(wish, liking, notes) for wish in wishes]
        if not any(used):
            notes.miss("preference", sentence)
    _from_life(interests, goals, liking, notes)
    for category in liking.avoid_categories:
        liking.categories.pop(category, None)
    return liking


def _from_life(interests: tuple[str, ...], goals: str, liking: Liking, notes: Notes) -> None:
    for source, weight in (*((interest, FROM_INTERESTS) for interest in interests), (goals, 0.3)):
        for category, words in tastes.about(source).categories.items():
            if category in liking.avoid_categories or category in liking.categories:
                continue
            liking.categories[category] = weight
            liking.words.setdefault(f"category {category}", source)
            notes.assume(
                f"preference.categories.{category}",
                f"{weight:g}",
                f"'{words}' among the {'interests' if weight == FROM_INTERESTS else 'goals'}",
            )


def _read_wish(wish: Wish, liking: Liking, notes: Notes) -> bool:
    """Add what a wish says; whether it said anything."""
    if not wish.sign:
        return False
    named = tastes.about(wish.text, narrow=wish.sign < 0)
    if wish.moment is not None:
        return _bound(wish, wish.moment, named, liking, notes)
    return _always(wish, named, liking, notes)


def _bound(wish: Wish, moment: Moment, named: tastes.Named, liking: Liking, notes: Notes) -> bool:
    things = list(named.categories)
    unnamed = _UNNAMED.match(cues.opened(wish.text)) or _WHATEVER.search(wish.text)
    if wish.sign > 0 and unnamed and not (things or named.attributes) and moment.kinds and _DOING.match(moment.words):
        things = list(tastes.about(moment.words).categories)  # 'when I cook, tell me what to throw in'
    weights = [(category, CONDITIONAL * wish.sign) for category in things[:3]]
    qualities = [name for name in named.attributes if not weights or name in named.besides][:2]
    weights += [(name, named.attributes[name][0] * 1.5 * wish.sign) for name in qualities]
    for name, weight in weights:
        rule = Interaction(
            of=name, weight=round(weight, 2), kinds=moment.kinds, days=moment.days, start=moment.start, end=moment.end,
            energy=moment.energy, mood=moment.mood,
        )  # fmt: skip
        if rule not in liking.interactions and len(liking.interactions) < MOST_INTERACTIONS:
            liking.interactions.append(rule)
            liking.words[f"interaction {len(liking.interactions)}"] = wish.words
            notes.understand("preference.interaction", describe(rule), wish.words)
    return bool(weights)


def _always(wish: Wish, named: tastes.Named, liking: Liking, notes: Notes) -> bool:
    for name, (weight, words) in named.attributes.items():
        value = round(weight * wish.sign, 2)
        if liking.attributes.setdefault(name, value) * value < 0:
            continue  # said both ways of different things: the first stands
        liking.words.setdefault(f"attribute {name}", wish.words)
        notes.understand(f"preference.attributes.{name}", f"{value:+g} ('{words}')", wish.words)
    for category, words in named.categories.items():
        held = liking.categories.get(category, 0.0)
        narrowed = tastes.narrowed(wish.text, words)  # 'no team sports' refuses less than sport
        if wish.firm and not narrowed:
            if held <= 0 and category not in liking.avoid_categories:
                liking.avoid_categories.append(category)
                liking.words[f"avoid {category}"] = wish.words
                notes.understand("preference.avoid_categories", f"{category} ('{words}')", wish.words)
            continue
        if wish.sign < 0:
            weight = DISLIKED / 2 if narrowed else DISLIKED
        else:
            weight = SOMEWHAT if wish.hedged or wish.bound else LIKED
        weight = STRONGLY if weight == LIKED and wish.strong else weight
        if held * weight < 0 or (weight > 0 and category in liking.avoid_categories):
            continue
        liking.categories[category] = held or weight
        liking.words.setdefault(f"category {category}", wish.words)
        notes.understand(f"preference.categories.{category}", f"{weight:+g} ('{words}')", wish.words)
    topics = manner.topics(wish.text) if wish.firm and wish.sign < 0 else []
    for topic in topics:
        if topic not in liking.avoid_topics:
            liking.avoid_topics.append(topic)
            notes.understand("preference.avoid_topics", topic, wish.words)
    return bool(named.categories or named.attributes or topics)


def describe(rule: Interaction) -> str:
    """One interaction in a few words."""
    parts = [f"{rule.of} {rule.weight:+g}"]
    if rule.kinds:
        parts.append("during " + ", ".join(rule.kinds))
    if (rule.start, rule.end) != ("00:00", "24:00"):
        parts.append(f"{rule.start}-{rule.end}")
    if rule.energy or rule.mood:
        parts.append(f"energy {rule.energy}" if rule.energy else f"mood {rule.mood}")
    return " ".join(parts)
