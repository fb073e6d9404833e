"""A simulated person in front of the personal assistant's own core: the same decisions as in a run, from the same code.

What a person's computer would tell goes in as observations, what the person would press as feedback; the clock is set
by hand. `demo-life` fills a home this way, and tests hold its decisions against those of `simulate`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from edge_assistant.context.observation import Observation
from edge_assistant.domain import Context, Feedback, Style
from edge_assistant.loop.deciding import reasons
from edge_assistant.service.clock import ManualClock
from edge_assistant.service.reactions import Reactions
from edge_assistant.service.state import ServiceState
from edge_assistant.service.ticking import Moment, Ticking
from simulator.policies.policies import Proposal, Silent
from simulator.runs.household import PersonaSetup, household
from simulator.runs.living import DayRecord, live
from simulator.world.life import LifeDay


class PersonalPolicy(Silent):
    """The core of a person's assistant as a policy: it notices days and nights by itself, and keeps its own state.

    A simulated person opens no screens of it, so it asks nothing in reviews.
    """

    needs_context = True

    def __init__(
        self,
        service: ServiceState,
        clock: ManualClock,
        shift: timedelta = timedelta(0),
        zone: Callable[[datetime], datetime] = lambda time: time.replace(tzinfo=UTC),
        as_in_a_run: bool = True,
    ) -> None:
        """Set up.

        Args:
            service: the core, with `clock` as its clock.
            clock: follows the simulated one.
            shift: added to simulated times.
            zone: gives a simulated local time its offset.
            as_in_a_run: a request is answered with the idea that is given, as for every policy, and the words of an
                activity tell no place; otherwise all is as for a real person.
        """
        super().__init__(Style())
        self.clock, self.shift, self.zone, self.as_in_a_run = clock, shift, zone, as_in_a_run
        self.take_over(service)

    def take_over(self, service: ServiceState) -> None:
        """Go on with another body, such as one of the same store after a restart."""
        self.service = service
        self.ticking = Ticking(service)
        self.reactions = Reactions(service)

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        assert context is not None
        moment = self._tick(context)
        return self._proposal(moment) if moment.speaks else None

    def _tick(self, context: Context) -> Moment:
        now = self.time(context.time)
        self.clock.set(now)
        observation = Observation(
            activity=context.activity,
            room=context.room,
            since=now - timedelta(minutes=context.activity_minutes),
            calendar=tuple(
                replace(entry, start=self.time(entry.start), end=self.time(entry.end)) for entry in context.calendar
            ),
            source="simulated" if self.as_in_a_run else "typed",
        )
        moment = self.ticking.consider(observation, context.request)
        assert moment is not None, "a simulated person is never away and hides nothing"
        return moment

    def answer(self, tick: int, context: Context, idea: int) -> Proposal:
        return self._proposal(self.ticking.answer(self._tick(context), idea if self.as_in_a_run else None))

    def said(self, proposal: Proposal, text: str) -> Proposal:
        entry = self.ticking.say(proposal.decision, text)
        assert entry is not None, "nothing comes up between a decision and its words here"
        return replace(proposal, decision=entry.id)

    def learn(self, proposal: Proposal | None, feedback: Feedback | None) -> None:
        if feedback is None or proposal is None:
            return
        # one key gives a reaction and a reason, no rating
        self.reactions.feedback(proposal.decision, feedback.reaction or "", feedback.reason or "", None, feedback.turns)

    def time(self, simulated: datetime) -> datetime:
        """A simulated time as the core's clock shows it."""
        return self.zone(simulated + self.shift)

    def _proposal(self, moment: Moment) -> Proposal:
        decision = moment.decision
        assert decision.ranked is not None
        why = reasons(self.service.assistant.learner, decision)
        chance, threshold = decision.chance, decision.assessment.threshold
        return Proposal(decision.ranked.index, decision.style, chance, threshold, why, decision=moment)


def live_personally(
    shop: PersonaSetup,
    policy: PersonalPolicy,
    days: Sequence[LifeDay],
    seed: int,
    step: Callable[[int], None] | None = None,
) -> list[DayRecord]:
    """Live days in front of a personal core, with the feedback that one key gives.

    Args:
        shop: of the persona.
        policy: the core.
        days: in order.
        seed: of the life.
        step: told the number of each day that has ended.
    """
    learner = policy.service.assistant.learner
    silent = household(shop, "silent", "reasons", seed, learner.prior)
    house = replace(silent, policy=policy)
    records = []
    for number, day in enumerate(days, start=1):
        records.append(live(house, day))
        if step is not None:
            step(number)
    return records
