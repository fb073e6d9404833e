"""Running a job of llama.cpp in a child process; `native` is the child."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

from quant.children import ask_child
from quant.json_lines import Message

OnProgress = Callable[[float], None]


def run_job(name: str, on_progress: OnProgress | None = None, **arguments: Any) -> Any:
    """Run a job of `quant.tools.native` and return its result.

    Args:
        name: of the job.
        on_progress: told the share done, 0 to 1.
        arguments: of the job; must survive JSON.

    Raises:
        CrashedError: a signal ended the child.
        QuantError: llama.cpp refused, with its last words.
    """

    def hear(message: Message) -> None:
        if "progress" in message and on_progress is not None:
            on_progress(float(message["progress"]))

    environment = os.environ | {"OMP_WAIT_POLICY": os.environ.get("OMP_WAIT_POLICY", "PASSIVE")}
    command = [sys.executable, "-m", "quant.tools.native"]
    return ask_child(command, {"job": name, "arguments": arguments}, f"'{name}'", hear, environment=environment)
