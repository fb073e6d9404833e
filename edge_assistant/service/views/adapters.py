"""The person's adapters as a screen shows them, and going back to the one before."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from edge_assistant.paths import Paths
from edge_assistant.service.rpc.learning_values import AdapterView
from edge_assistant.training.versions.registry import AdapterRegistry
from edge_assistant.training.versions.version import Version

OWNER = "me"
STATES = {"promoted": "current", "retired": "former", "trained": "former", "rejected": "rejected", "marked": "stale"}


def adapter_views(paths: Paths) -> tuple[AdapterView, ...]:
    """All versions, the newest first."""
    registry = AdapterRegistry(paths.adapters)
    current = registry.current(OWNER)
    return tuple(_view(version, current) for version in reversed(registry.versions(OWNER)))


def served_adapter(paths: Paths, base_sha256: str) -> tuple[str, Path] | None:
    """Version and file of the adapter in use, where it was made for this base model."""
    version = AdapterRegistry(paths.adapters).current(OWNER)
    if version is None or (version.base_sha256 and version.base_sha256 != base_sha256):
        return None
    return version.name, version.served


def roll_back(paths: Paths) -> None:
    """Back to what was in use before.

    Raises:
        UsageError: nothing is in use.
    """
    AdapterRegistry(paths.adapters).rollback(OWNER)


def _view(version: Version, current: Version | None) -> AdapterView:
    manifest = version.manifest
    in_use = current is not None and version.name == current.name
    return AdapterView(
        version=version.name,
        time=_time(manifest),
        state="current" if in_use else STATES.get(version.status, "former"),
        measures=_measures(manifest),
        detail=version.note,
    )


def _time(manifest: dict[str, Any]) -> datetime | None:
    """When the training began; None where an imported manifest does not tell."""
    try:
        return datetime.fromisoformat(str(manifest.get("date")))
    except ValueError:
        return None


def _measures(manifest: dict[str, Any]) -> dict[str, float]:
    """What the night measured of the version on held-out pairs, by name; numbers only."""
    found = (manifest.get("measures") or {}).get("new") or {}
    return {
        name: float(value)
        for name, value in found.items()
        if isinstance(value, (int, float)) and not isinstance(value, bool)
    }
