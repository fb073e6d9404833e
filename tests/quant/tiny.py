"""Small real GGUF files of several families with random weights, written with the gguf package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

HIDDEN, FEED_FORWARD, HEADS, KV_HEADS, HEAD = 64, 96, 4, 2, 16
LAYERS = 7  # one whole period of the longest pattern of windows, and one more
GEMMA4_WHOLE, GEMMA4_SHARED, GEMMA4_INPUT = (2, 4, 6), 2, 32
"""Layers without a window; how many at the end have no keys of their own; size of each layer's own input."""

Plan = dict[str, tuple[int, ...]]


def _attention(layer: str, *, bias: bool = False, norms: bool = False, head: int = HEAD) -> Plan:
    q, kv = HEADS * head, KV_HEADS * head
    plan: Plan = {
        f"{layer}.attn_q.weight": (q, HIDDEN),
        f"{layer}.attn_k.weight": (kv, HIDDEN),
        f"{layer}.attn_v.weight": (kv, HIDDEN),
        f"{layer}.attn_output.weight": (HIDDEN, q),
    }
    if bias:
        plan |= {f"{layer}.attn_q.bias": (q,), f"{layer}.attn_k.bias": (kv,), f"{layer}.attn_v.bias": (kv,)}
    if norms:
        plan |= {f"{layer}.attn_q_norm.weight": (head,), f"{layer}.attn_k_norm.weight": (head,)}
    return plan


def _gated(layer: str) -> Plan:
    return {
        f"{layer}.ffn_gate.weight": (FEED_FORWARD, HIDDEN),
        f"{layer}.ffn_up.weight": (FEED_FORWARD, HIDDEN),
        f"{layer}.ffn_down.weight": (HIDDEN, FEED_FORWARD),
    }


def _norms(layer: str, *names: str) -> Plan:
    return {f"{layer}.{name}.weight": (HIDDEN,) for name in names}


def _layer(family: str, layer: str, number: int) -> Plan:
    if family in ("llama", "qwen2"):
        plan = _attention(layer, bias=family == "qwen2") | _gated(layer) | _norms(layer, "attn_norm", "ffn_norm")
    elif family == "qwen3":
        # heads that are larger than their share of the width
        plan = _attention(layer, norms=True, head=32) | _gated(layer) | _norms(layer, "attn_norm", "ffn_norm")
    elif family in ("gemma2", "gemma3"):
        plan = _attention(layer, norms=family == "gemma3", head=32) | _gated(layer)
        plan |= _norms(layer, "attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm")
    elif family == "phi3":
        plan = _norms(layer, "attn_norm", "ffn_norm")
        plan[f"{layer}.attn_qkv.weight"] = ((HEADS + 2 * KV_HEADS) * HEAD, HIDDEN)
        plan[f"{layer}.attn_output.weight"] = (HIDDEN, HEADS * HEAD)
        plan[f"{layer}.ffn_up.weight"] = (2 * FEED_FORWARD, HIDDEN)
        plan[f"{layer}.ffn_down.weight"] = (HIDDEN, FEED_FORWARD)
    elif family == "gemma4":
        plan = _gemma4_layer(layer, number)
    elif family == "lfm2":
        plan = _gated(layer) | _norms(layer, "attn_norm", "ffn_norm")
        if number % 2:
            plan |= _attention(layer, norms=True)
        else:
            plan[f"{layer}.shortconv.conv.weight"] = (HIDDEN, 3)
            plan[f"{layer}.shortconv.in_proj.weight"] = (3 * HIDDEN, HIDDEN)
            plan[f"{layer}.shortconv.out_proj.weight"] = (HIDDEN, HIDDEN)
    else:
        raise ValueError(family)
    return plan


