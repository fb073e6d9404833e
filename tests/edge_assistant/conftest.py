"""What tests of several rooms share: a model of two tiny layers, real for every library, and features of the ideas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.ranker.features import FeatureMaker

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


@pytest.fixture(scope="session")
def embedder() -> HashEmbedder:
    return HashEmbedder(64)


@pytest.fixture(scope="session")
def features(embedder: HashEmbedder) -> FeatureMaker:
    return FeatureMaker(embedder, ActivityClassifier(embedder), knowledge.load_packaged())
