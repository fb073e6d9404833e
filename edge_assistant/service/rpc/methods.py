"""The methods that a client may call, as `protocol` lists them. Each takes JSON values and returns some."""

# ruff: noqa: A002 - the parameters have the names that travel over the socket

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from edge_assistant.context.observation import Observation
from edge_assistant.errors import ConfigError, UsageError
from edge_assistant.paths import expanded
from edge_assistant.service.rpc.learning_values import Learning
from edge_assistant.service.rpc.protocol import LONGEST_PAUSE
from edge_assistant.service.rpc.setup_values import SetupChoices
from edge_assistant.service.settings_file import write_setting
from edge_assistant.service.views.adapters import adapter_views, roll_back
from edge_assistant.service.views.explaining import why_entry, why_silent
from edge_assistant.service.views.series import day_series
from edge_assistant.service.views.settings import setting_rows
from edge_assistant.settings import Settings

if TYPE_CHECKING:
    from edge_assistant.service.core import Core

Json = dict[str, Any]


def method_table(core: Core) -> dict[str, Callable[..., Any]]:
    """All methods by name."""
    methods = Methods(core)
    return {
        "status": methods.status,
        "feed": methods.feed,
        "feedback": methods.feedback,
        "snooze": methods.snooze,
        "edit": methods.edit,
        "more_like": methods.more_like,
        "undo": methods.undo,
        "remind": methods.remind,
        "outcome": methods.outcome,
        "tell": methods.tell,
        "ask": methods.ask,
        "cancel": methods.cancel,
        "suggest": methods.suggest,
        "why": methods.why,
        "memory.search": methods.memory_search,
        "memory.correct": methods.memory_correct,
        "memory.pin": methods.memory_pin,
        "memory.forget": methods.memory_forget,
        "memory.export": methods.memory_export,
        "private": methods.private,
        "learning": methods.learning,
        "learning.correct": methods.learning_correct,
        "adapters": methods.adapters,
        "adapters.rollback": methods.adapters_rollback,
        "training.pause": methods.training_pause,
        "training.resume": methods.training_resume,
        "settings.get": methods.settings_get,
        "settings.set": methods.settings_set,
        "pause": methods.pause,
        "resume": methods.resume,
        "setup.get": methods.setup_get,
        "setup.save": methods.setup_save,
        "backup": methods.backup,
        "shutdown": methods.shutdown,
    }


