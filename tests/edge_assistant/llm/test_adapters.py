"""LoRA adapters on the packaged model, attached and detached while it stays loaded."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.errors import ModelError
from edge_assistant.llm.protocols import GenerateRequest, ScoreRequest

pytestmark = pytest.mark.model

QUESTION = ScoreRequest(
    "The best thing to do on a rainy evening, said the neighbour, is to", (" read", " swim", " argue")
)


@pytest.fixture(autouse=True)
def plain_afterwards(engine):
    yield
    engine.detach()


def test_outputs_change_and_come_back_without_reloading(engine, tmp_path, write_adapter) -> None:
    request = GenerateRequest(QUESTION.prefix, max_tokens=8)
    weights = engine._runner.model.handle
    plain, plain_text = engine.score([QUESTION]), engine.generate([request])
    engine.attach(write_adapter(tmp_path / "one.gguf"))
    with_one = engine.score([QUESTION])
    assert with_one != plain
    assert engine.generate([request]) != plain_text
    engine.attach(write_adapter(tmp_path / "two.gguf", seed=2))
    with_two = engine.score([QUESTION])
    assert with_two not in (plain, with_one)
    engine.attach(tmp_path / "one.gguf")
    assert engine.score([QUESTION]) == with_one  # also from the cache, which keeps adapters apart
    engine.detach()
    assert engine.adapter_key == ""
    assert engine.score([QUESTION]) == plain
    assert engine.generate([request]) == plain_text
    assert engine._runner.model.handle is weights


def test_the_scale_counts(engine, tmp_path, write_adapter) -> None:
    path = write_adapter(tmp_path / "one.gguf")
    plain = engine.score([QUESTION])
    seen = []
    for scale in (0.5, 1.0, 0.0):
        engine.attach(path, scale)
        seen.append(engine.score([QUESTION]))
    assert seen[0] != seen[1]
    assert seen[2] == plain
    with pytest.raises(ModelError, match="finite"):
        engine.attach(path, float("inf"))


def test_prefixes_of_one_adapter_are_not_reused_under_another(engine, tmp_path, write_adapter) -> None:
    engine.score([QUESTION])
    engine.attach(write_adapter(tmp_path / "three.gguf", seed=3))
    before = engine.counters
    engine.score([QUESTION])
    assert engine.counters.sub(before).reused_tokens == 0
    engine.score([QUESTION])
    assert engine.counters.sub(before).reused_tokens > 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"architecture": "qwen2"}, "another base"),
        ({"rows": 1536}, "does not fit this model"),
        ({"columns": 1536}, "does not fit this model"),
    ],
)
def test_an_adapter_for_another_base_is_refused_and_the_old_one_stays(
    engine, tmp_path, write_adapter, options, words
) -> None:
    engine.attach(write_adapter(tmp_path / "good.gguf"))
    expected, key = engine.score([QUESTION]), engine.adapter_key
    with pytest.raises(ModelError, match=words) as caught:
        engine.attach(write_adapter(tmp_path / "other.gguf", **options))
    assert "\n" not in str(caught.value)
    assert engine.adapter_key == key
    assert engine.score([QUESTION]) == expected


def test_other_files_are_refused(engine, tmp_path, packaged, write_adapter) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        engine.attach(tmp_path / "nothing.gguf")
    with pytest.raises(ModelError, match="not a LoRA adapter"):
        engine.attach(packaged)
    path = write_adapter(tmp_path / "cut.gguf")
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match="truncated"):
        engine.attach(path)


def test_a_fresh_adapter_may_change_nothing(engine, tmp_path, write_adapter) -> None:
    plain = engine.score([QUESTION])
    engine.attach(write_adapter(tmp_path / "fresh.gguf", size=0.0))
    assert engine.score([QUESTION]) == plain


def test_a_build_that_ignores_adapters_is_noticed(engine, tmp_path, write_adapter, monkeypatch) -> None:
    monkeypatch.setattr(engine._runner.context, "set_adapter", lambda adapter, scale=1.0: None)
    with pytest.raises(ModelError, match="did not change"):
        engine.attach(write_adapter(tmp_path / "one.gguf"))
    assert engine.adapter_key == ""


def test_after_a_failed_attach_the_old_adapter_works_on(engine, tmp_path, write_adapter, monkeypatch) -> None:
    request = GenerateRequest(QUESTION.prefix, max_tokens=8)  # without a prefix nothing comes from the cache
    engine.attach(write_adapter(tmp_path / "good.gguf"))
    expected = engine.generate([request])
    with monkeypatch.context() as patch:
        patch.setattr(engine._runner, "probe_logits", lambda: np.zeros(4))
        with pytest.raises(ModelError, match="did not change"):
            engine.attach(write_adapter(tmp_path / "two.gguf", seed=2))
    assert engine.generate([request]) == expected
    engine.detach()
    assert engine.generate([request]) != expected
