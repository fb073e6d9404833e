"""Everything in one file, and back."""

from __future__ import annotations

import io
import json
import stat
import tarfile
from datetime import datetime
from pathlib import Path

import pytest

from edge_assistant.domain import ACTIVITY_KINDS
from edge_assistant.errors import DataError, LockedError, StoreError
from edge_assistant.paths import Paths
from edge_assistant.personal.backup import restore_backup, write_backup
from edge_assistant.personal.lock import HomeLock, owner_of
from edge_assistant.personal.quiet import QuietLog
from edge_assistant.personal.study import study_lines


@pytest.fixture
def lived(person):
    person.live(10, "writing a secret letter")
    person.core.call("feedback", {"id": person.ask_for_one().id, "reaction": "accepted"})
    person.core.call("settings.set", {"section": "presence", "field": "level", "value": "rare"})
    version = person.core.body.paths.adapters / "me" / "0001-abcdef01"
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
    assert (there.adapters / adapter).read_bytes() == (lived.core.body.paths.adapters / adapter).read_bytes()
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
    paths = lived.core.body.paths
    write_backup(paths, target)
    with pytest.raises(StoreError, match="--replace"):
        restore_backup(paths, target)
    lived.core.body.store.close()
    former = paths.store.read_bytes()
    moved = Path(restore_backup(paths, target, replace=True)["moved"])
    assert (moved / "store.sqlite").read_bytes() == former


def test_a_running_core_is_not_replaced(lived, tmp_path):
    target = tmp_path / "a.backup"
    paths = lived.core.body.paths
    write_backup(paths, target)
    with HomeLock(paths.home), pytest.raises(LockedError, match="is running"):
        restore_backup(paths, target, replace=True)


def test_damage_is_noticed_and_leaves_the_home_alone(lived, tmp_path):
    target = tmp_path / "a.backup"
    write_backup(lived.core.body.paths, target)
    whole = target.read_bytes()
    there = other_home(tmp_path)
    for damaged in (whole[: len(whole) // 2], b"nothing", whole[:200] + bytes(50) + whole[250:]):
        target.write_bytes(damaged)
        with pytest.raises(DataError, match="another copy"):
            restore_backup(there, target)
        assert not there.store.exists()
        assert not list(there.home.parent.glob(".edge-assistant-restore*"))


@pytest.mark.parametrize("name", ["../outside", "/etc/x", "adapters/../../x", "other.txt"])
def test_nothing_is_written_outside(tmp_path, name):
    target = tmp_path / "evil.backup"
    with tarfile.open(target, "w:gz") as archive:
        info = tarfile.TarInfo(name)
        info.size = 4
        archive.addfile(info, io.BytesIO(b"evil"))
    with pytest.raises(DataError, match="no backup of ours"):
        restore_backup(other_home(tmp_path), target)
    assert not (tmp_path / "outside").exists() and not (tmp_path / "elsewhere" / "outside").exists()


def test_an_empty_home_has_nothing_to_keep(tmp_path):
    with pytest.raises(StoreError, match="nothing to back up"):
        write_backup(other_home(tmp_path), tmp_path / "a.backup")


def test_one_owner_of_a_home(tmp_path):
    home = tmp_path / "home"
    assert owner_of(home) == 0
    with HomeLock(home):
        assert owner_of(home) > 0
        with pytest.raises(LockedError, match=r"process \d+ is running"), HomeLock(home):
            pass
    assert owner_of(home) == 0
    with HomeLock(home):
        pass


def test_a_study_gets_no_texts(lived):
    lived.live(60, "seeing doctor Miller")
    texts = {entry["text"] for entry in lived.core.call("feed")["entries"]}
    lines = list(study_lines(lived.core.body))
    assert [line["line"] for line in lines][:2] == ["head", "day"]
    whole = json.dumps(lines)
    for text in (*texts, "Miller", "letter", "2026"):
        assert text not in whole
    accepted = [line for line in lines if line.get("state") == "accepted"]
    assert accepted and accepted[0]["chance"] > 0 and accepted[0]["activity_kind"]


def test_a_study_sees_the_silent_decisions_as_runs(lived):
    lived.live(40, "seeing doctor Miller")
    lines = list(study_lines(lived.core.body))
    runs = [line for line in lines if line["line"] == "silence"]
    (day,) = [line for line in lines if line["line"] == "day"]
    assert sum(run["ticks"] for run in runs) == sum(day["silent"].values())
    assert len(runs) < day["ticks"]
    starts = [run["awake_minutes"] for run in runs]
    assert starts == sorted(starts)
    for run in runs:
        assert run["activity_kind"] in ACTIVITY_KINDS
        assert 0 <= run["chance"] <= run["best_chance"] <= 1
        assert 0 <= run["threshold"] <= 1
    one, other = runs[0], runs[1]
    assert (one["activity_kind"], one["why"]) != (other["activity_kind"], other["why"])


def test_silent_decisions_go_with_the_span_that_is_forgotten(lived):
    lived.live(40, "seeing doctor Miller")
    log = QuietLog(lived.core.body.store)
    (date,) = log.dates()
    runs = log.of_day(date)
    middle = runs[len(runs) // 2].time
    lived.core.call("memory.forget", {"since": middle, "preview": False})
    left = log.of_day(date)
    assert 0 < len(left) < len(runs)
    assert all(not run.touches(datetime.fromisoformat(middle), None) for run in left)
