"""A training job that costs general ability is tried at less strength, and says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_assistant.llm.models import resolve
from edge_assistant.storage.store import Store
from edge_assistant.training.dpo.config import TrainingConfig
from edge_assistant.training.dpo.trained import load_weights
from edge_assistant.training.jobs import job as training_job
from edge_assistant.training.jobs.sources import draw_job
from edge_assistant.training.versions.general_ability import Ability
from edge_assistant.training.versions.promotion import Measures, PromotionVerdict, decide
from edge_assistant.training.versions.version import PERSONAL, SERVED, Version
from quant.lora_files import read_gguf

PLAIN = Measures(12, 0.5, 0.0, None, None, Ability(20.0, 40, 60))


def learned(
    order: Callable[..., Any], folder: Path, model: Path, monkeypatch: pytest.MonkeyPatch, costs: list[float]
) -> Version:
    """A job of which each try costs so much perplexity."""
    tried = iter(costs)

    def judge(job, new: Path, registry) -> PromotionVerdict:
        return decide(Measures(12, 0.9, 1.0, None, None, Ability(20.0 * (1 + next(tried)), 40, 60)), None, PLAIN)

    monkeypatch.setattr(training_job, "_judge", judge)
    source = order(folder, model).source
    config = TrainingConfig(rank=4, alpha=8.0, epochs=1, learning_rate=2e-3, dtype="float32", threads=1)
    with Store.open(source.store) as store:
        outcome = training_job.run_job(draw_job(source, store, resolve(model), None), source.registry, config)
    assert next(tried, None) is None  # tried exactly so often
    version: Version = source.registry.get("me", outcome.version.name)
    return version


def test_half_of_what_was_learned_is_served_where_the_whole_costs_too_much(
    order: Callable[..., Any], tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = learned(order, tmp_path / "whole", tiny_model, monkeypatch, [0.01])
    half = learned(order, tmp_path / "half", tiny_model, monkeypatch, [0.10, 0.02])
    assert whole.status == half.status == "promoted"
    assert (whole.manifest["strength"], half.manifest["strength"]) == (1.0, 0.5)
    one, other = load_weights(whole.folder / PERSONAL), load_weights(half.folder / PERSONAL)
    assert other.scale == 0.5 * one.scale
    for name, (a, b) in one.tensors.items():
        assert np.array_equal(other.tensors[name][0], a) and np.array_equal(other.tensors[name][1], b)
    assert read_gguf(half.folder / SERVED).scale == 0.5 * read_gguf(whole.folder / SERVED).scale
    assert "0.5 of what was learned" in (half.folder / "card.md").read_text()


def test_what_costs_too_much_at_any_strength_stays_out(
    order: Callable[..., Any], tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = learned(order, tmp_path, tiny_model, monkeypatch, [0.3, 0.2, 0.1])
    assert version.status == "rejected" and "perplexity" in version.note
