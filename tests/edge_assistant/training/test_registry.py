"""The registry: whole versions only, one in use, back at once, and nothing half after any end of the process."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from edge_assistant.errors import ModelError, UsageError
from edge_assistant.training.files import MANIFEST
from edge_assistant.training.versions.export import choose_version
from edge_assistant.training.versions.registry import STATE, AdapterRegistry
from edge_assistant.training.versions.version import CARD, PERSONAL, SERVED


def made(folder: Path, content: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in (SERVED, PERSONAL, CARD):
        (folder / name).write_text(f"{name} {content}")
    return folder


def manifest(*pairs: str) -> dict[str, object]:
    return {"base": {"sha256": "b" * 64}, "pairs": list(pairs), "pairs_hash": "-".join(pairs)}


BAD_PARTS: tuple[dict[str, object], ...] = (
    {"measures": 3},
    {"measures": {"new": 3}},
    {"base": 3},
    {"pairs": 3},
    {"files": {}},
    {"files": 3},
)
"""JSON, but not what the registry writes."""


@pytest.fixture
def registry(tmp_path: Path) -> AdapterRegistry:
    return AdapterRegistry(tmp_path / "adapters")


def add(registry: AdapterRegistry, tmp_path: Path, content: str, *pairs: str, owner: str = "me"):
    return registry.add(owner, made(tmp_path / "made", content), manifest(*pairs))


def test_a_version_is_numbered_and_hashed(registry: AdapterRegistry, tmp_path: Path) -> None:
    first, second = add(registry, tmp_path, "one", "p1"), add(registry, tmp_path, "two", "p2")
    assert [version.number for version in registry.versions("me")] == [1, 2]
    assert first.name[:5] == "0001-" and first.name[5:] != second.name[5:]
    assert second.manifest["files"][SERVED]["size"] == len(f"{SERVED} two")
    assert registry.current("me") is None  # a new version serves nobody until it has proved better


def test_the_same_content_is_one_version(registry: AdapterRegistry, tmp_path: Path) -> None:
    assert add(registry, tmp_path, "one", "p1").name == add(registry, tmp_path, "one", "p1").name
    assert len(registry.versions("me")) == 1


def test_promotion_and_rollback(registry: AdapterRegistry, tmp_path: Path) -> None:
    one, two, three = (add(registry, tmp_path, text, text) for text in ("one", "two", "three"))
    registry.promote("me", one.name)
    registry.promote("me", two.name, "0.8 instead of 0.6")
    registry.reject("me", three.name, "perplexity 7 % higher")
    assert registry.current("me").name == two.name
    assert [v.status for v in registry.versions("me")] == ["retired", "promoted", "rejected"]
    assert two.name in registry.get("me", one.name).note
    assert registry.rollback("me").name == one.name
    assert registry.rollback("me") is None
    with pytest.raises(UsageError, match="nothing to roll back"):
        registry.rollback("me")
    assert registry.get("me", "3").note == "perplexity 7 % higher"


def test_a_version_is_found_by_number_hash_or_name(registry: AdapterRegistry, tmp_path: Path) -> None:
    version = add(registry, tmp_path, "one")
    for name in ("1", "0001", version.name, version.name[5:], ""):
        assert registry.get("me", name).name == version.name
    with pytest.raises(UsageError, match=version.name):
        registry.get("me", "7")
    with pytest.raises(UsageError, match="there are none"):
        registry.get("p01", "")
    with pytest.raises(UsageError, match="owner"):
        registry.versions("../elsewhere")


@pytest.mark.parametrize("name", [SERVED, PERSONAL])
def test_a_changed_file_is_noticed_and_not_promoted(registry: AdapterRegistry, tmp_path: Path, name: str) -> None:
    version = add(registry, tmp_path, "one")
    path = version.folder / name
    path.write_bytes(path.read_bytes()[::-1])  # the same size
    assert registry.get("me", "1").problems() == [f"{name} has another checksum"]
    with pytest.raises(ModelError, match="another checksum"):
        registry.promote("me", "1")


def test_what_is_not_whole_is_not_listed(registry: AdapterRegistry, tmp_path: Path) -> None:
    version = add(registry, tmp_path, "one")
    text = (version.folder / MANIFEST).read_text()
    (version.folder / MANIFEST).unlink()
    assert registry.versions("me") == []
    (version.folder / MANIFEST).write_text(text[: len(text) // 2])
    assert registry.versions("me") == []
    (version.folder / MANIFEST).write_text(text)
    assert len(registry.versions("me")) == 1
    (version.folder / SERVED).unlink()
    assert registry.versions("me") == []


def test_what_is_damaged_is_listed_with_its_faults(registry: AdapterRegistry, tmp_path: Path) -> None:
    one, two = add(registry, tmp_path, "one", "p1"), add(registry, tmp_path, "two", "p2")
    registry.promote("me", two.name)
    registry.promote("me", one.name)
    text = (one.folder / MANIFEST).read_text()
    for damaged in (text[:40], "[]", *(json.dumps(json.loads(text) | part) for part in BAD_PARTS)):
        (one.folder / MANIFEST).write_text(damaged)
        found = registry.listed("me")
        assert [version.name for version in found] == [one.name, two.name] and found[0].status == "promoted"
        assert found[0].problems() and not found[1].problems()
        with pytest.raises(ModelError, match=r"damaged.*rollback"):
            registry.get("me")  # the one in use, not silently another
        with pytest.raises(ModelError, match="damaged"):
            choose_version(registry, "me")
    (one.folder / MANIFEST).unlink()
    assert registry.listed("me")[0].faults
    (one.folder / MANIFEST).write_text(text)
    (one.folder / SERVED).write_text("cut")
    assert SERVED in registry.listed("me")[0].faults[0]
    again = add(registry, tmp_path, "one", "p1")
    assert (again.name, registry.current("me").name) == (one.name, one.name)  # trained again, it is whole again
    shutil.rmtree(one.folder)
    assert registry.listed("me")[0].faults and registry.current("me") is None
    assert registry.rollback("me").name == two.name


@pytest.mark.parametrize(
    "state",
    [["x"], {"history": 3}, {"history": [3]}, {"statuses": [1]}, {"statuses": {"0001-x": 3}}, {"current": "../x"}, "{"],
)
def test_a_damaged_state_is_told(registry: AdapterRegistry, tmp_path: Path, state: object) -> None:
    version = add(registry, tmp_path, "one")
    path = version.folder.parent / STATE
    path.write_text(state if isinstance(state, str) else json.dumps(state))
    for act in (registry.versions, registry.listed, registry.current, registry.rollback):
        with pytest.raises(ModelError, match=r"state\.json: is damaged; move it away"):
            act("me")


def test_incomplete_training_is_refused(registry: AdapterRegistry, tmp_path: Path) -> None:
    folder = made(tmp_path / "made", "one")
    (folder / CARD).unlink()
    with pytest.raises(ModelError, match=r"card\.md missing"):
        registry.add("me", folder, manifest())


def test_forgetting_marks_all_that_learned_it(registry: AdapterRegistry, tmp_path: Path) -> None:
    clean = add(registry, tmp_path, "one", "a", "b")
    stained, later = add(registry, tmp_path, "two", "b", "c"), add(registry, tmp_path, "three", "c", "d")
    for version in (clean, stained, later):
        registry.promote("me", version.name)
    assert {v.name for v in registry.mark("me", ["c"], "something was forgotten")} == {stained.name, later.name}
    assert registry.current("me").name == clean.name
    with pytest.raises(ModelError, match="something was forgotten"):
        registry.promote("me", later.name)
    assert registry.mark("me", ["z"], "") == []
    assert registry.rollback("me") is None


WORK = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from edge_assistant.training.versions.registry import AdapterRegistry
    from edge_assistant.training.versions.version import SERVED, PERSONAL, CARD
    root, made = Path(sys.argv[1]), Path(sys.argv[2])
    registry = AdapterRegistry(root)
    print("ready", flush=True)
    for number in range(8):
        made.mkdir(exist_ok=True)
        for name in (SERVED, PERSONAL, CARD):
            (made / name).write_bytes(bytes([number]) * 300_000)
        version = registry.add("me", made, {"pairs": [str(number)], "pairs_hash": str(number)})
        if number % 3 == 2:
            registry.reject("me", version.name, "no better")
        else:
            registry.promote("me", version.name)
    """
)


