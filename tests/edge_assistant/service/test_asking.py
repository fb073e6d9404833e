"""Questions to the service: how long activities lasted, who answers, and what is kept of the conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_assistant.context.observation import Observation
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.memory import Draft
from edge_assistant.service.answers.known import Known
from edge_assistant.service.model.host import SupervisedModel
from edge_assistant.service.model.worker import abilities
from edge_assistant.settings import ModelSettings


class Recorder(StandInModel):
    """Keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.prompts: list[str] = []

    def generate(self, requests, cancel=None, on_token=None):
        self.prompts += [request.prompt for request in requests]
        return super().generate(requests, cancel, on_token)


@pytest.fixture
def model(person) -> Recorder:
    """A model that may answer, in use."""
    host = SupervisedModel(ModelSettings(), lambda: None)
    found = Recorder()
    host.state, host.abilities = "ready", tuple(abilities(StandInModel()))
    setattr(host, "model", lambda: found)  # noqa: B010 - a stand-in for the child process
    person.core.service.model = host
    return found


def lived(person):
    service = person.core.service
    now = service.clock.now()
    return [(one.text, round(one.minutes, 1)) for one in Known(service).lived(now - timedelta(hours=8), now)]


def test_an_activity_lasts_until_the_next_one(person):
    person.live(30, "writing a letter")
    person.live(20, "reading a book")
    assert lived(person) == [("writing a letter", 30.0), ("reading a book", 17.5)]


def test_an_absence_ends_an_activity_at_the_last_key_and_is_no_part_of_it(person):
    person.live(20, "writing a letter")
    for _ in range(8):
        person.clock.forward(minutes=2.5)
        idle = 300.0 + 150.0 * _
        person.sources.observation = Observation(
            activity="writing a letter", presence="away", idle_seconds=idle, since=person.clock.now()
        )
        person.core.tick()
    person.sources.observation = Observation(activity="writing a letter", since=person.clock.now())
    person.live(10, "writing a letter")
    assert lived(person) == [("writing a letter", 15.0), ("writing a letter", 7.5)]
    service, now = person.core.service, person.clock.now()
    ((begins, ends),) = Known(service).absences(now - timedelta(hours=8), now)
    assert (ends - begins) / timedelta(minutes=1) == pytest.approx(25.0)


def test_an_activity_goes_on_over_a_restart_and_begins_anew_after_hours(open_core):
    first = open_core()
    first.live(10, "writing a letter")
    second = open_core(first.clock.now())
    second.live(10, "writing a letter")
    assert lived(second) == [("writing a letter", 17.5)]
    third = open_core(second.clock.now() + timedelta(hours=3))
    third.live(5, "writing a letter")
    assert len(lived(third)) == 2


def test_code_answers_what_it_can_without_the_model(person, model):
    person.live(30, "writing a letter")
    answer = person.core.call("ask", {"text": "what did I do today?"})
    assert answer["state"] == "done" and "08:02 writing a letter" in answer["text"]
    assert not model.prompts


def test_the_model_is_told_facts_with_dates_and_what_was_said_before(person, model):
    service = person.core.service
    service.memory.add_many([Draft("action", person.clock.now() - timedelta(days=1), "phoning Ines about Lisbon")])
    person.core.call("ask", {"text": "Lisbon Ines phoning about whom exactly please"})
    assert "Sun 01 Mar 08:00 phoning Ines about Lisbon" in model.prompts[-1]
    person.clock.forward(minutes=1)
    person.core.call("ask", {"text": "and phoning Ines?"})
    assert "Before: Lisbon Ines phoning about whom exactly please - " in model.prompts[-1]
    assert len(person.core.call("conversation")["turns"]) == 2
    person.clock.forward(hours=2)
    person.core.call("ask", {"text": "phoning Ines, Lisbon, again and again"})
    assert "Before:" not in model.prompts[-1]


def test_nothing_found_is_not_known_and_no_model_is_asked(person, model):
    answer = person.core.call("ask", {"text": "zebra xylophone quagga"})
    assert answer["state"] == "done" and answer["text"].startswith("I do not know")
    assert not model.prompts


def test_questions_are_no_memories_and_are_forgotten_with_their_topic(person, model):
    person.live(10, "writing a letter")
    before = len(person.core.service.memory.browse())
    person.core.call("ask", {"text": "writing zucchini letter"})
    assert len(person.core.service.memory.browse()) == before
    exported = person.core.call("memory.export")
    assert [turn["question"] for turn in exported["conversation"]] == ["writing zucchini letter"]
    person.core.call("memory.forget", {"topic": "zucchini", "preview": False})
    assert person.core.call("conversation")["turns"] == []


def test_nothing_is_kept_of_a_question_in_private(person, model):
    person.core.call("private", {"on": True})
    person.core.call("ask", {"text": "what did I do today?"})
    assert person.core.call("conversation")["turns"] == []


def test_a_model_that_may_not_answer_shows_what_fits_and_says_why(person, model):
    person.live(10, "writing a letter")
    told = {"name": "answer", "words": "answers", "able": False, "detail": "no, 1 of 8 tasks right"}
    person.core.service.model.abilities = (told,)
    answer = person.core.call("ask", {"text": "writing zucchini letter"})
    assert answer["state"] == "cannot-write" and [row["text"] for row in answer["memories"]] == ["writing a letter"]
    assert person.core.call("status")["model"]["abilities"] == [told]
