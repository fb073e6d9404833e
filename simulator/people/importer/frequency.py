"""How often: counts a day, gaps and rates in prose, and from them the persona's two gaps and daily maximum."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.people.importer import quantities
from simulator.people.importer.quantities import Day
from simulator.people.importer.values import Clause, Notes, Rate, pattern
from simulator.people.persona import Frequency

SILENCE, MOST, GAP = 1.5, 1.5, 0.4
"""The longest silence and the shortest gap in units of the wished interval, the daily maximum in that of the wish."""
ORDINARY_WISH, FEW, MANY = 4.0, 2.0, 8.0
"""Suggestions a day that are assumed where no number is read, and meant by 'rarely' and 'often'."""
SHORTEST_GAP, LONGEST_ASSUMED_GAP = 15.0, 240.0
PART_OF_DAY = 0.6  # share of the awake day for which an hourly wish holds that names an activity

_NUMBER = r"(\d+)(?:,?\s*(?:to|or|-|\u2013|maybe|perhaps)+\s*(\d+))?(?!\d*[:.]\d)"
_BARE = re.compile(rf"{_NUMBER}(?!\s*(?:hour|minute|am|pm|o'clock))")
_INTERVAL, _LIMIT, _OF_PART, _OF_DAY = (
    re.compile(pattern("frequency", name).pattern.replace("NUMBER", _NUMBER))
    for name in ("interval", "limit", "of_part", "of_day")
)


def read(clauses: Sequence[Clause], day: Day) -> list[Rate]:
    """The numbers in clauses on how often; hourly wishes are counted over the part of the day that they name."""
    return [rate for clause in clauses for rate in _rates(clause, day.sleep - day.wake)]


def _middle(*numbers: str | None) -> float:
    given = [float(number) for number in numbers if number]
    return sum(given) / len(given)


def _rates(clause: Clause, awake: float) -> list[Rate]:
    text = quantities.plain(clause.text)
    longest, gap = (pattern("frequency", name).search(text) for name in ("longest", "gap"))
    found: list[Rate] = []
    wish = 0.0
    every = next((match for match in _INTERVAL.finditer(text) if match[1] or match[2]), None)
    limited = pattern("frequency", "limited").search(text[: every.start()]) if every else None
    if every and (limited or longest or not gap or every[0].startswith(("every", "each", "per", "hourly"))):
        interval = max(_middle(every[2], every[3]) if every[2] else 1.0, 1.0) * (1 if every[4] == "minute" else 60)
        times = re.search(r"(\d+) times? $", text[: every.start()])
        part = re.search(r"\b(?:while|when|during|through|from|until|in my)\b", text)
        wish = awake * (PART_OF_DAY if part else 1.0) / interval * (float(times[1]) if times else 1.0)
        wish /= 2 if limited else 1  # 'no more than one an hour' limits the gap and wishes for less
        if limited or longest:
            found.append(Rate("gap" if limited else "silence", interval, clause))
        text = text[: limited.start() if limited else every.start()] + " " + text[every.end() :]
    if (length := quantities.minutes(text)) and gap:
        found.append(Rate("silence" if longest else "gap", length, clause))
    text = pattern("frequency", "no_counts").sub(" ", text)
    for match in _LIMIT.finditer(text):
        most = float(match[3] or match[2] or match[5] or match[4])
        found.append(Rate("most", max(1.0, most - bool(match[1])), clause))
    text = _LIMIT.sub(" ", text)
    parts = [_middle(match[1], match[2]) for match in _OF_PART.finditer(text)]
    daily = [_middle(m[1], m[2]) / (7 if m[3] == "week" else 1) for m in _OF_DAY.finditer(_OF_PART.sub(" ", text))]
    bare = _BARE.search(text) if not (parts or daily or found or wish) else None
    wish += sum(parts) or (daily[0] if daily else 0.0) or (_middle(bare[1], bare[2]) if bare else 0.0)
    few, many = (pattern("frequency", name).search(text) for name in ("few", "many"))
    wish = wish or (0.0 if found else FEW if few else MANY if many else 0.0)
    return [*([Rate("wish", min(wish, 40.0), clause)] if wish else []), *found]


def settle(rates: Sequence[Rate], day: Day, notes: Notes) -> Frequency:
    """The persona's gaps and daily maximum; of contradicting numbers the stricter one holds, of wishes the first."""
    values: dict[str, list[float]] = {"wish": [], "most": [], "gap": [], "silence": []}
    for rate in rates:
        values[rate.what].append(rate.value)
        notes.understand(f"frequency {rate.what}", f"{rate.value:.4g}", rate.clause)
    awake = day.sleep - day.wake
    most = min(values["most"], default=None)
    gap = min(max(values["gap"], default=0.0), 720.0)
    silence = min(values["silence"], default=None)
    if values["wish"]:
        wish = values["wish"][0]
    else:
        wish = 0.75 * most if most else awake / (2.5 * gap) if gap else awake / silence if silence else ORDINARY_WISH
        notes.assume("frequency wish", f"{wish:.1f} a day", "no number was read on it")
    wish = max(0.5, min(wish, most or wish))
    if most is None:
        most = min(20.0, round(wish * MOST) if wish > 1 else 1.0)
        notes.assume("frequency.daily_max", f"{most:g}", "one and a half times the wish")
    if not gap:
        gap = min(max(SHORTEST_GAP, GAP * awake / wish), LONGEST_ASSUMED_GAP if wish > 2 else 120.0)
        notes.assume("frequency.min_gap", f"{gap:.0f} min", "a share of the wished interval")
    gap = max(gap, 5.0)
    longest = silence or max(SILENCE * awake / wish, 1.5 * gap)
    longest = min(max(longest, gap + 15, 20.0), 1440.0)
    return Frequency(min_gap=round(gap, 1), max_gap=round(longest, 1), daily_max=int(min(max(most, 1), 40)))
