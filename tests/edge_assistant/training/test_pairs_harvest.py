"""Pairs from what happened: each kind from its own evidence, with its provenance, and nothing twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge_assistant.composer.prompts import NO_RECOMMENDATION
from edge_assistant.composer.style import broken
from edge_assistant.domain import Rating, Style
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.storage.store import Store
from edge_assistant.training.pairs.buffer import PairBuffer
from edge_assistant.training.pairs.harvest import harvest_store
from edge_assistant.training.pairs.making import Candidate, SentenceMoment, rated_pair

NOON = datetime(2026, 3, 2, 12)
BASE = knowledge.load_packaged()
IDEA = BASE.ideas[0]


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def say(store: Store, name: str, text: str, *, idea=IDEA, activity: str = "making lunch", minutes: int = 0) -> int:
    data = {"id": name, "text": text, "idea": idea.id, "activity": activity}
    return store.add_event("suggestion", NOON + timedelta(minutes=minutes), data)


def answer(store: Store, name: str, **feedback: str) -> None:
    store.add_event("feedback", NOON, {"id": name, **feedback})


def test_two_rated_candidates_give_the_better_one_first() -> None:
    moment = SentenceMoment(IDEA, "making lunch", NOON, Style())
    good, bad = Candidate("You could do it.", Rating(1, 1, 1, 1)), Candidate("Do it now!!", Rating(1, 1, 1, 0))
    for order in ((good, bad), (bad, good)):
        pair = rated_pair(moment, *order, {"day": 3}, ["tick:5"])
        assert (pair.chosen, pair.rejected, pair.kind) == (good.text, bad.text, "rated")
        assert pair.provenance == {"day": 3, "totals": [4, 3], "sources": ["tick:5"]}
        assert IDEA.text in pair.prompt and "making lunch" in pair.prompt
    assert rated_pair(moment, good, Candidate("Or this.", Rating(1, 1, 1, 1)), {}) is None


def test_own_words_beat_what_was_said(store: Store) -> None:
    say(store, "s1", "Why not do that?")
    store.add_event("edited", NOON, {"id": "s1", "text": "Perhaps do that."})
    assert harvest_store(store, BASE) == 1
    (pair,) = PairBuffer(store).all()
    assert (pair.kind, pair.chosen, pair.rejected) == ("reworded", "Perhaps do that.", "Why not do that?")
    assert pair.weight > 1


def test_what_was_forgotten_is_not_learned_again_from_the_same_events(store: Store) -> None:
    say(store, "s1", "Why not do that?")
    store.add_event("edited", NOON, {"id": "s1", "text": "Perhaps do that."})
    harvest_store(store, BASE)
    buffer = PairBuffer(store)
    assert buffer.forget_pairs([pair.hash for pair in buffer.all()]) == 1
    assert harvest_store(store, BASE) == 0 and buffer.count() == 0


def test_a_false_alarm_is_worse_than_silence(store: Store) -> None:
    first = say(store, "s1", "Why not do that?")
    answer(store, "s1", reaction="dismissed", reason="timing")
    harvest_store(store, BASE)
    (pair,) = PairBuffer(store).all()
    assert (pair.kind, pair.chosen, pair.rejected) == ("silence", NO_RECOMMENDATION, "Why not do that?")
    assert pair.provenance["sources"] == [f"event:{first}"]
    assert IDEA.text not in pair.prompt  # the question is whether to speak, not how


def test_badly_put_learns_from_what_was_accepted_in_a_similar_moment(store: Store) -> None:
    say(store, "s1", "You may wish to read one page, if it suits you.", idea=BASE.ideas[1])
    answer(store, "s1", reaction="accepted")
    say(store, "s2", "Hey, wanna boil an egg!!", minutes=5)
    answer(store, "s2", reaction="dismissed", reason="communication")
    assert harvest_store(store, BASE) == 1
    (pair,) = PairBuffer(store).all()
    assert (pair.kind, pair.rejected) == ("reaction", "Hey, wanna boil an egg!!")
    assert broken(pair.chosen, Style("short", "formal", "gentle", "plain", "no", "no")) == ()
    assert len(pair.provenance["sources"]) == 2
    assert harvest_store(store, BASE) == 0


def test_another_activity_is_no_similar_moment(store: Store) -> None:
    say(store, "s1", "You may wish to read one page.", idea=BASE.ideas[1], activity="resting on the sofa")
    answer(store, "s1", reaction="accepted")
    say(store, "s2", "Hey, wanna boil an egg!!")
    answer(store, "s2", reaction="dismissed", reason="communication")
    assert harvest_store(store, BASE) == 0
    assert harvest_store(store, BASE, lambda first, second: 0.9) == 1


def test_taste_is_not_a_matter_of_words(store: Store) -> None:
    say(store, "s1", "Why not do that?")
    answer(store, "s1", reaction="dismissed", reason="preference")
    assert harvest_store(store, BASE) == 0


def test_days_of_a_run_are_read_too(store: Store) -> None:
    event = {
        "tick": 7,
        "time": NOON.isoformat(),
        "activity": "making lunch",
        "idea": IDEA.id,
        "text": "Why not do that?",
        "told": {"reaction": "ignored"},
    }
    store.set_state("day.1", {"day": 1, "events": [event, {**event, "tick": 9, "told": None}]})
    assert harvest_store(store, BASE) == 1
    assert PairBuffer(store).all()[0].provenance["sources"] == ["day.1:7"]
