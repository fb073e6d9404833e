"""How a GGUF file's metadata becomes a transformers configuration, family by family.

Names and shapes come from transformers' own GGUF tables; what those leave out, and llama.cpp computes with, is added
here: head sizes, biases, scaled rotary positions, windows and caps. A feature that is not known is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from quant.errors import UnsupportedModelError
from quant.gguf_file import GgufFile


@dataclass(frozen=True)
class Family:
    """What is particular about a family.

    Attributes:
        model_type: name in transformers.
        settings: metadata to what the tables leave out of the configuration.
        permuted: whether GGUF holds the rows of q and k in another order than transformers.
        norm_offset: what GGUF adds to the weights of norms.
        plain: whether norms are x / rms(x) * weight, and logits the head's product and nothing more.
        convolution: class of transformers' gated short convolutions, where some layers are these; '' for none.
    """

    model_type: str
    settings: Callable[[GgufFile], dict[str, Any]]
    permuted: bool = False
    norm_offset: float = 0.0
    plain: bool = False
    convolution: str = ""


def _rotary(file: GgufFile, **more: Any) -> dict[str, Any]:
    """Rotary positions without layer types."""
    values: dict[str, Any] = {"rope_type": "default", "rope_theta": float(file.key("rope.freq_base", 10000.0)), **more}
    kind = file.key("rope.scaling.type", "none")
    factor = float(file.key("rope.scaling.factor", 0.0))
    if kind == "linear" and factor not in (0.0, 1.0):
        values |= {"rope_type": "linear", "factor": factor}
    elif kind == "yarn":
        original = int(file.key("rope.scaling.original_context_length", file.key("context_length")))
        values |= {"rope_type": "yarn", "factor": factor, "original_max_position_embeddings": original}
    elif kind not in ("none", "linear", "longrope"):
        raise UnsupportedModelError(
            f"{file.path}: rotary positions scaled by '{kind}' cannot be trained here; choose another model"
        )
    return values


def _head_size(file: GgufFile) -> int:
    size = file.key("attention.key_length") or file.key("embedding_length") // file.key("attention.head_count")
    return int(size)


def _llama(file: GgufFile) -> dict[str, Any]:
    size = file.key("attention.key_length") or file.key("rope.dimension_count") or _head_size(file)
    return {
        "head_dim": int(size),
        "attention_bias": "blk.0.attn_q.bias" in file.tensors,
        "mlp_bias": "blk.0.ffn_up.bias" in file.tensors,
        "rope_parameters": _rotary(file),
    }


def _qwen2(file: GgufFile) -> dict[str, Any]:
    return {"rope_parameters": _rotary(file)}


def _qwen3(file: GgufFile) -> dict[str, Any]:
    return {
        "head_dim": _head_size(file),
        "attention_bias": "blk.0.attn_q.bias" in file.tensors,
        "rope_parameters": _rotary(file),
    }


def _gemma_scale(file: GgufFile, largest: int) -> int:
    """The number whose inverse root scales attention; the family's largest model has its own."""
    if file.key("block_count") == largest:
        return int(file.key("embedding_length") // file.key("attention.head_count"))
    return _head_size(file)


def _gemma2(file: GgufFile) -> dict[str, Any]:
    return {
        "head_dim": _head_size(file),
        "query_pre_attn_scalar": _gemma_scale(file, 46),
        "attn_logit_softcapping": float(file.key("attn_logit_softcapping", 50.0)),
        "final_logit_softcapping": float(file.key("final_logit_softcapping", 30.0)),
        "rope_parameters": _rotary(file),
    }


def _gemma3(file: GgufFile) -> dict[str, Any]:
    local = float(file.key("rope.freq_base_swa", 10000.0))
    cap = file.key("final_logit_softcapping")
    return {
        "head_dim": _head_size(file),
        "query_pre_attn_scalar": _gemma_scale(file, 62),
        "final_logit_softcapping": float(cap) if cap else None,
        "rope_parameters": {
            "full_attention": _rotary(file),
            "sliding_attention": {"rope_type": "default", "rope_theta": local},
        },
    }


def _gemma4(file: GgufFile) -> dict[str, Any]:
    count = int(file.key("block_count"))
    windows = _each(file.key("attention.sliding_window_pattern", False), count)
    heads, widths = (_each(file.key(name), count) for name in ("attention.head_count_kv", "feed_forward_length"))
    whole = [number for number, local in enumerate(windows) if not local]
    cap, shared = file.key("final_logit_softcapping"), int(file.key("attention.shared_kv_layers", 0))
    own = [number for number in whole if number < count - shared]
    return {
        "head_dim": int(file.key("attention.key_length_swa", _head_size(file))),
        "layer_types": ["sliding_attention" if local else "full_attention" for local in windows],
        "num_key_value_heads": int(heads[windows.index(True)] if True in windows else heads[0]),
        "per_layer_config": {
            number: {"head_dim": _head_size(file), "num_key_value_heads": int(heads[number])} for number in whole
        },
        "attention_k_eq_v": any(f"blk.{number}.attn_v.weight" not in file.tensors for number in own),
        "num_kv_shared_layers": shared,
        "intermediate_size": int(widths[0]),
        "use_double_wide_mlp": bool(shared) and widths[-1] == 2 * widths[0],
        "hidden_size_per_layer_input": int(file.key("embedding_length_per_layer_input", 0)),
        "vocab_size_per_layer_input": file.tensors["token_embd.weight"].shape[0],
        "final_logit_softcapping": float(cap) if cap else None,
        # that only a part of each head turns is told by the file's factors of the frequencies
        "rope_parameters": {
            "full_attention": _rotary(file),
            "sliding_attention": {
                "rope_type": "default",
                "rope_theta": float(file.key("rope.freq_base_swa", 10000.0)),
            },
        },
    }


def _each(value: Any, count: int) -> list[Any]:
    """One value a layer, where the file may hold one for all."""
    return list(value) if isinstance(value, list) else [value] * count


def _phi3(file: GgufFile) -> dict[str, Any]:
    share = int(file.key("rope.dimension_count", _head_size(file))) / _head_size(file)
    original = int(file.key("rope.scaling.original_context_length", file.key("context_length")))
    positions = _rotary(file, partial_rotary_factor=share)
    if "rope_factors_long.weight" in file.tensors:
        positions |= {
            "rope_type": "longrope",
            "original_max_position_embeddings": original,
            "short_factor": _floats(file, "rope_factors_short.weight"),
            "long_factor": _floats(file, "rope_factors_long.weight"),
        }
        attention = file.key("rope.scaling.attn_factor")
        if attention:
            positions["attention_factor"] = float(attention)
    # 0 is llama.cpp's word for no window
    return {
        "original_max_position_embeddings": original,
        "sliding_window": int(file.key("attention.sliding_window", 0)) or None,
        "rope_parameters": positions,
    }


def _floats(file: GgufFile, name: str) -> list[float]:
    import torch

    return [float(value) for value in file.blocks(name).view(torch.float32).reshape(-1)]


def _nothing(file: GgufFile) -> dict[str, Any]:
    return {}


FAMILIES: dict[str, Family] = {
    "llama": Family("llama", _llama, permuted=True, plain=True),
    "qwen2": Family("qwen2", _qwen2, plain=True),
    "qwen3": Family("qwen3", _qwen3, plain=True),
    "gemma2": Family("gemma2", _gemma2, norm_offset=1.0),
    "gemma3": Family("gemma3_text", _gemma3, norm_offset=1.0),
    "gemma4": Family("gemma4_text", _gemma4),
    "phi3": Family("phi3", _phi3, plain=True),
    "lfm2": Family("lfm2", _nothing, convolution="Lfm2ShortConv"),
}
"""By GGUF name. Mistral's and SmolLM's files name themselves 'llama'."""


def family_of(file: GgufFile) -> Family:
    """The family of a model file.

    Raises:
        UnsupportedModelError: it names another family, experts, or none at all.
    """
    name = file.architecture
    if file.metadata.get("general.type", "model") != "model" or not name:
        raise UnsupportedModelError(f"{file.path}: this is an adapter or a projector, not a model; choose a model")
    if name not in FAMILIES:
        known = ", ".join(sorted(FAMILIES))
        raise UnsupportedModelError(
            f"{file.path}: models of the family '{name}' cannot be trained here; known: {known}"
        )
    if int(file.key("expert_count", 0)) > 0:
        raise UnsupportedModelError(
            f"{file.path}: '{name}' with a mixture of experts cannot be trained here; choose a dense model"
        )
    return FAMILIES[name]


def family_in(model: Any) -> Family:
    """The family of a model that was loaded from a GGUF file; one without particulars where it was not."""
    return FAMILIES.get(getattr(model, "gguf_architecture", ""), Family("", _nothing))


def configuration(file: GgufFile) -> Any:
    """The transformers configuration of a model file.

    Raises:
        UnsupportedModelError: the family, or a feature of the file, is not known.
    """
    from transformers import AutoConfig
    from transformers.integrations.ggml import GGUF_CONFIG_MAPPING

    family = family_of(file)
    if file.architecture == "lfm2":
        return AutoConfig.for_model(**_lfm2_values(file))
    table = GGUF_CONFIG_MAPPING[file.architecture]
    prefix = f"{file.architecture}."
    values = {
        renamed: file.metadata[prefix + key]
        for key, renamed in table.items()
        if renamed and prefix + key in file.metadata
    }
    values.pop("rope_theta", None)
    values.pop("global_head_dim", None)
    for key, renamed in GGUF_CONFIG_MAPPING["tokenizer"].items():
        values[renamed] = file.metadata.get(f"tokenizer.{key}")
    values["vocab_size"] = file.tensors["token_embd.weight"].shape[0]
    values["tie_word_embeddings"] = "output.weight" not in file.tensors
    values |= family.settings(file)
    return AutoConfig.for_model(family.model_type, **values)


def _lfm2_values(file: GgufFile) -> dict[str, Any]:
    from transformers.integrations.gguf import get_gguf_config

    # there, an array of strings is its length
    metadata = {key: len(value) if key == "tokenizer.ggml.tokens" else value for key, value in file.metadata.items()}
    values: dict[str, Any] = get_gguf_config(metadata, tuple(file.tensors))
    return values
