"""Every file that `models add` takes: added, used, run and asked, as a person does it; and a model that dies."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gguf
import pytest

from edge_assistant.cli import main
from edge_assistant.errors import EngineError
from edge_assistant.paths import Paths
from edge_assistant.service.model.client import ProcessModel
from edge_assistant.service.rpc.client import call_once
from tests.edge_assistant.llm.test_split_models import split_up
from tests.quant.tiny import write_tiny

PATIENCE = 240.0

QUICK = '[embedding]\npath = "stand-in"\n\n[sources]\n' + "".join(
    f"{name} = false\n" for name in ("calendar", "activitywatch", "idle", "do_not_disturb", "full_screen")
)


def _without(*keys: str) -> Callable[[Any], None]:
    def facts(writer: Any) -> None:
        for key in keys:
            writer.kv_data[0].pop(key)

    return facts


def _saying(key: str, value: Any, kind: gguf.GGUFValueType) -> Callable[[Any], None]:
    def facts(writer: Any) -> None:
        writer.kv_data[0].pop(key, None)
        writer.add_key_value(key, value, kind)

    return facts


def tagged(folder: Path) -> Path:
    template = "{% for m in messages %}{% generation %}{{ m.role }}: {{ m.content }}\n{% endgeneration %}{% endfor %}"
    facts = _saying("tokenizer.chat_template", template, gguf.GGUFValueType.STRING)
    return write_tiny(folder / "tagged.gguf", "qwen3", facts=facts)


def in_parts(folder: Path) -> Path:
    return split_up(write_tiny(folder / "one.gguf", "phi3", "Q8_0"), folder, 3, "in three parts")[1]


def without_template(folder: Path) -> Path:
    return write_tiny(folder / "Plain.Model v1.gguf", "llama", facts=_without("tokenizer.chat_template"))


def without_ends(folder: Path) -> Path:
    ends = ("tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id")
    return write_tiny(folder / "größer.GGUF", "gemma3", facts=_without(*ends))


def of_short_texts(folder: Path) -> Path:
    return write_tiny(
        folder / "-short.gguf", "lfm2", facts=_saying("lfm2.context_length", 512, gguf.GGUFValueType.UINT32)
    )


@pytest.mark.model
@pytest.mark.parametrize("make", [tagged, in_parts, without_template, without_ends, of_short_texts])
def test_what_is_added_is_used_run_and_asked(
    make: Callable[[Path], Path], tmp_path: Path, own_folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = Paths.from_environment()
    paths.home.mkdir(mode=0o700, exist_ok=True)
    paths.config.write_text(QUICK)
    assert main(["models", "add", str(make(tmp_path))]) == 0
    (stored,) = paths.models.glob("*.gguf")
    assert main(["models", "verify"]) == main(["models", "use", "--", stored.stem]) == 0
    run = subprocess.Popen(
        [sys.executable, "-m", "edge_assistant.cli", "run", "--attached", "--tick", "3600"], stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + PATIENCE
        model: dict[str, Any] = {}
        while model.get("state") not in ("ready", "failed") and time.monotonic() < deadline and run.poll() is None:
            time.sleep(0.2)
            if (paths.home / "core.sock").exists():
                model = call_once(paths.home, "status", timeout=PATIENCE)["model"]
        assert model["state"] == "ready" and model["name"] == stored.stem, (model, run.poll())
        capsys.readouterr()
        assert main(["ask", "what did I do this morning?"]) == 0
        said = capsys.readouterr()
        assert said.out.strip() and not said.err
        model = call_once(paths.home, "status", timeout=PATIENCE)["model"]
        assert model["state"] == "ready" and not model["detail"]
    finally:
        run.terminate()
        run.communicate(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("kill -KILL $$", r"ended by SIGKILL \(the system most likely ran out of memory"),
        ("kill -ILL $$", r"ended by SIGILL \(it was built for another processor"),
        ("echo x >&2; echo 'GGML_ASSERT(n > 0) failed' >&2; kill -ABRT $$", r"ended by SIGABRT \(GGML_ASSERT"),
        ("echo 'MemoryError' >&2; exit 1", r"ended with exit code 1 \(MemoryError\)"),
        ("kill -SEGV $$", "ended by SIGSEGV"),
        ("exit 3", "ended with exit code 3"),
        ("printf 'caf\\351' >&2; exit 9", "exit code 9 \\(caf\ufffd\\)"),
    ],
)
def test_a_model_that_dies_says_what_is_known_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, words: str
) -> None:
    program = tmp_path / "model"
    program.write_text(f"#!/bin/sh\nread line\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    ended: list[tuple[str, str]] = []
    model = ProcessModel({}, lambda why, how: ended.append((why, how)))
    with pytest.raises(EngineError, match=f"{words}.*ask once more"):
        model.chat("", "hello")
    model.close()
    assert all(why == "" for why, _ in ended)
