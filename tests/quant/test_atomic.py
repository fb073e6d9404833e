"""Files appear whole or not at all, with the permissions that were asked for."""

from __future__ import annotations

import json
import os
import threading

import pytest

from quant import atomic
from quant.atomic import PARTIAL, aside_of, remove_leftovers, replacing, write_bytes, write_json, write_text
from quant.errors import CallError


def test_a_file_is_replaced_at_the_end_and_nothing_stays_beside_it(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replacing(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old" and aside.parent == tmp_path
    assert path.read_text() == "new" and list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def half() -> None:
        with replacing(path) as aside:
            aside.write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_private_files_are_private_from_the_first_byte(tmp_path):
    path = tmp_path / "a.json"
    with replacing(path, mode=0o600) as aside:
        assert aside.stat().st_mode & 0o777 == 0o600
        aside.write_text("secret")
    assert path.stat().st_mode & 0o777 == 0o600


def test_bytes_texts_and_json(tmp_path):
    write_bytes(tmp_path / "a", b"\0")
    write_text(tmp_path / "b", "\u00e9")
    write_json(tmp_path / "c", {"\u00e9": 1})
    assert (tmp_path / "a").read_bytes() == b"\0" and (tmp_path / "b").read_text("utf-8") == "\u00e9"
    assert json.loads((tmp_path / "c").read_text("utf-8")) == {"\u00e9": 1}
    with pytest.raises(CallError):
        write_text(tmp_path, "x")


def test_synced_before_it_is_renamed(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(atomic, "sync", lambda path: done.append((path.name, (tmp_path / "a").exists())))
    with replacing(tmp_path / "a") as aside:
        aside.write_text("x")
    assert done == [(aside.name, False), (tmp_path.name, True)]


def test_threads_do_not_share_a_name(tmp_path):
    names = set()
    threads = [threading.Thread(target=lambda: names.add(aside_of(tmp_path / "a"))) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    assert aside_of(tmp_path / "a") not in names


def test_leftovers_of_the_dead_go(tmp_path):
    dead, living, other = (
        tmp_path / f"a[1].gguf.4194999-7{PARTIAL}",
        tmp_path / f"a[1].gguf.{os.getppid()}-7{PARTIAL}",
        tmp_path / f"a1.gguf.4194999-7{PARTIAL}",
    )
    for path in (dead, living, other):
        path.write_text("")
    remove_leftovers(tmp_path / "a[1].gguf")
    assert not dead.exists() and living.exists() and other.exists()
