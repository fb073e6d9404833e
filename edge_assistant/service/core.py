"""The core of a person's assistant: one process, one store, and every method that a client may call.

core = Core(service, sources)
core.start()                                  # a tick every 150 seconds, in a thread
core.call("feedback", {"id": "s1", "reaction": "accepted"})
core.stop()
"""

# ruff: noqa: A002 - the parameters have the names that travel over the socket

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from edge_assistant.context.observation import Observation
from edge_assistant.errors import ConfigError, UsageError
from edge_assistant.paths import expanded
from edge_assistant.service.answers.totals import time_totals
from edge_assistant.service.backup import write_backup
from edge_assistant.service.conversation.asking import Asking
from edge_assistant.service.conversation.correcting import Correcting
from edge_assistant.service.conversation.doing import Doing
from edge_assistant.service.conversation.mine import Said, with_subject
from edge_assistant.service.conversation.remembering import Remembering
from edge_assistant.service.conversation.reviewing import Reviewing
from edge_assistant.service.conversation.setup import Setup
from edge_assistant.service.conversation.shelf import IdeaShelf
from edge_assistant.service.model.choosing import choices, path_of
from edge_assistant.service.rpc.learning_values import AdapterView, Learning
from edge_assistant.service.rpc.protocol import LONGEST_PAUSE, Answer, Entry, Setting, Why
from edge_assistant.service.rpc.setup_values import SetupChoices, SetupState
from edge_assistant.service.rpc.values import plain, readable
from edge_assistant.service.settings.file import write_setting
from edge_assistant.service.sources import ContextSources
from edge_assistant.service.state import ServiceState
from edge_assistant.service.tick_loop import TickLoop
from edge_assistant.service.views.adapters import adapter_views, roll_back
from edge_assistant.service.views.explaining import why_entry, why_silent
from edge_assistant.service.views.series import answered, day_series
from edge_assistant.service.views.settings import setting_rows
from edge_assistant.settings import Settings

READING = (
    *(
        "adapters",
        "backup",
        "cancel",
        "conversation",
        "feed",
        "learning",
        "memory.export",
        "memory.search",
        "mine.list",
    ),
    *("models", "review.cards", "settings.get", "setup.get", "shelf", "shutdown", "status", "totals", "why"),
)
"""Methods that change nothing that a screen shows."""


MINE = ("list", "add", "say", "not_done", "edit", "remove")
"""Methods about the person's own things."""


