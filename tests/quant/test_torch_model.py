"""The model over mapped blocks against llama.cpp and against its own dequantized copy."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from quant.block_layers import BlockEmbedding, BlockLinear
from quant.errors import DamagedFileError, UnsupportedModelError
from quant.lora import LoraConfig, add_lora
from quant.torch_model import load_model

FAMILIES = ("llama", "qwen2", "qwen3", "gemma2", "gemma3", "gemma4", "phi3", "lfm2")

TOKENS = np.random.default_rng(5).integers(3, 259, size=48).tolist()


def log_probabilities(logits: Any) -> torch.Tensor:
    return torch.as_tensor(logits).float().log_softmax(-1)


def ours(model: Any, tokens: list[int] = TOKENS) -> torch.Tensor:
    with torch.no_grad():
        return log_probabilities(model(input_ids=torch.tensor([tokens])).logits[0])


def assert_near(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Equal up to llama.cpp's keys and values of 16 bits; anything computed otherwise is off by 0.1 and more."""
    assert (found - expected).abs().mean() < 4e-3
    assert (found - expected).abs().max() < 0.05


def dequantized(model: Any) -> Any:
    """The same model with ordinary layers, put in place of the others."""
    for path, module in list(model.named_modules()):
        if isinstance(module, BlockLinear):
            plain = torch.nn.Linear(module.in_features, module.out_features, bias=module.bias is not None)
            plain.weight = torch.nn.Parameter(module.dequantize(), requires_grad=False)
            if module.bias is not None:
                plain.bias = torch.nn.Parameter(module.bias.detach().clone(), requires_grad=False)
            model.set_submodule(path, plain)
    return model


@pytest.mark.parametrize("family", FAMILIES)
def test_same_probabilities_as_llama_cpp(family: str, tiny: Callable[..., Path], llama: Callable[..., Any]) -> None:
    path = tiny(family, tied=family != "qwen3")
    expected = log_probabilities(llama(path).logits(TOKENS))
    assert_near(ours(load_model(path).model), expected)


@pytest.mark.parametrize("kind", ["F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0"])
def test_quantized_as_llama_cpp(kind: str, tiny: Callable[..., Path], llama: Callable[..., Any]) -> None:
    path = tiny("llama", kind)
    expected = log_probabilities(llama(path).logits(TOKENS))
    assert (ours(load_model(path).model) - expected).abs().mean() < 0.02  # it rounds activations too


def test_scaled_frequencies_as_llama_cpp(tiny: Callable[..., Path], llama: Callable[..., Any]) -> None:
    plain = load_model(tiny("llama", seed=1)).model
    factors = np.linspace(1, 8, 8).astype(np.float32)
    path = tiny("llama", seed=1, extra={"rope_freqs.weight": factors})
    found = ours(load_model(path).model)
    assert_near(found, log_probabilities(llama(path).logits(TOKENS)))
    assert (found - ours(plain)).abs().max() > 0.01


def test_linear_positions_as_llama_cpp(tiny: Callable[..., Path], llama: Callable[..., Any]) -> None:
    import gguf

    def facts(writer: Any) -> None:
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(4.0)

    for family in ("llama", "gemma3"):
        path = tiny(family, facts=facts)
        found = ours(load_model(path).model)
        assert_near(found, log_probabilities(llama(path).logits(TOKENS)))


def test_values_that_are_the_keys_as_llama_cpp(tiny: Callable[..., Path], llama: Callable[..., Any]) -> None:
    path = tiny("gemma4", without=("blk.2.attn_v.weight", "blk.4.attn_v.weight"))
    assert_near(ours(load_model(path).model), log_probabilities(llama(path).logits(TOKENS)))


def test_transformers_own_loader_agrees(tiny: Callable[..., Path]) -> None:
    from transformers import AutoModelForCausalLM

    path = tiny("llama", "Q4_1")
    theirs = AutoModelForCausalLM.from_pretrained(path.parent, gguf_file=path.name, dtype=torch.float32).eval()
    assert (ours(load_model(path).model) - ours(theirs)).abs().max() < 1e-4


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("kind", ["Q4_1", "Q8_0"])
def test_gradients_equal_those_of_the_dequantized_model(family: str, kind: str, tiny: Callable[..., Path]) -> None:
    path = tiny(family, kind, tied=family != "qwen3")
    tokens = torch.tensor([TOKENS])

    def gradients(model: Any) -> dict[str, torch.Tensor]:
        layers = add_lora(model, LoraConfig(rank=4, dropout=0.0), seed=0)
        generator = torch.Generator().manual_seed(1)
        for layer in layers.values():
            torch.nn.init.normal_(layer.lora_b, std=0.02, generator=generator)
        model(input_ids=tokens, labels=tokens).loss.backward()
        return {
            f"{name}.{part}": getattr(layer, part).grad
            for name, layer in layers.items()
            for part in ("lora_a", "lora_b")
        }

    found, expected = gradients(load_model(path).model), gradients(dequantized(load_model(path).model))
    assert found.keys() == expected.keys()
    for name, gradient in expected.items():
        assert gradient.abs().max() > 0, name
        torch.testing.assert_close(found[name], gradient, rtol=2e-4, atol=1e-7)


