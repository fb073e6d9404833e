"""The root command: lazy commands, one line an error, exit codes."""

from __future__ import annotations

import errno
import subprocess
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from edge_assistant import cli
from edge_assistant.commands import COMMANDS
from edge_assistant.errors import ConfigError, LockedError

FULL = Path("/dev/full")


def run_child(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge_assistant.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def add_command(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., None]], None]:
    """Registers a function as the command `trial`, in a module of its own as a package would have it."""

    def add(function: Callable[..., None]) -> None:
        module = types.ModuleType("trial_command")
        app = typer.Typer()
        app.command()(function)
        module.app = app  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "trial_command", module)
        monkeypatch.setitem(COMMANDS, "trial", "trial_command:app")

    return add


def test_version() -> None:
    child = run_child("--version")
    assert (child.returncode, child.stdout, child.stderr) == (0, "edge-assistant 0.1.0\n", "")


def test_help_lists_every_command_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out = capsys.readouterr().out
    for name in ("doctor", "ideas", "simulate", "personas", "bench"):
        assert name in out
    assert "edge-assistant simulate --personas" in out


def test_help_imports_no_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(COMMANDS, "explosive", "this_module_is_not_there.at_all:app")
    assert cli.main(["--help"]) == 0
    assert "explosive" in capsys.readouterr().out


def test_a_command_without_a_module_is_a_clean_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(COMMANDS, "explosive", "this_module_is_not_there.at_all:app")
    assert cli.main(["explosive"]) == 8
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "this_module_is_not_there" in err


def test_a_single_command_becomes_the_plain_command(
    add_command: Callable[[Callable[..., None]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def trial(count: int = 1) -> None:
        typer.echo("x" * count)

    add_command(trial)
    assert cli.main(["trial", "--count", "3"]) == 0
    assert capsys.readouterr().out == "xxx\n"


def test_an_unknown_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["simulat"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert "simulat" in captured.err
    assert "--help" in captured.err


def test_an_unknown_option_names_the_commands_own_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor", "--colour"]) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "edge-assistant doctor --help" in err


@pytest.mark.parametrize(
    ("error", "exit_code", "words"),
    [
        (ConfigError("config.toml: limits: wrong\nmend it"), 3, "config.toml: limits: wrong mend it"),
        (LockedError("store x: in use"), 7, "in use"),
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), 5, "the disk is full at /data/x"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/x"), 5, "Permission denied at /data/x"),
        (MemoryError("Unable to allocate 21.4 MiB"), 1, "not enough memory; close other programs"),
        (KeyboardInterrupt(), 130, "error: interrupted; "),
        (typer.Exit(4), 4, ""),
    ],
)
def test_what_a_user_can_mend_is_one_line_and_an_exit_code(
    add_command: Callable[[Callable[..., None]], None],
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    exit_code: int,
    words: str,
) -> None:
    def trial() -> None:
        raise error

    add_command(trial)
    assert cli.main(["trial"]) == exit_code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") <= 1
    assert words in captured.err
    assert "Traceback" not in captured.err


def test_a_defect_is_one_line_that_says_how_to_see_more(
    add_command: Callable[[Callable[..., None]], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def trial() -> None:
        raise ZeroDivisionError("division\nby zero")

    add_command(trial)
    assert cli.main(["trial"]) == 1
    err = capsys.readouterr().err
    assert err.startswith("error: unexpected ZeroDivisionError: division by zero; ")
    assert err.count("\n") == 1
    assert cli.DEBUG_VARIABLE in err


@pytest.mark.parametrize(("error", "exit_code"), [(ConfigError("wrong"), 3), (ZeroDivisionError(), 1)])
def test_a_traceback_is_shown_on_request(
    add_command: Callable[[Callable[..., None]], None],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    exit_code: int,
) -> None:
    def trial() -> None:
        raise error

    add_command(trial)
    monkeypatch.setenv(cli.DEBUG_VARIABLE, "1")
    assert cli.main(["trial"]) == exit_code
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ("--home", "~nobody-of-this-name/x", "status"),
        ("backup", "~nobody-of-this-name/x"),
        ("restore", "~nobody-of-this-name/x"),
    ],
)
def test_a_folder_of_nobody_is_a_wrong_call(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert cli.main(arguments) == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ~nobody-of-this-name/x: there is no user of this name")
    assert err.count("\n") == 1


@pytest.mark.skipif(not FULL.exists(), reason="the system has no device that is always full")
def test_a_full_disk_is_one_line() -> None:
    command = [sys.executable, "-m", "edge_assistant.cli", "ideas", "list"]
    with FULL.open("w") as full:
        child = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert child.returncode == 5
    assert "the disk is full" in child.stderr
    assert "Traceback" not in child.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_the_caller_has_closed_are_no_error(closed: str) -> None:
    command = f'"{sys.executable}" -m edge_assistant.cli ideas list {closed}'
    child = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (child.returncode, child.stderr) == (0, "")


def test_a_folder_that_is_gone_is_told_as_such(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    command = f'cd "{folder}" && rmdir "{folder}" && "{sys.executable}" -m edge_assistant.cli backup x.tar'
    child = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert child.returncode == 5 and child.stderr.startswith("error: the folder in which this was called is no longer")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = [sys.executable, "-m", "edge_assistant.cli", "ideas", "list", "--json"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stderr is not None
    child.stdout.readline()
    child.stdout.close()
    assert child.stderr.read() == ""
    child.wait()


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "doctor" in capsys.readouterr().out


def test_home_option_moves_the_folders(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDGE_ASSISTANT_HOME", "/nowhere")
    assert cli.main(["--home", f"{tmp_path}/elsewhere", "doctor", "--quick", "--json"]) in (0, 1)
    assert f"{tmp_path}/elsewhere" in capsys.readouterr().out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_can_be_shown(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # otherwise typer takes the shell that it finds among the parents, and there may be none
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    child = run_child("--show-completion", shell)
    assert child.returncode == 0
    assert "_EDGE_ASSISTANT_COMPLETE" in child.stdout
    assert f"complete_{shell}" in child.stdout


def test_completion_knows_commands_and_their_options(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_EDGE_ASSISTANT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "edge-assistant doctor --j")
    monkeypatch.setenv("COMP_CWORD", "2")
    assert run_child().stdout.split() == ["--json"]
    monkeypatch.setenv("COMP_WORDS", "edge-assistant doc")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run_child().stdout.split() == ["doctor"]
