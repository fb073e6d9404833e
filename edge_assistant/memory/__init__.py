"""Memory: what happened, kept in the store and found again by meaning, word and time."""

from edge_assistant.memory.records import Draft, Memory
from edge_assistant.memory.store import MemoryStore

__all__ = ["Draft", "Memory", "MemoryStore"]