def test_slices_change_nothing(tiny: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from quant import block_layers

    model = load_model(tiny("llama", "Q4_1")).model
    embedded = torch.randn(1, 9, 64, requires_grad=True)
    whole = model(inputs_embeds=embedded).logits
    (expected,) = torch.autograd.grad(whole.square().sum(), embedded)
    monkeypatch.setattr(block_layers, "SCRATCH_ELEMENTS", 64 * 10)  # ten rows at a time
    sliced = model(inputs_embeds=embedded).logits
    (found,) = torch.autograd.grad(sliced.square().sum(), embedded)
    torch.testing.assert_close(sliced, whole)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_nothing_of_full_precision_is_kept(tiny: Callable[..., Path]) -> None:
    gc.collect()
    before = {id(one) for one in gc.get_objects() if isinstance(one, torch.Tensor)}
    loaded = load_model(tiny("llama", "Q4_1"))
    layers = add_lora(loaded.model, LoraConfig(rank=4, dropout=0.0), seed=0)
    tokens = torch.tensor([TOKENS])
    loaded.model(input_ids=tokens, labels=tokens).loss.backward()
    gc.collect()
    trained = {id(one) for layer in layers.values() for p in (layer.lora_a, layer.lora_b) for one in (p, p.grad)}
    kept = [one for one in gc.get_objects() if isinstance(one, torch.Tensor) and id(one) not in before | trained]
    floats = sum(one.numel() for one in kept if one.is_floating_point() and one.device.type == "cpu")
    matrices = sum(m.in_features * m.out_features for m in loaded.model.modules() if isinstance(m, BlockLinear))
    assert matrices > 200_000
    assert floats < 10_000  # norms and rotary tables
    assert all(not p.requires_grad for name, p in loaded.model.named_parameters() if "lora" not in name)


def test_bfloat16_arithmetic(tiny: Callable[..., Path]) -> None:
    path = tiny("llama", "Q4_1")
    loaded = load_model(path, dtype=torch.bfloat16)
    assert loaded.model(input_ids=torch.tensor([TOKENS])).logits.dtype == torch.bfloat16
    assert (ours(loaded.model) - ours(load_model(path).model)).abs().mean() < 0.05


def test_tokenizer_and_template(tiny: Callable[..., Path], llama: Callable[..., Any]) -> None:
    text = "At 12:45, the weather   is\n\n fine; naïve <|im_end|> thing"
    for pre in ("smollm", "qwen2", "llama-bpe"):
        path = tiny("llama", pre=pre, seed=len(pre))
        tokenizer = load_model(path).tokenizer
        expected = llama(path).model.tokenize(text, special=True, begin=False)
        assert tokenizer(text, add_special_tokens=False).input_ids == expected, pre
    told = tokenizer.apply_chat_template(
        [{"role": "user", "content": "hi"}], tokenize=False, add_generation_prompt=True
    )
    assert told == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"
    assert tokenizer.eos_token == "<|im_end|>"


def test_facts_of_the_loaded_model(tiny: Callable[..., Path]) -> None:
    import hashlib

    path = tiny("qwen2")
    loaded = load_model(path)
    assert (loaded.architecture, loaded.path) == ("qwen2", path)
    assert loaded.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert isinstance(loaded.model.get_input_embeddings(), BlockEmbedding)
    assert not loaded.model.training


def test_refusals_name_what_is_unknown(tiny: Callable[..., Path], tmp_path: Path) -> None:
    path = tiny("llama")
    data = path.read_bytes()
    other = tmp_path / "other.gguf"

    other.write_bytes(data.replace(b"llama", b"mamba"))
    with pytest.raises(UnsupportedModelError, match="'mamba'"):
        load_model(other)
    experts = tiny("llama", seed=2, facts=lambda writer: writer.add_expert_count(8))
    with pytest.raises(UnsupportedModelError, match="experts"):
        load_model(experts)
    strange = tiny("llama", seed=3, extra={"blk.0.attn_sinks.weight": np.ones(4, dtype=np.float32)})
    with pytest.raises(UnsupportedModelError, match=r"blk\.0\.attn_sinks\.weight"):
        load_model(strange)
    integers = tiny("llama", seed=4, extra={"blk.0.attn_table.weight": np.ones(32, dtype=np.int32)})
    with pytest.raises(UnsupportedModelError, match="I32"):
        load_model(integers)
    other.write_bytes(data[: len(data) // 2])
    with pytest.raises(DamagedFileError, match="cut short"):
        load_model(other)
    other.write_bytes(b"PK\x03\x04" + data)
    with pytest.raises(DamagedFileError, match="not a GGUF file"):
        load_model(other)
    with pytest.raises(DamagedFileError, match="check the path"):
        load_model(tmp_path / "missing.gguf")


MEMORY = """
import sys
from pathlib import Path
import psutil, torch, transformers.models.llama.modeling_llama
from quant.lora import LoraConfig, add_lora
from quant.torch_model import load_model

def anonymous():
    memory = psutil.Process().memory_info()
    return memory.rss - memory.shared

before = anonymous()
loaded = load_model(Path(sys.argv[1]))
add_lora(loaded.model, LoraConfig(rank=1, dropout=0.0), seed=0)
loaded.model(input_ids=torch.arange(100, 164)[None], logits_to_keep=1).logits.sum().backward()
print(anonymous() - before)
"""


@pytest.mark.model
def test_memory_of_the_packaged_model(packaged: Path) -> None:
    """After a pass there and back, anonymous memory has grown by far less than the 540 MB that the numbers take."""
    command = [sys.executable, "-c", MEMORY, str(packaged)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    growth = int(done.stdout.split()[-1])
    print(f"growth of anonymous memory: {growth / 1e6:.0f} MB")
    assert growth < 300e6
