"""The day's review and the shelf, through the real core: offered quietly, answered, taken back, never counted."""

from __future__ import annotations

import json

import pytest

from edge_assistant import cli
from edge_assistant.errors import UsageError
from edge_assistant.service.conversation.reviewing import EVENING
from edge_assistant.service.rpc.review_values import Review, Shelf

ACTIVITIES = ("reading by the window", "kneading rye dough", "writing a letter", "cooking dinner", "listening to jazz")


def day(person, hours: float = 11) -> None:
    """A day of changing activities, after the questions of the first start."""
    person.core.service.presence.setup_done = True
    for number in range(round(hours)):
        person.live(60, ACTIVITIES[number % len(ACTIVITIES)])


def cards(person) -> Review:
    return Review.from_dict(person.core.call("review.cards"))


def answer(person, card: str, told: str) -> Review:
    return Review.from_dict(person.core.call("review.answer", {"id": card, "answer": told}))


def test_the_cards_of_a_day_are_there_in_words(person):
    day(person)
    found = cards(person)
    assert len(found.cards) == 8 and {card.kind for card in found.cards} >= {"idea", "moment"}
    for card in found.cards:
        if card.kind == "moment":
            assert card.question.endswith(": would that have been a good moment for a suggestion?")
            assert card.activity in card.question
        elif card.kind == "idea":
            assert card.question.startswith(f"Would this have pleased you at {card.time:%H:%M}, {card.activity}? ")
        else:
            assert card.question == "Which do you prefer?" and len(set(card.options)) == 2
    assert cards(person) == found, "the cards of a day stay"


def test_an_answer_teaches_and_can_be_taken_back(person):
    day(person)
    learner = person.core.service.assistant.learner
    before, asked, spoken = person.beliefs(), set(learner.asked), learner.history.spoken_ever
    card = cards(person).cards[0]
    found = answer(person, card.id, "yes")
    assert found.cards[0].answer == "yes" and found.next == found.cards[1] and found.back
    assert person.beliefs() != before and learner.asked > asked
    assert person.core.status().undo.endswith(card.question)
    with pytest.raises(UsageError, match="answered already"):
        answer(person, card.id, "no")
    assert Review.from_dict(person.core.call("review.back")).next == card
    assert person.beliefs() == before and learner.asked == asked
    answer(person, card.id, "no")
    person.core.call("undo")
    assert cards(person).next == card and person.beliefs() == before
    assert learner.history.spoken_ever == spoken


def test_a_whole_review_leaves_the_last_reaction_to_be_taken_back(person):
    day(person)
    entry = person.ask_for_one()
    person.core.call("feedback", {"id": entry.id, "reaction": "accepted"})
    for card in cards(person).cards:
        answer(person, card.id, "yes")
    undone = [person.core.call("undo")["id"] for _ in range(9)]
    assert undone[:8] == [""] * 8 and undone[8] == entry.id
    assert person.entry(entry.id).state == "open"


def test_going_back_passes_over_what_was_skipped(person):
    day(person)
    first, second = cards(person).cards[:2]
    answer(person, first.id, "yes")
    before = person.beliefs()
    answer(person, second.id, "skip")
    assert person.beliefs() == before
    assert Review.from_dict(person.core.call("review.back")).next == second
    assert Review.from_dict(person.core.call("review.back")).next == first
    with pytest.raises(UsageError, match="nothing was answered"):
        person.core.call("review.back")


def test_what_was_asked_is_not_asked_again(person, open_core):
    day(person)
    asked = [card.question.partition("?")[2] for card in cards(person).cards if card.kind == "idea"]
    for card in cards(person).cards:
        answer(person, card.id, "skip")
    again = open_core(person.clock.now())
    again.clock.forward(hours=9)
    day(again)
    later = [card.question.partition("?")[2] for card in cards(again).cards if card.kind == "idea"]
    assert later and not set(asked) & set(later)


def test_it_is_offered_once_a_day_in_the_evening_and_ends_when_done(person):
    day(person, 7)
    assert person.clock.now().hour < EVENING and not person.core.status().review
    assert not [event for event, data in person.events if event == "state" and data["review"]]
    day(person, 4)
    assert person.core.status().review
    assert not [event for event, _ in person.events if event not in ("state", "suggestion", "feed")]
    for card in cards(person).cards:
        answer(person, card.id, "no")
    assert not person.core.status().review


def test_who_leaves_it_alone_is_offered_it_less_often(person):
    person.core.service.presence.setup_done = True
    offered = []
    for _ in range(8):
        person.clock.set(person.clock.now().replace(hour=17, minute=0))
        person.live(100, "reading by the window")
        offered.append(person.core.status().review)
        person.clock.forward(days=1)
    assert offered == [True, True, False, True, False, False, True, False]


