"""The review: a few cards that a person may answer once a day, on their own initiative, one key each.

A card asks whether an idea would have pleased at a moment of today, whether a moment of today would have been a good
one, or which of two wordings is better. Cards are chosen by what their answer is expected to change, diverse, never
twice. After the cards there may be one open question: what else the person enjoys. No list of ideas tells as much.

    for card in review.cards(learner, seen, count=8):
        review.learn(learner, card, "yes")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.prepared import variants
from edge_assistant.domain import Context
from edge_assistant.learning.probit import chance_of, chances_of
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.trigger.waiting import Sight

FloatArray = NDArray[np.float64]

CARDS = 8
MOMENT_SHARE, WORDING_CARDS = 0.375, 1
"""Of the cards, those about moments; and how many are about wordings while the style is unsure."""
CANDIDATES = 120
"""Ideas among which those to ask about are chosen."""
TOO_ALIKE = 0.55
"""Cosine of two texts from which on they are not asked about on the same day."""
SURE_OF_STYLE = 0.93
OPTIMISM = 1.0
"""Standard deviations by which an unsure idea is raised: a card costs nobody an interruption."""

MOST_LIKES = 6
"""Things that a person has said they enjoy, from which on no more are asked for."""
PASSED_OVER = 2
"""So often the open question is left unanswered until it is asked no more."""

Answer = Literal["yes", "no", "skip"]


@dataclass(frozen=True, slots=True)
class Card:
    """One question.

    Attributes:
        kind: 'idea', 'moment' or 'wording'.
        context: the moment of today that it is about.
        idea: place of the idea; -1 for a moment.
        texts: two wordings; 'yes' is for the first. '' but for a wording card.
        chance: that the answer is yes, as believed before.
    """

    kind: Literal["idea", "moment", "wording"]
    context: Context
    idea: int = -1
    texts: tuple[str, str] = ("", "")
    chance: float = 0.5


Wordings = Callable[[int, Context], Sequence[str]]
"""The sentences that there are for an idea at a moment."""


def cards(learner: Learner, seen: Sequence[Sight], count: int = CARDS, wordings: Wordings | None = None) -> list[Card]:
    """Cards for today.

    Args:
        learner: of the person.
        seen: the moments of today.
        count: at most so many cards.
        wordings: the sentences of an idea; None asks about none.
    """
    if not seen or count < 1:
        return []
    contexts = [Context(s.time, s.activity, s.room, s.activity_minutes) for s in seen]
    chances = _moments(learner, contexts)
    moments = _moment_cards(learner, contexts, chances, round(count * MOMENT_SHARE))
    unsure = wordings is not None and learner.styles.best_chance() < SURE_OF_STYLE
    # a wording is asked about one of the ideas
    asked_style = WORDING_CARDS if unsure and count - len(moments) > WORDING_CARDS else 0
    ideas = _idea_cards(learner, contexts, chances, count - len(moments) - asked_style)
    found = [*ideas, *moments]
    if asked_style and wordings is not None and ideas:
        wording = _wording_card(learner, ideas[0], wordings)
        found += [wording] if wording is not None else []
    return found


def learn(learner: Learner, card: Card, answer: Answer) -> None:
    """Learn from the answer to a card; 'skip' teaches only that it was asked."""
    learner.asked.add(card_key(card, learner))
    if answer == "skip" or learner.frozen:
        return
    slip = learner.card_model.slip()
    one, zero = (1 - slip, slip) if answer == "yes" else (slip, 1 - slip)
    if card.kind == "wording":
        first, second = card.texts
        better, worse = (first, second) if answer == "yes" else (second, first)
        learner.styles.learn_choice(better, worse, slip)
    elif card.kind == "moment":
        moment = learner.moment(replace(card.context))
        learner.card_model.learn(_right(learner.trigger.timing.chance(moment), answer))
        learner.trigger.timing.learn(moment, one, zero)
    else:
        chance, features = learner.ranker.chance_of_idea(learner.sight(card.context), card.idea)
        learner.card_model.learn(_right(chance, answer))
        learner.ranker.learn(card.idea, features, one, zero)
    learner.learned()


def asks_for_like(learner: Learner) -> bool:
    """Whether today's review may end with the question what else the person enjoys."""
    passed_over = sum(key.startswith("like passed over") for key in learner.asked)
    wanted = len(learner.stated.likes) < MOST_LIKES and passed_over < PASSED_OVER
    return wanted and not learner.frozen and f"like {learner.history.days}" not in learner.asked


def asked_for_like(learner: Learner, told: bool) -> None:
    """Take note that the question was asked today, and whether something was told."""
    learner.asked.add(f"like {learner.history.days}")
    if not told:
        learner.asked.add(f"like passed over {learner.history.days}")


