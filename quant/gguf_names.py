"""GGUF's names and row order of a base's linear layers, against transformers' ones."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from quant.errors import AdapterError
from quant.families import FAMILIES

_LAYER = re.compile(r"model\.layers\.(\d+)\.")
_BLOCK = re.compile(r"blk\.(\d+)\.")

_MODULES = {
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_qkv": "self_attn.qkv_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
"""Where a GGUF name could stand for more than one module path, the usual one."""

_OTHER_MODULES = {
    "phi3": {"ffn_up": "mlp.gate_up_proj"},
    "lfm2": {
        "attn_output": "self_attn.out_proj",
        "ffn_gate": "feed_forward.w1",
        "ffn_up": "feed_forward.w3",
        "ffn_down": "feed_forward.w2",
        "shortconv.in_proj": "conv.in_proj",
        "shortconv.out_proj": "conv.out_proj",
    },
}


@lru_cache(32)
def _modules(architecture: str) -> dict[str, str]:
    return _MODULES | _OTHER_MODULES.get(architecture, {})


def to_gguf(module: str, architecture: str) -> str:
    """'blk.0.attn_q' for 'model.layers.0.self_attn.q_proj'.

    Raises:
        AdapterError: GGUF has no name for this layer.
    """
    found = _LAYER.match(module)
    rest = module[found.end() :] if found else ""
    for stem, path in _modules(architecture).items():
        if rest == path and found:
            return f"blk.{found[1]}.{stem}"
    raise AdapterError(f"adapter: GGUF has no name for the layer {module} of '{architecture}'")


def from_gguf(name: str, architecture: str) -> str:
    """Inverse of `to_gguf`.

    Raises:
        AdapterError: no linear layer of this family is called so.
    """
    found = _BLOCK.match(name)
    path = _modules(architecture).get(name[found.end() :]) if found else None
    if found is None or path is None:
        raise AdapterError(f"adapter: '{name}' is no linear layer of '{architecture}'")
    return f"model.layers.{found[1]}.{path}"


def gguf_rows(module: str, architecture: str, rows: int, heads: tuple[int, int] | None) -> NDArray[np.int64] | None:
    """Which of transformers' rows each row of the GGUF tensor is: int64 [rows]; None where they are the same.

    Raises:
        AdapterError: it takes the number of attention heads to know, and they are not known or do not divide the rows.
    """
    kind = module.rsplit(".", 1)[-1]
    if architecture not in FAMILIES or not FAMILIES[architecture].permuted or kind not in ("q_proj", "k_proj"):
        return None
    if heads is None:
        raise AdapterError(
            f"adapter: how many attention heads the '{architecture}' base has is not known, and the rows of {module} "
            "depend on it; name the base model"
        )
    count = heads[0] if kind == "q_proj" else heads[1]
    if count < 1 or rows % (2 * count):
        raise AdapterError(f"adapter: {module} has {rows} rows, which {count} attention heads do not share evenly")
    # GGUF lays the two halves of each head's rotation beside each other
    return np.arange(rows).reshape(count, 2, rows // count // 2).swapaxes(1, 2).reshape(-1)
