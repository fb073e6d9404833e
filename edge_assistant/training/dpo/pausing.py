"""Leaving a computation quickly: a question asked at every layer, on the way forward and on the way back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

import torch

POLL_SECONDS = 0.1
"""How often the question is really asked: its answer may cost a system call."""


class _Paused(Exception):  # noqa: N818 - not an error
    """Carries the wish to pause out of the middle of a pass."""


class PausePoint:
    """While entered, the layers ask whether to pause, and leave by an exception when the answer is yes: all threads do.

    Args:
        layers: torch modules, many and small: the time between two of them is how long a pause takes.
        should_pause: the question.
    """

    Paused = _Paused

    def __init__(self, layers: Iterable[torch.nn.Module], should_pause: Callable[[], bool]) -> None:
        self._layers = list(layers)
        self._should_pause = should_pause
        self._asked_at = 0.0
        self._leaving = False
        self._handles: list[Any] = []

    def __enter__(self) -> PausePoint:
        self._leaving = False
        for layer in self._layers:
            self._handles.append(layer.register_forward_hook(self._forward))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._handles:
            handle.remove()
        self._handles.clear()

    def poll(self) -> None:
        """Ask now, unless that was done a moment ago.

        Raises:
            _Paused: the answer was yes, here or in another thread.
        """
        if self._leaving:
            raise _Paused
        now = time.monotonic()
        if now - self._asked_at < POLL_SECONDS:
            return
        self._asked_at = now
        if self._should_pause():
            self._leaving = True
            raise _Paused

    def _forward(self, _module: torch.nn.Module, _inputs: Any, output: torch.Tensor) -> None:
        self.poll()
        if output.requires_grad:
            output.register_hook(self._backward)

    def _backward(self, _gradient: torch.Tensor) -> None:
        self.poll()
