"""Training on a tiny model: what must not change its result, what it leaves, how it stops and goes on."""

from __future__ import annotations

import gc
import json
import math
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from edge_assistant.errors import LockedError, ModelError, UsageError
from edge_assistant.training.backends.training import identity, train
from edge_assistant.training.dpo import fused as fused_module
from edge_assistant.training.dpo import trained
from edge_assistant.training.dpo.config import Progress, TrainingConfig, TrainingPaused
from edge_assistant.training.dpo.fused import Dropout, RootMeanSquareNorm
from edge_assistant.training.dpo.prepare import prepare
from edge_assistant.training.dpo.tokens import tokenize_pairs
from edge_assistant.training.dpo.trained import TrainedAdapter
from edge_assistant.training.pairs.pair import Pair
from quant.lora_gguf import write_gguf
from quant.lora_weights import LoraWeights
from quant.torch_model import load_model

CONFIG = TrainingConfig(rank=4, alpha=8.0, learning_rate=2e-3, dtype="float32", threads=1, seed=3)
LOSS_PATH = Path(__file__).parent / "data" / "loss_path.json"


def make_pairs(count: int = 10) -> list[Pair]:
    return [
        Pair("One sentence.", f"Idea: boil {n + 2} eggs", f"Perhaps boil {n + 2} eggs.", f"Boil {n + 2} eggs!", "rated")
        for n in range(count)
    ]


def run(model: Path, folder: Path, config: TrainingConfig = CONFIG, count: int = 10, **named) -> TrainedAdapter:
    return train(make_pairs(count), model, config, named.pop("task", None), folder, **named)


def numbers(adapter: TrainedAdapter) -> dict[str, np.ndarray]:
    return {
        f"{name}.{part}": matrix
        for name, both in adapter.weights().tensors.items()
        for part, matrix in zip("ab", both, strict=True)
    }


def assert_same_bits(one: TrainedAdapter, other: TrainedAdapter) -> None:
    assert one.losses == other.losses
    first, second = numbers(one), numbers(other)
    assert first.keys() == second.keys()
    for name, matrix in first.items():
        assert (matrix == second[name]).all(), name


def test_loss_path_of_a_seeded_run(tiny_model: Path, tmp_path: Path) -> None:
    made = run(tiny_model, tmp_path)
    assert len(made.losses) == 6
    assert made.losses[0] == pytest.approx(math.log(2), rel=0.02)
    assert made.losses == pytest.approx(json.loads(LOSS_PATH.read_text()), rel=1e-3)


def test_loss_falls_and_pairs_are_ordered(tiny_model: Path, tmp_path: Path) -> None:
    made = run(tiny_model, tmp_path, replace(CONFIG, epochs=8))
    assert np.mean(made.losses[-3:]) < 0.7 * made.losses[0]
    assert np.mean(made.accuracies[-3:]) == 1.0


@pytest.mark.parametrize("loss", ["dpo", "kto", "sft"])
def test_every_parameter_moves(loss: str, tiny_model: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, loss=loss, epochs=1)
    tokenize = partial(tokenize_pairs, make_pairs(), max_tokens=500, loss=loss)
    before = prepare(tokenize, tiny_model, config, None, tmp_path / "before").layers
    made = run(tiny_model, tmp_path / "made", config)
    assert all(math.isfinite(one) for one in made.losses)
    assert len(made.accuracies) == (0 if loss == "sft" else 3)
    after = made.weights().tensors
    for name, layer in before.items():
        # B starts at 0, so A moves from the second step on
        assert (after[name][0] != layer.lora_a.detach().numpy()).any(), name
        assert (after[name][1] != 0).all(axis=None) or (after[name][1] != 0).mean() > 0.9, name


@pytest.mark.parametrize("loss", ["dpo", "sft"])
def test_pairs_together_are_pairs_one_by_one(loss: str, tiny_model: Path, tmp_path: Path) -> None:
    config = replace(CONFIG, loss=loss, accumulation=8, dropout=0.0)
    apart = run(tiny_model, tmp_path / "apart", replace(config, tokens_together=1))
    together = run(tiny_model, tmp_path / "together", replace(config, tokens_together=100_000))
    assert together.tokens < apart.tokens
    assert together.losses == pytest.approx(apart.losses, rel=1e-4)
    other = numbers(apart)
    for name, matrix in numbers(together).items():
        assert np.allclose(matrix, other[name], rtol=0, atol=2e-3 * np.abs(other[name]).max()), name


