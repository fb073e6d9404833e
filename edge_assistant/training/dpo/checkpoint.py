"""Tensors that survive `kill -9`: written aside, synced, renamed; JSON goes along in the same file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from edge_assistant.storage.database_file import sync
from edge_assistant.training.versions.files import PARTIAL


def save(path: Path, tensors: Mapping[str, torch.Tensor], facts: Mapping[str, Any]) -> None:
    """Replace a file by these tensors and facts, at once and for good."""
    from safetensors.torch import save_file

    aside = path.with_name(f"{path.name}{PARTIAL}")
    # Floats go through repr, which gives back the same bits.
    save_file({name: one.detach().contiguous() for name, one in tensors.items()}, aside, {"facts": json.dumps(facts)})
    sync(aside)
    aside.replace(path)
    sync(path.parent)


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
