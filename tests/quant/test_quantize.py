"""Quantizing with llama.cpp itself, in its own process."""

from __future__ import annotations

import os

import pytest

from quant.errors import QuantError
from quant.gguf_file import GgufFile
from quant.tools.file_types import file_types
from quant.tools.quantize import quantize

TEXT = "The quick brown fox jumps over the lazy dog. " * 30


def test_every_common_type_is_known():
    assert {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q4_K_M", "Q6_K", "Q8_0", "IQ4_XS", "IQ2_XXS"} <= set(file_types())
    assert "GUESSED" not in file_types()


@pytest.mark.parametrize("kind", ["Q8_0", "Q4_0", "Q5_1", "F16", "BF16"])
def test_quantizes(tiny, tmp_path, kind):
    shares: list[float] = []
    done = quantize(tiny("llama"), tmp_path / "out.gguf", kind.lower(), pure=True, on_progress=shares.append)
    file = GgufFile.open(tmp_path / "out.gguf")
    assert file.tensors["blk.0.attn_k.weight"].type_name == kind
    assert done.type == kind and shares and shares == sorted(shares)
    assert not list(tmp_path.glob("*.partial"))


def test_refusals_leave_the_old_file(tiny, tmp_path):
    source, target = tiny("llama"), tmp_path / "out.gguf"
    target.write_bytes(b"old")
    with pytest.raises(QuantError, match="no such file type"):
        quantize(source, target, "Q9_Z")
    with pytest.raises(QuantError, match="same file"):
        quantize(source, source, "Q8_0")
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(source.read_bytes()[:5000])
    with pytest.raises(QuantError):
        quantize(broken, target, "Q8_0")
    assert target.read_bytes() == b"old" and not list(tmp_path.glob("*.partial"))


def test_leftovers_of_the_dead_go(tiny, tmp_path):
    dead, living = tmp_path / "out.gguf.4194999.partial", tmp_path / f"out.gguf.{os.getppid()}.partial"
    dead.write_bytes(b"x")
    living.write_bytes(b"x")
    quantize(tiny("llama"), tmp_path / "out.gguf", "Q8_0")
    assert not dead.exists() and living.exists()
