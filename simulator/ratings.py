"""Ratings of other lives, for the prior: collected by a careful explorer, stored, and read back as observations.

The explorer speaks at most five times a day at random, in seeds from 1000 up that no measured run uses, and is told all four
dimensions of what it spoke. What is stored are contexts, ideas, words and verdicts: what an assistant saw, nothing else.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import Context, Manner, Rating
from edge_assistant.errors import DataError
from edge_assistant.history import History
from edge_assistant.learning.features import LIKING_NAMES, FeatureMaker
from edge_assistant.learning.fit import Message, summarise, without_effects
from edge_assistant.learning.gaps import FrequencyModel, PatienceModel, vague_frequency, vague_patience
from edge_assistant.learning.manners import MannerModel, vague_wishes
from edge_assistant.learning.prior import Gaussian, Prior, vague
from edge_assistant.ranking import Ranker
from simulator.feedback import FeedbackChannel
from simulator.life import live_day
from simulator.living import AnswerPicker, Household, Voice, live
from simulator.policies import Explorer
from simulator.taste import Taste
from simulator.user_agent import UserAgent

FIRST_SEED = 1000
DAYS = 14

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Summary:
    """What one person's ratings say, ready to be pooled with others'."""

    timing: Message
    liking: Message
    frequency: FloatArray
    patience: FloatArray
    wishes: list[list[float]]
    topics: FloatArray


def collect(taste: Taste, features: FeatureMaker, voice: Voice, seed: int, path: Path) -> None:
    """Live two weeks under the explorer and store what it was told, one JSON line a suggestion."""
    persona, base = taste.persona, taste.base
    ranker = Ranker(vague(), base)
    house = Household(
        UserAgent(persona, taste),
        Explorer(Manner(), len(base), persona.id, seed),
        AnswerPicker(ranker, features, History(base)),
        voice,
        FeedbackChannel.of("reasons-all"),
    )
    lines = []
    for number in range(1, DAYS + 1):
        day = live_day(persona, number, seed)
        record = live(house, day)
        lines.append(json.dumps({"day": number, "ticks": len(day), "events": record.events}))
    partial = path.with_suffix(".partial")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(partial, path)


def read(path: Path) -> list[dict[str, Any]]:
    """The stored days of one life."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: stored ratings cannot be read: {error}; delete the file and build again") from error


def summarise_person(paths: list[Path], features: FeatureMaker) -> Summary:
    """All stored lives of one person, as messages about their weights and beliefs about their gaps and manner."""
    base = features.base
    prior = vague()
    ranker = Ranker(prior, base)
    frequency, patience = FrequencyModel(vague_frequency()), PatienceModel(vague_patience())
    manners = MannerModel(vague_wishes(), prior.topics)
    moments, moment_labels, likings, liking_labels = [], [], [], []
    for path in paths:
        history = History(base)
        for day in read(path):
            history.tick(datetime.min, 0.0)
            for event in day["events"]:
                rating = Rating(*event["rating"])
                context = context_of(event)
                history.tick(context.time, context.awake_minutes)
                index = base.index(event["idea"])
                moment = features.moment(context)
                moments.append(moment)
                moment_labels.append(rating.timing)
                if event["requested"]:
                    patience.learn_request(history.since_welcome())
                else:
                    verdict = (1.0, 0.0) if rating.frequency else (0.0, 1.0)
                    frequency.learn(history.since_spoken(), history.spoken_today, *verdict)
                liking = features.liking(context, history.heard(context.time))
                likings.append(ranker.chance_of_idea(liking, index)[1])
                rested = not history.resting(context.time)[index]
                liking_labels.append(rating.preference if rested else -1)
                manners.learn(event["text"], base.ideas[index].topics, float(rating.communication), 1.0 - rating.communication)
                history.say(context.time, event["idea"], event["requested"])
                if rating.welcome:
                    history.was_welcome()
    known = np.array(liking_labels) >= 0
    return Summary(
        summarise(np.array(moments), np.array(moment_labels, dtype=bool), wide(prior.timing)),
        without_effects(
            summarise(np.array(likings)[known], np.array(liking_labels)[known] == 1, _with_effects(prior, len(base))),
            len(LIKING_NAMES),
            prior.idea_effect,
        ),
        frequency.belief,
        patience.belief,
        [list(marginal.values()) for marginal in manners.marginals().values()],
        manners.topics,
    )


def wide(gaussian: Gaussian) -> Gaussian:
    """The same mean with room for strong opinions, to find a person's mode without the population's help."""
    return Gaussian(gaussian.mean, gaussian.factor, np.maximum(gaussian.diagonal * 3, 0.5))


def _with_effects(prior: Prior, ideas: int) -> Gaussian:
    """A wide starting prior over the shared weights and one effect an idea."""
    shared = wide(prior.liking)
    return Gaussian(
        np.concatenate([shared.mean, np.zeros(ideas)]),
        np.zeros((len(shared.mean) + ideas, 0)),
        np.concatenate([shared.diagonal, np.full(ideas, prior.idea_effect)]),
    )


def context_of(event: dict[str, Any]) -> Context:
    """The context that the assistant saw, rebuilt from a stored event."""
    return Context(
        time=datetime.fromisoformat(event["time"]),
        activity=event["activity"],
        room=event["room"],
        activity_minutes=event["activity_minutes"],
        awake_minutes=event["awake_minutes"],
        request="asked" if event["requested"] else "",
    )
