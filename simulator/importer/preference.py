"""What pleases: likes and dislikes in prose as weights over categories and attributes, some bound to a moment."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.importer import activities, clocks, manner, tastes
from simulator.importer.clocks import DayTimes
from simulator.importer.signs import clauses
from simulator.importer.values import Notes
from simulator.importer.words import Clause, sentences
from simulator.persona import DAYS, Interaction

LIKED, STRONGLY, FROM_INTERESTS, DISLIKED = 0.8, 1.1, 0.5, -1.0
CONDITIONAL = 1.0
MOST_INTERACTIONS = 8

_STRONG = re.compile(
    r"\b(?:love|adore|above all|especially|most of all|best|favou?rite|passion\w*|really (?:like|enjoy)"
    r"|always|particularly)\b",
    re.I,
)
_MILD_NO = re.compile(
    r"\b(?:do not (?:really )?(?:care|enjoy|like)|not (?:a fan|fond|keen|interested|into|much)|less|fewer"
    r"|rather than|instead of|bor\w+|tired of|not too|hardly|could do without)\b",
    re.I,
)
_AVOIDED = re.compile(
    r"\b(?:never|avoid\w*|no\b|please no|nothing (?:about|on|to do)|without|stop|hate|detest|can ?not stand"
    r"|off[- ]limits|skip|steer clear|stay away|refrain|spare me)\b",
    re.I,
)
_CONDITION = re.compile(r"\b(?:when(?:ever)?|while|during|after|before|if|in the|on|at)\b", re.I)
_STARTING_CONDITION = re.compile(
    r"^(?:and |but |or )?(?:when(?:ever)?|while|during|after|before|if|in the|on|at the)\b", re.I
)
_LOW_ENERGY = re.compile(r"\b(?:tired|exhausted|low (?:on )?energy|worn out|sleepy|drained|fatigued)\b", re.I)
_HIGH_ENERGY = re.compile(r"\b(?:energetic|full of energy|energi[sz]ed|wide awake|lively|rested)\b", re.I)
_LOW_MOOD = re.compile(
    r"\b(?:sad|down|low|gloomy|stressed|anxious|overwhelmed|upset|in a bad mood|lonely|worried)\b", re.I
)
_HIGH_MOOD = re.compile(r"\b(?:happy|cheerful|in a good mood|in high spirits)\b", re.I)


@dataclass
class Liking:
    """What the prose says about taste, before it becomes a persona's preference."""

    categories: dict[str, float] = field(default_factory=dict)
    attributes: dict[str, float] = field(default_factory=dict)
    avoid_categories: list[str] = field(default_factory=list)
    avoid_topics: list[str] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    words: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Moment:
    """The condition of a conditional like."""

    kinds: tuple[str, ...] = ()
    start: str = "00:00"
    end: str = "24:00"
    days: tuple[str, ...] = DAYS
    energy: str | None = None
    mood: str | None = None


def read(text: str, interests: tuple[str, ...], goals: str, times: DayTimes, notes: Notes) -> Liking:
    """Weights out of the prose on preference, with a smaller one for what the interests name.

    Args:
        text: the rubric's part on preference.
        interests: one a string.
        goals: long-term goals, which lend a little weight as well.
        times: the person's day, for likes bound to a time.
        notes: receives what was understood and what was not.
    """
    liking = Liking()
    for sentence in sentences(text):
        if not _read_sentence(sentence, times, liking, notes):
            notes.miss("preference", sentence)
    _from_life(interests, goals, liking, notes)
    for category in liking.avoid_categories:
        liking.categories.pop(category, None)
    return liking


def _from_life(interests: tuple[str, ...], goals: str, liking: Liking, notes: Notes) -> None:
    for source, weight in (*((interest, FROM_INTERESTS) for interest in interests), (goals, 0.3)):
        for category, words in tastes.categories(source).items():
            if category in liking.avoid_categories or category in liking.categories:
                continue
            liking.categories[category] = weight
            liking.words.setdefault(f"category {category}", source)
            notes.assume(
                f"preference.categories.{category}",
                f"{weight:g}",
                f"'{words}' among the {'interests' if weight == FROM_INTERESTS else 'goals'}",
            )


