"""An importance matrix: how large each input of each matrix is on a text, so that quantizing spares what matters.

For each matrix, the mean over all tokens of the squared inputs (as llama.cpp's own tool computes it), from the model
itself built over the same file. Kept by GGUF tensor name in an .npz that `quantize` hands to llama.cpp.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from quant.atomic import replacing
from quant.errors import QuantError

CHUNK = 256
"""Tokens that are read at once."""


def importance_matrix(
    model: Path,
    text: str,
    target: Path,
    *,
    max_tokens: int = 20_000,
    on_progress: Callable[[float], None] | None = None,
) -> int:
    """Write the matrix and return the number of tokens it rests on.

    Raises:
        QuantError: the text is too short, or the model cannot be built here.
    """
    import torch

    from quant.block_layers import BlockLinear
    from quant.gguf_file import GgufFile
    from quant.torch_model import gguf_names, load_model

    loaded = load_model(model)
    tokens = loaded.tokenizer(text, add_special_tokens=False).input_ids[:max_tokens]
    if len(tokens) < 32:
        raise QuantError(
            f"importance matrix: the text has {len(tokens)} tokens, at least 32 are needed; give more text"
        )
    names = gguf_names(GgufFile.open(model), loaded.model)
    sums: dict[str, Any] = {}

    def hook(name: str) -> Callable[[Any, Any], None]:
        def gather(_module: Any, inputs: Any) -> None:
            squared = inputs[0].detach().float().reshape(-1, inputs[0].shape[-1]).square().sum(0, dtype=torch.float64)
            sums[name] = sums.get(name, 0.0) + squared.numpy()

        return gather

    hooks = [
        module.register_forward_pre_hook(hook(f"{names[path]}.weight"))
        for path, module in loaded.model.named_modules()
        if isinstance(module, BlockLinear) and path in names
    ]
    try:
        with torch.no_grad():
            for at in range(0, len(tokens), CHUNK):
                loaded.model(input_ids=torch.tensor([tokens[at : at + CHUNK]]), use_cache=False)
                if on_progress is not None:
                    on_progress(min(1.0, (at + CHUNK) / len(tokens)))
    finally:
        for handle in hooks:
            handle.remove()
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as aside, aside.open("wb") as file:
        np.savez(file, **{name: (total / len(tokens)).astype(np.float32) for name, total in sums.items()})
    return len(tokens)
