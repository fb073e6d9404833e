"""The loop that the paper's simulation runs, for the sake of its cost: up to 14 calls a tick, one after the other.

Upstream (github.com/jiho283/ProPerSim) asks its model for every step of perceiving, planning, remembering, suggesting
and rating, each time with the whole prompt. Here the same number of calls with prompts of the same kinds is put to our
engine without shared prefixes and without company. What is answered is not used; only the time counts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from edge_assistant.llm.protocols import GenerateRequest, LanguageModel
from simulator.people.persona import Persona
from simulator.world.life import LifeDay

CALLS: tuple[tuple[str, int], ...] = (
    ("How important is what you see now, from 1 to 10?", 4),
    ("What will you do in the next hour? List the steps with minutes.", 60),
    ("In which part of the home does this happen?", 8),
    ("In which room does this happen?", 8),
    ("With which object does this happen?", 8),
    ("Which emoji stands for this?", 6),
    ("Say it as subject, predicate and object.", 16),
    ("In which state is the object now?", 16),
    ("How important is this for the assistant, from 1 to 10?", 4),
    ("Suggest something, or say No Recommendation.", 48),
    ("Suggest something else, or say No Recommendation.", 48),
    ("Rate the first suggestion from 0 to 4 by each of your wishes, with reasons.", 64),
    ("Rate the second suggestion from 0 to 4 by each of your wishes, with reasons.", 64),
    ("Sum up what was suggested in the last hour.", 48),
)
"""What is asked at a tick, and the most tokens of the answer: all fourteen calls that a tick may take."""

MEMORIES = 8
"""Earlier activities in a prompt."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What some ticks of the naive loop took."""

    ticks: int
    calls: int
    prompt_tokens: int
    generated_tokens: int
    seconds: float

    @property
    def seconds_a_tick(self) -> float:
        """Mean over the stretch."""
        return self.seconds / self.ticks


def prompts(persona: Persona, day: LifeDay, tick: int) -> list[tuple[str, int]]:
    """System and user texts are one here: the person's prose, what happened, the question last."""
    prose = persona.prose
    index = int(day.activity[tick])
    before = day.activities[max(0, index - MEMORIES) : index]
    lines = "\n".join(f"{a.start:%A %H:%M} to {a.end:%H:%M}: {a.told} ({a.room})" for a in before)
    now = day.activities[index]
    situation = (
        f"{persona.name}, {persona.age}, {persona.occupation}, {persona.household}. {persona.background} "
        f"{persona.goals} {prose.preference} {prose.timing} {prose.frequency} {prose.communication}\n"
        f"{lines}\nNow, {day.time(tick):%A %H:%M}: {now.told} ({now.room})."
    )
    return [(f"{situation}\n{question}", most) for question, most in CALLS]


def live(model: LanguageModel, persona: Persona, day: LifeDay, ticks: Sequence[int]) -> Stretch:
    """Live some ticks naively; `model` should keep no prefixes (`cache_mb=0`, one sequence)."""
    before, started = model.counters.copy(), time.perf_counter()
    for tick in ticks:
        for text, most in prompts(persona, day, tick):
            model.generate([GenerateRequest(model.chat("Answer briefly.", text), most, 0.7, tick)])
    spent = model.counters.sub(before)
    return Stretch(len(ticks), spent.calls, spent.prompt_tokens, spent.generated_tokens, time.perf_counter() - started)
