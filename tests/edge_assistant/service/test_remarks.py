"""What a person types about a suggestion: understood, learned from, and taken back; questions stay questions."""

from __future__ import annotations

import pytest

from edge_assistant.llm.embedding import SentenceTransformerEmbedder
from edge_assistant.service.conversation.remark_words import MORE, NOTHING, Meaning, is_remark
from edge_assistant.service.conversation.remarks import Remarks


@pytest.fixture(scope="module")
def remarks() -> Remarks:
    return Remarks(SentenceTransformerEmbedder())


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("something shorter?", Meaning(turn="shorter")),
        ("but why?", Meaning(turn="why")),
        ("not now please", Meaning(turn="later")),
        ("no emoji please", Meaning(aspect="emoji", wish="no")),
        ("could you say it friendlier?", Meaning(aspect="warmth", wish="warm")),
        ("yes!", Meaning(answer="accepted")),
        ("no", Meaning(answer="dismissed")),
        ("ok, will do", Meaning(answer="accepted")),
        ("love this, more of these", Meaning(answer=MORE)),
        ("that bores me to tears", Meaning(answer="preference")),
        ("I'm cooking right now", Meaning(answer="timing")),
        ("you're nagging", Meaning(answer="frequency")),
        ("that is badly put", Meaning(answer="communication")),
    ],
)
def test_remarks_are_understood(remarks: Remarks, text: str, meaning: Meaning):
    assert remarks.meaning(text) == meaning


@pytest.mark.model
@pytest.mark.parametrize(
    "text",
    [
        "how many eggs do I need?",
        "is it boring?",
        "I did that yesterday",
        "my neighbour has a dog",
        "tell me more about it",
        "who are you?",
    ],
)
def test_other_words_are_left_to_the_model(remarks: Remarks, text: str):
    assert remarks.meaning(text) == NOTHING


@pytest.mark.parametrize("text", ["not for me", "no", "later, please", "that bores me, it is boring", "I'm working"])
def test_a_short_line_is_meant_for_the_suggestion_that_waits(text: str):
    assert is_remark(text)


@pytest.mark.parametrize(
    "text",
    ["reading a boring report", "lunch", "writing to Tom later", "on the phone with somebody whom I hate to call"],
)
def test_what_one_does_is_no_remark(text: str):
    assert not is_remark(text)


def test_a_remark_answers_the_suggestion_and_can_be_taken_back(person):
    person.live(10)
    entry = person.ask_for_one()
    before = person.beliefs()
    said = person.core.call("ask", {"text": "not for me", "about": entry.id})
    assert said["state"] == "done" and "not for me" in said["text"]
    now = person.entry(entry.id)
    assert (now.state, now.reason) == ("dismissed", "preference")
    assert person.beliefs()["liking.mean"] != before["liking.mean"]
    person.core.call("undo")
    assert person.entry(entry.id) == entry
    assert person.beliefs() == before


def test_a_wish_for_the_wording_is_kept_and_the_suggestion_said_so(person):
    person.live(10)
    entry = person.ask_for_one()
    styles = person.core.service.assistant.learner.styles
    before = styles.marginals()["directness"]["question"]
    said = person.core.call("ask", {"text": "please ask me instead", "about": entry.id})
    now = person.entry(entry.id)
    if now.text.rstrip().endswith("?"):
        assert now.text == said["text"]
    else:  # no sentence of this idea asks
        assert now.text == entry.text and said["text"].startswith("Noted for the next ones")
    assert now.state == entry.state
    assert styles.marginals()["directness"]["question"] > before
    assert styles.best().directness == "question"
    person.core.call("undo")
    assert person.entry(entry.id) == entry
    assert styles.marginals()["directness"]["question"] == pytest.approx(before)


def test_more_like_this_in_words(person):
    person.live(10)
    entry = person.ask_for_one()
    person.core.call("ask", {"text": "more like this", "about": entry.id})
    assert person.entry(entry.id).liked
