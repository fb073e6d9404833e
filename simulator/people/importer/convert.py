"""One persona's prose to data: puts together what the other modules read, and fills in what a life needs."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.errors import DataError, ModelError
from edge_assistant.llm.embedding import Embedder, HashEmbedder
from edge_assistant.ranker.ideas import load_packaged
from simulator.people.importer import adjust
from simulator.people.importer.language import activities, clocks
from simulator.people.importer.language.clocks import Stretch
from simulator.people.importer.language.tone import Tone
from simulator.people.importer.language.words import sentences
from simulator.people.importer.life import day_times, person, routine
from simulator.people.importer.life.entries import read_interests
from simulator.people.importer.liking import preference
from simulator.people.importer.moments import landmarks, timing
from simulator.people.importer.moments.timing import ALWAYS_BLOCKED, VAGUE
from simulator.people.importer.often import frequency
from simulator.people.importer.propersim import Source
from simulator.people.importer.speech import manner
from simulator.people.importer.values import Notes
from simulator.people.persona import ROOMS, Persona, Preference, Prose, Span, Timing

NOT_STATED = "Not stated."
INTEREST_WEIGHT, FITTING_WEIGHT, HABITUATION = 1.2, 0.5, 0.25
ENERGY, MOOD, FOCUS, ANNOYANCE = 0.2, 0.2, -0.2, 0.8


@dataclass(frozen=True)
class Draft:
    """A persona and the words behind its parts, keyed as `toml_writer` wants them."""

    persona: Persona
    words: dict[str, str]


def convert(source: Source, identifier: str, where: str, notes: Notes, embedder: Embedder | None = None) -> Draft:
    """The persona that the prose describes, its timing within the bounds that the words allow.

    Args:
        source: the prose.
        identifier: of the persona.
        where: names the file in an error.
        notes: receives what was understood, assumed and missed.
        embedder: for the tone of words that no rule knows; without it they stay neutral.

    Raises:
        DataError: when the result breaks the form of a persona; names what and where.
    """
    frames = day_times.read_frames(source, notes)
    times = day_times.read_times(source, frames, notes)
    wake, sleep = day_times.minutes(frames.weekday)
    prose = _prose(source, notes)
    texts = source.criteria
    others = " ".join(text for part, text in texts.items() if part != "frequency")
    often = frequency.read(texts.get("frequency", ""), others, sleep - wake, notes, times)
    timing_text = " ".join(filter(None, (texts.get("timing"), _only_times(texts.get("other", "")))))
    plan = landmarks.read(source, times)
    when = timing.read(timing_text, texts.get("frequency", ""), times, notes, _tone("timing", embedder), plan)
    _assume_pauses(when, timing_text, notes)
    interests = read_interests(source)
    manner_text = " ".join(filter(None, (texts.get("communication"), texts.get("other"))))
    how, forbidden = manner.read(manner_text, notes)
    liking_text = " ".join(filter(None, (texts.get("preference"), texts.get("other"))))
    taste = _tone("preference", embedder)
    liking = preference.read(liking_text, tuple(interests), source.text("goals"), times, notes, taste)
    for topic in forbidden:
        if topic not in liking.avoid_topics:
            liking.avoid_topics.append(topic)
            notes.assume("preference.avoid_topics", topic, "must not be spoken of, so ideas on it do not please either")
    built = routine.build(source, frames, times, interests, list(when.kinds), notes, _kinds(embedder))
    points, pastimes, words = built.points, built.pastimes, built.words
    _block_work(built.work, when, notes)
    traits = person.read_traits(source, notes)
    used_rooms = {point.room for point in points} | {pastime.room for pastime in pastimes}
    data = {
        "name": source.name,
        "age": person.age(source, notes),
        "occupation": person.occupation(source, notes),
        "household": person.household(source, notes),
        "culture": person.culture(source, notes),
        "chronotype": person.chronotype(wake, sleep, notes),
        "background": source.text("background") or NOT_STATED,
        "goals": source.text("goals") or NOT_STATED,
        "interests": tuple(interests) or _assumed_interests(source, notes),
        "traits": traits,
        "rooms": tuple(room for room in ROOMS if room in ROOMS[:4] or room in used_rooms),
        "prose": prose,
        "day": frames,
        "routine": tuple(points),
        "pastimes": tuple(pastimes),
        "preference": _preference(liking, often.daily_max, notes),
        "timing": _timing(when, notes),
        "frequency": often,
        "manner": how,
    }
    try:
        persona = Persona.model_validate({**data, "id": identifier})
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(str(part) for part in p['loc'])}: {p['msg']}" for p in error.errors())
        raise DataError(f"{where}: does not make a persona: {problems}; mend the prose and import again") from error
    fitted = adjust.fit_timing(persona, notes)
    return Draft(fitted, {**_words(fitted, when, liking.words, notes), **words})


def _preference(liking: preference.Liking, daily_max: int, notes: Notes) -> Preference:
    """What pleases, with ordinary weights where the words give none."""
    pleasing = adjust.pleasing_for(daily_max, len(load_packaged()))
    notes.assume(
        "preference",
        f"interest_weight {INTEREST_WEIGHT}, fitting_weight {FITTING_WEIGHT}, habituation {HABITUATION}, "
        f"pleasing {pleasing:g}",
        "ordinary weights; the share that pleases leaves enough for the daily maximum",
    )
    return Preference(
        pleasing=pleasing,
        categories=_clipped(liking.categories),
        attributes=_clipped(liking.attributes),
        interest_weight=INTEREST_WEIGHT,
        fitting_weight=FITTING_WEIGHT,
        habituation=HABITUATION,
        avoid_categories=tuple(liking.avoid_categories),
        avoid_topics=tuple(liking.avoid_topics),
        interactions=tuple(liking.interactions),
    )


def _timing(when: timing.Timing, notes: Notes) -> Timing:
    """When a word may come, with the ordinary sway of the day."""
    blocked_kinds = tuple(dict.fromkeys([*ALWAYS_BLOCKED, *when.blocked_kinds]))
    notes.assume("timing.blocked_kinds", ", ".join(ALWAYS_BLOCKED), "nobody is spoken to there")
    notes.assume(
        "timing state",
        f"energy {ENERGY:g}, mood {MOOD:g}, focus {FOCUS:g}, annoyance {ANNOYANCE:g}",
        "ordinary sway of the day",
    )
    return Timing(
        windows=tuple(span for stretch, weight in when.windows if (span := _span(stretch, weight))),
        kinds={kind: weight for kind, weight in when.kinds.items() if kind not in blocked_kinds},
        pause_minutes=when.pause_minutes,
        pause_weight=when.pause_weight,
        blocked=tuple(span for stretch in when.blocked if (span := _span(stretch, 1.0))),
        blocked_kinds=blocked_kinds,
        energy=ENERGY,
        mood=MOOD,
        focus=FOCUS,
        annoyance=ANNOYANCE,
    )


def _kinds(embedder: Embedder | None) -> ActivityClassifier | None:
    """Kinds by likeness; None without a model, and where an embedder knows no likeness."""
    try:
        return None if embedder is None or isinstance(embedder, HashEmbedder) else ActivityClassifier(embedder)
    except ModelError:
        return None


def _block_work(work: list[tuple[str, Stretch]], when: timing.Timing, notes: Notes) -> None:
    """Where 'baking' is blocked and baking is the person's work, that work is blocked as well."""
    for kind, stretch in work:
        covered = any(other.start <= stretch.start and stretch.end <= other.end for other in when.blocked)
        if kind in when.blocked_kinds and not covered:
            when.blocked.append(stretch)
            notes.assume("timing.blocked", timing.show(stretch), f"'{kind}' is blocked, and is the person's work")


