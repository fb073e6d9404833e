"""Tensors that survive `kill -9`: written aside, synced, renamed; JSON goes along in the same file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quant.atomic import replacing

if TYPE_CHECKING:
    import torch


def save(path: Path, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
    """Replace a file by these tensors and facts, at once and for good."""
    from safetensors.torch import save as to_bytes

    with replacing(path) as aside:
        # Floats go through repr, which gives back the same bits.
        plain = {name: one.detach().contiguous() for name, one in tensors.items()}
        # not written by the library, whose error for a full disk is none of the system's
        aside.write_bytes(to_bytes(plain, {"facts": json.dumps(facts)}))


def load(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, Any]] | None:
    """What `save` wrote, or None where there is no such file or it is none of ours."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            facts = json.loads((file.metadata() or {})["facts"])
            # Copied: the file is mapped, and will be replaced by the next checkpoint.
            return {name: file.get_tensor(name).clone() for name in file.keys()}, facts  # noqa: SIM118
    except (OSError, SafetensorError, KeyError, ValueError):
        return None
