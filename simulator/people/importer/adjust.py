"""Makes an imported persona as hard to please as a person is, saying each time what was changed and why.

Only what the words made good is moved: a moment that nobody named stays as it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from edge_assistant.llm.embedding import Embedder
from edge_assistant.ranker.ideas import KnowledgeBase
from simulator.people.hardness import RECEPTIVE, Hardness, check
from simulator.people.importer.moments.timing import GOOD, VAGUE
from simulator.people.importer.values import Notes
from simulator.people.persona import Pastime, Persona, Span, Timing, minutes_of_day
from simulator.world.life import live_day
from simulator.world.taste import Utility

CHECK_SEEDS = (900, 901)
CHECK_DAYS = 7
ROOMY = (RECEPTIVE[0] + 0.015, RECEPTIVE[1] - 0.03)
"""Bounds with a margin, so that another seed does not push the persona over the edge."""
MOST_STEPS = 24


def receptive_share(persona: Persona) -> float:
    """Share of awake ticks that are receptive, over two weeks of lives that no run uses."""
    open_ticks = ticks = 0
    for seed in CHECK_SEEDS:
        for day in range(1, CHECK_DAYS + 1):
            life = live_day(persona, day, seed)
            open_ticks += int(life.receptive(persona.timing.threshold).sum())
            ticks += len(life)
    return open_ticks / max(ticks, 1)


def fit_timing(persona: Persona, notes: Notes) -> Persona:
    """Bring the receptive share within bounds where the words leave a choice."""
    timing = persona.timing
    if not (timing.windows or timing.kinds or timing.pause_weight > 0):
        return persona
    for step in range(MOST_STEPS):
        share = receptive_share(persona)
        if share > ROOMY[1]:
            changed = _narrow(persona, share, notes)
        elif share < ROOMY[0]:
            changed = _widen(persona, share, step, notes)
        else:
            return persona
        if changed is None:
            return persona
        persona = changed
    return persona


def _with_timing(persona: Persona, **changes: object) -> Persona:
    return persona.model_copy(update={"timing": Timing.model_validate({**persona.timing.model_dump(), **changes})})


def _narrow(persona: Persona, share: float, notes: Notes) -> Persona | None:
    """Too open: the widest of what was named as good now needs a pause beside it."""
    timing = persona.timing
    widths = [(_width(span), "window", index) for index, span in enumerate(timing.windows) if span.weight > VAGUE]
    widths += [(300.0, kind, -1) for kind, weight in timing.kinds.items() if weight > VAGUE and kind not in ("pause",)]
    if widths:
        _, what, index = max(widths, key=lambda entry: entry[0])
        # a time that is good by itself for more than about five hours needs something beside it
        pause = {"pause_minutes": max(timing.pause_minutes, 7.5), "pause_weight": max(timing.pause_weight, VAGUE)}
        why = f"{share:.0%} of awake time would be receptive: it now needs a pause or another good sign beside it"
        if what == "window":
            span = timing.windows[index]
            windows = (*timing.windows[:index], span.model_copy(update={"weight": VAGUE}), *timing.windows[index + 1 :])
            notes.assume("timing.window", f"{span.start}-{span.end} weight {VAGUE:g}", why)
            return _with_timing(persona, windows=[w.model_dump() for w in windows], **pause)
        notes.assume(f"timing.kinds.{what}", f"{VAGUE:g}", why)
        return _with_timing(persona, kinds={**timing.kinds, what: VAGUE}, **pause)
    if timing.pause_minutes > 2.5 and timing.pause_weight > 0:
        minutes = timing.pause_minutes - 2.5
        notes.assume(
            "timing.pause_minutes",
            f"{minutes:g}",
            f"{share:.0%} of awake time would be receptive: a shorter pause counts",
        )
        return _with_timing(persona, pause_minutes=minutes)
    if timing.threshold < 1.6:
        notes.assume(
            "timing.threshold", f"{timing.threshold + 0.1:.1f}", f"{share:.0%} of awake time would be receptive"
        )
        return _with_timing(persona, threshold=round(timing.threshold + 0.1, 2))
    return None


def _widen(persona: Persona, share: float, step: int, notes: Notes) -> Persona | None:
    """Too closed: good activities happen more often, good times last longer, a lukewarm yes becomes a plain one."""
    timing = persona.timing
    why = f"only {share:.1%} of awake time would be receptive"
    lukewarm_windows = [index for index, span in enumerate(timing.windows) if VAGUE <= span.weight < 1]
    lukewarm_kinds = [kind for kind, weight in timing.kinds.items() if VAGUE <= weight < 1]
    good = [kind for kind, weight in timing.kinds.items() if weight > 0]
    if not _strong(timing) and (lukewarm_windows or lukewarm_kinds):
        windows = [
            span.model_copy(update={"weight": GOOD}).model_dump() if index in lukewarm_windows else span.model_dump()
            for index, span in enumerate(timing.windows)
        ]
        kinds = {kind: GOOD if kind in lukewarm_kinds else weight for kind, weight in timing.kinds.items()}
        notes.assume("timing", f"weights {VAGUE:g} become {GOOD:g}", f"{why}: the moments named suffice by themselves")
        return _with_timing(persona, windows=windows, kinds=kinds)
    if good and step % 2 == 0:
        changed = _more_of(persona, good)
        if changed is not None:
            notes.assume("pastime", f"more time for {', '.join(good)}", why)
            return changed
    if timing.windows and max(_width(span) for span in timing.windows) < 240:
        windows = [_stretched(span).model_dump() for span in timing.windows]
        notes.assume("timing.window", "15 min longer at both ends", why)
        return _with_timing(persona, windows=windows)
    if timing.pause_weight > 0 and timing.pause_minutes < 15:
        if timing.pause_weight < 1 and not timing.windows and not timing.kinds:
            notes.assume("timing.pause_weight", f"{GOOD:g}", f"{why}: nothing else was named")
            return _with_timing(persona, pause_weight=GOOD)
        notes.assume(
            "timing.pause_minutes", f"{timing.pause_minutes + 2.5:g}", f"{why}: a fresh start counts a little longer"
        )
        return _with_timing(persona, pause_minutes=timing.pause_minutes + 2.5)
    return _more_of(persona, good) if good else None


def _strong(timing: Timing) -> bool:
    return any(span.weight >= 1 for span in timing.windows) or any(weight >= 1 for weight in timing.kinds.values())


def _more_of(persona: Persona, kinds: list[str]) -> Persona | None:
    """Raise the weights of pastimes of these kinds, up to the form's limit."""
    if not any(pastime.kind in kinds and pastime.weight < 8 for pastime in persona.pastimes):
        return None
    raised = tuple(
        Pastime.model_validate({**p.model_dump(), "weight": min(8.0, round(p.weight * 1.7, 2))})
        if p.kind in kinds
        else p
        for p in persona.pastimes
    )
    return persona.model_copy(update={"pastimes": raised})


