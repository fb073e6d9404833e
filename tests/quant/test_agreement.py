"""The packaged model: our arithmetic and llama.cpp's, on the same text, with and without an adapter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from quant.lora import LoraConfig, add_lora, get_weights
from quant.lora_files import write_gguf
from quant.torch_model import LoadedModel, load_model

pytestmark = [pytest.mark.model, pytest.mark.timeout(1800)]  # minutes where others compute as well

ROWS, LENGTH = 8, 251  # the first 250 tokens of each row are compared: 2,000 positions

PROSE = {0.99: 0.99, 0.96: 0.94}
"""On prose, rounded activations cost more: 95.75 and 96.20 % were measured on two versions of the texts."""

ROOT = Path(__file__).parents[2]


ACTIVITIES = ("cooking dinner", "reading a novel on the sofa", "answering mail at the desk", "a walk in the park")


def prompts(loaded: LoadedModel) -> list[int]:
    """Requests in the model's own chat form, one after the other, about the packaged ideas."""
    from edge_assistant.ranker.ideas import load_packaged

    tokens: list[int] = []
    for number, idea in enumerate(load_packaged().ideas):
        asked = f"While I am {ACTIVITIES[number % 4]}, somebody suggests: {idea.text}. What do you think of that?"
        message = [{"role": "user", "content": asked}]
        tokens += loaded.tokenizer.apply_chat_template(message, add_generation_prompt=True, return_dict=False)
        if len(tokens) >= ROWS * LENGTH:
            break
    return tokens


def prose(loaded: LoadedModel) -> list[int]:
    """Text that is no prompt: on it the model is less sure, and rounding decides more often."""
    names = ("docs/architecture.md", "CONTRIBUTING.md", "README.md")
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)
    tokens: list[int] = loaded.tokenizer(text, add_special_tokens=False).input_ids
    return tokens


@pytest.fixture(scope="module")
def half(packaged: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged model as F16, made by llama.cpp's quantizer."""
    from edge_assistant.llm.llama_binding import library

    llama_cpp = library()
    path = tmp_path_factory.mktemp("half") / "half.gguf"
    settings = llama_cpp.llama_model_quantize_default_params()
    settings.ftype, settings.allow_requantize, settings.nthread = llama_cpp.LLAMA_FTYPE_MOSTLY_F16, True, 2
    assert llama_cpp.llama_model_quantize(str(packaged).encode(), str(path).encode(), settings) == 0
    return path


@pytest.fixture(params=["f16", "q4_1"])
def base(request: pytest.FixtureRequest, half: Path, packaged: Path) -> tuple[Path, float]:
    """A file and the agreement that it must reach."""
    return (half, 0.99) if request.param == "f16" else (packaged, 0.96)


@pytest.fixture
def loaded(base: tuple[Path, float]) -> LoadedModel:
    """Our model over it."""
    return load_model(base[0])


def rows_of(tokens: list[int]) -> list[list[int]]:
    assert len(tokens) >= ROWS * LENGTH
    return [tokens[start : start + LENGTH - 1] for start in range(0, ROWS * LENGTH, LENGTH)]


def ours(model: Any, rows: list[list[int]]) -> np.ndarray:
    with torch.no_grad():
        return np.concatenate([model(input_ids=torch.tensor([row])).logits[0].numpy() for row in rows])


def trained(loaded: LoadedModel, rows: list[list[int]]) -> Any:
    """A few steps on half of the text, so that the adapter does something that matters."""
    layers = add_lora(loaded.model, LoraConfig(dropout=0.0), seed=0)
    parameters = [p for layer in layers.values() for p in (layer.lora_a, layer.lora_b)]
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    for row in rows[:5]:
        tokens = torch.tensor([row[:128]])
        loaded.model(input_ids=tokens, labels=tokens).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return layers


def agreement(found: np.ndarray, expected: np.ndarray) -> float:
    return float((found.argmax(-1) == expected.argmax(-1)).mean())


def test_same_likeliest_token(base: tuple[Path, float], loaded: LoadedModel, llama: Callable[..., Any]) -> None:
    path, least = base
    engine = llama(path)
    for what, tokens, bound in (("prompts", prompts(loaded), least), ("prose", prose(loaded), PROSE[least])):
        text = loaded.tokenizer.decode(tokens, clean_up_tokenization_spaces=False)
        assert engine.model.tokenize(text, special=True, begin=False) == tokens
        rows = rows_of(tokens)
        theirs = np.concatenate([engine.logits(row) for row in rows])
        share = agreement(ours(loaded.model, rows), theirs)
        print(f"{path.name}: the same likeliest token at {share:.2%} of {len(theirs)} positions of {what}")
        assert len(theirs) == 2000
        assert share >= bound


def test_adapter_in_llama_cpp(
    base: tuple[Path, float], loaded: LoadedModel, llama: Callable[..., Any], tmp_path: Path
) -> None:
    path, least = base
    rows = rows_of(prompts(loaded))
    plain = ours(loaded.model, rows).argmax(-1)
    layers = trained(loaded, rows_of(prose(loaded)))
    write_gguf(tmp_path / "adapter.gguf", get_weights(layers))
    expected = ours(loaded.model, rows)
    engine = llama(path)
    before = engine.logits(rows[0])
    engine.attach(tmp_path / "adapter.gguf")
    theirs = np.concatenate([engine.logits(row) for row in rows])
    share, moved = agreement(expected, theirs), float((expected.argmax(-1) != plain).mean())
    print(f"{path.name} with an adapter: {share:.2%} of {len(theirs)} positions; it changed {moved:.1%} of them")
    assert share >= least
    assert moved > 0.03
    engine.attach(None)
    assert np.array_equal(engine.logits(rows[0]), before)
