"""The only file that calls llama.cpp: a model, and a context with its sequences, as two small typed classes.

Not thread-safe; `engine.py` gives both to one thread. llama-cpp-python has no type stubs, so the library is `Any` here
and nowhere else. Its high-level class is not used: that runs one sequence only, and its quiet mode redirects file
descriptors 1 and 2 of the whole process. A log callback keeps llama.cpp quiet instead.
"""

from __future__ import annotations

import ctypes
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.errors import EngineError, ModelError
from edge_assistant.llm.openmp import waiting_briefly

Logits = NDArray[np.float32]

_WARNING, _ERROR = 3, 4  # levels of ggml's log; below them is chatter, 5 continues the line before
_keep_alive: list[Any] = []  # ctypes callbacks must outlive their use by C
_log: deque[str] = deque(maxlen=40)
_library_lock = threading.Lock()


@lru_cache(maxsize=1)
def _load_library() -> Any:
    with waiting_briefly():
        import llama_cpp

    def remember(level: int, text: bytes, _user_data: object) -> None:
        if level in (_WARNING, _ERROR):
            _log.append(text.decode("utf-8", "replace").strip())

    callback = llama_cpp.llama_log_callback(remember)
    _keep_alive.append(callback)
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    return llama_cpp


def library() -> Any:
    """The llama_cpp module, initialized and silenced. Loaded on the first call."""
    with _library_lock:
        return _load_library()


def last_log_line() -> str:
    """The most recent complaint of llama.cpp in one line, or ''."""
    for line in reversed(_log):
        if "failed to load" not in line and len(line) > 3:  # that line only repeats that something failed
            reason = line.rpartition("error loading model: ")[2]
            return reason.rsplit(": ", 1)[-1] if len(reason) > 160 else reason
    return ""


class NativeModel:
    """Weights and vocabulary of one GGUF file, memory-mapped.

    Raises:
        ModelError: llama.cpp refuses the file, or it is no text generator.
    """

    def __init__(self, path: Path, *, extra_buffers: bool = True) -> None:
        self._lib = library()
        params = self._lib.llama_model_default_params()
        params.n_gpu_layers = 0
        params.use_extra_bufts = extra_buffers
        _log.clear()
        self.handle = self._lib.llama_model_load_from_file(str(path).encode(), params)
        if not self.handle:
            raise ModelError(
                f"model {path.name}: llama.cpp cannot load it ({last_log_line() or 'no reason given'}); "
                "choose another GGUF file or a newer llama-cpp-python"
            )
        if not self._lib.llama_model_has_decoder(self.handle) or self._lib.llama_model_has_encoder(self.handle):
            self.close()
            raise ModelError(f"model {path.name}: it does not generate text; choose a decoder-only chat model")
        self._vocab = self._lib.llama_model_get_vocab(self.handle)
        self.n_vocab: int = self._lib.llama_vocab_n_tokens(self._vocab)
        self.n_ctx_train: int = self._lib.llama_model_n_ctx_train(self.handle)
        self.bos = self._special_text(self._lib.llama_vocab_bos(self._vocab))
        self.eos = self._special_text(self._lib.llama_vocab_eos(self._vocab))

    def tokenize(self, text: str, *, special: bool, begin: bool) -> list[int]:
        """Tokens of `text`; `special` reads control tokens in it, `begin` adds the model's first token."""
        data = text.encode("utf-8", "replace")
        capacity = len(data) + 8
        while True:
            buffer = (ctypes.c_int32 * capacity)()
            count = self._lib.llama_tokenize(self._vocab, data, len(data), buffer, capacity, begin, special)
            if count >= 0:
                return list(buffer[:count])
            capacity = -count

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes that `token` adds to a text; they may end inside a character."""
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = self._lib.llama_token_to_piece(self._vocab, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def ends_turn(self, token: int) -> bool:
        """Whether the model says with this token that it has finished."""
        return bool(self._lib.llama_vocab_is_eog(self._vocab, token))

    def control_texts(self) -> tuple[str, ...]:
        """The spellings of all control tokens, which must not be read out of a user's words."""
        texts = (
            self.piece(token, special=True).decode("utf-8", "replace")
            for token in range(self.n_vocab)
            if self._lib.llama_vocab_is_control(self._vocab, token)
        )
        return tuple(sorted({text for text in texts if len(text) > 1}, key=len, reverse=True))

    def chat_template(self) -> str:
        """The template that the file carries, or ''."""
        raw = self._lib.llama_model_chat_template(self.handle, None)
        return bytes(raw).decode("utf-8", "replace") if raw else ""

    def load_adapter(self, path: Path) -> Any:
        """Load a LoRA adapter beside the model.

        Raises:
            ModelError: it was made for another model, or is no adapter.
        """
        _log.clear()
        adapter = self._lib.llama_adapter_lora_init(self.handle, str(path).encode())
        if not adapter:
            raise ModelError(
                f"adapter {path.name}: it does not fit this model ({last_log_line() or 'no reason given'}); "
                "train or choose one for this base model"
            )
        return adapter

    def free_adapter(self, adapter: Any) -> None:
        """Give an adapter's memory back. It must not be attached to any context."""
        self._lib.llama_adapter_lora_free(adapter)

    def close(self) -> None:
        """Free the weights and every adapter that was loaded beside them."""
        if self.handle:
            self._lib.llama_model_free(self.handle)
            self.handle = None

    def _special_text(self, token: int) -> str:
        return self.piece(token, special=True).decode("utf-8", "replace") if token >= 0 else ""


