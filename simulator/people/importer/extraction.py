"""Facts read by a language model: one prompt a criterion, an answer held to a JSON schema, each fact with a quote.

A fact whose quote does not stand in the prose is dropped. Only a model that passes the reading test (short cases with
known answers) is asked at all.

    with at_hand(print) as extract:
        import_file(path, out, extract=extract)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from edge_assistant.config import load_settings
from edge_assistant.domain import ACTIVITY_CLASSES, SENSITIVE_TOPICS, STYLE_CHOICES
from edge_assistant.errors import EdgeAssistantError, EngineError
from edge_assistant.llm import models
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel
from edge_assistant.ranker.ideas import CATEGORY_NAMES
from simulator.people.importer.convert import Extract
from simulator.people.importer.preference import DISLIKED, LIKED
from simulator.people.importer.values import Clause, Fact, Liking, Moment, Rate, Stretch, Wording, data, split
from simulator.people.persona import minutes_of_day

NEEDED = 0.8  # share of the known facts that must be found; as many of those returned must be among them
_TOKENS, _N_CTX = 500, 4096
_TEST_VERSION = 1  # of prompts, schemas and cases; raise it when one changes, so that they are measured anew

_SAYINGS = [f"{aspect}={value}" for aspect, values in STYLE_CHOICES.items() for value in values]
_SAYINGS += [f"topic={topic}" for topic in SENSITIVE_TOPICS]
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "yes or no": {"type": "boolean"},
    "number": {"type": "integer"},
    "clock": {"type": "string", "pattern": "^([0-2][0-9]:[0-5][0-9])?$"},
    "activities": {"type": "array", "maxItems": 3, "items": {"enum": list(ACTIVITY_CLASSES[:-1])}},
    "categories": {"type": "array", "maxItems": 3, "items": {"enum": list(CATEGORY_NAMES)}},
    "rate": {"enum": ["wish", "most", "gap", "silence"]},
    "saying": {"enum": _SAYINGS},
}


def schema(part: str) -> str:
    """The JSON schema of an answer on a criterion."""
    fields = {name: _TYPES[kind] for name, kind in data("reading")["criteria"][part]["fields"].items()}
    item = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    facts = {"type": "array", "maxItems": 10, "items": item}
    return json.dumps({"type": "object", "properties": {"facts": facts}, "required": ["facts"]})


def read(model: LanguageModel, part: str, clauses: Sequence[Clause]) -> list[Fact]:
    """What a model reads in the clauses of a criterion; nothing where its answer is cut off or quotes nothing."""
    shown = data("reading")["criteria"][part]
    prose = ". ".join(clause.text for clause in clauses)
    question = f"{shown['ask']}\n\nText: {shown['text']}\nJSON: {shown['answer']}\n\nText: {prose}.\nJSON:"
    prompt = model.chat(data("reading")["task"], question)
    try:
        (answer,) = model.generate([GenerateRequest(prompt, max_tokens=_TOKENS, schema=schema(part))])
    except EngineError:  # longer than the model's context: the rules read it
        return []
    found = []
    with suppress(ValueError, KeyError, TypeError):  # an answer that was cut off
        for row in json.loads(answer.text)["facts"]:
            clause = _quoted(row["quote"], clauses)
            found += _facts(part, row, clause) if clause is not None else []
    return found


def _quoted(quote: str, clauses: Sequence[Clause]) -> Clause | None:
    """The clause in which a quote stands word for word; None where none holds it."""
    words, *told = (" ".join(re.findall(r"[\w':]+", text.lower())) for text in (quote, *(c.text for c in clauses)))
    return next((clause for clause, text in zip(clauses, told, strict=True) if len(words) >= 3 and words in text), None)


def _facts(part: str, row: dict[str, Any], clause: Clause) -> list[Fact]:
    """A row of an answer as facts; one that says nothing, or an impossible time, is none."""
    if part == "timing":
        stretches: tuple[Stretch, ...] = ()
        if row["from"] and row["to"] and row["from"] != row["to"] and max(row["from"], row["to"]) <= "24:00":
            start, end = (float(minutes_of_day(row[name])) for name in ("from", "to"))
            stretches = (Stretch(start % 1440, end if end > start % 1440 else end + 1440),)
        kinds = tuple(row["activities"])
        return [Moment(row["welcome"], kinds, stretches, clause)] if kinds or stretches else []
    if part == "preference":
        return [Liking(of, LIKED if row["likes"] else DISLIKED, (), clause) for of in row["categories"]]
    if part == "frequency":
        return [Rate(row["what"], float(row["value"]), clause)] if 0 < row["value"] <= 1440 else []
    aspect, _, value = row["says"].partition("=")
    return [Wording(aspect, value, clause)]


def passes(model: LanguageModel) -> bool:
    """Whether a model mostly gets the reading test right; it ends as soon as that has become impossible."""
    cases = data("reading")["case"]
    wanted = sum(len(case["facts"]) for case in cases)
    missing = wrong = 0
    for case in cases:
        facts = read(model, case["part"], [Clause(case["part"], text) for text in split(case["text"])])
        told = {word for fact in facts for word in _told(fact)}
        missing += len(set(case["facts"]) - told)
        wrong += len(told - set(case["facts"]) - set(case.get("may", ())))
        if max(missing, wrong) > (1 - NEEDED) * wanted:
            return False
    return True


def _told(fact: Fact) -> list[str]:
    if isinstance(fact, Moment):
        spans = [f"{stretch.start:g}-{stretch.end:g}" for stretch in fact.stretches]
        return [f"{'+' if fact.good else '-'}{word}" for word in (*fact.kinds, *spans)]
    if isinstance(fact, Liking):
        return [f"{'+' if fact.weight > 0 else '-'}{fact.of}"]
    return [f"{fact.what}={fact.value:g}" if isinstance(fact, Rate) else f"{fact.aspect}={fact.value}"]


@contextmanager
def at_hand(say: Callable[[str], None]) -> Iterator[Extract | None]:
    """The configured model's reader where it passes the reading test, else None; then `say` is told why none reads."""
    model = None
    try:
        model = _open()
        if model is None:
            say("the configured model does not pass the reading test: rules and embeddings read alone")
    except EdgeAssistantError as error:
        say(f"no model reads along ({error}): rules and embeddings read alone")
    try:
        yield partial(read, model) if model is not None else None
    finally:
        if model is not None:
            model.close()


def _open() -> LanguageModel | None:
    """The configured model, or None where it does not pass; the verdict is kept by the model's hash."""
    settings = load_settings().model
    file = models.resolve(settings.path or None)
    verdict = models.cache_directory() / "reading" / f"{file.sha256}.json"
    kept = models.read_json(verdict)
    known = kept.get("passes") if kept.get("version") == _TEST_VERSION else None
    if known is False:
        return None
    from edge_assistant.llm.engine import LlamaEngine

    model = LlamaEngine.open(file.path, n_ctx=_N_CTX, n_threads=settings.threads or None, sequences=1)
    if known is None:
        known = passes(model)
        models.write_json(verdict, {"version": _TEST_VERSION, "model": file.name, "passes": known})
    if not known:
        model.close()
    return model if known else None
