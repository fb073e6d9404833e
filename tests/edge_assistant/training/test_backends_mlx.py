"""The mlx backend beside the processor's: the same losses on the same weights."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from edge_assistant.training.backends.training import BackendRun, train
from edge_assistant.training.dpo.config import Progress, TrainingConfig, TrainingPaused
from edge_assistant.training.dpo.loop import Loop
from edge_assistant.training.dpo.prepare import prepare
from edge_assistant.training.dpo.tokens import tokenize_pairs
from edge_assistant.training.pairs.pair import Pair
from quant.lora import set_weights
from quant.lora_weights import LoraWeights
from quant.torch_model import load_model

mx = pytest.importorskip("mlx.core")
pytest.importorskip("mlx_lm")

from edge_assistant.training.backends import mlx as backend  # noqa: E402 - needs mlx

CONFIG = TrainingConfig(rank=4, alpha=8.0, dropout=0.0, learning_rate=2e-3, dtype="float32", seed=3, accumulation=3)


def make_pairs() -> list[Pair]:
    return [
        Pair("Say it.", f"Idea: boil {n} eggs", f"Maybe boil {n} eggs.", f"Boil {n}!", "rated") for n in range(2, 8)
    ]


def random_weights(layers) -> LoraWeights:
    draws = np.random.default_rng(0)
    tensors = {
        name: (
            draws.normal(0, 0.2, layer.lora_a.shape).astype(np.float32),
            draws.normal(0, 0.2, layer.lora_b.shape).astype(np.float32),
        )
        for name, layer in layers.items()
    }
    return LoraWeights("llama", CONFIG.rank, CONFIG.alpha, tensors)


@pytest.mark.parametrize("loss", ["dpo", "sft"])
def test_same_loss_and_step_as_the_processor(loss: str, tiny_model: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, loss=loss, accumulation=6, epochs=1)
    tokenize = partial(tokenize_pairs, make_pairs(), max_tokens=500, loss=loss)
    prepared = prepare(tokenize, tiny_model, config, None, tmp_path)
    weights = random_weights(prepared.layers)
    set_weights(prepared.layers, weights)
    ours = Loop(prepared)
    reference = ours.reference()
    expected = ours.step(0, reference)
    model = backend.build(load_model(tiny_model).model, "float32", None)
    layers = backend.add_lora(model, config)
    assert layers.keys() == prepared.layers.keys()
    backend.set_weights(layers, weights)
    run = BackendRun(make_pairs(), tiny_model, config, None, tmp_path, lambda: False, lambda _: None, "key")
    loop = backend.MlxLoop(model, layers, prepared.pairs, config, run)
    theirs = loop.reference()
    if loss == "dpo":
        assert np.stack([np.array(one) for one in theirs]) == pytest.approx(reference.numpy(), rel=1e-4)
    assert loop._step(0, theirs) == pytest.approx(expected, rel=1e-4)
    after = backend.weights_of(layers, "llama", config).tensors
    for name, layer in prepared.layers.items():
        for found, parameter in zip(after[name], (layer.lora_a, layer.lora_b), strict=True):
            # Adam's first step goes as far wherever the sign of a gradient is certain.
            assert np.mean(np.abs(found - parameter.detach().numpy()) < 1e-4) > 0.97, name


def test_a_task_adapter_lies_under_it(tiny_model: Path, tmp_path: Path) -> None:
    loaded = load_model(tiny_model)
    names = [name for name, _ in loaded.model.named_modules() if name.endswith("o_proj")]
    draws = np.random.default_rng(0)
    width = loaded.model.config.hidden_size
    tensors = {name: (draws.normal(0, 0.3, (2, width)), draws.normal(0, 0.3, (width, 2))) for name in names}
    tokens = list(range(5, 25))
    plain = backend.build(loaded.model, "float32", None)(mx.array([tokens]))
    found = backend.build(loaded.model, "float32", LoraWeights("llama", 2, 4.0, tensors))(mx.array([tokens]))
    for name in names:
        base = loaded.model.get_submodule(name)
        a, b = (torch.from_numpy(one).float() for one in tensors[name])
        base.register_forward_hook(lambda _m, x, out, a=a, b=b: out + 2.0 * (x[0] @ a.t()) @ b.t())
    expected = loaded.model(input_ids=torch.tensor([tokens])).logits.detach().numpy()
    assert np.array(found) == pytest.approx(expected, rel=1e-2, abs=1e-3)
    assert np.abs(np.array(plain) - expected).max() > 0.01


def test_trains_pauses_goes_on_and_leaves_the_same_folder(tiny_model: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, backend="mlx", dropout=0.2)
    undisturbed = train(make_pairs(), tiny_model, config, None, tmp_path / "undisturbed")
    assert undisturbed.backend == "mlx"
    assert len(undisturbed.losses) == 4
    assert undisturbed.losses[-1] < undisturbed.losses[0]
    reached = [0]

    def tell(progress: Progress) -> None:
        reached[0] = progress.step if progress.phase == "training" else 0

    with pytest.raises(TrainingPaused):
        train(make_pairs(), tiny_model, config, None, tmp_path / "paused", lambda: reached[0] >= 2, tell)
    again = train(make_pairs(), tiny_model, config, None, tmp_path / "paused")
    assert again.losses == pytest.approx(undisturbed.losses, rel=1e-5)
    expected = undisturbed.weights().tensors
    on_processor = train(make_pairs(), tiny_model, replace(CONFIG, epochs=1), None, tmp_path / "cpu").weights()
    assert again.weights().tensors.keys() == expected.keys() == on_processor.tensors.keys()
    for name, (a, b) in again.weights().tensors.items():
        assert a == pytest.approx(expected[name][0], abs=1e-5)
        assert b == pytest.approx(expected[name][1], abs=1e-5)
        assert (a.shape, b.shape) == tuple(one.shape for one in on_processor.tensors[name])


@pytest.mark.parametrize(("platform", "told"), [("linux", True), ("darwin", False)])
def test_a_processor_is_told_that_it_is_slow(platform: str, told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", platform)
    note = backend.MlxBackend().check(replace(CONFIG, epochs=2), 200)
    assert ("200 pairs would take about 153 minutes" in note) == ("'--backend cpu' takes about 11" in note) == told
    assert "\n" not in note
