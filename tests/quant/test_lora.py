"""LoRA layers: what they add, what is frozen, what fits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from quant.errors import AdapterError
from quant.lora import LoraConfig, LoraLinear, add_lora, get_weights, remove_lora, set_frozen, set_weights
from quant.lora_weights import LoraWeights, concatenate
from quant.torch_model import load_model

TOKENS = torch.arange(5, 45)[None]


def random_weights(layers: dict[str, LoraLinear], rank: int, alpha: float, seed: int) -> LoraWeights:
    random = np.random.default_rng(seed)
    tensors = {
        name: (
            random.normal(0, 0.1, (rank, layer.in_features)).astype(np.float32),
            random.normal(0, 0.1, (layer.out_features, rank)).astype(np.float32),
        )
        for name, layer in layers.items()
    }
    first = next(iter(layers.values()))
    return LoraWeights(first.architecture, rank, alpha, tensors, first.heads)


def logits(model) -> torch.Tensor:
    with torch.no_grad():
        return model(input_ids=TOKENS).logits


@pytest.fixture
def model(tiny: Callable[..., Path]):
    return load_model(tiny("llama", "Q4_1")).model


def test_a_new_lora_changes_nothing_and_removing_it_restores_everything(model) -> None:
    plain = logits(model)
    layers = add_lora(model, LoraConfig(rank=4), seed=0)
    assert next(iter(layers)) == "model.layers.0.self_attn.q_proj"
    assert len(layers) == 7 * 7
    assert torch.equal(logits(model), plain)
    set_weights(layers, random_weights(layers, 4, 8.0, 1))
    assert not torch.equal(logits(model), plain)
    remove_lora(model)
    assert torch.equal(logits(model), plain)
    assert not any(isinstance(one, LoraLinear) for one in model.modules())


def test_only_the_lora_is_trained_and_all_of_it(model) -> None:
    layers = add_lora(model, LoraConfig(rank=4, dropout=0.0), seed=0)
    trainable = [name for name, parameter in model.named_parameters() if parameter.requires_grad]
    assert len(trainable) == 2 * len(layers)
    assert all(name.rsplit(".", 1)[-1] in ("lora_a", "lora_b") for name in trainable)
    before = get_weights(layers)
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.5)
    for _ in range(2):  # the first step moves only B, as A stands before zeros
        optimizer.zero_grad()
        model(input_ids=TOKENS, labels=TOKENS).loss.backward()
        optimizer.step()
    after = get_weights(layers)
    for name, (a, b) in after.tensors.items():
        assert not np.array_equal(a, before.tensors[name][0]), name
        assert not np.array_equal(b, before.tensors[name][1]), name


def test_same_seed_same_start(tiny: Callable[..., Path]) -> None:
    path = tiny("llama")
    starts = [get_weights(add_lora(load_model(path).model, LoraConfig(rank=4), seed=seed)) for seed in (0, 0, 1)]
    names = list(starts[0].tensors)
    assert all(np.array_equal(starts[0].tensors[name][0], starts[1].tensors[name][0]) for name in names)
    assert not any(np.array_equal(starts[0].tensors[name][0], starts[2].tensors[name][0]) for name in names)


def test_frozen_and_personal_are_their_concatenation(model) -> None:
    layers = add_lora(model, LoraConfig(rank=4, alpha=8.0, dropout=0.0), seed=0)
    task, personal = random_weights(layers, 6, 9.0, 1), random_weights(layers, 4, 8.0, 2)
    only = {"model.layers.3.mlp.up_proj": task.tensors["model.layers.3.mlp.up_proj"]}
    for frozen in (task, LoraWeights("llama", 6, 9.0, only)):
        set_frozen(layers, frozen)
        reference = logits(model)  # nothing was trained yet
        set_weights(layers, personal)
        stacked = logits(model)
        set_frozen(layers, None)
        remove_lora(model)
        together = concatenate(frozen, personal)
        assert (together.rank, together.scale, together.heads) == (10, 1.0, (4, 2))
        one = add_lora(model, LoraConfig(rank=10, alpha=10.0, dropout=0.0), seed=5)
        set_weights(one, together)
        torch.testing.assert_close(logits(model), stacked, rtol=1e-4, atol=1e-4)
        assert (reference - stacked).abs().max() > 0.1
        remove_lora(model)
        layers = add_lora(model, LoraConfig(rank=4, alpha=8.0, dropout=0.0), seed=0)


def test_weights_survive_the_layers(model) -> None:
    layers = add_lora(model, LoraConfig(rank=4), seed=0)
    weights = random_weights(layers, 4, 12.0, 3)
    set_weights(layers, weights)
    found = get_weights(layers)
    assert (found.architecture, found.rank, found.alpha, found.heads) == ("llama", 4, 12.0, (4, 2))
    for name, (a, b) in weights.tensors.items():
        assert np.array_equal(found.tensors[name][0], a)
        assert np.array_equal(found.tensors[name][1], b)


def test_joined_layers_get_the_joined_lora(tiny: Callable[..., Path]) -> None:
    layers = add_lora(load_model(tiny("phi3")).model, LoraConfig(rank=4), seed=0)
    kinds = {name.rsplit(".", 1)[-1] for name in layers}
    assert kinds == {"qkv_proj", "o_proj", "gate_up_proj", "down_proj"}


def test_all_misfits_are_told_at_once(model) -> None:
    layers = add_lora(model, LoraConfig(rank=4), seed=0)
    before = get_weights(layers)
    a, b = np.ones((4, 64), dtype=np.float32), np.ones((64, 4), dtype=np.float32)
    tensors = {"model.layers.9.mlp.up_proj": (a, b), "model.layers.0.mlp.up_proj": (a, b)}
    with pytest.raises(AdapterError) as raised:
        set_weights(layers, LoraWeights("qwen2", 4, 4.0, tensors))
    text = str(raised.value)
    assert "'qwen2'" in text
    assert "model.layers.9.mlp.up_proj: no such layer" in text
    assert "64 to 64, not 64 to 96" in text
    assert np.array_equal(
        get_weights(layers).tensors["model.layers.0.mlp.up_proj"][0], before.tensors["model.layers.0.mlp.up_proj"][0]
    )
    narrow = (np.ones((3, 8), dtype=np.float32), np.ones((8, 4), dtype=np.float32))
    nan = np.full((4, 2), np.nan, dtype=np.float32)
    with pytest.raises(AdapterError, match=r"x: A is 3 x 8.*y: holds numbers"):
        LoraWeights("llama", 4, 4.0, {"x": narrow, "y": (nan, nan.T)})
    remove_lora(model)
    with pytest.raises(AdapterError, match="no layer named nothing"):
        add_lora(model, LoraConfig(targets=("nothing",)), seed=0)
    with pytest.raises(AdapterError, match="dropout"):
        LoraConfig(dropout=1.0)
