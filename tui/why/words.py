"""Words of explanations that the screens and the linear mode share."""

from __future__ import annotations

DIMENSION_WORDS = {
    "timing": "the moment is right",
    "frequency": "not too often",
    "preference": "the idea suits you",
    "communication": "well put",
}
"""The dimensions of a rating, as chances are told."""
