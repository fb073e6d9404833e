"""The judge's own way to compare texts: half sense, half surface. The assistant has no access to it.

Sense is the sentence embedding; surface is a hashed count of the words' letter groups, so that 'birdwatching' and
'birds' stay close whatever the embedding makes of them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import UsageError
from edge_assistant.llm.embedding import Embedder, SentenceTransformerEmbedder

SURFACE_DIMENSION = 512


def surface(texts: Sequence[str]) -> NDArray[np.float64]:
    """Letter groups of 3 to 5 within words, hashed and normalised: (n, SURFACE_DIMENSION)."""
    out = np.zeros((len(texts), SURFACE_DIMENSION))
    for row, text in enumerate(texts):
        for word in re.findall(r"[^\W\d_]{3,}", text.lower()):
            padded = f"<{word}>"
            for size in (3, 4, 5):
                for start in range(len(padded) - size + 1):
                    out[row, zlib.crc32(padded[start : start + size].encode()) % SURFACE_DIMENSION] += 1.0
    out = np.sqrt(out)
    return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9))


def similarities(
    first: Sequence[str], second: Sequence[str], embedder: Embedder, meaning: str = "packaged"
) -> NDArray[np.float64]:
    """(len(first), len(second)) similarities, about -0.1 to 1.

    Args:
        first: texts.
        second: texts.
        embedder: the packaged one.
        meaning: 'packaged', 'words' for the surface alone, or the folder of another sentence embedding.
    """
    letters = surface(first) @ surface(second).T
    if meaning == "words":
        return np.asarray(letters)
    judge = embedder if meaning == "packaged" else other_embedder(meaning)
    sense = np.asarray(judge.embed(list(first)), dtype=float) @ np.asarray(judge.embed(list(second)), dtype=float).T
    return np.asarray(0.5 * sense + 0.5 * letters)


@cache
def other_embedder(folder: str) -> Embedder:
    """A sentence embedding from a folder.

    Raises:
        UsageError: there is none.
    """
    if not Path(folder).is_dir():
        raise UsageError(f"taste_embedding {folder!r}: no such folder; use 'packaged', 'words' or a model's folder")
    return SentenceTransformerEmbedder(Path(folder))
