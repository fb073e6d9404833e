"""Framing, errors and the end of the stream between two processes."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading

import pytest

from quant.children import CrashedError, SilentError, ask_child
from quant.errors import QuantError
from quant.json_lines import GoneError, LineError, LineWriter, decode, encode, messages

VALUES: tuple[dict[str, object], ...] = (
    {},
    {"a": [1, 2.5, None, True]},
    {"text": "two\nlines, \u2028 and \U0001f33f"},
    {"lone": "\udc80"},
)


@pytest.mark.parametrize("value", VALUES)
def test_a_message_is_one_line_and_comes_back(value):
    line = encode(value)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert decode(line) == value


@pytest.mark.parametrize("line", [b"", b"[1]", b"3", b"nonsense", b"{", b"\xff\xfe{}", b"[" * 100_000])
def test_anything_else_is_an_error(line):
    with pytest.raises(LineError):
        decode(line)


def test_what_libraries_print_is_passed_over():
    stream = io.BytesIO(b'warning: slow\n{"a": 1}\n\n[2]\n\xff\n{"b": 2}\n{"cut": ')
    assert list(messages(stream)) == [{"a": 1}, {"b": 2}]


def test_writers_in_many_threads_do_not_mix_lines():
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as out, os.fdopen(reading, "rb") as into:
        writer = LineWriter(out)

        def send(number: int) -> None:
            for _ in range(20):
                writer.send({"n": number, "text": "x" * 500})

        threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        found = [next(messages(into))["n"] for _ in range(80)]
        for thread in threads:
            thread.join()
    assert sorted(found) == sorted([0, 1, 2, 3] * 20)


def test_an_end_that_is_closed_is_told():
    with subprocess.Popen([sys.executable, "-c", ""], stdin=subprocess.PIPE) as child:
        child.wait()
        writer = LineWriter(child.stdin)
        with pytest.raises(GoneError):
            writer.send({"a": 1})
        writer.close()
        with pytest.raises(GoneError):
            writer.send({"a": 1})


def python(code: str) -> list[str]:
    return [sys.executable, "-c", f"import json, os, signal, sys, time\n{code}"]


def test_a_child_reads_its_request_and_its_last_message_is_the_result():
    code = (
        "told = json.loads(sys.stdin.readline())\nprint(json.dumps({'stage': 1}))\nprint(json.dumps({'result': told}))"
    )
    heard: list[dict[str, object]] = []
    assert ask_child(python(code), {"a": [1]}, "a test", heard.append) == {"a": [1]}
    assert heard == [{"stage": 1}]


@pytest.mark.parametrize(
    ("code", "error", "words"),
    [
        ("print(json.dumps({'error': 'no such model'}))", QuantError, "no such model"),
        ("sys.exit('last words')", QuantError, "exit code 1. last words"),
        ("print('no message')", QuantError, "without a result"),
        ("os.kill(os.getpid(), signal.SIGABRT)", CrashedError, "SIGABRT"),
        ("time.sleep(60)", SilentError, "within 1 s"),
    ],
)
def test_every_other_end_is_one_line(code, error, words):
    with pytest.raises(error, match=words) as caught:
        ask_child(python(code), {}, "a test", timeout=1)
    assert "\n" not in str(caught.value)
