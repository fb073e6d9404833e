"""Try a model's kernels in a child process before trusting them in this one.

Some builds of llama.cpp die on the first decode of any model on some CPUs (a tile instruction that the machine or the
thread may not use). A child process can die without harm. The verdict is kept for this machine, this build and this
model. Run by hand: `echo '{"model": "MODEL.gguf", "native": true}' | python -m edge_assistant.llm.probe`.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

from edge_assistant.errors import EngineError, ModelError
from edge_assistant.llm.models import PACKAGED, ModelFile, cache_directory, read_json, write_json
from edge_assistant.paths import packaged_file
from quant.children import CrashedError, SilentError, ask_child
from quant.errors import QuantError
from quant.json_lines import LineWriter, decode

_TIMEOUT_SECONDS = 300.0  # a large model on a slow disk

CAUSES = {
    "SIGKILL": "the system most likely ran out of memory: close other programs or choose a smaller model",
    "SIGILL": "it was built for another processor: install it again on this machine",
}
"""What the signal that ended a process with llama.cpp in it tells of the cause, and what to do."""


@dataclass(frozen=True)
class _Failure:
    """How a trial ended: in a few words, what it was at, and the signal that ended it, '' where none did.

    `refused` is what llama.cpp says of the file itself; no other kernels would change its mind.
    """

    reason: str
    stage: str = "starting"
    signal: str = ""
    refused: bool = False


def probe(path: Path) -> str:
    """Try a model file now, whatever was found before; why the safe path is needed, '' where it is not.

    Raises:
        EngineError: llama.cpp refuses the file, or fails with it on the safe path too.
    """
    native = _trial(path, True)
    if native is None:
        return ""
    if native.refused:
        raise EngineError(native.reason)
    safe = _trial(path, False)
    if safe is not None:
        raise EngineError(safe.reason if safe.refused else _explained(path, safe))
    return native.reason


def choose_kernels(model: ModelFile) -> bool:
    """Whether the native kernels may be used for this model; False means the safe path.

    Says so once on standard error when the safe path is needed. Later calls read the kept verdict.

    Raises:
        EngineError: see `probe`.
    """
    file = cache_directory() / "kernels" / f"{machine_key()}-{model.sha256[:16]}.json"
    kept = read_json(file).get("native")
    if isinstance(kept, bool):
        return kept
    reason = probe(model.path)
    if reason:
        print(
            f"edge-assistant: the fast kernels of llama.cpp fail on this machine ({reason}); "
            "using the safe path, which is somewhat slower",
            file=sys.stderr,
        )
    write_json(file, {"native": not reason, "reason": reason})
    return not reason


def machine_key() -> str:
    """A short hash of the CPU and of the llama.cpp build: what decides whether kernels work."""
    parts = [platform.system(), platform.machine(), platform.processor()]
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        for field in ("model name", "flags", "Features"):
            parts += [line for line in lines if line.startswith(field)][:1]
    parts.append(_library_version())
    spec = importlib.util.find_spec("llama_cpp")
    for place in (spec.submodule_search_locations or []) if spec else []:
        for library in sorted((Path(place) / "lib").glob("*ggml-cpu*")):
            status = library.stat()
            parts.append(f"{library.name}:{status.st_size}:{status.st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _command(_model: Path, _native: bool) -> list[str]:
    return [sys.executable, "-m", "edge_assistant.llm.probe"]


def _trial(path: Path, native: bool) -> _Failure | None:
    """None when the child decoded; otherwise how it failed."""
    stage = "starting"

    def hear(message: dict[str, object]) -> None:
        nonlocal stage
        stage = str(message.get("stage", stage))

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    request = {"model": str(path), "native": native}
    try:
        result = ask_child(
            _command(path, native), request, "the trial", hear, environment=environment, timeout=_TIMEOUT_SECONDS
        )
    except CrashedError as error:
        return _Failure(f"the trial ended by {error.signal} while {stage}", stage, error.signal)
    except SilentError:
        return _Failure(f"no answer within {_TIMEOUT_SECONDS:g} s while {stage}", stage)
    except QuantError as error:
        return _Failure(str(error), stage)
    refused = str(result.get("refused", "")) if isinstance(result, dict) else ""
    return _Failure(refused, stage, refused=True) if refused else None


def _explained(path: Path, failure: _Failure) -> str:
    """What is known of a model that fails on the safe path too, and what to do about it."""
    library = f"llama-cpp-python {_library_version()}"
    told = f"engine: {library} cannot decode with {path.name} on this machine ({failure.reason})"
    if failure.signal in CAUSES:
        return f"{told}; {CAUSES[failure.signal]}"
    packaged = packaged_file(*PACKAGED)
    if packaged is None or packaged == path:
        return f"{told}; try another model, and if that fails too, install another version of llama-cpp-python"
    if _trial(packaged, False) is None:
        return (
            f"{told}, although the packaged model works; the file is damaged, or its architecture is too new for "
            f"{library}: choose another model, or update llama-cpp-python"
        )
    return f"{told}, and the packaged model fails too; install another version of llama-cpp-python"


def _library_version() -> str:
    try:
        return importlib.metadata.version("llama-cpp-python")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def main() -> int:
    """The child: decode a prompt, then one token in each of two sequences, and look at the numbers."""
    out = LineWriter(os.fdopen(os.dup(1), "wb"))
    os.dup2(2, 1)  # llama.cpp writes to descriptor 1, which must hold nothing but our lines
    request = decode(sys.stdin.readline())
    try:
        import numpy as np

        from edge_assistant.llm.llama_binding import NativeContext, NativeModel, Row

        out.send({"stage": "loading"})
        try:
            model = NativeModel(Path(request["model"]), extra_buffers=bool(request["native"]))
        except ModelError as error:
            out.send({"result": {"refused": str(error)}})
            return 0
        context = NativeContext(model, n_ctx=256, sequences=2, n_batch=64, n_outputs=8)
        out.send({"stage": "decoding"})
        text = "Nothing much happened until the kettle began to sing. " * 4
        tokens = model.tokenize(text, special=False, begin=True)[:24]
        rows = [Row(token, at, 0, at == len(tokens) - 1) for at, token in enumerate(tokens)]
        answers = context.decode(rows, threads=2)
        context.restore(1, context.save(0))
        answers += context.decode([Row(tokens[0], len(tokens), sequence, True) for sequence in (0, 1)], threads=2)
        answers += context.decode([Row(tokens[1], len(tokens) + 1, 0, True)], threads=1)
        if all(np.isfinite(logits).all() for logits in answers):
            out.send({"result": {}})
        else:
            out.send({"error": "the computed numbers are not finite"})
    except Exception as error:  # the parent tells it to the user
        out.send({"error": str(error) or type(error).__name__})
    return 0


if __name__ == "__main__":
    sys.exit(main())
