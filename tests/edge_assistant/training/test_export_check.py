"""What an export is held against: sound adapters pass whatever the base rounds, damaged ones do not.

The matrix over types of quantization takes minutes a type, and prints a line for the table in docs/adapters.md:

    EXPORT_MODELS=other-family.gguf python -m pytest -m study -s tests/edge_assistant/training/test_export_check.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge_assistant.errors import ModelError
from edge_assistant.llm.models import packaged_path
from edge_assistant.paths import Paths
from edge_assistant.storage.store import Store
from edge_assistant.training.pairs.buffer import PairBuffer
from edge_assistant.training.versions.export_check import ForeignCheck
from edge_assistant.training.versions.version import SERVED
from quant.gguf_names import gguf_rows
from quant.lora import LoraConfig, add_lora, get_weights
from quant.lora_files import read_gguf, write_gguf, write_mlx, write_peft
from quant.lora_weights import LoraWeights
from quant.tools.quantize import quantize
from quant.torch_model import load_model
from tests.edge_assistant.training.test_adapters_command import pairs, run
from tests.quant.tiny import write_tiny

pytestmark = pytest.mark.model

Write = Callable[..., None]
WRITERS: dict[str, Write] = {"gguf": write_gguf, "peft": write_peft, "mlx": write_mlx}


def scaled(weights: LoraWeights) -> LoraWeights:
    """One tensor, half as strong again."""
    name = sorted(weights.tensors)[len(weights.tensors) // 2]
    a, b = weights.tensors[name]
    return replace(weights, tensors={**weights.tensors, name: (a, b * np.float32(1.5))})


def swapped(weights: LoraWeights) -> LoraWeights:
    """The same layer of two blocks."""
    one, other = [name for name in sorted(weights.tensors) if name.endswith("o_proj")][:2]
    changed = {one: weights.tensors[other], other: weights.tensors[one]}
    return replace(weights, tensors={**weights.tensors, **changed})


def cut(weights: LoraWeights) -> LoraWeights:
    """Without its last rank, and as strong as before."""
    fewer = {name: (a[:-1], b[:, :-1]) for name, (a, b) in weights.tensors.items()}
    return replace(
        weights, rank=weights.rank - 1, alpha=weights.alpha * (weights.rank - 1) / weights.rank, tensors=fewer
    )


def rows_astray(weights: LoraWeights) -> LoraWeights:
    """The keys' rows in GGUF's order, as a converter leaves them that forgets to turn them."""
    astray = {
        name: (a, b[gguf_rows(name, "llama", len(b), weights.heads)]) if name.endswith("k_proj") else (a, b)
        for name, (a, b) in weights.tensors.items()
    }
    return replace(weights, tensors=astray)


def assert_damage_is_refused(check: ForeignCheck, weights: LoraWeights, folder: Path, formats: str) -> None:
    for name in formats.split(","):
        for damage in (scaled, swapped, cut):
            path = folder / f"{damage.__name__}-{name}{'.gguf' if name == 'gguf' else ''}"
            WRITERS[name](path, damage(weights))
            with pytest.raises(ModelError, match="holds other numbers"):
                getattr(check, name)(weights, path)


def weak_adapter(base: Path) -> LoraWeights:
    """As a few steps leave it."""
    fresh = get_weights(add_lora(load_model(base).model, LoraConfig(rank=4, alpha=8.0), seed=0))
    random = np.random.default_rng(1)
    return replace(
        fresh, tensors={name: (a, random.normal(0, 0.01, b.shape)) for name, (a, b) in fresh.tensors.items()}
    )


@pytest.fixture(scope="module")
def weights(tiny_model: Path) -> LoraWeights:
    return weak_adapter(tiny_model)


@pytest.mark.parametrize("kind", ["", "Q4_0", "Q6_K"])
def test_llama_cpp_may_differ_as_far_as_its_base_does(
    kind: str, tiny_model: Path, weights: LoraWeights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = tiny_model
    if kind:
        base = tmp_path / f"{kind}.gguf"
        quantize(tiny_model, base, kind, threads=1)
    check = ForeignCheck(base)
    write_gguf(tmp_path / "a.gguf", weights)
    found = check.gguf(weights, tmp_path / "a.gguf")
    assert 8 * found.base < found.effect
    assert (found.strength > 1) == bool(kind)  # a weak one is made louder, or it would drown in rounding
    assert found.difference < 0.1 * found.effect
    assert_damage_is_refused(check, weights, tmp_path, "gguf")
    # the right numbers at the wrong place: only what llama.cpp computes can tell
    monkeypatch.setattr(check, "_same_numbers", lambda *_: None)
    for wrong in (rows_astray(weights), replace(weights, alpha=1.2 * weights.alpha)):
        write_gguf(tmp_path / "wrong.gguf", wrong)
        with pytest.raises(ModelError, match=r"changes in llama\.cpp differs.*not exported"):
            check.gguf(weights, tmp_path / "wrong.gguf")


def test_what_changes_nothing_is_told(tiny_model: Path, weights: LoraWeights, tmp_path: Path) -> None:
    still = replace(weights, tensors={name: (a, 0 * b) for name, (a, b) in weights.tensors.items()})
    write_gguf(tmp_path / "a.gguf", still)
    with pytest.raises(ModelError, match="changes nothing"):
        ForeignCheck(tiny_model).gguf(still, tmp_path / "a.gguf")


def test_damage_in_folders_is_refused(tiny_model: Path, weights: LoraWeights, tmp_path: Path) -> None:
    check = ForeignCheck(tiny_model)
    assert_damage_is_refused(check, weights, tmp_path, "peft,mlx")


@pytest.mark.parametrize("family", ["qwen3", "gemma2", "gemma4", "phi3", "lfm2"])
def test_every_family_in_every_format(family: str, tmp_path: Path) -> None:
    base = write_tiny(tmp_path / "tiny.gguf", family)
    check, weights = ForeignCheck(base), weak_adapter(base)
    for name, write in WRITERS.items():
        path = tmp_path / f"adapter-{name}.gguf"
        write(path, weights)
        if (family, name) == ("gemma2", "mlx"):  # mlx-lm leaves its windows out, and these texts are longer than one
            with pytest.raises(ModelError, match="another base model"):
                check.mlx(weights, path)
        else:
            found = getattr(check, name)(weights, path)
            assert found.difference < 0.05 * found.effect


TYPES = ("as packaged", "Q8_0", "Q4_0", "Q4_K_M", "Q5_K_M", "Q6_K")
OTHERS = [path for path in os.environ.get("EXPORT_MODELS", "").split(os.pathsep) if path]


@pytest.mark.study
@pytest.mark.timeout(10_800)
@pytest.mark.parametrize("kind", [*TYPES, *OTHERS])
def test_trained_and_exported_in_every_format(kind: str, capsys, tmp_path: Path, own_folders: Path) -> None:
    base = packaged_path() if kind == TYPES[0] else Path(kind)
    if kind in TYPES[1:]:
        base = tmp_path / f"{kind}.gguf"
        quantize(packaged_path(), base, kind)
    home = Paths.from_environment()
    with Store.open(home.store) as store:
        PairBuffer(store).add(pairs(60))
    home.config.write_text(f'[model]\npath = "{base}"\n')
    run(capsys, "train", "--pairs", "8", "--epochs", "1", "--learning-rate", "2e-4")
    (done,) = json.loads(run(capsys, "export", "--format", "gguf,peft,mlx", "--out", str(tmp_path / "out"), "--json"))
    (version,) = json.loads(run(capsys, "list", "--json"))
    served = home.adapters / "me" / version["version"] / SERVED
    assert_damage_is_refused(ForeignCheck(base), read_gguf(served, base=base), tmp_path, "gguf,peft,mlx")
    found = done["formats"]
    llama = found["gguf"]
    rest = [f"{found[name]['difference']:.1g}" for name in ("peft", "mlx")]
    with capsys.disabled():
        print(f"\n| {base.stem} | {llama['base']:.3f} | {llama['effect']:.2f} | {llama['difference']:.3f} |", end=" ")
        print(" | ".join(rest), "|")
