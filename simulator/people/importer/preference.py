"""What pleases: likes and dislikes of categories and attributes, told by embeddings of what a clause names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edge_assistant.domain import ATTRIBUTES
from edge_assistant.ranker.ideas import CATEGORY_NAMES
from simulator.people.importer.meaning import SURE, Meaning
from simulator.people.importer.values import Clause, Liking, Notes, data, pattern
from simulator.people.persona import Interaction, Preference

CATEGORY_LIKENESS, SECOND_MARGIN = 0.3, 0.02
"""Likeness at which a thing belongs to a category, and how near the second best must be to count as well."""
ATTRIBUTE_LIKENESS, KIND_CHANCE = 0.5, 0.5
LIKED, DISLIKED, OF_ATTRIBUTE, STRONGEST = 0.9, -1.0, 0.5, 1.2


def read(clauses: Sequence[Clause], meaning: Meaning) -> list[Liking]:
    """What clauses on taste like and dislike; a clause that does neither gives nothing."""
    chances = meaning.stances("preference", [clause.text for clause in clauses])
    found: list[Liking] = []
    for clause, (good, bad, _) in zip(clauses, chances, strict=True):
        found += _likings(clause, bool(good > bad), meaning) if max(good, bad) >= SURE else []
    return found


def _likings(clause: Clause, liked: bool, meaning: Meaning) -> list[Liking]:
    context = pattern("preference", "when").search(clause.text)
    kinds = meaning.kinds([context[1]]) if context else []
    kinds = [(kind, chance) for kind, chance in kinds if chance >= KIND_CHANCE and kind != "unknown"]
    pieces = pattern("preference", "parts").split(pattern("preference", "when").sub(",", clause.text))
    things = [thing for piece in pieces if (thing := _stripped(piece))]
    found: dict[str, float] = {}
    for row in meaning.categories(things) if things else ():
        best, second = np.argsort(-row)[:2]
        for index in (best, second) if row[second] >= row[best] - SECOND_MARGIN else (best,):
            if row[index] >= CATEGORY_LIKENESS:
                found.setdefault(CATEGORY_NAMES[int(index)], LIKED if liked else DISLIKED)
    signs = [sign for sign, phrases in data("attributes").items() for _ in phrases]
    phrases = [phrase for group in data("attributes").values() for phrase in group]
    for row in meaning.alike(things, phrases) if things else ():
        if row.max() >= ATTRIBUTE_LIKENESS:
            sign = signs[int(row.argmax())]
            found.setdefault(sign[1:], OF_ATTRIBUTE if (sign[0] == "+") == liked else -OF_ATTRIBUTE)
    return [Liking(of, weight, tuple(kind for kind, _ in kinds), clause) for of, weight in found.items()]


def _stripped(piece: str) -> str:
    """A thing without the small words before it; '' where nothing is left to compare."""
    piece = piece.lower().strip(" .\"'-")
    while (shorter := pattern("preference", "own").sub("", piece)) != piece:
        piece = shorter
    return piece if len(piece) >= 4 else ""


def settle(likings: Sequence[Liking], topics: Sequence[str], wanted: float, notes: Notes) -> Preference:
    """The persona's tastes; what is said of a thing twice adds up to at most `STRONGEST`.

    Ideas on `topics` do not please, and 2.5 times as many do as a day asks for (`wanted`, a share of all ideas).
    """
    weights: dict[str, float] = {}
    rules: list[Interaction] = []
    for liking in likings:
        notes.understand(f"likes {liking.of}", f"{liking.weight:+g}", liking.clause)
        if liking.kinds and liking.weight > 0:
            rules.append(Interaction(of=liking.of, weight=liking.weight, kinds=liking.kinds))
        else:
            total = weights.get(liking.of, 0.0) + liking.weight
            weights[liking.of] = max(-STRONGEST, min(STRONGEST, total))
    notes.assume("preference", "interest_weight 1.2, fitting_weight 0.5, habituation 0.25", "ordinary weights")
    return Preference(
        pleasing=round(min(0.14, max(0.06, 2.5 * wanted)), 3),
        categories={of: weight for of, weight in weights.items() if of not in ATTRIBUTES and weight},
        attributes={of: weight for of, weight in weights.items() if of in ATTRIBUTES and weight},
        interest_weight=1.2,
        fitting_weight=0.5,
        avoid_topics=tuple(topics),
        interactions=tuple(rules),
    )
