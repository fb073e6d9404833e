"""Takes an adapter out: one file a format and person, with card, checksums and, last of all, a manifest.

    exports/p07/p07.gguf          for llama.cpp
    exports/p07/peft/             adapter_model.safetensors, adapter_config.json
    exports/p07/mlx/              adapters.safetensors, adapter_config.json
    exports/p07/README.md         the card
    exports/p07/SHA256SUMS        for `sha256sum -c`
    exports/p07/manifest.json     its existence means that everything above was loaded and compared

What is exported is self-contained: the exact sum of the task adapter and the personal one, as a single LoRA. Each
format is loaded again by the library that it is for, and compared with the trained model, before the folder has its
name.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import ModelError, UsageError
from edge_assistant.training import files
from edge_assistant.training.versions.card import version_card
from edge_assistant.training.versions.registry import AdapterRegistry
from edge_assistant.training.versions.version import Version

if TYPE_CHECKING:
    from edge_assistant.llm.models import ModelFile
    from edge_assistant.training.versions.export_check import ForeignCheck
    from quant.lora_weights import LoraWeights

FORMATS = ("gguf", "peft", "mlx")
KIND = "edge-assistant adapter export"
NOT_PROMOTED = "Not promoted: this version is not in use{}."

Tell = Callable[[str, str], None]
"""Told the owner and what is being done."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished export."""

    owner: str
    version: str
    promoted: bool
    folder: Path
    comparisons: dict[str, dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "owner": self.owner,
            "version": self.version,
            "promoted": self.promoted,
            "folder": str(self.folder),
            "formats": self.comparisons,
        }


def parse_formats(text: str) -> tuple[str, ...]:
    """Formats from 'gguf,peft'; all of them from 'all'.

    Raises:
        UsageError: one of them does not exist.
    """
    names = FORMATS if text == "all" else tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    unknown = [name for name in names if name not in FORMATS]
    if unknown or not names:
        raise UsageError(f"format {', '.join(unknown) or text!r} is unknown; choose from {', '.join(FORMATS)}")
    return names


def choose_version(registry: AdapterRegistry, owner: str) -> Version:
    """The version in use, otherwise the newest one that may be seen.

    Raises:
        ModelError: the version in use is damaged.
        UsageError: there is none.
    """
    if any(version.status == "promoted" for version in registry.listed(owner)):
        return registry.get(owner)
    clean = [version for version in registry.versions(owner) if version.status != "marked"]
    if not clean:
        raise UsageError(f"adapters of {owner}: there is none to export; train one with 'adapters train'")
    return clean[-1]


def export(
    version: Version, base: ModelFile, formats: Sequence[str], out: Path, check: ForeignCheck, tell: Tell
) -> Exported:
    """Export one version; the folder `out/OWNER` appears whole or not at all, and replaces a former export.

    Args:
        version: of the registry.
        base: the model that it was trained on.
        formats: some of `FORMATS`.
        out: where the owners' folders go.
        check: over the same base.
        tell: told what is being done.

    Raises:
        ModelError: a damaged or marked version, another base, or a library that does not agree with the trained model.
        UsageError: the target holds something that is no export of ours.
    """
    if version.base_sha256 != base.sha256:
        raise ModelError(
            f"adapter {version.owner}/{version.name}: was trained on the base {version.base_sha256[:12]}, not on "
            f"{base.name} ({base.sha256[:12]}); name its base with --model"
        )
    version.require_sound()
    final, aside = out / version.owner, out / f"{files.PARTIAL}-{version.owner}"
    if final.exists() and any(final.iterdir()) and not _is_export(final):
        raise UsageError(f"{final}: holds something else than an export; choose another --out")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        weights = _served_weights(version)
        comparisons = {}
        for name in formats:
            tell(version.owner, f"{name}: writing")
            path = _write(name, version, weights, aside)
            tell(version.owner, f"{name}: loading it again")
            comparisons[name] = getattr(check, name)(weights, path).to_dict()
        _describe(version, comparisons, weights, aside)
        files.put_in_place(aside, final)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Exported(version.owner, version.name, version.status == "promoted", final, comparisons)


def _served_weights(version: Version) -> LoraWeights:
    """The self-contained LoRA, as the engine is given it."""
    from quant.lora_files import read_gguf

    return read_gguf(version.served)


def _write(name: str, version: Version, weights: LoraWeights, folder: Path) -> Path:
    from quant.lora_files import write_mlx, write_peft

    if name == "gguf":
        path = folder / f"{version.owner}.gguf"
        shutil.copyfile(version.served, path)
        return path
    path = folder / name
    path.mkdir()
    if name == "peft":
        write_peft(path, weights)
    else:
        write_mlx(path, weights)
    return path


def _describe(version: Version, comparisons: dict[str, dict[str, Any]], weights: LoraWeights, folder: Path) -> None:
    """Card, checksums, and the manifest as the last file."""
    promoted = version.status == "promoted"
    card = version_card(version.owner, version.manifest, "" if promoted else _why_not(version))
    rows = [
        f"| {name} | {found['library']} | {found['effect']:.2g} | {found['difference']:.2g} | {found['base']:.2g} "
        f"| {found['top1']:.1%} |"
        for name, found in comparisons.items()
    ]
    head = ["## Loaded again", "", "Root mean squares of log probabilities, in nats.", ""]
    head += ["| format | by | the adapter changes | there it differs by | the base alone by | same likeliest token |"]
    card += "\n".join([*head, "| --- | --- | --- | --- | --- | --- |", *rows, ""])
    (folder / "README.md").write_text(card, encoding="utf-8")
    sums = [f"{entry['sha256']}  {name}" for name, entry in files.checksums(folder).items()]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
    kept = {key: value for key, value in version.manifest.items() if key not in ("files", "pairs", "losses")}
    document = {
        **kept,
        "kind": KIND,
        "promoted": promoted,
        "rank": weights.rank,
        "alpha": weights.alpha,
        "pairs": len(version.pair_hashes),
        "formats": comparisons,
        "files": files.checksums(folder),
    }
    files.write_json(folder / files.MANIFEST, document)


def _why_not(version: Version) -> str:
    return NOT_PROMOTED.format(f" ({version.note})" if version.note else "")


def _is_export(folder: Path) -> bool:
    path = folder / files.MANIFEST
    return path.is_file() and files.read_json(path).get("kind") == KIND
