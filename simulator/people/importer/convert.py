"""One persona's prose to data: reads each part, and fills in what a life needs."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from edge_assistant.errors import DataError
from simulator.people.importer import entries, fitting, frequency, life, manner, person, preference, timing
from simulator.people.importer.meaning import Meaning
from simulator.people.importer.quantities import Day
from simulator.people.importer.source import Source
from simulator.people.importer.values import Clause, Fact, Liking, Moment, Notes, Rate, Wording
from simulator.people.persona import Persona, Prose
from simulator.people.routine import ROOMS, FixedPoint

CRITERIA = ("preference", "timing", "frequency", "communication")
NOT_STATED = "Not stated."

Does = tuple[list[FixedPoint], list[entries.Entry]]


def convert(source: Source, identifier: str, where: str, notes: Notes, meaning: Meaning) -> Persona:
    """The persona that the prose describes, its timing within the bounds that the words allow.

    `where` names the file in an error; `notes` receives what was understood, assumed and left unread.

    Raises:
        DataError: the result breaks the form of a persona.
    """
    notes.clauses |= {Clause("keys without a use", key): False for key in source.unused}
    parts = ("background", "interests", "lifestyle", "plan")
    background, interests, lifestyle, plan = (notes.split(part, source.text(part)) for part in parts)
    frames = life.frames([*lifestyle, *plan], notes)
    day = life.day_of(frames.weekday)
    job = person.occupation(source, background, notes)
    told = entries.read([*plan, *lifestyle], day, meaning)
    points = life.points(told, job, source.text("background"), day, notes)
    told = [*entries.read(interests, day, meaning, interests=True), *told]
    facts = _facts(source, day, (points, told), meaning, notes)
    when = timing.settle([fact for fact in facts if isinstance(fact, Moment)], notes)
    often = frequency.settle([fact for fact in facts if isinstance(fact, Rate)], day, notes)
    how = manner.settle([fact for fact in facts if isinstance(fact, Wording)], notes)
    likings = [fact for fact in facts if isinstance(fact, Liking)]
    pastimes = life.pastimes(told, points, list(when.kinds), day, notes)
    rooms = {point.room for point in points} | {pastime.room for pastime in pastimes}
    try:
        persona = Persona(
            id=identifier,
            name=source.name,
            age=person.age(source, notes),
            occupation=job,
            chronotype="owl" if day.sleep >= 1470 or day.wake >= 540 else "lark" if day.wake <= 390 else "neither",
            **{part: source.text(part) or NOT_STATED for part in ("background", "goals")},
            **{part: person.told(part, source, background, notes) for part in ("household", "culture")},
            interests=_interests(source, interests, notes),
            traits=person.traits(source, notes),
            rooms=tuple(room for room in ROOMS if room in ROOMS[:4] or room in rooms),
            prose=_prose(source, notes),
            day=frames,
            routine=tuple(points),
            pastimes=tuple(pastimes),
            preference=preference.settle(likings, how.forbidden_topics, often.daily_max / len(meaning.base), notes),
            timing=when,
            frequency=often,
            manner=how,
        )
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(str(part) for part in p['loc'])}: {p['msg']}" for p in error.errors())
        raise DataError(f"{where}: does not make a persona: {problems}; mend the prose and import again") from error
    return fitting.fit_timing(persona, notes)


def _facts(source: Source, day: Day, does: Does, meaning: Meaning, notes: Notes) -> list[Fact]:
    """The facts of the criteria."""
    facts: list[Fact] = []
    parts = {part: notes.split(part, text) for part, text in source.criteria.items()}
    for part in CRITERIA:
        clauses = [*parts.get(part, ()), *parts.get("other", ())]
        facts += preference.read(clauses, meaning) if part == "preference" else []
        facts += timing.read(clauses, day, *does, meaning) if part == "timing" else []
        facts += frequency.read(clauses, day) if part == "frequency" else []
        facts += manner.read(clauses) if part == "communication" else []
    return facts


def _interests(source: Source, clauses: Sequence[Clause], notes: Notes) -> tuple[str, ...]:
    """What ideas are compared with: the interests, or else the goals or what the person wishes to hear."""
    others = (source.text("goals"), source.criteria.get("preference"), source.text("background"), "life at home")
    if not clauses:
        notes.assume("interests", next(text for text in others if text)[:80], "no interests are named")
    return tuple(clause.text for clause in clauses) or (next(text for text in others if text),)


def _prose(source: Source, notes: Notes) -> Prose:
    """The criteria in the person's own words; undivided ones stand for each that is missing."""
    parts = {part: source.criteria.get(part) or source.criteria.get("other") or NOT_STATED for part in CRITERIA}
    for part in (part for part, text in parts.items() if text == NOT_STATED):
        notes.assume(f"prose.{part}", NOT_STATED, "the file says nothing on it")
    return Prose(**parts)
