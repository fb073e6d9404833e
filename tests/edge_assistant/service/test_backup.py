"""Everything in one file, and back."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import tarfile
from datetime import datetime
from pathlib import Path

import pytest

from edge_assistant.domain import ACTIVITY_CLASSES
from edge_assistant.errors import DataError, LockedError, StoreError, UsageError
from edge_assistant.paths import Paths
from edge_assistant.service.backup import restore_backup, write_backup
from edge_assistant.service.lock import HomeLock
from edge_assistant.service.views.study import study_lines
from edge_assistant.storage.store import Store


@pytest.fixture
def lived(person):
    person.live(10, "writing a secret letter")
    person.core.call("feedback", {"id": person.ask_for_one().id, "reaction": "accepted"})
    person.core.call("settings.set", {"section": "presence", "field": "level", "value": "rare"})
    version = person.core.service.paths.adapters / "me" / "0001-abcdef01"
    version.mkdir(parents=True)
    (version / "adapter.gguf").write_bytes(bytes(range(256)) * 100)
    (version.parent / "partial-0002").mkdir()
    (version.parent / "partial-0002" / "adapter.gguf").write_bytes(b"half")
    return person


def other_home(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "elsewhere" / "home", tmp_path / "elsewhere" / "cache")


def test_moves_to_another_machine(lived, open_core, tmp_path, monkeypatch):
    target = tmp_path / "kept" / "assistant.backup"
    told = lived.core.call("backup", {"path": str(target)})
    assert told["bytes"] == target.stat().st_size and stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    there = other_home(tmp_path)
    manifest = restore_backup(there, target)
    assert manifest["moved"] == "" and len(manifest["files"]) == 3
    adapter = Path("me", "0001-abcdef01", "adapter.gguf")
    assert (there.adapters / adapter).read_bytes() == (lived.core.service.paths.adapters / adapter).read_bytes()
    assert not (there.adapters / "me" / "partial-0002").exists()
    assert stat.S_IMODE(there.home.stat().st_mode) == 0o700
    assert stat.S_IMODE(there.store.stat().st_mode) == 0o600
    monkeypatch.setenv("EDGE_ASSISTANT_HOME", str(there.home))
    moved = open_core(start=lived.clock.now())
    assert moved.core.call("feed") == lived.core.call("feed")
    assert moved.beliefs() == lived.beliefs()
    assert moved.core.status().level == "rare"


def test_a_home_with_something_is_moved_aside(lived, tmp_path):
    target = tmp_path / "a.backup"
    paths = lived.core.service.paths
    write_backup(paths, target)
    with pytest.raises(StoreError, match="--replace"):
        restore_backup(paths, target)
    lived.core.service.store.close()
    former = paths.store.read_bytes()
    moved = Path(restore_backup(paths, target, replace=True)["moved"])
    assert (moved / "store.sqlite").read_bytes() == former


def test_a_running_core_is_not_replaced(lived, tmp_path):
    target = tmp_path / "a.backup"
    paths = lived.core.service.paths
    write_backup(paths, target)
    with HomeLock(paths.home), pytest.raises(LockedError, match="is running"):
        restore_backup(paths, target, replace=True)


def test_damage_is_noticed_and_leaves_the_home_alone(lived, tmp_path):
    target = tmp_path / "a.backup"
    write_backup(lived.core.service.paths, target)
    whole = target.read_bytes()
    there = other_home(tmp_path)
    for damaged in (whole[: len(whole) // 2], b"nothing", whole[:200] + bytes(50) + whole[250:]):
        target.write_bytes(damaged)
        with pytest.raises(DataError, match="another copy"):
            restore_backup(there, target)
        assert not there.store.exists()
        assert not list(there.home.parent.glob(".edge-assistant-restore*"))


def archive_of(target: Path, files: dict[str, object]) -> Path:
    """A hand-made archive: what is no text becomes JSON."""
    with tarfile.open(target, "w:gz") as archive:
        for name, content in files.items():
            data = (content if isinstance(content, str) else json.dumps(content)).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target


KEPT = "[presence]\n"
LISTED = {"config.toml": {"sha256": hashlib.sha256(KEPT.encode()).hexdigest()}}


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        {"format": 1, "time": "2026", "files": []},
        {"format": 1, "time": "2026", "files": {"config.toml": 3}},
        {"format": "1", "time": "2026", "files": LISTED},
        {"format": 1, "files": LISTED},
        {"format": 1, "time": 3, "files": LISTED},
        {"format": 1, "time": "2026", "files": {}},
        {"format": 1, "time": "2026", "files": LISTED | {"ideas.toml": LISTED["config.toml"]}},
        "[" * 100_000,
    ],
)
def test_an_odd_manifest_is_damage_and_nothing_is_restored(tmp_path, manifest):
    source = archive_of(tmp_path / "a.backup", {"config.toml": KEPT, "manifest.json": manifest})
    there = other_home(tmp_path)
    with pytest.raises(DataError, match=r"manifest.*another copy"):
        restore_backup(there, source)
    assert not there.config.exists()


def test_a_hand_made_archive_with_a_sound_manifest_is_restored(tmp_path):
    manifest = {"format": 1, "time": "2026", "files": LISTED}
    source = archive_of(tmp_path / "a.backup", {"config.toml": KEPT, "manifest.json": manifest})
    there = other_home(tmp_path)
    restore_backup(there, source)
    assert there.config.read_text() == KEPT


@pytest.mark.parametrize(
    "name", ["store.sqlite", "store.sqlite-wal", "config.toml", "ideas.toml", "core.lock", "adapters/me/x", "link", "."]
)
def test_the_homes_own_files_are_no_place_for_a_backup(lived, name):
    paths = lived.core.service.paths
    (paths.home / "link").symlink_to(paths.store)
    before = {path: path.read_bytes() for path in paths.home.rglob("*") if path.is_file()}
    with pytest.raises(UsageError, match="name a"):
        write_backup(paths, paths.home / name, lived.core.service.store)
    assert {path: path.read_bytes() for path in paths.home.rglob("*") if path.is_file()} == before


def test_a_hard_link_is_the_homes_own_file(lived, tmp_path):
    other = tmp_path / "other"
    other.hardlink_to(lived.core.service.paths.config)
    with pytest.raises(UsageError, match="name another"):
        write_backup(lived.core.service.paths, other)


def test_a_home_for_reading_only_is_kept_too(lived, tmp_path, monkeypatch):
    paths = lived.core.service.paths
    lived.core.service.store.close()
    opened = Store.open

    def read_only_disk(path, *, read_only=False, **named):
        if Path(path) == paths.store and not read_only:
            raise StoreError("store: the disk is for reading only")
        return opened(path, read_only=read_only, **named)

    monkeypatch.setattr(Store, "open", read_only_disk)
    monkeypatch.setattr("os.access", lambda _path, _mode: False)  # as root, no mode of a file would refuse
    assert write_backup(paths, tmp_path / "a.backup") > 0


def test_a_store_that_is_a_folder_is_told(tmp_path):
    paths = other_home(tmp_path)
    paths.store.mkdir(parents=True)
    with pytest.raises(StoreError, match=r"store.sqlite: is a folder"):
        write_backup(paths, tmp_path / "a.backup")
    assert not (tmp_path / "a.backup").exists()


def test_a_home_that_cannot_be_made_is_named_and_the_backup_is_not_blamed(lived, tmp_path):
    target = tmp_path / "a.backup"
    write_backup(lived.core.service.paths, target)
    file = tmp_path / "file"
    file.write_text("")
    for home in (file, file / "home"):
        with pytest.raises(StoreError, match=r"^home .*--home") as told:
            restore_backup(Paths(home, tmp_path / "cache"), target)
        assert "a.backup" not in str(told.value)
    with pytest.raises(StoreError, match=r"nothing.backup: No such file"):
        restore_backup(other_home(tmp_path), tmp_path / "nothing.backup")


@pytest.mark.parametrize("name", ["../outside", "/etc/x", "adapters/../../x", "other.txt"])
def test_nothing_is_written_outside(tmp_path, name):
    target = tmp_path / "evil.backup"
    with tarfile.open(target, "w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = 4
        archive.addfile(info, io.BytesIO(b"evil"))
    with pytest.raises(DataError, match="our backups never do"):
        restore_backup(other_home(tmp_path), target)
    assert not (tmp_path / "outside").exists() and not (tmp_path / "elsewhere" / "outside").exists()


def test_an_empty_home_has_nothing_to_keep(tmp_path):
    with pytest.raises(StoreError, match="nothing to back up"):
        write_backup(other_home(tmp_path), tmp_path / "a.backup")


def test_one_owner_of_a_home(tmp_path):
    home = tmp_path / "home"
    with HomeLock(home), pytest.raises(LockedError, match=r"process \d+ is running"), HomeLock(home):
        pass
    with HomeLock(home):
        pass


def test_a_study_gets_no_texts(lived):
    lived.live(60, "seeing doctor Miller")
    texts = {entry["text"] for entry in lived.core.call("feed")["entries"]}
    lines = list(study_lines(lived.core.service))
    assert [line["line"] for line in lines][:2] == ["head", "day"]
    whole = json.dumps(lines)
    for text in (*texts, "Miller", "letter", "2026"):
        assert text not in whole
    accepted = [line for line in lines if line.get("state") == "accepted"]
    assert accepted and accepted[0]["chance"] > 0 and accepted[0]["activity_kind"]


def test_a_study_sees_the_silent_decisions_as_runs(lived):
    lived.live(40, "seeing doctor Miller")
    lines = list(study_lines(lived.core.service))
    runs = [line for line in lines if line["line"] == "silence"]
    (day,) = [line for line in lines if line["line"] == "day"]
    assert sum(run["ticks"] for run in runs) == sum(day["silent"].values())
    assert len(runs) < day["ticks"]
    starts = [run["awake_minutes"] for run in runs]
    assert starts == sorted(starts)
    for run in runs:
        assert run["activity_kind"] in ACTIVITY_CLASSES
        assert 0 <= run["chance"] <= run["best_chance"] <= 1
        assert 0 <= run["threshold"] <= 1
    one, other = runs[0], runs[1]
    assert (one["activity_kind"], one["why"]) != (other["activity_kind"], other["why"])


def test_silent_decisions_go_with_the_span_that_is_forgotten(lived):
    lived.live(40, "seeing doctor Miller")
    log = lived.core.service.log
    ((date, runs),) = log.silences().items()
    middle = runs[len(runs) // 2].time
    lived.core.call("memory.forget", {"since": middle, "preview": False})
    left = log.silences()[date]
    assert 0 < len(left) < len(runs)
    assert all(not run.touches(datetime.fromisoformat(middle), None) for run in left)
