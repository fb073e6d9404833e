"""How things are, for every screen and script."""

from __future__ import annotations

from datetime import timedelta

from edge_assistant.service.rpc.protocol import (
    ActivityView,
    CalendarView,
    ModelView,
    SourceState,
    Status,
    Today,
    Training,
)
from edge_assistant.service.state import Body


def status_of(body: Body, training: Training, pid: int) -> Status:
    """The present state of a core."""
    with body.lock:
        choice, presence, reading = body.choice, body.presence, body.reading
        event = reading.next_event if reading is not None else None
        stack = body.learned.undo_stack()
        return Status(
            state=_state(body),
            paused_until=presence.paused_until if presence.paused else None,
            private=presence.private,
            activity=_activity(body),
            chance=choice.chance if choice is not None else None,
            threshold=choice.assessment.threshold if choice is not None else None,
            forbidden=body.forbidden,
            next_event=CalendarView(event.title, event.start, event.end, event.busy) if event is not None else None,
            level=body.settings.presence.level,
            sources=tuple(SourceState(s.name, s.on, s.state, s.detail) for s in body.source_states),
            model=_model(body),
            adapter=body.model.adapter if body.model is not None else "",
            training=training,
            today=_today(body),
            time=body.clock.now(),
            pid=pid,
            home=str(body.home),
            notice=body.notice,
            setup_done=presence.setup_done,
            undo=stack[-1]["what"] if stack else "",
        )


def _state(body: Body) -> str:
    if body.presence.paused:
        return "paused"
    if body.model is None or body.model.state in ("none", "failed"):
        return "choosing-only"
    if body.model.state in ("loading", "restarting"):
        return body.model.state
    return "ready" if body.model.can_write else "choosing-only"


def _activity(body: Body) -> ActivityView:
    reading = body.reading
    if reading is None or body.presence.private:
        return ActivityView()
    return ActivityView(reading.activity, reading.kind, reading.source, reading.since, reading.confidence)


def _model(body: Body) -> ModelView:
    model = body.model
    if model is None:
        return ModelView("", False, "none", "no model is in use")
    return ModelView(model.name, model.can_write, model.state, model.detail)


def _today(body: Body) -> Today:
    limits, now = body.settings.limits, body.clock.now()
    lately = body.feed.between(now - timedelta(hours=1), None)
    return Today(
        suggestions=body.assistant.learner.history.spoken_today,
        this_hour=sum(not row.entry.requested for row in lately),
        per_day=limits.per_day,
        per_hour=limits.per_hour,
    )
