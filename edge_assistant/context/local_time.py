"""Moments in the person's local time, in the form in which the caller keeps them.

A caller's `now` is either naive (the computer's local time, as in a simulation) or aware. What is told back has the
same form, so that both can be compared.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

JUMP_SECONDS = 900.0
"""A longer silence between two looks means that the computer slept, or that the clock was set."""

DAY_BEGINS = timedelta(hours=4)
"""Until this hour a late evening belongs to the day before."""


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is the computer's local time."""
    return moment.astimezone(UTC)


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Seconds that really pass from one moment to another, also over a change of the clock."""
    return (to_utc(later) - to_utc(earlier)).total_seconds()


def minutes_between(earlier: datetime, later: datetime) -> float:
    """The same in minutes, and 0 where `later` is earlier."""
    return max(seconds_between(earlier, later) / 60, 0.0)


def day_of(moment: datetime) -> date:
    """The day that a moment counts for, on the person's clock: a late evening goes on until `DAY_BEGINS`."""
    return (moment - DAY_BEGINS).date()


def in_form_of(now: datetime, moment: datetime) -> datetime:
    """An aware `moment` in the local time and form of `now`."""
    if now.tzinfo is None:
        return moment.astimezone().replace(tzinfo=None)
    if is_system_offset(now):
        # a fixed offset holds only until the next change of the clock: the system knows the one of `moment`
        return moment.astimezone()
    return moment.astimezone(now.tzinfo)


def local(now: datetime, day: date, clock: time = time.min) -> datetime:
    """A time of day on a day, as the person's clock shows it, aware. At a doubtful hour the first of the two."""
    naive = datetime.combine(day, clock.replace(tzinfo=None))
    if now.tzinfo is None or is_system_offset(now):
        return naive.astimezone()
    return naive.replace(tzinfo=now.tzinfo)


def spoken(now: datetime, moment: datetime) -> str:
    """A moment as one says it today: '10:30', 'tomorrow 10:30', 'Wednesday 10:30', '4 December 10:30'."""
    there = in_form_of(now, to_utc(moment))
    days = (there.date() - now.date()).days
    if days == 0:
        return f"{there:%H:%M}"
    if abs(days) == 1:
        return f"{'tomorrow' if days > 0 else 'yesterday'} {there:%H:%M}"
    return f"{there:%A %H:%M}" if 1 < days < 7 else f"{there.day} {there:%B %H:%M}"


def spoken_day(now: datetime, moment: datetime) -> str:
    """The day of a moment: 'today', 'tomorrow', 'Wednesday', '4 December'."""
    said = spoken(now, moment).rpartition(" ")[0]
    return said or "today"


def tomorrow(now: datetime) -> datetime:
    """The person's next midnight, aware."""
    return local(now, now.date() + timedelta(days=1))


def is_system_offset(now: datetime) -> bool:
    """Whether `now` carries merely the offset that the computer's own zone has at that moment."""
    return isinstance(now.tzinfo, timezone) and now.utcoffset() == now.astimezone().utcoffset()
