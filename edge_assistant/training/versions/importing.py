"""Takes an adapter in: from an export of ours, or a GGUF, PEFT or MLX adapter from elsewhere.

Refused are pickles, which can run code; adapters of another base; shapes that do not fit, all of them named at once;
manifests whose checksums are not those of the files. What comes in is a new version that is not in use: the person
promotes it, or does not.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import DataError, ModelError
from edge_assistant.training import files
from edge_assistant.training.versions.card import version_card
from edge_assistant.training.versions.export import KIND
from edge_assistant.training.versions.registry import AdapterRegistry
from edge_assistant.training.versions.version import CARD, PERSONAL, SERVED, Version
from quant.lora_folder import PICKLES

if TYPE_CHECKING:
    from edge_assistant.llm.models import ModelFile
    from quant.lora_weights import LoraWeights


@dataclass(frozen=True, slots=True)
class Found:
    """What lies at a path: the adapter's format and file or folder, and the manifest beside it, where there is one."""

    format: str
    path: Path
    manifest: dict[str, Any]


def look_at(path: Path) -> Found:
    """What kind of adapter this is, from names and manifests alone; nothing is loaded.

    Args:
        path: a GGUF file, a PEFT or MLX folder or its weights, a folder of ours, or its manifest.

    Raises:
        ModelError: nothing there, a pickle, no adapter, or a manifest that does not check.
    """
    if not path.exists():
        raise ModelError(f"adapter {path}: there is no such file or folder; check the path")
    if path.is_file() and path.suffix.lower() in PICKLES:
        raise _pickle(path)
    folder = path.parent if path.is_file() else path
    if path.name in (files.MANIFEST, "adapter_model.safetensors", "adapters.safetensors", "adapter_config.json"):
        path = folder
    if path.is_file() and path.suffix == ".gguf":
        return Found("gguf", path, _manifest(folder, path))
    if path.is_file() and path.suffix == ".safetensors":
        raise ModelError(f"adapter {path}: weights alone do not say how they are scaled; name their whole folder")
    if path.is_file():
        raise ModelError(f"adapter {path}: neither GGUF nor safetensors; export it again in one of these formats")
    for name, weights in (("peft", "adapter_model.safetensors"), ("mlx", "adapters.safetensors")):
        if (path / weights).is_file():
            return Found(name, path, _manifest(path.parent, path))
    whole = _manifest(path, None)
    if whole:
        ggufs = [path / name for name in whole["files"] if name.endswith(".gguf")]
        if ggufs:
            return Found("gguf", ggufs[0], whole)
        for name in ("peft", "mlx"):
            if (path / name).is_dir():
                return look_at(path / name)
    pickles = sorted(entry for entry in path.iterdir() if entry.suffix.lower() in PICKLES)
    if pickles:
        raise _pickle(pickles[0])
    raise ModelError(f"adapter {path}: holds no adapter (GGUF, PEFT or MLX); name the file")


def import_adapter(path: Path, owner: str, base: ModelFile, registry: AdapterRegistry) -> Version:
    """Check an adapter and take it into the registry.

    Raises:
        ModelError: see the module; one line that names all that is wrong.
    """
    found = look_at(path)
    named = found.manifest.get("base", {}).get("sha256", base.sha256)
    if named != base.sha256:
        raise ModelError(
            f"adapter {path}: was made for the base {found.manifest['base'].get('name', '?')} ({named[:12]}), not for "
            f"{base.name} ({base.sha256[:12]}); name its base with --model"
        )
    learned = _known_pairs(found, owner, registry)
    weights = _read(found, base)
    with tempfile.TemporaryDirectory(prefix="import-", dir=registry.work_folder(owner)) as name:
        folder = Path(name)
        manifest = _new_manifest(found, weights, base, path) | {"pairs": learned}
        _write(folder, found, weights, base)
        (folder / CARD).write_text(version_card(owner, manifest), encoding="utf-8")
        return registry.add(owner, folder, manifest)


def _known_pairs(found: Found, owner: str, registry: AdapterRegistry) -> list[str]:
    """The pairs that a copy of an own version was trained on, so that forgetting reaches the copy as well.

    Raises:
        ModelError: it was trained on what has been forgotten.
    """
    known = found.manifest
    for version in registry.versions(owner):
        same = version.name == known.get("version") and version.manifest.get("pairs_hash") == known.get("pairs_hash")
        if same and known.get("owner") == owner:
            if version.status == "marked":
                raise ModelError(f"adapter {found.path}: {version.note or 'marked'}; train a new one")
            return list(version.pair_hashes)
    return []


def _pickle(path: Path) -> ModelError:
    return ModelError(
        f"adapter {path}: a pickle, which can run code when it is opened; ask for safetensors or GGUF instead"
    )


def _manifest(folder: Path, part: Path | None) -> dict[str, Any]:
    """The manifest of an export of ours in this folder, checked; empty where there is none, or not for this part."""
    place = folder / files.MANIFEST
    if not place.is_file():
        return {}
    try:
        manifest = files.read_json(place)
    except DataError as error:
        raise ModelError(str(error)) from error
    listed = manifest.get("files")
    if manifest.get("kind") != KIND or not isinstance(listed, dict) or not isinstance(manifest.get("base"), dict):
        if part is None:
            raise ModelError(f"{place}: no manifest of an export; name the adapter's own file")
        return {}
    problems = files.check_files(folder, listed, contents=True)
    if part is not None and not any((folder / name).is_relative_to(part) or folder / name == part for name in listed):
        problems.append(f"{part.name} is not listed")
    if problems:
        raise ModelError(f"{place}: does not check: {'; '.join(problems)}; get the export again")
    return manifest


def _read(found: Found, base: ModelFile) -> LoraWeights:
    """The weights; refused where they do not fit the base's layers, naming every misfit."""
    from quant.errors import QuantError
    from quant.lora_files import read_adapter

    try:
        return read_adapter(found.path, base.path)
    except QuantError as error:
        raise ModelError(str(error)) from error


def _write(folder: Path, found: Found, weights: LoraWeights, base: ModelFile) -> None:
    from edge_assistant.training.dpo.trained import save_weights
    from quant.lora_files import write_gguf

    if found.format == "gguf":
        shutil.copyfile(found.path, folder / SERVED)
    else:
        write_gguf(folder / SERVED, weights, base=base.path)
    save_weights(folder / PERSONAL, weights)


def _new_manifest(found: Found, weights: LoraWeights, base: ModelFile, path: Path) -> dict[str, Any]:
    known = found.manifest
    about = {"name": base.name, "sha256": base.sha256, "quantization": base.quantization, "family": base.architecture}
    return {
        "base": about,
        "imported": {
            "from": path.name,
            "format": found.format,
            "version": known.get("version"),
            "owner": known.get("owner"),
        },
        "task_adapter": None,  # whatever was under it is part of the weights now
        "backend": known.get("backend", "unknown"),
        "config": known.get("config") or {"loss": "unknown", "rank": weights.rank, "alpha": weights.alpha},
        "origin": f"an imported file ({path.name})",
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "pairs": [],
        "pairs_hash": f"imported-{known.get('pairs_hash', '')}",
        "kinds": {},
        "loss": known.get("loss"),
        "measures": known.get("measures"),
    }
