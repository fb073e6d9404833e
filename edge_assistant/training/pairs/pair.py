"""A pair: what was asked of the language model, a sentence that pleased, and one that did not.

Pair("You put an idea ...", "Style: ...", "You could boil two eggs.", "Boil eggs!!!", "rated", {"day": 3})
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

PAIR_KINDS = ("rated", "reaction", "silence", "reworded")
"""Where pairs come from: two rated candidates of one tick; accepted against dismissed in similar context; a false alarm
against silence; the person's own rewording of a suggestion."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One preference: two answers to a prompt.

    Attributes:
        system: the system's words of the prompt; the model's own chat template goes around both.
        prompt: the user's words of the prompt.
        chosen: the answer that pleased.
        rejected: the answer that did not.
        kind: one of `PAIR_KINDS`.
        provenance: JSON-ready: run or store, event ids, day, tick, ratings; whatever tells where it comes from.
        time: ISO local time of the moment.
        weight: how much it counts in the loss, above 0.
    """

    system: str
    prompt: str
    chosen: str
    rejected: str
    kind: str
    provenance: dict[str, Any] = field(default_factory=dict)
    time: str = ""
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not self.prompt or not self.chosen or not self.rejected:
            raise ValueError("pair: prompt, chosen and rejected must not be empty")
        if self.chosen == self.rejected:
            raise ValueError(f"pair: chosen and rejected are the same: {self.chosen!r}")
        if self.kind not in PAIR_KINDS:
            raise ValueError(f"pair: kind is {self.kind!r}, expected one of {', '.join(PAIR_KINDS)}")
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise ValueError(f"pair: weight is {self.weight}, expected a finite number above 0")

    @property
    def hash(self) -> str:
        """Hex SHA-256 of the four texts: two pairs with the same hash teach the same."""
        texts = json.dumps([self.system, self.prompt, self.chosen, self.rejected], ensure_ascii=False)
        return hashlib.sha256(texts.encode("utf-8", "surrogatepass")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form; its names are the arguments of another one."""
        return asdict(self)


def hash_of_pairs(pairs: Sequence[Pair]) -> str:
    """Hex SHA-256 of a set of pairs, whatever their order."""
    return hashlib.sha256("\n".join(sorted(pair.hash for pair in pairs)).encode()).hexdigest()
