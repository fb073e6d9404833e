"""The child process that calls llama.cpp for this package; see `llama_job`.

The binding carries no types, so its module is `Any` here.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from quant.json_lines import LineWriter, decode

_STEP = re.compile(r"\[\s*(\d+)\s*/\s*(\d+)\]")
_COMPLAINT = re.compile(r"fail|error|unsupport|requir|missing|invalid|cannot|not allowed|bpw", re.IGNORECASE)

_out = LineWriter(sys.stdout.buffer)
_log: deque[str] = deque(maxlen=80)
_keep_alive: list[Any] = []  # callbacks must outlive their use by C


def say(**message: Any) -> None:
    """One line for the parent."""
    _out.send(message)


def complaint() -> str:
    """The last line of llama.cpp's log that sounds like one."""
    return next((line for line in reversed(_log) if _COMPLAINT.search(line)), "no reason given")


def library() -> Any:
    """The llama_cpp module, with its log in our hands."""
    import llama_cpp

    def remember(_level: int, text: bytes, _user_data: object) -> None:
        line = text.decode("utf-8", "replace").strip()
        if line:
            _log.append(line)
        step = _STEP.search(line)
        if step:
            say(progress=int(step[1]) / max(1, int(step[2])))

    callback = llama_cpp.llama_log_callback(remember)
    _keep_alive.append(callback)
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    return llama_cpp


def quantize(
    source: str,
    target: str,
    file_type: int,
    threads: int,
    pure: bool = False,
    copy: bool = False,
) -> dict[str, Any]:
    """Write `target`. `copy` keeps every tensor: it makes one file of a model in parts, whose first is `source`."""
    from llama_cpp import llama_cpp as binding

    library()
    parameters = binding.llama_model_quantize_default_params()
    parameters.nthread, parameters.ftype, parameters.pure = threads, file_type, pure
    parameters.allow_requantize, parameters.only_copy = True, copy
    if binding.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.byref(parameters)) != 0:
        raise RuntimeError(f"llama.cpp cannot {'join its parts' if copy else 'quantize it'}: {complaint()}")
    return {"bytes": os.path.getsize(target)}  # noqa: PTH202


def measure(**arguments: Any) -> dict[str, Any]:
    """See `quant.tools.measures.measure`."""
    from quant.tools.measures import measure as run

    return run(library(), say, complaint, **arguments)


JOBS: dict[str, Callable[..., Any]] = {"quantize": quantize, "measure": measure}


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


def main() -> None:
    """Read a job, do it, print what came of it."""
    request = decode(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        say(result=JOBS[request["job"]](**request["arguments"]))
    except Exception as error:  # the parent tells it to the user
        say(error=str(error) or type(error).__name__)
    sys.stdout.flush()
    os._exit(0)  # no clean-up of C++ objects: nothing is left to be saved, and some builds crash in it


if __name__ == "__main__":
    main()
