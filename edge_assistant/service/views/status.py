"""How things are, for every screen and script."""

from __future__ import annotations

from datetime import timedelta

from edge_assistant.service.rpc.protocol import (
    AbilityView,
    ActivityView,
    ModelView,
    Status,
    Today,
    Training,
)
from edge_assistant.service.state import ServiceState


def status_of(service: ServiceState, training: Training, pid: int) -> Status:
    """The present state of a service."""
    with service.lock:
        decision, presence, reading = service.decision, service.presence, service.reading
        stack = service.undo.items()
        return Status(
            state=_state(service),
            paused_until=presence.paused_until if presence.paused else None,
            private=presence.private,
            activity=_activity(service),
            chance=decision.chance if decision is not None else None,
            threshold=decision.assessment.threshold if decision is not None else None,
            forbidden=service.forbidden,
            next_event=reading.next_event if reading is not None else None,
            level=service.settings.presence.level,
            sources=service.source_states,
            model=_model(service),
            adapter=service.model.adapter if service.model is not None else "",
            training=training,
            today=_today(service),
            time=service.clock.now(),
            pid=pid,
            home=str(service.home),
            notice=service.trouble
            or "; ".join(
                filter(
                    None,
                    (
                        _model_trouble(service),
                        *service.news,
                        *service.rules.now().problems,
                        *service.supply.notices,
                        service.notice,
                    ),
                )
            ),
            setup_done=presence.setup_done,
            review=service.review_waits,
            likes=tuple(service.assistant.learner.stated.likes),
            dislikes=tuple(service.assistant.learner.stated.dislikes),
            undo=stack[-1]["what"] if stack else "",
        )


def _state(service: ServiceState) -> str:
    if service.presence.paused:
        return "paused"
    if service.model is None or service.model.state in ("none", "failed"):
        return "choosing-only"
    if service.model.state in ("loading", "restarting"):
        return service.model.state
    return "ready" if service.model.can_write else "choosing-only"


def _activity(service: ServiceState) -> ActivityView:
    reading = service.reading
    if reading is None or service.presence.private:
        return ActivityView()
    return ActivityView(reading.activity, reading.kind, reading.source, reading.since, reading.confidence)


def _model(service: ServiceState) -> ModelView:
    model = service.model
    if model is None:
        return ModelView("", False, "none", "no model is in use")
    may = tuple(AbilityView(**each) for each in model.abilities)
    return ModelView(model.name, model.can_write, model.state, model.detail, may)


def _model_trouble(service: ServiceState) -> str:
    model = service.model
    return f"working without a model: {model.detail}" if model is not None and model.state == "failed" else ""


def _today(service: ServiceState) -> Today:
    limits, now = service.settings.limits, service.clock.now()
    lately = service.feed.between(now - timedelta(hours=1), None)
    return Today(
        suggestions=service.assistant.learner.history.spoken_today,
        this_hour=sum(not row.entry.requested for row in lately),
        per_day=limits.per_day,
        per_hour=limits.per_hour,
    )
