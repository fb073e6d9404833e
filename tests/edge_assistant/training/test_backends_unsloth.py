"""The unsloth backend up to the graphics card."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from edge_assistant.errors import MissingDependencyError, UsageError
from edge_assistant.training.backends import unsloth as backend
from edge_assistant.training.backends.training import train
from edge_assistant.training.dpo.config import Progress, TrainingConfig
from edge_assistant.training.dpo.full_weights import write_plain
from edge_assistant.training.pairs.pair import Pair
from quant.torch_model import load_model

CONFIG = TrainingConfig(backend="unsloth", rank=4, alpha=8.0, learning_rate=1e-3, epochs=3, seed=5)
PAIRS = [Pair("Say it.", "Idea: boil eggs", "Maybe boil eggs.", "Boil!", "rated")]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a card")
def test_without_a_card_it_says_so(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingDependencyError, match="needs a CUDA graphics card and finds none; train with the cpu"):
        train(PAIRS, tiny_model, CONFIG, None, tmp_path / "work")
    assert not (tmp_path / "work").exists()


def test_other_losses_are_refused() -> None:
    with pytest.raises(UsageError, match="not 'kto'"):
        backend.UnslothBackend().check(replace(CONFIG, loss="kto"), 8)


def test_a_plain_copy_for_it_is_the_same_model(tiny_model: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    loaded = load_model(tiny_model)
    write_plain(loaded.model, loaded.tokenizer, tmp_path / "plain")
    copy = AutoModelForCausalLM.from_pretrained(tmp_path / "plain", dtype=torch.float32)
    tokens = torch.tensor([list(range(5, 25))])
    expected = loaded.model(input_ids=tokens).logits.log_softmax(-1)
    assert torch.allclose(copy(input_ids=tokens).logits.log_softmax(-1), expected, atol=0.15)  # bfloat16
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "plain")
    assert backend.to_rows(PAIRS, tokenizer) == backend.to_rows(PAIRS, loaded.tokenizer)
    assert tokenizer("Maybe boil eggs.").input_ids == loaded.tokenizer("Maybe boil eggs.").input_ids


def test_settings_are_those_of_trl(tmp_path: Path) -> None:
    trl = pytest.importorskip("trl")
    made = trl.DPOConfig(**backend.arguments(CONFIG, tmp_path, bfloat16=False), use_cpu=True)
    assert (made.learning_rate, made.beta, made.gradient_accumulation_steps, made.num_train_epochs, made.seed) == (
        1e-3,
        0.1,
        4,
        3,
        5,
    )


def test_peft_weights_become_ours(tiny_model: Path, tmp_path: Path) -> None:
    peft = pytest.importorskip("peft")
    from transformers import AutoModelForCausalLM

    loaded = load_model(tiny_model)
    write_plain(loaded.model, loaded.tokenizer, tmp_path / "plain")
    copy = AutoModelForCausalLM.from_pretrained(tmp_path / "plain", dtype=torch.float32)
    settings = {name: value for name, value in backend.lora_arguments(CONFIG).items() if name != "random_state"}
    wrapped = peft.get_peft_model(copy, peft.LoraConfig(**settings, task_type="CAUSAL_LM"))
    for name, parameter in wrapped.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, 0, 0.2)
    weights = backend.from_peft(peft.get_peft_model_state_dict(wrapped), "llama", CONFIG, (4, 2))
    assert len(weights.tensors) == 7 * copy.config.num_hidden_layers
    name = "model.layers.1.mlp.down_proj"
    layer = wrapped.base_model.model.get_submodule(name)
    delta = weights.tensors[name][1] @ weights.tensors[name][0] * weights.scale
    assert np.allclose(delta, layer.get_delta_weight("default").detach().numpy(), atol=1e-5)


def test_the_callback_tells_and_stops() -> None:
    from transformers import TrainerControl, TrainerState

    told: list[Progress] = []
    asked = iter([False, True])
    callback = backend.make_callback(6, lambda: next(asked), told.append)
    state, control = TrainerState(global_step=2), TrainerControl()
    callback.on_step_end(None, state, control)
    assert not control.should_training_stop
    callback.on_log(None, state, control, logs={"loss": 0.5, "rewards/accuracies": 0.75})
    assert (told[0].step, told[0].steps, told[0].loss, told[0].accuracy) == (2, 6, 0.5, 0.75)
    callback.on_step_end(None, state, control)
    assert control.should_training_stop and control.should_save and callback.paused
