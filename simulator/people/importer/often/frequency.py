"""How often: rates, ceilings, gaps and counts in prose, as a wish a day, two gaps and a daily maximum.

Each number of a sentence (`rates`) is a wish, a limit or a gap by the words beside it (`roles`), and holds all day or
for the part of the day named with it (`dayparts`); `wishes` gathers them, and here they become the persona's data.
"""

from __future__ import annotations

import math
import re

from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.language.words import digits, sentences
from simulator.people.importer.often.wishes import Said, Wishes, read_sentence
from simulator.people.importer.values import Notes
from simulator.people.persona import DAYS, Frequency

MAXIMUM_GAP_FACTOR = 1.5
PATIENT_GAP_FACTOR = 2.5
"""Of the wished interval, for who would rather have a turn skipped than hear something dull."""
DAILY_MAXIMUM_FACTOR = 1.5
MINIMUM_GAP_SHARE = 0.4
SPACED_GAP_SHARE = 0.6
SHORTEST_MINIMUM_GAP = 15
DEFAULT_WISH = 4
MOST_A_DAY = 20
"""An assumed daily maximum goes no higher; one in the person's own words may."""


def read(text: str, others: str, awake: float, notes: Notes, times: DayTimes | None = None) -> Frequency:
    """Gaps and daily maximum out of the prose about how often.

    Args:
        text: the rubric's part on frequency.
        others: the other parts, read only where the first says nothing.
        awake: awake minutes of an ordinary day.
        notes: receives what was understood and assumed.
        times: the person's day, by which parts of it are measured; an ordinary one when absent.
    """
    times = times or DayTimes(wake=420, sleep=420 + awake)
    wishes = Wishes()
    for sentence in sentences(text):
        if not read_sentence(sentence, times, wishes, notes):
            notes.miss("frequency", sentence)
    if wishes == Wishes() and others:
        for sentence in sentences(others):
            if re.search(
                r"\b(?:times?|every \d|per|suggestions?|recommendations?|ideas?|hourly|daily|at most|apart|a day)\b",
                digits(sentence),
            ):
                strict = Wishes()
                if read_sentence(sentence, times, strict, notes) and strict.vague is None and wishes == Wishes():
                    wishes = strict
    return _settle(wishes, awake, notes)


def _settle(wishes: Wishes, awake: float, notes: Notes) -> Frequency:
    _limits_of_parts(wishes)
    if not wishes.wishes:
        wishes.ceiling = wishes.ceiling or wishes.too_often
    wish = _wish(wishes, awake, notes)
    most = _daily_maximum(wishes, wish, awake, notes)
    minimum = _minimum_gap(wishes, wish, awake, notes)
    factor = PATIENT_GAP_FACTOR if wishes.patient else MAXIMUM_GAP_FACTOR
    if wishes.maximum:
        maximum = wishes.maximum.amount
        notes.understand("frequency.max_gap", f"{maximum:.0f} min", wishes.maximum.words)
    elif wishes.needless:
        maximum = 1440.0
        notes.understand("frequency.max_gap", "1440 min: no day needs any", wishes.needless)
    else:
        kept = wish
        if wishes.most and most * factor * awake / wish < awake:
            # more often than the daily maximum allows would leave the person waiting every evening
            kept = float(most)
        maximum = factor * awake / kept
        why = f"{factor:g} x {awake:.0f} awake minutes / {kept:.3g} a day"
        notes.assume("frequency.max_gap", f"{maximum:.0f} min", f"not said: {why}")
    minimum = min(max(minimum, 5.0), 720.0)
    maximum = min(max(maximum, 20.0), 1440.0)
    if maximum <= minimum:
        if wishes.minimum or wishes.ceiling:
            maximum = min(1440.0, MAXIMUM_GAP_FACTOR * minimum)
            notes.assume("frequency.max_gap", f"{maximum:.0f} min", "must lie above the minimum gap that was asked for")
        else:
            minimum = maximum * MINIMUM_GAP_SHARE
    return Frequency(min_gap=round(max(minimum, 5.0), 1), max_gap=round(maximum, 1), daily_max=min(40, max(1, most)))


def _limits_of_parts(wishes: Wishes) -> None:
    """'No more than two in the morning and one at night' limits the day when nothing else is wished for."""
    if not wishes.part_limits:
        return
    words = wishes.part_limits[0].words
    total = sum(limit.amount for limit in wishes.part_limits)
    if wishes.wishes:
        wishes.wishes += wishes.part_limits
    elif wishes.most is None:
        wishes.most = Said(total, words)


