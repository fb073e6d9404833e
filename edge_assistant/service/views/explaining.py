"""Why something was said, or why nothing is: kept at the moment of speaking, so that it holds later too."""

from __future__ import annotations

from typing import Any

from edge_assistant.domain import Reason
from edge_assistant.loop.deciding import reasons
from edge_assistant.loop.decision import Decision
from edge_assistant.ranker.likes import about
from edge_assistant.service.feed import Row
from edge_assistant.service.occasions import BECAUSE
from edge_assistant.service.rpc.protocol import REASON_WORDS, Learned, Why
from edge_assistant.service.settings.speech import FALSE_ALARM
from edge_assistant.service.state import ServiceState
from edge_assistant.service.views.reason_words import plain_reasons

MOST_LEARNED = 6
LONG_AGO = 1e5

JUST_SPOKEN = "Nothing is said now: something has just been said."


def why_document(service: ServiceState, decision: Decision) -> dict[str, Any]:
    """What is kept of a decision to speak, JSON-ready; call it before the learner is told that it was said."""
    told = service.assistant.explain(decision)
    return {
        "chance": decision.chance,
        "threshold": decision.assessment.threshold,
        "chances": told.chances,
        "reasons": [[reason.text, reason.weight] for reason in told.reasons],
        "memories": list(told.memories),
        "alternatives": list(told.alternatives),
        "adapter": service.model.adapter if service.model is not None else "",
        "model": service.model.name if service.model is not None else "",
        "silent_if": _silent_if(service, decision),
        "context": _seen(service, decision),
        "day": service.days.number,
    }


def why_entry(service: ServiceState, row: Row) -> Why:
    """The explanation of a suggestion, also a past one."""
    base, document, idea = service.assistant.base, row.why, row.entry.idea
    return Why(
        entry=row.entry,
        chance=document.get("chance", 0.0),
        threshold=document.get("threshold", 1.0),
        chances=document.get("chances", {}),
        reasons=plain_reasons(Reason(text, weight) for text, weight in document.get("reasons", ())),
        idea=row.entry.idea_text,
        category=base.by_id[idea].category if idea in base.by_id else "",
        neighbours=tuple(document.get("alternatives", ())),
        memories=tuple(dict.fromkeys(document.get("memories", ()))),
        learned=_learned(service, row),
        adapter=document.get("adapter", ""),
        model=document.get("model", ""),
        silent_if=tuple(document.get("silent_if", ())),
        context=document.get("context", {}),
    )


def because(service: ServiceState, row: Row) -> str:
    """The explanation of a suggestion in two sentences."""
    why = why_entry(service, row)
    speaking = [reason.text for reason in why.reasons if reason.weight > 0][:3]
    return (
        f"The chance that it would be welcome was {percent(why.chance)}, and {percent(why.threshold)} was enough. "
        f"In its favour: {', '.join(speaking) or 'nothing in particular'}."
    )


def why_silent(service: ServiceState) -> Why:
    """Why nothing is said at present."""
    decision = service.decision
    if decision is None or decision.speak:
        spoken = decision is not None and not service.forbidden
        return Why(silent_if=(JUST_SPOKEN if spoken else _silence_sentence(service.forbidden),))
    ranked = decision.ranked
    ideas = service.assistant.base.ideas
    return Why(
        chance=decision.chance,
        threshold=decision.assessment.threshold,
        chances={"timing": decision.assessment.timing, "frequency": decision.assessment.frequency}
        | ({"preference": ranked.chance} if ranked is not None else {}),
        reasons=plain_reasons(reasons(service.assistant.learner, decision)),
        idea=ideas[ranked.index].text if ranked is not None else "",
        neighbours=tuple(ideas[index].text for index in ranked.alternatives) if ranked is not None else (),
        silent_if=(_silence_sentence(service.forbidden),),
        context=_seen(service, decision),
    )


def _silence_sentence(forbidden: str) -> str:
    if forbidden:
        return f"Nothing is said now: {forbidden}."
    return "Nothing is said now: a suggestion is not likely enough to be welcome."


