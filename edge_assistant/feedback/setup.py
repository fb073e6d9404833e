"""What a new person is asked once, in about two minutes; every question can be skipped.

Likes and dislikes in own words; groups of three examples, of which some are picked and some struck; pairs of wordings;
how many suggestions a day; how soon the same thing may come again; when a word is welcome; what they have of what many
people lack. The answers apply at once and stay visible and editable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from edge_assistant.domain import Context
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, state_idea, state_tastes
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.trigger.frequency import DAILY_MAXIMA
from edge_assistant.trigger.good_times import GoodTimes

GROUPS, GROUP_SIZE = 12, 3
MOMENT = Context(datetime(2026, 1, 5, 15, 0), "a pause")
"""The ordinary moment for which the questions are asked."""
PICKED, STRUCK = (0.8, 0.2), (0.1, 0.9)
"""Likelihoods of a picked and of a struck example under 'pleases' and 'does not': of three, the choice is relative."""
SLIP = 0.1
"""Chance that a preferred wording is not really preferred."""
DAILY_SPREAD = 0.4
"""Deviation, in logarithms, of the number a day that somebody names from the most that they want."""

REPEAT_DAYS = (3, 7, 14, 30)
"""Days after which the same thing may come again, to choose from."""

PAIRS: tuple[tuple[str, str], ...] = (
    (
        "Put a pan of soup on tonight.",
        "Put a pan of soup on tonight, since it simmers by itself while the rest of the evening goes on.",
    ),
    ("Put a pan of soup on tonight.", "Would a pan of soup suit you tonight?"),
    ("Put a pan of soup on tonight.", "You could put a pan of soup on tonight."),
    ("Put a pan of soup on tonight.", "Put a lovely pan of soup on tonight."),
)
"""Wordings that differ in one aspect each: length, question, softness, warmth."""


@dataclass(frozen=True, slots=True)
class SetupAnswers:
    """What was answered; everything may be empty.

    Attributes:
        likes, dislikes: in own words.
        picked, struck: ids of examples.
        wordings: (better, worse) sentences.
        alike: pairs of sentences of which neither is better.
        per_day: suggestions a day, or None.
        repeat_days: after which the same thing may be said again, or None.
        good_times, bad_times: occasions and hours at which a word is welcome, and is not, see `trigger.good_times`.
        has: some of `domain.THINGS`.
    """

    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    picked: tuple[str, ...] = ()
    struck: tuple[str, ...] = ()
    wordings: tuple[tuple[str, str], ...] = ()
    alike: tuple[tuple[str, str], ...] = ()
    per_day: int | None = None
    repeat_days: int | None = None
    good_times: tuple[str, ...] = ()
    bad_times: tuple[str, ...] = ()
    has: tuple[str, ...] = ()


def groups(features: FeatureMaker) -> list[tuple[int, ...]]:
    """Examples by place: of each category the one nearest to its middle, unlike ones together."""
    chosen = []
    for category in sorted(set(features.base.category_index.tolist())):
        places = np.flatnonzero(features.base.category_index == category)
        vectors = features.idea_vectors[places]
        chosen.append(int(places[np.argmax(vectors @ vectors.mean(axis=0))]))
    count = min(GROUPS, len(chosen) // GROUP_SIZE)
    return [tuple(chosen[number + count * member] for member in range(GROUP_SIZE)) for number in range(count)]


def apply(learner: Learner, answers: SetupAnswers) -> None:
    """Learn from the answers."""
    learner.told |= frozenset(answers.has)
    state_tastes(learner, MOMENT, answers.likes, LIKED)
    state_tastes(learner, MOMENT, answers.dislikes, DISLIKED)
    base = learner.features.base
    for ids, likelihoods in ((answers.picked, PICKED), (answers.struck, STRUCK)):
        for name in ids:
            if name in base.by_id:
                state_idea(learner, MOMENT, base.index(name), likelihoods)
    for better, worse in answers.wordings:
        learner.styles.learn_choice(better, worse, SLIP)
    for first, second in answers.alike:
        learner.styles.learn_alike(first, second)
    if answers.per_day is not None:
        told = np.exp(-0.5 * ((np.log(DAILY_MAXIMA) - np.log(max(answers.per_day, 1))) / DAILY_SPREAD) ** 2)
        learner.trigger.frequency.believe(learner.trigger.frequency.belief * told[None, :])
    if answers.repeat_days is not None:
        learner.repeats.told(answers.repeat_days)
    if answers.good_times or answers.bad_times:
        learner.good_times = GoodTimes(frozenset(answers.good_times), frozenset(answers.bad_times))
    learner.learned()


def without(answers: SetupAnswers, parts: Sequence[str]) -> SetupAnswers:
    """The answers with some questions skipped; for finding out what each is worth."""
    kept = {name: getattr(answers, name) for name in SetupAnswers.__dataclass_fields__ if name not in parts}
    return SetupAnswers(**kept)
