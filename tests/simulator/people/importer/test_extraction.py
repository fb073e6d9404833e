"""Facts read by a model: held to a schema, quotes checked, and only by a model that passes the reading test."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from edge_assistant.llm import models
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.protocols import Completion, GenerateRequest
from edge_assistant.llm.stand_in import StandInModel
from simulator.people.importer import extraction
from simulator.people.importer.values import Clause, Fact, Liking, Moment, Rate, Stretch, Wording, data, split


class Reader(StandInModel):
    """A model that answers each question with the facts given for a word of it."""

    def __init__(self, told: dict[str, list[dict[str, object]]]) -> None:
        super().__init__()
        self._told = told
        self.schemas: list[str] = []

    def generate(self, requests: Sequence[GenerateRequest], *_: object, **__: object) -> list[Completion]:
        self.schemas += [request.schema for request in requests]
        prose = requests[0].prompt.rpartition("Text: ")[2]
        facts = next((facts for word, facts in self._told.items() if word in prose), [])
        return [Completion(json.dumps({"facts": facts}), 1, "stop")]


def moment(quote: str, **changes: object) -> dict[str, object]:
    return {"quote": quote, "welcome": True, "activities": ["cooking"], "from": "", "to": ""} | changes


def test_a_fact_whose_quote_is_not_in_the_prose_is_dropped() -> None:
    clauses = [Clause("timing", "While I cook is fine"), Clause("timing", "but never at night")]
    told = [
        moment("while I COOK"),
        moment("while I sleep"),
        moment(""),
        moment("at night", welcome=False, activities=[]),
    ]
    model = Reader({"cook": told})
    assert extraction.read(model, "timing", clauses) == [Moment(True, ("cooking",), (), clauses[0])]
    assert json.loads(model.schemas[0])["properties"]["facts"]["items"]["required"][0] == "quote"


def test_every_criterion_becomes_facts() -> None:
    clause = Clause("any", "this")
    night = moment("this", activities=[], **{"from": "22:00", "to": "06:00"})
    cases: dict[str, tuple[list[dict[str, object]], list[Fact]]] = {
        "timing": ([night], [Moment(True, (), (Stretch(1320, 1800),), clause)]),
        "preference": ([{"quote": "this", "likes": False, "categories": ["film"]}], [Liking("film", -1.0, (), clause)]),
        "frequency": ([{"quote": "this", "what": "gap", "value": 90}], [Rate("gap", 90, clause)]),
        "communication": ([{"quote": "this", "says": "topic=age"}], [Wording("topic", "age", clause)]),
    }
    for part, (told, facts) in cases.items():
        assert extraction.read(Reader({"this": told}), part, [clause]) == facts


@pytest.mark.parametrize(
    "told",
    [
        [{"quote": "this"}],
        [moment("this", activities=[], **{"from": "29:59", "to": "30:00"})],
        [moment("this", activities=[], **{"from": "09:00", "to": "09:00"})],
    ],
)
def test_what_says_nothing_is_no_fact(told: list[dict[str, object]]) -> None:
    assert extraction.read(Reader({"this": told}), "timing", [Clause("timing", "this")]) == []


def test_who_knows_the_answers_passes_and_who_invents_does_not() -> None:
    def row(part: str, text: str, fact: str) -> dict[str, object]:
        aspect, _, value = fact.partition("=")
        if part == "frequency":
            return {"quote": text, "what": aspect, "value": int(value)}
        if part == "communication":
            return {"quote": text, "says": fact}
        if part == "preference":
            return {"quote": text, "likes": fact[0] == "+", "categories": [fact[1:]]}
        span = {"from": "09:00", "to": "12:00"} if fact[1].isdigit() else {}
        return moment(text, welcome=fact[0] == "+", activities=[] if span else [fact[1:]], **span)

    cases = data("reading")["case"]
    known = {c["text"][:12]: [row(c["part"], split(c["text"])[0], fact) for fact in c["facts"]] for c in cases}
    assert extraction.passes(Reader(known))
    wrong = {
        text: [{**fact, "value": 1, "welcome": False, "likes": True} for fact in facts] for text, facts in known.items()
    }
    assert not extraction.passes(Reader(wrong))
    assert not extraction.passes(Reader({}))


@pytest.mark.model
def test_the_packaged_model_does_not_pass_and_is_not_asked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    for _ in range(2):
        with extraction.at_hand(said.append) as extract:
            assert extract is None
        monkeypatch.setattr(extraction, "passes", lambda _: pytest.fail("asked twice"))
    assert len(said) == 2 and "does not pass the reading test" in said[0]
    (verdict,) = (models.cache_directory() / "reading").glob("*.json")
    assert json.loads(verdict.read_text("utf-8"))["passes"] is False


def test_a_model_that_is_not_there_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_ASSISTANT_MODEL__PATH", "nowhere.gguf")
    said: list[str] = []
    with extraction.at_hand(said.append) as extract:
        assert extract is None
    assert len(said) == 1 and "nowhere" in said[0] and "rules and embeddings read alone" in said[0]


@pytest.mark.model
def test_a_real_models_answer_follows_the_schema() -> None:
    with LlamaEngine.open(None, n_ctx=2048, sequences=1) as model:
        for part in data("reading")["criteria"]:
            request = GenerateRequest(
                model.chat("JSON.", "Go."), max_tokens=160, schema=extraction.schema(part), seed=1
            )
            (answer,) = model.generate([request])
            if answer.finish == "stop":
                assert set(json.loads(answer.text)) == {"facts"}
            else:
                assert answer.text.lstrip().startswith("{")
