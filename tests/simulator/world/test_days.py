"""Days that somebody could have lived: nothing twice that one does once, pastimes at their hours, other weekends."""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.people.persona import packaged
from simulator.people.routine import within
from simulator.world.life import LifeDay, live_day
from simulator.world.plan import everyday

ONCE = ("media", "walk", "meal", "exercise", "company", "bathing", "errand", "call")
DAYS = range(1, 8)


def told(day: LifeDay) -> list[tuple[str, str]]:
    return [(activity.text, activity.kind) for activity in day.activities if not activity.continued]


@pytest.mark.parametrize("persona", packaged(), ids=lambda persona: persona.id)
def test_nothing_is_done_twice_that_one_does_once(persona):
    fixed = {point.text for point in persona.routine}
    for number in DAYS:
        counts = Counter(told(live_day(persona, number, 7)))
        twice = [(text, n) for (text, kind), n in counts.items() if n > 1 and kind in ONCE and text not in fixed]
        assert not twice, f"day {number}: {twice}"


@pytest.mark.parametrize("persona", packaged()[:8], ids=lambda persona: persona.id)
def test_pastimes_keep_their_hours_and_their_share_of_the_day(persona):
    pastimes = {pastime.text: pastime for pastime in (*everyday(), *persona.pastimes)}
    late = [p.text for p in everyday() if p.most > 1]
    for number in DAYS:
        day = live_day(persona, number, 7)
        counts = Counter(text for text, _ in told(day))
        for activity in day.activities:
            pastime = pastimes.get(activity.text)
            if pastime is None or activity.continued or activity.text in late:
                continue
            minute = activity.start.hour * 60 + activity.start.minute
            assert within(pastime.start, pastime.end, minute), f"{activity.text} at {activity.start:%H:%M}"
            assert counts[activity.text] <= pastime.most + sum(p.text == activity.text for p in persona.routine)


def test_most_of_a_day_is_the_persons_own():
    own = {p.text for p in everyday()}
    shares = []
    for persona in packaged():
        day = live_day(persona, 3, 7)
        ordinary = sum((a.end - a.start).total_seconds() for a in day.activities if a.text in own)
        shares.append(ordinary / sum((a.end - a.start).total_seconds() for a in day.activities))
    assert sum(shares) / len(shares) < 0.3 and max(shares) < 0.6


def test_a_weekend_is_another_day_than_a_working_day():
    differ = 0
    for persona in packaged():
        working, free = (Counter(kind for _, kind in told(live_day(persona, n, 7))) for n in (3, 6))
        differ += working != free
    assert differ >= 30
