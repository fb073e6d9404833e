"""How a simulated person answers what they are asked: the setup, the cards of a review, the shelf."""

from __future__ import annotations

import numpy as np

from edge_assistant.domain import TICK_MINUTES
from edge_assistant.feedback.review import Answer, Card
from edge_assistant.feedback.setup import PAIRS, REPEAT_DAYS, SetupAnswers, groups
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.trigger.good_times import HOURS, OCCASIONS
from simulator.people.telling import dislikes, good_times, likes, things
from simulator.world.seeding import generator
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

PICKED, STRUCK = 0.75, 0.35
"""Quantiles of liking over all ideas: an example above the one is picked, where it is the best of its group; one
below the other is struck, where it is the worst."""

FORGOTTEN = 0.15
"""Chance that a good or bad time does not come to mind; one that is neither is marked half as often as a card is
answered wrongly."""


def setup_answers(taste: Utility, features: FeatureMaker, seed: int) -> SetupAnswers:
    """What the person answers at a first start: as somebody does who has not read the questions twice."""
    rng = generator("setup", taste.persona.id, seed, taste.world.name)
    liking = np.where(taste.allowed, taste.static, taste.static.min() - 1.0)
    high, low = np.quantile(liking, (PICKED, STRUCK))
    picked, struck = [], []
    for group in groups(features):
        order = sorted(group, key=lambda idea: float(liking[idea]) + rng.normal(0, 0.3 * float(taste.static.std())))
        ids = [taste.base.ideas[idea].id for idea in order]
        picked += [ids[-1]] if liking[order[-1]] >= high else []
        struck += [ids[0]] if liking[order[0]] <= low else []
    agent = UserAgent(taste.persona, taste)
    wordings, alike = [], []
    for first, second in PAIRS:
        faults = len(agent.faults_of_style(first)), len(agent.faults_of_style(second))
        if faults[0] != faults[1]:
            wordings.append((first, second) if faults[0] < faults[1] else (second, first))
        else:
            alike.append((first, second))
    wanted = taste.persona.frequency.daily_max
    per_day = max(1, round(wanted * float(np.exp(rng.normal(0, 0.2)))))
    told = likes(taste.persona), dislikes(taste.persona)
    meant = taste.persona.preference.repeat_after / taste.world.repeat_scale * np.exp(rng.normal(0, 0.25))
    again = min(REPEAT_DAYS, key=lambda days: abs(float(np.log(days / meant))))
    times = _marked_times(taste, rng)
    has = things(taste.persona)
    return SetupAnswers(
        *told, tuple(picked), tuple(struck), tuple(wordings), tuple(alike), per_day, again, *times, has=has
    )


def _marked_times(taste: Utility, rng: np.random.Generator) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Good and bad times as somebody marks them who forgets some, and marks a few that are neither."""
    good, bad = good_times(taste.persona, taste.world.window_shift)
    marked: tuple[list[str], list[str]] = ([], [])
    for name in (*HOURS, *OCCASIONS):
        forgets, errs, side = rng.random() < FORGOTTEN, rng.random() < taste.world.review_slip / 2, rng.random() < 0.5
        if name in good or name in bad:
            if not forgets:
                marked[name in bad].append(name)
        elif errs:
            marked[side].append(name)
    return tuple(marked[0]), tuple(marked[1])


def opens_review(agent: UserAgent, seed: int) -> bool:
    """Whether the person opens the review of the present day."""
    rng = generator("review", agent.persona.id, seed, agent.day.day)
    return bool(rng.random() < agent.world.review_done)


def answer_card(agent: UserAgent, card: Card, seed: int, number: int) -> Answer:
    """The answer to a card about the present day, sometimes a wrong one."""
    rng = generator("card", agent.persona.id, seed, agent.day.day, number)
    day = agent.day
    tick = int(np.clip(round((card.context.time - day.wake).total_seconds() / 60 / TICK_MINUTES), 0, len(day) - 1))
    if card.kind == "wording":
        faults = [len(agent.faults_of_style(text)) for text in card.texts]
        truth = faults[0] < faults[1] if faults[0] != faults[1] else bool(rng.random() < 0.5)
    elif card.kind == "moment":
        truth = bool(day.receptive(agent.persona.timing.threshold)[tick])
    else:
        truth = bool(agent.taste.pleasing(day, tick, agent.heard_counts)[card.idea] and agent.rested[card.idea])
    wrong = rng.random() < agent.world.review_slip
    return "yes" if truth != wrong else "no"


def glances(agent: UserAgent, tick: int, seed: int) -> bool:
    """Whether the person looks at the shelf at a tick."""
    if not agent.world.glance_chance or not agent.receptive(tick):
        return False
    draw = generator("glance", agent.persona.id, seed, agent.day.day, tick).random()
    return bool(draw < agent.world.glance_chance)
