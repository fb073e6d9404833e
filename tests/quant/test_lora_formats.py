"""Adapters in files: there and back, and in llama.cpp; `test_export_check` loads the folders in peft and mlx-lm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from quant.errors import AdapterError
from quant.lora import LoraConfig, add_lora, get_weights, set_weights
from quant.lora_files import misfits, read_gguf, read_mlx, read_peft, write_gguf, write_mlx, write_peft
from quant.lora_weights import LoraWeights
from quant.torch_model import load_model

TOKENS = np.random.default_rng(5).integers(3, 259, size=40).tolist()


def random_adapter(model: Any, rank: int = 4, seed: int = 0) -> LoraWeights:
    """Fills a new LoRA on the model with numbers that matter, and leaves it there."""
    layers = add_lora(model, LoraConfig(rank=rank, alpha=2.0 * rank, dropout=0.0), seed=seed)
    random = np.random.default_rng(seed)
    tensors = {
        name: (random.normal(0, 0.08, a.shape), random.normal(0, 0.08, b.shape))
        for name, (a, b) in get_weights(layers).tensors.items()
    }
    found = get_weights(layers)
    weights = LoraWeights(found.architecture, rank, 2.0 * rank, tensors, found.heads)
    set_weights(layers, weights)
    return weights


def log_probabilities(model: Any) -> torch.Tensor:
    with torch.no_grad():
        return model(input_ids=torch.tensor([TOKENS])).logits[0].log_softmax(-1)


def assert_same(found: LoraWeights, expected: LoraWeights, *, atol: float = 0.0) -> None:
    assert (found.architecture, found.rank, found.heads) == (expected.architecture, expected.rank, expected.heads)
    assert found.alpha == pytest.approx(expected.alpha)
    assert found.tensors.keys() == expected.tensors.keys()
    for name, (a, b) in expected.tensors.items():
        np.testing.assert_allclose(found.tensors[name][0], a, rtol=0, atol=atol)
        np.testing.assert_allclose(found.tensors[name][1], b, rtol=0, atol=atol)


@pytest.mark.parametrize("family", ["llama", "qwen2", "phi3", "gemma3", "gemma4", "lfm2"])
def test_every_format_there_and_back(family: str, tiny: Callable[..., Path], tmp_path: Path) -> None:
    base = tiny(family)
    weights = random_adapter(load_model(base).model)
    assert misfits(weights, base) == []
    write_gguf(tmp_path / "a.gguf", weights)
    assert_same(read_gguf(tmp_path / "a.gguf"), weights)
    write_gguf(tmp_path / "half.gguf", weights, precision="f16")
    assert_same(read_gguf(tmp_path / "half.gguf"), weights, atol=1e-3)
    assert (tmp_path / "half.gguf").stat().st_size < 0.7 * (tmp_path / "a.gguf").stat().st_size
    write_peft(tmp_path / "peft", weights)
    assert_same(read_peft(tmp_path / "peft"), weights)
    write_mlx(tmp_path / "mlx", weights)
    assert_same(read_mlx(tmp_path / "mlx"), weights)
    assert not list(tmp_path.rglob("*.partial"))


def test_the_same_adapter_is_written_in_the_same_bytes(tiny: Callable[..., Path], tmp_path: Path) -> None:
    weights = random_adapter(load_model(tiny("llama")).model)
    written = set()
    for number in range(8):  # metadata in the order of a hash table differed every second time
        write_peft(tmp_path / f"peft{number}", weights)
        write_mlx(tmp_path / f"mlx{number}", weights)
        for name in (f"peft{number}/adapter_model.safetensors", f"mlx{number}/adapters.safetensors"):
            written.add((tmp_path / name).read_bytes())
    assert len(written) == 2


@pytest.mark.parametrize("family", ["llama", "qwen2", "qwen3", "gemma2", "gemma3", "gemma4", "phi3", "lfm2"])
def test_gguf_in_llama_cpp(family: str, tiny: Callable[..., Path], llama: Callable[..., Any], tmp_path: Path) -> None:
    base = tiny(family)
    model = load_model(base).model
    plain = log_probabilities(model)
    weights = random_adapter(model)
    expected = log_probabilities(model)
    write_gguf(tmp_path / "a.gguf", weights)
    engine = llama(base)
    before = engine.logits(TOKENS)
    engine.attach(tmp_path / "a.gguf")
    found = torch.from_numpy(engine.logits(TOKENS)).log_softmax(-1)
    assert (found - expected).abs().mean() < 4e-3
    assert (expected - plain).abs().mean() > 0.05  # the order of q's and k's rows alone moves it by more than the bound
    engine.attach(None)
    assert np.array_equal(engine.logits(TOKENS), before)


def test_what_a_foreign_file_does_not_know_comes_from_the_base(tiny: Callable[..., Path], tmp_path: Path) -> None:
    base = tiny("llama")
    weights = random_adapter(load_model(base).model)
    stranger = LoraWeights("", weights.rank, weights.alpha, weights.tensors)
    write_peft(tmp_path / "peft", stranger)
    assert read_peft(tmp_path / "peft").heads is None
    assert_same(read_peft(tmp_path / "peft", base=base), weights)
    with pytest.raises(AdapterError, match="name the base model"):
        write_gguf(tmp_path / "a.gguf", stranger)
    with pytest.raises(AdapterError, match="name the base model"):
        write_gguf(tmp_path / "a.gguf", LoraWeights("llama", weights.rank, weights.alpha, weights.tensors))
    assert not (tmp_path / "a.gguf").exists()
    write_gguf(tmp_path / "a.gguf", stranger, base=base)
    assert_same(read_gguf(tmp_path / "a.gguf"), weights)


def test_layers_that_differ_are_named_one_by_one(tiny: Callable[..., Path], tmp_path: Path) -> None:
    weights = random_adapter(load_model(tiny("llama")).model)
    some = {name: pair for number, (name, pair) in enumerate(weights.tensors.items()) if number % 3}
    fewer = LoraWeights("llama", weights.rank, weights.alpha, some, weights.heads)
    write_peft(tmp_path / "peft", fewer)
    write_mlx(tmp_path / "mlx", fewer)
    assert json.loads((tmp_path / "peft/adapter_config.json").read_text())["target_modules"] == sorted(some)
    assert_same(read_peft(tmp_path / "peft"), fewer)
    assert_same(read_mlx(tmp_path / "mlx"), fewer)


def test_misfits_are_all_told(tiny: Callable[..., Path]) -> None:
    weights = random_adapter(load_model(tiny("llama")).model)
    a, b = weights.tensors["model.layers.0.mlp.up_proj"]
    wrong = weights.tensors | {"model.layers.0.mlp.up_proj": (a[:, :32], b), "model.layers.70.mlp.up_proj": (a, b)}
    found = misfits(LoraWeights("llama", weights.rank, weights.alpha, wrong, (8, 8)), tiny("qwen2", seed=1))
    text = "\n".join(found)
    assert len(found) == 4
    assert "'llama'" in text
    assert "(8, 8)" in text
    assert "model.layers.0.mlp.up_proj: 32 to 96, the base has 64 to 96" in text
    assert "model.layers.70.mlp.up_proj: the base has no such layer" in text
    many = weights.tensors | {f"model.layers.{number}.mlp.up_proj": (a, b) for number in range(70, 90)}
    found = misfits(LoraWeights("llama", weights.rank, weights.alpha, many, weights.heads), tiny("llama"))
    assert len(found) == 6 and found[0] == "model.layers.70.mlp.up_proj: the base has no such layer"
    assert found[-1] == "and so 15 more layers"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("init_lora_weights", "pissa"),
        ("init_lora_weights", "pissa_niter_16"),
        ("init_lora_weights", "olora"),
        ("init_lora_weights", "loftq"),
        ("use_dora", True),
        ("rank_pattern", {"q_proj": 4}),
        ("alpha_pattern", {"q_proj": 4}),
        ("modules_to_save", ["lm_head"]),
        ("layer_replication", [[0, 4], [2, 5]]),
        ("target_parameters", ["mlp.experts.gate_up_proj"]),
        ("alora_invocation_tokens", [1, 2]),
        ("trainable_token_indices", [7]),
        ("init_lora_weights", "corda"),
        ("init_lora_weights", "lora_ga"),
        ("init_lora_weights", "PiSSA"),
        ("lora_bias", True),
        ("use_rslora", "false"),
        ("use_qalora", True),
        ("arrow_config", {"top_k": 2}),
        ("a_setting_of_next_year", 0.5),
    ],
)
def test_settings_that_change_what_it_computes_are_refused_by_name(
    setting: str, value: Any, tiny: Callable[..., Path], tmp_path: Path
) -> None:
    write_peft(tmp_path / "peft", random_adapter(load_model(tiny("llama")).model))
    place = tmp_path / "peft" / "adapter_config.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {setting: value}))
    with pytest.raises(AdapterError, match=setting):
        read_peft(tmp_path / "peft")


def test_whole_numbers_are_no_adapter(tiny: Callable[..., Path], tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    write_peft(tmp_path / "peft", random_adapter(load_model(tiny("llama")).model))
    place = tmp_path / "peft" / "adapter_model.safetensors"
    save_file({name: (100 * values).astype(np.int8) for name, values in load_file(place).items()}, place)
    with pytest.raises(AdapterError, match="holds whole numbers"):
        read_peft(tmp_path / "peft")


@pytest.mark.parametrize(
    ("name", "like", "says"),
    [
        ("{}.lora_magnitude_vector", "lora_B.weight", "not part of a LoRA"),  # DoRA
        ("{}.lora_B.bias", "lora_B.weight", "not part of a LoRA"),
        ("{}.modules_to_save.weight", "lora_B.weight", "not part of a LoRA"),
        ("{}.lora_A.default.weight", "lora_A.weight", "there twice"),
        ("{}.lora_A.second.weight", "lora_A.weight", "not part of a LoRA"),  # another adapter beside it
    ],
)
def test_tensors_that_are_no_plain_lora_are_refused_by_name(
    name: str, like: str, says: str, tiny: Callable[..., Path], tmp_path: Path
) -> None:
    from safetensors.numpy import load_file, save_file

    write_peft(tmp_path / "peft", random_adapter(load_model(tiny("llama")).model))
    place = tmp_path / "peft" / "adapter_model.safetensors"
    tensors = load_file(place)
    layer = "base_model.model.model.layers.1.mlp.up_proj"
    extra = name.format(layer)
    save_file(tensors | {extra: tensors[f"{layer}.{like}"]}, place)
    with pytest.raises(AdapterError, match=says) as refusal:
        read_peft(tmp_path / "peft")
    assert layer in str(refusal.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("adapter.alora.invocation_tokens", [151644, 77091]), ("adapter.lora.prompt_prefix", "query: ")],
)
def test_gguf_settings_that_are_not_known_are_refused(
    key: str, value: Any, tiny: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gguf import GGUFWriter

    add_type = GGUFWriter.add_type

    def and_more(writer: Any, kind: str) -> None:
        add_type(writer, kind)
        (writer.add_array if isinstance(value, list) else writer.add_string)(key, value)

    monkeypatch.setattr(GGUFWriter, "add_type", and_more)
    write_gguf(tmp_path / "a.gguf", random_adapter(load_model(tiny("llama")).model))
    with pytest.raises(AdapterError, match=key):
        read_gguf(tmp_path / "a.gguf")


def test_settings_that_change_nothing_are_taken(tiny: Callable[..., Path], tmp_path: Path) -> None:
    from peft import LoraConfig

    weights = random_adapter(load_model(tiny("llama")).model)
    write_peft(tmp_path / "peft", weights)
    place = tmp_path / "peft" / "adapter_config.json"
    ours = json.loads(place.read_text())
    for changes in ({}, {"init_lora_weights": "gaussian"}, {"lora_dropout": 0.1, "exclude_modules": ["lm_head"]}):
        usual = LoraConfig(r=weights.rank, target_modules=["q_proj"], task_type="CAUSAL_LM", **changes).to_dict()
        place.write_text(json.dumps(usual | {"lora_alpha": ours["lora_alpha"]}, default=list))
        assert_same(read_peft(tmp_path / "peft"), weights)


def test_pickles_and_other_kinds_are_refused(tiny: Callable[..., Path], tmp_path: Path) -> None:
    weights = random_adapter(load_model(tiny("llama")).model)
    folder = tmp_path / "peft"
    write_peft(folder, weights)
    config = json.loads((folder / "adapter_config.json").read_text())
    (folder / "adapter_config.json").write_text(
        json.dumps(config | {"use_dora": True, "bias": "all", "peft_type": "IA3"})
    )
    with pytest.raises(AdapterError, match=r"'IA3'.*biases.*use_dora"):
        read_peft(folder)
    (folder / "adapter_config.json").write_text("[]")
    with pytest.raises(AdapterError, match="no settings"):
        read_peft(folder)
    (folder / "adapter_model.safetensors").write_bytes((folder / "adapter_model.safetensors").read_bytes()[:500])
    (folder / "adapter_config.json").write_text(json.dumps(config))
    with pytest.raises(AdapterError, match="damaged"):
        read_peft(folder)
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    with pytest.raises(AdapterError, match=r"adapter_model\.bin is a pickle"):
        read_peft(folder)
    with pytest.raises(AdapterError, match="is not a LoRA adapter"):
        read_gguf(tiny("llama"))
    with pytest.raises(AdapterError, match="is missing"):
        read_mlx(tmp_path)


def test_a_rank_that_the_tensors_do_not_have_is_refused(tiny: Callable[..., Path], tmp_path: Path) -> None:
    write_peft(tmp_path / "peft", random_adapter(load_model(tiny("llama")).model))
    place = tmp_path / "peft" / "adapter_config.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"r": 8}))
    with pytest.raises(AdapterError, match="has rank 4, and r is 8"):
        read_peft(tmp_path / "peft")


def test_root_scaled_alpha_of_peft(tiny: Callable[..., Path], tmp_path: Path) -> None:
    weights = random_adapter(load_model(tiny("llama")).model)
    write_peft(tmp_path / "peft", weights)
    config = json.loads((tmp_path / "peft/adapter_config.json").read_text())
    (tmp_path / "peft/adapter_config.json").write_text(json.dumps(config | {"use_rslora": True}))
    assert read_peft(tmp_path / "peft").scale == pytest.approx(8.0 / 2.0)  # alpha / sqrt(rank)