def _silent_if(service: ServiceState, decision: Decision) -> list[str]:
    """What would have kept this suggestion back."""
    if decision.requested:
        return ["Nothing: you asked for it."]
    limits, level = service.assistant.learner.limits, service.settings.presence.level
    sentences = [] if decision.occasion else _not_likely_enough(decision, level)
    gap = max(limits.least_gap, 60.0 / limits.per_hour)
    sentences.append(f"Another suggestion less than {gap:.0f} minutes earlier.")
    sentences.append(f"A daily limit already reached; {decision.spoken_today} of your {limits.per_day} had been said.")
    if limits.quiet_from != limits.quiet_to:
        sentences.append(f"Your quiet hours, {clock_words(limits.quiet_from)} to {clock_words(limits.quiet_to)}.")
    sentences.append("A busy appointment, 'do not disturb', a pause, or your answer 'later'.")
    return sentences


def _not_likely_enough(decision: Decision, level: str) -> list[str]:
    """At which chance, or at which level, it would have kept silent."""
    sentences = []
    chance, needed = decision.chance, decision.assessment.threshold
    for other in ("rare", "normal"):
        if FALSE_ALARM[other] > FALSE_ALARM[level]:
            dearer = _threshold_at(needed, FALSE_ALARM[other] / FALSE_ALARM[level])
            if chance < dearer:
                sentences.append(
                    f"Speaking set to '{other}': that asks for {percent(dearer)}, and the chance was {percent(chance)}."
                )
                break
    return [*sentences, f"A chance below {percent(needed)}; it was {percent(chance)}."]


def _threshold_at(threshold: float, factor: float) -> float:
    """The chance needed when a false alarm costs `factor` times as much, threshold being cost / (cost + benefit)."""
    odds = factor * threshold / max(1 - threshold, 1e-9)
    return odds / (1 + odds)


def _seen(service: ServiceState, decision: Decision) -> dict[str, str]:
    """What the decision was taken on, in words."""
    context = decision.context
    since_welcome = service.assistant.learner.history.since_welcome()
    seen = {
        "time": f"{context.time:%A %H:%M}",
        "activity": context.activity,
        "doing it for": f"{context.activity_minutes:.0f} minutes",
        "up for": f"{context.awake_minutes / 60:.1f} hours",
        "said today": str(decision.spoken_today),
        "last said": "not today" if decision.since_spoken > LONG_AGO else f"{decision.since_spoken:.0f} minutes before",
    }
    if service.assistant.learner.history.last_welcome is not None:
        seen["last welcome"] = f"{since_welcome:.0f} minutes before"
    stated, base = service.assistant.learner.stated, service.assistant.base
    if decision.ranked is not None:
        for told, likes in (("about what you like", stated.likes), ("about what you do not like", stated.dislikes)):
            names = [name for name, likeness in likes.items() if about(base, likeness)[decision.ranked.index]]
            if names:
                seen[told] = ", ".join(names)
    if decision.occasion:
        seen[BECAUSE] = decision.occasion
    if context.room:
        seen["room"] = context.room
    return seen


def _learned(service: ServiceState, row: Row) -> tuple[Learned, ...]:
    """Earlier answers to this idea, then to others of its category, the latest first."""
    by_id = service.assistant.base.by_id
    if row.entry.idea not in by_id:
        return ()
    category = by_id[row.entry.idea].category
    same, alike = [], []
    for other in service.feed.latest(limit=500, before=row.entry.id):
        if other.entry.state not in ("accepted", "dismissed", "ignored") and other.entry.rating is None:
            continue
        if other.entry.idea == row.entry.idea:
            same.append(other)
        elif other.entry.idea in by_id and by_id[other.entry.idea].category == category:
            alike.append(other)
    return tuple(
        Learned(found.entry.time, found.entry.text, feedback_words(found)) for found in (same + alike)[:MOST_LEARNED]
    )


def feedback_words(row: Row) -> str:
    """How somebody answered, in words."""
    entry = row.entry
    words = entry.state
    if entry.reason:
        words += f" ({REASON_WORDS.get(entry.reason, entry.reason)})"
    if entry.rating:
        words += f", rated {sum(entry.rating.values())} of {len(entry.rating)}"
    return words


def percent(share: float) -> str:
    """0.412 as '41 %'."""
    return f"{100 * share:.0f} %"


def clock_words(hour: float) -> str:
    """22.5 as '22:30'."""
    return f"{int(hour) % 24:02d}:{round(hour % 1 * 60) % 60:02d}"
