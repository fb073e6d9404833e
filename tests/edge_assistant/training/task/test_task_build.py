"""The training of the task adapter on a tiny random model written as GGUF: exact, resumable, shipped whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from edge_assistant.errors import ModelError, UsageError
from edge_assistant.llm.task_adapter import packaged_adapter
from edge_assistant.training.task.examples import Example, make_examples

SMALL = {"sentence": 16, "activity": 4, "reason": 4, "hour": 4, "silence": 4}


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return make_examples(3, SMALL)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two blocks of width 64 with the packaged model's own tokenizer."""
    import gguf
    import numpy as np

    from edge_assistant.llm.models import packaged_path

    path = tmp_path_factory.mktemp("tiny") / "tiny.gguf"
    reader = gguf.GGUFReader(packaged_path())
    writer = gguf.GGUFWriter(path, "llama")
    tokens = reader.fields["tokenizer.ggml.tokens"]
    for name, field in reader.fields.items():
        if name.startswith("tokenizer."):
            kind = field.types[0]
            inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, field.contents(), kind, sub_type=inner)
    writer.add_context_length(512)
    writer.add_embedding_length(64)
    writer.add_block_count(2)
    writer.add_feed_forward_length(96)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(16)
    writer.add_rope_freq_base(10000.0)
    writer.add_file_type(0)
    rng = np.random.default_rng(0)

    def add(name: str, *shape: int) -> None:
        values = np.ones(shape) if len(shape) == 1 else rng.normal(scale=0.1, size=shape)
        writer.add_tensor(name, values.astype(np.float32))

    add("token_embd.weight", len(tokens.data), 64)
    add("output_norm.weight", 64)
    for block in range(2):
        for name, *shape in (
            ("attn_norm", 64),
            ("ffn_norm", 64),
            ("attn_q", 64, 64),
            ("attn_k", 32, 64),
            ("attn_v", 32, 64),
            ("attn_output", 64, 64),
            ("ffn_gate", 96, 64),
            ("ffn_up", 96, 64),
            ("ffn_down", 64, 96),
        ):
            add(f"blk.{block}.{name}.weight", *shape)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def test_a_batch_gives_the_loss_of_its_examples_one_by_one(tiny: Path, examples: list[Example]) -> None:
    """Shared beginning, padding in front and behind, restarted positions: none of it may show in the numbers."""
    import torch

    from edge_assistant.training.task.batches import collate, encode
    from edge_assistant.training.task.build import batch_loss
    from quant.torch_model import load_model

    loaded = load_model(tiny)
    encoded = [
        one for one in encode(examples, loaded.tokenizer) if one.shared == encode(examples, loaded.tokenizer)[0].shared
    ]
    group = encoded[:5]
    with torch.no_grad():
        total, count = 0.0, 0
        for one in group:
            ids = torch.tensor([[*one.shared, *one.prompt, *one.answer]])
            logits = loaded.model(input_ids=ids).logits[0, -len(one.answer) - 1 : -1]
            total += float(torch.nn.functional.cross_entropy(logits, torch.tensor(one.answer), reduction="sum"))
            count += len(one.answer)
        group = [replace(one, weights=(1.0,) * len(one.answer)) for one in group]
        assert float(batch_loss(loaded.model, collate(group))) == pytest.approx(total / count, rel=1e-4)


def test_the_gradient_is_that_of_the_plain_model(tiny: Path, examples: list[Example]) -> None:
    import torch

    from edge_assistant.training.task.batches import collate, encode
    from edge_assistant.training.task.build import batch_loss
    from quant.lora import LoraConfig, add_lora
    from quant.torch_model import load_model

    loaded = load_model(tiny)
    layers = add_lora(loaded.model, LoraConfig(rank=2, dropout=0.0), seed=0)
    for layer in layers.values():
        torch.nn.init.normal_(layer.lora_b, std=0.1)
    one = encode(examples, loaded.tokenizer)[0]
    one = replace(one, weights=(1.0,) * len(one.answer))
    batch_loss(loaded.model, collate([one, one])).backward()
    ours = {name: layer.lora_a.grad.clone() for name, layer in layers.items()}
    loaded.model.zero_grad()
    ids = torch.tensor([[*one.shared, *one.prompt, *one.answer]])
    logits = loaded.model(input_ids=ids).logits[0, -len(one.answer) - 1 : -1]
    torch.nn.functional.cross_entropy(logits, torch.tensor(one.answer)).backward()
    for name, layer in layers.items():
        torch.testing.assert_close(ours[name], layer.lora_a.grad, rtol=1e-3, atol=1e-6)


