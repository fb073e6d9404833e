"""How the threads of OpenMP, llama.cpp's and PyTorch's, wait for each other. It is read once, when a library loads.

The default is to spin, which on a busy machine wastes ten times the work and can be thirty times slower. To sleep at
once is no better: a step of a small model meets at some thousand barriers, twice as many with an adapter, and waking up
takes longer than most of them do. So a thread looks for the others briefly, and then sleeps. With the packaged model
and its adapter on two idle cores a token took 64 ms when they slept at once and 10 ms when they looked first.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager

_WAIT = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "500"}
"""Looks before sleep: some ten microseconds. Only GNU's OpenMP reads the second."""


def wait_briefly(environment: MutableMapping[str, str]) -> None:
    """Say so in an environment, unless the user has said there how to wait."""
    if not _WAIT.keys() & environment.keys():
        environment.update(_WAIT)


@contextmanager
def waiting_briefly() -> Iterator[None]:
    """Say so while a library loads; what loads later, and child processes, keep their own ways."""
    before = {name: os.environ.get(name) for name in _WAIT}
    wait_briefly(os.environ)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