def _width(span: Span) -> float:
    """Minutes of a window, over a week as a share of its days."""
    start, end = minutes_of_day(span.start), minutes_of_day(span.end)
    length = end - start if end > start else end + 1440 - start
    return length * len(span.days) / 7


def _stretched(span: Span) -> Span:
    start, end = minutes_of_day(span.start), minutes_of_day(span.end)
    if (end - start) % 1440 >= 1380 or (start, end) == (0, 1440):
        return span
    first, last = (start - 15) % 1440, end + 15 if end + 15 <= 1440 else end + 15 - 1440
    return span.model_copy(
        update={"start": f"{first // 60:02d}:{first % 60:02d}", "end": f"{last // 60:02d}:{last % 60:02d}"}
    )


@dataclass(frozen=True)
class Judge:
    """What the whole check needs: the ideas and an embedder."""

    base: KnowledgeBase
    embedder: Embedder

    def measure(self, persona: Persona) -> Hardness:
        """Run the hardness check."""
        return check(Utility(persona, self.base, self.embedder))


def fit_preference(persona: Persona, judge: Judge, notes: Notes) -> tuple[Persona, Hardness]:
    """Raise the share that pleases and the weight of the interests until the check is content."""
    hardness = judge.measure(persona)
    for _ in range(6):
        liking = persona.preference
        changes: dict[str, float] = {}
        if hardness.receptive and hardness.pleasing_count < 2 * persona.frequency.daily_max and liking.pleasing < 0.14:
            changes["pleasing"] = round(min(0.14, liking.pleasing + 0.02), 3)
        elif hardness.random_welcome > 0.03 and liking.pleasing > 0.03:
            changes["pleasing"] = round(max(0.03, liking.pleasing * 0.029 / hardness.random_welcome), 3)
        if hardness.receptive and hardness.own_variance < 0.36 and liking.interest_weight < 3:
            changes["interest_weight"] = round(liking.interest_weight + 0.3, 2)
        if not changes:
            break
        persona = persona.model_copy(update={"preference": liking.model_copy(update=changes)})
        for name, value in changes.items():
            notes.assume(f"preference.{name}", f"{value:g}", _why(name, hardness, persona))
        hardness = judge.measure(persona)
    return persona, hardness


def _why(name: str, hardness: Hardness, persona: Persona) -> str:
    if name == "interest_weight":
        return f"only {hardness.own_variance:.0%} of the taste would be the person's own"
    return f"{hardness.pleasing_count:.0f} ideas please at a poor moment, {2 * persona.frequency.daily_max} are needed"


def pleasing_for(daily_max: int, ideas: int) -> float:
    """The share of ideas that please so that there are enough for a day: 2.5 times the daily maximum, 6 to 14 %."""
    return round(min(0.14, max(0.06, math.ceil(250 * daily_max / max(ideas, 1)) / 100)), 3)
