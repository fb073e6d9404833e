"""Which precision this processor multiplies fast in: bfloat16 is a gain with AMX or AVX-512, and a disaster without."""

from __future__ import annotations

import time
from functools import cache

import torch

ROWS, WIDTH = 64, 512
"""Small on purpose: without hardware for it, bfloat16 can be a hundred times slower."""

GAIN = 1.3
"""Bfloat16 costs digits; it has to be faster by this factor."""


@cache
def bfloat16_is_faster() -> bool:
    """Measured on this machine in some milliseconds: a product forward, and the one that comes back."""
    return _seconds(torch.float32) > GAIN * _seconds(torch.bfloat16)


def _seconds(dtype: torch.dtype) -> float:
    """The best of three of a product and its way back."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(ROWS, WIDTH, generator=generator).to(dtype)
    weight = torch.randn(WIDTH, WIDTH, generator=generator).to(dtype)
    best = float("inf")
    for _ in range(4):  # the first warms up
        begun = time.perf_counter()
        (x @ weight.t()) @ weight
        best = min(best, time.perf_counter() - begun)
    return best
