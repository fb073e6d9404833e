"""Ratings of other lives, for the prior: collected by a careful explorer, stored, and read back as observations.

The explorer speaks at most five times a day at random, in seeds from 1000 up that no measured run uses, and is told all
four dimensions of what it spoke. Beside that a few random moments a day are rated without anything being said, as an
evening's questions would. What is stored are contexts, ideas, words and verdicts: what an assistant saw, nothing else.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from build_prior.fit import Message, summarise, without_effects
from edge_assistant.composer.style_model import StyleModel, vague_wishes
from edge_assistant.context.history import History
from edge_assistant.domain import STYLE_CHOICES, Context, Rating, Style
from edge_assistant.errors import DataError
from edge_assistant.learning.prior import Gaussian
from edge_assistant.loop.stranger import vague
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker, Stated
from edge_assistant.ranker.rests import heard
from edge_assistant.trigger.features import moment_features
from edge_assistant.trigger.frequency import FrequencyModel, PatienceModel, vague_frequency, vague_patience
from quant.atomic import replacing
from simulator.people.telling import dislikes, likes
from simulator.policies.policies import Proposal, Random
from simulator.runs.living import AnswerPicker, ComposedVoice, Household, context_at, context_row, live
from simulator.world.feedback import FeedbackChannel
from simulator.world.life import live_day
from simulator.world.seeding import generator
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

FIRST_SEED = 1000
DAYS = 14
POLLS = 40
"""Random moments a day that are rated without anything being said; half of them with an idea that is liked."""

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Summary:
    """What one person's ratings in one world say, ready to be pooled with others'."""

    timing: Message
    liking: Message
    frequency: FloatArray
    patience: FloatArray
    wishes: list[list[float]]
    topics: FloatArray


class Explorer(Random):
    """Like `Random`, in a style drawn anew each time."""

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        if tick not in self._ticks:
            return None
        style = Style(*(str(self._rng.choice(values)) for values in STYLE_CHOICES.values()))
        return Proposal(int(self._rng.integers(self.ideas)), style)


def collect(taste: Utility, features: FeatureMaker, voice: ComposedVoice, seed: int, path: Path) -> None:
    """Live two weeks under the explorer and store what it was told, one JSON line a day."""
    persona, base = taste.persona, taste.base
    agent = UserAgent(persona, taste)
    house = Household(
        agent,
        Explorer(Style(), len(base), persona.id, seed),
        AnswerPicker(vague(), features),
        voice,
        FeedbackChannel.of("reasons-all"),
    )
    # a stranger who was asked tells likes and dislikes; every other life is that of one who was not
    told = {"likes": likes(persona), "dislikes": dislikes(persona)} if seed % 2 == 0 else {}
    lines = [json.dumps({"told": told})]
    for number in range(1, DAYS + 1):
        day = live_day(persona, number, seed)
        record = live(house, day)
        seen = [[activity.start.isoformat(timespec="seconds"), activity.text] for activity in day.activities]
        lines.append(
            json.dumps({"day": number, "activities": seen, "events": record.events, "polls": _polls(agent, seed)})
        )
    with replacing(path) as aside:
        aside.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _polls(agent: UserAgent, seed: int) -> list[dict[str, Any]]:
    """Random moments of a day with a random idea each, and whether both would have been right."""
    day, taste = agent.day, agent.taste
    rng = generator("polls", agent.persona.id, seed, day.day)
    found = []
    for tick in sorted(rng.choice(len(day), size=min(POLLS, len(day)), replace=False).tolist()):
        pleasing = taste.pleasing(day, tick, agent.heard_counts)
        liked = np.flatnonzero(pleasing)
        idea = int(rng.choice(liked)) if len(liked) and rng.random() < 0.25 else int(rng.integers(len(pleasing)))
        context = context_at(day, tick, False)
        found.append(
            {
                **context_row(context),
                "idea": taste.base.ideas[idea].id,
                "pleases": int(pleasing[idea]),
                "receptive": int(day.receptive(agent.persona.timing.threshold)[tick]),
            }
        )
    return found


def read(path: Path) -> list[dict[str, Any]]:
    """The stored days of one life, after a line of what the person told of themselves."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: stored ratings cannot be read: {error}; delete the file and build again") from error


