"""What was said of late, over the ideas of a knowledge base."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from edge_assistant.context.history import LEAST_REST, History
from edge_assistant.domain import Context
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.fitting import fitting
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.ranker.repeats import Repeated, RepeatModel

FloatArray = NDArray[np.float64]

ALIKE = 0.8
"""Cosine of two texts from which on hearing one is taken for hearing the other."""
ONE_SUBJECT = 0.6
"""Cosine from which on two texts are about one subject, which is enough for a day: an owl at nine, no owl at half past
ten."""


def heard(history: History, base: KnowledgeBase, now: datetime) -> FloatArray:
    """(n,) how often each idea was heard in the last 7 days."""
    counts = np.zeros(len(base))
    for idea_id, count in history.heard(now).items():
        if idea_id in base.by_id:
            counts[base.index(idea_id)] = count
    return counts


def of_todays_subjects(history: History, features: FeatureMaker, now: datetime) -> NDArray[np.bool_]:
    """(n,) ideas about what was heard of within `LEAST_REST`."""
    lately = [name for name, passed in history.last_heard(now).items() if passed < LEAST_REST]
    places = [features.base.index(name) for name in lately if name in features.base.by_id]
    vectors = features.idea_vectors
    return np.asarray((vectors @ vectors[places].T >= ONE_SUBJECT).any(axis=1))


def days_since(history: History, features: FeatureMaker, now: datetime) -> FloatArray:
    """(n,) days since each idea, or one that means nearly the same, was heard; inf where none was."""
    days = np.full(len(features.base), np.inf)
    for idea_id, passed in history.last_heard(now).items():
        if idea_id in features.base.by_id:
            place = features.base.index(idea_id)
            alike = features.idea_vectors @ features.idea_vectors[place] >= ALIKE
            alike[place] = True
            days[alike] = np.minimum(days[alike], passed.total_seconds() / 86400)
    return days


def repeated(
    history: History,
    features: FeatureMaker,
    repeats: RepeatModel,
    context: Context,
    has: Collection[str],
    never: Collection[str] = (),
) -> Repeated:
    """Which ideas were heard when, and which may be said again.

    Args:
        history: of what was said.
        features: over the ideas.
        repeats: how soon the person is willing to hear one again.
        context: the moment.
        has: the things that the person is known to have; an idea that needs another is not for them.
        never: ids of ideas that must not be said at all.
    """
    now = context.time
    days = days_since(history, features, now)
    fresh = repeats.fresh(days)
    fresh[of_todays_subjects(history, features, now)] = 0.0
    base = features.base
    fresh[~(fitting(base, context) & base.possible(has))] = 0.0
    for idea_id in never:
        if idea_id in base.by_id:
            fresh[base.index(idea_id)] = 0.0
    quiet = history.resting_categories(now)
    if quiet:
        fresh[[idea.category in quiet for idea in base.ideas]] = 0.0
    return Repeated(days, fresh)
