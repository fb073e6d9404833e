"""Our training loop beside trl's DPOTrainer with peft, on the same pairs, each in a process of its own.

trl gets a copy of the model without quantization, the faster of the two precisions on this machine, reference log
probabilities computed once, and no recomputation of activations, which is its faster way. What is timed
begins when the model is loaded and ends after the last step, with tokenizing and the reference in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.errors import EdgeAssistantError, MissingDependencyError
from edge_assistant.training.dpo.config import TrainingConfig
from edge_assistant.training.pairs.buffer import read_pairs, write_pairs
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.resources import peak_rss_mb, share_one_heap

ANSWER_TOKENS = 30


def measure(pairs: int, tokens: int, config: TrainingConfig, model: str = "") -> dict[str, Any]:
    """Train with both and compare.

    Args:
        pairs: how many.
        tokens: of a prompt with one answer, roughly.
        config: settings for both.
        model: name or GGUF file; '' for the packaged model.

    Returns:
        JSON-ready figures; `speedup_vs_trl` and `peak_memory_vs_trl` are ratios, times are in seconds.

    Raises:
        MissingDependencyError: trl or peft is not installed.
    """
    if any(find_spec(name) is None for name in ("trl", "peft", "datasets")):
        raise MissingDependencyError(
            "bench: trl and peft are needed; install them with 'pip install edge-assistant[train]'"
        )
    from edge_assistant.llm.models import resolve

    with tempfile.TemporaryDirectory(prefix="edge-assistant-bench-") as folder:
        spec = {
            "folder": folder,
            "base": str(resolve(model or None).path),
            "config": config.to_dict(),
            "count": pairs,
            "tokens": tokens,
        }
        prepared, ours, theirs = (_in_a_child(part, spec) for part in ("prepare", "ours", "trl"))
    losses = {f"loss_{name}": figures.pop("losses") for name, figures in (("ours", ours), ("trl", theirs))}
    return {
        "speedup_vs_trl": round(theirs["seconds"] / ours["seconds"], 3),
        "peak_memory_vs_trl": round(ours["peak_rss_mb"] / theirs["peak_rss_mb"], 3),
        "cpu_seconds_vs_trl": round(theirs["cpu_seconds"] / ours["cpu_seconds"], 3),
        "pairs": pairs,
        "epochs": config.epochs,
        **prepared,
        "ours": ours,
        "trl": theirs,
        **losses,
    }


def bench_pairs(tokenizer: Any, count: int, tokens: int, seed: int = 0) -> list[Pair]:
    """Pairs as the assistant makes them: its own system text, ideas of its own, prompts filled up with what was heard.

    Args:
        tokenizer: of the model, to count with.
        count: how many.
        tokens: of a prompt with one answer, roughly.
        seed: of the draws.
    """
    from edge_assistant.composer.prompts import sentence_prompt
    from edge_assistant.domain import Style
    from edge_assistant.ranker.ideas import load_packaged

    generator = np.random.default_rng(seed)
    ideas = [idea.text for idea in load_packaged().ideas]

    def some(n: int) -> list[str]:
        return [ideas[int(one)] for one in generator.choice(len(ideas), size=n, replace=False)]

    def length(text: str) -> int:
        return len(tokenizer(text)["input_ids"])

    pairs = []
    for number in range(count):
        idea, activity = some(2)
        prompt = sentence_prompt(idea, activity, Style())
        heard: list[str] = []
        room = tokens - ANSWER_TOKENS - length(prompt.system) - length(prompt.user) - 20  # 20: the chat template
        while (left := room - length("\n".join(heard))) > 8:
            heard.append(f"Heard: {some(1)[0]}" if left > 18 else "Heard: nothing.")
        chosen, rejected = (
            tokenizer.decode(tokenizer(text)["input_ids"][: ANSWER_TOKENS - 1], skip_special_tokens=True)
            for text in (f"You could {' and '.join(some(8))}" for _ in range(2))
        )
        user = "\n".join([*heard, prompt.user])
        pairs.append(Pair(prompt.system, user, chosen, rejected, "rated", {"bench": number}, "2026-01-01T12:00:00"))
    return pairs


def _in_a_child(part: str, spec: dict[str, Any]) -> dict[str, Any]:
    """Run one part in a process of its own; what its last line of output says."""
    command = [sys.executable, "-m", "simulator.benchmarks.dpo", part, json.dumps(spec)]
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    # threads that spin without end while they wait measure whatever else runs on the machine; those that sleep at once
    # take a fifth longer on a quiet one
    environment = {"GOMP_SPINCOUNT": "100000", **os.environ, **offline}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EdgeAssistantError(f"bench: the part '{part}' failed ({last}); run it again with less load")
    result: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def _prepare(spec: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Write the pairs, and the copy of the model for trl."""
    import torch

    from edge_assistant.training.backends.unsloth import to_rows
    from edge_assistant.training.dpo.full_weights import write_plain
    from quant.torch_model import load_model

    loaded = load_model(Path(spec["base"]))
    tokenizer = loaded.tokenizer
    pairs = bench_pairs(tokenizer, spec["count"], spec["tokens"])
    write_pairs(folder / "pairs.jsonl", pairs)
    write_plain(loaded.model, tokenizer, folder / "plain", dtype=torch.float32)
    rows = to_rows(pairs, tokenizer)
    lengths = [len(tokenizer(row["prompt"] + row["chosen"], add_special_tokens=False)["input_ids"]) for row in rows]
    return {"tokens_chosen": round(float(np.mean(lengths)), 1)}


