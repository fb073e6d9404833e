"""`quant` on the command line: wrong calls, places that cannot be written, progress in a pipe."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from edge_assistant.cli import main
from quant.errors import QuantError, WriteError
from quant.tools import progress as progress_module
from quant.tools.progress import progress
from quant.tools.quantize import quantize


def told(capsys, code: int, *arguments: str) -> str:
    """The one line of a command that fails."""
    ended = main(["quant", *arguments])
    said = capsys.readouterr()
    assert (ended, said.err.count("\n"), said.out) == (code, 1, ""), said.err
    return str(said.err)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "name a model and a type"),
        (("MODEL", "NOPE"), "no such file type"),
        (("MODEL", "Q8_0", "--out", "MODEL"), "name another target"),
        (("MODEL", "Q8_0", "--out", "FOLDER"), "name a file"),
        (("MODEL", "Q8_0", "--threads", "513"), "512; see"),
    ],
)
def test_a_wrong_call_is_told_as_one(tiny, tmp_path, capsys, arguments, says) -> None:
    places = {"MODEL": str(tiny("llama")), "FOLDER": str(tmp_path)}
    assert says in told(capsys, 2, "quantize", *(places.get(one, one) for one in arguments))


def test_a_format_that_nobody_knows_is_a_wrong_call(tmp_path, capsys) -> None:
    assert "gguf, peft, mlx" in told(capsys, 2, "adapter", "a.gguf", "--to", "foo", "--out", str(tmp_path / "x"))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="a folder in which nobody can write")
def test_a_folder_that_refuses_is_told_before_any_work(tiny, capsys) -> None:
    for target in ("/proc/x.gguf", "/proc/new/x.gguf"):
        error = told(capsys, 5, "quantize", str(tiny("llama")), "Q8_0", "--out", target)
        assert "cannot be written" in error and "folder of yours" in error


def test_a_disk_that_takes_only_a_part_is_told(tiny, tmp_path) -> None:
    source, target = tiny("llama"), tmp_path / "out.gguf"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))  # the child inherits it
    try:
        with pytest.raises(QuantError) as caught:
            quantize(source, target, "Q8_0")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert isinstance(caught.value, WriteError) and "free some space" in str(caught.value)
    assert not target.exists() and not list(tmp_path.glob("*.partial"))


def test_a_pipe_gets_a_line_a_tenth_of_long_work_only(capsys, monkeypatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    def lines() -> list[str]:
        with progress("measure") as tell:
            for share in range(101):
                tell(share / 100)
        return str(capsys.readouterr().err).splitlines()

    assert lines() == []
    monkeypatch.setattr(progress_module, "LEAST_SECONDS", 0.0)
    assert lines() == [f"measure: {tenths} %" for tenths in range(10, 101, 10)]
