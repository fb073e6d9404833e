"""The screen in a real terminal: under tmux, and timed in a pseudo-terminal. Figures are printed, not asserted."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

import pytest

from screen_bench import TUI, measure

LIMIT = 300.0


class Pane:
    """A tmux session of its own server, with one program."""

    def __init__(self, command: list[str], size: tuple[int, int]) -> None:
        self.server = f"edge-{uuid.uuid4().hex[:8]}"
        width, height = (str(number) for number in size)
        # the test's variables reach the program through the new server
        self.tmux("new-session", "-d", "-x", width, "-y", height, *command)

    def tmux(self, *arguments: str) -> str:
        command = ["tmux", "-L", self.server, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout

    def text(self) -> str:
        return self.tmux("capture-pane", "-p")

    def until(self, words: str) -> float:
        """Seconds until these words are on the pane."""
        begin = time.perf_counter()
        while words not in self.text():
            assert time.perf_counter() - begin < LIMIT, self.text()
            time.sleep(0.005)
        return time.perf_counter() - begin

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", *keys)

    def close(self) -> None:
        subprocess.run(["tmux", "-L", self.server, "kill-server"], capture_output=True, check=False)


@pytest.fixture
def panes() -> Iterator[list[Pane]]:
    opened: list[Pane] = []
    yield opened
    for pane in opened:
        pane.close()


@pytest.mark.study
@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=["80x24", "160x48"])
def test_keys_in_a_real_terminal(served, panes, size) -> None:
    served.live(10)
    entry = served.suggest()
    start = time.perf_counter()
    panes.append(pane := Pane([*TUI, "tui", "--attach"], size))
    pane.until("[1 Live]")
    first = time.perf_counter() - start
    pane.until(entry.text[:20])
    times = []
    for _ in range(10):
        pane.press("d")
        times.append(pane.until("Why not?"))
        pane.press("Escape")
        begin = time.perf_counter()
        while "Why not?" in pane.text():
            assert time.perf_counter() - begin < LIMIT
            time.sleep(0.005)
    pane.press("d", "b")
    begin = time.perf_counter()
    while served.entry(entry.id).state != "dismissed":
        assert time.perf_counter() - begin < LIMIT
        time.sleep(0.02)
    print(json.dumps({"first_frame_s": round(first, 2), "key_ms": [round(1000 * value) for value in times]}))


@pytest.mark.study
@pytest.mark.model
def test_first_frame_and_keys_while_a_model_writes_and_one_trains() -> None:
    result = measure(frames=3, keys=100, busy=True)
    print(json.dumps(result))
    assert result["keys"] == 100 and result["first_frame_p50_ms"] > 0


def test_a_pipe_is_told_to_use_the_linear_mode() -> None:
    command = [*TUI, "tui"]
    child = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert child.returncode == 2 and "--plain" in child.stderr


def test_the_screen_imports_nothing_heavy() -> None:
    code = "import tui.app, tui.screens.live.screen, tui.plain.session, sys; print(*sys.modules)"
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in child.stdout.split()}
    assert loaded.isdisjoint({"torch", "numpy", "llama_cpp", "transformers", "pydantic", "scipy", "matplotlib"})
