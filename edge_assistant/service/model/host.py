"""Keeps a model process alive: starts it, notices its end, starts it again, and says how it fares."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from edge_assistant.composer.adapted import PersonalComposer
from edge_assistant.composer.composer import Composer
from edge_assistant.errors import EdgeAssistantError, EngineError, ModelError
from edge_assistant.llm.models import NO_MODEL
from edge_assistant.llm.serving import SERVED_SEQUENCES
from edge_assistant.service.model.client import ProcessModel
from edge_assistant.service.model.worker import task_adapter
from edge_assistant.settings import ModelSettings

RETRIES = (0.2, 1.0, 5.0, 30.0, 120.0)
"""Seconds before each further start, when the process keeps ending."""

ServedAdapter = Callable[[str], tuple[str, Path] | None]
"""For a base model's hash the version and file of the adapter in use, or None."""


class SupervisedModel:
    """The model of a running service.

    Attributes:
        name, state, detail: as `protocol.ModelView` shows them.
        can_write: whether it may write sentences; False while unknown.
        abilities: what it may do and why, see `capability.abilities`; () while unknown.
        adapter: version of the attached personal adapter, or ''.
    """

    def __init__(
        self, settings: ModelSettings, changed: Callable[[], None], served: ServedAdapter | None = None
    ) -> None:
        """
        Args:
            settings: of the model.
            changed: told, in some thread, whenever the state has changed.
            served: which adapter to put on.
        """
        self.settings = settings
        self.name = settings.path or "packaged model"
        self.state = "none" if settings.path == NO_MODEL else "loading"
        self.detail = ""
        self.can_write = False
        self.abilities: tuple[dict[str, Any], ...] = ()
        self.adapter = ""
        self._changed = changed
        self._served = served
        self._personal: Path | None = None
        self._model: ProcessModel | None = None
        self._failures = 0
        self._closed = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to load; returns at once."""
        if self.state != "none":
            threading.Thread(target=self._run, name="model start", daemon=True).start()

    @property
    def pid(self) -> int:
        """Of the child, 0 while there is none."""
        model = self._model
        return model.process.pid if model is not None else 0

    def may(self, ability: str) -> bool:
        """Whether it may do something: 'write', 'answer' or 'plan'; False while unknown."""
        return any(one["name"] == ability and one["able"] for one in self.abilities)

    def model(self) -> ProcessModel:
        """The model, where it is ready.

        Raises:
            EngineError: it is not there now; the message says why.
        """
        model = self._model
        if self.state != "ready" or model is None:
            words = {
                "none": "no model is in use; choose one in the settings",
                "loading": "it is still being loaded; ask again in a moment",
                "restarting": "it is being started again; ask again in a moment",
            }
            raise EngineError(f"model: {words.get(self.state, self.detail)}")
        return model

    def composer(self) -> Composer | PersonalComposer:
        """With the model where it is ready, and in the person's style where an adapter knows it; otherwise without."""
        model, personal = self._model, self._personal
        if self.state != "ready" or model is None:
            return Composer(None)
        if self.adapter and personal is not None:
            return PersonalComposer(Composer(model), model, personal, self._plain(model))
        return Composer(model)

    def follow_adapter(self) -> None:
        """Put on another adapter where another one has come into use since."""
        model = self._model
        if self.state != "ready" or model is None or self._served is None:
            return
        found = self._served(model.sha256)
        if (found[0] if found is not None else "") != self.adapter:
            self.refresh_adapter()

    def refresh_adapter(self) -> None:
        """Put on the adapter that is in use by now; without one, the packaged one for the task."""
        with self._lock:
            model = self._model
            if self.state == "ready" and model is not None:
                self._put_on(model)
        self._changed()

    def close(self) -> None:
        """End it for good."""
        self._closed.set()
        model = self._model
        if model is not None:
            model.close()

    def _run(self) -> None:
        try:
            model = ProcessModel(self._worker_settings(), self._ended)
        except OSError as error:
            self._set("failed", f"cannot be started ({error.strerror})")
            return
        with self._lock:
            self._model = model
        if self._closed.is_set():
            model.close()
            return
        try:
            if not model.wait_ready():
                return  # `_ended` goes on from here
            self.name = model.name
            self._put_on(model)
            self._know(model)
        except EdgeAssistantError as error:
            if model.process.poll() is None:
                self._set("failed", str(error))
            return
        self._failures = 0
        self._set("ready", "")

    def _put_on(self, model: ProcessModel) -> None:
        found = self._served(model.sha256) if self._served is not None else None
        try:
            if found is not None:
                version, path = found
                model.attach(path)
                self.adapter, self._personal = version, path
            elif self.adapter:
                self.adapter, self._personal = "", None
                plain = self._plain(model)
                if plain is not None:
                    model.attach(plain)
                else:
                    model.detach()
            self._know(model)
        except ModelError as error:
            self.adapter, self.detail = "", str(error)  # the model itself still serves

    def _know(self, model: ProcessModel) -> None:
        self.can_write, self.abilities = model.can_write, tuple(model.abilities())

    def _plain(self, model: ProcessModel) -> Path | None:
        """What is attached where no personal adapter is in use."""
        return task_adapter(model.sha256) if self.settings.task_adapter else None

    def _ended(self, why: str, how: str) -> None:
        """The child is gone: `why` it refused to serve, or else `how` it ended."""
        if self._closed.is_set():
            return
        self.adapter = ""
        delay = RETRIES[min(self._failures, len(RETRIES) - 1)]
        self._failures += 1
        if why:  # it said so itself: the file is missing or damaged, and will be in a second too
            self._set("failed", why)
            return
        self._set("restarting", how)
        if not self._closed.wait(delay):
            self._run()

    def _set(self, state: str, detail: str) -> None:
        self.state, self.detail = state, detail
        self._changed()

    def _worker_settings(self) -> dict[str, object]:
        settings = self.settings
        return {
            "path": settings.path,
            "task_adapter": settings.task_adapter,
            "n_ctx": settings.n_ctx,
            "threads": settings.threads,
            "sequences": min(settings.sequences, SERVED_SEQUENCES),
            "prefix_cache_mb": settings.prefix_cache_mb,
        }
