"""Things that many people lack: what texts tell of them, which ideas need them, and whom these ideas are for."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from edge_assistant.domain import Context
from edge_assistant.feedback.review import cards, shelf_cards
from edge_assistant.feedback.setup import SetupAnswers, apply
from edge_assistant.feedback.stated_taste import LIKED, state_tastes, take_back
from edge_assistant.learning import prior
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.ideas import load_packaged
from edge_assistant.things import asked_of, met, thing_names, things_in, things_of, things_of_room
from edge_assistant.trigger.waiting import Sight

NOON = datetime(2026, 6, 2, 12, 0)

NAMES = {
    "dog": "dog",
    "cat": "cat",
    "pet": "pet",
    "fish": "aquarium",
    "rabbit": "rabbit",
    "rodent": "hamster|guinea pig",
    "bird": "budgie|parrot",
    "garden": "garden|lawn",
    "allotment": "allotment",
    "balcony": "balcony",
    "bird feeder": "feeder",
    "stairs": "stair",
    "car": "car",
    "bicycle": "bicycle|cycle|bike",
    "partner": "partner|husband|wife",
    "household": "household|housemate|live with",
    "child": "child|children",
    "sibling": "brother|sister|sibling",
    "colleagues": "colleague|meeting",
    "piano": "piano",
    "guitar": "guitar",
    "instrument": "instrument",
    "sewing machine": "sewing machine",
    "knitting": "knit|crochet|yarn",
    "houseplants": "houseplant|orchid",
    "bathtub": "bath",
    "record player": "record sleeve|side of a record",
    "video games": "video game|game controller|console",
    "camera": "camera",
    "binoculars": "binocular",
    "model railway": "model railway|model locomotive",
    "soldering iron": "solder",
    "sourdough": "sourdough",
    "horse": "horse|pony",
}
"""Words by which the text of an idea names a thing outright."""

_READ = """ask-neighbour-colleague-how audio-foley-guess-object audio-orchestra-game-pick
audio-reread-childhood-radio build-fern-moss-garden carry-somebody-shopping-stairs
check-whether-household-insurance cut-tangram-card-make explain-how-fridge-works film-first-film-lumiere
film-guess-year-clothes film-totoro-again find-recording-instrument-once give-each-houseplants-spoons
help-hour-code-club knit-sew-small-thing languages-tandem-half-hour learn-angle-dogs-tail
learning-fermi-estimate-one learning-sewing-machine-stitch learning-sourdough-why-rises
let-guest-housemate-choose make-pinhole-camera-biscuit music-game-orchestra offer-friends-small-children
offer-walk-neighbour-dog photograph-faces-hidden-sockets photograph-reflections-after-rain
put-name-waiting-list question-rule-inherited raise-camera-eye-level read-childhood-comic-sofa
read-children-news-page read-minutes-last-town read-work-dog-breed return-children-book-once
set-chain-reaction-ten sit-doorstep-evening-cup spin-yarn-drop-spindle stand-barefoot-grass-stone
step-onto-balcony-doorstep stroke-dog-cat-happens turn-dark-room-camera visit-glasshouse-botanical-garden
walk-dog-shelter-afternoon walk-over-allotment-site watch-aquarium-fish-cross watch-birds-nearest-tree
watch-live-camera-ospreys wind-god-eye-sticks write-house-rules-houseplant
write-sonnet-household-appliance write-tomorrow-horoscope-household"""
READ = frozenset(_READ.split())
"""Ideas that name a thing and need none: somebody else's, one of several places, or only spoken of."""


def test_the_vocabulary_is_the_one_that_ideas_are_checked_against() -> None:
    asked = asked_of(idea.needs for idea in load_packaged().ideas)
    assert "horse" not in [thing.name for thing in asked]  # no packaged idea needs one
    needed = {thing for idea in load_packaged().ideas for thing in things_of(idea.needs)}
    assert {thing.name for thing in asked} <= needed <= set(thing_names()) and len(asked) > 20


