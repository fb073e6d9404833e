"""The ticks of a person's assistant, one every 150 seconds, in a thread of their own: look, decide, say, remind."""

from __future__ import annotations

import logging
import os
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from edge_assistant.context.hub import Reading
from edge_assistant.context.observation import TROUBLED, Observation
from edge_assistant.domain import TICK_SECONDS
from edge_assistant.errors import EdgeAssistantError
from edge_assistant.loop.decision_json import decision_to_dict
from edge_assistant.service.feed import Row
from edge_assistant.service.occasions import Occasions
from edge_assistant.service.own_reminders import OwnReminders
from edge_assistant.service.reactions import Reactions
from edge_assistant.service.rpc.protocol import Entry, Status, Training
from edge_assistant.service.sources import ContextSources
from edge_assistant.service.state import ServiceState
from edge_assistant.service.system.session import follow_session
from edge_assistant.service.ticking import Moment, Ticking
from edge_assistant.service.views.status import status_of

IGNORED_MINUTES = 30.0
"""Lived minutes after which no answer is an answer."""

STALE = timedelta(hours=24)
"""What was put off and could not be said for so long is dropped."""

SHORTEST_WAIT = 0.5

log = logging.getLogger(__name__)


class Notifier(Protocol):
    """Shows a suggestion outside of any screen; never waits, never fails."""

    def show(self, entry: Entry) -> None: ...


class Trainer(Protocol):
    """Trains adapters in idle hours."""

    def view(self) -> Training: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def close(self) -> None: ...