def _tone(question: str, embedder: Embedder | None) -> Tone | None:
    """The classifier of a question; None without a model, and then the rules stand alone."""
    try:
        return Tone.of(question, embedder) if embedder is not None else None
    except ModelError:
        return None


def _prose(source: Source, notes: Notes) -> Prose:
    """The four parts in the person's own words; prose without parts stands in for all that are missing."""
    other = source.criteria.get("other", "")
    parts = {}
    for part in ("preference", "timing", "frequency", "communication"):
        parts[part] = source.criteria.get(part, "") or other or NOT_STATED
        if parts[part] == NOT_STATED:
            notes.assume(f"prose.{part}", NOT_STATED, "the file says nothing on it")
    return Prose(**parts)


def _only_times(text: str) -> str:
    """Sentences of undivided criteria that speak of a time or an activity."""
    kept = [s for s in sentences(text) if clocks.find(s, clocks.DayTimes()) or activities.find(s)]
    return ". ".join(
        s
        for s in kept
        if any(
            word in s.lower()
            for word in (
                " when",
                " while",
                "during",
                "before",
                "after",
                "between",
                " in the ",
                " at ",
                "never",
                "disturb",
                "interrupt",
            )
        )
    )


def _assume_pauses(when: timing.Timing, text: str, notes: Notes) -> None:
    """Where nothing is said of good moments, and nothing was missed: the pauses of anybody's day."""
    missed = any(line.startswith("timing") for line in notes.not_understood)
    if when.receptive_anywhere or missed:
        return
    when.kinds["pause"] = timing.GOOD
    when.kinds.setdefault("rest", VAGUE)
    when.pause_minutes, when.pause_weight = 5.0, VAGUE
    for kind in list(when.kinds):
        if kind in when.blocked_kinds:
            del when.kinds[kind]
    why = "only bad moments are named" if text.strip() else "nothing is said on timing"
    notes.assume("timing.kinds", "pause 1.1; rest 0.6 and a fresh start 0.6 together", f"{why}: ordinary pauses")


