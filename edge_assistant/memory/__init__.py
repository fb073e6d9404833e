"""Memory: what happened, kept in the store and found again by meaning, word and time."""

from edge_assistant.memory.records import KINDS, Draft, Memory, Retrieved, Weights
from edge_assistant.memory.store import MemoryStore
from edge_assistant.memory.summaries import ExtractiveSummariser, Span, Summariser

__all__ = [
    "KINDS",
    "Draft",
    "ExtractiveSummariser",
    "Memory",
    "MemoryStore",
    "Retrieved",
    "Span",
    "Summariser",
    "Weights",
]
