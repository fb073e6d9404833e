"""The models folder: files with a manifest each, which says where they came from and what they must be."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from edge_assistant.errors import EdgeAssistantError, ModelError, StoreError
from edge_assistant.llm.model_kinds import parts_of, whole_name
from edge_assistant.llm.models import RESERVED_NAMES, file_sha256, read_json
from edge_assistant.llm.serving import check_serves
from edge_assistant.storage.private_folders import make_private
from quant.atomic import aside_of, put_in_place, write_json
from quant.errors import QuantError, WriteError, refused
from quant.tools.quantize import join_parts

UNSTATED = "no manifest"
"""How `verify` begins where it has nothing to compare with, which is no damage."""


@dataclass(frozen=True)
class Stored:
    """A model in the folder.

    Attributes:
        name: file name without its end.
        path: the file.
        bytes: its size.
        sha256: what its manifest demands; '' for a file that somebody put there.
        source: where it came from.
        licence: as known when it came.
    """

    name: str
    path: Path
    bytes: int
    sha256: str = ""
    source: str = ""
    licence: str = ""


def stored(folder: Path) -> tuple[Stored, ...]:
    """All models in the folder, those without a manifest too; unfinished ones are not among them."""
    found = []
    for path in sorted(folder.glob("*.gguf")) if folder.is_dir() else []:
        facts = {key: str(read_json(manifest_of(path)).get(key, "")) for key in ("sha256", "source", "licence")}
        found.append(Stored(path.stem, path, path.stat().st_size, **facts))
    return tuple(found)


def find(folder: Path, name: str) -> Stored:
    """The model of a name, letter case aside.

    Raises:
        ModelError: there is none.
    """
    models = stored(folder)
    wanted = name.lower().removesuffix(".gguf")
    for model in models:
        if model.name.lower() == wanted:
            return model
    known = ", ".join(model.name for model in models) or "nothing yet; pull or add one"
    raise ModelError(f"model {name}: not in {folder}, which holds {known}")


def manifest_of(path: Path) -> Path:
    """Where a model's manifest lies."""
    return path.with_name(path.name + ".json")


def manifest_fault(path: Path) -> str:
    """What is wrong with the manifest of a model; '' for a sound one, and where there is none."""
    manifest = manifest_of(path)
    if not manifest.exists() or re.fullmatch(r"[0-9a-f]{64}", str(read_json(manifest).get("sha256", ""))):
        return ""
    return f"its manifest {manifest.name} is damaged; remove the model and get it again"


def place(aside: Path, folder: Path, name: str, *, source: str, licence: str, sha256: str) -> Stored:
    """Give a complete file its name in the folder; the manifest comes last."""
    target = folder / name
    manifest_of(target).unlink(missing_ok=True)
    put_in_place(aside, target)
    model = Stored(target.stem, target, target.stat().st_size, sha256, source, licence)
    write_json(manifest_of(target), {"schema": 1, **asdict(model), "path": target.name})
    return model


def add(source: Path, folder: Path) -> Stored:
    """Copy a GGUF file of the user's into the folder, once it is known to serve; a split model becomes one file.

    Raises:
        ModelError: it would not serve, parts of it are missing, or another file has the name.
    """
    if not source.is_file():
        raise ModelError(f"model {source}: there is no such file; check the path")
    if whole_name(source).lower() in RESERVED_NAMES:
        raise ModelError(f"model {source}: its name has another meaning in the settings; rename the file")
    parts = parts_of(source)
    digest = "" if parts else check_serves(source).sha256
    make_private(folder)
    target = folder / f"{whole_name(source)}.gguf"
    aside = aside_of(target)
    try:
        if parts:
            digest = _joined(parts[0], aside)
        if target.exists():
            if file_sha256(target) == digest:
                return find(folder, target.stem)
            raise ModelError(f"model {target}: another file has this name; remove it or rename yours")
        if not parts:
            shutil.copyfile(source, aside)
        return place(aside, folder, target.name, source=str(source.absolute()), licence="", sha256=digest)
    except OSError as error:  # whose own words name the file that is copied from
        raise StoreError(f"model {target}: {refused(error, 'check the file and the folder')}") from error
    finally:
        aside.unlink(missing_ok=True)


def _joined(first: Path, aside: Path) -> str:
    """Write the parts of a split model as one file that serves; its hash."""
    try:
        join_parts(first, aside)
        return check_serves(aside).sha256
    except WriteError as error:
        raise StoreError(f"{aside.parent}: the disk took only a part of {first.name}; free some space") from error
    except (ModelError, QuantError) as error:
        raise ModelError(str(error).replace(str(aside), str(first)).replace(aside.name, first.name)) from error


def verify(model: Stored, on_progress: Callable[[float], None] | None = None) -> str:
    """What is wrong with a stored model: one line, '' when its bytes are what its manifest demands, and it serves.

    Every byte is read, whatever was remembered of the file.
    """
    fault = manifest_fault(model.path)
    if fault:
        return fault
    digest, done = hashlib.sha256(), 0
    with model.path.open("rb") as file:
        while block := file.read(1 << 22):
            digest.update(block)
            done += len(block)
            if on_progress is not None:
                on_progress(done / max(1, model.bytes))
    if model.sha256 and digest.hexdigest() != model.sha256:
        return f"its hash is {digest.hexdigest()}, its manifest demands {model.sha256}; remove it and get it again"
    try:
        check_serves(model.path)
    except EdgeAssistantError as error:
        return str(error).removeprefix(f"model {model.path}: ")
    return "" if model.sha256 else f"{UNSTATED}: it works, but nothing says what its bytes should be"


def remove(model: Stored) -> None:
    """Take a model and its manifest away."""
    with suppress(FileNotFoundError):
        manifest_of(model.path).unlink()
    model.path.unlink()
