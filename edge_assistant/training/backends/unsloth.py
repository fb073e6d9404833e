"""Training on a CUDA card with unsloth's kernels and trl's DPOTrainer; of the losses only DPO.

unsloth reads no GGUF, so the model is written once in transformers' form, with the task adapter folded in, and loaded
in four bits. What is the same for every backend: the settings, the pairs, the folder that is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import MissingDependencyError, UsageError
from edge_assistant.training.dpo.config import TARGETS, Progress, TrainingConfig, TrainingPaused, identity
from edge_assistant.training.pairs.dataset import template_of
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.versions import files, trained

if TYPE_CHECKING:
    from edge_assistant.training.versions.trained import TrainedAdapter
    from quant.lora_weights import LoraWeights

PLAIN = "plain"


def train(
    pairs: Sequence[Pair],
    base: Path,
    config: TrainingConfig,
    task_adapter: Path | None,
    workdir: Path,
    should_pause: Callable[[], bool],
    on_progress: Callable[[Progress], None],
) -> TrainedAdapter:
    """See `training.train`. Pauses between optimizer steps, which are short on a card."""
    check(config)
    from edge_assistant.training.backends.full_weights import write_plain
    from edge_assistant.training.jobs.resources import peak_rss_mb
    from quant.lora import attention_heads
    from quant.lora_files import read_gguf
    from quant.torch_model import load_model

    workdir.mkdir(parents=True, exist_ok=True)
    with files.locked(workdir / "lock", f"training in {workdir}", wait=False):
        base_sha256 = files.sha256_of(base)
        task_sha256 = files.sha256_of(task_adapter) if task_adapter else ""
        key = identity(pairs, base_sha256, config, task_sha256)
        done = trained.read(workdir)
        if done is not None and done.identity == key:
            return done
        folder = workdir / f"{PLAIN}-{key[:8]}"
        loaded = load_model(base)
        write_plain(loaded.model, loaded.tokenizer, folder, read_gguf(task_adapter) if task_adapter else None)
        rows, architecture, heads = (
            to_rows(pairs, loaded.tokenizer),
            loaded.architecture,
            attention_heads(loaded.model.config),
        )
        del loaded
        begun = time.monotonic()
        state, losses, accuracies = _run(folder, rows, config, workdir / f"trl-{key[:8]}", should_pause, on_progress)
        weights = from_peft(state, architecture, config, heads)
        facts = {
            "identity": key,
            "backend": "unsloth",
            "architecture": architecture,
            "base_sha256": base_sha256,
            "task_sha256": task_sha256,
            "config": config.to_dict(),
            "pairs": tuple(pair.hash for pair in pairs),
            "losses": tuple(losses),
            "accuracies": tuple(accuracies),
            "tokens": 0,
            "seconds": time.monotonic() - begun,
            "peak_rss_mb": peak_rss_mb(),
        }
        return trained.finish(workdir, weights, facts)


def check(config: TrainingConfig) -> None:
    """Refuse what cannot work before anything is loaded.

    Raises:
        UsageError: a loss that this backend does not have.
        MissingDependencyError: no CUDA card, or a package is missing.
    """
    import torch

    if config.loss != "dpo":
        raise UsageError(
            f"training: the unsloth backend knows the loss 'dpo', not '{config.loss}'; take the cpu backend"
        )
    if not torch.cuda.is_available():
        raise MissingDependencyError(
            "training: the unsloth backend needs a CUDA graphics card and finds none; train with the cpu backend"
        )
    missing = [name for name in ("unsloth", "trl", "peft", "datasets") if find_spec(name) is None]
    if missing:
        raise MissingDependencyError(
            f"training: the unsloth backend needs {', '.join(missing)}; install them with "
            "'pip install edge-assistant[unsloth,train]', or train with the cpu backend"
        )


def to_rows(pairs: Sequence[Pair], tokenizer: Any) -> list[dict[str, str]]:
    """The pairs as trl wants them: prompts inside the model's chat template, a pair of weight 2 twice."""
    template = template_of(tokenizer)
    return [
        {"prompt": template.render(pair.system, pair.prompt), "chosen": pair.chosen, "rejected": pair.rejected}
        for pair in pairs
        for _ in range(max(1, round(pair.weight)))
    ]


