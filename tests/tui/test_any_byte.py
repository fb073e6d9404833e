"""Bytes that are not UTF-8, typed or pasted: in a real pseudo-terminal, and in a pipe."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time

import pytest

from screen_bench import PseudoTerminal

TUI = [sys.executable, "-m", "edge_assistant.cli", "tui"]
LIMIT = 60.0


HIGH = bytes(range(128, 256))
LOW = bytes(byte for byte in range(128) if byte != 0x1B)  # an escape would end the paste

TYPED = {
    "typed": b"caf\xe9",
    "pasted": b"\x1b[200~caf\xe9\x1b[201~",
    "every high byte typed": HIGH,
    "every byte pasted": b"\x1b[200~" + HIGH + LOW + b"\x1b[201~",
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED.keys())
def test_a_latin_1_byte_becomes_the_replacement_character(own_folders, typed) -> None:
    with contextlib.closing(PseudoTerminal([*TUI, "--attach"], own_folders)) as terminal:
        terminal.until(b"No assistant is running here", LIMIT)
        os.write(terminal.descriptor, b"i")
        terminal.key(b"\x0b")  # the line has the focus when this was drawn
        os.write(terminal.descriptor, typed + b" au lait")
        drawn, deadline = b"", time.monotonic() + LIMIT
        while "\ufffd".encode() not in drawn and time.monotonic() < deadline:
            drawn += terminal.read(0.1)
        assert "\ufffd".encode() in drawn and b"Traceback" not in drawn
        os.write(terminal.descriptor, b"\x11")  # Ctrl-Q
        while terminal.read(1.0):
            pass
        _, status = os.waitpid(terminal.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0


def test_a_dumb_terminal_is_told_what_it_can_show(own_folders) -> None:
    command = ["/usr/bin/env", "TERM=dumb", *TUI]
    with contextlib.closing(PseudoTerminal(command, own_folders)) as terminal:
        terminal.until(b"(TERM=dumb); use 'edge-assistant tui --plain'", LIMIT)


async def test_a_line_in_latin_1_is_understood_in_the_linear_mode(serve) -> None:
    served = serve()
    served.live(10)
    child = subprocess.run(
        [*TUI, "--plain", "--attach"],
        input=b"drinking caf\xe9\nstatus\n",
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "", "LC_ALL": "C"},
        timeout=LIMIT,
        check=False,
    )
    assert child.returncode == 0 and b"Traceback" not in child.stderr, child.stderr
    assert served.sources.observation.activity == "drinking caf\ufffd"
    assert b"You are doing: drinking caf" in child.stdout
