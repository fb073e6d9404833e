"""Two candidates a tick, rated, as in ProPerSim (section 4): what a simulated person's adapter is trained on.

At some ticks of a lived day two sentences for the same idea are made, one in the style that the assistant would ask
for (or a drawn one) and one in a drawn style, and the persona rates both. Nothing of this is said aloud: day, gaps,
annoyance and measures stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from edge_assistant.domain import STYLE_CHOICES, Context, Style, Suggestion
from edge_assistant.training.pairs.making import Candidate, SentenceMoment, rated_pair
from edge_assistant.training.pairs.pair import Pair
from simulator.policies.learner_policy import LearnerPolicy
from simulator.policies.policies import Silent
from simulator.runs.living import ComposedVoice, context_at
from simulator.world.life import LifeDay
from simulator.world.seeding import generator
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

TICKS_A_DAY = 120
"""Ticks of a day at which two candidates are rated."""

PAIRS_A_DAY = 40
"""Most pairs of a day that are kept; where both candidates are rated alike there is none."""

EXPLORING = 0.5
"""Share of ticks at which the first candidate, too, is in a drawn style: where the assistant's own is wrong, a change
of it is rarely right."""

MOST_CHANGES = 5
"""The second style differs from the first in one to so many aspects."""

AskedStyle = Callable[[], Style]
"""The style that the assistant would ask for now."""


def asked_style(policy: Silent) -> AskedStyle:
    """The style that a policy asks for: what its learner believes, or the one it always takes."""
    if isinstance(policy, LearnerPolicy):
        return policy.assistant.learner.styles.best
    return lambda: policy.style


@dataclass(frozen=True, slots=True)
class PairMaker:
    """Makes the pairs of one persona's days.

    Attributes:
        taste: of the person.
        voice: puts ideas into words; prepared sentences cost next to nothing.
        asked: the style that the assistant asks for.
        seed: of the run.
        ticks: at which two candidates are rated, a day.
        most: pairs that are kept, a day.
    """

    taste: Utility
    voice: ComposedVoice
    asked: AskedStyle
    seed: int
    ticks: int = TICKS_A_DAY
    most: int = PAIRS_A_DAY

    def pairs_of(self, day: LifeDay) -> list[Pair]:
        """The pairs of a day that has been lived; those whose candidates were rated alike are left out."""
        rng = generator("pairs", self.taste.persona.id, self.seed, day.day)
        twin = UserAgent(self.taste.persona, self.taste)  # so that the person's own state stays untouched
        twin.begin_day(day)
        ideas = np.flatnonzero(~self.taste.forbidden)  # a forbidden topic is not a matter of words
        made: list[Pair] = []
        for tick in rng.choice(len(day), size=min(self.ticks, len(day)), replace=False).tolist():
            if len(made) == self.most:
                break
            pair = self._pair_at(twin, tick, int(rng.choice(ideas)), rng)
            if pair is not None:
                made.append(pair)
        return sorted(made, key=lambda pair: pair.time)

    def _pair_at(self, twin: UserAgent, tick: int, idea: int, rng: np.random.Generator) -> Pair | None:
        day, persona = twin.day, self.taste.persona.id
        context = context_at(day, tick, asked=False)
        asked = self.asked()
        moment = SentenceMoment(self.taste.base.ideas[idea], context.activity, context.time, asked)
        number = day.day * 1000 + tick
        styles = (other_style(asked, rng) if rng.random() < EXPLORING else asked, other_style(asked, rng))
        candidates = [self._candidate(twin, tick, idea, context, style, number) for style in styles]
        source = f"tick:{persona}:{day.day}:{tick}"
        provenance = {"persona": persona, "seed": self.seed, "day": day.day, "tick": tick}
        return rated_pair(moment, candidates[0], candidates[1], provenance, [source])

    def _candidate(
        self, twin: UserAgent, tick: int, idea: int, context: Context, style: Style, number: int
    ) -> Candidate:
        text, _ = self.voice.say(idea, context, style, number)
        suggestion = Suggestion(f"pair-{number}", text, self.taste.base.ideas[idea].id, style)
        return Candidate(text, twin.rate_spoken(tick, idea, suggestion))


def other_style(style: Style, rng: np.random.Generator) -> Style:
    """A style that differs in one to `MOST_CHANGES` aspects, drawn."""
    values = {aspect: getattr(style, aspect) for aspect in STYLE_CHOICES}
    changes = int(rng.integers(1, MOST_CHANGES + 1))
    for aspect in rng.choice(list(STYLE_CHOICES), size=changes, replace=False).tolist():
        others = [value for value in STYLE_CHOICES[aspect] if value != values[aspect]]
        values[aspect] = others[int(rng.integers(len(others)))]
    return Style(**values)
