"""What a person says outright that they like or do not: ideas that they point at, and things in their own words.

A word of theirs is evidence like any other, stronger than a single answer but no law: what follows can still move it.
It can be taken back at any time, whatever was learned since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
LEAST_SHARE = 0.05
"""Of the precision of an idea's liking, what is left at least when a word about it is taken back."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a word taught about one idea: a Gaussian factor along the idea's features.

    Attributes:
        idea: its id.
        features: the ones that ideas share, at the moment of the word.
        precision, shift: of the factor, in natural parameters.
    """

    idea: str
    features: tuple[float, ...]
    precision: float
    shift: float


def state_tastes(
    learner: Learner, context: Context, words: Sequence[str], likelihoods: tuple[float, float]
) -> list[Lesson]:
    """Learn likes, or dislikes.

    Args:
        learner: of the person.
        context: an ordinary moment.
        words: ids of ideas, or free words such as 'birds and binoculars'.
        likelihoods: `LIKED` or `DISLIKED`.

    Returns:
        What was learned, for `take_back`.
    """
    features = learner.features
    lessons = []
    for word in (word.strip() for word in words):
        learner.taste_stated = learner.taste_stated or (bool(word) and likelihoods == LIKED)
        if word in features.base.by_id:
            lessons.append(state_idea(learner, context, features.base.index(word), likelihoods))
        elif word:
            likeness = features.likeness(word)
            near = [int(index) for index in np.argsort(-likeness, kind="stable")[:NEAREST]]
            near = [index for index in near if likeness[index] >= LEAST_LIKENESS]
            if near:
                learner.ranker.notice(likeness, OWN_WORDS)
            lessons += [state_idea(learner, context, index, likelihoods) for index in near]
    return lessons


def state_idea(learner: Learner, context: Context, index: int, likelihoods: tuple[float, float]) -> Lesson:
    """Learn a word for or against one idea, by its place in the knowledge base."""
    model, shared = learner.ranker.model, learner.liking(context, index)
    _, row = learner.ranker.chance_of_idea(shared, index)
    mean, variance = model.moments(row)
    model.learn(row, *likelihoods)
    now_mean, now_variance = model.moments(row)
    return Lesson(
        learner.features.base.ideas[index].id,
        tuple(shared[0].tolist()),
        1 / now_variance - 1 / variance,
        now_mean / now_variance - mean / variance,
    )


def take_back(learner: Learner, lessons: Sequence[Lesson]) -> None:
    """Let go of what words taught, by dividing their factors out of the beliefs. Ideas that are gone cost nothing."""
    model, base = learner.ranker.model, learner.features.base
    for lesson in lessons:
        if lesson.idea not in base.by_id:
            continue
        row = np.zeros(len(model.mean))
        row[: len(lesson.features)] = lesson.features
        row[len(lesson.features) + base.index(lesson.idea)] = 1.0
        gained = model.covariance @ row
        mean, variance = model.moments(row)
        without = 1 / max(1 / variance - lesson.precision, LEAST_SHARE / variance)
        shift = without * (mean / variance - lesson.shift) - mean
        model.mean += gained * shift / variance
        model.covariance += np.outer(gained, gained) * (without - variance) / variance**2
    learner.learned()
