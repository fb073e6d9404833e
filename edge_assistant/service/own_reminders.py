"""Reminders at their time: said because the person asked, whatever chances, gaps and caps, and never learned from."""

from __future__ import annotations

from datetime import datetime

from edge_assistant.context.observation import Observation
from edge_assistant.own.saying import reminder
from edge_assistant.own.thing import OwnThing
from edge_assistant.ranker.sources.own_things import says_what_to_do
from edge_assistant.service.feed import Row
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.state import ServiceState
from edge_assistant.service.ticking import SUGGESTIONS_KEY


class OwnReminders:
    """Says what is due. It waits while the person is away, or wants no word at all."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service

    def next(self) -> datetime | None:
        """When the next one comes."""
        return min((thing.at for thing in self.service.supply.things() if _waits(thing) and thing.at), default=None)

    def say(self, observation: Observation | None, away: bool) -> list[Entry]:
        """The reminders whose time has come, each once.

        Args:
            observation: of this moment; None where it is not known.
            away: nobody is there.
        """
        service = self.service
        with service.lock, service.store.transaction():
            now = service.clock.now()
            due = [thing for thing in service.supply.things() if _waits(thing) and thing.at and thing.at <= now]
            if not due or self._must_wait(now, observation, away):
                return []
            return [self._say(thing, now) for thing in due]

    def _must_wait(self, now: datetime, observation: Observation | None, away: bool) -> bool:
        service, presence = self.service, self.service.presence
        pause = presence.paused and (presence.paused_until is None or now < presence.paused_until)
        blocked = observation is not None and bool(observation.blocked)
        return away or presence.private or pause or blocked or service.assistant.learner.limits.quiet(now)

    def _say(self, thing: OwnThing, now: datetime) -> Entry:
        service = self.service
        number = int(service.store.get_state(SUGGESTIONS_KEY) or 0) + 1
        service.store.set_state(SUGGESTIONS_KEY, number)
        text = reminder(thing, now, says_what_to_do(thing))
        told = {"id": f"s{number}", "idea": thing.idea_id, "text": text}
        service.store.add_event("reminder", now, told)
        entry = Entry(f"s{number}", text, now, thing.idea_id, thing.text, requested=True)
        service.feed.add(Row(entry, {"day": service.days.number}, {}, service.store.last_event_id()))
        service.own.said(thing.id, now)
        # a suggestion right after it would be one word too many
        service.assistant.learner.history.say(now, "", requested=True)
        service.learned.save()
        return entry


def _waits(thing: OwnThing) -> bool:
    return thing.kind == "reminder" and thing.said != thing.at
