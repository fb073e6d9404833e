"""Packed sequences against the same sequences one by one."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_assistant.training.dpo.attention import install
from edge_assistant.training.dpo.loop import log_probabilities
from edge_assistant.training.dpo.packing import TokenSequence, pack
from quant.lora import LoraConfig, add_lora
from quant.torch_model import load_model

BEGINNING = tuple(range(5, 25))


def make_sequences() -> list[TokenSequence]:
    """Three prompts, two of which begin alike, each with two answers; one answer begins as the other does."""
    draws = np.random.default_rng(0)

    def some(n: int) -> tuple[int, ...]:
        return tuple(int(one) for one in draws.integers(5, 200, n))

    prompts = [BEGINNING + some(7), BEGINNING + some(12), some(9)]
    sequences = [TokenSequence(prompt + some(5), len(prompt)) for prompt in prompts for _ in range(2)]
    first = sequences[0]
    return [*sequences, TokenSequence(first.tokens[:-2] + some(3), first.start)]


@st.composite
def many(draw: st.DrawFn) -> list[TokenSequence]:
    rows = draw(st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=9), min_size=1, max_size=6))
    return [TokenSequence(tuple(row), draw(st.integers(1, len(row) - 1))) for row in rows]


@settings(max_examples=200, deadline=None)
@given(many())
def test_every_token_sees_its_own_beginning_and_nothing_else(sequences: list[TokenSequence]) -> None:
    packed = pack(sequences)
    mask = np.zeros((len(packed.tokens), len(packed.tokens)), dtype=np.bool_)
    for segment in packed.segments:
        mask[segment.start : segment.stop, segment.above] = True
        mask[segment.start : segment.stop, segment.start : segment.stop] = np.tri(segment.length, dtype=np.bool_)
    assert len({tuple(row.tokens[: end + 1]) for row in sequences for end in range(len(row.tokens))}) == len(
        packed.tokens
    )
    paths = {tuple(packed.tokens[np.flatnonzero(mask[place])]) for place in range(len(packed.tokens))}
    assert paths == {row.tokens[: end + 1] for row in sequences for end in range(len(row.tokens))}
    assert (packed.positions == mask.sum(axis=1) - 1).all()
    for number, row in enumerate(sequences):
        of_this = packed.owners == number
        assert tuple(packed.targets[of_this]) == row.answer
        before = [tuple(packed.tokens[np.flatnonzero(mask[one])]) for one in packed.predictors[packed.rows[of_this]]]
        assert before == [row.tokens[:place] for place in range(row.start, len(row.tokens))]


def test_tokens_of_an_answer_may_count_less() -> None:
    heavy = TokenSequence((1, 2, 3), 1, (1.0, 0.5))
    packed = pack([heavy, TokenSequence((1, 4, 5), 1)])
    assert packed.weights.tolist() == [1.0, 0.5, 1.0, 1.0] and packed.lengths.tolist() == [1.5, 2.0]


def test_an_answer_needs_a_prompt_and_tokens() -> None:
    for start in (0, 3):
        with pytest.raises(ValueError, match="an answer from"):
            TokenSequence((1, 2, 3), start)


@pytest.mark.parametrize(
    "family",
    ["llama", "qwen2", "qwen3", "gemma2", "gemma3", "gemma4", "phi3", "lfm2"],
)
def test_log_probabilities_are_those_of_single_sequences(family: str, tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "tiny.gguf", family)
    sequences = make_sequences()
    plain = load_model(path).model
    plain.set_attn_implementation("eager")
    expected = []
    with torch.no_grad():
        for row in sequences:
            logits = plain(input_ids=torch.tensor([row.tokens])).logits[0].log_softmax(-1)
            places = range(row.start, len(row.tokens))
            expected.append(sum(float(logits[place - 1, row.tokens[place]]) for place in places))
        packed_model = load_model(path).model
        install(packed_model)
        found = log_probabilities(packed_model, pack(sequences))
    assert found.tolist() == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("family", ["llama", "gemma4", "lfm2"])
def test_layers_that_are_computed_again_give_the_same_gradients(family: str, tmp_path: Path) -> None:
    path = write_tiny(tmp_path / "tiny.gguf", family)
    found = []
    for recompute in (False, True):
        model = load_model(path).model
        layers = add_lora(model, LoraConfig(rank=2, dropout=0.0), seed=0)
        for number, layer in enumerate(layers.values()):
            torch.nn.init.normal_(layer.lora_b, std=0.05, generator=torch.Generator().manual_seed(number))
        install(model)
        if recompute:
            model.gradient_checkpointing_enable({"use_reentrant": False})
            model.train()
        log_probabilities(model, pack(make_sequences())).sum().backward()
        found.append({name: layer.lora_a.grad for name, layer in layers.items()})
    for name, gradient in found[0].items():
        assert gradient.abs().max() > 0, name
        torch.testing.assert_close(found[1][name], gradient, rtol=1e-4, atol=1e-5)


def write_tiny(path: Path, family: str) -> Path:
    """The tiny models of the tests of `quant`."""
    place = Path(__file__).parents[2] / "quant" / "conftest.py"
    spec = importlib.util.spec_from_file_location("tiny_models", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Path = module.write_tiny(path, family)
    return made
