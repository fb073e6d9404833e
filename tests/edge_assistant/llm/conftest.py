"""One engine over the packaged model for all tests here, and verdicts that are found out only once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import gguf
import numpy as np
import pytest

from edge_assistant.composer.capability import can_write
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.models import packaged_path


@pytest.fixture(scope="session")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder shared by the tests of this session."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def shared_cache(verdicts: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """For tests that open an engine of their own: the trial in a child process is not repeated."""
    monkeypatch.setenv("EDGE_ASSISTANT_CACHE_DIR", str(verdicts))
    return verdicts


@pytest.fixture(scope="session")
def engine(verdicts: Path) -> Iterator[LlamaEngine]:
    """One thread, four sequences. A test that attaches an adapter takes it off again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGE_ASSISTANT_CACHE_DIR", str(verdicts))
        model = LlamaEngine.open(n_ctx=512, n_threads=1, sequences=4, cache_mb=64, examiner=can_write)
    with model:
        yield model


@pytest.fixture(scope="session")
def packaged() -> Path:
    """The packaged model's file."""
    return packaged_path()


def _write_adapter(
    path: Path, *, rows: int = 576, columns: int = 576, architecture: str = "llama", size: float = 0.5, seed: int = 1
) -> Path:
    """A LoRA of rank 2 on the first output projection of the packaged model, or of a shape that does not fit."""
    generator = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 2.0)
    name = "blk.0.attn_output.weight"
    writer.add_tensor(f"{name}.lora_a", generator.normal(size=(2, columns)).astype(np.float32))
    writer.add_tensor(f"{name}.lora_b", (size * generator.normal(size=(rows, 2))).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _write_model(path: Path, *, kind: str = "model", tensor_rows: int = 8, architecture: str = "llama") -> Path:
    """A well-formed GGUF file without any sense in it."""
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_string("general.type", kind)
    writer.add_uint32("general.file_type", int(gguf.LlamaFileType.MOSTLY_Q8_0))
    writer.add_context_length(128)
    writer.add_block_count(2)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_embedding_length(64)
    writer.add_tensor("token_embd.weight", np.ones((tensor_rows, 64), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture(scope="session")
def write_adapter() -> Callable[..., Path]:
    return _write_adapter


@pytest.fixture(scope="session")
def write_model() -> Callable[..., Path]:
    return _write_model
