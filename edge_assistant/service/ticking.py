"""One tick after another: look, decide, put into words, say. The same steps as in a simulated life.

moment = ticking.consider(observation)       # at most milliseconds
text = ticking.compose(moment)               # may take seconds: no lock is held
entry = ticking.say(moment, text)            # None where something forbids it by now
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from edge_assistant.composer.adapted import PersonalComposer
from edge_assistant.composer.composer import Composer
from edge_assistant.composer.style import style_of
from edge_assistant.context.apps import SOMETHING
from edge_assistant.context.local_time import minutes_between
from edge_assistant.context.moment import context_of
from edge_assistant.context.observation import Observation
from edge_assistant.context.presence import leaving
from edge_assistant.context.rules import running_programs
from edge_assistant.domain import ACTIVITY_CLASSES, Context, next_busy
from edge_assistant.errors import ModelError, UsageError
from edge_assistant.loop.deciding import decide
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.decision_json import decision_to_dict
from edge_assistant.own.thing import thing_number
from edge_assistant.ranker.sources.own_things import said_on
from edge_assistant.service.feed import Row
from edge_assistant.service.occasions import Occasions
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.state import ServiceState
from edge_assistant.service.views.explaining import why_document

REQUEST = "Do you have an idea for me?"

SUGGESTIONS_KEY = "assistant.suggestions"
"""State with the number of the latest suggestion."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A decision, and when and where it was taken."""

    decision: Decision
    now: datetime
    forbidden: str = ""

    @property
    def speaks(self) -> bool:
        """Whether there is something to say."""
        return self.decision.speak and self.decision.ranked is not None