@dataclass(frozen=True, slots=True)
class Row:
    """One token of a batch: its position in its sequence, and whether its logits are wanted."""

    token: int
    position: int
    sequence: int
    wanted: bool


class NativeContext:
    """The computing state over a model: `sequences` key-value streams of `n_ctx` tokens each.

    Streams are kept apart (`kv_unified` off): batched and one-by-one answers agree better that way, and a stream's
    cells always lie in the same order, so that a restored prefix gives the very same numbers as a computed one.

    Args:
        model: stays open as long as the context.
        n_ctx: tokens of one sequence; llama.cpp rounds up to a multiple of 256.
        sequences: number of streams.
        n_batch: most tokens of one decode.
        n_outputs: most tokens of one decode whose logits are wanted.
    """

    def __init__(self, model: NativeModel, *, n_ctx: int, sequences: int, n_batch: int, n_outputs: int) -> None:
        self._lib = library()
        self._model = model
        params = self._lib.llama_context_default_params()
        params.n_ctx = n_ctx * sequences
        params.n_seq_max = sequences
        params.n_batch = params.n_ubatch = n_batch
        params.n_outputs_max = n_outputs
        params.kv_unified = False
        params.swa_full = True  # sliding-window models must be able to return to an earlier position
        params.no_perf = True
        _log.clear()
        self.handle = self._lib.llama_init_from_model(model.handle, params)
        if not self.handle:
            raise EngineError(
                f"engine: no room for {sequences} sequences of {n_ctx} tokens "
                f"({last_log_line() or 'no reason given'}); use a smaller n_ctx or fewer sequences"
            )
        self._memory = self._lib.llama_get_memory(self.handle)
        self.n_ctx: int = self._lib.llama_n_ctx_seq(self.handle)
        self.n_batch, self.n_outputs, self.sequences = n_batch, n_outputs, sequences
        self._batch = self._lib.llama_batch_init(n_batch, 0, 1)

    def decode(self, rows: Sequence[Row], *, threads: int) -> list[Logits]:
        """Run one batch; the logits of the wanted rows, each of shape (n_vocab,), as copies.

        Raises:
            EngineError: llama.cpp refused the batch.
        """
        batch = self._batch
        batch.n_tokens = len(rows)
        for index, row in enumerate(rows):
            batch.token[index] = row.token
            batch.pos[index] = row.position
            batch.n_seq_id[index] = 1
            batch.seq_id[index][0] = row.sequence
            batch.logits[index] = row.wanted
        self._lib.llama_set_n_threads(self.handle, threads, threads)
        _log.clear()
        code = self._lib.llama_decode(self.handle, batch)
        if code != 0:
            reason = {1: "no free cell for the batch", 2: "aborted"}.get(code, last_log_line() or f"code {code}")
            raise EngineError(f"engine: a decode of {len(rows)} tokens failed ({reason}); restart the program")
        size = self._model.n_vocab
        wanted = [index for index, row in enumerate(rows) if row.wanted]
        return [
            np.ctypeslib.as_array(self._lib.llama_get_logits_ith(self.handle, index), shape=(size,)).copy()
            for index in wanted
        ]

    def clear(self, sequence: int) -> None:
        """Forget everything in one sequence."""
        self._lib.llama_memory_seq_rm(self._memory, sequence, -1, -1)

    def truncate(self, sequence: int, length: int) -> bool:
        """Keep the first `length` tokens of a sequence; False where the architecture cannot go back."""
        return bool(self._lib.llama_memory_seq_rm(self._memory, sequence, length, -1))

    def save(self, sequence: int) -> NDArray[np.uint8]:
        """The state of one sequence, to be kept outside the context."""
        size = self._lib.llama_state_seq_get_size(self.handle, sequence)
        state: NDArray[np.uint8] = np.empty(size, dtype=np.uint8)
        written = self._lib.llama_state_seq_get_data(self.handle, _pointer(state), size, sequence)
        return state[:written]

    def restore(self, sequence: int, state: NDArray[np.uint8]) -> bool:
        """Put a saved state into a sequence, which is cleared first; False when llama.cpp does not take it."""
        self.clear(sequence)
        read = self._lib.llama_state_seq_set_data(self.handle, _pointer(state), state.size, sequence)
        if read != state.size:
            self.clear(sequence)
        return bool(read == state.size)

    def set_adapter(self, adapter: Any | None, scale: float = 1.0) -> None:
        """Use one adapter from the next decode on, or none."""
        if adapter is None:
            code = self._lib.llama_set_adapters_lora(self.handle, None, 0, None)
        else:
            adapters = (self._lib.llama_adapter_lora_p_ctypes * 1)(adapter)
            code = self._lib.llama_set_adapters_lora(self.handle, adapters, 1, (ctypes.c_float * 1)(scale))
        if code != 0:
            raise EngineError(f"engine: llama.cpp refused the adapter (code {code}); restart the program")

    def close(self) -> None:
        """Free the context; the model stays."""
        if self.handle:
            self._lib.llama_batch_free(self._batch)
            self._lib.llama_free(self.handle)
            self.handle = None


def _pointer(array: NDArray[np.uint8]) -> Any:
    return array.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))
