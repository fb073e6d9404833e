"""Promotion: only what orders better, keeps its form and costs no ability is put into use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gguf
import numpy as np
import pytest

from edge_assistant.composer.prompts import sentence_prompt
from edge_assistant.domain import Style
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.versions.general_ability import (
    Ability,
    fixed_questions,
    fixed_text,
    known_ability,
    measure_ability,
)
from edge_assistant.training.versions.promotion import Measures, decide, format_faults, judge, style_sides

PLAIN = Measures(40, 0.5, 0.0, 0.9, 0.6, Ability(20.0, 40, 60))
GOOD = Measures(40, 0.8, 1.5, 0.9, 0.8, Ability(20.3, 39, 60))


def pair(number: int, chosen: str = "Maybe boil {} eggs.", rejected: str = "Hey, boil {} eggs!!") -> Pair:
    prompt = sentence_prompt(f"boil {number} eggs", "making lunch", Style())
    return Pair(prompt.system, prompt.user, chosen.format(number), rejected.format(number), "rated")


def test_better_and_whole_is_promoted() -> None:
    verdict = decide(GOOD, None, PLAIN)
    assert verdict.promoted and "80%" in verdict.note and "50%" in verdict.note


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"accuracy": 0.5, "margin": 0.0}, "no better than 50%"),
        ({"accuracy": 0.4}, "no better than 50%"),
        ({"pairs": 3}, "only 3 held-out pairs"),
        ({"faultless": 0.7}, "keep the form"),
        ({"ability": Ability(20.7, 40, 60)}, "perplexity on ordinary text rose by 3.5%"),
        ({"ability": Ability(float("nan"), 40, 60)}, "perplexity"),
        ({"ability": Ability(20.0, 37, 60)}, "37 of 60 questions instead of 40"),
    ],
)
def test_each_fault_alone_keeps_it_out(change: dict[str, object], reason: str) -> None:
    verdict = decide(replace(GOOD, **change), None, PLAIN)
    assert not verdict.promoted and len(verdict.reasons) == 1 and reason in verdict.note


def test_it_is_held_against_the_one_in_use() -> None:
    assert not decide(GOOD, replace(GOOD, accuracy=0.85), PLAIN).promoted
    assert not decide(GOOD, GOOD, PLAIN).promoted  # the same is not better
    assert decide(GOOD, replace(GOOD, accuracy=0.75), PLAIN).promoted
    assert decide(GOOD, replace(GOOD, margin=1.0), PLAIN).promoted  # the same order, more clearly


def test_a_model_that_writes_nothing_is_not_asked_to_write() -> None:
    silent = replace(PLAIN, faultless=None, style=None)
    assert decide(replace(GOOD, faultless=None, style=None), None, silent).promoted


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("You could boil two eggs for tomorrow's lunch.", None),
        ("Nice idea! Maybe boil two eggs for tomorrow's lunch?", None),
        ("", "nothing was written"),
        ("Boil two eggs for lunch. Then eat them tomorrow.", "more than one sentence"),
        ("You could water the basil.", "loses the idea"),
        ("Idea: boil two eggs for tomorrow's lunch", "words of the request"),
        ("Boil two eggs for tomorrow's lunch " + "and smile " * 20, "too long"),
    ],
)
def test_the_form_of_a_sentence(text: str, fault: str | None) -> None:
    assert format_faults(text, "boil two eggs for tomorrow's lunch") == ([fault] if fault else [])


def test_a_sentence_takes_sides_where_chosen_and_rejected_differ() -> None:
    assert style_sides("Perhaps boil 3 eggs.", pair(3)) == [True, True]  # directness, exclamation
    assert style_sides("Boil 3 eggs!", pair(3)) == [False, False]


def test_the_fixed_set_is_whole() -> None:
    assert len(fixed_questions()) == 60 and len(fixed_text()) == 8
    for entry in fixed_questions():
        assert len({entry["answer"], *entry["others"]}) == 4


def test_a_measured_ability_is_kept(tmp_path: Path) -> None:
    model = StandInModel()
    first = known_ability(model, None)
    assert first == measure_ability(model)
    calls = model.counters.calls
    assert known_ability(model, None) == first and model.counters.calls == calls
    (tmp_path / "a.gguf").write_bytes(b"an adapter")
    known_ability(model, tmp_path / "a.gguf")
    assert model.counters.calls > calls


def adapter(path: Path, size: float) -> Path:
    """A LoRA of rank 2 on the packaged model's first output projection."""
    rng = np.random.default_rng(1)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 2.0)
    writer.add_tensor("blk.0.attn_output.weight.lora_a", rng.normal(size=(2, 576)).astype(np.float32))
    writer.add_tensor("blk.0.attn_output.weight.lora_b", (size * rng.normal(size=(576, 2))).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.mark.model
def test_a_harmful_adapter_is_kept_out_on_the_real_model(tmp_path: Path) -> None:
    from edge_assistant.composer.capability import can_write
    from edge_assistant.llm.engine import LlamaEngine

    with LlamaEngine.open(n_ctx=512, n_threads=1, sequences=4, examiner=can_write) as engine:
        held_out = [pair(number) for number in range(8)]
        verdict = judge(engine, held_out, new=adapter(tmp_path / "wild.gguf", 0.5), in_use=None, plain=None)
        assert engine.adapter_key == ""
    assert not verdict.promoted
    assert verdict.new.ability.perplexity > 1.03 * verdict.plain.ability.perplexity
    assert verdict.plain.accuracy == 0.5 and verdict.plain.pairs == 8
    assert 25 <= verdict.plain.ability.right <= 60  # chance is 15
