"""The nights of the paper's assistant: 200 pairs of its own candidates, trained on anew and then spoken with.

Nothing is held back until it has proved better: the paper has no such test. A night that was interrupted goes on.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.storage.store import Store
from edge_assistant.training.backends.training import train
from edge_assistant.training.base_model import resolve_base
from edge_assistant.training.dpo.config import TrainingConfig
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.resources import give_back_memory
from simulator.policies.paper.asking import SYSTEM
from simulator.world.seeding import generator

PAIRS = 200
"""Of a night."""
LEAST = 8
"""Fewer pairs are not worth a night."""
SERVED = "served.gguf"
EPOCHS, LEARNING_RATE = 1, 1e-4
"""Half the passes of the paper at twice its rate: the same way in half the time."""
STATE = "paper.pairs."
STEP = 4
"""Pairs of one prompt in a row: those of an optimizer step."""


@dataclass(frozen=True, slots=True)
class Rated:
    """Two candidates of one tick, the better first, with their totals; `prompt` is the user's part."""

    prompt: str
    chosen: str
    rejected: str
    totals: tuple[int, int]
    time: str


def keep(store: Store, day: int, rated: Sequence[Rated]) -> None:
    """Keep a day's pairs, each once; prompts are shared by many and written once."""
    prompts = list(dict.fromkeys(one.prompt for one in rated))
    rows = [[prompts.index(one.prompt), one.chosen, one.rejected, *one.totals, one.time] for one in rated]
    unique = {(row[0], row[1], row[2]): row for row in rows}
    store.set_state(f"{STATE}{day}", {"prompts": prompts, "pairs": list(unique.values())})


def draw(store: Store, day: int, count: int, *seed_parts: object) -> list[Pair]:
    """The pairs of a night, all days so far alike: upstream's replay 'equally'.

    Pairs of one prompt stay together, up to as many as an optimizer step holds: their prompt is then computed once.
    The steps themselves are in a drawn order.
    """
    rng = generator("paper night", *seed_parts, day)
    steps: list[list[Pair]] = []
    for number in range(1, day + 1):
        kept: dict[str, Any] = store.get_state(f"{STATE}{number}") or {"prompts": [], "pairs": []}
        share, by_prompt = count // day + int(number <= count % day), dict[int, list[Pair]]()
        for index in rng.permutation(len(kept["pairs"])).tolist():
            prompt, good, bad, better, worse, time = kept["pairs"][index]
            pair = Pair(
                SYSTEM, kept["prompts"][prompt], good, bad, "rated", {"day": number, "totals": [better, worse]}, time
            )
            by_prompt.setdefault(prompt, []).append(pair)
        for pairs in by_prompt.values():
            pairs = pairs[: min(STEP, share)]
            share -= len(pairs)
            if pairs:
                steps.append(pairs)
    mixed = [steps[place] for place in rng.permutation(len(steps)).tolist()]
    mixed.sort(key=lambda pairs: len(pairs) < STEP)  # whole steps first, so that they stay whole
    return [pair for pairs in mixed for pair in pairs]


def spend(pairs: Sequence[Pair], folder: Path, model: str, loss: str, seed: int) -> Path | None:
    """Train, unless that is done; what the engine attaches, or None where there is too little to learn from."""
    if len(pairs) < LEAST:
        return None
    served = folder / SERVED
    if not served.exists():
        from quant.lora_files import read_gguf, write_gguf
        from quant.lora_weights import concatenate

        base, task = resolve_base(model)
        config = TrainingConfig(
            loss=loss,
            seed=seed,
            epochs=EPOCHS,
            learning_rate=LEARNING_RATE,
            accumulation=STEP,
            shuffle=loss == "kto",  # KTO compares with answers to other prompts, so its pairs are mixed
        )
        trained = train(pairs, base.path, config, task, folder / "training")
        give_back_memory()
        weights = trained.weights()
        if task is not None:
            weights = concatenate(read_gguf(task, base=base.path), weights)
        aside = folder / f"{SERVED}.partial"
        write_gguf(aside, weights, base=base.path)
        aside.replace(served)
    shutil.rmtree(folder / "training", ignore_errors=True)
    return served


def attach(model: LanguageModel, served: Path | None, name: str) -> None:
    """Speak with a night's adapter, or with what comes with the model."""
    _, task = resolve_base(name)
    path = served or task
    if path is None:
        model.detach()
    else:
        model.attach(path)
