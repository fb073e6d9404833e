"""What the settings mean for the learner: costs, limits, ideas that are never touched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from edge_assistant.domain import SENSITIVE_TOPICS
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.settings import Settings
from edge_assistant.trigger.limits import Limits
from edge_assistant.trigger.receptivity import Costs

FALSE_ALARM = {"off": 1.0, "rare": 2.5, "normal": 1.0, "chatty": 0.5}
"""By what a level multiplies the cost of a false alarm. Normal leaves it as it is."""

LEAST_CHATTY_GAP = 0.5
"""Chatty halves the least gap."""


def costs_of(settings: Settings) -> Costs:
    """The trigger's costs at the level that is set."""
    costs = settings.costs.model_dump()
    return Costs(**{**costs, "false_alarm": costs["false_alarm"] * FALSE_ALARM[settings.presence.level]})


def limits_of(settings: Settings) -> Limits:
    """The hard limits."""
    limits = settings.limits.model_dump(exclude={"before_appointment"})  # it hangs on the calendar: the service's
    factor = LEAST_CHATTY_GAP if settings.presence.level == "chatty" else 1.0
    return Limits(**{**limits, "least_gap": limits["least_gap"] * factor})


def forbidden_ideas(base: KnowledgeBase, never: Sequence[str]) -> frozenset[str]:
    """Ids of the ideas that touch a forbidden topic, or have a forbidden word in their text or category."""
    topics = {word.lower().replace(" ", "_") for word in never} & set(SENSITIVE_TOPICS)
    words = [re.escape(word.lower()) for word in never if word.strip()]
    pattern = re.compile(r"\b(?:" + "|".join(words) + r")", re.I) if words else None
    return frozenset(
        idea.id
        for idea in base.ideas
        if topics.intersection(idea.topics)
        or (pattern is not None and (pattern.search(idea.text) or pattern.search(idea.category)))
    )
