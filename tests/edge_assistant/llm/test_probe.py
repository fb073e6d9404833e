from __future__ import annotations

import sys

import pytest

from edge_assistant.errors import EngineError
from edge_assistant.llm import models, probe

# children that really die, as one with an unusable kernel does
DIES = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
WORKS = "print('{\"result\": {}}')"


@pytest.fixture
def child(monkeypatch):
    """Puts children in the place of those that try a model."""

    def put(native: str, safe: str) -> None:
        monkeypatch.setattr(probe, "_command", lambda _, kernels: [sys.executable, "-c", native if kernels else safe])

    return put


@pytest.fixture
def tiny(tmp_path, write_model, monkeypatch):
    monkeypatch.setenv("EDGE_ASSISTANT_CACHE_DIR", str(tmp_path / "cache"))
    return models.resolve(write_model(tmp_path / "tiny.gguf"))


def test_working_kernels_are_used_without_a_word(tiny, child, capfd) -> None:
    child(WORKS, DIES)
    assert probe.choose_kernels(tiny)
    assert capfd.readouterr().err == ""


def test_a_crash_leads_to_the_safe_path_and_is_said_once(tiny, child, capfd) -> None:
    child(DIES, WORKS)
    assert not probe.choose_kernels(tiny)
    said = capfd.readouterr()
    assert "SIGSEGV" in said.err and "safe path" in said.err and said.err.count("\n") == 1
    assert said.out == ""
    # the verdict is kept: this child would say otherwise, and nothing is said again
    child(WORKS, WORKS)
    assert not probe.choose_kernels(tiny)
    assert capfd.readouterr().err == ""


def test_a_verdict_holds_for_one_model_only(tiny, child, tmp_path, write_model) -> None:
    other = models.resolve(write_model(tmp_path / "other.gguf", tensor_rows=9))
    child(DIES, WORKS)
    assert not probe.choose_kernels(tiny)
    child(WORKS, DIES)
    assert probe.choose_kernels(other)


def test_where_both_paths_die_it_is_an_error_and_not_kept(tiny, child) -> None:
    child(DIES, DIES)
    with pytest.raises(EngineError, match="cannot decode with tiny"):
        probe.choose_kernels(tiny)
    child(WORKS, DIES)
    assert probe.choose_kernels(tiny)


def test_a_child_that_fails_without_a_signal_gives_its_last_line(tiny, child) -> None:
    child("import sys; sys.exit('numbers are not finite')", WORKS)
    reason = probe.probe(tiny.path)
    assert "numbers are not finite" in reason


def test_a_file_that_llama_cpp_refuses_is_an_error(tiny) -> None:
    with pytest.raises(EngineError, match=r"tiny\.gguf"):
        probe.probe(tiny.path)


@pytest.mark.model
def test_the_real_child_decodes_on_this_machine(packaged) -> None:
    assert isinstance(probe.probe(packaged), str)  # where neither path worked, it would raise
    assert probe._trial(packaged, False) is None


def test_the_machine_key_does_not_move() -> None:
    assert probe.machine_key() == probe.machine_key()
    assert len(probe.machine_key()) == 16


def death(signal: str, stage: str = "decoding") -> str:
    return f'import os, signal; print(\'{{"stage": "{stage}"}}\', flush=True); os.kill(os.getpid(), signal.{signal})'


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (death("SIGKILL", "loading"), r"SIGKILL while loading.*ran out of memory: close other programs"),
        (death("SIGILL"), r"SIGILL while decoding.*built for another processor"),
        (death("SIGSEGV"), r"SIGSEGV while decoding.*packaged model fails too"),
        ('import sys; print(\'{"error": "the numbers are not finite"}\')', r"not finite.*packaged model fails too"),
        ("import sys; sys.exit('no such library')", r"exit code 1.*no such library"),
    ],
)
def test_an_engine_that_dies_says_what_it_knows(tiny, child, code, told) -> None:
    child(code, code)
    with pytest.raises(EngineError, match=told) as caught:
        probe.probe(tiny.path)
    assert "\n" not in str(caught.value) and tiny.path.name in str(caught.value)


def test_a_model_that_dies_alone_is_told_apart_from_a_machine_on_which_all_die(tiny, monkeypatch) -> None:
    def command(path, kernels: bool) -> list[str]:
        return [sys.executable, "-c", death("SIGABRT") if path == tiny.path else WORKS]

    monkeypatch.setattr(probe, "_command", command)
    with pytest.raises(EngineError, match=r"SIGABRT.*although the packaged model works.*choose another model"):
        probe.probe(tiny.path)


def test_one_that_never_answers_is_ended(tiny, child, monkeypatch) -> None:
    monkeypatch.setattr(probe, "_TIMEOUT_SECONDS", 0.5)
    child("import time; time.sleep(60)", WORKS)
    reason = probe.probe(tiny.path)
    assert "no answer within 0.5 s while starting" in reason
