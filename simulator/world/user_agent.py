"""The simulated person while an assistant is about: gaps, annoyance, what was heard, requests, verdicts, reactions.

The life itself (`world.life`) never changes with the assistant; all that does is here, and survives a night and
a restart through `get_state` and `set_state`.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.style import keeps
from edge_assistant.domain import DIMENSIONS, TICK_MINUTES, Feedback, Rating, Suggestion
from simulator.people.persona import Persona
from simulator.world.life import LifeDay
from simulator.world.seeding import generator
from simulator.world.taste import HABITUATION_DAYS, Utility

ASKS_FOR_LATER = 0.25
"""Chance that a liked idea at a bad, unblocked moment is answered by 'later' beside the dismissal."""
HABIT_REST = timedelta(hours=20)
"""A habit may be said daily."""
HABITUATION = timedelta(days=HABITUATION_DAYS)

TRUST_RATE = 0.05

STYLE_ASPECTS = ("length", "formality", "directness", "warmth", "emoji", "exclamation")

_ALL_WELL = Rating(1, 1, 1, 1)


class UserAgent:
    """One persona living under one assistant.

    Attributes:
        annoyance: 0 to 1; rises with false alarms, decays over hours.
        trust: 0 to 1; slow average of outcomes.
        spoken_today: unasked suggestions of this day.
    """

    def __init__(self, persona: Persona, taste: Utility, patient: bool = False) -> None:
        """`patient`: annoyance stays 0 and nothing is ever asked for (the oracle's own copy of the day)."""
        self.persona = persona = taste.persona
        self.world = taste.world
        self.taste = taste
        self.patient = patient
        self._rest = timedelta(days=persona.preference.repeat_after)
        self._calm = float(np.exp(-TICK_MINUTES / 60 / self.world.annoyance_hours))
        self.annoyance = 0.0
        self.trust = 0.5
        self.spoken_today = 0
        self._heard: deque[tuple[datetime, int]] = deque()
        self._resting: dict[bool, deque[tuple[datetime, int]]] = {False: deque(), True: deque()}
        """What was said and when, habits apart: they rest for another time."""
        self._last_spoken: int | None = None
        self._last_welcome = 0
        self._asked_in_spell = False
        self.day: LifeDay
        self.rested = np.ones(len(taste.base), dtype=bool)
        self.heard_counts = np.zeros(len(taste.base))
        self._rests = np.zeros(len(taste.base), dtype=int)

    def begin_day(self, day: LifeDay) -> None:
        """Wake up: the minimum gap counts as passed, the maximum gap starts from 0, a night has calmed."""
        self.annoyance *= float(np.exp(-7.0 / self.world.annoyance_hours))
        self.day = day
        self.spoken_today = 0
        self._last_spoken = None
        self._last_welcome = 0
        self._asked_in_spell = False
        self._refresh(day.wake)

    # -- the state of a moment ------------------------------------------------------------------------------------

    def calm_down(self) -> None:
        """A tick passes."""
        self.annoyance *= self._calm

    def overdue(self, tick: int) -> bool:
        """Whether more awake time than the maximum gap has passed since the last welcome suggestion."""
        return (tick - self._last_welcome) * TICK_MINUTES > self.persona.frequency.max_gap

    def receptive(self, tick: int) -> bool:
        """Whether a word would be welcome now, annoyance included."""
        timing = self.persona.timing
        needed = timing.threshold + timing.annoyance * self.annoyance
        return bool(not self.day.blocked[tick] and self.day.receptiveness[tick] >= needed)

    def since_spoken(self, tick: int) -> float:
        """Awake minutes since the last spoken suggestion; on waking the gap counts as passed."""
        return np.inf if self._last_spoken is None else (tick - self._last_spoken) * TICK_MINUTES

    def asks(self, tick: int) -> bool:
        """Whether the person asks for something now, before the assistant decides."""
        if self.patient or self._asked_in_spell or self.day.draws[tick, 0] >= self.world.request_chance:
            return False
        if not self.overdue(tick) or not self.receptive(tick):
            return False
        self._asked_in_spell = True
        return True

    def pleasing_now(self, tick: int) -> NDArray[np.bool_]:
        """(n,) ideas that would please now, rests and habituation included."""
        self._refresh(self.day.time(tick))
        return self.taste.pleasing(self.day, tick, self.heard_counts) & self.rested

    # -- verdicts -------------------------------------------------------------------------------------------------

    def rate_silence(self, tick: int) -> Rating:
        """The rubric's verdict on silence."""
        if not self.overdue(tick):
            return _ALL_WELL
        if not self.receptive(tick):
            return Rating(1, 1, 0, 1)
        return Rating(int(not self.pleasing_now(tick).any()), 0, 0, 1)

    def rate_spoken(self, tick: int, idea: int | None, suggestion: Suggestion) -> Rating:
        """The rubric's verdict on a spoken suggestion; `idea` is its index, None when no idea is near enough."""
        preference = idea is not None and bool(self.pleasing_now(tick)[idea])
        frequency = self.persona.frequency
        often = self.since_spoken(tick) >= frequency.min_gap and self.spoken_today + 1 <= frequency.daily_max
        return Rating(
            int(preference),
            int(self.receptive(tick)),
            int(often or suggestion.requested),
            int(self.well_put(idea, suggestion.text)),
        )

    def well_put(self, idea: int | None, text: str) -> bool:
        """Whether a sentence keeps to the person's style and topics."""
        if idea is not None and self.taste.forbidden[idea]:
            return False
        return not self.faults_of_style(text)

    def faults_of_style(self, text: str) -> tuple[str, ...]:
        """The aspects of style that a sentence offends."""
        wanted = ((aspect, getattr(self.persona.manner, aspect)) for aspect in STYLE_ASPECTS)
        return tuple(aspect for aspect, value in wanted if value != "any" and not keeps(text, aspect, value))

    # -- what follows from speech ---------------------------------------------------------------------------------

    def react(self, tick: int, rating: Rating, suggestion: Suggestion) -> Feedback:
        """What the person does on hearing a suggestion, with the first failing dimension as the reason, or by a slip
        another one.
        """
        meant = self._meant(tick, rating, suggestion)
        slip = generator("slip", self.persona.id, self.day.day, tick, self.day.draws[tick, 1])
        if not self.world.reason_slip or slip.random() >= self.world.reason_slip:
            return meant
        others = [Feedback(reaction="accepted"), Feedback(reaction="ignored")]
        others += [Feedback(reaction="dismissed", reason=name) for name in DIMENSIONS]
        others = [other for other in others if (other.reaction, other.reason) != (meant.reaction, meant.reason)]
        return others[int(slip.integers(len(others)))]

    def _meant(self, tick: int, rating: Rating, suggestion: Suggestion) -> Feedback:
        accept_draw, ignore_draw = self.day.draws[tick, 1], self.day.draws[tick, 2]
        if rating.welcome:
            if rating.communication or accept_draw < self.world.accepts_badly_put:
                return Feedback(reaction="accepted")
            wordy = self.persona.manner.length == "short" and "length" in self.faults_of_style(suggestion.text)
            turns = ("shorter",) if wordy else ()
            return Feedback(reaction="dismissed", reason="communication", turns=turns)
        if self.day.blocked[tick] and ignore_draw < self.world.ignores_when_blocked:
            return Feedback(reaction="ignored")
        reason = "timing" if not rating.timing else "frequency" if not rating.frequency else "preference"
        later = reason == "timing" and rating.preference and not self.day.blocked[tick] and accept_draw < ASKS_FOR_LATER
        return Feedback(reaction="dismissed", reason=reason, turns=("later",) if later else ())

    def hear(self, tick: int, idea: int | None, suggestion: Suggestion, rating: Rating) -> None:
        """Take in what was said: gaps, counts, habituation, annoyance, trust."""
        self._last_spoken = tick
        if not suggestion.requested:
            self.spoken_today += 1
        if idea is not None:
            self.note_heard(tick, idea)
        self.trust += TRUST_RATE * (float(rating.welcome) - self.trust)
        if rating.welcome:
            self._last_welcome = tick
            self._asked_in_spell = False
        elif not self.patient and not suggestion.requested:
            step = self.world.annoyance_step * (1.3 if self.persona.traits["neuroticism"] == "high" else 1.0)
            self.annoyance = min(1.0, self.annoyance + step * (1 - 0.3 * self.annoyance))

    def note_heard(self, tick: int, idea: int) -> None:
        """An idea was heard."""
        now = self.day.time(tick)
        self._refresh(now)
        self._note(now, idea)

    def _refresh(self, now: datetime) -> None:
        """Bring rests and habituation up to a time: what was heard is in order, so what runs out stands in front."""
        while self._heard and now - self._heard[0][0] >= HABITUATION:
            self.heard_counts[self._heard.popleft()[1]] -= 1
        for habit, resting in self._resting.items():
            rest = HABIT_REST if habit else self._rest
            while resting and now - resting[0][0] >= rest:
                self._let_rest(resting.popleft()[1], -1)

    def _note(self, time: datetime, idea: int) -> None:
        self._heard.append((time, idea))
        self.heard_counts[idea] += 1
        self._resting[bool(self.taste.habits[idea])].append((time, idea))
        self._let_rest(idea, 1)

    def _let_rest(self, idea: int, step: int) -> None:
        """One reason more, or less, for an idea and all that mean nearly the same to rest."""
        for other in self.taste.near[idea]:
            self._rests[other] += step
            self.rested[other] = not self._rests[other]

    def heard_within(self, tick: int, idea: int) -> bool:
        """Whether the idea, or one that means nearly the same, was heard in the last 7 days."""
        self._refresh(self.day.time(tick))
        return bool(self.heard_counts[list(self.taste.near[idea])].any())

    def _forget_heard(self) -> None:
        self._heard.clear()
        for resting in self._resting.values():
            resting.clear()
        self.heard_counts[:] = 0
        self._rests[:] = 0
        self.rested[:] = True

    def get_state(self) -> dict[str, Any]:
        """All that outlasts a night, JSON-ready."""
        ideas = self.taste.base.ideas
        heard, habits, others = (
            [[time.isoformat(), ideas[idea].id] for time, idea in entries]
            for entries in (self._heard, self._resting[True], self._resting[False])
        )
        return {"annoyance": self.annoyance, "trust": self.trust, "heard": heard, "rests": [*others, *habits]}

    def set_state(self, state: dict[str, Any]) -> None:
        """Inverse of `get_state`, between two days."""
        self.annoyance, self.trust = float(state["annoyance"]), float(state["trust"])
        self._forget_heard()
        for time, idea in state["heard"]:
            place = self.taste.base.index(idea)
            self._heard.append((datetime.fromisoformat(time), place))
            self.heard_counts[place] += 1
        for time, idea in state.get("rests", ()):
            place = self.taste.base.index(idea)
            self._resting[bool(self.taste.habits[place])].append((datetime.fromisoformat(time), place))
            self._let_rest(place, 1)
