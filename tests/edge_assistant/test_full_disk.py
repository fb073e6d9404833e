"""A disk that is full when a command writes: one line that says so, and what was there before is as it was.

    python tests/edge_assistant/test_full_disk.py DISK MODEL ADAPTER     # the child, as JSON

The child has a small file system of its own, in memory, which it fills before each command.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

ADDED = ("mine", "add", "buy milk")
WRITES = {
    "mine add": ("mine", "add", "water the plants tomorrow"),
    "mine edit": ("mine", "edit", "1", "--text", "buy oats"),
    "mine done": ("mine", "done", "1"),
    "mine remove": ("mine", "remove", "1"),
    "backup": ("backup", "{disk}/new.tar"),
    "restore": ("--home", "{disk}/other", "restore", "{aside}/home.tar"),
    "restore --replace": ("restore", "{aside}/home.tar", "--replace"),
    "study export": ("study", "export", "--out", "{disk}/study.jsonl"),
    "models add": ("models", "add", "{model}"),
    "models use": ("models", "use", "{model}"),
    "quant quantize": ("quant", "quantize", "{model}", "Q8_0", "--out", "{disk}/small.gguf"),
    "quant adapter": ("quant", "adapter", "{adapter}", "--to", "peft", "--out", "{disk}/peft"),
    "adapters import": ("adapters", "import", "{adapter}", "--model", "{model}"),
    "adapters promote": ("adapters", "promote", "{version}"),
    "adapters export": ("adapters", "export", "--model", "{model}", "--out", "{disk}/exports"),
    "adapters forget": ("adapters", "forget", "--everything", "--no-retrain"),
}
LEFT = (0, 60_000)
"""Bytes: nothing can be written; a file can be begun."""


def call(*arguments: str) -> tuple[int, str, str]:
    from edge_assistant.cli import main

    with redirect_stdout(StringIO()) as out, redirect_stderr(StringIO()) as err:
        code = main(arguments)
    return code, out.getvalue(), err.getvalue()


def state(home: Path) -> list[Any]:
    """What must not be lost: own things, pairs, and every file but the store's, by its hash."""
    with closing(sqlite3.connect(home / "store.sqlite")) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        things = store.execute("SELECT * FROM own_things ORDER BY 1").fetchall()
    files = [path for path in home.rglob("*") if path.is_file() and "store.sqlite" not in path.name]
    kept = [path for path in files if path.suffix != ".lock" and path.name not in (".lock", "core.lock")]
    hashes = {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}
    return [list(map(list, things)), hashes]


def child(disk: Path, aside: Path, model: str, adapter: str) -> dict[str, Any]:
    """What each command came to: exit code, what it said, and whether the home is as it was."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", str(disk)], check=True)
    home, kept = disk / "home", aside / "kept"
    os.environ |= {"EDGE_ASSISTANT_HOME": str(home), "EDGE_ASSISTANT_CACHE_DIR": str(aside / "cache")}
    os.environ |= {"EDGE_ASSISTANT_EMBEDDING__PATH": "stand-in"}
    assert call(*ADDED)[0] == 0
    (home / "config.toml").write_text("[limits]\nper_day = 3\n")
    code, _, said = call("adapters", "import", adapter, "--model", model)
    assert code == 0, said
    (version,) = json.loads(call("adapters", "list", "--json")[1])
    assert call("backup", str(aside / "home.tar"))[0] == 0
    shutil.copytree(home, kept)
    places = {"disk": disk, "aside": aside, "model": model, "adapter": adapter, "version": version["version"]}
    found: dict[str, Any] = {}
    for name, arguments in WRITES.items():
        for left in LEFT:
            for path in disk.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(kept, home)
            room = os.statvfs(disk)
            fill = disk / "fill"
            fill.write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - left)))
            before = state(kept)
            os.environ["EDGE_ASSISTANT_HOME"] = str(home)  # --home of the command before has changed it
            code, _, said = call(*(argument.format(**places) for argument in arguments))
            fill.unlink()
            litter = [str(path) for path in disk.rglob("*") if "partial" in path.name or "restore-" in path.name]
            found[f"{name}, {left}"] = {"code": code, "said": said, "same": state(home) == before, "litter": litter}
    return found


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> dict[str, Any]:
    from quant.lora import LoraConfig, add_lora, get_weights
    from quant.lora_files import write_gguf
    from quant.torch_model import load_model

    alone = [shutil.which("unshare") or "unshare", "--mount", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let us mount a file system of our own")
    folder = tmp_path_factory.mktemp("full")
    fresh = get_weights(add_lora(load_model(tiny_model).model, LoraConfig(rank=16, alpha=8.0), seed=0))
    tensors = {name: (a, np.full_like(b, 0.01)) for name, (a, b) in fresh.tensors.items()}
    write_gguf(folder / "adapter.gguf", replace(fresh, tensors=tensors), base=tiny_model)
    (folder / "disk").mkdir()
    (folder / "aside").mkdir()
    program = [sys.executable, __file__, str(folder / "disk"), str(folder / "aside"), str(tiny_model)]
    done = subprocess.run(
        [*alone, *program, str(folder / "adapter.gguf")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.model
@pytest.mark.parametrize("name", WRITES)
def test_a_full_disk_costs_the_command_and_nothing_else(name: str, outcomes: dict[str, Any]) -> None:
    # a log of nothing has no bytes
    assert outcomes[f"{name}, {LEFT[0]}"]["code"] != 0 or name == "study export"
    for left in LEFT:
        outcome = outcomes[f"{name}, {left}"]
        assert "Traceback" not in outcome["said"] and not outcome["litter"], outcome
        if outcome["code"]:
            last = outcome["said"].splitlines()[-1]
            assert last.startswith("error: ") and "the disk" in last and "free some space" in last
            assert outcome["same"], outcome


if __name__ == "__main__":
    disk, aside, model, adapter = sys.argv[1:]
    print(json.dumps(child(Path(disk), Path(aside), model, adapter)))
