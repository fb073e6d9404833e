"""Retrieval on a real store: recall at 10 against brute force, and the time of a query.

Vectors of 384 dimensions are drawn, not embedded, around topics, as embedded sentences lie: topics of very different
sizes, themselves near one another, each with its own spread.
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
from edge_assistant.memory.records import BASE_KINDS, Draft
from edge_assistant.memory.store import MemoryStore
from edge_assistant.storage.store import Store
from quant.timing import percentiles

DIMENSION = 384
NEIGHBOURS = 10
START = datetime(2026, 1, 1)
TOPICS, AREAS = 400, 20


def clustered(count: int, rng: np.random.Generator) -> Vectors:
    """Unit vectors around topics, which lie around areas; two of one topic have a cosine of about 0.3 to 0.8."""
    areas = _unit(_noise(AREAS, rng))
    topics = _unit(areas[rng.integers(0, AREAS, TOPICS)] + 0.05 * _noise(TOPICS, rng))
    spread = rng.uniform(0.025, 0.07, TOPICS).astype(np.float32)
    share = 1.0 / np.arange(1, TOPICS + 1)  # sizes follow Zipf, as what a person does all day
    chosen = rng.choice(TOPICS, count, p=share / share.sum())
    return _unit(topics[chosen] + spread[chosen, None] * _noise(count, rng))


class DrawnVectors:
    """Satisfies `Embedder`; the benchmark passes vectors, so nothing is ever embedded."""

    dimension = DIMENSION
    name = "drawn"

    def embed(self, texts: object) -> Vectors:
        """Never called."""
        raise AssertionError(f"the benchmark embeds nothing, asked for {texts!r}")


def measure(count: int = 100_000, queries: int = 1000, seed: int = 0) -> dict[str, Any]:
    """Build a store of `count` memories and query it.

    Args:
        count: memories, each with a text and vector of its own.
        queries: drawn from the same distribution, not among the memories.
        seed: of data and queries.

    Returns:
        'count', 'queries', 'seed'; `recall_at_10` and `recall_at_10_reloaded` (before and from the saved file); of
        `nearest`, `search` (by score, rows included) and `brute_force` (one product of matrix and vector) percentiles
        in milliseconds; `add_seconds`, `build_seconds`, `load_seconds`.
    """
    vectors = clustered(count + queries, np.random.default_rng(seed))
    data, asked = vectors[:count], vectors[count:]
    now = START + timedelta(minutes=count)
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store.sqlite", durable=False) as store:
        memory = MemoryStore(store, DrawnVectors(), index_path=Path(folder) / "index.hnsw")

        def add() -> None:
            for start in range(0, count, 1000):
                places = range(start, min(start + 1000, count))
                drafts = [Draft(BASE_KINDS[p % 4], START + timedelta(minutes=p), f"memory {p}") for p in places]
                memory.add_many(drafts, data[start : start + 1000])

        figures: dict[str, Any] = {"count": count, "queries": queries, "seed": seed}
        figures |= {"add_seconds": _seconds(add), "build_seconds": _seconds(lambda: memory.nearest(asked[0], 1))}
        truth = [_best(data @ query) for query in asked]
        figures["recall_at_10"] = _recall(memory, asked, truth)
        memory.save_index()
        memory = MemoryStore(store, DrawnVectors(), index_path=Path(folder) / "index.hnsw")
        figures["load_seconds"] = _seconds(lambda: memory.nearest(asked[0], 1))
        figures["recall_at_10_reloaded"] = _recall(memory, asked, truth)
        ways: dict[str, Callable[[Vectors], object]] = {
            "nearest": lambda query: memory.nearest(query, NEIGHBOURS),
            "search": lambda query: memory.search(query, now, NEIGHBOURS),
            "brute_force": lambda query: _best(data @ query),
        }
        for name, ask in ways.items():
            figures |= percentiles(name, [_seconds(lambda query=query, ask=ask: ask(query)) for query in asked])  # type: ignore[misc]
    return figures


def _recall(memory: MemoryStore, queries: Vectors, truth: list[set[int]]) -> float:
    """Share of the true neighbours that were found. Ids count from 1 in the order of adding."""
    found = [{item.memory.id - 1 for item in memory.nearest(query, NEIGHBOURS)} for query in queries]
    return float(np.mean([len(one & true) / len(true) for one, true in zip(found, truth, strict=True)]))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _best(scores: NDArray[Any]) -> set[int]:
    """The places of the highest scores."""
    return set(np.argpartition(-scores, min(NEIGHBOURS, len(scores)) - 1)[:NEIGHBOURS].tolist())


def _noise(count: int, rng: np.random.Generator) -> Vectors:
    return rng.standard_normal((count, DIMENSION), dtype=np.float32)


def _unit(rows: Vectors) -> Vectors:
    result: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return result
