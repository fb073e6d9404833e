"""How long each activity took, today or in the days up to now."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from edge_assistant.context.local_time import DAY_BEGINS, day_of, in_form_of, local
from edge_assistant.service.answers.known import Known
from edge_assistant.service.rpc.protocol import TimeTotal
from edge_assistant.service.state import ServiceState


def time_totals(service: ServiceState, days: int = 1) -> tuple[TimeTotal, ...]:
    """Activities with their minutes, the longest first.

    Args:
        service: whose memory is read.
        days: 1 for today alone, 7 for this day and the six before.
    """
    with service.lock:
        now = service.clock.now()
        first = day_of(now) - timedelta(days=max(days, 1) - 1)
        minutes: defaultdict[tuple[str, str], float] = defaultdict(float)
        for stretch in Known(service).lived(in_form_of(now, local(now, first) + DAY_BEGINS), now):
            minutes[stretch.text, stretch.kind] += stretch.minutes
    found = [TimeTotal(text, kind, each) for (text, kind), each in minutes.items() if each >= 1]
    return tuple(sorted(found, key=lambda total: -total.minutes))
