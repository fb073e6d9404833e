"""What may change in a life from one day to the next: a job, a hobby, a leg, a guest in the house, wishes at odds.

    Change.of("broken-leg:8").apply(persona)    # as the person is from day 8 on

A change makes another persona of the same id, so the chances of its days are drawn from the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

from edge_assistant.errors import UsageError
from edge_assistant.ranker.ideas import CATEGORIES
from simulator.people.persona import Frequency, Interaction, Persona
from simulator.people.routine import FixedPoint, Pastime, Span, minutes_of_day
from simulator.world.seeding import generator

KINDS = ("new-job", "new-hobby", "broken-leg", "guest", "conflict")

WORK = ("deep_work", "routine_work", "meeting", "mail")
LATER = 180
"""Minutes by which a new job moves work and the hours at which a word is welcome."""
ON_FOOT = ("exercise", "walk", "garden", "errand")
HOBBIES = ("crafts", "art", "writing", "music", "languages", "games", "photography", "plants", "baking", "tinkering")
SHARED = ("meal", "media", "rest", "reading", "gaming", "music")
"""Kinds that are spent with a guest where there is one."""
EVENING = "17:00"
"""From when on somebody with wishes at odds wants the opposite."""
AT_ODDS = 3
"""Categories of which the evening wants the opposite."""
STRONG = 1.6
"""Weight of a new hobby: more than most people give anything."""


@dataclass(frozen=True, slots=True)
class Change:
    """A kind of change and the first day that is lived with it."""

    kind: str
    day: int

    @classmethod
    def of(cls, text: str) -> Change:
        """From 'KIND:DAY'.

        Raises:
            UsageError: no such change, or no such day.
        """
        kind, _, day = text.partition(":")
        if kind not in KINDS or not day.isdecimal() or int(day) < 1:
            raise UsageError(f"change {text!r} is unknown; give KIND:DAY with one of {', '.join(KINDS)}")
        return cls(kind, int(day))

    def apply(self, persona: Persona) -> Persona:
        """The person after the change."""
        made = {
            "new-job": _new_job,
            "new-hobby": _new_hobby,
            "broken-leg": _broken_leg,
            "guest": _guest,
            "conflict": _conflict,
        }
        return made[self.kind](persona)


def _clock(minutes: float) -> str:
    whole = int(minutes) % 1440
    return f"{whole // 60:02d}:{whole % 60:02d}"


def _later(span: Span) -> Span:
    """A window three hours later; one of a whole day stays."""
    start, end = minutes_of_day(span.start), minutes_of_day(span.end)
    if end - start == 1440:
        return span
    return span.model_copy(update={"start": _clock(start + LATER), "end": _clock(end + LATER)})


def _new_job(persona: Persona) -> Persona:
    """Work of another name and three hours later, words welcome three hours later, and fewer of them."""

    def moved(point: FixedPoint) -> FixedPoint:
        if point.kind not in WORK:
            return point
        start = min(minutes_of_day(point.start) + LATER, 1430)
        return point.model_copy(update={"text": f"at the new job, {point.text}", "start": _clock(start)})

    def renamed(pastime: Pastime) -> Pastime:
        return (
            pastime.model_copy(update={"text": f"for the new job, {pastime.text}"}) if pastime.kind in WORK else pastime
        )

    gaps = persona.frequency
    fewer = Frequency(
        min_gap=min(gaps.min_gap * 1.5, 719),
        max_gap=min(gaps.max_gap * 1.5, 1440),
        daily_max=max(1, round(gaps.daily_max / 1.5)),
    )
    return persona.model_copy(
        update={
            "routine": tuple(moved(point) for point in persona.routine),
            "pastimes": tuple(renamed(pastime) for pastime in persona.pastimes),
            "timing": persona.timing.model_copy(update={"windows": tuple(map(_later, persona.timing.windows))}),
            "frequency": fewer,
        }
    )


def _new_hobby(persona: Persona) -> Persona:
    """A category that meant nothing becomes the favourite, and the former favourite means nothing."""
    liking = persona.preference
    free = [name for name in HOBBIES if name not in liking.avoid_categories and liking.categories.get(name, 0.0) <= 0.2]
    rng = generator("new hobby", persona.id)
    hobby = str(rng.choice(free or [name for name in CATEGORIES if name not in liking.avoid_categories]))
    weights = dict(liking.categories)
    if weights:
        weights[max(weights, key=lambda name: weights[name])] = 0.0
    weights[hobby] = STRONG
    kind = "music" if hobby == "music" else "cooking" if hobby == "baking" else "craft"
    pastime = Pastime(
        text=f"trying the new hobby, {hobby}", kind=kind, room="living room", minutes=(20, 45), weight=2.5
    )
    return persona.model_copy(
        update={
            "interests": (f"{hobby}, learned from scratch", *persona.interests[1:]),
            "pastimes": (*persona.pastimes, pastime),
            "preference": liking.model_copy(update={"categories": weights}),
        }
    )


def _broken_leg(persona: Persona) -> Persona:
    """Nothing on foot any more: rest instead, and ideas that need effort no longer please."""

    def seated(item: FixedPoint | Pastime) -> FixedPoint | Pastime:
        if item.kind not in ON_FOOT:
            return item
        return item.model_copy(update={"text": "resting with the leg up", "kind": "rest", "room": "living room"})

    liking = persona.preference
    categories = {
        **liking.categories,
        "exercise": -3.0,
        "outdoors": -2.0,
        "rest": liking.categories.get("rest", 0) + 0.6,
    }
    attributes = {**liking.attributes, "effort": liking.attributes.get("effort", 0.0) - 1.0}
    kinds = {**persona.timing.kinds, "rest": persona.timing.kinds.get("rest", 0.0) + 0.4}
    return persona.model_copy(
        update={
            "routine": tuple(seated(point) for point in persona.routine),
            "pastimes": tuple(seated(pastime) for pastime in persona.pastimes),
            "preference": liking.model_copy(update={"categories": categories, "attributes": attributes}),
            "timing": persona.timing.model_copy(update={"kinds": kinds}),
        }
    )


def _guest(persona: Persona) -> Persona:
    """Somebody stays: much is done together, when nobody may speak, and what is done with others pleases more."""

    def together(item: FixedPoint | Pastime) -> FixedPoint | Pastime:
        if item.kind not in SHARED:
            return item
        return item.model_copy(update={"text": f"{item.text}, together with the guest", "kind": "company"})

    timing, liking = persona.timing, persona.preference
    social = {**liking.attributes, "social": liking.attributes.get("social", 0.0) + 0.6}
    shared = tuple(together(pastime) for pastime in persona.pastimes)
    # one thing in three is still done alone, or there would be no moment left for a word
    alone = tuple(
        old if place % 3 == 0 else new for place, (old, new) in enumerate(zip(persona.pastimes, shared, strict=True))
    )
    blocked = tuple(dict.fromkeys((*timing.blocked_kinds, "company")))
    return persona.model_copy(
        update={
            "routine": tuple(together(point) for point in persona.routine),
            "pastimes": alone,
            "preference": liking.model_copy(update={"attributes": social}),
            "timing": timing.model_copy(update={"blocked_kinds": blocked}),
        }
    )


def _conflict(persona: Persona) -> Persona:
    """Wishes at odds: in the evening the three favourite categories please as little as they please by day."""
    liking = persona.preference
    favourites = sorted(liking.categories, key=lambda name: -liking.categories[name])[:AT_ODDS]
    against = tuple(
        Interaction(of=name, weight=max(-2 * liking.categories[name], -5.0), start=EVENING, end="24:00")
        for name in favourites
        if liking.categories[name] > 0
    )
    return persona.model_copy(
        update={"preference": liking.model_copy(update={"interactions": (*liking.interactions, *against)})}
    )
