"""Our loss and gradients beside those of trl's DPOTrainer with peft, on the same pairs and weights."""

from __future__ import annotations

import os
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from edge_assistant.training.dpo.attention import install
from edge_assistant.training.dpo.config import TARGETS, TrainingConfig
from edge_assistant.training.dpo.fused import fuse
from edge_assistant.training.dpo.loop import Loop, Prepared
from edge_assistant.training.dpo.tokens import template_of, tokenize_pairs
from edge_assistant.training.pairs.pair import Pair
from quant.lora import LoraConfig, add_lora
from quant.torch_model import load_model

pytest.importorskip("trl")

RANK, ALPHA, BETA = 4, 8.0, 0.3


def make_pairs() -> list[Pair]:
    system = "Say it in one sentence."
    rows = [
        ("Idea: boil two eggs", "You could boil two eggs.", "Boil eggs now!"),
        ("Idea: call your aunt", "Maybe call your aunt today?", "Call your aunt, will you."),
        ("Idea: sort the drawer by the door", "Sort the drawer.", "Perhaps you could sort that old drawer sometime."),
        ("Idea: none", "No recommendation.", "Drink water."),
    ]
    return [Pair(system, prompt, good, bad, "rated") for prompt, good, bad in rows]


@dataclass
class Theirs:
    loss: float
    gradients: dict[str, torch.Tensor]


def plain_copy(model: Any) -> Any:
    """The model of transformers with full-precision weights."""
    from transformers import AutoModelForCausalLM

    from edge_assistant.training.dpo.full_weights import full_weights

    copy = AutoModelForCausalLM.from_config(deepcopy(model.config), dtype=torch.float32)
    copy.set_attn_implementation("sdpa")
    missing, unexpected = copy.load_state_dict(dict(full_weights(model)), strict=False)
    assert not unexpected
    assert set(missing) <= {"lm_head.weight"}
    copy.tie_weights()
    return copy


def of_trl(copy: Any, tokenizer: Any, layers: dict[str, Any], folder: Path) -> Theirs:
    from datasets import Dataset
    from peft import LoraConfig as PeftConfig
    from trl import DPOConfig, DPOTrainer

    template = template_of(tokenizer)
    pairs = make_pairs()
    rows = [{"prompt": template.render(p.system, p.prompt), "chosen": p.chosen, "rejected": p.rejected} for p in pairs]
    trainer = DPOTrainer(
        copy,
        args=DPOConfig(
            output_dir=str(folder),
            per_device_train_batch_size=len(pairs),
            beta=BETA,
            max_length=None,
            gradient_checkpointing=False,
            bf16=False,
            use_cpu=True,
            report_to=[],
            disable_tqdm=True,
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=PeftConfig(
            r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=list(TARGETS), task_type="CAUSAL_LM"
        ),
    )
    wrapped = {name: trainer.model.base_model.model.get_submodule(name) for name in layers}
    for name, layer in layers.items():
        wrapped[name].lora_A["default"].weight.data.copy_(layer.lora_a)
        wrapped[name].lora_B["default"].weight.data.copy_(layer.lora_b)
    loss = trainer.compute_loss(trainer.model, next(iter(trainer.get_train_dataloader())))
    loss.backward()
    gradients = {f"{name}.lora_a": one.lora_A["default"].weight.grad for name, one in wrapped.items()}
    gradients |= {f"{name}.lora_b": one.lora_B["default"].weight.grad for name, one in wrapped.items()}
    return Theirs(float(loss.detach()), gradients)


@pytest.mark.parametrize("together", [1, 10_000])
def test_loss_and_gradients_equal_trl(
    together: int, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.environ.setdefault("HF_DATASETS_CACHE", str(tmp_path / "datasets"))
    loaded = load_model(tiny_model)
    copy = plain_copy(loaded.model)
    loaded.tokenizer.pad_token = loaded.tokenizer.pad_token or loaded.tokenizer.eos_token
    layers = add_lora(loaded.model, LoraConfig(rank=RANK, alpha=ALPHA, dropout=0.0), seed=0)
    torch.manual_seed(0)
    with torch.no_grad():
        for layer in layers.values():
            layer.lora_b.normal_(0, 0.2)
    install(loaded.model)
    dropout, set_personal = fuse(loaded.model, layers, 0.0)
    config = TrainingConfig(
        accumulation=4, epochs=1, beta=BETA, dropout=0.0, max_grad_norm=1e9, dtype="float32", tokens_together=together
    )
    pairs = tokenize_pairs(make_pairs(), loaded.tokenizer, 512)
    loop = Loop(Prepared(loaded.model, layers, pairs, config, tmp_path, "key", set_personal, dropout.seed))
    monkeypatch.setattr(loop.optimizer, "step", lambda: None)
    loss, _ = loop.step(0, loop.reference())
    theirs = of_trl(copy, loaded.tokenizer, layers, tmp_path)
    assert abs(loss - 0.6931) > 1e-3  # not at the start, where every loss is ln 2
    assert loss == pytest.approx(theirs.loss, rel=1e-5)
    for name, parameter in loop.parameters.items():
        largest = theirs.gradients[name].abs().max()
        assert torch.allclose(parameter.grad, theirs.gradients[name], rtol=0, atol=1e-4 * float(largest)), name
