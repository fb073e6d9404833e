"""The numbers of a LoRA, apart from any model and any file format.

A layer's output gains `alpha / rank * B A x`. Names are transformers' module paths, and the rows of every B are in
transformers' order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from quant.errors import AdapterError

Matrix = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class LoraWeights:
    """A LoRA.

    Attributes:
        architecture: GGUF name of the base's family, such as 'llama'; '' where it is not known.
        rank: rows of every A.
        alpha: the sum of products is scaled by alpha / rank.
        tensors: module path, such as 'model.layers.0.self_attn.q_proj', to A [rank, in] and B [out, rank], float32.
        heads: attention heads and key-value heads of the base, which say how GGUF orders the rows of q and k; None
            where it is not known.

    Raises:
        AdapterError: shapes that do not fit each other, or numbers that are not finite; all of them at once.
    """

    architecture: str
    rank: int
    alpha: float
    tensors: Mapping[str, tuple[Matrix, Matrix]]
    heads: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        problems = [] if self.rank > 0 else [f"rank {self.rank} is not positive"]
        if not (np.isfinite(self.alpha) and self.alpha > 0):
            problems.append(f"alpha {self.alpha} is not a positive number")
        if not self.tensors:
            problems.append("it has no tensors")
        checked = {}
        for name, (a, b) in self.tensors.items():
            a, b = np.asarray(a, dtype=np.float32), np.asarray(b, dtype=np.float32)
            if a.ndim != 2 or b.ndim != 2 or a.shape[0] != self.rank or b.shape[1] != self.rank:
                problems.append(
                    f"{name}: A is {_size(a)} and B is {_size(b)}, expected {self.rank} x in, out x {self.rank}"
                )
            elif not (np.isfinite(a).all() and np.isfinite(b).all()):
                problems.append(f"{name}: holds numbers that are not finite")
            checked[name] = (a, b)
        if problems:
            raise AdapterError("adapter: " + "; ".join(problems))
        object.__setattr__(self, "tensors", checked)
        if self.heads is not None:
            object.__setattr__(self, "heads", (int(self.heads[0]), int(self.heads[1])))

    @property
    def scale(self) -> float:
        """What B A is multiplied by."""
        return self.alpha / self.rank


def concatenate(first: LoraWeights, second: LoraWeights) -> LoraWeights:
    """One LoRA that does what both do together: of the summed rank, the scales folded into B.

    Raises:
        AdapterError: they were made for different families, or their layers have different sizes; all at once.
    """
    problems = []
    if first.architecture and second.architecture and first.architecture != second.architecture:
        problems.append(f"one is for '{first.architecture}', the other for '{second.architecture}'")
    if first.heads and second.heads and first.heads != second.heads:
        problems.append(f"one is for {first.heads} attention heads, the other for {second.heads}")
    rank = first.rank + second.rank
    tensors = {}
    for name in [*first.tensors, *(name for name in second.tensors if name not in first.tensors)]:
        parts = [weights.tensors.get(name) for weights in (first, second)]
        sizes = {(a.shape[1], b.shape[0]) for a, b in (part for part in parts if part is not None)}
        if len(sizes) > 1:
            problems.append(f"{name}: sizes {' and '.join(f'{i} to {o}' for i, o in sorted(sizes))}")
            continue
        ((inputs, outputs),) = sizes
        a = np.zeros((rank, inputs), dtype=np.float32)
        b = np.zeros((outputs, rank), dtype=np.float32)
        for weights, part, start in zip((first, second), parts, (0, first.rank), strict=True):
            if part is not None:
                a[start : start + weights.rank] = part[0]
                b[:, start : start + weights.rank] = part[1] * np.float32(weights.scale)
        tensors[name] = (a, b)
    if problems:
        raise AdapterError("adapters do not go together: " + "; ".join(problems))
    # with alpha = rank the scale is 1
    return LoraWeights(
        first.architecture or second.architecture, rank, float(rank), tensors, first.heads or second.heads
    )


def _size(matrix: Any) -> str:
    return " x ".join(str(number) for number in matrix.shape)