def arguments(config: TrainingConfig, folder: Path, *, bfloat16: bool) -> dict[str, Any]:
    """Our settings in the words of trl's `DPOConfig`."""
    return {
        "output_dir": str(folder),
        "per_device_train_batch_size": 1,
        "gradient_accumulation_steps": config.accumulation,
        "num_train_epochs": config.epochs,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": "linear",
        "beta": config.beta,
        "max_grad_norm": config.max_grad_norm,
        "max_length": config.max_tokens,
        "seed": config.seed,
        "bf16": bfloat16,
        "logging_steps": 1,
        "save_strategy": "steps",
        "save_steps": 5,
        "save_total_limit": 2,
        "report_to": [],
        "disable_tqdm": True,
    }


def lora_arguments(config: TrainingConfig) -> dict[str, Any]:
    """Our settings in the words of unsloth's `get_peft_model`."""
    return {
        "r": config.rank,
        "lora_alpha": config.alpha,
        "lora_dropout": config.dropout,
        "target_modules": list(TARGETS),
        "bias": "none",
        "random_state": config.seed,
    }


def from_peft(
    state: Mapping[str, Any], architecture: str, config: TrainingConfig, heads: tuple[int, int] | None
) -> LoraWeights:
    """A peft state dictionary as the LoRA that all backends share."""
    from quant.lora_weights import LoraWeights

    halves: dict[str, dict[str, Any]] = {}
    for name, value in state.items():
        for half in ("lora_A", "lora_B"):
            module, found, _ = name.partition(f".{half}.")
            if found:
                path = module.removeprefix("base_model.model.")
                halves.setdefault(path, {})[half] = value.detach().float().cpu().numpy()
    tensors = {path: (both["lora_A"], both["lora_B"]) for path, both in sorted(halves.items())}
    return LoraWeights(architecture, config.rank, config.alpha, tensors, heads)


def _run(
    folder: Path,
    rows: list[dict[str, str]],
    config: TrainingConfig,
    output: Path,
    should_pause: Callable[[], bool],
    on_progress: Callable[[Progress], None],
) -> tuple[Mapping[str, Any], list[float], list[float]]:
    """The part that needs the card: the trained state, and loss and accuracy of every step."""
    from datasets import Dataset
    from peft import get_peft_model_state_dict
    from trl import DPOConfig, DPOTrainer
    from unsloth import FastLanguageModel, is_bfloat16_supported  # first: it changes what comes after it

    model, tokenizer = FastLanguageModel.from_pretrained(
        str(folder), load_in_4bit=True, max_seq_length=config.max_tokens
    )
    model = FastLanguageModel.get_peft_model(model, **lora_arguments(config))
    callback = make_callback(config.steps(len(rows)), should_pause, on_progress)
    trainer = DPOTrainer(
        model,
        args=DPOConfig(**arguments(config, output, bfloat16=is_bfloat16_supported())),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        callbacks=[callback],
    )
    trainer.train(resume_from_checkpoint=any(output.glob("checkpoint-*")))
    if callback.paused:
        raise TrainingPaused(trainer.state.global_step, callback.steps)
    history = [row for row in trainer.state.log_history if "loss" in row]
    losses = [float(row["loss"]) for row in history]
    return get_peft_model_state_dict(model), losses, [float(row.get("rewards/accuracies", 0.0)) for row in history]


def make_callback(steps: int, should_pause: Callable[[], bool], on_progress: Callable[[Progress], None]) -> Any:
    """A transformers callback that tells of every step, and saves and stops when asked to."""
    from transformers import TrainerCallback

    class Teller(TrainerCallback):  # type: ignore[misc]
        def __init__(self) -> None:
            self.steps, self.paused, self.begun = steps, False, time.monotonic()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if should_pause():
                self.paused = control.should_save = control.should_training_stop = True

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if logs and "loss" in logs:
                accuracy = float(logs.get("rewards/accuracies", float("nan")))
                seconds = time.monotonic() - self.begun
                on_progress(Progress("training", state.global_step, steps, float(logs["loss"]), accuracy, seconds))

    return Teller()