class _Observations:
    """Observations of one person, as they are read."""

    def __init__(self, features: FeatureMaker) -> None:
        self.features = features
        self.moments: list[FloatArray] = []
        self.receptive: list[int] = []
        self.activities: list[str] = []
        self.likings: list[FloatArray] = []
        self.pleases: list[int] = []
        self.ideas: list[str] = []

    def moment(self, context: Context, unwelcome: tuple[float, float], receptive: int) -> None:
        self.moments.append(moment_features(self.features.texts, context, unwelcome))
        self.activities.append(context.activity)
        self.receptive.append(receptive)

    def idea(
        self, context: Context, counts: FloatArray, familiar: Familiarity, stated: Stated, idea: str, yes: int
    ) -> None:
        sight = self.features.sight(context, counts, familiar, stated)
        place = self.features.base.index(idea)
        self.likings.append(self.features.rows(sight, np.array([place]))[0])
        self.ideas.append(idea)
        self.pleases.append(yes)


def summarise_person(paths: list[Path], features: FeatureMaker) -> Summary:
    """All stored lives of one person, as messages about their weights and beliefs about their gaps and style."""
    base, prior = features.base, vague()
    frequency, patience = FrequencyModel(vague_frequency()), PatienceModel(vague_patience())
    styles = StyleModel([vague_wishes()], prior.topics)
    seen = _Observations(features)
    for path in paths:
        history, familiarity = History(), Familiarity(features, len(base))
        told, *days = read(path)
        said = (
            {text: features.likeness(text) for text in told["told"].get(name, ())} for name in ("likes", "dislikes")
        )
        stated = Stated(next(said), next(said))
        for day in days:
            history.tick(datetime.min, 0.0)
            sights = iter(day["activities"])
            sight = next(sights, None)
            for event in sorted([*day["events"], *day["polls"]], key=lambda event: event["time"]):
                context = context_of(event)
                history.tick(context.time, context.awake_minutes)
                while sight is not None and sight[0] <= event["time"]:
                    familiarity.see(sight[1])
                    sight = next(sights, None)
                counts = heard(history, base, context.time)
                if "pleases" in event:
                    seen.moment(context, history.unwelcome, event["receptive"])
                    if event["idea"] not in history.last_heard(context.time):
                        seen.idea(context, counts, familiarity, stated, event["idea"], event["pleases"])
                    continue
                rating = Rating(*event["rating"])
                seen.moment(context, history.unwelcome, rating.timing)
                if event["requested"]:
                    patience.learn_request(history.since_welcome())
                else:
                    verdict = (1.0, 0.0) if rating.frequency else (0.0, 1.0)
                    frequency.learn(history.since_spoken(), history.spoken_today, *verdict)
                if event["idea"] not in history.last_heard(context.time):
                    seen.idea(context, counts, familiarity, stated, event["idea"], rating.preference)
                topics = base.ideas[base.index(event["idea"])].topics
                styles.learn(event["text"], topics, float(rating.communication), 1.0 - rating.communication)
                history.say(context.time, event["idea"], event["requested"])
                if rating.welcome:
                    history.was_welcome()
                elif not event["requested"]:
                    history.was_unwelcome()
    return Summary(
        _summarise(
            np.array(seen.moments), seen.activities, seen.receptive, wide(prior.timing, 4.0), prior.activity_effect
        ),
        _summarise(np.array(seen.likings), seen.ideas, seen.pleases, wide(prior.liking, 1.0), prior.idea_effect),
        frequency.belief,
        patience.belief,
        [list(marginal.values()) for marginal in styles.marginals().values()],
        styles.topics,
    )


def wide(gaussian: Gaussian, least: float) -> Gaussian:
    """The same mean with room for strong opinions, to find a person's mode without the population's help."""
    return Gaussian(gaussian.mean, gaussian.factor, np.maximum(gaussian.diagonal * 3, least))


def _summarise(shared: FloatArray, groups: list[str], verdicts: list[int], start: Gaussian, variance: float) -> Message:
    """The message about the shared weights of observations that also have an effect of their group.

    A group that was seen once says nothing of its own that could be told apart: such ones share one column less each.
    """
    names = sorted(group for group, count in Counter(groups).items() if count > 1)
    place = {name: index for index, name in enumerate(names)}
    effects = np.zeros((len(groups), len(names)))
    for row, group in enumerate(groups):
        if group in place:
            effects[row, place[group]] = 1.0
    whole = Gaussian(
        np.concatenate([start.mean, np.zeros(len(names))]),
        np.zeros((len(start.mean) + len(names), 0)),
        np.concatenate([start.diagonal, np.full(len(names), variance)]),
    )
    labels = np.array(verdicts) == 1
    return without_effects(summarise(np.hstack([shared, effects]), labels, whole), shared.shape[1], variance)


def context_of(event: dict[str, Any]) -> Context:
    """The context that the assistant saw, rebuilt from a stored event."""
    return Context(
        time=datetime.fromisoformat(event["time"]),
        activity=event["activity"],
        room=event["room"],
        activity_minutes=event["activity_minutes"],
        awake_minutes=event["awake_minutes"],
        request="asked" if event.get("requested") else "",
    )