def outcome(registry: AdapterRegistry) -> list[tuple[str, str]]:
    return [(version.name, version.status) for version in registry.versions("me")]


def killed_often(tmp_path: Path, times: int) -> None:
    """Kill the work at random moments; whatever is listed is whole, and in the end all is as if undisturbed."""

    def work(place: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", WORK, str(tmp_path / place), str(tmp_path / f"made-{place}")]
        return subprocess.Popen(command, stdout=subprocess.PIPE)

    started = time.perf_counter()
    quiet = work("quiet")
    quiet.stdout.readline()
    begun = time.perf_counter()
    assert quiet.wait(120) == 0
    seconds, registry = time.perf_counter() - begun, AdapterRegistry(tmp_path / "killed")
    rng = random.Random(int(started))
    for _ in range(times):
        child = work("killed")
        child.stdout.readline()
        time.sleep(rng.uniform(0, seconds))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        for version in registry.versions("me"):
            assert version.problems() == []
        state = registry.root / "me" / STATE
        if state.exists():
            current = json.loads(state.read_text())["current"]
            assert current is None or registry.current("me").name == current
    assert work("killed").wait(120) == 0
    assert outcome(registry) == outcome(AdapterRegistry(tmp_path / "quiet"))
    assert not list((registry.root / "me").glob(".partial-*")) and not list((registry.root / "me").glob(".old-*"))


def test_killed_at_random_the_registry_ends_the_same(tmp_path: Path) -> None:
    killed_often(tmp_path, 3)


@pytest.mark.study
def test_killed_twenty_times_the_registry_ends_the_same(tmp_path: Path) -> None:
    killed_often(tmp_path, 20)


def test_a_home_that_an_adapter_makes_is_private(tmp_path: Path) -> None:
    registry = AdapterRegistry(tmp_path / "home" / "adapters")
    registry.work_folder("me")
    for folder in (tmp_path / "home", registry.root, registry.root / "me"):
        assert folder.stat().st_mode & 0o077 == 0
