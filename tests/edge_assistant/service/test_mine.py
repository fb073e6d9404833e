"""Own things through the service, and by the command where none runs."""

from __future__ import annotations

import json

import pytest

from edge_assistant.cli import main
from edge_assistant.config import load_settings
from edge_assistant.errors import UsageError
from edge_assistant.paths import Paths
from tests.edge_assistant.service.conftest import Open


def test_plain_sentences_are_done_not_told_as_an_activity(open_core: Open):
    person = open_core()
    said = person.core.call("tell", {"text": "remind me at 6 pm to call mum"})
    assert said["said"] == "Reminder set: call mum, today 18:00."
    answer = person.core.call("ask", {"text": "add todo: buy milk tomorrow"})
    assert (answer["state"], answer["text"]) == ("done", "On your list: buy milk, due tomorrow.")
    things = person.core.call("mine.list")["things"]
    assert [(thing["kind"], thing["text"]) for thing in things] == [("reminder", "call mum"), ("todo", "buy milk")]
    assert person.core.service.reading is None
    assert person.core.call("tell", {"text": "baking bread"})["activity"]["text"] == "baking bread"
    with pytest.raises(UsageError, match="'at 25:00' is not a time of day"):
        person.core.call("tell", {"text": "remind me at 25:00 to sleep"})


def test_a_subject_that_is_not_wanted_is_never_spoken_of_again(open_core: Open):
    person = open_core()
    said = person.core.call("tell", {"text": "stop talking about birds"})["said"]
    assert said == "Noted: nothing about birds any more. The settings take it back (topics.never)."
    assert load_settings().topics.never == ("bird",)
    base = person.core.service.assistant.base
    never = person.core.service.assistant.learner.never
    assert never
    assert all("bird" in base.by_id[idea].text.lower() or "bird" in base.by_id[idea].category for idea in never)


def test_things_outlive_the_service(open_core: Open):
    person = open_core()
    person.core.call("mine.add", {"text": "run 10 km by June", "kind": "goal"})
    person.core.call("mine.add", {"text": "buy shoes #sport", "goal": 1})
    person.core.call("mine.done", {"which": "shoes"})
    again = open_core()
    assert [thing["text"] for thing in again.core.call("mine.list")["things"]] == ["run 10 km"]
    assert again.core.call("mine.not_done", {"which": "2"})["thing"]["tags"] == ["sport"]


def _mine(*words: str, expect: int = 0) -> None:
    assert main(["mine", *words]) == expect


def test_the_command_works_on_an_empty_home_without_a_service(capsys: pytest.CaptureFixture[str]):
    _mine("list")
    assert "nothing yet" in capsys.readouterr().out
    _mine("add", "buy milk tomorrow #shop")
    assert capsys.readouterr().out == "On your list: buy milk, due tomorrow.\n"
    _mine("add", "learn Thai", "--kind", "goal", "--tag", "fun")
    _mine("add", "find a teacher", "--goal", "2", "--due", "none")
    _mine("edit", "3", "--due", "tomorrow", "--text", "find a good teacher")
    _mine("add", "stop talking about birds")
    capsys.readouterr()
    _mine("done", "milk")
    assert capsys.readouterr().out == "Done: buy milk.\n"
    _mine("list", "--json")
    things = json.loads(capsys.readouterr().out)["things"]
    assert [(t["id"], t["kind"], t["text"], t["goal"]) for t in things] == [
        (3, "todo", "find a good teacher", 2),
        (2, "goal", "learn Thai", 0),
    ]
    assert load_settings(file=Paths.from_environment().config).topics.never == ("bird",)
    _mine("done", "1", "--undo")
    _mine("remove", "milk")
    _mine("done", "99", expect=2)
    assert "there is no own thing 99" in capsys.readouterr().err
