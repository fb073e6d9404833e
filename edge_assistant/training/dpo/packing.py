"""Several answers to several prompts as one sequence, in which every token that they share stands only once.

    packed = pack([TokenSequence((1, 2, 3, 7, 8), 3), TokenSequence((1, 2, 3, 9), 3)])
    packed.tokens      # 1 2 3 7 8 9: the prompt once, then both answers
    packed.positions   # 0 1 2 3 4 3: positions restart where the answers part

The sequences form a tree of segments: a segment is a stretch of tokens that the same sequences share. A token sees the
segments above its own and what stands before it in its own, so that neither answer sees the other. Prompts that begin
alike (the system's words, the style) share that beginning too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class TokenSequence:
    """Tokens of which those from `start` on are an answer, whose log probability is wanted.

    Attributes:
        tokens: prompt and answer.
        start: above 0.
        weights: of the answer's tokens; empty where each counts 1.
    """

    tokens: tuple[int, ...]
    start: int
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.start < len(self.tokens):
            raise ValueError(f"sequence: an answer from {self.start} on in {len(self.tokens)} tokens")

    @property
    def answer(self) -> tuple[int, ...]:
        """The tokens of the answer."""
        return self.tokens[self.start :]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the packed tokens.

    Attributes:
        start: first packed index.
        stop: packed index after its last token.
        above: packed indices [depth] of everything that it sees, in order.
    """

    start: int
    stop: int
    above: NDArray[np.int64]

    @property
    def length(self) -> int:
        """Tokens in it."""
        return self.stop - self.start


@dataclass(frozen=True)
class Packed:
    """What one forward pass computes. N is the number of packed tokens, M of answer tokens in all sequences.

    Attributes:
        tokens: int64 [N].
        positions: int64 [N], the place of each token in its own sequences.
        segments: in packed order; together they cover all tokens.
        predictors: int64 [P], ascending: the packed indices at which logits are needed.
        rows: int64 [M], for each answer token the index into `predictors` of the token before it.
        targets: int64 [M], the answer tokens.
        owners: int64 [M], the sequence of each answer token, in the order given to `pack`.
        weights: float32 [M], of the answer tokens.
        lengths: float32 [sequences], the sum of these in each sequence.
    """

    tokens: NDArray[np.int64]
    positions: NDArray[np.int64]
    segments: tuple[Segment, ...]
    predictors: NDArray[np.int64]
    rows: NDArray[np.int64]
    targets: NDArray[np.int64]
    owners: NDArray[np.int64]
    weights: NDArray[np.float32]
    lengths: NDArray[np.float32]

    @property
    def count(self) -> int:
        """Number of sequences."""
        return len(self.lengths)


def pack(sequences: Iterable[TokenSequence]) -> Packed:
    """One sequence in which shared beginnings stand once."""
    rows = list(sequences)
    if not rows:
        raise ValueError("pack: no sequences")
    tokens: list[int] = []
    positions: list[int] = []
    segments: list[Segment] = []
    places = [np.empty(len(row.tokens), dtype=np.int64) for row in rows]

    # Depth first, with a stack of its own: answers that differ at every token would be deep.
    stack: list[tuple[list[int], int, NDArray[np.int64]]] = [(list(range(len(rows))), 0, np.empty(0, dtype=np.int64))]
    while stack:
        members, depth, above = stack.pop()
        shared = _shared([rows[member].tokens for member in members], depth)
        if shared > depth:
            start = len(tokens)
            tokens.extend(rows[members[0]].tokens[depth:shared])
            positions.extend(range(depth, shared))
            segments.append(Segment(start, len(tokens), above))
            own = np.arange(start, len(tokens))
            for member in members:
                places[member][depth:shared] = own
            above = np.concatenate([above, own])
        branches: dict[int, list[int]] = {}
        for member in members:
            if len(rows[member].tokens) > shared:
                branches.setdefault(rows[member].tokens[shared], []).append(member)
        stack.extend((branch, shared, above) for branch in reversed(branches.values()))

    before = np.concatenate([place[row.start - 1 : -1] for row, place in zip(rows, places, strict=True)])
    predictors, where = np.unique(before, return_inverse=True)
    weights = [np.array(row.weights or (1.0,) * len(row.answer), dtype=np.float32) for row in rows]
    return Packed(
        tokens=np.array(tokens, dtype=np.int64),
        positions=np.array(positions, dtype=np.int64),
        segments=tuple(segments),
        predictors=predictors,
        rows=where.astype(np.int64),
        targets=np.array([token for row in rows for token in row.answer], dtype=np.int64),
        owners=np.repeat(np.arange(len(rows), dtype=np.int64), [len(row.answer) for row in rows]),
        weights=np.concatenate(weights),
        lengths=np.array([each.sum() for each in weights], dtype=np.float32),
    )


def _shared(rows: list[tuple[int, ...]], depth: int) -> int:
    """How long all rows stay the same, given that they are up to `depth`."""
    end = min(len(row) for row in rows)
    first = rows[0]
    for place in range(depth, end):
        token = first[place]
        if any(row[place] != token for row in rows):
            return place
    return end
