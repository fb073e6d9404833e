"""The protocol between our processes: one JSON object a line, in UTF-8, until the stream ends.

    for message in messages(child.stdout):     # ends with the stream; anything else on it is passed over
        ...
    out = LineWriter(child.stdin)
    out.send({"job": "measure"})               # GoneError when nobody reads any more

`decode` and `encode` are for streams that are read otherwise, as asyncio's are.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Any

Message = dict[str, Any]


class LineError(ValueError):
    """A line that holds no JSON object."""


class GoneError(OSError):
    """The process at the other end does not read any more: it has ended, or closed its end."""


def encode(message: Message) -> bytes:
    """One line with its end."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"


def decode(line: bytes | str) -> Message:
    """The object of one line.

    Raises:
        LineError: it holds something else.
    """
    try:
        message = json.loads(line if isinstance(line, str) else line.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise LineError(f"a line is not JSON ({error})") from error
    if not isinstance(message, dict):
        raise LineError(f"a line holds {type(message).__name__} where an object is expected")
    return message


def messages(stream: Iterable[bytes]) -> Iterator[Message]:
    """All messages of a stream. Libraries print where they should not: what is no JSON object is passed over."""
    for line in stream:
        try:
            yield decode(line)
        except LineError:
            continue


class LineWriter:
    """Writes messages whole, from any thread."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Message) -> None:
        """Write one message and flush.

        Raises:
            GoneError: the other end is closed.
        """
        line = encode(message)
        try:
            with self._lock:
                self._stream.write(line)
                self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: our own end is closed
            raise GoneError(f"the other process has ended ({error})") from error

    def close(self) -> None:
        """Close our end: the other side's stream ends."""
        with suppress(OSError):  # what was left in the buffer finds no reader
            self._stream.close()
