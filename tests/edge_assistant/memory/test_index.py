"""The vector index against brute force: through growth, deletion, saving and loading."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.memory.index import VectorIndex
from simulator.benchmarks.memory import clustered

DIMENSION = 384


def _recall(index, labels, vectors, queries, k=10):
    hits = 0
    for query in queries:
        true = set(np.asarray(labels)[np.argsort(-(vectors @ query))[:k]].tolist())
        hits += len(true & set(index.search(query, k)[0].tolist()))
    return hits / (k * len(queries))


@pytest.fixture(scope="module")
def data():
    return clustered(3100, np.random.default_rng(3))


def test_the_matrix_is_exact_through_removals(data):
    index, rng = VectorIndex(DIMENSION), np.random.default_rng(0)
    index.add(range(1000, 1300), data[:300])
    gone = rng.permutation(300)[:170]
    index.remove((gone + 1000).tolist())
    kept = sorted(set(range(300)) - set(gone.tolist()))
    assert sorted(index.labels()) == [label + 1000 for label in kept] and len(index) == 130
    for place in kept:
        labels, cosines = index.search(data[place], 1)
        assert labels[0] == place + 1000 and cosines[0] == pytest.approx(1, abs=1e-5)
    assert not index._rows[len(index) :].any()


def test_matrix_below_the_threshold_graph_from_there_on(data):
    index = VectorIndex(DIMENSION, brute_force_below=500)
    index.add(range(1, 500), data[:499])
    assert index.exact
    index.add([500], data[499:500])
    labels, cosines = index.search(data[499], 3)
    assert not index.exact
    assert labels[0] == 500
    assert cosines[0] == pytest.approx(1, abs=1e-5)
    assert len(index) == 500
    # what came last is found before it is in the graph
    index.add([501], data[500:501])
    assert index.search(data[500], 1)[0].tolist() == [501]
    assert len(index._places) == 1


def test_recall_through_growth_deletion_addition_and_reload(tmp_path, data):
    vectors, queries = data[:3000], data[3000:]
    labels = np.random.default_rng(1).permutation(10**12 + np.arange(3000))
    index = VectorIndex(DIMENSION, brute_force_below=200)
    for start in range(0, 3000, 700):
        index.add(labels[start : start + 700].tolist(), vectors[start : start + 700])
        index.search(queries[0], 1)
    assert _recall(index, labels, vectors, queries) >= 0.99
    gone = np.random.default_rng(2).permutation(3000)[:500]
    index.remove(labels[gone].tolist())
    kept = np.setdiff1d(np.arange(3000), gone)
    assert _recall(index, labels[kept], vectors[kept], queries) >= 0.99
    index.add(labels[gone[:250]].tolist(), vectors[gone[:250]])  # the same text comes back
    index.settle()
    kept = np.setdiff1d(np.arange(3000), gone[250:])
    assert len(index) == len(kept)
    assert _recall(index, labels[kept], vectors[kept], queries) >= 0.99
    index.save(tmp_path / "g")
    loaded = VectorIndex(DIMENSION, brute_force_below=200)
    loaded.load(tmp_path / "g")
    assert loaded.labels() == index.labels() == set(labels[kept].tolist())
    before = [index.search(query, 10)[0].tolist() for query in queries]
    assert [loaded.search(query, 10)[0].tolist() for query in queries] == before
    loaded.add([7], queries[:1])  # and grows on
    assert loaded.search(queries[0], 1)[0].tolist() == [7]


def test_what_comes_back_after_it_was_removed_is_found(data):
    index = VectorIndex(DIMENSION, brute_force_below=100)
    index.add(range(1, 401), data[:400])
    index.settle()
    index.remove(range(1, 41))
    index.add(range(1, 121), data[:120])
    index.add(range(500, 600), data[400:500])
    for place in (*range(120), *range(400, 500)):
        assert index.search(data[place], 1)[0].tolist() == [place + 1 if place < 400 else place + 100]
    assert len(index) == 500


def test_removed_vectors_are_neither_found_nor_kept_in_the_file(tmp_path, data):
    index = VectorIndex(DIMENSION, brute_force_below=100)
    index.add(range(1, 601), data[:600])
    index.settle()
    index.save(tmp_path / "before")
    index.remove([300])
    assert 300 not in index.search(data[299], 50)[0]
    index.settle()
    index.save(tmp_path / "after")
    # hnswlib scales to length 1 once more: compare the middle of the mantissa, in any of the rounded forms
    vector = data[299].view("<u4").astype(np.int64)

    def holds(name):
        raw = (tmp_path / name).read_bytes()
        for shift in range(4):
            words = np.frombuffer(raw[shift : shift + (len(raw) - shift) // 4 * 4], "<u4").astype(np.int64)
            for place in np.flatnonzero(np.abs(words[:-9] - vector[0]) <= 4):
                if (np.abs(words[place : place + 9] - vector[:9]) <= 4).all():
                    return True
        return False

    assert holds("before")
    assert not holds("after")
    assert 300 not in index.search(data[299], 50)[0]


def test_deleting_all_but_one_by_one(data):
    index = VectorIndex(DIMENSION, brute_force_below=2)
    index.add(range(50), data[:50])
    index.settle()
    for label in range(49):
        index.remove([label])
        assert label not in index.search(data[label], 10)[0]
    assert index.search(data[0], 10)[0].tolist() == [49]
    index.remove([49])
    assert index.search(data[0], 10)[0].tolist() == []


def test_labels_beyond_32_bits(data):
    index = VectorIndex(DIMENSION, brute_force_below=2)
    large = [2**62 + 1, 2**63 - 1, 3]
    index.add(large, data[:3])
    assert index.search(data[1], 1)[0].tolist() == [2**63 - 1]
    assert index.labels() == set(large)


def test_same_vectors_in_the_same_order_give_the_same_results(data):
    results = []
    for _ in range(2):
        index = VectorIndex(DIMENSION, brute_force_below=500)
        index.add(range(2000), data[:2000])
        results.append([index.search(query, 10)[0].tolist() for query in data[3000:]])
    assert results[0] == results[1]