def test_training_learns_moves_everything_and_goes_on_after_an_interruption(
    tiny: Path, examples: list[Example], tmp_path: Path
) -> None:
    from edge_assistant.training.task.build import BuildConfig, train

    config = BuildConfig(rank=2, warmup=1, decay=2, checkpoint_every=2, threads=1, learning_rate=2e-3)
    whole = train(examples, tiny, config, tmp_path / "whole")
    assert whole.losses[-1] < whole.losses[0]
    assert all(b.any() for _, b in whole.weights.tensors.values())

    class StopError(Exception):
        pass

    def stop_after_three(step):
        if step.step == 3:
            raise StopError

    with pytest.raises(StopError):
        train(examples, tiny, config, tmp_path / "cut", stop_after_three)
    again = train(examples, tiny, config, tmp_path / "cut")
    assert again.losses == whole.losses
    for name, (a, b) in whole.weights.tensors.items():
        assert (again.weights.tensors[name][0] == a).all() and (again.weights.tensors[name][1] == b).all()
    with pytest.raises(UsageError, match="another training"):
        train(examples[:-1], tiny, config, tmp_path / "cut")


def test_what_is_shipped_is_found_by_the_base_and_only_when_whole(
    tiny: Path, examples: list[Example], tmp_path: Path
) -> None:
    from edge_assistant.llm.models import resolve
    from edge_assistant.training.task.build import BuildConfig, train
    from edge_assistant.training.task.ship import record, ship

    base = resolve(tiny)
    config = BuildConfig(rank=2, steps=2, threads=1)
    built = train(examples, tiny, config, tmp_path / "work")
    path = ship(tmp_path / "out", built, base, config, SMALL)
    assert packaged_adapter(base.sha256, tmp_path / "out") == path
    assert packaged_adapter("0" * 64, tmp_path / "out") is None
    facts = json.loads(path.with_suffix(".json").read_text())
    assert facts["base_sha256"] == base.sha256 and facts["data_sha256"] == built.data_sha256
    assert facts["sha256"] in path.with_suffix(".md").read_text()
    record(path, {"requests": 500, "first_try": 0.9, "fitting": 0.97, "fallbacks": 0.02}, "")
    assert packaged_adapter(base.sha256, tmp_path / "out") == path
    assert "| fitting sentences when said | 97.0% |" in path.with_suffix(".md").read_text()
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match="install the program again"):
        packaged_adapter(base.sha256, tmp_path / "out")
    path.with_suffix(".json").unlink()
    assert packaged_adapter(base.sha256, tmp_path / "out") is None


def test_the_words_of_a_reason_count_less_and_its_mark_counts_whole() -> None:
    from edge_assistant.llm.models import packaged_path
    from edge_assistant.training.task.batches import REASON_WEIGHT, encode
    from quant.gguf_file import GgufFile
    from quant.tokenizer import load_tokenizer

    tokenizer = load_tokenizer(GgufFile.open(packaged_path()))
    example = Example("sentence", "Say it.", "Idea: sing", "You could sing, since it is easy. 🎵")
    (one,) = encode([example], tokenizer)
    light = [tokenizer.decode([t]) for t, w in zip(one.answer, one.weights, strict=True) if w == REASON_WEIGHT]
    assert "".join(light) == " it is easy"
    (plain,) = encode([replace(example, answer="You could sing. 🎵")], tokenizer)
    assert set(plain.weights) == {1.0}
