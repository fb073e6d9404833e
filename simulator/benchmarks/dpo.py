"""Our training loop beside trl's DPOTrainer with peft, on the same pairs, each in a process of its own.

    measure(pairs=24, tokens=300)

trl gets a copy of the model without quantization, the faster of the two precisions on this machine, reference log
probabilities computed once, and (unless asked otherwise) no recomputation of activations, which is its faster way. What
is timed begins when the model is loaded and ends after the last step, with tokenizing and the reference in it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.errors import EdgeAssistantError, MissingDependencyError, UsageError
from edge_assistant.training.dpo.config import TARGETS, TrainingConfig
from edge_assistant.training.resources import share_one_heap
from edge_assistant.training.pairs.buffer import read_pairs, write_pairs
from edge_assistant.training.pairs.pair import Pair

ANSWER_TOKENS = 30


def measure(
    pairs: int = 24,
    tokens: int = 300,
    *,
    model: str | Path | None = None,
    config: TrainingConfig | None = None,
    distinct: bool = False,
    recompute: bool = False,
) -> dict[str, Any]:
    """Train with both and compare.

    Args:
        pairs: how many.
        tokens: of a prompt with one answer, roughly.
        model: name or GGUF file; the packaged model when None.
        config: settings for both.
        distinct: every pair gets a system text of its own, so that no two pairs share the beginning of their prompt.
        recompute: let trl recompute activations (its default): slower, less memory.

    Returns:
        JSON-ready figures; `speedup_vs_trl` and `peak_memory_vs_trl` are ratios, times are in seconds.

    Raises:
        UsageError: too few pairs or tokens.
        MissingDependencyError: trl or peft is not installed.
    """
    if pairs < 1 or tokens < 150:
        raise UsageError(f"bench: {pairs} pairs of {tokens} tokens; ask for at least 1 pair of 150 tokens")
    from importlib.util import find_spec

    if any(find_spec(name) is None for name in ("trl", "peft", "datasets")):
        raise MissingDependencyError(
            "bench: trl and peft are needed; install them with 'pip install edge-assistant[train]'"
        )
    from edge_assistant.llm.models import resolve

    base = resolve(model).path
    settings = config or TrainingConfig()
    with tempfile.TemporaryDirectory(prefix="edge-assistant-bench-") as folder:
        work = Path(folder)
        spec = work / "spec.json"
        spec.write_text(
            json.dumps(
                {
                    "base": str(base),
                    "config": settings.to_dict(),
                    "pairs": str(work / "pairs.jsonl"),
                    "plain": str(work / "plain"),
                    "work": str(work / "ours"),
                    "recompute": recompute,
                }
            ),
            encoding="utf-8",
        )
        prepared = _child("prepare", spec, pairs, tokens, distinct)
        ours = _child("ours", spec)
        theirs = _child("trl", spec)
    return {
        "speedup_vs_trl": round(theirs["seconds"] / ours["seconds"], 3),
        "peak_memory_vs_trl": round(ours["peak_rss_mb"] / theirs["peak_rss_mb"], 3),
        "cpu_seconds_vs_trl": round(theirs["cpu_seconds"] / ours["cpu_seconds"], 3),
        "pairs": pairs,
        "epochs": settings.epochs,
        **prepared,
        "ours": {name: value for name, value in ours.items() if name != "losses"},
        "trl": {name: value for name, value in theirs.items() if name != "losses"},
        "loss_ours": ours["losses"],
        "loss_trl": theirs["losses"],
    }


def bench_pairs(tokenizer: Any, count: int, tokens: int, *, distinct: bool, seed: int = 0) -> list[Pair]:
    """Pairs as the assistant makes them: its own system text, ideas of its own, prompts filled up with what was heard.

    Args:
        tokenizer: of the model, to count with.
        count: how many.
        tokens: of a prompt with one answer, roughly.
        distinct: see `measure`.
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
        system = f"{number}. {prompt.system}" if distinct else prompt.system
        heard: list[str] = []
        room = tokens - ANSWER_TOKENS - length(system) - length(prompt.user) - 20  # 20: the chat template
        while (left := room - length("\n".join(heard))) > 8:
            heard.append(f"Heard: {some(1)[0]}" if left > 18 else "Heard: nothing.")
        answers = [f"You could {' and '.join(some(8))}" for _ in range(2)]
        chosen, rejected = (
            tokenizer.decode(tokenizer(answer)["input_ids"][: ANSWER_TOKENS - 1], skip_special_tokens=True)
            for answer in answers
        )
        user = "\n".join([*heard, prompt.user])
        pairs.append(Pair(system, user, chosen, rejected, "rated", {"bench": number}, "2026-01-01T12:00:00"))
    return pairs


def _child(part: str, spec: Path, *arguments: object) -> dict[str, Any]:
    """Run one part in a process of its own; what its last line of output says."""
    command = [sys.executable, "-m", __name__, part, str(spec), *map(str, arguments)]
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