def card_key(card: Card, learner: Learner) -> str:
    """Names what a card asks, so that it is not asked twice."""
    if card.kind == "moment":
        return f"moment {card.context.activity} {card.context.time:%H}"
    return f"{card.kind} {learner.features.base.ideas[card.idea].id}"


def _right(chance: float, answer: Answer) -> float:
    return chance if answer == "yes" else 1 - chance


def _moments(learner: Learner, contexts: Sequence[Context]) -> FloatArray:
    rows = np.array([learner.moment(context) for context in contexts])
    timing = learner.trigger.timing
    return chances_of(rows @ timing.mean, np.einsum("ij,ij->i", rows @ timing.covariance, rows))


def _moment_cards(learner: Learner, contexts: Sequence[Context], chances: FloatArray, count: int) -> list[Card]:
    """The moments whose answer is least sure, never asked, each of another activity, weighed by how near they are to
    use.
    """
    worth = chances * (1 - chances) * (0.25 + chances)
    order = np.argsort(-worth, kind="stable")
    found: list[Card] = []
    activities: set[str] = set()
    for place in order.tolist():
        if len(found) == count:
            break
        card = Card("moment", contexts[place], chance=float(chances[place]))
        if card.context.activity in activities or card_key(card, learner) in learner.asked:
            continue
        activities.add(card.context.activity)
        found.append(card)
    return found


def _idea_cards(learner: Learner, contexts: Sequence[Context], chances: FloatArray, count: int) -> list[Card]:
    """Ideas never judged, the likeliest to become known to please first, for the moments that are good for a word."""
    good = np.argsort(-chances, kind="stable")[: max(3, len(chances) // 6)].tolist()
    topics = learner.topic_chances()
    found: list[Card] = []
    for number in range(count):
        context = contexts[good[number % len(good)]]
        sight = learner.sight(context)
        mean = learner.ranker.means(sight)
        fresh = learner.repeated(context).fresh
        open_ideas = (fresh > 0.5) & (topics > 0.5) & ~learner.ranker.owned
        open_ideas[list(learner.ranker.judged)] = False
        for card in found:
            open_ideas &= learner.features.idea_vectors @ learner.features.idea_vectors[card.idea] < TOO_ALIKE
        for key in learner.asked:
            kind, _, name = key.partition(" ")
            if kind == "idea" and name in learner.features.base.by_id:
                open_ideas[learner.features.base.index(name)] = False
        rough = np.where(open_ideas, mean, -np.inf)
        candidates = np.argsort(-rough, kind="stable")[:CANDIDATES]
        candidates = candidates[np.isfinite(rough[candidates])]
        if not len(candidates):
            break
        means, variances = learner.ranker.chances(sight, candidates)
        upper = (means + OPTIMISM * np.sqrt(variances)) / np.sqrt(1 + variances)
        best = int(np.argmax(upper))
        chance = chance_of(float(means[best]), float(variances[best]))
        found.append(Card("idea", context, int(candidates[best]), chance=chance))
    return found


def _wording_card(learner: Learner, about: Card, wordings: Wordings) -> Card | None:
    """Two sentences of one idea of which it is least sure which is better, likely ones first."""
    topics = learner.features.base.ideas[about.idea].topics
    texts = list(dict.fromkeys(wordings(about.idea, about.context)))
    if len(texts) < 2:
        return None
    fits = {text: learner.styles.chance(text, topics) for text in texts}
    order = sorted(texts, key=lambda text: -fits[text])
    first = order[0]
    second = max(order[1:], key=lambda text: learner.styles.disagreement(first, text))
    return Card("wording", about.context, about.idea, (first, second))


def shelf_cards(learner: Learner, context: Context, count: int = 3) -> list[Card]:
    """What lies on the shelf now: the ideas likeliest to please, different ones."""
    sight = learner.sight(context)
    fresh = learner.repeated(context).fresh
    mean = learner.ranker.means(sight) + np.log(np.maximum(fresh * learner.topic_chances(), 1e-9))
    found: list[Card] = []
    for index in np.argsort(-mean, kind="stable")[:CANDIDATES].tolist():
        vectors = learner.features.idea_vectors
        if not fresh[index] or f"idea {learner.features.base.ideas[index].id}" in learner.asked:
            continue
        if all(vectors[index] @ vectors[card.idea] < TOO_ALIKE for card in found):
            found.append(Card("idea", context, index))
        if len(found) == count:
            break
    return found


def wordings_of(assistant: Assistant) -> Wordings:
    """All ways in which an idea can be said."""

    def texts(idea: int, context: Context) -> Sequence[str]:
        return variants(assistant.base.ideas[idea], context, seed=0)

    return texts