def _moment(text: str, times: DayTimes) -> _Moment | None:
    """The moment that a condition names, or None when it names none that the data can hold."""
    kinds = tuple(kind for kind in activities.kinds(text) if kind not in ("sleep",))
    spans = clocks.find(text, times)
    energy = "low" if _LOW_ENERGY.search(text) else "high" if _HIGH_ENERGY.search(text) else None
    mood = "low" if _LOW_MOOD.search(text) else "high" if _HIGH_MOOD.search(text) else None
    if not (kinds or spans or energy or mood):
        return None
    start, end = "00:00", "24:00"
    days: tuple[str, ...] = DAYS
    if spans:
        days = spans[0].days
        if spans[0].minutes < 1440:
            start, end = clocks.clock(spans[0].start), clocks.clock(spans[0].end)
    if spans:
        kinds = tuple(kind for kind in kinds if kind not in ("meal", *activities.WORK_KINDS))
    return _Moment(kinds, start, end, days, energy, mood)


def _split_condition(text: str) -> tuple[str, str]:
    """The wish and its condition: ('small ideas', 'when I am resting')."""
    match = re.search(
        r"\b(?:when(?:ever)?|while|during|if|as long as|in the (?:early |late )?(?:mornings?|afternoons?"
        r"|evenings?)|at (?:night|weekends?|the weekend)|on (?:weekends?|weekdays?|\w+days?)|(?:after"
        r"|before) (?:work|lunch|dinner|breakfast|bed\w*))\b",
        text,
        re.I,
    )
    if not match:
        return text, ""
    leads = not re.sub(r"^(?:and|but|or)?\s*", "", text[: match.start()], flags=re.I)
    if leads and not re.match(r"when|while|during|if|as long", match.group(0), re.I):
        return text[match.end() :], match.group(0)  # 'in the evening an old film is welcome'
    return text[: match.start()], text[match.start() :]


def _read_sentence(sentence: str, times: DayTimes, liking: Liking, notes: Notes) -> bool:
    parts = clauses(sentence)
    condition_first = _STARTING_CONDITION.match(parts[0].text) if parts else None
    carried: _Moment | None = None
    used = False
    conditional: list[tuple[Clause, str]] = []
    for index, clause in enumerate(parts):
        wish, condition = _split_condition(clause.text)
        moment = _moment(condition, times) if condition else None
        if condition and moment and not wish.strip():
            # 'In the evening, an old film is welcome' or 'While I draw I only want ideas about drawing'
            inner = re.search(
                r"\bi (?:only |really |would |just |also |do not |never )*(?:want|like|prefer|love|enjoy"
                r"|need|welcome|appreciate|am open|would)\b.*|(?<=\s)(?:only|just)\s.*",
                condition,
                re.I,
            )
            if inner:
                wish, condition = inner.group(0), condition[: inner.start()]
                moment = _moment(condition, times)
            elif condition_first and index == 0:
                carried = moment
                continue
        if moment is None and carried is not None:
            moment = carried
        if (
            moment is None
            and re.match(r"(?:or|and)\s+\w+ing\b[^,]*$", clause.text, re.I)
            and conditional
            and activities.find(clause.text)
        ):
            moment = _moment(clause.text, times)  # '... when I am resting or baking'
            if moment:
                for earlier, wished in list(conditional):
                    used |= _conditional(wished, moment, earlier.sign, liking, notes, f"{earlier.text} {clause.text}")
            continue
        if moment is not None:
            before = conditional_source(parts, index, wish, sentence)
            conditional.append((clause, before))
            sign = clause.sign or 1
            used |= _conditional(before, moment, sign, liking, notes, clause.text)
            if sign > 0 and before is not wish and not wish.strip():
                continue
            if sign > 0 and carried is None and not re.search(r"\bonly\b", clause.text, re.I):
                used |= _plain(wish, 1, clause, liking, notes)
            continue
        used |= _plain(clause.text, clause.sign or _default_sign(sentence), clause, liking, notes)
    return used


