"""`models`: the folder, the settings, and pulling from a hub look-alike on loopback."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from edge_assistant.cli import main
from edge_assistant.errors import UsageError
from edge_assistant.llm.catalogue.entries import catalogue, entry_for
from edge_assistant.llm.catalogue.shelf import manifest_of
from tests.quant.tiny import write_tiny

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPO = "someone/tiny-GGUF"


def write_model(path: Path, words: int = 40_000) -> Path:
    """A GGUF file that is whole, though nobody could speak with it."""
    import gguf
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("model")
    writer.add_context_length(512)
    writer.add_block_count(1)
    writer.add_tensor("token_embd.weight", np.random.default_rng(0).random((words, 16), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


class Hub:
    """What huggingface_hub asks of a hub for one file: facts, and bytes from any place on.

    Attributes:
        data: the file.
        stated: the hash that is stated.
        stall_after: bytes after which connections are silent until `go_on`; None for never.
        starts: first byte of each request for the bytes.
    """

    def __init__(self, data: bytes) -> None:
        self.data, self.stated = data, hashlib.sha256(data).hexdigest()
        self.stall_after: int | None = None
        self.go_on = threading.Event()
        self.starts: list[int] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def do_HEAD(self) -> None:
                self.answer(body=False)

            def do_GET(self) -> None:
                self.answer(body=True)

            def answer(self, *, body: bool) -> None:
                if not self.path.startswith(f"/{REPO}/resolve/"):
                    self.send_response(404)
                    self.send_header("X-Error-Code", "EntryNotFound")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                span = self.headers.get("Range", "")
                start = int(span.removeprefix("bytes=").split("-")[0]) if span else 0
                self.send_response(206 if span else 200)
                self.send_header("X-Repo-Commit", COMMIT)
                self.send_header("ETag", f'"{hub.stated}"')
                self.send_header("X-Linked-Etag", f'"{hub.stated}"')
                self.send_header("X-Linked-Size", str(len(hub.data)))
                self.send_header("Accept-Ranges", "bytes")
                if span:
                    self.send_header("Content-Range", f"bytes {start}-{len(hub.data) - 1}/{len(hub.data)}")
                self.send_header("Content-Length", str(len(hub.data) - start))
                self.end_headers()
                if not body:
                    return
                hub.starts.append(start)
                rest = hub.data[start:]
                if hub.stall_after is not None:
                    self.wfile.write(rest[: hub.stall_after])
                    self.wfile.flush()
                    hub.go_on.wait(300)
                    self.close_connection = True
                else:
                    self.wfile.write(rest)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self.go_on.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def hub(tmp_path):
    one = Hub(write_model(tmp_path / "hub" / "tiny.gguf").read_bytes())
    yield one
    one.close()


def environment(hub: Hub, **variables: str) -> dict[str, str]:
    """For a process of its own: huggingface_hub reads its settings when it is imported."""
    own = {"HF_ENDPOINT": hub.address, "HF_HUB_OFFLINE": "0", "TRANSFORMERS_OFFLINE": "0"}
    return {**os.environ, **own, "HF_HUB_DOWNLOAD_TIMEOUT": "60", "HF_HUB_DISABLE_TELEMETRY": "1", **variables}


def command(name: str) -> list[str]:
    """Pulls a model and prints JSON."""
    return [sys.executable, "-m", "edge_assistant.cli", "models", "pull", name, "--json"]


def pull(hub: Hub, name: str = f"{REPO}/tiny.gguf", **variables: str) -> subprocess.CompletedProcess[str]:
    """To the end."""
    return subprocess.run(
        command(name), env=environment(hub, **variables), capture_output=True, text=True, timeout=240, check=False
    )


def test_catalogue_is_of_a_laptops_size():
    entries = catalogue()
    assert len(entries) >= 8 and len({entry.name for entry in entries}) == len(entries)
    for entry in entries:
        assert 0.3 <= entry.parameters_billion <= 4.1 and entry.licence and entry.repo.count("/") == 1
        assert entry.file.endswith(".gguf") and entry.file_gb < entry.memory_gb
    assert not entries[-1].fits(2 * 10**9) and entries[0].fits(2 * 10**9)
    with pytest.raises(UsageError, match="not in the catalogue"):
        entry_for("gpt")


def test_pull_is_checked_and_placed(hub, own_folders):
    done = pull(hub)
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    path = own_folders / "models" / "tiny.gguf"
    assert path.read_bytes() == hub.data and facts["sha256"] == hub.stated
    assert json.loads(manifest_of(path).read_text())["source"] == f"{REPO}/tiny.gguf"
    assert len(list(path.parent.iterdir())) == 2
    asked = len(hub.starts)
    assert pull(hub, HF_HUB_OFFLINE="1").returncode == 0  # it is here: nobody is asked
    assert len(hub.starts) == asked


def test_killed_pull_goes_on(tmp_path, own_folders):
    # huggingface_hub writes in pieces of 10 MB
    hub = Hub(write_model(tmp_path / "hub" / "tiny.gguf", 400_000).read_bytes())
    hub.stall_after = 12_000_000
    child = subprocess.Popen(command(f"{REPO}/tiny.gguf"), env=environment(hub), stderr=subprocess.DEVNULL)
    part = own_folders / "models" / f".{hub.stated}.part"
    for _ in range(1200):
        if child.poll() is not None or (part.exists() and part.stat().st_size >= 10_000_000):
            break
        time.sleep(0.1)
    assert child.poll() is None
    child.kill()
    child.wait()
    arrived = part.stat().st_size
    assert 10_000_000 <= arrived < len(hub.data) and not list((own_folders / "models").glob("*.gguf"))
    hub.stall_after = None
    hub.go_on.set()
    done = pull(hub)
    assert done.returncode == 0, done.stderr
    assert hub.starts == [0, arrived]  # what had arrived was not asked for again
    assert (own_folders / "models" / "tiny.gguf").read_bytes() == hub.data and not part.exists()
    hub.close()


def test_wrong_bytes_never_get_a_name(hub, own_folders):
    hub.stated = "ab" * 32
    done = pull(hub)
    assert done.returncode == 6 and "hash" in done.stderr
    assert not list((own_folders / "models").glob("*.gguf*"))


def test_offline_and_unknown_files_are_told_in_one_line(hub):
    offline = pull(hub, HF_HUB_OFFLINE="1")
    assert offline.returncode == 9 and "offline mode is on" in offline.stderr
    absent = pull(hub, "someone/other-GGUF/tiny.gguf")
    assert absent.returncode == 9 and "Traceback" not in absent.stderr


def test_add_verify_use_remove(tmp_path, own_folders, capsys):
    source = write_tiny(tmp_path / "mine.gguf", "llama")
    assert main(["models", "add", str(source)]) == 0
    path = own_folders / "models" / "mine.gguf"
    assert path.read_bytes() == source.read_bytes()
    assert main(["models", "verify"]) == 0
    assert main(["models", "use", "MINE"]) == 0
    assert "words suggestions itself: no, " in capsys.readouterr().out
    assert 'path = "mine"' in (own_folders / "config.toml").read_text()
    assert main(["models", "remove", "mine"]) == 2 and path.exists()
    assert main(["models", "show", "mine", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["abilities"]
    assert [one["name"] for one in told] == ["write", "answer", "plan"] and not any(one["able"] for one in told)
    assert "it said '" in told[0]["detail"] and "too small" in told[1]["detail"]
    assert main(["models", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["in_use"] == "mine" and [one["name"] for one in listed["stored"]] == ["mine"]
    with path.open("r+b") as file:
        file.seek(-8, os.SEEK_END)
        file.write(b"\x01" * 8)
    assert main(["models", "verify", "mine"]) == 6
    assert main(["models", "use", "packaged"]) == 0
    assert main(["models", "remove", "mine"]) == 0
    assert not path.exists() and not manifest_of(path).exists()


@pytest.mark.parametrize("manifest", ["{", "[]", '{"sha256": 3}', '{"sha256": ""}', None])
def test_a_damaged_model_is_not_used(tmp_path, own_folders, capsys, manifest):
    assert main(["models", "add", str(write_tiny(tmp_path / "mine.gguf", "llama"))]) == 0
    path = own_folders / "models" / "mine.gguf"
    if manifest is None:
        with path.open("r+b") as file:
            file.seek(-8, os.SEEK_END)
            file.write(b"\x01" * 8)
    else:
        manifest_of(path).write_text(manifest)
    capsys.readouterr()
    for arguments in (["verify"], ["use", "mine"], ["use", str(path)]):
        assert main(["models", *arguments]) == 6
        said = capsys.readouterr()
        assert said.err.count("\n") == 1 and "get" in said.err and "again" in said.err
    assert not (own_folders / "config.toml").exists()
    manifest_of(path).unlink()  # a file that somebody put there is no damage
    assert main(["models", "verify"]) == main(["models", "use", "mine"]) == 0


def test_names_are_whole_in_a_narrow_terminal(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["models", "list"]) == 0
    said = capsys.readouterr().out
    assert all(entry.name in said for entry in catalogue())


def test_what_is_no_model_is_not_used(tmp_path, own_folders):
    (tmp_path / "x.gguf").write_bytes(b"GGUF but short")
    assert main(["models", "add", str(tmp_path / "x.gguf")]) == 6
    assert main(["models", "use", str(tmp_path / "x.gguf")]) == 6
    assert not (own_folders / "config.toml").exists()
