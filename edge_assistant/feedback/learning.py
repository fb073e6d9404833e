"""Learning from what a person lets us know of a suggestion.

Each question that the feedback answers moves its own learner a little, and whether it was welcome moves all chances.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import Feedback
from edge_assistant.learning import reactions
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.decision import Decision
from edge_assistant.loop.learner import Learner
from edge_assistant.memory.records import Draft

FloatArray = NDArray[np.float64]


def learn(assistant: Assistant, decision: Decision, feedback: Feedback) -> None:
    """Learn from feedback on something that was said, and remember it. What was told of a silence teaches nothing."""
    if not decision.speak or decision.ranked is None:
        return
    learn_from(assistant.learner, decision, feedback)
    if assistant.log is None:
        return
    idea, time = assistant.base.ideas[decision.ranked.index], decision.context.time
    told = feedback.reaction or ("rated" if feedback.total is None else f"rated {feedback.total} of 4")
    assistant.log.note(Draft("score", time, f"{told}: {idea.text}"), idea.text)
    if feedback.reason:
        assistant.log.note(Draft("reason", time, f"{feedback.reason}: {idea.text}"), idea.text)


def learn_from(learner: Learner, decision: Decision, feedback: Feedback) -> None:
    """The same for the beliefs alone."""
    likelihood = learner.reactions.likelihoods(feedback)
    ranked = decision.ranked
    if likelihood is None or ranked is None:
        return
    idea = learner.features.base.ideas[ranked.index]
    chances = decision.chances(learner.styles.chance(decision.text, idea.topics))
    messages = reactions.messages(likelihood, chances)
    welcome = reactions.welcome(likelihood, chances)
    if welcome > 0.5:
        learner.history.was_welcome()
    elif not decision.requested:
        learner.history.was_unwelcome()
    if learner.frozen:
        return
    learner.trigger.timing.learn(learner.trigger.padded(decision.moment), *messages["timing"])
    learner.reactions.learn(feedback, chances)
    one, zero = messages["preference"]
    own = bool(learner.ranker.owned[ranked.index])  # its repeats are not a matter of taste, and its category rests not
    if not own:
        learner.repeats.learn(ranked.days, ranked.chance / max(ranked.fresh, 1e-6), one, zero)
    # where it was heard too lately, a no says little of the idea itself
    fresh = ranked.fresh
    learner.ranker.learn(ranked.index, ranked.features, fresh * one + (1 - fresh) * zero, zero)
    learner.styles.learn(decision.text, idea.topics, *messages["communication"])
    if "shorter" in feedback.turns:
        learner.styles.learn_too_long()
    if not decision.requested:
        learner.calibration.learn(decision.believed, welcome)
        learner.trigger.frequency.learn(decision.since_spoken, decision.spoken_today, *messages["frequency"])
    if feedback.reason == "preference" and not own:
        learner.history.rest_category(decision.context.time, idea.category)
    learner.learned()