def test_lanes_side_by_side_change_no_bit_from_run_to_run_and_little_against_one(
    tiny_model: Path, tmp_path: Path
) -> None:
    """The two passes of a moment may end in either order; their gradients are added in that of their pairs."""
    config = replace(CONFIG, accumulation=8, tokens_together=90, threads=2, lanes=2, dropout=0.3)
    runs = [run(tiny_model, tmp_path / f"{number}", config) for number in range(3)]
    for other in runs[1:]:
        assert_same_bits(runs[0], other)
    # with one pair a pass, the passes and their masks are those of one lane
    alone = run(tiny_model, tmp_path / "alone", replace(config, lanes=1, threads=1, tokens_together=1))
    apart = run(tiny_model, tmp_path / "apart", replace(config, tokens_together=1))
    assert apart.losses == pytest.approx(alone.losses, rel=1e-4)


def test_a_training_leaves_the_next_one_as_many_threads(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    before = torch.get_num_threads()
    for number in (1, 2):
        done = run(tiny_model, tmp_path / str(number), replace(CONFIG, threads=0, epochs=1), 4)
        assert (done.config["threads"], done.config["lanes"]) == (2, 2)
        assert torch.get_num_threads() == before


def test_recomputing_gives_the_same_gradients(tiny_model: Path, tmp_path: Path) -> None:
    """Dropout included: the second computation of a pass has the masks of the first."""
    kept = run(tiny_model, tmp_path / "kept", replace(CONFIG, dropout=0.3, recompute="never"))
    again = run(tiny_model, tmp_path / "again", replace(CONFIG, dropout=0.3, recompute="always"))
    assert again.losses == pytest.approx(kept.losses, rel=1e-5)
    other = numbers(kept)
    for name, matrix in numbers(again).items():
        assert np.allclose(matrix, other[name], rtol=0, atol=1e-3 * np.abs(other[name]).max()), name


def test_heavier_pairs_count_more(tiny_model: Path, tmp_path: Path) -> None:
    """A weight of 3 is the pair three times."""
    config = replace(CONFIG, dropout=0.0, shuffle=False, epochs=1, max_grad_norm=1e9)
    first, second = make_pairs(2)
    heavy = train([replace(first, weight=3.0), second], tiny_model, config, None, tmp_path / "heavy")
    often = train([first, first, first, second], tiny_model, config, None, tmp_path / "often")
    assert heavy.losses == pytest.approx(often.losses, rel=1e-5)
    other = numbers(often)
    for name, matrix in numbers(heavy).items():
        assert np.allclose(matrix, other[name], rtol=0, atol=1e-3 * np.abs(other[name]).max()), name


def test_the_reference_has_the_task_adapter(tiny_model: Path, tmp_path: Path) -> None:
    """The personal LoRA starts from base and task adapter, and learns what they do not know yet."""
    base = load_model(tiny_model).model.config
    draws = np.random.default_rng(0)
    shapes = {"q_proj": (base.hidden_size, base.hidden_size), "o_proj": (base.hidden_size, base.hidden_size)}
    tensors = {
        f"model.layers.{layer}.self_attn.{name}": (
            draws.normal(0, 0.2, (2, inputs)).astype(np.float32),
            draws.normal(0, 0.2, (outputs, 2)).astype(np.float32),
        )
        for layer in range(base.num_hidden_layers)
        for name, (inputs, outputs) in shapes.items()
    }
    heads = (base.num_attention_heads, base.num_key_value_heads)
    task = tmp_path / "task.gguf"
    write_gguf(task, LoraWeights("llama", 2, 4.0, tensors, heads))
    with_task = run(tiny_model, tmp_path / "with", replace(CONFIG, dropout=0.0), task=task)
    without = run(tiny_model, tmp_path / "without", replace(CONFIG, dropout=0.0))
    assert with_task.losses[0] == pytest.approx(math.log(2), rel=1e-5)  # else the reference would be another model
    assert with_task.losses[1:] != pytest.approx(without.losses[1:], rel=1e-4)
    assert with_task.task_sha256
    assert with_task.weights().rank == CONFIG.rank


def pause_after(step: int) -> tuple[Callable[[], bool], Callable[[Progress], None]]:
    reached = {"step": -1}

    def on_progress(progress: Progress) -> None:
        if progress.phase == "training":
            reached["step"] = progress.step

    return (lambda: reached["step"] >= step), on_progress


@pytest.mark.parametrize("step", range(6))
def test_going_on_after_a_pause_at_any_step(
    step: int, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_assistant.training.dpo.pausing.POLL_SECONDS", 0.0)
    undisturbed = run(tiny_model, tmp_path / "undisturbed")
    should_pause, on_progress = pause_after(step)
    with pytest.raises(TrainingPaused) as paused:
        run(
            tiny_model,
            tmp_path / "paused",
            should_pause=should_pause if step else lambda: True,
            on_progress=on_progress,
        )
    assert paused.value.step == step
    assert trained.read(tmp_path / "paused") is None
    assert_same_bits(run(tiny_model, tmp_path / "paused"), undisturbed)


def test_a_pause_leaves_in_the_middle_of_a_pass(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each single question, forward and backward, of a whole training."""
    monkeypatch.setattr("edge_assistant.training.dpo.pausing.POLL_SECONDS", 0.0)
    asked = [0]

    def count() -> bool:
        asked[0] += 1
        return False

    undisturbed = run(tiny_model, tmp_path / "undisturbed", should_pause=count)
    layers = 2 * 7
    passes = len(undisturbed.losses)
    assert asked[0] >= 2 * layers * passes  # forward and backward, every layer
    for stop in np.random.default_rng(0).integers(1, asked[0], 6):
        left = [int(stop)]

        def expired(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] <= 0

        folder = tmp_path / str(stop)
        with pytest.raises(TrainingPaused):
            run(tiny_model, folder, should_pause=expired)
        assert_same_bits(run(tiny_model, folder), undisturbed)


def test_all_lanes_leave_when_one_is_asked_to(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("edge_assistant.training.dpo.pausing.POLL_SECONDS", 0.0)
    config = replace(CONFIG, accumulation=8, tokens_together=90, threads=2, lanes=2)
    undisturbed = run(tiny_model, tmp_path / "undisturbed", config)
    for stop in (1, 40, 333):
        left = [stop]

        def once(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] == 0  # one yes, to one lane

        folder = tmp_path / str(stop)
        with pytest.raises(TrainingPaused):
            run(tiny_model, folder, config, should_pause=once)
        assert not any(thread.name.startswith("lane") and _works(thread) for thread in threading.enumerate())
        assert_same_bits(run(tiny_model, folder, config), undisturbed)


def _works(thread: threading.Thread) -> bool:
    """Whether a thread of a pool is inside a pass and does not wait for one."""
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name in ("_pass", "_unpersonal"):
            return True
        frame = frame.f_back
    return False


def test_a_finished_training_is_not_repeated(tiny_model: Path, tmp_path: Path) -> None:
    first = run(tiny_model, tmp_path)
    written = first.weights_path.stat().st_mtime_ns

    def never(_: Progress) -> None:
        raise AssertionError("it trains again")

    again = run(tiny_model, tmp_path, on_progress=never)
    assert again == first
    assert again.weights_path.stat().st_mtime_ns == written
    assert trained.read(tmp_path) == first


def test_what_is_there_of_another_training_does_not_count(tiny_model: Path, tmp_path: Path) -> None:
    run(tiny_model, tmp_path / "one", count=6)
    assert_same_bits(run(tiny_model, tmp_path / "one"), run(tiny_model, tmp_path / "two"))


def test_identity_tells_trainings_apart() -> None:
    pairs = make_pairs()
    keys = {
        identity(pairs, "base", CONFIG, ""),
        identity(pairs[:9], "base", CONFIG, ""),
        identity(pairs[::-1], "base", CONFIG, ""),
        identity([replace(pairs[0], weight=2.0), *pairs[1:]], "base", CONFIG, ""),
        identity(pairs, "other", CONFIG, ""),
        identity(pairs, "base", replace(CONFIG, seed=4), ""),
        identity(pairs, "base", CONFIG, "task"),
    }
    assert len(keys) == 7
    assert identity(make_pairs(), "base", TrainingConfig(**CONFIG.to_dict()), "") in keys


def test_one_training_a_folder(tiny_model: Path, tmp_path: Path) -> None:
    def again(_: Progress) -> None:
        with pytest.raises(LockedError):
            run(tiny_model, tmp_path)

    run(tiny_model, tmp_path, replace(CONFIG, epochs=1), on_progress=again)


def test_damaged_weights_are_named(tiny_model: Path, tmp_path: Path) -> None:
    made = run(tiny_model, tmp_path, replace(CONFIG, epochs=1))
    made.weights_path.write_bytes(made.weights_path.read_bytes()[:500])
    with pytest.raises(ModelError, match="missing or damaged"):
        made.weights()


@pytest.mark.parametrize(
    ("field", "value"), [("loss", "ppo"), ("rank", 0), ("dropout", 1.0), ("learning_rate", 0.0), ("seed", -1)]
)
def test_settings_that_cannot_work(field: str, value: object) -> None:
    with pytest.raises(UsageError, match=field):
        replace(CONFIG, **{field: value})


def test_nothing_to_learn_from(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no pairs"):
        train([], tiny_model, CONFIG, None, tmp_path)


def test_long_prompts_lose_their_beginning(tiny_model: Path) -> None:
    tokenizer = load_model(tiny_model).tokenizer
    (whole,) = tokenize_pairs(make_pairs(1), tokenizer, 500)
    (short,) = tokenize_pairs(make_pairs(1), tokenizer, 30)
    chosen, rejected = short.answers
    assert max(len(chosen.tokens), len(rejected.tokens)) == 30
    assert whole.answers[0].tokens[-len(chosen.tokens) :] == chosen.tokens
    assert chosen.tokens[: chosen.start] == rejected.tokens[: rejected.start]
    with pytest.raises(UsageError, match="an answer has"):
        tokenize_pairs(make_pairs(1), tokenizer, 5)


def test_fused_arithmetic_has_the_right_gradients() -> None:
    """A whole gated block and its norm, with a frozen LoRA under the trained one, and with dropout."""
    torch.manual_seed(0)
    double = {"dtype": torch.float64}
    gate, up, x = (torch.randn(5, 7, **double, requires_grad=True) for _ in range(3))
    a, b = torch.randn(2, 7, **double, requires_grad=True), torch.randn(4, 2, **double, requires_grad=True)
    frozen_a, frozen_b = torch.randn(3, 7, **double), torch.randn(4, 3, **double)
    base = torch.nn.Linear(7, 4, **double).requires_grad_(False)
    layer = SimpleNamespace(base=base, frozen_a=frozen_a, frozen_b=frozen_b, frozen_scale=0.5)
    mask = torch.rand(5, 7) > 0.3
    bits = torch.from_numpy(np.packbits(mask.numpy()))

    def plain(x, a, b):
        return base(x) + 0.5 * (x @ frozen_a.t()) @ frozen_b.t() + 2.0 * ((x * mask) @ a.t()) @ b.t()

    def fused(x, a, b):
        (out,) = fused_module._LoraProduct.apply(x, fused_module.masked(x.detach(), bits), bits, 2.0, (layer,), a, b)
        return out

    def gated(gate, up, a, b):
        return fused_module._GatedLoraProduct.apply(gate, up, bits, 2.0, layer, a, b)

    assert torch.allclose(fused(x, a, b), plain(x, a, b))
    assert torch.allclose(gated(gate, up, a, b), plain(torch.nn.functional.silu(gate) * up, a, b))
    assert torch.autograd.gradcheck(fused, (x, a, b))
    assert torch.autograd.gradcheck(gated, (gate, up, a, b))
    weight = torch.rand(7, **double) + 0.5
    normed = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight
    assert torch.allclose(RootMeanSquareNorm.apply(x, weight, 1e-5), normed)
    assert torch.autograd.gradcheck(lambda x: RootMeanSquareNorm.apply(x, weight, 1e-5), (x,))


def test_dropout_is_named_by_pass_and_layer() -> None:
    dropout = Dropout(0.25)
    x, y = torch.ones(400, 300), torch.ones(400, 300)
    dropout.seed((1, 2))
    first = dropout.mask(x, 0)
    assert first.numel() == 400 * 300 / 8  # one bit a number
    assert dropout.mask(x, 1) is first  # the same input, the same mask
    other = dropout.mask(y, 1)
    assert (first != other).any()
    stays = fused_module.masked(x, first)
    assert set(stays.unique().tolist()) == {0.0, 1.0}
    assert float(stays.mean()) == pytest.approx(0.75, abs=0.005)
    assert float(stays.mean()) * dropout.factor == pytest.approx(1, abs=0.01)
    dropout.seed((1, 2))
    assert (dropout.mask(y, 0) == first).all()
    dropout.seed((1, 3))
    assert (dropout.mask(y, 0) != first).any()
    assert Dropout(0.0).mask(x, 0) is None


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32, torch.float64])
def test_masks_are_the_same_in_every_precision(dtype: torch.dtype) -> None:
    dropout, x = Dropout(0.25), torch.randn(41, 33).to(dtype)
    dropout.seed((1, 2))
    bits = dropout.mask(x, 0)
    stays = torch.from_numpy(np.unpackbits(bits.numpy(), count=x.numel())).view(x.shape)
    assert torch.equal(fused_module.masked(x, bits), x * stays)
    assert dropout.masked_input(x, bits) is dropout.masked_input(x, bits)  # once for all that share it
    assert torch.equal(dropout.masked_input(x, bits), x * stays)


def test_a_training_leaves_nothing_behind(tiny_model: Path, tmp_path: Path) -> None:
    def kept() -> list[object]:
        gc.collect()
        return [one for one in gc.get_objects() if type(one).__name__ in ("LoraLinear", "_LoraProductBackward")]

    before = {id(one): one for one in kept()}  # held, so that nothing new gets their places
    run(tiny_model, tmp_path, TrainingConfig(rank=4, dropout=0.1, epochs=1, dtype="float32", threads=1))
    assert not [one for one in kept() if id(one) not in before]