def _ours(spec: dict[str, Any], folder: Path) -> dict[str, Any]:
    from edge_assistant.training.dpo.loop import Loop
    from edge_assistant.training.dpo.prepare import prepare
    from edge_assistant.training.dpo.tokens import tokenize_pairs

    config = TrainingConfig(**spec["config"])
    pairs = read_pairs(folder / "pairs.jsonl")
    tokenize = partial(tokenize_pairs, pairs, max_tokens=config.max_tokens)
    prepared = prepare(tokenize, Path(spec["base"]), config, None, folder / "ours")
    with _timed() as figures:
        loop = Loop(prepared)
        losses, _ = loop.run()
    return {**figures(), "dtype": prepared.config.dtype, "packed_tokens": loop.tokens, "losses": _rounded(losses)}


def _trl(spec: dict[str, Any], folder: Path) -> dict[str, Any]:
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    from edge_assistant.training.backends import unsloth
    from edge_assistant.training.dpo.prepare import bfloat16_is_faster

    config = TrainingConfig(**spec["config"])
    if config.threads:
        torch.set_num_threads(config.threads)
    half = bfloat16_is_faster()
    model = AutoModelForCausalLM.from_pretrained(folder / "plain", dtype=torch.bfloat16 if half else torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(folder / "plain")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    rows = unsloth.to_rows(read_pairs(folder / "pairs.jsonl"), tokenizer)
    own = {"max_length": None, "precompute_ref_log_probs": True, "save_strategy": "no", "use_cpu": True}
    arguments = unsloth.arguments(config, folder / "trl", bfloat16=half) | own
    lora = {name: value for name, value in unsloth.lora_arguments(config).items() if name != "random_state"}
    with _timed() as figures:
        trainer = DPOTrainer(
            model,
            args=DPOConfig(**arguments, gradient_checkpointing=False),
            train_dataset=Dataset.from_list(rows),
            processing_class=tokenizer,
            peft_config=LoraConfig(**lora, task_type="CAUSAL_LM"),
        )
        trainer.train()
    losses = [row["loss"] for row in trainer.state.log_history if "loss" in row]
    dtype = "bfloat16" if half else "float32"
    return {**figures(), "dtype": dtype, "losses": _rounded(losses)}


@contextmanager
def _timed() -> Iterator[Callable[[], dict[str, float]]]:
    """Gives a function that tells, after the block, what it took."""
    begun, cpu = time.perf_counter(), time.process_time()
    ended: list[float] = []
    yield lambda: {"seconds": ended[0], "cpu_seconds": ended[1], "peak_rss_mb": round(peak_rss_mb(), 1)}
    ended += [round(time.perf_counter() - begun, 3), round(time.process_time() - cpu, 3)]


def _rounded(losses: list[float]) -> list[float]:
    return [round(loss, 5) for loss in losses]


def _main(part: str, text: str) -> None:
    """A child process: run one part and print its figures as the last line."""
    share_one_heap()  # both get what helps ours
    spec = json.loads(text)
    parts = {"prepare": _prepare, "ours": _ours, "trl": _trl}
    print(json.dumps(parts[part](spec, Path(spec["folder"]))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
