"""Input that no byte can stop: what is not UTF-8 is read as the replacement character, on the screen and in a pipe."""

from __future__ import annotations

import codecs
import functools
import io
import sys
from typing import Any, TextIO

from textual.driver import Driver


def accept_any_byte(driver: type[Driver]) -> type[Driver]:
    """Have a driver of Textual replace what cannot be decoded; its own decoder ends the app."""
    module: Any = sys.modules[driver.__module__]
    if hasattr(module, "getincrementaldecoder"):
        module.getincrementaldecoder = _replacing_decoder
    return driver


def _replacing_decoder(encoding: str) -> Any:
    return functools.partial(codecs.getincrementaldecoder(encoding), errors="replace")


def tolerant(stream: TextIO) -> TextIO:
    """Have a text stream replace what it cannot read or write, whatever the locale says; UTF-8 for reading."""
    if isinstance(stream, io.TextIOWrapper):
        if stream.readable():
            stream.reconfigure(encoding="utf-8", errors="replace")
        else:
            stream.reconfigure(errors="replace")
    return stream
