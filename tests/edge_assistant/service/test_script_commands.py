"""The script commands: what is checked before anything is changed, and what is said where something is wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from edge_assistant import cli
from edge_assistant.errors import UsageError
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.llm.models import NO_MODEL
from edge_assistant.memory import MemoryStore
from edge_assistant.paths import Paths
from edge_assistant.service.model.host import SupervisedModel
from edge_assistant.service.rpc.protocol import LONGEST_PAUSE, LONGEST_SNOOZE, LONGEST_TEXT, Answer
from edge_assistant.service.state import PRESENCE_KEY
from edge_assistant.settings import ModelSettings
from edge_assistant.storage.store import Store


def run(capsys, *arguments: str) -> tuple[int, str]:
    """The exit code and what was said: data where it is 0, otherwise the one line."""
    code = cli.main(arguments)
    said = capsys.readouterr()
    if code:
        assert said.out == "" and said.err.count("\n") == 1, said
    return code, said.err if code else said.out


@pytest.fixture
def home() -> Paths:
    """A home with a store in which nothing has happened yet."""
    paths = Paths.from_environment()
    Store.open(paths.store).close()
    paths.config.write_text('[embedding]\npath = "stand-in"\n')
    return paths


def test_a_study_never_replaces_what_is_the_homes_own(home, capsys, tmp_path):
    before = home.store.read_bytes()
    for name in ("store.sqlite", "config.toml", "models/x.gguf", "."):
        assert run(capsys, "study", "export", "--out", str(home.home / name))[0] == 2
    assert home.store.read_bytes() == before
    out = tmp_path / "log.jsonl"
    out.write_text("a former one")
    assert run(capsys, "study", "export", "--out", str(out))[0] == 0
    assert json.loads(out.read_text())["line"] == "head"
    assert not list(tmp_path.glob("*.part"))


def test_a_study_leaves_the_index_of_a_running_one_alone(home, capsys):
    with Store.open(home.store) as store:
        # by another embedder, so that the index of the copy is made anew
        MemoryStore(store, HashEmbedder(32)).add("action", datetime(2026, 5, 4, 9, tzinfo=UTC), "mowed")
    home.index.parent.mkdir(exist_ok=True)
    home.index.write_bytes(b"of the running one")
    assert run(capsys, "study", "export")[0] == 0
    assert home.index.read_bytes() == b"of the running one"


@pytest.mark.parametrize("minutes", ["inf", "1e300", "-5", "-0.5", str(LONGEST_PAUSE + 1), "nan"])
def test_a_pause_that_cannot_be_changes_nothing(home, capsys, minutes):
    code, said = run(capsys, "pause", minutes)
    assert code == 2 and (str(LONGEST_PAUSE) in said or "greater than or equal to 0" in said)
    with Store.open(home.store) as store:
        assert not (store.get_state(PRESENCE_KEY) or {}).get("paused")


@pytest.mark.parametrize("minutes", [float("inf"), 1e300, float("nan"), -1, LONGEST_PAUSE + 1])
def test_a_running_core_refuses_such_a_pause_too(person, minutes):
    with pytest.raises(UsageError, match="cannot be"):
        person.core.call("pause", {"minutes": minutes})
    assert person.core.status().state != "paused"


@pytest.mark.parametrize(
    "options",
    [
        ("s1", "--accept", "--outcome", "bogus"),
        ("s1", "--accept", "--reason", "timing"),
        ("s1", "--reason", "timing"),
        ("s1", "--dismiss", "--reason", "bogus"),
        ("s1", "--accept", "--later", "60"),
        ("s1", "--more", "--later", "0"),
        ("s1", "--more", "--later", str(LONGEST_SNOOZE + 1)),
        ("s1", "--accept", "--text", "x" * (LONGEST_TEXT + 1)),
        ("s1", "--accept", "--text", " "),
        ("s1", "--accept", "--rate", "preference=2"),
        ("s1", "--accept", "--rate", "colour=1"),
        ("s1", "--undo"),
        ("--undo", "--accept"),
        ("--undo", "--later", "0"),
        ("s1",),
        (),
    ],
)
def test_an_answer_is_checked_as_a_whole_before_anything_is_done(capsys, monkeypatch, options):
    def never(method, **_params):
        raise AssertionError(f"{method} was called")

    monkeypatch.setattr("edge_assistant.service.calling.ask_any", never)
    code, said = run(capsys, "feedback", *options)
    assert code == 2 and said.startswith("error: feedback: ")


def test_an_answer_in_parts_is_given_in_order(capsys, monkeypatch):
    called = []
    monkeypatch.setattr("edge_assistant.service.calling.ask_any", lambda name, **params: called.append((name, params)))
    options = ("--dismiss", "--reason", "timing", "--rate", "timing = 0, preference=1", "--text", "A walk?", "--more")
    assert run(capsys, "feedback", "s1", *options)[0] == 0
    assert [name for name, _ in called] == ["feedback", "edit", "more_like"]
    told = {"id": "s1", "reaction": "dismissed", "reason": "timing", "rating": {"timing": 0, "preference": 1}}
    assert called[0][1] == told


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (PRESENCE_KEY, 3),
        (PRESENCE_KEY, {"paused_until": "one day"}),
        (PRESENCE_KEY, {"days": 3}),
        ("learner", {"judged": []}),
        ("learner", {"judged": ["x"]}),
    ],
)
@pytest.mark.parametrize("arguments", [("pause", "5"), ("feedback", "--undo"), ("study", "export")])
def test_a_store_that_is_not_understood_is_one_line(home, capsys, key, value, arguments):
    with Store.open(home.store) as store:
        store.set_state(key, value)
    code, said = run(capsys, *arguments)
    assert code == 5 and str(home.store.name) in said and "restore a backup" in said


def test_without_a_model_a_question_shows_what_is_remembered(person):
    person.live(10, "writing a letter")
    for state, words in ((NO_MODEL, "No model is in use"), ("failed", "no such file")):
        host = SupervisedModel(ModelSettings(path=NO_MODEL), lambda: None)
        host.state, host.detail = state, "no such file"
        person.core.service.model = host
        answer = person.core.call("ask", {"text": "writing, a letter about zebras?"})
        assert answer["state"] == "cannot-write" and words in answer["text"]
        assert "writing a letter" in [row["text"] for row in answer["memories"]]


@pytest.mark.parametrize("state", ["cannot-write", "restarted"])
def test_memories_are_printed_where_there_is_no_answer(person, capsys, monkeypatch, state):
    person.live(10, "writing a letter")
    rows = person.core.call("memory.search", {"query": "letter"})["rows"]
    answer = {**Answer("a1", state, "no words").to_dict(), "memories": rows}
    monkeypatch.setattr("edge_assistant.service.calling.ask_running", lambda *_names, **_params: answer)
    code, said = run(capsys, "ask", "what did I write?")
    assert code == 0 and said.startswith("no words\n- 2026-03-02 08:02  writing a letter")


def test_training_on_an_empty_home_makes_nothing(capsys, own_folders):
    code, said = run(capsys, "adapters", "train")
    assert code == 2 and "live some days" in said
    assert not own_folders.exists()
