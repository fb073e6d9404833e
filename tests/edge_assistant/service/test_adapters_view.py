"""A person's adapters as a screen shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from edge_assistant.paths import Paths
from edge_assistant.service.views.adapters import adapter_views, roll_back, served_adapter
from edge_assistant.training.versions.registry import AdapterRegistry
from edge_assistant.training.versions.version import CARD, PERSONAL, SERVED

BASE = "b" * 64


def _add(registry: AdapterRegistry, folder: Path, content: str, accuracy: float) -> str:
    folder.mkdir(exist_ok=True)
    for name in (SERVED, PERSONAL, CARD):
        (folder / name).write_text(f"{name} {content}")
    manifest = {
        "base": {"sha256": BASE},
        "pairs": [content],
        "pairs_hash": content,
        "date": "2026-03-03T03:10:00+00:00",
        "measures": {"promoted": True, "new": {"pairs": 12, "accuracy": accuracy, "faultless": None}},
    }
    return registry.add("me", folder, manifest).name


def test_versions_are_shown_newest_first_with_date_state_and_measures(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "home", tmp_path / "cache")
    registry = AdapterRegistry(paths.adapters)
    first = _add(registry, tmp_path / "made", "one", 0.7)
    registry.promote("me", first, "better than none")
    second = _add(registry, tmp_path / "made", "two", 0.4)
    registry.reject("me", second, "orders worse")

    newest, oldest = adapter_views(paths)
    assert (newest.version, newest.state, newest.detail) == (second, "rejected", "orders worse")
    assert (oldest.version, oldest.state, oldest.measures) == (first, "current", {"pairs": 12.0, "accuracy": 0.7})
    assert oldest.time == datetime(2026, 3, 3, 3, 10, tzinfo=UTC)


def test_only_an_adapter_of_this_base_is_served_and_it_can_be_taken_back(tmp_path: Path) -> None:
    paths = Paths(tmp_path / "home", tmp_path / "cache")
    registry = AdapterRegistry(paths.adapters)
    name = _add(registry, tmp_path / "made", "one", 0.7)
    registry.promote("me", name)
    served = served_adapter(paths, BASE)
    assert served is not None and served[0] == name
    assert served_adapter(paths, "c" * 64) is None
    roll_back(paths)
    assert served_adapter(paths, BASE) is None
