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
from edge_assistant.training.backends.training import BACKENDS, BackendResult, BackendRun
from edge_assistant.training.dpo.config import TARGETS, Progress, TrainingConfig, TrainingPaused
from edge_assistant.training.dpo.tokens import template_of
from edge_assistant.training.pairs.pair import Pair

if TYPE_CHECKING:
    from quant.lora_weights import LoraWeights

PLAIN = "plain"


class UnslothBackend:
    """Only DPO; pauses between optimizer steps, which are short on a card."""

    def check(self, config: TrainingConfig, pairs: int) -> str:
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
        return ""

    def train(self, run: BackendRun) -> BackendResult:
        from edge_assistant.training.dpo.full_weights import write_plain
        from quant.lora import attention_heads
        from quant.lora_files import read_gguf
        from quant.torch_model import load_model

        folder, loaded = run.workdir / f"{PLAIN}-{run.key[:8]}", load_model(run.base)
        task = read_gguf(run.task_adapter) if run.task_adapter else None
        write_plain(loaded.model, loaded.tokenizer, folder, task)
        rows = to_rows(run.pairs, loaded.tokenizer)
        architecture, heads = loaded.architecture, attention_heads(loaded.model.config)
        del loaded
        begun = time.monotonic()
        state, losses, accuracies = _run(folder, rows, run)
        weights = from_peft(state, architecture, run.config, heads)
        return BackendResult(weights, run.config, losses, accuracies, 0, time.monotonic() - begun)


BACKENDS.add("unsloth", UnslothBackend(), "a CUDA card")


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
    folder: Path, rows: list[dict[str, str]], run: BackendRun
) -> tuple[Mapping[str, Any], list[float], list[float]]:
    """The part that needs the card: the trained state, and loss and accuracy of every step."""
    from datasets import Dataset
    from peft import get_peft_model_state_dict
    from trl import DPOConfig, DPOTrainer
    from unsloth import FastLanguageModel, is_bfloat16_supported  # first: it changes what comes after it

    config, output = run.config, run.workdir / f"trl-{run.key[:8]}"
    model, tokenizer = FastLanguageModel.from_pretrained(
        str(folder), load_in_4bit=True, max_seq_length=config.max_tokens
    )
    model = FastLanguageModel.get_peft_model(model, **lora_arguments(config))
    callback = make_callback(config.steps(len(rows)), run.should_pause, run.on_progress)
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
            self.steps, self.paused = steps, False

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if should_pause():
                self.paused = control.should_save = control.should_training_stop = True

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if logs and "loss" in logs:
                accuracy = float(logs.get("rewards/accuracies", float("nan")))
                on_progress(Progress("training", state.global_step, steps, float(logs["loss"]), accuracy))

    return Teller()
