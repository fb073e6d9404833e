"""Comparing real small models in llama.cpp."""

from __future__ import annotations

import json

import pytest

from quant.errors import QuantError
from quant.tools.autotune import Bounds, autotune
from quant.tools.evaluate import Task, evaluate, load_task, plot, plot_kind
from quant.tools.quantize import quantize

DECISIONS = ({"prompt": "I say", "continuations": [" yes", " no", " why"]},)
TASK = Task("The quick brown fox jumps over the lazy dog. " * 8, DECISIONS, 200, 64, 1)


def test_a_copy_is_equal_and_a_small_type_is_not(tiny, tmp_path):
    source = tiny("llama")
    quantize(source, tmp_path / "copy.gguf", "F32")
    quantize(source, tmp_path / "small.gguf", "Q4_0", pure=True)
    same, copy, small = evaluate([source, tmp_path / "copy.gguf", tmp_path / "small.gguf"], TASK)
    assert same.kl_divergence == 0 and same.top1_agreement == same.decision_agreement == 1
    # only the rounding of the kept probabilities to 16 bits is between them
    assert copy.kl_divergence < 1e-4 and copy.top1_agreement > 0.97
    assert copy.perplexity == pytest.approx(same.perplexity, rel=1e-6)
    assert small.kl_divergence > 10 * copy.kl_divergence and small.top1_agreement < copy.top1_agreement
    assert all(one.decode_tokens_per_second > 0 and one.memory_mb > 1 for one in (same, copy, small))
    plot([same, small], tmp_path / "plot.svg")
    assert "<svg" in (tmp_path / "plot.svg").read_text()


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


def test_kept_figures_are_not_measured_again(tiny, tmp_path):
    first, folder = tiny("llama"), tmp_path / "kept"
    folder.mkdir()
    before = evaluate([first], TASK, folder=folder)
    assert evaluate([first], TASK, folder=folder) == before
    other = quantize(first, tmp_path / "small.gguf", "Q8_0")
    after = evaluate([first, tmp_path / "small.gguf"], TASK, folder=folder)
    assert after[0] == before[0] and after[1].kl_divergence is not None and after[1].sha256 == other.sha256


def test_wrong_decisions_and_short_texts_are_refused(tiny, tmp_path):
    (tmp_path / "d.json").write_text(json.dumps([{"prompt": "x", "continuations": ["one"]}]))
    with pytest.raises(QuantError, match="at least two"):
        load_task(decisions=tmp_path / "d.json")
    with pytest.raises(QuantError, match="longer"):
        evaluate([tiny("llama")], Task("short", ()))
    assert len(load_task().decisions) >= 20


def test_a_type_that_cannot_be_made_is_a_row_and_no_end(tiny, tmp_path, monkeypatch):
    def choosy(model, target, name, **more):
        if name == "IQ1_S":  # asks for an importance matrix on models that are not as small as this one
            raise QuantError("IQ1_S: llama.cpp refused")
        return quantize(model, target, name, **more)

    monkeypatch.setattr("quant.tools.autotune.quantize", choosy)
    result = autotune(tiny("llama"), TASK, Bounds(100_000, 9.0, 0.0), candidates=("IQ1_S", "Q8_0"))
    faults = {row["type"]: row["fault"] for row in result.rows}
    assert set(faults) == {"as it is", "Q8_0", "IQ1_S"} and faults["IQ1_S"] and not faults["Q8_0"]
    with pytest.raises(QuantError):
        autotune(tmp_path / "nowhere.gguf", TASK, Bounds(9.0))
    assert not (tmp_path / "nowhere.gguf.autotune").exists()


def test_plots_are_checked_before_anything_is_measured(tmp_path):
    for name, says in (("x.bmp", "png, .svg or .pdf"), ("no/x.png", "no such folder")):
        with pytest.raises(QuantError, match=says):
            plot_kind(tmp_path / name)


def test_autotune_keeps_the_bounds_and_the_reasons(tiny, tmp_path):
    model = tiny("llama")
    bounds = Bounds(100_000, 0.02, 0.0)
    result = autotune(model, TASK, bounds, candidates=("Q8_0", "Q4_0"))
    kept = json.loads((tmp_path / f"{model.name}.autotune.json").read_text())
    rows = {row["type"]: row for row in result.rows}
    assert set(rows) == {"as it is", "Q8_0", "Q4_0"} and "divergence" in rows["Q4_0"]["fault"]
    assert result.chosen != "Q4_0" and kept["chosen"] == result.chosen and kept["model_sha256"]
    assert rows[result.chosen]["seconds"] == min(float(row["seconds"]) for row in result.rows if not row["fault"])
    assert not (tmp_path / f"{model.name}.autotune").exists()
    (tmp_path / f"{model.name}.autotune.json").write_text(json.dumps(kept | {"why": "as I said"}))
    assert autotune(model, TASK, bounds, candidates=("Q8_0", "Q4_0")).why == "as I said"
    with pytest.raises(QuantError, match="no candidate keeps the bounds"):
        autotune(model, TASK, Bounds(0.5), candidates=("Q8_0",))
