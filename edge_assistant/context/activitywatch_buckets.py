"""Which buckets of an ActivityWatch server tell of this computer, and how far its clock is from ours.

Servers in Python and in Rust tell in different fields when a bucket was last written to. Hosts get new names, and one
server may hold several machines.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

WATCHERS = {"currentwindow": "aw-watcher-window", "afkstatus": "aw-watcher-afk"}
"""Types of buckets, and the watcher that usually writes them."""

FORGOTTEN = timedelta(days=7)
"""A machine of our name that was silent for so long gives way to one that is alive: ours may have been renamed."""

STALE = timedelta(seconds=180)
"""A watcher whose last word is older than this is not running."""

AHEAD = timedelta(seconds=60)
"""Events that begin later than this after now are not believed."""

MOST_SKEW = timedelta(days=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def pick(buckets: Mapping[str, Mapping[str, Any]], moment: datetime) -> dict[str, str]:
    """The names of the buckets of one machine, by type; a type that it lacks is left out.

    Ours by its host name, domain aside; where there is none, or it has long been silent, the one most recently alive.
    Of a machine's buckets of a type the liveliest.
    """
    machines: dict[str, dict[str, tuple[datetime, str]]] = {}
    for name, bucket in buckets.items():
        kind = _kind(name, bucket)
        if kind:
            machine = machines.setdefault(_machine(name, bucket), {})
            machine[kind] = max(machine.get(kind, (LONG_AGO, "")), (last_written(bucket), name))
    if not machines:
        return {}
    newest = {machine: max(alive for alive, _ in kinds.values()) for machine, kinds in machines.items()}
    chosen = max(newest, key=lambda machine: newest[machine])
    ours = _label(socket.gethostname())
    if ours in machines and (newest[ours] > moment - FORGOTTEN or newest[chosen] <= moment - FORGOTTEN):
        chosen = ours
    return {kind: name for kind, (_, name) in machines[chosen].items()}


def _kind(name: str, bucket: Mapping[str, Any]) -> str:
    if bucket.get("type") in WATCHERS:
        return str(bucket["type"])
    return next((kind for kind, watcher in WATCHERS.items() if name.startswith(f"{watcher}_")), "")


def _machine(name: str, bucket: Mapping[str, Any]) -> str:
    host = bucket.get("hostname")
    known = isinstance(host, str) and host.lower() not in ("", "unknown")
    return _label(host if known else name.rpartition("_")[2])


def _label(host: object) -> str:
    """A host's name without its domain, which changes with the network."""
    return str(host).partition(".")[0].lower()


def last_written(bucket: Mapping[str, Any]) -> datetime:
    """When a bucket was last written to: `last_updated`, or `metadata.end` where a server leaves the former empty."""
    metadata = bucket.get("metadata")
    told = [bucket.get("last_updated"), metadata.get("end") if isinstance(metadata, Mapping) else None]
    return max((_time(each) for each in told), default=LONG_AGO)


def _time(text: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return LONG_AGO
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def end_of(event: Any) -> datetime:
    """When an event ended, UTC; lengths that cannot be are made ones that can."""
    end: datetime = event.timestamp + min(max(event.duration, timedelta(0)), FORGOTTEN)
    return end.astimezone(UTC)


def last_word(events: Sequence[Any]) -> datetime:
    """The end of the latest event, UTC; `LONG_AGO` for none."""
    return max(map(end_of, events), default=LONG_AGO)


class ClockSkew:
    """How far the clock of a server and its watchers is ahead of ours.

    Its clock is set right only where something else than the events speaks for it: what the server says of the time, or
    that its last word moves on as our clock does.
    """

    def __init__(self) -> None:
        self._before: tuple[datetime, datetime] | None = None

    def measure(self, latest: datetime, moment: datetime, server_ahead: timedelta) -> timedelta:
        """What is to be taken off the times of events.

        Args:
            latest: the last word of any watcher.
            moment: now, both UTC.
            server_ahead: what the server says of the time, less ours.
        """
        before, self._before = self._before, (latest, moment)
        ahead = latest - moment
        if latest == LONG_AGO or _lives(ahead) or abs(ahead) > MOST_SKEW:
            return timedelta(0)
        if abs(server_ahead) > AHEAD / 2 and _lives(ahead - server_ahead):
            return server_ahead
        if before is not None:
            moved, passed = latest - before[0], moment - before[1]
            if timedelta(0) < passed < 4 * STALE and abs(moved - passed) <= min(passed / 2, AHEAD / 2):
                return ahead
        return timedelta(0)


def _lives(ahead: timedelta) -> bool:
    return -STALE <= ahead <= AHEAD