class Core(TickLoop):
    """Lives the person's day, and answers clients. Methods may be called from any thread.

    Attributes:
        on_settings: told the former settings when they have changed; None where only learner and sources follow them.
        methods: what clients may call, by name; parameters and results are JSON, or values of `rpc`.
    """

    on_settings: Callable[[Settings], None] | None = None

    def __init__(self, service: ServiceState, sources: ContextSources) -> None:
        super().__init__(service, sources)
        self.asking = Asking(self.service, self.reactions)
        self.remembering = Remembering(self.service)
        self.correcting = Correcting(self.service)
        self.setup = Setup(self.service)
        self.reviewing = Reviewing(self.service, self.reactions, self.correcting)
        self.shelf = IdeaShelf(self.service)
        self.doing = Doing(self.service, self.reactions, self._never)
        self.mine = self.doing.mine
        self.reactions.card_taken_back = self._card_taken_back
        self.methods: dict[str, Callable[..., Any]] = {
            "status": self.status,
            "feed": self.feed,
            "feedback": self.reactions.feedback,
            "snooze": self.reactions.snooze,
            "edit": self.reactions.edit,
            "more_like": self.reactions.more_like,
            "undo": self.doing.undo,
            "remind": self.reactions.remind,
            "outcome": self.doing.outcome,
            "finish": self.doing.finish,
            "tell": self.tell,
            "ask": self.ask,
            "conversation": self.conversation,
            "cancel": lambda ask="": {"cancelled": self.asking.cancel(ask)},
            "suggest": lambda: {"entry": self.suggest()},
            "why": self.why,
            "memory.search": self.memory_search,
            "memory.correct": self.remembering.correct,
            "memory.pin": self.remembering.pin,
            "memory.forget": self.remembering.forget,
            "memory.export": self.remembering.export,
            "private": self.private,
            "learning": self.learning,
            "learning.correct": self.correcting.correct,
            "learning.state": lambda likes=(), dislikes=(): {"beliefs": self.correcting.state(likes, dislikes)},
            "adapters": self.adapters,
            "adapters.rollback": self.roll_back,
            "training.pause": lambda: self.train(False),
            "training.resume": lambda: self.train(True),
            "totals": lambda days=1: {"totals": time_totals(self.service, int(days))},
            "models": lambda: {"models": choices(self.service.paths.models, self.service.settings.model.path)},
            "models.use": self.use_model,
            "settings.get": self.all_settings,
            "settings.set": self.set_setting,
            "pause": self.pause,
            "resume": self.resume,
            "setup.get": self.setup.state,
            "setup.save": self.save_setup,
            "review.cards": self.reviewing.cards,
            "review.answer": self.reviewing.answer,
            "review.back": self.reviewing.back,
            "review.like": self.reviewing.like,
            "shelf": self.shelf.ideas,
            "shelf.answer": self.shelf.answer,
            **{f"mine.{name}": getattr(self.mine, name) for name in MINE},
            "mine.done": self.doing.done,
            "mine.steps": self.doing.steps,
            "backup": self.backup,
            "shutdown": self.shut_down,
        }

    def call(self, method: str, params: dict[str, Any] | None = None) -> Any:
        """Answer a client: a JSON-ready result.

        Raises:
            EdgeAssistantError: what the person can mend.
        """
        known = self.methods.get(method)
        if known is None:
            raise UsageError(
                f"method {method!r} is unknown to this version; known are {', '.join(sorted(self.methods))}"
            )
        try:
            bound = inspect.signature(known).bind(**readable(params or {}))
        except TypeError as error:
            raise UsageError(f"{method}: {error}") from error
        result = known(*bound.args, **bound.kwargs)
        if method not in READING:
            if method.startswith("mine.") or method in ("tell", "ask"):
                self.service.find_ideas()
            self.ticking.weigh_again()
            self.wake()
            self.tell_state()
        return plain(self.status() if result is None else result)

    def tick(self) -> Entry | None:
        """One tick, see `TickLoop`; towards evening, today's review is there."""
        self.reviewing.offer()
        return super().tick()

    # -- methods; one that returns None answers with the status ----------------------------------------------------

    def feed(self, limit: int = 50, before: str = "") -> dict[str, Any]:
        """Lines of the feed, the newest first, those before an id where one is given."""
        limit = min(max(int(limit), 1), 1000)
        with self.service.lock:
            rows = self.service.feed.latest(limit + 1, before)
        return {"entries": [row.entry for row in rows[:limit]], "more": len(rows) > limit}

    def tell(self, text: str) -> Said | None:
        """The person says what they do: shown at once, and understood while nobody waits.

        A plain sentence about their own things is done instead.
        """
        service = self.service
        said = self.mine.say(text)
        if said is not None:
            return said
        now = service.clock.now()
        understood = self.sources.tell(text, now, not service.presence.private)
        with service.lock:
            former = service.reading or Observation()
            service.reading = replace(former, activity=understood, kind="unknown", since=now, source="typed")
        self.look_soon()
        return None

    def ask(self, text: str, about: str = "", ask: str = "") -> Answer:
        """Answer a question, see `Asking.ask`; a plain sentence about own things is done instead."""
        said = None if about else self.mine.say(text)
        return self.asking.ask(text, about, ask) if said is None else Answer(ask, "done", said["said"])

    def conversation(self, limit: int = 20) -> dict[str, Any]:
        """The latest questions and answers, the oldest first."""
        with self.service.lock:
            return {"turns": self.asking.conversation.turns()[-min(max(int(limit), 1), 1000) :]}

    def why(self, id: str = "") -> Why:
        """Why something was said, or why nothing is."""
        with self.service.lock:
            return why_entry(self.service, self.service.feed.get(id)) if id else why_silent(self.service)

    def memory_search(
        self, query: str = "", by: str = "meaning", kind: str = "", day: str = "", limit: int = 50, offset: int = 0
    ) -> dict[str, Any]:
        """Memories, and how many fit altogether."""
        rows, total = self.remembering.search(query, by, kind, day, int(limit), int(offset))
        return {"rows": rows, "total": total}

    def private(self, on: bool) -> None:
        """Begin or end keeping nothing."""
        service = self.service
        # both ways: what was told before is not of the private time, and what was told in it must not outlive it
        self.sources.tell("", service.clock.now(), True)
        with service.lock:
            service.reading = None
        service.set_private(bool(on))

    def learning(self, days: int = 30) -> Learning:
        """What the learning screen shows."""
        return Learning(
            days=day_series(self.service, int(days)),
            beliefs=self.correcting.beliefs.all(),
            adapters=adapter_views(self.service.paths),
            training=self.training(),
            feedback_total=answered(self.service),
        )

    def adapters(self) -> dict[str, tuple[AdapterView, ...]]:
        """All adapters, the newest first."""
        return {"adapters": adapter_views(self.service.paths)}

    def roll_back(self, version: str = "") -> dict[str, tuple[AdapterView, ...]]:
        """Back to the adapter that was in use before."""
        roll_back(self.service.paths)
        if self.service.model is not None:
            self.service.model.refresh_adapter()
        return self.adapters()

    def train(self, on: bool) -> None:
        """Let training go on, or pause it until the person wants it again."""
        if self.trainer is None:
            raise UsageError("training: nothing is trained by this process; start the assistant with 'run' or 'tui'")
        with self.service.lock:
            self.service.presence.training_paused = not on
            self.service.save_presence()
        if on:
            self.trainer.resume()
        else:
            self.trainer.pause()

    def all_settings(self) -> dict[str, tuple[Setting, ...]]:
        """Every setting that a person may want to change."""
        return {"settings": setting_rows(self.service.settings, self.service.paths.config, self.service.started)}

    def set_setting(self, section: str, field: str, value: Any) -> Setting:
        """Write one setting into the file; it takes effect at once."""
        service = self.service
        with service.lock:
            settings = write_setting(service.paths.config, section, field, value)
            self._apply(settings)
        rows = setting_rows(settings, service.paths.config, service.started)
        row = next((row for row in rows if (row.section, row.field) == (section, field)), None)
        if row is None:
            raise ConfigError(f"{section}.{field}: set, but it is not among the settings that are shown")
        return row

    def use_model(self, name: str) -> None:
        """Use another model from now on, once a trial has shown that it serves."""
        path = path_of(self.service.paths.models, name)
        self.set_setting("model", "path", path)

    def pause(self, minutes: float = 0) -> None:
        """Say nothing for a while; 0 until `resume`."""
        minutes = float(minutes)
        if not 0 <= minutes <= LONGEST_PAUSE:
            raise UsageError(
                f"pause: {minutes:g} minutes cannot be; give 1 to {LONGEST_PAUSE}, or 0 for 'until resume'"
            )
        service = self.service
        with service.lock:
            until = service.clock.now() + timedelta(minutes=minutes) if minutes else None
            service.presence.paused, service.presence.paused_until = True, until
            service.save_presence()

    def resume(self) -> None:
        """End a pause."""
        service = self.service
        with service.lock:
            service.presence.paused, service.presence.paused_until = False, None
            service.save_presence()

    def save_setup(self, **choices: Any) -> SetupState:
        """Take the answers of the first start."""
        self._apply(self.setup.save(SetupChoices.from_dict(choices)))
        return self.setup.state()

    def backup(self, path: str) -> dict[str, Any]:
        """Write a backup while everything goes on."""
        target = expanded(path)
        return {"path": str(target), "bytes": write_backup(self.service.paths, target, self.service.store)}

    def shut_down(self) -> dict[str, Any]:
        """End the process."""
        self.ended.set()
        self.wake()
        return {}

    def _never(self, subject: str) -> None:
        """A subject that the person does not want to hear of."""
        self.set_setting("topics", "never", with_subject(self.service.settings.topics.never, subject))

    def _card_taken_back(self, card: str) -> None:
        self.reviewing.taken_back(card)
        self.shelf.taken_back(card)

    def _apply(self, settings: Settings) -> None:
        """New settings have their effect at once."""
        before = self.service.settings
        self.service.apply(settings)
        if settings.sources != before.sources:
            self.sources.apply(settings)
            self.look_soon()
        if settings != before and self.on_settings is not None:
            self.on_settings(before)
