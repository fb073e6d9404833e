"""Comparing real small models in llama.cpp."""

from __future__ import annotations

import pytest

from quant.errors import QuantError
from quant.tools.evaluate import Task, evaluate, load_task
from quant.tools.quantize import quantize

TASK = Task("The quick brown fox jumps over the lazy dog. " * 8, 200, 64, 1)


def test_a_copy_is_equal_and_a_small_type_is_not(tiny, tmp_path):
    source = tiny("llama")
    quantize(source, tmp_path / "copy.gguf", "F32")
    quantize(source, tmp_path / "small.gguf", "Q4_0", pure=True)
    same, copy, small = evaluate([source, tmp_path / "copy.gguf", tmp_path / "small.gguf"], TASK)
    assert same.kl_divergence == 0 and same.top1_agreement == 1
    # only the rounding of the kept probabilities to 16 bits is between them
    assert copy.kl_divergence < 1e-4 and copy.top1_agreement > 0.97
    assert copy.perplexity == pytest.approx(same.perplexity, rel=1e-6)
    assert small.kl_divergence > 10 * copy.kl_divergence and small.top1_agreement < copy.top1_agreement
    assert all(one.decode_tokens_per_second > 0 and one.memory_mb > 1 for one in (same, copy, small))


def test_perplexity_is_that_of_the_torch_model(tiny):
    import numpy as np
    import torch

    from quant.tools.measures import WARM
    from quant.torch_model import load_model

    path = tiny("llama")
    (one,) = evaluate([path], TASK)
    loaded = load_model(path)
    tokens = loaded.tokenizer(TASK.text, add_special_tokens=False).input_ids[: TASK.max_tokens]
    losses = []
    for at in range(0, len(tokens), TASK.window):
        part = torch.tensor(tokens[at : at + TASK.window])
        if len(part) <= WARM + 1:
            continue
        with torch.no_grad():
            chances = loaded.model(input_ids=part[None]).logits[0].log_softmax(-1)
        losses += [-float(chances[place, part[place + 1]]) for place in range(WARM, len(part) - 1)]
    assert one.positions == len(losses)
    assert one.perplexity == pytest.approx(float(np.exp(np.mean(losses))), rel=1e-3)


def test_short_texts_are_refused(tiny):
    with pytest.raises(QuantError, match="longer"):
        evaluate([tiny("llama")], Task("short"))
    assert len(load_task().text) > 1000