class Ticking:
    """Decides and speaks."""

    def __init__(self, service: ServiceState, occasions: Occasions | None = None) -> None:
        """
        Args:
            service: of the person.
            occasions: find when a word is due whatever the chances; None leaves all to what was learned.
        """
        self.service = service
        self._occasions = occasions
        self._activity = ""
        self._since: datetime | None = None
        self._last: datetime | None = None

    def consider(self, observation: Observation, request: str = "") -> Moment | None:
        """The decision of a tick, or None where the tick is not lived: somebody is away, or wants privacy.

        Args:
            observation: what the sources know, in the times of the clock.
            request: what the person asked for, or ''.
        """
        service = self.service
        with service.lock:
            now = service.clock.now()
            self._watch_clock(now)
            service.reading = observation
            if not request and observation.presence == "away":
                service.forbidden, service.decision = "you are away", None
                self._note_absence(now, observation)
                return None
            before = service.days.awake
            new_day = service.days.tick(now)
            if service.presence.private:
                service.forbidden, service.decision = "private mode", None
                return None
            forbidden = "" if request else self.forbidden(now, observation)
            context = self._context(now, observation, request, bool(forbidden))
            with service.store.transaction():
                if new_day:
                    service.learned.night()
                decision = service.assistant.tick(context)
                if self._occasions is not None:
                    decision = self._occasions.find(decision)
                kinds, _ = service.assistant.learner.features.texts.read(context.activity, context.room)
                service.memory_log.lasts(now, context.activity, ACTIVITY_CLASSES[int(kinds.argmax())])
                service.decision = decision
                service.forbidden = "" if request else forbidden or decision.forbidden
                service.learned.save()
                lived = 0.0 if new_day else service.days.awake - before
                service.log.tick(service.days.date, lived, decision, service.forbidden)
                service.save_presence()
            return Moment(decision, now, service.forbidden)

    def answer(self, moment: Moment, idea: int | None = None) -> Moment:
        """The moment turned into the answer to a request, with the learner's idea or a given one."""
        with self.service.lock:
            return replace(moment, decision=self.service.assistant.answer(moment.decision, idea))

    def compose(self, moment: Moment) -> str:
        """The chosen idea in words. May take as long as the model takes; nothing is locked.

        Without a model, or with one that fails, a finished sentence is taken.
        """
        decision, host = moment.decision, self.service.model
        assert decision.ranked is not None
        idea = self.service.assistant.base.ideas[decision.ranked.index]
        learner = self.service.assistant.learner
        seed, last = learner.history.spoken_ever, self.service.feed.last_text(idea.id)
        if thing_number(idea.id):  # what it is and when it is due must be right, so a model has no say
            idea, host = said_on(moment.now.date(), idea, self.service.own), None
        try:
            composer = host.composer() if host is not None else Composer(None)
            if isinstance(composer, PersonalComposer):
                return composer.compose(idea, decision.context, decision.style, seed).text
            return composer.choose(idea, decision.context, learner.styles.chance, seed, last=last).text
        except ModelError:
            return Composer(None).choose(idea, decision.context, learner.styles.chance, seed, last=last).text

    def say(self, moment: Moment, text: str) -> Entry | None:
        """Say it, unless something has come up while it was put into words; then it does not count as said."""
        service = self.service
        with service.lock:
            decision = replace(moment.decision, style=style_of(text))  # as it is put, which is what is judged
            if decision.ranked is None or (not decision.requested and self._stopped_meanwhile()):
                return None
            with service.store.transaction():
                entry = self._say(replace(moment, decision=decision), text)
            service.decision = decision
        service.emit("suggestion", entry.to_dict())
        return entry

    def forbidden(self, now: datetime, observation: Observation | None) -> str:
        """The person's own reasons against speech now, before the learner's limits; '' for none."""
        service, presence = self.service, self.service.presence
        if presence.paused and presence.paused_until is not None and now >= presence.paused_until:
            presence.paused, presence.paused_until = False, None
        if presence.private:
            return "private mode"
        if presence.paused:
            return "paused"
        if service.settings.presence.level == "off":
            return "switched off"
        known = observation or Observation()
        told = known.blocked or service.rules.now().forbid(now, observation, running_programs)
        return told or leaving(known) or self._about_to_begin(now, known)

    def weigh_again(self) -> None:
        """What is believed, or what forbids speech, has changed: shown at once, not only with the next tick."""
        service = self.service
        with service.lock:
            now, learner, decision = service.clock.now(), service.assistant.learner, service.decision
            away = service.reading is not None and service.reading.presence == "away"
            service.forbidden = "you are away" if away else self.forbidden(now, service.reading) or self._limits(now)
            if decision is None or decision.speak:
                return  # what was just said stands until the next tick
            known = not service.presence.private and decision.context.activity in learner.trigger.activities
            context = replace(decision.context, request="", blocked=bool(service.forbidden))
            service.decision = decide(learner, context) if known else None

    # Inside

    def _say(self, moment: Moment, text: str) -> Entry:
        service, decision = self.service, moment.decision
        assistant = service.assistant
        assert decision.ranked is not None
        idea = assistant.base.ideas[decision.ranked.index]
        why = why_document(service, decision)
        number = int(service.store.get_state(SUGGESTIONS_KEY) or 0) + 1
        service.store.set_state(SUGGESTIONS_KEY, number)
        decision = assistant.said(decision, text, f"s{number}")
        told = {"id": f"s{number}", "idea": idea.id, "text": text, "activity": decision.context.activity}
        service.store.add_event("suggestion", decision.context.time, {**told, "manner": asdict(decision.style)})
        entry = Entry(
            id=f"s{number}",
            text=text,
            time=moment.now,
            idea=idea.id,
            idea_text=idea.text,
            requested=decision.requested,
            activity=decision.context.activity,
        )
        document = decision_to_dict(decision, service.idea_ids)
        service.feed.add(Row(entry, why, document, service.store.last_event_id()))
        if self._occasions is not None:
            self._occasions.spoke(decision)
        service.learned.save()
        service.log.said(service.days.date, decision.requested)
        return entry

    def _about_to_begin(self, now: datetime, observation: Observation) -> str:
        """The appointment that leaves no time for anything else, in words; '' for none."""
        coming = next_busy(observation.calendar, now)
        if coming is None:
            return ""
        minutes = math.ceil(minutes_between(now, coming.start))
        if minutes > self.service.settings.limits.before_appointment:
            return ""
        return f"{coming.title or 'an appointment'} begins in {minutes} minute{'s' * (minutes != 1)}"

    def _stopped_meanwhile(self) -> bool:
        """Whether the person has paused, snoozed or switched something since the decision."""
        service = self.service
        now = service.clock.now()
        if self.forbidden(now, service.reading):
            return True
        return bool(self._limits(now))

    def _limits(self, now: datetime) -> str:
        learner = self.service.assistant.learner
        return learner.limits.forbid(Context(time=now, activity=""), learner.history)

    def _note_absence(self, now: datetime, observation: Observation) -> None:
        """What was going on has ended when the last key was pressed."""
        if not self.service.presence.private:
            self.service.memory_log.left(now - timedelta(seconds=observation.idle_seconds or 0.0))

    def _context(self, now: datetime, observation: Observation, request: str, blocked: bool) -> Context:
        activity = observation.activity or SOMETHING
        if activity != self._activity:
            self._activity, self._since = activity, now
        since = observation.since or self._since or now
        place = self.service.settings.place
        return context_of(observation, now, since, self.service.days.awake, request, blocked, place)

    def _watch_clock(self, now: datetime) -> None:
        if self._last is not None and now < self._last:
            self.service.assistant.learner.history.clock_went_back(now)
        self._last = now

    def suggest(self, observation: Observation) -> Entry:
        """Answer a request for a suggestion.

        Raises:
            UsageError: every idea rests or is forbidden, or nothing may be kept.
        """
        moment = self.consider(observation, REQUEST)
        if moment is None:
            raise UsageError("suggest: private mode keeps nothing, so there are no suggestions; end it first")
        moment = self.answer(moment)
        if moment.decision.ranked is None:
            raise UsageError("suggest: every idea rests or is forbidden; try again later or forbid less")
        entry = self.say(moment, self.compose(moment))
        assert entry is not None, "nothing stops an answer"
        return entry
