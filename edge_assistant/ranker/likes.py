"""Which ideas are about something that the person said they like, or do not like."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_assistant.ranker.ideas import CATEGORY_NAMES, KnowledgeBase

LIKE, OF_NEAREST = 0.33, 0.77
"""Cosine, and share of the nearest idea's, from which on an idea is about a like."""
NEAREST, SHARED = 12, 0.2
"""So many nearest ideas tell which categories a like is about: those that have this share of them."""


def about(base: KnowledgeBase, likeness: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(n,) ideas about a like: near to it, and of a category that it is mostly about, since 'Rust' is no rusty tool.

    Args:
        base: the ideas.
        likeness: (n,) cosines of their texts with the like's words.
    """
    nearest = np.argsort(-likeness, kind="stable")[:NEAREST]
    shares = np.bincount(base.category_index[nearest], likeness[nearest] ** 2, len(CATEGORY_NAMES))
    shared = shares >= SHARED * shares.sum()
    near = likeness >= max(LIKE, OF_NEAREST * float(likeness[nearest[0]]))
    return np.asarray(near & shared[base.category_index])
