"""Own things in a service: suggested like ideas, reminders at their time, one word for done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from edge_assistant.context.observation import Observation
from edge_assistant.errors import UsageError
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.service.rpc.protocol import Entry
from tests.edge_assistant.service.conftest import Open, Person


def own(entries: list[Entry]) -> list[Entry]:
    return [entry for entry in entries if entry.idea.startswith("own-")]


def test_what_is_told_while_it_runs_is_suggested_and_rests_when_it_is_done(person: Person):
    person.live(30)
    before = len(person.core.service.assistant.base)
    person.core.call("tell", {"text": "todo: repaint the garden bench today"})
    assert len(person.core.service.assistant.base) == before + 1
    said = own(person.live(300))
    assert [entry.idea_text for entry in said] == ["repaint the garden bench"]
    assert "repaint the garden bench" in said[0].text.lower()
    person.core.call("mine.add", {"text": "water the fern"})
    person.core.call("mine.done", {"which": "fern"})
    assert not [entry for entry in person.live(300) if "fern" in entry.text]


def test_a_length_that_nobody_gave_keeps_nothing_back(person: Person):
    for text in ("todo: bake bread rolls for the party", "todo: bake a cake for Anna (90 min)"):
        person.core.call("tell", {"text": text})
    minutes = {idea.text: idea.minutes for idea in person.core.service.assistant.base.ideas}
    assert minutes["bake bread rolls for the party"] <= 10
    assert max(found for text, found in minutes.items() if text.startswith("bake a cake for Anna")) == 90


def test_done_in_one_word_closes_the_thing_and_can_be_taken_back(person: Person):
    person.core.call("tell", {"text": "todo: repaint the garden bench today"})
    entry = own(person.live(300))[0]
    told = Entry.from_dict(person.core.call("finish", {"id": entry.id}))
    assert (told.state, told.outcome) == ("accepted", "done")
    assert person.core.call("mine.list")["things"] == []
    person.core.call("undo")
    assert [thing["text"] for thing in person.core.call("mine.list")["things"]] == ["repaint the garden bench"]


def test_what_is_ticked_off_answers_its_suggestion(person: Person):
    person.core.call("tell", {"text": "todo: repaint the garden bench today"})
    entry = own(person.live(300))[0]
    person.core.call("tell", {"text": "tick off the garden bench"})
    assert (person.entry(entry.id).state, person.entry(entry.id).outcome) == ("accepted", "done")


def test_an_answer_to_an_own_thing_teaches_nothing_of_other_ideas(person: Person):
    person.core.call("tell", {"text": "todo: repaint the garden bench today"})
    entry = own(person.live(300))[0]
    learner = person.core.service.assistant.learner
    shared = len(LIKING_NAMES)
    before, level = learner.ranker.model.mean[:shared].copy(), learner.ranker.own.level.mean[0]
    person.core.call("feedback", {"id": entry.id, "reaction": "dismissed", "reason": "preference"})
    assert (learner.ranker.model.mean[:shared] == before).all()
    assert learner.ranker.own.level.mean[0] < level
    person.core.call("undo")
    assert learner.ranker.own.level.mean[0] == level


def test_a_reminder_comes_at_its_time_and_teaches_nothing(person: Person):
    person.live(10)
    person.core.call("tell", {"text": "remind me in 20 minutes to take the bread out"})
    assert not [entry for entry in person.live(17.5) if "bread" in entry.text]
    said = person.live(5)
    assert [entry.text for entry in said if "bread" in entry.text] == ["It is time to take the bread out."]
    beliefs = person.beliefs()
    person.core.call("feedback", {"id": said[0].id, "reaction": "dismissed", "reason": "preference"})
    assert person.beliefs() == beliefs
    assert not [entry for entry in person.live(240) if "bread" in entry.text]


@pytest.mark.parametrize("why", ["away", "private", "quiet", "blocked", "paused"])
def test_a_reminder_waits_while_nothing_may_be_said(person: Person, why: str):
    person.live(10)
    person.core.call("tell", {"text": "remind me in 20 minutes to take the bread out"})
    sources, clock = person.sources, person.clock
    if why == "private":
        person.core.call("private", {"on": True})
    elif why == "paused":
        person.core.call("pause", {"minutes": 60})
    elif why == "quiet":
        hour = clock.now().hour
        person.core.call("settings.set", {"section": "limits", "field": "quiet_from", "value": float(hour)})
        person.core.call("settings.set", {"section": "limits", "field": "quiet_to", "value": float(hour + 1)})
    hidden = {"presence": "away"} if why == "away" else {"blocked": "do not disturb"} if why == "blocked" else {}
    said = []
    for _ in range(16):
        clock.forward(minutes=2.5)
        sources.observation = Observation(activity="writing a letter", **hidden)
        said.append(person.core.tick())
        person.core.due()
    assert not [entry for entry in person.core.call("feed")["entries"] if "bread" in entry["text"]]
    if why == "private":
        person.core.call("private", {"on": False})
    elif why == "paused":
        person.core.call("resume")
    clock.forward(minutes=60)
    sources.observation = Observation(activity="writing a letter")
    person.core.tick()
    texts = [entry["text"] for entry in person.core.call("feed")["entries"] if "bread" in entry["text"]]
    assert texts == ["You asked to be reminded at 08:30 to take the bread out."]


def test_reminders_and_things_outlive_the_service(open_core: Open):
    person = open_core()
    person.live(10)
    person.core.call("tell", {"text": "remind me in 20 minutes to take the bread out"})
    person.core.call("tell", {"text": "todo: repaint the garden bench today"})
    later = open_core(person.clock.now() + timedelta(hours=1))
    said = later.live(300)
    assert said[0].text == "You asked to be reminded at 08:30 to take the bread out."
    assert [entry.idea_text for entry in own(said[1:])] == ["repaint the garden bench"]
    assert not [entry for entry in open_core(later.clock.now()).live(60) if "bread" in entry.text]


def test_a_goal_is_not_broken_down_by_a_model_that_cannot(person: Person):
    person.core.call("tell", {"text": "my goal is to run 10 km by June"})
    with pytest.raises(UsageError, match="cannot break goals down"):
        person.core.call("mine.steps", {"which": "1"})
    person.core.call("mine.add", {"text": "buy milk"})
    with pytest.raises(UsageError, match="is no goal"):
        person.core.call("mine.steps", {"which": "milk"})