def _assumed_interests(source: Source, notes: Notes) -> tuple[str, ...]:
    """What to compare ideas with when no interests are named: the goals, or what the person wishes to hear."""
    text = (
        source.text("goals")
        or source.criteria.get("preference", "")
        or source.text("background")
        or "everyday life at home"
    )
    notes.assume("interests", text[:80], "no interests are named")
    return (text,)


def _span(stretch: Stretch, weight: float) -> Span | None:
    if stretch.minutes >= 1435:
        return Span(days=_days(stretch.days), start="00:00", end="24:00", weight=weight)
    start, end = clocks.clock(stretch.start), clocks.clock(stretch.end)
    start = "00:00" if start == "24:00" else start
    return None if start == end else Span(days=_days(stretch.days), start=start, end=end, weight=weight)


def _days(days: tuple[str, ...]) -> str | tuple[str, ...]:
    shown = timing.show_days(days)
    return shown if shown in ("all", "weekday", "weekend") else days


def _clipped(weights: dict[str, float]) -> dict[str, float]:
    return {name: max(-1.2, min(1.2, weight)) for name, weight in weights.items()}


def _words(persona: Persona, when: timing.Timing, liking: dict[str, str], notes: Notes) -> dict[str, str]:
    """Comments by place."""
    words = {**liking, **{key: text for key, text in when.words.items() if key.startswith(("kind ", "pause"))}}
    for name, spans, stretches in (
        ("window", persona.timing.windows, [s for s, _ in when.windows]),
        ("blocked", persona.timing.blocked, when.blocked),
    ):
        texts = [s.words for s in stretches]
        for index in range(min(len(spans), len(texts))):
            words[f"timing.{name} {index}"] = texts[index]
    for table, names in (
        ("frequency", ("frequency",)),
        ("manner", ("manner",)),
        ("traits", ("traits",)),
        ("day weekday", ("day wake", "day sleep")),
        ("day weekend", ("day weekend",)),
    ):
        said = [finding.words for finding in notes.understood if finding.field.startswith(names)]
        assumed = [f"{finding.field} {finding.value}" for finding in notes.assumed if finding.field.startswith(names)]
        parts = (["words: " + " | ".join(dict.fromkeys(said))] if said else []) + (
            ["assumed: " + "; ".join(assumed)] if assumed else []
        )
        words[table] = "; ".join(parts)
    words["preference"] = "assumed: pleasing, interest_weight, fitting_weight, habituation"
    return words
