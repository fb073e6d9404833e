"""The embedding and the classifier of activities that a process has once, for all lives in it."""

from __future__ import annotations

from functools import cache

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.llm.embedding import CachedEmbedder, default_embedder
from edge_assistant.paths import Paths


@cache
def embedder() -> CachedEmbedder:
    """The packaged embedding behind its cache."""
    return default_embedder(Paths.from_environment().cache)


@cache
def activity_classifier() -> ActivityClassifier:
    """The packaged classifier of activities."""
    return ActivityClassifier(embedder())
