"""A decision of the learner as JSON and back, so that an answer teaches also after a restart."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

import numpy as np

from edge_assistant.domain import CalendarEntry, Context, Style
from edge_assistant.loop.decision import Decision
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.ranker.preference import Ranked
from edge_assistant.trigger.receptivity import Assessment


def decision_to_dict(decision: Decision, idea_ids: list[str]) -> dict[str, Any]:
    """JSON-ready form of a decision that was spoken.

    Args:
        decision: with a ranked idea.
        idea_ids: of the knowledge base, in its order.
    """
    ranked = decision.ranked
    assert ranked is not None
    return {
        "context": context_to_dict(decision.context),
        "moment": decision.moment.tolist(),
        "assessment": asdict(decision.assessment),
        "since_spoken": decision.since_spoken,
        "spoken_today": decision.spoken_today,
        "idea": idea_ids[ranked.index],
        "chance": ranked.chance,
        "features": ranked.features.tolist(),
        "fresh": ranked.fresh,
        "days": ranked.days if np.isfinite(ranked.days) else None,
        "alternatives": [idea_ids[index] for index in ranked.alternatives],
        "manner": asdict(decision.style),
        "text": decision.text,
        "requested": decision.requested,
        "offset": decision.offset,
    }


def decision_from_dict(data: dict[str, Any], index_of: dict[str, int]) -> Decision | None:
    """Inverse of `decision_to_dict`, for a knowledge base that may have changed.

    Args:
        data: what `decision_to_dict` gave.
        index_of: places of the ideas in today's knowledge base.

    Returns:
        None where the idea is gone, or was described by the features of another version.
    """
    index = index_of.get(data["idea"])
    features = np.asarray(data["features"], dtype=float)
    if index is None or len(features) != len(LIKING_NAMES):
        return None
    others = tuple(index_of[idea] for idea in data["alternatives"] if idea in index_of)
    return Decision(
        context=context_from_dict(data["context"]),
        moment=np.asarray(data["moment"], dtype=float),
        # Earlier decisions were stored with more about themselves.
        assessment=Assessment(**{name: data["assessment"][name] for name in Assessment.__slots__}),
        since_spoken=data["since_spoken"],
        spoken_today=data["spoken_today"],
        ranked=Ranked(
            index,
            data["chance"],
            features,
            others,
            data.get("fresh", 1.0),
            float("inf") if data.get("days") is None else data["days"],
        ),
        speak=True,
        style=Style(**data["manner"]),
        text=data["text"],
        requested=data["requested"],
        offset=data.get("offset", 0.0),  # what was said before there was one
    )


def context_to_dict(context: Context) -> dict[str, Any]:
    """JSON-ready form of a context; the calendar's other appointments are nobody's business later."""
    return {
        "time": context.time.isoformat(),
        "activity": context.activity,
        "room": context.room,
        "activity_minutes": context.activity_minutes,
        "awake_minutes": context.awake_minutes,
        "request": context.request,
        "blocked": context.blocked,
    }


def context_from_dict(data: dict[str, Any]) -> Context:
    """Inverse of `context_to_dict`."""
    calendar: tuple[CalendarEntry, ...] = ()
    return Context(**{**data, "time": datetime.fromisoformat(data["time"]), "calendar": calendar})