def _gemma4_layer(layer: str, number: int) -> Plan:
    """Heads of two sizes, keys shared from the fifth layer on, an input of its own for each layer."""
    whole, shares = number in GEMMA4_WHOLE, number >= LAYERS - GEMMA4_SHARED
    plan = _attention(layer, norms=True, head=32 if whole else HEAD)
    if shares:
        plan = {name: shape for name, shape in plan.items() if not any(one in name for one in ("attn_k", "attn_v"))}
    plan |= _norms(layer, "attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "post_norm")
    wide = FEED_FORWARD * (2 if shares else 1)
    plan |= {f"{layer}.ffn_gate.weight": (wide, HIDDEN), f"{layer}.ffn_up.weight": (wide, HIDDEN)}
    plan |= {f"{layer}.ffn_down.weight": (HIDDEN, wide), f"{layer}.layer_output_scale.weight": (1,)}
    return plan | {f"{layer}.inp_gate.weight": (GEMMA4_INPUT, HIDDEN), f"{layer}.proj.weight": (HIDDEN, GEMMA4_INPUT)}


def _gemma4_facts(writer: Any) -> None:
    writer.add_sliding_window_pattern([number not in GEMMA4_WHOLE for number in range(LAYERS)])
    writer.add_shared_kv_layers(GEMMA4_SHARED)
    writer.add_embedding_length_per_layer_input(GEMMA4_INPUT)
    writer.add_key_length(32)
    writer.add_value_length(32)
    writer.add_key_length_swa(HEAD)
    writer.add_value_length_swa(HEAD)
    writer.add_rope_dimension_count(32)
    writer.add_rope_dimension_count_swa(HEAD)
    writer.add_rope_freq_base_swa(1000.0)
    writer.add_final_logit_softcapping(30.0)


def _facts(writer: Any, family: str) -> None:
    writer.add_block_count(LAYERS)
    writer.add_context_length(512)
    writer.add_embedding_length(HIDDEN)
    wide = 2 * FEED_FORWARD
    shared = [FEED_FORWARD] * (LAYERS - GEMMA4_SHARED) + [wide] * GEMMA4_SHARED
    writer.add_feed_forward_length(shared if family == "gemma4" else FEED_FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv([0 if n % 2 == 0 else KV_HEADS for n in range(LAYERS)] if family == "lfm2" else KV_HEADS)
    writer.add_rope_freq_base(5000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    if family in ("qwen3", "gemma2", "gemma3"):
        writer.add_key_length(32)
        writer.add_value_length(32)
    elif family == "gemma4":
        _gemma4_facts(writer)
    else:
        writer.add_rope_dimension_count(HEAD)
    if family in ("gemma2", "gemma3", "gemma4"):
        writer.add_sliding_window(16)
    if family == "gemma2":
        writer.add_attn_logit_softcapping(50.0)
        writer.add_final_logit_softcapping(30.0)
    if family == "phi3":
        writer.add_sliding_window(0)
        writer.add_rope_scaling_orig_ctx_len(512)
    if family == "lfm2":
        writer.add_shortconv_l_cache(3)


def write_tiny(path: Path, family: str, kind: str = "F32", *, tied: bool = True, seed: int = 0, **changes: Any) -> Path:
    """A model with random weights.

    Args:
        path: of the file.
        family: GGUF name.
        kind: GGML type of the matrices, one that the gguf package can quantize to.
        tied: whether the output is the embedding table.
        seed: of the weights.
        changes: 'extra': tensors to add, by name; 'without': names to leave out; 'facts': called with the writer at the
            end; 'pre': of the tokenizer.
    """
    import gguf
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    random = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, family)
    writer.add_type("model")
    writer.add_name("tiny")  # from names such as phi3, llama.cpp concludes which special tokens there are
    _facts(writer, family)
    alphabet = list(bytes_to_unicode().values())
    tokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *alphabet, "th"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(changes.get("pre", "smollm"))
    writer.add_token_list(tokens)
    writer.add_token_types([3, 3, 3] + [1] * (len(tokens) - 3))
    writer.add_token_merges(["t h"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)
    writer.add_chat_template(
        "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    if changes.get("facts"):
        changes["facts"](writer)
    output_norm = "token_embd_norm" if family == "lfm2" else "output_norm"
    plan: Plan = {"token_embd.weight": (len(tokens), HIDDEN), f"{output_norm}.weight": (HIDDEN,)}
    if family == "gemma4":
        plan["per_layer_token_embd.weight"] = (len(tokens), LAYERS * GEMMA4_INPUT)
        plan["per_layer_model_proj.weight"] = (LAYERS * GEMMA4_INPUT, HIDDEN)
        plan["per_layer_proj_norm.weight"] = (GEMMA4_INPUT,)
        factors = np.where(np.arange(16) < 4, 1.0, 1e30)  # a quarter of each head turns
        writer.add_tensor("rope_freqs.weight", factors.astype(np.float32))
    if not tied:
        plan["output.weight"] = (len(tokens), HIDDEN)
    for number in range(LAYERS):
        plan |= _layer(family, f"blk.{number}", number)
    plan = {name: shape for name, shape in plan.items() if name not in changes.get("without", ())}
    quantization = gguf.GGMLQuantizationType[kind]
    for name, shape in plan.items():
        values = _random(random, family, name, shape)
        if len(shape) < 2 or "conv.weight" in name or kind == "F32":
            writer.add_tensor(name, values)
        else:
            writer.add_tensor(name, gguf.quants.quantize(values, quantization), raw_dtype=quantization)
    for name, values in changes.get("extra", {}).items():
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _random(random: np.random.Generator, family: str, name: str, shape: tuple[int, ...]) -> Any:
    if ("norm" in name or "scale" in name) and name.endswith(".weight"):
        return (1 + 0.2 * random.standard_normal(shape)).astype(np.float32)
    return (0.12 * random.standard_normal(shape)).astype(np.float32)