class Methods:
    """Thin: turns JSON into calls and results into JSON."""

    def __init__(self, core: Core) -> None:
        self.core = core

    def status(self) -> Json:
        return self.core.status().to_dict()

    def feed(self, limit: int = 50, before: str = "") -> Json:
        limit = min(max(int(limit), 1), 1000)
        with self.core.service.lock:
            rows = self.core.service.feed.latest(limit + 1, before)
        return {"entries": [row.entry.to_dict() for row in rows[:limit]], "more": len(rows) > limit}

    def feedback(
        self, id: str, reaction: str = "", reason: str = "", rating: Json | None = None, turns: list[str] | None = None
    ) -> Json:
        entry = self.core.reactions.feedback(id, reaction, reason, rating, tuple(turns or ()))
        self.core.tell_state()
        return entry.to_dict()

    def snooze(self, id: str, minutes: float) -> Json:
        entry = self.core.reactions.snooze(id, float(minutes))
        self._tell_anew()
        return entry.to_dict()

    def edit(self, id: str, text: str) -> Json:
        return self.core.reactions.edit(id, text).to_dict()

    def more_like(self, id: str) -> Json:
        return self.core.reactions.more_like(id).to_dict()

    def undo(self) -> Json:
        undone: Json = dict(self.core.reactions.undo())
        self._tell_anew()
        return undone

    def remind(self, id: str, at: str) -> Json:
        entry = self.core.reactions.remind(id, at)
        self.core.wake()
        return entry.to_dict()

    def outcome(self, id: str, outcome: str) -> Json:
        return self.core.reactions.outcome(id, outcome).to_dict()

    def tell(self, text: str) -> Json:
        service = self.core.service
        now = service.clock.now()
        understood = self.core.sources.tell(text, now, not service.presence.private)
        with service.lock:
            # shown at once; the sources are asked, and the words understood, while nobody waits
            former = service.reading or Observation()
            service.reading = replace(former, activity=understood, kind="unknown", since=now, source="typed")
        self.core.look_soon()
        self.core.tell_state()
        return self.status()

    def ask(self, text: str, about: str = "", ask: str = "") -> Json:
        return self.core.asking.ask(text, about, ask).to_dict()

    def cancel(self, ask: str = "") -> Json:
        return {"cancelled": self.core.asking.cancel(ask)}

    def suggest(self) -> Json:
        return {"entry": self.core.suggest().to_dict()}

    def why(self, id: str = "") -> Json:
        service = self.core.service
        with service.lock:
            return (why_entry(service, service.feed.get(id)) if id else why_silent(service)).to_dict()

    def memory_search(
        self, query: str = "", by: str = "meaning", kind: str = "", day: str = "", limit: int = 50, offset: int = 0
    ) -> Json:
        rows, total = self.core.remembering.search(query, by, kind, day, int(limit), int(offset))
        return {"rows": [row.to_dict() for row in rows], "total": total}

    def memory_correct(self, id: int, text: str) -> Json:
        return self.core.remembering.correct(int(id), text).to_dict()

    def memory_pin(self, id: int, on: bool = True) -> Json:
        return self.core.remembering.pin(int(id), bool(on)).to_dict()

    def memory_forget(
        self, ids: list[int] | None = None, since: str = "", until: str = "", topic: str = "", preview: bool = True
    ) -> Json:
        return self.core.remembering.forget(ids or (), since, until, topic, preview).to_dict()

    def memory_export(self) -> Json:
        return self.core.remembering.export()

    def private(self, on: bool) -> Json:
        service = self.core.service
        # both ways: what was told before is not of the private time, and what was told in it must not outlive it
        self.core.sources.tell("", service.clock.now(), True)
        with service.lock:
            service.reading = None
        service.set_private(bool(on))
        self._tell_anew()
        return self.status()

    def learning(self, days: int = 30) -> Json:
        service = self.core.service
        with service.lock:
            said = (row.entry for row in service.feed.between(None, None))
            answered = sum(1 for entry in said if entry.state in ("accepted", "dismissed", "snoozed") or entry.rating)
        return Learning(
            days=day_series(service, int(days)),
            beliefs=self.core.beliefs.all(),
            adapters=adapter_views(service.paths),
            training=self.core.training(),
            feedback_total=answered,
        ).to_dict()

    def learning_correct(self, id: str, value: Any) -> Json:
        return self.core.beliefs.correct(id, value).to_dict()

    def adapters(self) -> Json:
        return {"adapters": [view.to_dict() for view in adapter_views(self.core.service.paths)]}

    def adapters_rollback(self, version: str = "") -> Json:
        roll_back(self.core.service.paths)
        refresh = getattr(self.core.service.model, "refresh_adapter", None)
        if refresh is not None:
            refresh()
        return self.adapters()

    def training_pause(self) -> Json:
        return self._train(False)

    def training_resume(self) -> Json:
        return self._train(True)

    def settings_get(self) -> Json:
        service = self.core.service
        return {"settings": [row.to_dict() for row in setting_rows(service.settings, service.paths.config)]}

    def settings_set(self, section: str, field: str, value: Any) -> Json:
        service = self.core.service
        with service.lock:
            settings = write_setting(service.paths.config, section, field, value)
            self._apply(settings)
        found = (
            row for row in setting_rows(settings, service.paths.config) if (row.section, row.field) == (section, field)
        )
        row = next(found, None)
        if row is None:
            raise ConfigError(f"{section}.{field}: set, but nothing for a person to see")
        return row.to_dict()

    def pause(self, minutes: float = 0) -> Json:
        minutes = float(minutes)
        if not 0 <= minutes <= LONGEST_PAUSE:
            raise UsageError(
                f"pause: {minutes:g} minutes cannot be; give 1 to {LONGEST_PAUSE}, or 0 for 'until resume'"
            )
        service = self.core.service
        with service.lock:
            until = service.clock.now() + timedelta(minutes=minutes) if minutes else None
            service.presence.paused, service.presence.paused_until = True, until
            service.save_presence()
        self._tell_anew()
        return self.status()

    def resume(self) -> Json:
        service = self.core.service
        with service.lock:
            service.presence.paused, service.presence.paused_until = False, None
            service.presence.snoozed_until = None
            service.save_presence()
        self._tell_anew()
        return self.status()

    def setup_get(self) -> Json:
        return self.core.setup.state().to_dict()

    def setup_save(self, **choices: Any) -> Json:
        settings = self.core.setup.save(SetupChoices.from_dict(choices))
        self._apply(settings)
        return self.setup_get()

    def backup(self, path: str) -> Json:
        from edge_assistant.service.backup import write_backup

        service = self.core.service
        target = expanded(path)
        size = write_backup(service.paths, target, service.store)
        return {"path": str(target), "bytes": size}

    def shutdown(self) -> Json:
        self.core.ended.set()
        self.core.wake()
        return {}

    # Inside

    def _train(self, on: bool) -> Json:
        trainer = self.core.trainer
        if trainer is None:
            raise UsageError("training: nothing is trained by this process; start the assistant with 'run' or 'tui'")
        service = self.core.service
        with service.lock:
            service.presence.training_paused = not on
            service.save_presence()
        if on:
            trainer.resume()
        else:
            trainer.pause()
        self.core.tell_state()
        return self.status()

    def _apply(self, settings: Settings) -> None:
        """New settings have their effect at once."""
        service = self.core.service
        before = service.settings
        service.apply(settings)
        if settings.sources != before.sources:
            self.core.sources.apply(settings)
            self.core.look_soon()
        if settings != before and self.core.on_settings is not None:
            self.core.on_settings(before)
        self.core.wake()
        self._tell_anew()

    def _tell_anew(self) -> None:
        """What forbids speech may have changed."""
        self.core.ticking.weigh_again()
        self.core.tell_state()
