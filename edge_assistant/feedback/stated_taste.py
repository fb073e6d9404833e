"""What a person says outright that they like or do not: ideas that they point at, and things in their own words.

A word of theirs is evidence like any other, stronger than a single answer but no law: what follows can still move it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge_assistant.domain import Context
from edge_assistant.loop.learner import Learner

LIKED, DISLIKED = (0.95, 0.05), (0.05, 0.95)
"""Likelihoods of the word under 'pleases' and 'does not'."""

NEAREST = 3
"""Ideas that free words stand for."""
LEAST_LIKENESS = 0.2
OWN_WORDS = 1.0
"""Variance that free words give to the liking of all that is like them: an activity that was merely seen gives .15."""


def state_tastes(learner: Learner, context: Context, words: Sequence[str], likelihoods: tuple[float, float]) -> None:
    """Learn likes, or dislikes.

    Args:
        learner: of the person.
        context: an ordinary moment.
        words: ids of ideas, or free words such as 'birds and binoculars'.
        likelihoods: `LIKED` or `DISLIKED`.
    """
    features = learner.features
    for word in (word.strip() for word in words):
        learner.taste_stated = learner.taste_stated or (bool(word) and likelihoods == LIKED)
        if word in features.base.by_id:
            state_idea(learner, context, features.base.index(word), likelihoods)
        elif word:
            likeness = features.likeness(word)
            near = [int(index) for index in np.argsort(-likeness, kind="stable")[:NEAREST]]
            near = [index for index in near if likeness[index] >= LEAST_LIKENESS]
            if near:
                learner.ranker.notice(likeness, OWN_WORDS)
            for index in near:
                state_idea(learner, context, index, likelihoods)


def state_idea(learner: Learner, context: Context, index: int, likelihoods: tuple[float, float]) -> None:
    """Learn a word for or against one idea, by its place in the knowledge base."""
    _, row = learner.ranker.chance_of_idea(learner.liking(context, index), index)
    learner.ranker.model.learn(row, *likelihoods)