def conditional_source(parts: list[Clause], index: int, wish: str, sentence: str) -> str:
    """The words that a condition governs: its own clause's, or those of the clauses before it in the sentence."""
    if tastes.categories(wish) or tastes.attributes(wish):
        return wish
    return " ".join([*(part.text for part in parts[:index]), wish])


def _default_sign(sentence: str) -> int:
    """A bare list of things in the part on preference is a list of likes; a remark about anything else is not."""
    return 0 if re.search(r"\bi (?:am|have|work|live|was)\b", sentence, re.I) else 1


def _conditional(wish: str, moment: _Moment, sign: int, liking: Liking, notes: Notes, words: str) -> bool:
    named = tastes.categories(wish)
    weights: list[tuple[str, float]] = [(category, CONDITIONAL * sign) for category in list(named)[:3]]
    if not named:
        weights = [(name, weight * 1.5 * sign) for name, (weight, _) in list(tastes.attributes(wish).items())[:2]]
    added = False
    for name, weight in weights:
        if len(liking.interactions) >= MOST_INTERACTIONS:
            break
        rule = Interaction(
            of=name, weight=round(weight, 2), kinds=moment.kinds, days=moment.days, start=moment.start, end=moment.end,
            energy=moment.energy, mood=moment.mood,
        )  # fmt: skip
        if rule not in liking.interactions:
            liking.interactions.append(rule)
            liking.words[f"interaction {len(liking.interactions)}"] = words
            notes.understand("preference.interaction", describe(rule), words)
        added = True
    return added


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


def _plain(text: str, sign: int, clause: Clause, liking: Liking, notes: Notes) -> bool:
    if not sign:
        return False
    named = tastes.categories(text)
    qualities = tastes.attributes(text)
    topics = manner.topics(text) if sign < 0 else []
    firm = sign < 0 and (clause.firm or bool(_AVOIDED.search(clause.text))) and not _MILD_NO.search(clause.text)
    # 'nothing too exhausting for my kitchen evenings' refuses the quality, not the kitchen
    refused_quality = sign < 0 and bool(qualities) and bool(re.search(r"\b(?:too|that|which)\b", text, re.I))
    for name, (weight, words) in qualities.items():
        value = round(weight * sign, 2)
        liking.attributes[name] = liking.attributes.get(name, value)
        liking.words.setdefault(f"attribute {name}", clause.text)
        notes.understand(f"preference.attributes.{name}", f"{liking.attributes[name]:+g} ('{words}')", clause.text)
    for category, words in () if refused_quality else named.items():
        if firm:
            if category not in liking.avoid_categories and not (
                category in liking.categories and liking.categories[category] > 0
            ):
                liking.avoid_categories.append(category)
                liking.words[f"avoid {category}"] = clause.text
                notes.understand("preference.avoid_categories", f"{category} ('{words}')", clause.text)
            continue
        weight = DISLIKED if sign < 0 else STRONGLY if _STRONG.search(text) else 0.5 if clause.vague else LIKED
        if category in liking.categories and liking.categories[category] * weight < 0:
            continue
        liking.categories[category] = liking.categories.get(category, weight)
        liking.words.setdefault(f"category {category}", clause.text)
        notes.understand(f"preference.categories.{category}", f"{weight:+g} ('{words}')", clause.text)
    for topic in topics if firm else []:
        if topic not in liking.avoid_topics:
            liking.avoid_topics.append(topic)
            notes.understand("preference.avoid_topics", topic, clause.text)
    return bool(named or qualities or topics)
