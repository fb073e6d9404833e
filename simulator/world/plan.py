"""A day's plan: fixed points where they belong, free stretches filled, all cut into activities of 5 to 60 minutes.

Who fills the free stretches is behind one protocol: by weight without a model, or chosen or written by a model
(`simulator.world.language`). Minutes count from the midnight with which the day's date begins, and may exceed 1440.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from simulator.people.persona import Persona
from simulator.people.routine import DAYS, FixedPoint, Pastime, minutes_of_day, within
from simulator.world.calendar import date_of, is_weekend
from simulator.world.seeding import generator

EVERYDAY = Path(__file__).parents[1] / "data" / "everyday.toml"

SHORTEST = 5.0
LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class Block:
    """One planned activity, in minutes after midnight; `fixed` when it belongs to the routine."""

    text: str
    kind: str
    room: str
    start: float
    end: float
    fixed: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A day from waking to sleep. `fallbacks` counts stretches that the model spoiled and that were repaired."""

    day: int
    wake: float
    sleep: float
    blocks: tuple[Block, ...]
    fallbacks: int = 0


@dataclass(frozen=True, slots=True)
class FreeSlot:
    """A moment that needs a pastime: what is possible now, and what was done before today."""

    day: int
    start: float
    room_for: float
    options: tuple[Pastime, ...]
    weights: tuple[float, ...]
    done: tuple[str, ...]


class Filler(Protocol):
    """Chooses what fills a free stretch."""

    fallbacks: int

    def choose(self, persona: Persona, slot: FreeSlot, rng: np.random.Generator) -> Pastime:
        """One pastime for the slot, from its options or newly written."""


class WeightedFiller:
    """Draws among the options by their weights: the life without a model."""

    fallbacks = 0

    def choose(self, persona: Persona, slot: FreeSlot, rng: np.random.Generator) -> Pastime:
        weights = np.asarray(slot.weights)
        return slot.options[int(rng.choice(len(slot.options), p=weights / weights.sum()))]


def make_plan(persona: Persona, day: int, seed: int, filler: Filler) -> Plan:
    """The plan of one day; the same persona, day, seed and filler give the same plan."""
    rng = generator("plan", persona.id, seed, day)
    weekday = DAYS[date_of(day).weekday()]
    frame = persona.day.weekend if is_weekend(day) else persona.day.weekday
    wake = minutes_of_day(frame.wake) + _drift(rng, frame.jitter)
    sleep = minutes_of_day(frame.sleep) + _drift(rng, frame.jitter)
    if sleep <= wake:
        sleep += 1440
    fixed = _fixed_blocks(persona.routine, weekday, wake, sleep, rng)
    before = filler.fallbacks
    blocks: list[Block] = []
    cursor = wake
    for block in [*fixed, None]:
        end = block.start if block is not None else sleep
        if end - cursor >= SHORTEST:
            blocks.extend(_fill(persona, day, weekday, cursor, end, blocks, filler, rng))
        elif blocks:  # too short for anything: what was being done goes on
            blocks[-1] = replace(blocks[-1], end=end)
        elif block is not None:
            block = replace(block, start=cursor)
        if block is not None:
            blocks.append(block)
            cursor = block.end
    return Plan(day, wake, sleep, tuple(blocks), filler.fallbacks - before)


def _drift(rng: np.random.Generator, jitter: float) -> float:
    return float(np.clip(rng.normal(0, jitter), -2 * jitter, 2 * jitter)) if jitter else 0.0


def _fixed_blocks(
    routine: Sequence[FixedPoint], weekday: str, wake: float, sleep: float, rng: np.random.Generator
) -> list[Block]:
    """Fixed points of a weekday in order; one that would overlap its predecessor gives way or is shortened."""
    placed: list[Block] = []
    for point in routine:
        # both draws happen whatever the day, so that editing one fixed point leaves the others where they were
        happens, drift = rng.random() < point.chance, _drift(rng, point.jitter)
        if weekday not in point.days or not happens:
            continue
        start = minutes_of_day(point.start) + drift
        if start < wake - 120:
            start += 1440  # after midnight, for those who go to bed late
        start = max(start, wake)
        end = min(start + point.minutes, sleep)
        if end - start >= SHORTEST:
            placed.append(Block(point.text, point.kind, point.room, start, end, fixed=True))
    placed.sort(key=lambda block: block.start)
    apart: list[Block] = []
    for block in placed:
        start = max(block.start, apart[-1].end) if apart else block.start
        end = max(block.end, min(start + (block.end - block.start) / 2, sleep))
        if end - start >= SHORTEST:
            apart.append(Block(block.text, block.kind, block.room, start, end, fixed=True))
    return apart


def _fill(
    persona: Persona,
    day: int,
    weekday: str,
    start: float,
    end: float,
    earlier: Sequence[Block],
    filler: Filler,
    rng: np.random.Generator,
) -> list[Block]:
    """Pastimes from start to end, at least five minutes; a shorter remainder goes to the last of them."""
    filled: list[Block] = []
    while end - start >= SHORTEST:
        done = [block.text for block in [*earlier, *filled]]
        options = _possible(persona.pastimes, weekday, start, done) or _possible(everyday(), weekday, start, done)
        options = options or [p for p in everyday() if p.most > 1]  # there is always something to potter about with
        weights = [p.weight * 0.35 ** done.count(p.text) * (0.1 if done[-1:] == [p.text] else 1.0) for p in options]
        pastime = filler.choose(
            persona, FreeSlot(day, start, end - start, tuple(options), tuple(weights), tuple(done)), rng
        )
        minutes = float(rng.uniform(*pastime.minutes))
        stop = end if end - start - minutes < SHORTEST else start + minutes
        filled.append(Block(pastime.text, pastime.kind, pastime.room, start, stop, fixed=False))
        start = stop
    if end > start:
        filled[-1] = replace(filled[-1], end=end)
    return filled


def _possible(pastimes: Sequence[Pastime], weekday: str, minute: float, done: Sequence[str]) -> list[Pastime]:
    """What may be done at a minute of a day, and has not yet had its share of it."""
    return [p for p in pastimes if weekday in p.days and _covers(p, minute) and done.count(p.text) < p.most]


@cache
def everyday() -> tuple[Pastime, ...]:
    """What anybody does in between."""
    data = tomllib.loads(EVERYDAY.read_text(encoding="utf-8"))
    return tuple(Pastime(**entry) for entry in data["pastime"])


def _covers(pastime: Pastime, minute: float) -> bool:
    return within(pastime.start, pastime.end, minute)
