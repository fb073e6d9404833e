"""Try a model's kernels in a child process before trusting them in this one.

Some builds of llama.cpp die on the first decode of any model on some CPUs (a tile instruction that the machine or the
thread may not use). A child process can die without harm. The verdict is kept for this machine, this build and this
model. Run by hand: `python -m edge_assistant.llm.probe MODEL.gguf 1` (1: all kernels, 0: the safe path).
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from edge_assistant.errors import EngineError
from edge_assistant.llm.models import ModelFile, cache_directory, read_json, write_json

_TIMEOUT_SECONDS = 300  # a large model on a slow disk
_OK = "kernels work"

Command = Callable[[Path, bool], list[str]]


@dataclass(frozen=True)
class Verdict:
    """Whether the native kernels work for a model on this machine, and what happened where they do not."""

    native: bool
    reason: str = ""

    def __str__(self) -> str:
        return "the native kernels work" if self.native else f"the safe path is used ({self.reason})"


def probe(path: Path, *, command: Command | None = None) -> Verdict:
    """Try a model file now, whatever was found before.

    Args:
        path: a GGUF file.
        command: builds the child's command line from path and kernels; for tests.

    Raises:
        EngineError: the child fails on the safe path too.
    """
    command = command or _command
    reason = _failure(command(path, True))
    if reason is None:
        return Verdict(True)
    safe_reason = _failure(command(path, False))
    if safe_reason is not None:
        raise EngineError(
            f"engine: llama.cpp cannot decode with {path.name} on this machine ({safe_reason}); "
            "rebuild llama-cpp-python or choose another model"
        )
    return Verdict(False, reason)


def choose_kernels(model: ModelFile, *, command: Command | None = None, directory: Path | None = None) -> bool:
    """Whether the native kernels may be used for this model; False means the safe path.

    Says so once on standard error when the safe path is needed. Later calls read the kept verdict.

    Args:
        model: a checked model file.
        command: builds the child's command line from path and kernels; for tests.
        directory: where verdicts are kept; None is the cache directory.

    Raises:
        EngineError: the child fails on the safe path too.
    """
    file = (directory or cache_directory() / "kernels") / f"{machine_key()}-{model.sha256[:16]}.json"
    kept = read_json(file).get("native")
    if isinstance(kept, bool):
        return kept
    verdict = probe(model.path, command=command)
    if not verdict.native:
        print(
            f"edge-assistant: the fast kernels of llama.cpp fail on this machine ({verdict.reason}); "
            "using the safe path, which is somewhat slower",
            file=sys.stderr,
        )
    write_json(file, {"native": verdict.native, "reason": verdict.reason})
    return verdict.native


def machine_key() -> str:
    """A short hash of the CPU and of the llama.cpp build: what decides whether kernels work."""
    parts = [platform.system(), platform.machine(), platform.processor()]
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        for field in ("model name", "flags", "Features"):
            parts += [line for line in lines if line.startswith(field)][:1]
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        parts.append(importlib.metadata.version("llama-cpp-python"))
    spec = importlib.util.find_spec("llama_cpp")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for library in sorted((Path(place) / "lib").glob("*ggml-cpu*")):
            status = library.stat()
            parts.append(f"{library.name}:{status.st_size}:{status.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _command(model: Path, native: bool) -> list[str]:
    return [sys.executable, "-m", "edge_assistant.llm.probe", str(model), "1" if native else "0"]


def _failure(command: list[str]) -> str | None:
    """None when the child decoded; otherwise what happened to it, in a few words."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        child = subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {_TIMEOUT_SECONDS} s"
    if child.returncode < 0:
        return f"the trial ended by signal {-child.returncode}"
    if child.returncode != 0 or _OK not in child.stdout:
        lines = child.stderr.strip().splitlines()
        return lines[-1][:200] if lines else f"the trial ended with code {child.returncode}"
    return None


def main(arguments: list[str]) -> int:
    """The child: decode a prompt, then one token in each of two sequences, and look at the numbers."""
    import numpy as np

    from edge_assistant.llm.llama_binding import NativeContext, NativeModel, Row

    path, native = Path(arguments[0]), arguments[1] == "1"
    model = NativeModel(path, extra_buffers=native)
    context = NativeContext(model, n_ctx=256, sequences=2, n_batch=64, n_outputs=8)
    text = "Nothing much happened until the kettle began to sing. " * 4
    tokens = model.tokenize(text, special=False, begin=True)[:24]
    answers = context.decode([Row(token, at, 0, at == len(tokens) - 1) for at, token in enumerate(tokens)], threads=2)
    context.restore(1, context.save(0))
    answers += context.decode([Row(tokens[0], len(tokens), sequence, True) for sequence in (0, 1)], threads=2)
    answers += context.decode([Row(tokens[1], len(tokens) + 1, 0, True)], threads=1)
    if not all(np.isfinite(logits).all() for logits in answers):
        print("the computed numbers are not finite", file=sys.stderr)
        return 1
    print(_OK)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