def test_nobody_is_offered_it_in_private_or_before_anything_was_seen(person):
    assert not cards(person).cards and cards(person).note
    day(person, 11)
    person.core.call("private", {"on": True})
    person.core.tick()
    assert not person.core.status().review and "rivate" in cards(person).note


def test_forgetting_takes_the_cards_along(person):
    day(person)
    answer(person, cards(person).cards[0].id, "yes")
    person.core.call("memory.forget", {"topic": "dough", "preview": False})
    assert not any("dough" in card.question for card in cards(person).cards)
    assert "dough" not in json.dumps(person.core.service.undo.items())


def test_unknown_cards_and_answers_are_refused(person):
    day(person)
    with pytest.raises(UsageError, match="no card"):
        answer(person, "r9-9", "yes")
    with pytest.raises(UsageError, match="unknown"):
        answer(person, cards(person).cards[0].id, "perhaps")


# -- the command -----------------------------------------------------------------------------------------------------


def run(capsys, *arguments: str) -> str:
    assert cli.main(("review", *arguments)) == 0
    return str(capsys.readouterr().out)


@pytest.fixture
def lived(person, monkeypatch):
    """A day, and a command that reaches this core as it would a running one."""
    day(person)
    monkeypatch.setattr(
        "edge_assistant.service.calling.ask_running", lambda method, **params: person.core.call(method, params)
    )
    return person


def test_a_script_reads_the_cards_and_answers_them(lived, capsys):
    found = Review.from_dict(json.loads(run(capsys, "--json")))
    first, second = found.cards[:2]
    run(capsys, "--answer", f"{first.id}=yes", "--answer", f"{second.id}=skip")
    assert [card.answer for card in cards(lived).cards[:3]] == ["yes", "skip", ""]
    run(capsys, "--back")
    assert [card.answer for card in cards(lived).cards[:2]] == ["yes", ""]
    assert cli.main(("review", "--answer", f"{first.id}=perhaps")) == 2


def test_line_by_line(lived, capsys, monkeypatch):
    lines = iter(["yes\n", "b\n", "no\n", "what\n", "\n", "q\n"])
    monkeypatch.setattr("sys.stdin.readline", lambda: next(lines), raising=False)
    said = run(capsys, "--plain")
    assert "1 of 8" in said and "3 of 8" in said and "4 of 8" not in said
    assert [card.answer for card in cards(lived).cards[:3]] == ["no", "skip", ""]


# -- the shelf -------------------------------------------------------------------------------------------------------


def shelf(person, about: str = "") -> Shelf:
    return Shelf.from_dict(person.core.call("shelf", {"about": about}))


def test_the_shelf_holds_three_ideas_that_count_for_nothing(person):
    day(person, 2)
    learner = person.core.service.assistant.learner
    before, spoken, said = person.beliefs(), learner.history.get_state(), len(person.core.feed()["entries"])
    found = shelf(person)
    assert len({one.id for one in found.ideas}) == 3 and not any(one.about for one in found.ideas)
    assert person.beliefs() == before
    first = found.ideas[0]
    after = Shelf.from_dict(person.core.call("shelf.answer", {"idea": first.id, "answer": "no"}))
    assert first.id not in [one.id for one in after.ideas] and len(after.ideas) == 3
    assert person.beliefs() != before
    assert first.id in learner.history.last_heard(person.clock.now())  # it rests as if it had been said
    assert learner.history.get_state() | {"heard": []} == spoken | {"heard": []}
    assert len(person.core.feed()["entries"]) == said
    person.core.call("undo")
    assert learner.history.get_state() == spoken
    assert person.beliefs() == before and first.id in [one.id for one in shelf(person).ideas]


def test_the_runners_up_of_a_suggestion_lie_there_too(person):
    day(person, 1)
    entry = person.ask_for_one()
    found = [one for one in shelf(person, entry.id).ideas if one.about]
    assert len(found) == 2 and {one.about for one in found} == {entry.id}
    person.core.call("shelf.answer", {"idea": found[0].id, "answer": "yes", "about": entry.id})
    index = person.core.service.assistant.base.index(found[0].id)
    assert index in person.core.service.assistant.learner.ranker.judged


def test_the_shelf_refuses_what_it_does_not_know(person):
    assert shelf(person).ideas == ()
    with pytest.raises(UsageError, match="no idea"):
        person.core.call("shelf.answer", {"idea": "no-such-idea", "answer": "yes"})
    with pytest.raises(UsageError, match="choose yes or no"):
        person.core.call("shelf.answer", {"idea": "x", "answer": "perhaps"})
