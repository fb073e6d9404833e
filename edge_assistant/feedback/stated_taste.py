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

    Free words become features of all ideas (`ranker.features.Stated`); an idea that is pointed at is one judgement.

    Args:
        learner: of the person.
        context: an ordinary moment.
        words: ids of ideas, or free words such as 'birds and binoculars'.
        likelihoods: `LIKED` or `DISLIKED`.

    Returns:
        What was learned, for `take_back`.
    """
    base, stated = learner.features.base, learner.stated
    lessons = []
    for word in (word.strip() for word in words):
        if word in base.by_id:
            lessons.append(state_idea(learner, context, base.index(word), likelihoods))
        elif word:
            (stated.likes if likelihoods == LIKED else stated.dislikes)[word] = learner.features.likeness(word)
    stated.changed()
    learner.learned()
    return lessons


def state_idea(learner: Learner, context: Context, index: int, likelihoods: tuple[float, float]) -> Lesson:
    """Learn a word for or against one idea, by its place in the knowledge base."""
    ranker, model = learner.ranker, learner.ranker.model
    _, shared = ranker.chance_of_idea(learner.sight(context), index)
    ranker.learn(index, shared, 0.5, 0.5)  # gives the idea an effect of its own, and teaches nothing
    row = ranker.row(index, shared)
    mean, variance = model.moments(row)
    model.learn(row, *likelihoods)
    now_mean, now_variance = model.moments(row)
    precision, shift = 1 / now_variance - 1 / variance, now_mean / now_variance - mean / variance
    return Lesson(learner.features.base.ideas[index].id, tuple(shared.tolist()), precision, shift)


def take_back(learner: Learner, word: str, lessons: Sequence[Lesson] = ()) -> None:
    """As if a word had not been said: own words are no features any more, and what was learned of ideas is divided out.

    Ideas that are gone cost nothing.
    """
    learner.stated.likes.pop(word, None)
    learner.stated.dislikes.pop(word, None)
    learner.stated.changed()
    ranker, model, base = learner.ranker, learner.ranker.model, learner.features.base
    for lesson in lessons:
        if lesson.idea not in base.by_id or base.index(lesson.idea) not in ranker.judged:
            continue
        row = ranker.row(base.index(lesson.idea), np.array(lesson.features))
        gained = model.covariance @ row
        mean, variance = model.moments(row)
        without = 1 / max(1 / variance - lesson.precision, LEAST_SHARE / variance)
        shift = without * (mean / variance - lesson.shift) - mean
        model.mean += gained * shift / variance
        model.covariance += np.outer(gained, gained) * (without - variance) / variance**2
    learner.learned()
