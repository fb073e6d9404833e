"""Nearest vectors by cosine: a plain matrix while there are few, an hnswlib graph with a small matrix beside it later.

Knows nothing of memories or files of SQLite. Vectors are unit rows of float32; labels are positive 63-bit integers, and
a label always means the same vector, so adding one twice does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

BRUTE_FORCE_BELOW = 500
"""With fewer vectors than this the matrix is as fast as the graph, and exact."""

LINKS = 16
"""hnswlib's M. At 100,000 clustered vectors of `bench`, recall at 10 is 0.983 with a search width of 400, 0.992 with
600, 0.995 with 800 (2.3 ms), 0.998 with 1200."""

BUILD_WIDTH = 200
"""hnswlib's ef_construction."""

SEARCH_WIDTH = 800
"""hnswlib's ef while searching."""

DELETED_SHARE = 0.2
"""The graph is built anew when this share of its places is marked as deleted."""

Labels = NDArray[np.int64]
Vectors = NDArray[np.float32]


def products(rows: Vectors, query: Vectors) -> Vectors:
    """Each row times the query, on one core.

    For sizes like ours BLAS wakes all cores for a fraction of a millisecond's work, which on a busy machine costs ten
    times as much as it saves.
    """
    result: Vectors = np.einsum("ij,j->i", rows, query)
    return result


class FlatIndex:
    """All vectors in one matrix that grows; a removed row is overwritten by the last one."""

    def __init__(self, dimension: int) -> None:
        self._rows: Vectors = np.zeros((64, dimension), dtype=np.float32)
        self._labels: Labels = np.zeros(64, dtype=np.int64)
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, label: int) -> bool:
        return label in self._places

    @property
    def labels(self) -> Labels:
        """The labels, in the order of `rows`."""
        return self._labels[: len(self)]

    @property
    def rows(self) -> Vectors:
        """The vectors."""
        return self._rows[: len(self)]

    def add(self, label: int, vector: Vectors) -> None:
        """Add a vector under a label that is not there yet."""
        place = len(self)
        if place == len(self._labels):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
            self._labels = np.concatenate([self._labels, np.zeros_like(self._labels)])
        self._rows[place] = vector
        self._labels[place] = label
        self._places[label] = place

    def remove(self, label: int) -> None:
        """Remove a vector that is there, without a trace."""
        place = self._places.pop(label)
        last = len(self)
        if place != last:
            self._rows[place] = self._rows[last]
            self._labels[place] = self._labels[last]
            self._places[int(self._labels[place])] = place
        self._rows[last] = 0


