"""A model of two tiny layers with a part of the packaged model's vocabulary: real for every library, and quick."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from edge_assistant.adapt.night_process import NightProcess, Order
    from edge_assistant.adapt.pair import Pair

WIDTH, INNER, BLOCKS, HEADS, KV_HEADS = 64, 128, 2, 4, 2
TOKENS = 2048
"""The first tokens of the vocabulary, in the order in which they were merged: a smaller vocabulary that works."""


def _copy_tokenizer(writer, reader) -> None:
    from gguf import GGUFValueType

    tokens = reader.fields["tokenizer.ggml.tokens"].contents()[:TOKENS]
    for name, entry in reader.fields.items():
        if not name.startswith("tokenizer."):
            continue
        kind = entry.types[0]
        inner = entry.types[-1] if kind == GGUFValueType.ARRAY else None
        value = entry.contents()
        if name.endswith(".merges"):
            known = set(tokens)
            value = [merge for merge in value if merge.replace(" ", "", 1) in known]
        elif inner is not None:
            value = value[:TOKENS]
        writer.add_key_value(name, value, kind, inner)


def _write(path: Path, seed: int) -> Path:
    import gguf
    from gguf import GGUFReader, GGUFWriter

    from edge_assistant.llm.models import packaged_path

    rng = np.random.default_rng(seed)
    writer = GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_block_count(BLOCKS)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(TOKENS)
    writer.add_file_type(int(gguf.LlamaFileType.ALL_F32))
    _copy_tokenizer(writer, GGUFReader(packaged_path()))
    shapes = {"token_embd": (TOKENS, WIDTH), "output_norm": (WIDTH,)}
    for block in range(BLOCKS):
        shapes |= {
            f"blk.{block}.attn_norm": (WIDTH,),
            f"blk.{block}.ffn_norm": (WIDTH,),
            f"blk.{block}.attn_q": (WIDTH, WIDTH),
            f"blk.{block}.attn_k": (WIDTH * KV_HEADS // HEADS, WIDTH),
            f"blk.{block}.attn_v": (WIDTH * KV_HEADS // HEADS, WIDTH),
            f"blk.{block}.attn_output": (WIDTH, WIDTH),
            f"blk.{block}.ffn_gate": (INNER, WIDTH),
            f"blk.{block}.ffn_up": (INNER, WIDTH),
            f"blk.{block}.ffn_down": (WIDTH, INNER),
        }
    for name, shape in shapes.items():
        values = np.ones(shape) if len(shape) == 1 else rng.normal(size=shape) * (0.5 if name == "token_embd" else 0.15)
        writer.add_tensor(f"{name}.weight", values.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF file of 1 MB that llama.cpp, transformers and quant load in well under a second."""
    return _write(tmp_path_factory.mktemp("tiny") / "tiny.gguf", 1)


@pytest.fixture(scope="session")
def other_tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same shapes with other weights: another base."""
    return _write(tmp_path_factory.mktemp("other") / "other.gguf", 2)


LIMIT = 600.0
"""Seconds within which a night of the tiny model must have ended."""


@pytest.fixture(scope="session")
def order() -> Callable[..., Order]:
    """Makes a night over a store of its own, with pairs: order(folder, model, pairs=24)."""
    from edge_assistant.adapt.buffer import PairBuffer
    from edge_assistant.adapt.night_process import Order
    from edge_assistant.store import Store

    def make(folder: Path, model: Path, pairs: int = 24) -> Order:
        place = folder / "store.sqlite"
        if not place.exists():
            with Store.open(place) as store:
                PairBuffer(store).add(_pair(number) for number in range(48))
        config = {"rank": 4, "alpha": 8.0, "learning_rate": 2e-3, "dtype": "float32"}
        return Order("me", str(place), str(folder / "adapters"), str(model), 1, config, pairs, niceness=0)

    return make


def _pair(number: int) -> Pair:
    from edge_assistant.adapt.pair import Pair
    from edge_assistant.domain import Manner
    from edge_assistant.prompts import sentence_prompt

    idea = f"boil {number + 2} eggs"
    prompt = sentence_prompt(idea, "making lunch", Manner())
    time_of = f"2026-03-02T10:{number:02d}:00"
    return Pair(prompt.system, prompt.user, f"Perhaps {idea}.", f"Hey, {idea} now!", "rated", {}, time_of)


@pytest.fixture(scope="session")
def finish() -> Callable[[NightProcess], int]:
    """Waits for the end of a night; its exit code."""

    def wait(child: NightProcess) -> int:
        deadline = time.monotonic() + LIMIT
        while child.finished() is None:
            assert time.monotonic() < deadline, "the night does not end"
            time.sleep(0.02)
        return int(child.finished() or 0)

    return wait
