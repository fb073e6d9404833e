"""Blocks of every type: ggml's functions against transformers' dequantizers."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers.integrations.gguf.dequant import GGML_BLOCK, GGML_NAME, dequantize

from quant import dequantize as ours
from quant.errors import UnsupportedModelError
from quant.gguf_file import block_sizes

ROWS, BLOCKS = 40, 3


def random_blocks(ggml_type: int) -> torch.Tensor:
    """Rows of random bytes, without those whose 16-bit scales are no numbers."""
    _, block_bytes = block_sizes()[ggml_type]
    data = torch.from_numpy(
        np.random.default_rng(ggml_type).integers(0, 256, (200, BLOCKS * block_bytes), dtype=np.uint8)
    )
    values = dequantize(data.reshape(-1), ggml_type, torch.float32).view(len(data), -1)
    return data[values.isfinite().all(-1)][:ROWS].contiguous()


@pytest.mark.parametrize("ggml_type", sorted(GGML_BLOCK), ids=lambda number: GGML_NAME[number])
def test_same_numbers_as_transformers(ggml_type: int) -> None:
    data = random_blocks(ggml_type)
    elements, _ = block_sizes()[ggml_type]
    expected = dequantize(data.reshape(-1), ggml_type, torch.float32).view(len(data), -1)
    found = torch.full((len(data), BLOCKS * elements), float("nan"))
    ours.dequantize_into(data, ggml_type, found)
    assert len(data) >= 10
    bound = 1e-6 * expected.abs().amax(dim=-1, keepdim=True)
    assert ((found - expected).abs() <= bound).all()


def test_threads_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "_WORTH_THREADS", 1)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 3)
    ran = []
    real = ours.dequantize_into
    monkeypatch.setattr(ours, "dequantize_into", lambda *parts: ran.append(len(parts[0])) or real(*parts))  # type: ignore[func-returns-value]
    data = random_blocks(3)[:38]
    found, expected = torch.full((38, 32 * BLOCKS), float("nan")), torch.empty(38, 32 * BLOCKS)
    ours.dequantize_on_threads(data, 3, found)
    real(data, 3, expected)
    assert torch.equal(found, expected)
    assert sorted(ran) == [12, 13, 13]


@pytest.mark.parametrize("ggml_type", sorted(GGML_BLOCK), ids=lambda number: GGML_NAME[number])
def test_without_the_library_the_gguf_package_does_it(ggml_type: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "_to_float", lambda number: None)
    data = random_blocks(ggml_type)
    expected = dequantize(data.reshape(-1), ggml_type, torch.float32)
    found = torch.empty(len(data), expected.numel() // len(data))
    ours.dequantize_into(data, ggml_type, found)
    assert torch.allclose(found.reshape(-1), expected, rtol=0, atol=1e-6 * float(expected.abs().max()))
    ours.check_supported(ggml_type, "here")


def test_what_nobody_reads_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedModelError, match="tensor x: GGML type I64"):
        ours.check_supported(27, "tensor x")
