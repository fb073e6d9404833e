"""Moments in the person's local time, in the form in which the caller keeps them.

A caller's `now` is either naive (the computer's local time, as in a simulation) or aware. What is told back has the
same form, so that both can be compared.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timezone


def to_utc(moment: datetime) -> datetime:
    """The same moment in UTC; a naive one is the computer's local time."""
    return moment.astimezone(UTC)


def seconds_between(earlier: datetime, later: datetime) -> float:
    """Seconds that really pass from one moment to another, also over a change of the clock."""
    return (to_utc(later) - to_utc(earlier)).total_seconds()


def in_form_of(now: datetime, moment: datetime) -> datetime:
    """An aware `moment` in the local time and form of `now`."""
    if now.tzinfo is None:
        return moment.astimezone().replace(tzinfo=None)
    if _is_system_offset(now):
        # a fixed offset holds only until the next change of the clock: the system knows the one of `moment`
        return moment.astimezone()
    return moment.astimezone(now.tzinfo)


def local(now: datetime, day: date, clock: time = time.min) -> datetime:
    """A time of day on a day, as the person's clock shows it, aware. At a doubtful hour the first of the two."""
    naive = datetime.combine(day, clock.replace(tzinfo=None))
    if now.tzinfo is None or _is_system_offset(now):
        return naive.astimezone()
    return naive.replace(tzinfo=now.tzinfo)


def _is_system_offset(now: datetime) -> bool:
    """Whether `now` carries merely the offset that the computer's own zone has at that moment."""
    return isinstance(now.tzinfo, timezone) and now.utcoffset() == now.astimezone().utcoffset()
