"""What a tick decides, from what is believed; nothing is learned here.

Hard limits first; then whether the moment can be worth a word at all; only then which idea, and whether it is enough.
"""

from __future__ import annotations

from dataclasses import replace

from edge_assistant.domain import Context, Reason
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.preference import Ranked

TOLD_OFFSET = 0.2
"""Log odds by which chances are moved before that is told as a reason."""
TOLD_GAIN = 0.1
"""Needs that telling of an own thing must be worth before that is told as a reason."""


def decide(learner: Learner, context: Context) -> Decision:
    """Whether to speak now, and about what. The context must have been seen (`Learner.see`)."""
    forbidden = learner.limits.forbid(context, learner.history)
    moment = learner.moment(context)
    assessment = learner.trigger.assess(moment, learner.history)
    own = learner.own_gains(context)
    gain = max(own.values(), default=0.0)
    assessment = replace(assessment, threshold=learner.threshold(context, assessment.wanted, gain))
    history = learner.history
    silent = Decision(
        context,
        moment,
        assessment,
        history.since_spoken(),
        history.spoken_today,
        forbidden,
        offset=learner.offset(bool(own)),
        gain=gain,
    )
    if forbidden or context.request or not _is_enough(silent):
        return silent
    ranked = learner.rank(context)
    if ranked is None:
        return silent
    gain = own.get(ranked.index, 0.0)
    if gain != silent.gain:
        assessment = replace(assessment, threshold=learner.threshold(context, assessment.wanted, gain))
        silent = replace(silent, gain=gain, assessment=assessment)
    decision = replace(silent, ranked=ranked, offset=learner.offset(bool(learner.ranker.owned[ranked.index])))
    if not _is_enough(decision):
        return decision
    return replace(decision, speak=True, style=learner.styles.best())


def answer(learner: Learner, decision: Decision, idea: int | None = None) -> Decision:
    """A decision turned into the answer to a request, with the learner's own idea or a given one.

    Returns:
        The answer; its `ranked` is None where every idea rests.
    """
    if idea is None:
        ranked = learner.rank(decision.context)
    else:
        chance, row = learner.ranker.chance_of_idea(learner.sight(decision.context), idea)
        heard = learner.repeated(decision.context)
        fresh = float(heard.fresh[idea])
        ranked = Ranked(idea, chance * fresh, row, (), fresh, float(heard.days[idea]))
    return replace(decision, ranked=ranked, requested=True, speak=True, style=learner.styles.best())


def reasons(learner: Learner, decision: Decision) -> tuple[Reason, ...]:
    """What spoke for and against this moment and this idea, the strongest first."""
    found = learner.trigger.reasons(decision.moment)
    if decision.ranked is not None:
        found += learner.ranker.reasons(decision.ranked.index, decision.ranked.features)
    if abs(decision.offset) > TOLD_OFFSET and not decision.requested:
        found += (Reason("how right I was of late", decision.offset),)
    if decision.ranked is not None and decision.gain > TOLD_GAIN and not decision.requested:
        found += (Reason("you want to hear of it", decision.gain),)
    return tuple(sorted(found, key=lambda reason: -abs(reason.weight)))


def _is_enough(decision: Decision) -> bool:
    return decision.chance >= decision.assessment.threshold
