"""Embedders: unit rows, one vector a text whatever stands beside it, a shared cache, no torch when cached."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import subprocess
import sys

import numpy as np
import pytest

from edge_assistant.errors import ModelError
from edge_assistant.llm.bert import BertModel
from edge_assistant.llm.embedding import (
    CachedEmbedder,
    HashEmbedder,
    SentenceTransformerEmbedder,
    _load_model,
    default_embedder,
    packaged_model,
)

TEXTS = ["boil two eggs for tomorrow's lunch", "call a friend", "stretch", "", "boil two eggs for tomorrow's lunch"]


class Counting(HashEmbedder):
    """Remembers what it was asked."""

    def __init__(self, dimension=64):
        super().__init__(dimension)
        self.asked = []

    def embed(self, texts):
        self.asked.extend(texts)
        return super().embed(texts)


def test_hash_embedder_gives_unit_rows_and_shared_words_bring_texts_together():
    rows = HashEmbedder(100).embed(["wash the dishes", "Wash the plates!", "quarterly tax report", ""])
    assert rows.shape == (4, 100)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.3
    # the same in every process and version
    assert "".join("-" if sign else "+" for sign in np.signbit(HashEmbedder(8).embed(["tea"])[0])) == "++-+-+--"


@pytest.mark.parametrize("on_disk", [False, True])
def test_cache_computes_each_text_once_and_returns_the_same(tmp_path, on_disk):
    inner = Counting()
    cache = CachedEmbedder(inner, tmp_path / "c.sqlite" if on_disk else None)
    expected = HashEmbedder().embed(TEXTS)
    for _ in range(2):
        assert cache.embed(TEXTS).tobytes() == expected.tobytes()
    assert cache.embed([TEXTS[1]]).tobytes() == expected[1:2].tobytes()
    assert cache.embed([]).shape == (0, 64)
    assert sorted(inner.asked) == sorted(set(TEXTS))
    assert cache.computed == 4
    again = CachedEmbedder(Counting(), tmp_path / "c.sqlite" if on_disk else None)
    assert again.embed(TEXTS).tobytes() == expected.tobytes()
    assert again.computed == (0 if on_disk else 4)


def test_cached_rows_cannot_be_spoiled_by_the_caller():
    cache = CachedEmbedder(HashEmbedder())
    for rows in (cache.embed(["a"]), cache.embed(["a", "b"])):
        with pytest.raises(ValueError, match="read-only"):
            rows[...] = 0


def test_cache_tells_models_apart(tmp_path):
    CachedEmbedder(HashEmbedder(32), tmp_path / "c.sqlite").embed(TEXTS)
    other = CachedEmbedder(HashEmbedder(48), tmp_path / "c.sqlite")
    assert other.embed(TEXTS).tobytes() == HashEmbedder(48).embed(TEXTS).tobytes()


def test_memory_is_bounded_without_wrong_answers():
    cache = CachedEmbedder(Counting(), memory_rows=3)
    texts = [f"text number {n}" for n in range(20)]
    assert cache.embed(texts).tobytes() == HashEmbedder().embed(texts).tobytes()
    assert len(cache._rows) == 3
    assert cache.embed(texts[::-1]).tobytes() == HashEmbedder().embed(texts[::-1]).tobytes()


def test_forgotten_texts_leave_memory_and_file(tmp_path):
    path = tmp_path / "c.sqlite"
    cache = CachedEmbedder(HashEmbedder(), path)
    cache.embed(["secret", "other"])
    vector = HashEmbedder().embed(["secret"])[0].astype("<f4").tobytes()
    assert any(vector in file.read_bytes() for file in tmp_path.iterdir())
    cache.forget(["secret"])
    assert not any(vector in file.read_bytes() for file in tmp_path.iterdir())
    again = CachedEmbedder(HashEmbedder(), path)
    again.embed(["secret", "other"])
    assert again.computed == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"not a database" * 500, b"SQLite format 3\x00" + b"\x07" * 5000])
def test_damaged_cache_is_made_anew(tmp_path, content, caplog):
    path = tmp_path / "c.sqlite"
    path.write_bytes(content)
    cache = CachedEmbedder(HashEmbedder(), path)
    assert cache.embed(TEXTS).tobytes() == HashEmbedder().embed(TEXTS).tobytes()
    assert "damaged" in caplog.text or "going on without it" in caplog.text
    for expected in (4, 0):
        again = CachedEmbedder(HashEmbedder(), path)
        again.embed(TEXTS)
        assert again.computed in (0, expected)


def test_cache_that_cannot_be_written_only_costs_time(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    cache = CachedEmbedder(HashEmbedder(), tmp_path / "file" / "c.sqlite")
    assert cache.embed(TEXTS).tobytes() == HashEmbedder().embed(TEXTS).tobytes()
    assert len(caplog.records) == 1
    full = CachedEmbedder(HashEmbedder(), tmp_path / "c.sqlite")
    full.embed(["one"])
    assert full._connection is not None
    full._connection.execute("PRAGMA max_page_count = 2")
    texts = [f"text {n}" for n in range(500)]
    assert full.embed(texts).tobytes() == HashEmbedder().embed(texts).tobytes()
    assert "full" in caplog.text


def _fill(path, first):
    cache = CachedEmbedder(HashEmbedder(), path)
    for start in range(first, first + 300, 10):
        texts = [f"text {n}" for n in range(start, start + 10)]
        if cache.embed(texts).tobytes() != HashEmbedder().embed(texts).tobytes():
            os._exit(1)
    os._exit(1 if cache._broken else 0)


def test_processes_share_the_file(tmp_path):
    path = tmp_path / "c.sqlite"
    context = multiprocessing.get_context("fork")
    children = [context.Process(target=_fill, args=(path, first)) for first in (0, 100, 200, 300)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0, 0, 0, 0]
    cache = CachedEmbedder(HashEmbedder(), path)
    cache.embed([f"text {n}" for n in range(600)])
    assert cache.computed == 0


def test_forked_child_opens_the_file_for_itself(tmp_path):
    cache = CachedEmbedder(HashEmbedder(), tmp_path / "c.sqlite")
    cache.embed(["before"])
    parent = cache._connection
    child = os.fork()
    if child == 0:
        cache.embed(["after"])
        os._exit(0 if cache._connection is not parent and not cache._broken else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    again = CachedEmbedder(HashEmbedder(), tmp_path / "c.sqlite")
    again.embed(["before", "after"])
    assert again.computed == 0


def test_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="name a folder"):
        SentenceTransformerEmbedder(tmp_path)


@pytest.mark.model
def test_folder_with_a_spoilt_model_is_one_line(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "modules.json").write_text(json.dumps([{"path": "."}]))
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        SentenceTransformerEmbedder(tmp_path).embed(["text"])
    assert "\n" not in str(caught.value)


@pytest.mark.model
def test_packaged_model_gives_meaning_and_does_not_depend_on_the_company(tmp_path):
    embedder = default_embedder(tmp_path)
    texts = [
        "washing the dishes",
        "doing the washing-up after lunch",
        "preparing a tax return",
        "a walk",
        "a swim",
        "a nap",
        "reading a long novel about the sea in the armchair by the window while it rains outside",
        "word " * 600,
    ]
    rows = embedder.embed(texts)
    assert rows.shape == (8, 384) == (8, embedder.dimension)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    inner = SentenceTransformerEmbedder(packaged_model())
    assert inner.name == embedder.name
    single = np.concatenate([inner.embed([text]) for text in texts])
    np.testing.assert_array_equal(single, rows)


@pytest.mark.model
def test_without_torch_the_vectors_are_the_same(tmp_path):
    texts = ["boil two eggs for lunch", "", "Straße, café & ☕?", "word " * 600]
    code = (
        "import sys, numpy\nfrom edge_assistant.llm.embedding import SentenceTransformerEmbedder\n"
        f"numpy.save(sys.argv[1], SentenceTransformerEmbedder().embed({texts!r}))\n"
        "assert not {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "rows.npy")], check=True)
    whole = _load_model(packaged_model(), None)
    for text, row in zip(texts, np.load(tmp_path / "rows.npy"), strict=True):
        np.testing.assert_allclose(row, whole.encode([text], normalize_embeddings=True)[0], atol=1e-6)


def test_a_model_of_another_kind_is_left_to_sentence_transformers(tmp_path):
    for file in packaged_model().rglob("*.json"):
        copy = tmp_path / file.relative_to(packaged_model())
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").symlink_to(packaged_model() / "model.safetensors")
    assert BertModel.of(tmp_path) is not None
    config = json.loads((tmp_path / "config.json").read_text())
    for change in ({"model_type": "mpnet"}, {"hidden_act": "relu"}, {"position_embedding_type": "relative_key"}):
        (tmp_path / "config.json").write_text(json.dumps({**config, **change}))
        assert BertModel.of(tmp_path) is None


def test_cached_run_imports_no_torch(tmp_path):
    name, texts = default_embedder(tmp_path).name, ["a text", "another"]

    class Named(HashEmbedder):
        pass

    Named.name = name
    CachedEmbedder(Named(384), tmp_path / "embeddings.sqlite").embed(texts)
    code = (
        "import sys, pathlib\nfrom edge_assistant.llm.embedding import default_embedder\n"
        f"embedder = default_embedder(pathlib.Path(sys.argv[1]))\nrows = embedder.embed({texts!r})\n"
        "assert rows.shape == (2, 384)\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'hnswlib'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
