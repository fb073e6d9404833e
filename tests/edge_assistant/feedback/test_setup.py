"""The setup: every question can be skipped, and each answer moves its own belief."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from edge_assistant.composer.style import read_style
from edge_assistant.domain import STYLE_CHOICES
from edge_assistant.feedback.setup import GROUP_SIZE, GROUPS, MOMENT, PAIRS, SetupAnswers, apply, groups, without
from edge_assistant.learning import prior
from edge_assistant.loop.learner import Learner
from edge_assistant.loop.stranger import vague

NAMES = tuple(field.name for field in fields(SetupAnswers))
MOVES = {
    "likes": set(),
    "dislikes": set(),
    "picked": {"liking.mean", "liking.covariance"},
    "struck": {"liking.mean", "liking.covariance"},
    "wordings": {"manner"},
    "alike": {"manner"},
    "per_day": {"frequency"},
    "repeat_days": {"repeats"},
    "good_times": set(),
    "bad_times": set(),
    "has": set(),
}
"""Which stored beliefs each answer moves; own words and things move none."""


@pytest.fixture
def answers(features) -> SetupAnswers:
    base = features.base
    examples = [base.ideas[index].id for group in groups(features)[:3] for index in group]
    return SetupAnswers(
        ("gardening", "old films"),
        ("puzzles",),
        tuple(examples[:3]),
        tuple(examples[3:6]),
        PAIRS[:1],
        PAIRS[1:2],
        2,
        14,
        ("pause",),
        ("0-6",),
        ("cat",),
    )


def chance(learner: Learner, idea: str) -> float:
    learner.see(MOMENT)
    index = learner.features.base.index(idea)
    return learner.ranker.chance_of_idea(learner.sight(MOMENT), index)[0]


def moved(learner: Learner, features) -> set[str]:
    fresh = Learner(prior.load(), features).get_arrays()
    return {name for name, array in learner.get_arrays().items() if not np.array_equal(array, fresh[name])}


def test_who_answers_nothing_changes_nothing(features) -> None:
    learner = Learner(prior.load(), features)
    apply(learner, SetupAnswers())
    assert moved(learner, features) == set()
    assert learner.get_state() == Learner(prior.load(), features).get_state()


@pytest.mark.parametrize("name", NAMES)
def test_each_question_can_be_answered_alone(name: str, answers, features) -> None:
    learner = Learner(prior.load(), features)
    apply(learner, without(answers, [other for other in NAMES if other != name]))
    assert moved(learner, features) == MOVES[name]
    assert bool(learner.stated.likes) == (name == "likes")
    assert bool(learner.stated.dislikes) == (name == "dislikes")


@pytest.mark.parametrize("name", NAMES)
def test_each_question_can_be_skipped_alone(name: str, answers, features) -> None:
    learner = Learner(prior.load(), features)
    apply(learner, without(answers, [name]))
    left = set().union(*(beliefs for other, beliefs in MOVES.items() if other != name))
    assert moved(learner, features) == left


def test_examples_come_in_groups_of_different_categories(features) -> None:
    found = groups(features)
    assert 4 <= len(found) <= GROUPS
    assert all(len(group) == GROUP_SIZE for group in found)
    examples = [index for group in found for index in group]
    assert len(set(features.base.category_index[examples].tolist())) == len(examples)
    assert found == groups(features)


def test_what_was_picked_is_liked_more_and_what_was_struck_less(answers, features) -> None:
    plain, learner = Learner(prior.load(), features), Learner(prior.load(), features)
    apply(learner, SetupAnswers(picked=answers.picked, struck=(*answers.struck, "gone-since")))
    for idea in answers.picked:
        assert chance(learner, idea) > chance(plain, idea)
    for idea in answers.struck:
        assert chance(learner, idea) < chance(plain, idea)


@pytest.mark.parametrize("start", ["packaged", "vague"])
@pytest.mark.parametrize("field", ["likes", "dislikes"])
def test_own_words_move_what_is_like_them(field: str, start: str, features) -> None:
    known = prior.load() if start == "packaged" else vague()
    words = features.base.ideas[3].text
    plain, learner = Learner(known, features), Learner(known, features)
    apply(learner, SetupAnswers(**{field: (words,)}))
    direction = 1 if field == "likes" else -1
    near = np.argsort(-features.likeness(words), kind="stable")[:10]
    assert near[0] == 3
    gained = [chance(learner, features.base.ideas[i].id) - chance(plain, features.base.ideas[i].id) for i in near]
    assert direction * gained[0] > 0
    assert direction * np.mean(gained) > 0
    sight = learner.sight(MOMENT)
    moved = learner.ranker.means(sight) - plain.ranker.means(plain.sight(MOMENT))
    assert direction * (moved[near].mean() - moved.mean()) > 0


@pytest.mark.parametrize("pair", PAIRS)
def test_a_preferred_wording_moves_what_differs(pair: tuple[str, str], features) -> None:
    styles = [read_style(text) for text in pair]
    differ = [aspect for aspect in STYLE_CHOICES if getattr(styles[0], aspect) != getattr(styles[1], aspect)]
    assert differ, "the two wordings are put alike"
    for better, worse in (pair, pair[::-1]):
        learner = Learner(prior.load(), features)
        before = learner.styles.chance(better, ()) - learner.styles.chance(worse, ())
        apply(learner, SetupAnswers(wordings=((better, worse),)))
        assert learner.styles.chance(better, ()) - learner.styles.chance(worse, ()) > before


def test_who_finds_two_wordings_alike_does_not_mind_what_differs(features) -> None:
    learner = Learner(prior.load(), features)
    before = learner.styles.marginals()["length"]["any"]
    apply(learner, SetupAnswers(alike=PAIRS[:1]))
    assert learner.styles.marginals()["length"]["any"] > before


def test_how_soon_the_same_thing_may_come_again_is_taken_at_its_word_but_not_too_closely(features) -> None:
    found = []
    for days in (3, 7, 14, 30):
        learner = Learner(prior.load(), features)
        apply(learner, SetupAnswers(repeat_days=days))
        found.append(learner.repeats.days())
        assert learner.repeats.fresh(np.array([days / 3]))[0] > 0.05, "somebody who says a week may be glad in two days"
    assert found == sorted(found) and found[0] < 6 and found[-1] > 14


def test_the_number_a_day_is_taken_at_its_word_but_not_too_closely(features) -> None:
    found = []
    for per_day in (1, 3, 8, 0):
        learner = Learner(prior.load(), features)
        apply(learner, SetupAnswers(per_day=per_day))
        found.append(learner.trigger.frequency.daily_max())
    few, some, many, none = found
    assert few < some < many
    assert none == few
    assert abs(np.log(some / 3)) < 0.4
    learner = Learner(prior.load(), features)
    apply(learner, SetupAnswers(per_day=3))
    marginal = learner.trigger.frequency.belief.sum(axis=0)
    assert marginal[4] > 0.02, "somebody who says three may want five"