class GraphIndex:
    """An hnswlib graph that grows by itself and whose deletions really delete.

    hnswlib only marks what is deleted. Here its place is first overwritten with the nearest vector that stays, so that
    neither memory nor a saved file keeps the deleted one. The same vectors added in the same order give the same graph
    as long as `threads` is 1.
    """

    def __init__(self, dimension: int, capacity: int = 1024, threads: int = 1) -> None:
        self._dimension = dimension
        self._threads = threads
        self._graph = self._new(capacity)
        self.live: set[int] = set()
        self.deleted: set[int] = set()

    def __len__(self) -> int:
        return len(self.live)

    def __contains__(self, label: int) -> bool:
        return label in self.live

    def _new(self, capacity: int) -> Any:
        import hnswlib

        graph = hnswlib.Index(space="cosine", dim=self._dimension)
        graph.init_index(max_elements=max(capacity, 16), M=LINKS, ef_construction=BUILD_WIDTH, random_seed=100)
        graph.set_ef(SEARCH_WIDTH)
        return graph

    def add(self, labels: Labels, vectors: Vectors) -> None:
        """Add vectors under labels that are not there."""
        needed = self._graph.get_current_count() + len(labels)
        if needed > self._graph.get_max_elements():
            self._graph.resize_index(max(needed, int(1.5 * self._graph.get_max_elements())))
        self._graph.add_items(vectors, labels, num_threads=self._threads)
        self.live.update(labels.tolist())
        self.deleted.difference_update(labels.tolist())

    def remove(self, label: int) -> None:
        """Remove a vector that is there."""
        own = self.vectors([label])
        self._graph.mark_deleted(label)  # so that the search finds another
        self.live.discard(label)
        try:
            nearest, _ = self._graph.knn_query(own, k=1, num_threads=1)
            stand_in = self.vectors(nearest[0])
        except RuntimeError:  # nothing is left, or nothing can be reached from here
            stand_in = np.ones((1, self._dimension), dtype=np.float32)
        self._graph.add_items(stand_in, [label], num_threads=1)  # takes the mark away again
        self._graph.mark_deleted(label)
        self.deleted.add(label)

    def search(self, query: Vectors, count: int) -> tuple[Labels, Vectors]:
        """At most `count` labels with their cosines, the nearest first."""
        count = min(count, len(self))
        if count == 0:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        # Deleted places take part in the walk and leave fewer results.
        self._graph.set_ef(max(SEARCH_WIDTH, 2 * count))
        labels, distances = self._graph.knn_query(query, k=count, num_threads=1)
        return labels[0].astype(np.int64), (1 - distances[0]).astype(np.float32)

    def vectors(self, labels: Sequence[int] | Labels) -> Vectors:
        """The vectors of labels that are there, in their order."""
        if not len(labels):
            return np.zeros((0, self._dimension), dtype=np.float32)
        rows: Vectors = np.asarray(self._graph.get_items(labels, return_type="numpy"), dtype=np.float32)
        return rows

    def compact(self) -> None:
        """Build the graph anew from what is live."""
        labels = np.array(sorted(self.live), dtype=np.int64)
        vectors = self.vectors(labels)
        self._graph, self.live, self.deleted = self._new(len(labels) * 5 // 4), set(), set()
        if len(labels):
            self.add(labels, vectors)

    def save(self, path: Path) -> None:
        """Write the graph to a file; `deleted` has to be kept by the caller."""
        self._graph.save_index(str(path))

    def load(self, path: Path, deleted: Iterable[int]) -> None:
        """Read what `save` wrote. A damaged file can crash hnswlib: check its hash before.

        Raises:
            ValueError: the file is no graph, or of another dimension.
        """
        import hnswlib

        graph = hnswlib.Index(space="cosine", dim=self._dimension)
        try:
            graph.load_index(str(path), max_elements=0)
        except RuntimeError as error:
            raise ValueError(str(error)) from error
        graph.set_ef(SEARCH_WIDTH)  # not in the file
        self._graph, self.deleted = graph, set(deleted)
        self.live = set(graph.get_ids_list()) - self.deleted


class VectorIndex:
    """The matrix below `brute_force_below` vectors; from there on the graph, and the matrix for what came last."""

    def __init__(self, dimension: int, brute_force_below: int = BRUTE_FORCE_BELOW, threads: int = 1) -> None:
        self._dimension = dimension
        self._limit = max(1, brute_force_below)
        self._threads = threads
        self.flat = FlatIndex(dimension)
        self.graph: GraphIndex | None = None

    def __len__(self) -> int:
        return len(self.flat) + (len(self.graph) if self.graph else 0)

    def __contains__(self, label: int) -> bool:
        return label in self.flat or (self.graph is not None and label in self.graph)

    def labels(self) -> set[int]:
        """All labels."""
        return set(self.flat.labels.tolist()) | (self.graph.live if self.graph else set())

    def add(self, labels: Sequence[int], vectors: Vectors) -> None:
        """Add vectors; labels that are there already are passed over. Cheap: the graph gets them at the next search."""
        for label, vector in zip(labels, vectors, strict=True):
            if label not in self:
                self.flat.add(label, vector)

    def remove(self, labels: Iterable[int]) -> None:
        """Remove vectors, without a trace; labels that are not there are passed over."""
        for label in labels:
            if label in self.flat:
                self.flat.remove(label)
            elif self.graph is not None and label in self.graph:
                self.graph.remove(label)
        if self.graph is None:
            return
        if len(self) < self._limit // 2:  # well below, so that single changes do not go back and forth
            keep = sorted(self.graph.live)
            vectors, self.graph = self.graph.vectors(keep), None
            self.add(keep, vectors)
        elif len(self.graph.deleted) > DELETED_SHARE * (len(self.graph) + len(self.graph.deleted)):
            self.graph.compact()

    def settle(self) -> None:
        """Move the matrix into the graph once it is large."""
        if len(self.flat) < self._limit:
            return
        if self.graph is None:
            self.graph = GraphIndex(self._dimension, len(self.flat) * 5 // 4, self._threads)
        self.graph.add(self.flat.labels.copy(), self.flat.rows)
        self.flat = FlatIndex(self._dimension)

    def search(self, query: Vectors, count: int) -> tuple[Labels, Vectors]:
        """At most `count` labels with their cosines, the nearest first; equal ones by label.

        Args:
            query: a unit vector, shape (dimension,).
            count: how many.
        """
        self.settle()
        labels, cosines = self.flat.labels, products(self.flat.rows, query)
        if self.graph is not None:
            try:
                found = self.graph.search(query, count)
            except RuntimeError:  # too few places could be reached: the graph has been damaged by its deletions
                self.graph.compact()
                found = self.graph.search(query, count)
            labels, cosines = np.concatenate([labels, found[0]]), np.concatenate([cosines, found[1]])
        if count < len(labels):
            best = np.argpartition(-cosines, count - 1)[:count]
            labels, cosines = labels[best], cosines[best]
        order = np.lexsort((labels, -cosines))
        return labels[order], cosines[order]