class TickLoop:
    """Lives the person's day. Methods may be called from any thread.

    Attributes:
        notifier: told each suggestion; None for nobody.
        trainer: of adapters; None where none are trained.
        tick_seconds: length of a tick in real time.
    """

    notifier: Notifier | None = None
    trainer: Trainer | None = None
    tick_seconds: float = TICK_SECONDS

    def __init__(self, service: ServiceState, sources: ContextSources) -> None:
        """
        Args:
            service: loaded, see `ServiceState.load`.
            sources: tell what the moment looks like.
        """
        self.service = service
        self.sources = sources
        self.ticking = Ticking(service, Occasions(service))
        self.reactions = Reactions(service)
        self.reminders = OwnReminders(service)
        self.ended = threading.Event()
        self._wake = threading.Event()
        self._ticking = threading.Lock()
        self._thread: threading.Thread | None = None

    # -- running ------------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to tick."""
        self._thread = threading.Thread(target=self._run, name="ticks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; whatever is worth keeping is in the store already."""
        self.ended.set()
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=5)
        with self.service.lock:
            try:
                self.service.memory.save_index()
            except EdgeAssistantError as error:  # it is rebuilt when needed; the rest must end well
                log.warning("%s", error)

    def wake(self) -> None:
        """Something that is due may have changed."""
        self._wake.set()

    # -- a tick -------------------------------------------------------------------------------------------------------

    def tick(self) -> Entry | None:
        """One tick: look, decide, say. Returns what was said."""
        if self.service.model is not None:
            self.service.model.follow_adapter()
        with self._ticking:
            entry = self._live(self.look())
        self.service.trouble = ""
        self.tell_state()
        return entry

    def look(self) -> Reading:
        """What the sources know of this moment."""
        self.service.find_ideas()
        reading = self.sources.look(self.service.clock.now())
        activity = reading.observation.activity
        if activity and not self.service.presence.private:
            # not under the lock: the first text that no cache knows loads the embedding model, which takes long
            self.service.assistant.learner.features.texts.read(activity)
        with self.service.lock:
            self.service.reading = reading.observation
            self.service.source_states = reading.states
            wrong = {state.name for state in reading.states if state.state in TROUBLED or state.left_out}
            still = [line for line in self.service.news if line.partition(": ")[0] in wrong]
            self.service.news = tuple(dict.fromkeys((*still, *reading.news)))
        return reading

    def look_soon(self) -> None:
        """Look in a thread, and tell the clients what was seen."""

        def work() -> None:
            with suppress(EdgeAssistantError):  # the store may be closed by now; the next tick looks again
                self.look()
                self.tell_state()

        threading.Thread(target=work, name="look", daemon=True).start()

    def suggest(self) -> Entry:
        """Answer a request for a suggestion now."""
        with self._ticking:
            entry = self.ticking.suggest(self.look().observation)
        self.tell_state()
        return entry

    def due(self) -> None:
        """Show what was to be shown by now: reminders."""
        with self.service.lock:
            now = self.service.clock.now()
            rows = [row for row in self.service.feed.with_reminder() if _passed(row.entry.remind_at, now)]
            shown = []
            for row in rows:
                entry = replace(row.entry, remind_at=None, reminder="reminder")
                self.service.feed.put(entry)
                shown.append(entry)
        for entry in shown:
            self._show(entry)
        reading = self.service.reading
        if reading is not None:
            self._remind(reading)

    def _remind(self, reading: Observation) -> Entry | None:
        """Say the reminders whose time has come; the last of them."""
        said = self.reminders.say(reading, reading.presence == "away")
        for entry in said:
            self._show(entry)
        return said[-1] if said else None

    def tell_state(self) -> None:
        """Tell the clients how things are."""
        self.service.emit("state", self.status().to_dict())

    def status(self) -> Status:
        """How things are."""
        return status_of(self.service, self.training(), os.getpid())

    def training(self) -> Training:
        """How the training of adapters stands."""
        if self.trainer is not None:
            return self.trainer.view()
        on = self.service.settings.training.on
        return Training("idle" if on else "off", detail="" if on else "switched off in the settings")

    # Inside

    def _live(self, reading: Reading) -> Entry | None:
        moment = self.ticking.consider(reading.observation)
        if moment is None:
            return None
        self._let_expire()
        reminded = self._remind(reading.observation)
        if reminded is not None:
            return reminded
        returned = self._bring_back(moment)
        if returned is not None:
            return returned
        if not moment.speaks:
            return None
        entry = self.ticking.say(moment, self.ticking.compose(moment))
        if entry is not None and self.notifier is not None:
            self.notifier.show(entry)
        return entry

    def _let_expire(self) -> None:
        """Open suggestions that nobody answers any more."""
        service = self.service
        with service.lock:
            now, days = service.clock.now(), service.days
            for row in service.feed.in_state("open"):
                said_at = row.choice.get("context", {}).get("awake_minutes", 0.0)
                said_at = said_at if row.choice else days.awake  # a reminder stays for the day
                if row.why.get("day") != days.number or now - row.entry.time > STALE:
                    self.reactions.expired(row)
                elif days.awake - said_at >= IGNORED_MINUTES:
                    self.reactions.ignored(row)

    def _bring_back(self, moment: Moment) -> Entry | None:
        """Show again what the person has put off, where nothing forbids it now."""
        service = self.service
        with service.lock:
            now = service.clock.now()
            rows = [row for row in service.feed.in_state("snoozed") if _passed(row.entry.snoozed_until, now)]
            for row in rows:
                until = row.entry.snoozed_until
                if until is not None and now - until > STALE:
                    self.reactions.expired(row)
                elif not moment.forbidden:
                    return self._again(row, moment)
        return None

    def _again(self, row: Row, moment: Moment) -> Entry:
        """A suggestion comes back: it was asked for, so it counts for the gaps but not for the day's number."""
        service = self.service
        entry = replace(row.entry, state="open", snoozed_until=None, reminder="snooze")
        base = service.assistant.base
        with service.store.transaction():
            document = row.choice
            if row.entry.idea in base.by_id:
                decision = service.assistant.answer(moment.decision, base.index(row.entry.idea))
                decision = service.assistant.spoken_again(decision, entry.text)
                document = decision_to_dict(decision, service.idea_ids)
            service.feed.put(entry, document, {**row.why, "day": service.days.number})
            service.learned.save()
        self._show(entry)
        return entry

    def _show(self, entry: Entry) -> None:
        self.service.emit("suggestion", entry.to_dict())
        if self.notifier is not None:
            self.notifier.show(entry)

    def _run(self) -> None:
        next_tick = time.monotonic()
        while not self.ended.is_set():
            try:
                if time.monotonic() >= next_tick:
                    next_tick = time.monotonic() + self.tick_seconds
                    follow_session()
                    self.tick()
                self.due()
            except Exception as error:  # one bad tick must not end all others
                known = isinstance(error, EdgeAssistantError)
                self.service.trouble = str(error) if known else f"a tick failed: {type(error).__name__}: {error}"
                self.tell_state()
            self._wake.wait(self._seconds_to_wait(next_tick))
            self._wake.clear()

    def _seconds_to_wait(self, next_tick: float) -> float:
        """Until the next tick or reminder."""
        seconds = next_tick - time.monotonic()
        with self.service.lock:
            now = self.service.clock.now()
            for row in self.service.feed.with_reminder():
                if row.entry.remind_at is not None:
                    seconds = min(seconds, (row.entry.remind_at - now).total_seconds())
            coming = self.reminders.next()
            if coming is not None and coming > now:  # one that waits is looked at with each tick
                seconds = min(seconds, (coming - now).total_seconds())
        return max(seconds, SHORTEST_WAIT)


def _passed(time: datetime | None, now: datetime) -> bool:
    return time is not None and time <= now
