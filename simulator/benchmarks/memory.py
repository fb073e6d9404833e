"""Measures retrieval: recall at 10 against brute force, and the time of a query, on a real store.

Vectors of 384 dimensions are drawn, not embedded. `clustered` ones lie around topics, as embedded sentences do: topics
of very different sizes, themselves near one another, each with its own spread. `uniform` ones have no structure at
all, which no text has; graphs cannot help there, and the figure says by how much.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.memory.index import Vectors
from edge_assistant.memory.records import BASE_KINDS, DEFAULT_IMPORTANCE, RECENCY_PER_HOUR, Draft
from edge_assistant.memory.store import MemoryStore
from edge_assistant.storage.store import Store

DIMENSION = 384
NEIGHBOURS = 10
START = datetime(2026, 1, 1)
TOPICS, AREAS = 400, 20


def uniform(count: int, rng: np.random.Generator) -> Vectors:
    """Unit vectors in all directions alike, shape (count, 384)."""
    return _unit(rng.standard_normal((count, DIMENSION), dtype=np.float32))


def clustered(count: int, rng: np.random.Generator) -> Vectors:
    """Unit vectors around topics, which lie around areas; two of one topic have a cosine of about 0.3 to 0.8."""
    areas = uniform(AREAS, rng)
    topics = _unit(areas[rng.integers(0, AREAS, TOPICS)] + 0.05 * _noise((TOPICS,), rng))
    spread = rng.uniform(0.025, 0.07, TOPICS).astype(np.float32)
    share = 1.0 / np.arange(1, TOPICS + 1)  # sizes follow Zipf, as what a person does all day
    chosen = rng.choice(TOPICS, count, p=share / share.sum())
    return _unit(topics[chosen] + spread[chosen, None] * _noise((count,), rng))


class Drawn:
    """Satisfies `Embedder`; the benchmark passes vectors, so nothing is ever embedded."""

    dimension = DIMENSION
    name = "drawn"

    def embed(self, texts: object) -> Vectors:
        """Never called."""
        raise AssertionError(f"the benchmark embeds nothing, asked for {texts!r}")


def run(count: int = 100_000, queries: int = 1000, seed: int = 0) -> dict[str, Any]:
    """Build a store of `count` memories for each kind of data and query it.

    Args:
        count: memories, each with a text and vector of its own.
        queries: drawn from the same distribution, not among the memories.
        seed: of data and queries.

    Returns:
        'count', 'queries', 'seed', and for 'clustered' and 'uniform': `recall_at_10`, `recall_at_10_reloaded` (by
        meaning, before and from the saved file), `search_recall_at_10` (by score), `nearest_p50_ms`, `nearest_p99_ms`,
        `search_p50_ms`, `search_p99_ms` (rows included), `brute_force_p50_ms`, `brute_force_p99_ms` (one product of
        matrix and vector), for each of the three `..._cpu_p99_ms` (processor time of the calling thread: what to read
        on a busy machine), `add_seconds`, `build_seconds`, `load_seconds`.
    """
    figures: dict[str, Any] = {"count": count, "queries": queries, "seed": seed}
    for name, draw in (("clustered", clustered), ("uniform", uniform)):
        figures[name] = measure(draw, count, queries, np.random.default_rng(seed))
    return figures


def measure(
    draw: Callable[[int, np.random.Generator], Vectors], count: int, queries: int, rng: np.random.Generator
) -> dict[str, float]:
    """The figures of `run` for one kind of data."""
    vectors = draw(count + queries, rng)
    data, asked = vectors[:count], vectors[count:]
    truth = [set(_brute_force(data @ query).tolist()) for query in asked]
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store.sqlite", durable=False) as store:
        drafts = [
            Draft(BASE_KINDS[place % 4], START + timedelta(minutes=place), f"memory {place}") for place in range(count)
        ]
        index_path = Path(folder) / "index.hnsw"
        memory = MemoryStore(store, Drawn(), index_path=index_path, threads=2)
        started = time.perf_counter()
        for start in range(0, count, 1000):
            memory.add_many(drafts[start : start + 1000], data[start : start + 1000])
        figures["add_seconds"] = time.perf_counter() - started
        started = time.perf_counter()
        memory.nearest(asked[0], NEIGHBOURS)
        figures["build_seconds"] = time.perf_counter() - started
        figures["recall_at_10"] = _recall(memory, asked, truth)
        memory.save_index()
        started = time.perf_counter()
        memory = MemoryStore(store, Drawn(), index_path=index_path, threads=2)
        memory.nearest(asked[0], NEIGHBOURS)
        figures["load_seconds"] = time.perf_counter() - started
        figures["recall_at_10_reloaded"] = _recall(memory, asked, truth)
        now = START + timedelta(minutes=count)
        figures["search_recall_at_10"] = _search_recall(memory, data, asked, now)
        figures |= _times("nearest", lambda query: memory.nearest(query, NEIGHBOURS), asked)
        figures |= _times("search", lambda query: memory.search(query, now, NEIGHBOURS), asked)
        figures |= _times("brute_force", lambda query: _brute_force(data @ query), asked[:100])
    return figures


def _recall(memory: MemoryStore, queries: Vectors, truth: list[set[int]]) -> float:
    """Share of the true neighbours that were found. Ids count from 1 in the order of adding."""
    hits = [
        len({item.memory.id - 1 for item in memory.nearest(query, NEIGHBOURS)} & true) / len(true)
        for query, true in zip(queries, truth, strict=True)
    ]
    return float(np.mean(hits))


def _search_recall(memory: MemoryStore, data: Vectors, queries: Vectors, now: datetime) -> float:
    """The same for the weighted score, against the formula written out."""
    hours = (len(data) - np.arange(len(data))) / 60
    importance = np.array([DEFAULT_IMPORTANCE[kind] for kind in BASE_KINDS])[np.arange(len(data)) % len(BASE_KINDS)]
    weights = memory.weights
    known = weights.recency * RECENCY_PER_HOUR**hours + weights.importance * importance
    hits = []
    for query in queries:
        true = set(_brute_force(known + weights.relevance * np.maximum(data @ query, 0)).tolist())
        hits.append(len({item.memory.id - 1 for item in memory.search(query, now, NEIGHBOURS)} & true) / len(true))
    return float(np.mean(hits))


def _times(name: str, ask: Callable[[Vectors], object], queries: Vectors) -> dict[str, float]:
    wall, processor = [], []
    for query in queries:
        started, worked = time.perf_counter(), time.thread_time()
        ask(query)
        wall.append(time.perf_counter() - started)
        processor.append(time.thread_time() - worked)
    p50, p99 = np.percentile(wall, [50, 99]) * 1000
    figures = {f"{name}_p50_ms": p50, f"{name}_p99_ms": p99, f"{name}_cpu_p99_ms": np.percentile(processor, 99) * 1000}
    return {key: float(value) for key, value in figures.items()}


def _brute_force(scores: NDArray[Any]) -> NDArray[np.intp]:
    """The places of the highest scores, in any order."""
    return np.argpartition(-scores, min(NEIGHBOURS, len(scores)) - 1)[:NEIGHBOURS]


def _noise(shape: tuple[int, ...], rng: np.random.Generator) -> Vectors:
    return rng.standard_normal((*shape, DIMENSION), dtype=np.float32)


def _unit(rows: Vectors) -> Vectors:
    result: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result
