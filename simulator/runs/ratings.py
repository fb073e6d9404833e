"""Ratings of other lives, for the prior: collected by a careful explorer, stored, and read back as observations.

The explorer speaks at most five times a day at random, in seeds from 1000 up that no measured run uses, and is told all
four dimensions of what it spoke. What is stored are contexts, ideas, words and verdicts: what an assistant saw, nothing
else.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.style_model import StyleModel, vague_wishes
from edge_assistant.context.history import History
from edge_assistant.domain import Context, Rating, Style
from edge_assistant.errors import DataError
from edge_assistant.learning.fit import Message, summarise, without_effects
from edge_assistant.learning.prior import Gaussian
from edge_assistant.loop.stranger import vague
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.preference import Ranker
from edge_assistant.ranker.rests import heard
from edge_assistant.trigger.features import moment_features
from edge_assistant.trigger.frequency import FrequencyModel, PatienceModel, vague_frequency, vague_patience
from simulator.policies.policies import Explorer
from simulator.runs.living import AnswerPicker, Household, Voice, live
from simulator.world.feedback import FeedbackChannel
from simulator.world.life import live_day
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

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


def collect(taste: Utility, features: FeatureMaker, voice: Voice, seed: int, path: Path) -> None:
    """Live two weeks under the explorer and store what it was told, one JSON line a suggestion."""
    persona, base = taste.persona, taste.base
    ranker = Ranker(vague(), base, features.idea_vectors)
    house = Household(
        UserAgent(persona, taste),
        Explorer(Style(), len(base), persona.id, seed),
        AnswerPicker(ranker, features, History(), Familiarity(features, len(base))),
        voice,
        FeedbackChannel.of("reasons-all"),
    )
    lines = []
    for number in range(1, DAYS + 1):
        day = live_day(persona, number, seed)
        record = live(house, day)
        seen = [[activity.start.isoformat(timespec="seconds"), activity.text] for activity in day.activities]
        lines.append(json.dumps({"day": number, "activities": seen, "events": record.events}))
    partial = path.with_suffix(".partial")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    partial.replace(path)


def read(path: Path) -> list[dict[str, Any]]:
    """The stored days of one life."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: stored ratings cannot be read: {error}; delete the file and build again") from error


def summarise_person(paths: list[Path], features: FeatureMaker) -> Summary:
    """All stored lives of one person, as messages about their weights and beliefs about their gaps and style."""
    base = features.base
    prior = vague()
    frequency, patience = FrequencyModel(vague_frequency()), PatienceModel(vague_patience())
    styles = StyleModel([vague_wishes()], prior.topics)
    moments, moment_labels, likings, liking_labels = [], [], [], []
    ideas: list[str] = []
    activities: list[str] = []
    for path in paths:
        history, familiarity = History(), Familiarity(features, len(base))
        for day in read(path):
            history.tick(datetime.min, 0.0)
            sights = iter(day["activities"])
            sight = next(sights, None)
            for event in day["events"]:
                rating = Rating(*event["rating"])
                context = context_of(event)
                history.tick(context.time, context.awake_minutes)
                while sight is not None and sight[0] <= event["time"]:
                    plain = sight[1]
                    familiarity.see(plain)
                    sight = next(sights, None)
                index = base.index(event["idea"])
                moment = moment_features(features.texts, context, history.unwelcome)
                moments.append(moment)
                moment_labels.append(rating.timing)
                if event["requested"]:
                    patience.learn_request(history.since_welcome())
                else:
                    verdict = (1.0, 0.0) if rating.frequency else (0.0, 1.0)
                    frequency.learn(history.since_spoken(), history.spoken_today, *verdict)
                liking = features.liking(context, heard(history, base, context.time), familiarity.features(), index)
                likings.append(liking)
                ideas.append(event["idea"])
                activities.append(context.activity)
                rested = event["idea"] not in history.resting(context.time)
                liking_labels.append(rating.preference if rested else -1)
                styles.learn(
                    event["text"], base.ideas[index].topics, float(rating.communication), 1.0 - rating.communication
                )
                history.say(context.time, event["idea"], event["requested"])
                if rating.welcome:
                    history.was_welcome()
                elif not event["requested"]:
                    history.was_unwelcome()
    known = np.array(liking_labels) >= 0
    timing_message = _summarise(
        np.array(moments), activities, np.array(moment_labels) == 1, wide(prior.timing, 4.0), prior.activity_effect
    )
    liking_message = _summarise(
        np.vstack(likings)[known],
        np.array(ideas)[known].tolist(),
        np.array(liking_labels)[known] == 1,
        wide(prior.liking, 1.0),
        prior.idea_effect,
    )
    return Summary(
        timing_message,
        liking_message,
        frequency.belief,
        patience.belief,
        [list(marginal.values()) for marginal in styles.marginals().values()],
        styles.topics,
    )


def wide(gaussian: Gaussian, least: float) -> Gaussian:
    """The same mean with room for strong opinions, to find a person's mode without the population's help."""
    return Gaussian(gaussian.mean, gaussian.factor, np.maximum(gaussian.diagonal * 3, least))


def _summarise(
    shared: FloatArray, groups: list[str], labels: NDArray[np.bool_], start: Gaussian, variance: float
) -> Message:
    """The message about the shared weights of observations that also have an effect of their group."""
    names = sorted(set(groups))
    effects = np.zeros((len(groups), len(names)))
    effects[np.arange(len(groups)), [names.index(group) for group in groups]] = 1.0
    whole = Gaussian(
        np.concatenate([start.mean, np.zeros(len(names))]),
        np.zeros((len(start.mean) + len(names), 0)),
        np.concatenate([start.diagonal, np.full(len(names), variance)]),
    )
    return without_effects(summarise(np.hstack([shared, effects]), labels, whole), shared.shape[1], variance)


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
