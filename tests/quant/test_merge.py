"""An adapter worked into its base, and adapters from format to format."""

from __future__ import annotations

import json
import shutil
import warnings

import numpy as np
import pytest

from quant.errors import AdapterError, CallError, QuantError
from quant.gguf_file import GgufFile
from quant.lora_files import read_gguf, write_gguf
from quant.lora_weights import LoraWeights
from quant.tools.adapter_convert import convert_adapter, format_of
from quant.tools.merge import merge


def _adapter(seed: int = 0) -> LoraWeights:
    random = np.random.default_rng(seed)
    shapes = {"self_attn.q_proj": (64, 64), "self_attn.k_proj": (32, 64), "mlp.down_proj": (64, 96)}
    tensors = {
        f"model.layers.{layer}.{name}": (
            (0.3 * random.standard_normal((4, inputs))).astype(np.float32),
            (0.3 * random.standard_normal((outputs, 4))).astype(np.float32),
        )
        for layer in (0, 3)
        for name, (outputs, inputs) in shapes.items()
    }
    return LoraWeights("llama", 4, 8.0, tensors, (4, 2))


def test_merged_model_speaks_like_base_with_adapter(tiny, tmp_path, llama):
    base, adapter, target = tiny("llama"), tmp_path / "a.gguf", tmp_path / "merged.gguf"
    write_gguf(adapter, _adapter())
    done = merge(base, adapter, target, type_name="F32")
    tokens = [1, 20, 50, 70, 30, 44]
    engine = llama(base)
    plain = engine.logits(tokens)
    engine.attach(adapter)
    expected = engine.logits(tokens)
    got = llama(target).logits(tokens)
    assert done.type == "F32" and np.abs(expected - plain).max() > 0.1
    assert np.abs(got - expected).max() < 2e-3
    assert not list(tmp_path.glob("*.partial"))


def test_untouched_matrices_keep_their_blocks(tiny, tmp_path):
    base, adapter, target = tiny("llama", "Q8_0"), tmp_path / "a.gguf", tmp_path / "merged.gguf"
    write_gguf(adapter, _adapter())
    merge(base, adapter, target, type_name="Q8_0")
    before, after = GgufFile.open(base), GgufFile.open(target)
    same = [name for name in before.tensors if np.array_equal(before.blocks(name).numpy(), after.blocks(name).numpy())]
    changed = {f"blk.{n}.{part}.weight" for n in (0, 3) for part in ("attn_q", "attn_k", "ffn_down")}
    assert set(before.tensors) - set(same) == changed
    assert after.tensors["blk.0.attn_q.weight"].type_name == "Q8_0"
    assert after.metadata["tokenizer.ggml.tokens"] == before.metadata["tokenizer.ggml.tokens"]


def test_all_formats_round(tiny, tmp_path):
    weights, base = _adapter(), tiny("llama")
    write_gguf(tmp_path / "a.gguf", weights)
    convert_adapter(tmp_path / "a.gguf", tmp_path / "peft", "peft")
    convert_adapter(tmp_path / "peft", tmp_path / "mlx", "mlx", base)
    convert_adapter(tmp_path / "mlx", tmp_path / "b.gguf", "gguf", base)
    assert [format_of(tmp_path / name) for name in ("a.gguf", "peft", "mlx")] == ["gguf", "peft", "mlx"]
    back = read_gguf(tmp_path / "b.gguf")
    for name, (a, b) in weights.tensors.items():
        product = weights.scale * b @ a
        other = back.scale * back.tensors[name][1] @ back.tensors[name][0]
        assert np.allclose(product, other, atol=1e-5)


def test_what_does_not_fit_is_told_at_once(tiny, tmp_path):
    weights = _adapter()
    tensors = dict(weights.tensors)
    tensors["model.layers.0.self_attn.o_proj"] = (np.ones((4, 32), np.float32), np.ones((64, 4), np.float32))
    tensors["model.layers.30.mlp.up_proj"] = (np.ones((4, 64), np.float32), np.ones((96, 4), np.float32))
    write_gguf(tmp_path / "a.gguf", LoraWeights("llama", 4, 8.0, tensors, (4, 2)))
    with pytest.raises(AdapterError, match=r"o_proj.*layers\.30"):
        merge(tiny("llama"), tmp_path / "a.gguf", tmp_path / "out.gguf", type_name="F32")
    assert not (tmp_path / "out.gguf").exists()


@pytest.mark.parametrize(
    ("adapter", "target"),
    [
        ("a.gguf", "llama-F32-0.gguf"),
        ("a.gguf", "a.gguf"),
        ("a.gguf", "link.gguf"),
        ("peft", "peft/adapter_model.safetensors"),
        ("peft", "peft/merged.gguf"),
        ("peft", "peft"),
    ],
)
def test_a_merge_never_replaces_what_it_is_made_from(tiny, tmp_path, adapter, target):
    base = tiny("llama")
    write_gguf(tmp_path / "a.gguf", _adapter())
    (tmp_path / "link.gguf").symlink_to(tmp_path / "a.gguf")
    convert_adapter(tmp_path / "a.gguf", tmp_path / "peft", "peft")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(CallError, match="name"):
        merge(base, tmp_path / adapter, tmp_path / target, type_name="F32")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_wrong_type_or_strength_is_told_before_the_adapter_is_read(tiny, tmp_path):
    base, absent, target = tiny("llama"), tmp_path / "absent.gguf", tmp_path / "out.gguf"
    with pytest.raises(CallError, match="no such file type"):
        merge(base, absent, target, type_name="NOPE")
    with pytest.raises(CallError, match="finite"):
        merge(base, absent, target, type_name="F32", strength=float("nan"))


@pytest.mark.parametrize("kind", ["F32", "Q8_0"])
def test_a_strength_beyond_all_numbers_is_one_error_and_no_warning(tiny, tmp_path, kind):
    write_gguf(tmp_path / "a.gguf", _adapter())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(QuantError, match="choose a smaller one"):
            merge(tiny("llama"), tmp_path / "a.gguf", tmp_path / "out.gguf", type_name=kind, strength=1e300)
    assert not list(tmp_path.glob("out.gguf*"))


def test_only_an_own_folder_is_replaced(tmp_path):
    source, out = tmp_path / "a.gguf", tmp_path / "out"
    write_gguf(source, _adapter())
    convert_adapter(source, out, "peft")
    write_gguf(source, _adapter(1))
    convert_adapter(source, out, "peft")  # an own result
    for name in ("tokenizer.json", "adapter_config.json"):
        foreign = tmp_path / f"foreign-{name}"
        foreign.mkdir()
        (foreign / name).write_text(json.dumps({"mine": True}))
        with pytest.raises(CallError, match="an empty folder"):
            convert_adapter(source, foreign, "peft")
        assert [path.name for path in foreign.iterdir()] == [name]
        assert json.loads((foreign / name).read_text()) == {"mine": True}
    shutil.copyfile(source, out / "notes.gguf")
    for target in (out, source):
        with pytest.raises(CallError, match="an empty folder"):
            convert_adapter(source, target, "peft")
    with pytest.raises(CallError, match="name another target"):
        convert_adapter(source, source, "gguf")


def test_pickles_and_unknown_folders_are_refused(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "adapter_model.bin").write_bytes(b"x")
    with pytest.raises(AdapterError, match="pickled"):
        format_of(tmp_path / "old")
    with pytest.raises(AdapterError, match="check the path"):
        format_of(tmp_path / "absent")
