"""Work of llama.cpp in a process of its own, so that what crashes there becomes one line here.

A child reads its job as one JSON line, prints JSON lines (`{"progress": 0.5}`, at the end `{"result": ...}` or
`{"error": "..."}`) and ends when its parent does.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from quant.errors import QuantError

OnProgress = Callable[[float], None]


class CrashedError(QuantError):
    """The child was ended by a signal: llama.cpp crashed."""


def run_job(name: str, on_progress: OnProgress | None = None, **arguments: Any) -> Any:
    """Run a job of `quant.native` and return its result.

    Args:
        name: of the job.
        on_progress: told the share done, 0 to 1.
        arguments: of the job; must survive JSON.

    Raises:
        CrashedError: a signal ended the child.
        QuantError: llama.cpp refused, with its last words.
    """
    environment = os.environ | {"OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "PASSIVE")}
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            [sys.executable, "-m", "quant.native"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment,
            text=True,
        ) as child,
    ):
        assert child.stdin is not None and child.stdout is not None
        try:
            child.stdin.write(json.dumps({"job": name, "arguments": arguments}) + "\n")
            child.stdin.flush()  # and stays open: its end tells the child that nobody waits any more
            for line in child.stdout:
                message = json.loads(line) if line.startswith("{") else {}
                if "result" in message:
                    return message["result"]
                if "error" in message:
                    raise QuantError(message["error"])
                if "progress" in message and on_progress is not None:
                    on_progress(float(message["progress"]))
            code = child.wait()
        except BrokenPipeError:
            code = child.wait()
        finally:
            if child.poll() is None:
                child.kill()
        complaints.seek(0)
        last = complaints.read().decode("utf-8", "replace").strip().splitlines()[-1:]
    if code < 0:
        raise CrashedError(f"llama.cpp crashed ({signal.Signals(-code).name}) at '{name}' {' '.join(last)}".strip())
    raise QuantError(f"the child for '{name}' ended without a result (exit code {code}) {' '.join(last)}".strip())
