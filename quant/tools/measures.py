"""Measuring one model in the child process: speed, memory, perplexity, divergence from a reference."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

WARM = 8
"""Positions at the beginning of each window that are not counted: nothing could be known there."""

ROWS = 32
"""Positions that are turned into probabilities at once."""


class Runner:
    """One sequence of one model in llama.cpp.

    Raises:
        RuntimeError: llama.cpp cannot load the file, or decode.
    """

    def __init__(self, lib: Any, path: str, length: int, threads: int, extra_buffers: bool, why: Callable[[], str]):
        self.lib, self.why = lib, why
        parameters = lib.llama_model_default_params()
        parameters.n_gpu_layers = 0
        parameters.use_extra_bufts = extra_buffers
        self.model = lib.llama_model_load_from_file(os.fsencode(path), parameters)
        if not self.model:
            raise RuntimeError(f"{path}: llama.cpp cannot load it ({why()}); choose another file")
        self.vocabulary = lib.llama_model_get_vocab(self.model)
        self.size = int(lib.llama_vocab_n_tokens(self.vocabulary))
        setup = lib.llama_context_default_params()
        setup.n_ctx = setup.n_batch = setup.n_ubatch = length
        setup.n_seq_max = 1
        setup.n_threads = setup.n_threads_batch = threads
        self.context = lib.llama_init_from_model(self.model, setup)
        if not self.context:
            raise RuntimeError(f"{path}: no context of {length} tokens ({why()})")
        self.memory = lib.llama_get_memory(self.context)
        self.batch = lib.llama_batch_init(length, 0, 1)

    def tokens(self, text: str) -> list[int]:
        """Tokens without a first token."""
        data = text.encode("utf-8", "replace")
        buffer = (ctypes.c_int32 * (len(data) + 8))()
        count = self.lib.llama_tokenize(self.vocabulary, data, len(data), buffer, len(buffer), False, True)
        return list(buffer[: max(0, count)])

    def decode(self, tokens: Sequence[int], start: int, outputs: int) -> None:
        """Compute tokens from position `start`; the last `outputs` of them give logits."""
        batch = self.batch
        batch.n_tokens = len(tokens)
        for at, token in enumerate(tokens):
            batch.token[at], batch.pos[at] = token, start + at
            batch.n_seq_id[at] = 1
            batch.seq_id[at][0] = 0
            batch.logits[at] = int(at >= len(tokens) - outputs)
        if self.lib.llama_decode(self.context, batch) != 0:
            raise RuntimeError(f"llama.cpp cannot decode ({self.why()})")

    def forget_from(self, position: int) -> None:
        """Drop what was computed from a position on."""
        if not self.lib.llama_memory_seq_rm(self.memory, 0, position, -1):
            self.lib.llama_memory_clear(self.memory, True)

    def logits(self, at: int) -> Any:
        """Logits of the `at`-th token of the last batch: a view of float32 [vocabulary]."""
        return np.ctypeslib.as_array(self.lib.llama_get_logits_ith(self.context, at), shape=(self.size,))


def log_probabilities(logits: Any) -> Any:
    """Row-wise log softmax, float32."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def measure(
    lib: Any,
    say: Callable[..., None],
    why: Callable[[], str],
    *,
    model: str,
    text: str,
    max_tokens: int,
    window: int,
    threads: int,
    extra_buffers: bool,
    keep: str = "",
    reference: str = "",
) -> dict[str, Any]:
    """Everything about one model.

    Args:
        lib: the binding.
        say: told the progress.
        why: llama.cpp's last complaint.
        model: GGUF file.
        text: to be foretold.
        max_tokens: of the text.
        window: tokens that are seen together.
        threads: for llama.cpp.
        extra_buffers: whether repacked kernels may be used.
        keep: .npy file to write the log probabilities to, float16 [positions, vocabulary].
        reference: such a file of another model with the same vocabulary.
    """
    runner = Runner(lib, model, max(window, 512), threads, extra_buffers, why)
    tokens = runner.tokens(text)[:max_tokens]
    if len(tokens) < 2 * WARM + 2:
        raise RuntimeError(f"the text has {len(tokens)} tokens; give a longer one")
    speed = _speed(runner, tokens)
    memory = _peak_megabytes()
    say(progress=0.1)
    result = _foretell(runner, tokens, window, keep, reference, lambda share: say(progress=0.1 + 0.9 * share))
    return result | speed | {"memory_mb": memory, "file_mb": Path(model).stat().st_size / 2**20}


def _speed(runner: Runner, tokens: list[int], repeats: int = 3, decoded: int = 24) -> dict[str, float]:
    """Tokens a second, the best of some repeats: on a busy machine the best is the least disturbed."""
    length = min(256, len(tokens))
    prefill, decode = [], []
    for _ in range(repeats):
        runner.forget_from(0)
        start = time.perf_counter()
        runner.decode(tokens[:length], 0, 1)
        middle = time.perf_counter()
        for step in range(decoded):
            token = int(runner.logits(0 if step else length - 1).argmax())
            runner.decode([token], length + step, 1)
        decode.append(decoded / (time.perf_counter() - middle))
        prefill.append(length / (middle - start))
    runner.forget_from(0)
    return {"prefill_tokens_per_second": max(prefill), "decode_tokens_per_second": max(decode)}


def _foretell(
    runner: Runner, tokens: list[int], window: int, keep: str, reference: str, tell: Callable[[float], None]
) -> dict[str, Any]:
    spans = [(at, min(at + window, len(tokens))) for at in range(0, len(tokens), window)]
    spans = [(first, last) for first, last in spans if last - first > WARM + 1]
    rows = sum(last - first - 1 - WARM for first, last in spans)
    other = np.load(reference, mmap_mode="r") if reference else None
    if other is not None and other.shape != (rows, runner.size):
        raise RuntimeError(f"the reference has probabilities {other.shape}, this model {(rows, runner.size)}")
    kept = np.lib.format.open_memmap(keep, "w+", np.float16, (rows, runner.size)) if keep else None
    losses, divergences, agreed, at = [], [], 0, 0
    for number, (first, last) in enumerate(spans, 1):
        part = tokens[first:last]
        runner.forget_from(0)
        runner.decode(part, 0, len(part))
        for begin in range(WARM, len(part) - 1, ROWS):
            end = min(begin + ROWS, len(part) - 1)
            mine = log_probabilities(np.stack([runner.logits(place) for place in range(begin, end)]))
            losses += [-float(mine[row, part[begin + row + 1]]) for row in range(end - begin)]
            if kept is not None:
                kept[at : at + end - begin] = np.maximum(mine, -60000)
            if other is not None:
                theirs = log_probabilities(np.asarray(other[at : at + end - begin], dtype=np.float32))
                divergences += [float(value) for value in (np.exp(theirs) * (theirs - mine)).sum(axis=-1)]
                agreed += int((theirs.argmax(axis=-1) == mine.argmax(axis=-1)).sum())
            at += end - begin
        tell(number / len(spans))
    runner.forget_from(0)
    if kept is not None:
        kept.flush()
    found = {"positions": rows, "perplexity": float(np.exp(np.mean(losses)))}
    if other is not None:
        found |= {"kl_divergence": max(0.0, float(np.mean(divergences))), "top1_agreement": agreed / rows}
    return found


def _peak_megabytes() -> float:
    """Largest resident memory of this process so far, MiB; mapped weights that were touched count."""
    try:
        # not getrusage: a process inherits that figure from whoever started it
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**20
