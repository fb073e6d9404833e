"""The training of the task adapter on a tiny random model written as GGUF: exact, resumable, shipped whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from edge_assistant.errors import ModelError, UsageError
from edge_assistant.llm.task_adapter import packaged_adapter
from task_adapter.examples import Example, make_examples

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


def test_the_loss_and_its_gradient_are_those_of_the_plain_model(
    tiny: Path, examples: list[Example], tmp_path: Path
) -> None:
    """Nats a token, weighted, over all answers of a step: no packing may show in the numbers."""
    import torch

    from edge_assistant.training.dpo.loop import Loop
    from edge_assistant.training.dpo.prepare import prepare
    from quant.lora import LoraConfig, add_lora
    from quant.torch_model import load_model
    from task_adapter.build import CONFIG, encode

    config = replace(CONFIG, rank=2, alpha=4.0, threads=1, max_grad_norm=1e9)
    prepared = prepare(lambda tokenizer: encode(examples[:8], tokenizer), tiny, config, None, tmp_path)
    loop = Loop(prepared)
    loop.optimizer.step = lambda: None
    loss, _ = loop.step(0, loop.reference())
    plain = load_model(tiny).model
    layers = add_lora(plain, LoraConfig(rank=2, alpha=4.0, dropout=0.0), seed=config.seed)
    total, count = torch.zeros(()), 0.0
    for (one,) in (pair.answers for pair in prepared.pairs):
        logits = plain(input_ids=torch.tensor([one.tokens])).logits[0, one.start - 1 : -1]
        weights = torch.tensor(one.weights)
        losses = torch.nn.functional.cross_entropy(logits, torch.tensor(one.answer), reduction="none")
        total, count = total + (losses * weights).sum(), count + float(weights.sum())
    (total / count).backward()
    assert loss == pytest.approx(float(total.detach() / count), rel=1e-4)
    for name, layer in layers.items():
        found = loop.parameters[f"{name}.lora_b"].grad
        torch.testing.assert_close(found, layer.lora_b.grad, rtol=1e-3, atol=1e-5)


def test_training_learns_moves_everything_and_goes_on_after_an_interruption(
    tiny: Path, examples: list[Example], tmp_path: Path
) -> None:
    from task_adapter.build import CONFIG, build

    config = replace(CONFIG, rank=2, warmup=1, decay=2, threads=1, learning_rate=2e-3)
    whole = build(examples, tiny, config, tmp_path / "whole")
    assert whole.losses[-1] < whole.losses[0]
    assert all(b.any() for _, b in whole.weights.tensors.values())

    class StopError(Exception):
        pass

    def stop_after_two(progress):
        if progress.step == 2:
            raise StopError

    with pytest.raises(StopError):
        build(examples, tiny, config, tmp_path / "cut", stop_after_two)
    again = build(examples, tiny, config, tmp_path / "cut")
    assert again.losses == whole.losses
    for name, (a, b) in whole.weights.tensors.items():
        assert (again.weights.tensors[name][0] == a).all() and (again.weights.tensors[name][1] == b).all()
    with pytest.raises(UsageError, match="another training"):
        build(examples[:-1], tiny, config, tmp_path / "cut")


def test_the_rate_rises_stays_and_falls() -> None:
    from edge_assistant.training.dpo.config import TrainingConfig

    config = TrainingConfig(learning_rate=1.0, warmup=4, decay=5)
    assert [config.rate(step, 12) for step in range(12)] == pytest.approx(
        [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 0.8, 0.6, 0.4, 0.2]
    )
    assert [TrainingConfig(learning_rate=1.0).rate(step, 4) for step in range(4)] == [1, 0.75, 0.5, 0.25]


def test_what_is_shipped_is_found_by_the_base_and_only_when_whole(
    tiny: Path, examples: list[Example], tmp_path: Path
) -> None:
    from edge_assistant.llm.models import resolve
    from task_adapter.build import BATCH, CONFIG, build
    from task_adapter.ship import record, ship

    base = resolve(tiny)
    config = replace(CONFIG, rank=2, max_pairs=2 * BATCH, threads=1)
    built = build(examples, tiny, config, tmp_path / "work")
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
    from quant.gguf_file import GgufFile
    from quant.tokenizer import load_tokenizer
    from task_adapter.build import REASON_WEIGHT, encode

    tokenizer = load_tokenizer(GgufFile.open(packaged_path()))
    example = Example("sentence", "Say it.", "Idea: sing", "You could sing, since it is easy. 🎵")
    ((one,),) = (pair.answers for pair in encode([example], tokenizer))
    light = [tokenizer.decode([t]) for t, w in zip(one.answer, one.weights, strict=True) if w == REASON_WEIGHT]
    assert "".join(light) == " it is easy"
    ((plain,),) = (pair.answers for pair in encode([replace(example, answer="You could sing. 🎵")], tokenizer))
    assert set(plain.weights) == {1.0}
