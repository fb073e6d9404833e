"""What was said of late, over the ideas of a knowledge base."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.history import History
from edge_assistant.ranker.ideas import KnowledgeBase


def heard(history: History, base: KnowledgeBase, now: datetime) -> NDArray[np.float64]:
    """(n,) how often each idea was heard in the last 7 days."""
    counts = np.zeros(len(base))
    for idea_id, count in history.heard(now).items():
        if idea_id in base.by_id:
            counts[base.index(idea_id)] = count
    return counts


def resting(history: History, base: KnowledgeBase, now: datetime, never: Collection[str] = ()) -> NDArray[np.bool_]:
    """(n,) ideas that must not be said now; `never` names those that must not be said at all."""
    rests = np.zeros(len(base), dtype=bool)
    for idea_id in (*history.resting(now), *never):
        if idea_id in base.by_id:
            rests[base.index(idea_id)] = True
    quiet = history.resting_categories(now)
    if quiet:
        rests |= np.array([idea.category in quiet for idea in base.ideas])
    return rests
