"""Makes an imported persona as hard to please as a person is, saying each time what was changed and why.

Only what the words made good is moved: a moment that nobody named stays as it was.
"""

from __future__ import annotations

from edge_assistant.llm.embedding import Embedder
from edge_assistant.ranker.ideas import load_packaged
from simulator.people.hardness import RECEPTIVE, Hardness, check
from simulator.people.importer.timing import GOOD, VAGUE
from simulator.people.importer.values import Notes
from simulator.people.persona import Persona
from simulator.world.life import live_day
from simulator.world.taste import Utility

SEEDS, DAYS = (900, 901), 7  # lives that no run uses
LOWEST, HIGHEST = RECEPTIVE[0] + 0.015, RECEPTIVE[1] - 0.03
"""Bounds with a margin, so that another seed does not push the persona over the edge."""
MOST_STEPS = 24

Change = tuple[str, Persona] | None  # what was changed, and the persona after it


def receptive_share(persona: Persona) -> float:
    """Share of awake ticks that are receptive."""
    lives = [live_day(persona, day, seed) for seed in SEEDS for day in range(1, DAYS + 1)]
    receptive = sum(int(life.receptive(persona.timing.threshold).sum()) for life in lives)
    return receptive / max(sum(len(life) for life in lives), 1)


def fit_timing(persona: Persona, notes: Notes) -> Persona:
    """Bring the receptive share within bounds where the words leave a choice."""
    for step in range(MOST_STEPS):
        share = receptive_share(persona)
        change = _narrow(persona) if share > HIGHEST else _widen(persona, step) if share < LOWEST else None
        if change is None:
            break
        what, persona = change
        notes.assume("timing", what, f"{share:.1%} of awake time would be receptive")
    return persona


def _with(persona: Persona, what: str, **changes: object) -> Change:
    return what, persona.model_copy(update={"timing": persona.timing.model_copy(update=changes)})


def _narrow(persona: Persona) -> Change:
    """Too open: what was named as good now needs a pause beside it, then pauses shorten, then more is asked."""
    timing = persona.timing
    windows = tuple(span.model_copy(update={"weight": min(span.weight, VAGUE)}) for span in timing.windows)
    kinds = {kind: weight if kind == "pause" else min(weight, VAGUE) for kind, weight in timing.kinds.items()}
    pause = {"pause_minutes": max(timing.pause_minutes, 7.5), "pause_weight": max(timing.pause_weight, VAGUE)}
    if windows != timing.windows:
        return _with(persona, f"windows weigh {VAGUE:g}: a pause is needed beside them", windows=windows, **pause)
    if kinds != timing.kinds:
        return _with(persona, f"{', '.join(kinds)} weigh {VAGUE:g}", kinds=kinds, **pause)
    if timing.pause_minutes > 2.5 and timing.pause_weight > 0:
        return _with(persona, "pause 2.5 min shorter", pause_minutes=timing.pause_minutes - 2.5)
    threshold = round(timing.threshold + 0.1, 2)
    return _with(persona, f"threshold {threshold:g}", threshold=threshold) if threshold <= 1.6 else None


def _widen(persona: Persona, step: int) -> Change:
    """Too closed: good activities happen more often, and an activity's first minutes count."""
    timing = persona.timing
    if step % 2 == 0 and any(p.weight < 8 and timing.kinds.get(p.kind, 0) > 0 for p in persona.pastimes):
        raised = []
        for pastime in persona.pastimes:
            more = {"weight": min(8.0, round(pastime.weight * 1.7, 2)), "daily": pastime.daily and pastime.daily + 1}
            raised.append(pastime.model_copy(update=more if timing.kinds.get(pastime.kind, 0) > 0 else {}))
        return "more time for what is good", persona.model_copy(update={"pastimes": tuple(raised)})
    weight, minutes = max(timing.pause_weight, VAGUE), timing.pause_minutes + 2.5
    weight, minutes = (weight, minutes) if minutes <= 15 else (GOOD, timing.pause_minutes)
    if (weight, minutes) == (timing.pause_weight, timing.pause_minutes):
        return None
    return _with(persona, f"the first {minutes:g} min of an activity", pause_minutes=minutes, pause_weight=weight)


def fit_preference(persona: Persona, embedder: Embedder, notes: Notes) -> tuple[Persona, Hardness]:
    """Raise the share that pleases and the weight of the interests until the hardness check is content."""
    hardness = check(Utility(persona, load_packaged(), embedder))
    for _ in range(6 if hardness.receptive else 0):
        liking = persona.preference
        pleasing, own = liking.pleasing, liking.interest_weight
        if hardness.pleasing_count < 2 * persona.frequency.daily_max:
            pleasing = max(pleasing, min(0.14, round(pleasing + 0.02, 3)))
        elif hardness.random_welcome > 0.03:
            pleasing = min(pleasing, max(0.03, round(pleasing * 0.029 / hardness.random_welcome, 3)))
        own = max(own, min(3.0, round(own + 0.3, 2))) if hardness.own_variance < 0.36 else own
        if (pleasing, own) == (liking.pleasing, liking.interest_weight):
            break
        notes.assume("preference", f"pleasing {pleasing:g}, interest_weight {own:g}", "for the hardness check")
        changed = liking.model_copy(update={"pleasing": pleasing, "interest_weight": own})
        persona = persona.model_copy(update={"preference": changed})
        hardness = check(Utility(persona, load_packaged(), embedder))
    return persona, hardness
