from __future__ import annotations

import sys

import pytest

from edge_assistant.errors import EngineError
from edge_assistant.llm import models, probe

# children that really die, as one with an unusable kernel does
DIES = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
WORKS = "print('kernels work')"


def child(native: str, safe: str):
    def command(path, kernels: bool) -> list[str]:
        return [sys.executable, "-c", native if kernels else safe]

    return command


@pytest.fixture
def tiny(tmp_path, write_model):
    return models.resolve(write_model(tmp_path / "tiny.gguf"))


def test_working_kernels_are_used_without_a_word(tiny, tmp_path, capfd) -> None:
    assert probe.choose_kernels(tiny, command=child(WORKS, DIES), directory=tmp_path / "kept")
    assert capfd.readouterr().err == ""


def test_a_crash_leads_to_the_safe_path_and_is_said_once(tiny, tmp_path, capfd) -> None:
    kept = tmp_path / "kept"
    assert not probe.choose_kernels(tiny, command=child(DIES, WORKS), directory=kept)
    said = capfd.readouterr()
    assert "signal 11" in said.err and "safe path" in said.err and said.err.count("\n") == 1
    assert said.out == ""
    # the verdict is kept: this child would say otherwise, and nothing is said again
    assert not probe.choose_kernels(tiny, command=child(WORKS, WORKS), directory=kept)
    assert capfd.readouterr().err == ""


def test_a_verdict_holds_for_one_model_only(tiny, tmp_path, write_model) -> None:
    kept = tmp_path / "kept"
    other = models.resolve(write_model(tmp_path / "other.gguf", tensor_rows=9))
    assert not probe.choose_kernels(tiny, command=child(DIES, WORKS), directory=kept)
    assert probe.choose_kernels(other, command=child(WORKS, DIES), directory=kept)


def test_where_both_paths_die_it_is_an_error_and_not_kept(tiny, tmp_path) -> None:
    kept = tmp_path / "kept"
    with pytest.raises(EngineError, match="cannot decode with tiny"):
        probe.choose_kernels(tiny, command=child(DIES, DIES), directory=kept)
    assert probe.choose_kernels(tiny, command=child(WORKS, DIES), directory=kept)


def test_a_child_that_fails_without_a_signal_gives_its_last_line(tiny) -> None:
    verdict = probe.probe(tiny.path, command=child("import sys; sys.exit('numbers are not finite')", WORKS))
    assert not verdict.native
    assert verdict.reason == "numbers are not finite"


def test_a_file_that_llama_cpp_refuses_is_an_error(tiny) -> None:
    with pytest.raises(EngineError, match=r"tiny\.gguf"):
        probe.probe(tiny.path)


@pytest.mark.model
def test_the_real_child_decodes_on_this_machine(packaged) -> None:
    assert str(probe.probe(packaged))
    assert probe._failure(probe._command(packaged, False)) is None


def test_the_machine_key_does_not_move() -> None:
    assert probe.machine_key() == probe.machine_key()
    assert len(probe.machine_key()) == 16
