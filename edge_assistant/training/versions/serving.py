"""Puts the version in use onto a running engine, and follows when another one comes into use.

    follower = Follower(model, Registry(paths.adapters), "me", task_adapter)
    follower.refresh()        # at the start, and now and then: one small file is read

A swap takes milliseconds and reads no weights of the base again. Where the version in use cannot be attached, the
engine keeps what it has, and the reason is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edge_assistant.errors import ModelError
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.training.versions.registry import Registry, Version


@dataclass
class Follower:
    """Keeps an engine at the version in use.

    Attributes:
        model: the running engine.
        registry: of the versions.
        owner: whose.
        task_adapter: what is attached where no version is in use; None for nothing.
        problem: why the version in use is not attached, in one line, or ''.
    """

    model: LanguageModel
    registry: Registry
    owner: str
    task_adapter: Path | None = None
    problem: str = ""
    _attached: str | None = None

    def refresh(self) -> Version | None:
        """Attach what is in use now; returns it, or None for the model without a personal adapter."""
        version = self._usable()
        wanted = version.name if version is not None else ""
        if wanted == self._attached:
            return version
        path = version.served if version is not None else self.task_adapter
        try:
            if path is None:
                self.model.detach()
            else:
                self.model.attach(path)
        except ModelError as error:
            self.problem = str(error)
            return None
        self._attached = wanted
        return version

    def _usable(self) -> Version | None:
        version = self.registry.current(self.owner)
        self.problem = ""
        if version is not None and version.base_sha256 != self.model.sha256:
            self.problem = f"adapter {version.name} belongs to another model; train one for {self.model.name}"
            return None
        return version
