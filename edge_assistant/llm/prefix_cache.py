"""Computed beginnings of prompts, kept outside the context and bounded in bytes.

Keys are the adapter and the tokens: keys and values computed under one adapter are wrong under another. A prefix is
always computed alone and in blocks of `BLOCK` tokens, so that a block's numbers depend on the tokens before it and on
nothing else. Therefore a stored prefix also serves another prompt that shares only its first blocks, and answers do not
depend on whether the cache was warm: an interrupted run that continues with a cold cache gives the same results.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 64
"""Tokens a block: large enough for the fast matrix kernels, small enough to share most of a prompt."""

Key = tuple[str, bytes]


@dataclass(frozen=True)
class Prefix:
    """A computed prefix: its tokens, the sequence state after them, and the logits of the last one."""

    tokens: NDArray[np.int32]
    state: NDArray[np.uint8]
    logits: NDArray[np.float32]

    @property
    def size(self) -> int:
        """Bytes held."""
        return int(self.tokens.nbytes + self.state.nbytes + self.logits.nbytes)


class PrefixCache:
    """Least recently used prefixes are dropped first.

    Args:
        max_bytes: bound of the sum of all entries; 0 keeps nothing.
    """

    def __init__(self, max_bytes: int) -> None:
        if max_bytes < 0:
            raise ValueError(f"prefix cache: max_bytes is {max_bytes}, expected 0 or more")
        self.max_bytes = max_bytes
        self.size = 0
        self._entries: OrderedDict[Key, Prefix] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, adapter: str, tokens: Sequence[int]) -> tuple[Prefix, int] | None:
        """The entry that saves most, and how many of its tokens may be used.

        That is all of them when the tokens are equal, otherwise the whole blocks that both have in common.
        """
        wanted = np.asarray(tokens, dtype=np.int32)
        exact = self._entries.get((adapter, wanted.tobytes()))
        if exact is not None:
            self._entries.move_to_end((adapter, wanted.tobytes()))
            return exact, len(wanted)
        best: Key | None = None
        best_length = 0
        for key, entry in self._entries.items():
            if key[0] == adapter:
                length = common_length(entry.tokens, wanted) // BLOCK * BLOCK
                if length > best_length:
                    best, best_length = key, length
        if best is None:
            return None
        self._entries.move_to_end(best)
        return self._entries[best], best_length

    def put(self, adapter: str, prefix: Prefix) -> bool:
        """Keep a prefix and drop what no longer fits; False when it alone is too large."""
        if prefix.size > self.max_bytes:
            return False
        key = (adapter, prefix.tokens.tobytes())
        old = self._entries.pop(key, None)
        self.size += prefix.size - (old.size if old else 0)
        self._entries[key] = prefix
        while self.size > self.max_bytes:
            _, dropped = self._entries.popitem(last=False)
            self.size -= dropped.size
        return True

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self.size = 0

    def stats(self) -> dict[str, Any]:
        """Entries and bytes, for reports."""
        return {"entries": len(self._entries), "bytes": self.size, "max_bytes": self.max_bytes}


def common_length(first: Sequence[int] | NDArray[np.int32], second: Sequence[int] | NDArray[np.int32]) -> int:
    """How many leading items two sequences share."""
    shortest = min(len(first), len(second))
    differs = np.asarray(first[:shortest]) != np.asarray(second[:shortest])
    return int(np.argmax(differs)) if differs.any() else shortest
