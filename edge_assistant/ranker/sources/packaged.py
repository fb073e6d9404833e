"""The ideas that come with the package; everything learned elsewhere is about them."""

from __future__ import annotations

from edge_assistant.ranker.ideas import load_packaged
from edge_assistant.ranker.source import SUGGESTION_SOURCES, Offer, Wanted


@SUGGESTION_SOURCES.register("packaged", "the ideas that come with the program")
class Packaged:
    """Always the first: the ideas of all other sources are described by likeness to these."""

    place = 0

    def offer(self, wanted: Wanted) -> Offer:
        return Offer(load_packaged().ideas)