def test_an_idea_that_names_a_thing_needs_it_or_was_read() -> None:
    pattern = re.compile(rf"\b(?:{'|'.join(NAMES.values())})s?\b")
    silent = {idea.id for idea in load_packaged().ideas if not idea.needs and pattern.search(idea.text)}
    assert silent == READ


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("walking the dog", {"dog"}),
        ("grilling a hot dog", set()),
        ("walking the neighbour's dog", set()),
        ("watching a dog video", set()),
        ("watching the street", set()),
        ("feeding my cat", {"cat"}),
        ("drawing a cat", set()),
        ("driving to the shop", {"car"}),
        ("riding the bus home", set()),
        ("cycling home along the river", {"bicycle", "open water"}),
        ("practising the piano", {"piano"}),
        ("listening to piano music", set()),
        ("helping my brother move", {"sibling"}),
        ("Having breakfast on the balcony", {"balcony"}),
        ("putting the twins to bed", {"child"}),
        ("writing a report", set()),
    ],
)
def test_what_somebody_does_tells_what_they_have(text: str, told: set[str]) -> None:
    assert things_in(text) == told


@pytest.mark.parametrize(
    ("like", "told"),
    [
        ("growing orchids", {"houseplants"}),
        ("playing with my cat", {"cat"}),
        ("cats", set()),
        ("guitars", set()),
        ("playing the guitar", {"guitar"}),
        ("gardening", {"garden"}),
    ],
)
def test_what_somebody_likes_is_not_always_theirs(like: str, told: set[str]) -> None:
    assert things_in(like, own_words=True) == told


def test_of_several_things_one_is_enough() -> None:
    assert met((), ()) and met(("dog or cat",), {"cat"}) and not met(("dog or cat", "garden"), {"cat"})
    assert things_of_room("Garden") == {"garden"} and not things_of_room("kitchen")


def needing(learner: Learner, thing: str) -> list[int]:
    """The places of ideas that need this thing and nothing else."""
    return [place for place, idea in enumerate(learner.features.base.ideas) if idea.needs == (thing,)]


def test_an_idea_is_for_those_who_have_what_it_needs(features) -> None:
    learner = Learner(prior.load(), features)
    base = learner.features.base
    assert not base.possible(())[[place for place, idea in enumerate(base.ideas) if idea.needs]].any()
    assert base.possible(thing_names()).all()
    assert not base.possible({"cat"})[needing(learner, "dog")].any()


def test_what_is_seen_said_and_told_is_known_and_survives_a_restart(features) -> None:
    learner = Learner(prior.load(), features)
    assert learner.has == set()
    learner.see(Context(NOON, "walking the dog", "garden"))
    state_tastes(learner, Context(NOON, "a pause"), ["playing with my cat"], LIKED)
    apply(learner, SetupAnswers(has=("car",)))
    learner.lacks = frozenset({"garden"})
    assert learner.has == {"dog", "cat", "car"}
    again = Learner(prior.load(), features)
    again.set_arrays(learner.get_arrays())
    again.set_state(learner.get_state())
    assert again.has == learner.has
    take_back(again, "playing with my cat")
    assert again.has == {"dog", "car"}


def test_neither_said_nor_asked_nor_shown_without_what_it_needs(features) -> None:
    learner = Learner(prior.load(), features)
    base = learner.features.base
    wanted = [place for place, idea in enumerate(base.ideas) if idea.needs]
    assert wanted
    context = Context(NOON, "resting on the sofa")
    learner.see(context)
    for place in wanted:  # as much as anybody can like them
        learner.ranker.learn(place, learner.ranker.chance_of_idea(learner.sight(context), place)[1], 0.999, 0.001)
    learner.learned()
    assert (learner.repeated(context).fresh[wanted] == 0).all()
    ranked = learner.rank(context)
    assert ranked is not None and not set(wanted) & {ranked.index, *ranked.alternatives}
    shown = [card.idea for card in shelf_cards(learner, context, 30)]
    shown += [card.idea for card in cards(learner, [Sight(NOON, "resting on the sofa", 5.0)], 8) if card.idea >= 0]
    assert shown and not set(wanted) & set(shown)
