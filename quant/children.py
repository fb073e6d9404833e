"""Work in a process of its own, so that what crashes there becomes one line here.

A child reads its job as one JSON line, answers with JSON lines (`json_lines`): `{"progress": 0.5}` or `{"stage":
"loading"}` as often as it likes, at the end `{"result": ...}` or `{"error": "..."}`, and ends when its parent does.
"""

from __future__ import annotations

import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

from quant.errors import QuantError
from quant.json_lines import GoneError, LineWriter, Message, messages

OnMessage = Callable[[Message], None]


class CrashedError(QuantError):
    """A signal ended the child: llama.cpp crashed, or the system killed it.

    Attributes:
        signal: its name, such as 'SIGSEGV'.
    """

    def __init__(self, message: str, signal_name: str = "") -> None:
        super().__init__(message)
        self.signal = signal_name


class SilentError(QuantError):
    """The child gave no result in time."""


def ask_child(
    command: Sequence[str],
    request: Message,
    what: str,
    on_message: OnMessage | None = None,
    *,
    environment: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> Any:
    """Start a child, give it one request and wait for its result. However this ends, the child has ended too.

    Args:
        command: of the child.
        request: its first line; its input stays open, and ends when nobody waits any more.
        what: it does, for errors.
        on_message: told every message before the result.
        environment: None is ours.
        timeout: seconds until it is killed.

    Raises:
        CrashedError: a signal ended the child.
        SilentError: the time was up.
        QuantError: it refused, or ended without a result; the message holds its last words.
    """
    expired = threading.Event()
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints, env=environment
        ) as child,
    ):
        assert child.stdin is not None and child.stdout is not None

        def give_up() -> None:
            expired.set()
            child.kill()

        clock = threading.Timer(timeout or 0, give_up)
        out = LineWriter(child.stdin)
        try:
            if timeout is not None:
                clock.start()
            with suppress(GoneError):  # it ended before it read: why, is found out below
                out.send(request)
            for message in messages(child.stdout):
                if "result" in message:
                    return message["result"]
                if "error" in message:
                    raise QuantError(str(message["error"]))
                if on_message is not None:
                    on_message(message)
            code = child.wait()
        finally:
            clock.cancel()
            if child.poll() is None:
                child.kill()
            out.close()
        last = last_words(complaints)
    if expired.is_set():
        raise SilentError(f"the child for {what} gave no answer within {timeout:g} s {last}".strip())
    name = signal_name(code)
    if name:
        raise CrashedError(f"llama.cpp crashed ({name}) at {what} {last}".strip(), name)
    raise QuantError(f"the child for {what} ended without a result (exit code {code}) {last}".strip())


def last_words(complaints: IO[bytes]) -> str:
    """The last line that a child has written to this file, or ''."""
    complaints.seek(0)
    return " ".join(complaints.read().decode("utf-8", "replace").strip().splitlines()[-1:])[-300:]


def signal_name(code: int) -> str:
    """Of the signal that ended a child, such as 'SIGKILL'; '' where none did."""
    try:
        return signal.Signals(-code).name if code < 0 else ""
    except ValueError:  # one that only this system knows
        return f"signal {-code}"
