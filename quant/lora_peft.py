"""LoRA adapters as folders of Hugging Face's PEFT: `adapter_config.json`, `adapter_model.safetensors`."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from quant.errors import AdapterError
from quant.lora_folder import pairs_of, read_folder, short_names, write_folder
from quant.lora_gguf import with_base
from quant.lora_weights import LoraWeights

WEIGHTS = "adapter_model.safetensors"

_PREFIX = "base_model.model."
_ORIGIN = {"task_type", "auto_mapping", "base_model_name_or_path", "revision", "peft_version", "inference_mode"}
_LAYERS = {"target_modules", "exclude_modules", "layers_to_transform", "layers_pattern"}  # the tensors tell these
_TRAINING = {"lora_dropout", "eva_config", "megatron_core", "qalora_group_size", "runtime_config"}
_WITHOUT_EFFECT = _ORIGIN | _LAYERS | _TRAINING
"""Settings of PEFT that change nothing in what a trained adapter computes."""

_STARTS = (True, False, None, "gaussian", "orthogonal", "eva")
"""Values of `init_lora_weights` that leave the base model as it is; PiSSA, OLoRA, LoftQ, CorDA and LoRA-GA do not."""

_NAME = re.compile(r"(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.default)?\.weight")


def write_peft(path: Path, weights: LoraWeights, *, base_name: str = "") -> None:
    """Write an adapter folder.

    Args:
        path: the folder; made when missing.
        weights: what to write.
        base_name: what PEFT calls the base model; '' for none.
    """
    tensors = {}
    for module, (a, b) in sorted(weights.tensors.items()):
        tensors[f"{_PREFIX}{module}.lora_A.weight"] = a
        tensors[f"{_PREFIX}{module}.lora_B.weight"] = b
    names = short_names(weights.tensors)
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base_name or None,
        "inference_mode": True,
        "r": weights.rank,
        "lora_alpha": int(weights.alpha) if float(weights.alpha).is_integer() else weights.alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "use_dora": False,
        "use_rslora": False,
        "target_modules": sorted({name.rsplit(".", 1)[-1] for name in names}) if names else sorted(weights.tensors),
    }
    write_folder(path, WEIGHTS, tensors, weights, config)


def read_peft(path: Path, *, base: Path | None = None) -> LoraWeights:
    """Read an adapter folder.

    Args:
        path: the folder.
        base: GGUF file of the base, for what the folder does not know: its family and attention heads.

    Raises:
        AdapterError: a pickle, a kind of adapter that is not a plain LoRA, damaged or incomplete; all reasons at once.
    """
    config, found, facts = read_folder(path, WEIGHTS)
    problems = _peculiarities(config)
    named: dict[str, dict[str, Any]] = {}
    for name, values in found.items():
        match = _NAME.fullmatch(name)
        if match is None:
            problems.append(f"'{name}' is not part of a LoRA on a linear layer")
        elif match[2].lower() in named.setdefault(match[1], {}):
            problems.append(f"'{name}' is there twice, under two spellings")
        else:
            named[match[1]][match[2].lower()] = values
            rank = values.shape[0 if match[2] == "A" else -1]
            if rank != config.get("r"):
                problems.append(f"'{name}' has rank {rank}, and r is {config.get('r')!r}")
    if problems:
        raise AdapterError(f"adapter {path}: {'; '.join(problems)}")
    alpha = float(config.get("lora_alpha", 8))
    if config.get("use_rslora"):
        alpha *= math.sqrt(int(config["r"]))  # there the scale is alpha / sqrt(rank)
    return with_base(pairs_of(path, named, alpha, facts), base)


def _peculiarities(config: dict[str, Any]) -> list[str]:
    """What of PEFT's settings we do not compute. One that is not known is taken for such, unless it is switched off."""
    problems = []
    if str(config.get("peft_type", "")).upper() != "LORA":
        problems.append(f"kind {config.get('peft_type')!r}, only 'LORA' is understood")
    if not isinstance(config.get("r"), int) or config.get("r", 0) < 1:
        problems.append(f"rank r is {config.get('r')!r}")
    if not isinstance(config.get("lora_alpha", 8), int | float):
        problems.append(f"lora_alpha is {config.get('lora_alpha')!r}")
    if config.get("use_rslora") not in (True, False, None):
        problems.append(f"use_rslora is {config.get('use_rslora')!r}")
    if config.get("bias", "none") != "none":
        problems.append("it trains biases")
    start = config.get("init_lora_weights", True)
    if start not in _STARTS:
        problems.append(
            f"init_lora_weights is {start!r}, with which the base model was changed too; "
            "save it with PEFT's path_initial_model_for_weight_conversion"
        )
    known = _WITHOUT_EFFECT | {"peft_type", "r", "lora_alpha", "bias", "init_lora_weights", "use_rslora"}
    return problems + [f"{key} is set" for key, value in config.items() if value and key not in known]
