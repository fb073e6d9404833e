"""How soon an idea may be said again: a belief about the person, and what was heard."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from edge_assistant.context.history import LEAST_REST, History
from edge_assistant.domain import Context, Feedback
from edge_assistant.feedback.learning import learn
from edge_assistant.learning import prior
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.ranker.repeats import REPEAT_DAYS, SLIP, RepeatModel, vague_repeats
from edge_assistant.ranker.rests import ALIKE, ONE_SUBJECT, days_since, repeated
from edge_assistant.things import thing_names

NOON = datetime(2026, 3, 3, 12, 0)
EVERYTHING = thing_names()
"""What people have for whom every idea is."""
DAY = timedelta(days=1)


def heard(model: RepeatModel, *days: float) -> list[float]:
    return list(model.fresh(np.array(days)).tolist())


def test_what_was_never_heard_is_fresh_and_the_rest_the_fresher_the_longer_ago() -> None:
    chances = heard(RepeatModel(vague_repeats()), 0.1, 1, 3, 7, 14, 30, 100, np.inf)
    assert chances == sorted(chances)
    assert chances[0] == pytest.approx(SLIP)
    assert chances[-1] == 1.0
    assert chances[-2] == pytest.approx(1 - SLIP)


@pytest.mark.parametrize("truth", [2.0, 7.0, 30.0])
def test_the_days_of_a_person_are_found(truth: float) -> None:
    rng, model = np.random.default_rng(0), RepeatModel(vague_repeats())
    before = abs(np.log(model.days() / truth))
    for _ in range(150):
        days = float(np.exp(rng.uniform(np.log(0.6), np.log(60))))
        pleased = days >= truth and rng.random() < 0.8
        model.learn(days, 0.8, float(pleased), 1.0 - pleased)
    assert abs(np.log(model.days() / truth)) < min(before, 0.35)
    soon, late = heard(model, 0.5 * truth, 2 * truth)
    assert soon < 0.3 < 0.7 < late


def test_a_no_to_what_would_not_please_anyway_says_little() -> None:
    disliked, liked = RepeatModel(vague_repeats()), RepeatModel(vague_repeats())
    for model, chance in ((disliked, 0.05), (liked, 0.95)):
        model.learn(5.0, chance, 0.05, 0.95)
    start = heard(RepeatModel(vague_repeats()), 5.0)[0]
    assert heard(liked, 5.0)[0] < start - 0.2
    assert start - 0.05 < heard(disliked, 5.0)[0] < start


def test_what_was_not_heard_teaches_nothing() -> None:
    model = RepeatModel(vague_repeats())
    before = model.belief.copy()
    model.learn(np.inf, 0.9, 0.0, 1.0)
    assert np.array_equal(model.belief, before)
    assert len(model.belief) == len(REPEAT_DAYS)


def test_an_idea_that_means_nearly_the_same_rests_with_it(features) -> None:
    ideas = list(features.base.ideas)
    twin = replace(ideas[10], id="a-twin", text=f"{ideas[10].text}, please")
    base = KnowledgeBase([*ideas, twin], features.base.means, features.base.deviations)
    both = FeatureMaker(features.embedder, features.classifier, base)
    history = History()
    history.tick(NOON, 100.0)
    history.say(NOON, ideas[10].id, requested=False)
    days = days_since(history, both, NOON + 3 * DAY)
    assert days[10] == days[base.index("a-twin")] == pytest.approx(3.0)
    assert np.isinf(days[both.idea_vectors @ both.idea_vectors[10] < 0.5]).all()
    again = History()
    again.set_state(json.loads(json.dumps(history.get_state())))
    assert np.array_equal(days_since(again, both, NOON + 3 * DAY), days)


def at(later: timedelta) -> Context:
    return Context(NOON + later, "drinking tea")


def test_whoever_likes_repeats_is_not_told_the_same_twice_a_day(features) -> None:
    eager = RepeatModel(np.where(REPEAT_DAYS == 0.5, 1.0, 1e-9))
    history = History()
    history.tick(NOON, 100.0)
    history.say(NOON, features.base.ideas[10].id, requested=False)
    soon = repeated(history, features, eager, at(LEAST_REST - timedelta(minutes=1)), EVERYTHING)
    later = repeated(history, features, eager, at(LEAST_REST + timedelta(minutes=1)), EVERYTHING)
    assert soon.fresh[10] == 0.0
    assert later.fresh[10] > 0.9
    silenced = repeated(history, features, eager, at(DAY), EVERYTHING, never=[features.base.ideas[10].id, "gone"])
    assert silenced.fresh[10] == 0.0


def test_one_subject_is_enough_for_a_day(features) -> None:
    ideas = list(features.base.ideas)
    heard_of = replace(ideas[10], id="owls-at-dusk", text="hear the tawny owls calling at dusk")
    other = replace(ideas[10], id="owls-in-bed", text="hear the tawny owls calling from the warm bed")
    base = KnowledgeBase([*ideas, heard_of, other], features.base.means, features.base.deviations)
    both = FeatureMaker(features.embedder, features.classifier, base)
    place, eager = base.index("owls-in-bed"), RepeatModel(np.where(REPEAT_DAYS == 0.5, 1.0, 1e-9))
    assert ONE_SUBJECT <= both.idea_vectors[place] @ both.idea_vectors[base.index("owls-at-dusk")] < ALIKE
    history = History()
    history.tick(NOON, 100.0)
    history.say(NOON, "owls-at-dusk", requested=False)
    soon = repeated(history, both, eager, at(timedelta(hours=2)), EVERYTHING)
    assert soon.fresh[place] == 0.0 and np.isinf(soon.days[place]), "not the same, and yet enough of owls"
    assert repeated(history, both, eager, at(DAY), EVERYTHING).fresh[place] == 1.0


def context(days: float) -> Context:
    return Context(NOON + days * DAY, "drinking tea", "kitchen", 5.0, 300.0, request="?")


@pytest.mark.parametrize("told", ["accepted", "dismissed"])
def test_feedback_on_a_repeat_moves_the_days_and_hardly_the_idea(told: str, features) -> None:
    learner = Learner(prior.load(), features)
    learner.told = frozenset(EVERYTHING)
    assistant = Assistant(learner)
    feedback = Feedback(reaction=told, reason="preference" if told == "dismissed" else None)
    first = assistant.said(assistant.answer(assistant.tick(context(0)), 10), "Tea?", "s1")
    for _ in range(4):  # the idea itself is known to please
        learn(assistant, first, Feedback(reaction="accepted"))
    days, sight = learner.repeats.days(), learner.sight(context(2))
    liking = learner.ranker.chance_of_idea(sight, 10)[0]
    second = assistant.answer(assistant.tick(context(2)), 10)
    assert second.ranked is not None and second.ranked.fresh < 0.2
    learn(assistant, assistant.said(second, "Tea again?", "s2"), feedback)
    if told == "accepted":
        assert learner.repeats.days() < days
    else:
        assert learner.repeats.days() > days
        assert learner.ranker.chance_of_idea(sight, 10)[0] > liking - 0.1, "it came too soon, that is all"