def _wish(wishes: Wishes, awake: float, notes: Notes) -> float:
    """Suggestions wished for a day."""
    limit = wishes.most.amount if wishes.most else math.inf
    if wishes.wishes:
        wish = min(
            _of_week(wishes.wishes), math.inf if any(w.interval and not w.part for w in wishes.wishes) else limit
        )
        words = " | ".join(dict.fromkeys(w.words for w in wishes.wishes))
        single = wishes.wishes[0] if len(wishes.wishes) == 1 else None
        every = f"one every {single.interval:.0f} min = " if single and single.interval else ""
        notes.understand("frequency wish", f"{every}{wish:.3g} a day", words)
    elif only := wishes.ceiling or wishes.most:
        wish, words = min(only.amount, float(MOST_A_DAY), limit), only.words
        if wishes.maximum and wishes.maximum.amount < awake:
            wish = min(wish, (limit + awake / wishes.maximum.amount) / 2)
        notes.assume("frequency wish", f"{wish:.3g} a day", f"only a limit is said: '{words}'; taken as the wish")
    elif wishes.maximum:
        wish = MAXIMUM_GAP_FACTOR * awake / wishes.maximum.amount
        notes.assume("frequency wish", f"{wish:.3g} a day", f"from the longest silence: '{wishes.maximum.words}'")
    elif wishes.vague:
        wish = wishes.vague.amount
        notes.assume("frequency wish", f"{wish:.3g} a day", f"no number is said: '{wishes.vague.words}'")
    elif wishes.minimum:
        wish = min(DEFAULT_WISH, awake / wishes.minimum.amount)
        notes.assume("frequency wish", f"{wish:.3g} a day", f"only the shortest gap is said: '{wishes.minimum.words}'")
    else:
        wish = DEFAULT_WISH
        notes.assume("frequency wish", f"{wish} a day", "nothing understood on how often")
    return max(0.2, min(wish, 40.0))


def _of_week(wishes: list[Said]) -> float:
    """The sum of a day's wishes; those for certain weekdays count by their share of the week, if others are named."""
    groups: dict[tuple[str, ...], float] = {}
    for wish in wishes:
        groups[wish.days] = groups.get(wish.days, 0.0) + wish.amount
    if len(groups) == 1:
        return next(iter(groups.values()))
    special = {day for days in groups if days != DAYS for day in days}
    shares = {days: len(days) if days != DAYS else len(DAYS) - len(special) for days in groups}
    return sum(amount * shares[days] for days, amount in groups.items()) / max(1, sum(shares.values()))


def _daily_maximum(wishes: Wishes, wish: float, awake: float, notes: Notes) -> int:
    if wishes.most:
        most = max(1, int(wishes.most.amount + 1e-9))
        notes.understand("frequency.daily_max", most, wishes.most.words)
        return most
    if wishes.tolerated:
        most = max(1, math.ceil(max(wish, wishes.tolerated.amount) - 1e-9))
        notes.understand("frequency.daily_max", most, wishes.tolerated.words)
        return most
    most = math.ceil(DAILY_MAXIMUM_FACTOR * wish - 1e-9)
    why = f"not said: 1.5 x {wish:.3g} a day, rounded up"
    if wishes.wishes and all(w.soft and (w.part or not w.interval) for w in wishes.wishes):
        many = sum(w.many for w in wishes.wishes)
        most, why = math.ceil(many - 1e-9), f"'{wishes.wishes[0].words}': that is enough"
    gap = wishes.ceiling.interval if wishes.ceiling else wishes.minimum.amount if wishes.minimum else 0.0
    room = wishes.ceiling.amount if wishes.ceiling else awake / gap if gap else math.inf
    if room < most:
        most, why = max(1, int(room)), "not said: as many as the minimum gap leaves room for"
    if most > max(MOST_A_DAY, math.ceil(wish)):
        most, why = max(MOST_A_DAY, math.ceil(wish)), "not said: 1.5 x the wish would be more than a person bears"
    most = min(max(1, most), 40)
    notes.assume("frequency.daily_max", most, why)
    return most


def _minimum_gap(wishes: Wishes, wish: float, awake: float, notes: Notes) -> float:
    if wishes.minimum:
        notes.understand("frequency.min_gap", f"{wishes.minimum.amount:.0f} min", wishes.minimum.words)
        return wishes.minimum.amount
    if wishes.ceiling:
        notes.understand("frequency.min_gap", f"{wishes.ceiling.interval:.0f} min", wishes.ceiling.words)
        return wishes.ceiling.interval
    soft = wishes.spaced or any(w.soft for w in wishes.wishes)
    share = SPACED_GAP_SHARE if soft else MINIMUM_GAP_SHARE
    interval = min([awake / wish, *(w.interval for w in wishes.wishes if w.interval)])
    gap = min(max(SHORTEST_MINIMUM_GAP, share * interval), 240.0)
    notes.assume("frequency.min_gap", f"{gap:.0f} min", f"not said: {share:g} of the wished interval, 15 to 240 min")
    return gap