def _prepare(spec: dict[str, Any], count: str, tokens: str, distinct: str) -> dict[str, Any]:
    """Write the pairs, and the copy of the model for trl."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base = Path(spec["base"])
    tokenizer = AutoTokenizer.from_pretrained(base.parent, gguf_file=base.name)
    pairs = bench_pairs(tokenizer, int(count), int(tokens), distinct=distinct == "True")
    write_pairs(Path(spec["pairs"]), pairs)
    model = AutoModelForCausalLM.from_pretrained(base.parent, gguf_file=base.name, dtype=torch.float32)
    plain = AutoModelForCausalLM.from_config(_without_quantization(model.config), dtype=torch.float32)
    plain.load_state_dict(model.state_dict())
    plain.save_pretrained(spec["plain"])
    tokenizer.save_pretrained(spec["plain"])
    rows = trl_rows(pairs, tokenizer)
    lengths = [len(tokenizer(row["prompt"] + row["chosen"], add_special_tokens=False)["input_ids"]) for row in rows]
    return {"tokens_chosen": round(float(np.mean(lengths)), 1)}


def _without_quantization(config: Any) -> Any:
    """The same model, told of plain weights; one that says it came from GGUF is not written."""
    settings = config.to_dict()
    settings.pop("quantization_config", None)
    return type(config).from_dict(settings)


def trl_rows(pairs: list[Pair], tokenizer: Any) -> list[dict[str, str]]:
    """The pairs as trl wants them: prompts inside the model's chat template."""
    from edge_assistant.training.dpo.tokens import template_of

    template = template_of(tokenizer)
    return [
        {"prompt": template.render(pair.system, pair.prompt), "chosen": pair.chosen, "rejected": pair.rejected}
        for pair in pairs
    ]


def _ours(spec: dict[str, Any]) -> dict[str, Any]:
    from edge_assistant.training.backends.cpu import prepare
    from edge_assistant.training.resources import peak_rss_mb

    pairs = read_pairs(Path(spec["pairs"]))
    config = TrainingConfig.from_dict(spec["config"])
    prepared = prepare(pairs, Path(spec["base"]), config, None, Path(spec["work"]))
    begun, cpu = time.perf_counter(), time.process_time()
    loop = prepared.loop()
    losses, _ = loop.run()
    return {
        "seconds": round(time.perf_counter() - begun, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "peak_rss_mb": round(peak_rss_mb(), 1),
        "dtype": prepared.config.dtype,
        "packed_tokens": loop.tokens,
        "losses": [round(one, 5) for one in losses],
    }


def _trl(spec: dict[str, Any]) -> dict[str, Any]:
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    from edge_assistant.training.dpo.precision import bfloat16_is_faster
    from edge_assistant.training.resources import peak_rss_mb

    config = TrainingConfig.from_dict(spec["config"])
    if config.threads:
        torch.set_num_threads(config.threads)
    dtype = "bfloat16" if bfloat16_is_faster() else "float32"
    model = AutoModelForCausalLM.from_pretrained(spec["plain"], dtype=getattr(torch, dtype))
    tokenizer = AutoTokenizer.from_pretrained(spec["plain"])
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    rows = trl_rows(read_pairs(Path(spec["pairs"])), tokenizer)
    begun, cpu = time.perf_counter(), time.process_time()
    trainer = DPOTrainer(
        model,
        args=DPOConfig(
            output_dir=spec["work"] + "-trl",
            per_device_train_batch_size=1,
            gradient_accumulation_steps=config.accumulation,
            num_train_epochs=config.epochs,
            learning_rate=config.learning_rate,
            beta=config.beta,
            max_grad_norm=config.max_grad_norm,
            max_length=None,
            precompute_ref_log_probs=True,
            gradient_checkpointing=bool(spec["recompute"]),
            bf16=dtype == "bfloat16",
            logging_steps=1,
            save_strategy="no",
            report_to=[],
            use_cpu=True,
            disable_tqdm=True,
            seed=config.seed,
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=LoraConfig(
            r=config.rank,
            lora_alpha=config.alpha,
            lora_dropout=config.dropout,
            target_modules=list(TARGETS),
            task_type="CAUSAL_LM",
        ),
    )
    trainer.train()
    return {
        "seconds": round(time.perf_counter() - begun, 3),
        "cpu_seconds": round(time.process_time() - cpu, 3),
        "peak_rss_mb": round(peak_rss_mb(), 1),
        "dtype": dtype,
        "recompute": bool(spec["recompute"]),
        "losses": [round(row["loss"], 5) for row in trainer.state.log_history if "loss" in row],
    }


def _main(part: str, place: str, *arguments: str) -> None:
    """A child process: run one part and print its figures as the last line."""
    share_one_heap()  # both get what helps ours
    spec = json.loads(Path(place).read_text(encoding="utf-8"))
    parts = {"prepare": _prepare, "ours": _ours, "trl": _trl}
    figures: dict[str, Any] = parts[part](spec, *arguments)  # type: ignore[operator]
    print(json.dumps(figures))


if __name__ == "__main__":
    _main(*sys.argv[1:])
