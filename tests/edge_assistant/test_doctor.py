"""The doctor: fine on an empty home, and right about what is broken."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.cli import main
from edge_assistant.doctor import contents, machine, models
from edge_assistant.doctor.embed_offline import refuse_connections
from edge_assistant.doctor.finding import BROKEN, NOTE, OK, WARNING, Finding
from edge_assistant.paths import Paths
from edge_assistant.storage.store import Store


def report(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any], dict[str, dict[str, Any]]]:
    """Exit code, the whole report, and its checks by name."""
    exit_code = main(["doctor", "--json", *options])
    data = json.loads(capsys.readouterr().out)
    return exit_code, data, {check["name"]: check for check in data["checks"]}


def test_an_empty_home_is_fine_and_stays_empty(capsys: pytest.CaptureFixture[str], own_folders: Path) -> None:
    exit_code, data, checks = report(capsys, "--quick")
    assert exit_code == 0, data
    assert data["ok"] is True
    assert checks["home"]["status"] == checks["store"]["status"] == NOTE
    assert checks["settings"]["status"] == checks["packages"]["status"] == OK
    assert not own_folders.exists()


def test_the_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--quick"]) == 0
    out = capsys.readouterr().out
    assert "python" in out
    assert "packages" in out


@pytest.mark.model
def test_models_work_offline(capsys: pytest.CaptureFixture[str]) -> None:
    exit_code, data, checks = report(capsys)
    assert exit_code == 0, data
    assert checks["language model"]["status"] == checks["engine"]["status"] == OK
    assert checks["embedding, offline"]["details"]["dimension"] == 384


@pytest.mark.model
def test_an_embedding_folder_without_a_model_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_ASSISTANT_EMBEDDING__PATH", str(tmp_path))
    finding = models.check_offline()
    assert finding.status == BROKEN
    assert str(tmp_path) in finding.summary
    assert "\n" not in finding.summary


def test_a_sound_store_is_ok() -> None:
    path = Paths.from_environment().store
    path.parent.mkdir(parents=True)
    Store.open(path).close()
    assert contents.check_store().status == OK


def test_a_damaged_store_is_broken_and_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    path = Paths.from_environment().store
    path.parent.mkdir(parents=True)
    path.write_bytes(b"this is no database" * 1000)
    exit_code, data, checks = report(capsys, "--quick")
    assert exit_code == 1
    assert data["ok"] is False
    assert checks["store"]["status"] == BROKEN
    assert path.read_bytes() == b"this is no database" * 1000


def test_bad_settings_are_named_and_the_rest_still_runs(capsys: pytest.CaptureFixture[str]) -> None:
    path = Paths.from_environment().config
    path.parent.mkdir(parents=True)
    path.write_text("[limits]\nper_dya = 3\n", encoding="utf-8")
    assert main(["doctor", "--quick", "--json"]) == 1
    assert "'advice' says what to do" in capsys.readouterr().err
    exit_code, _, checks = report(capsys, "--quick")
    assert exit_code == 1
    assert "limits.per_dya" in checks["settings"]["summary"]
    assert checks["language model"]["status"] == WARNING
    assert checks["packages"]["status"] == OK


def test_a_configured_model_that_is_not_there_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDGE_ASSISTANT_MODEL__PATH", str(tmp_path / "missing.gguf"))
    assert models.check_language_model().status == BROKEN


def test_a_file_that_is_no_gguf_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"MZ" * 100)
    monkeypatch.setenv("EDGE_ASSISTANT_MODEL__PATH", str(path))
    finding = models.check_language_model()
    assert finding.status == BROKEN
    assert str(path) in finding.summary


def test_a_home_that_is_a_file_is_broken(own_folders: Path) -> None:
    own_folders.write_text("", encoding="utf-8")
    assert machine.check_home().status == BROKEN


def test_a_bad_idea_is_told_and_the_others_serve() -> None:
    path = Paths.from_environment().ideas
    path.parent.mkdir(parents=True)
    path.write_text("[[idea]]\nid = 3\n", encoding="utf-8")
    finding = contents.check_ideas()
    assert finding.status == WARNING and finding.details["left_out"]
    assert f"left out: {path}: " in finding.summary


def test_a_check_that_fails_unexpectedly_does_not_hide_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check_python() -> Finding:
        raise ZeroDivisionError("no such luck")

    monkeypatch.setattr(machine, "check_python", check_python)
    exit_code, _, checks = report(capsys, "--quick")
    assert exit_code == 1
    assert "no such luck" in checks["python"]["summary"]
    assert checks["packages"]["status"] == OK


def test_the_offline_check_refuses_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, getattr(socket.socket, name))
    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, getattr(socket, name))
    refuse_connections()
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket() as client,
        pytest.raises(OSError, match="refused a connection"),
    ):
        client.connect(server.getsockname())
