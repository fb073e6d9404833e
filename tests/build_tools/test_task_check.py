"""The check of a task adapter: each fault is found, good sentences pass, and the real model is as good as its card."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from edge_assistant.composer.composer import TRIES, Request, accepts
from edge_assistant.domain import Context, Idea, Style
from edge_assistant.llm.protocols import Completion
from edge_assistant.llm.stand_in import StandInModel
from task_adapter import check as checking
from task_adapter.check import find_fault, held_out_requests, rates, reference_sentence

IDEA = Idea("pickle", "pickle a jar of radishes", "cooking", 0.3, 20, 0.0, 0.3, 0.3, 0.0, 0.3, ())
REQUEST = Request(IDEA, Context(datetime(2026, 1, 5, 12), "peeling chestnuts"), Style(), 1)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("You could pickle a jar of radishes.", ""),
        ("Maybe try pickling a jar of radishes.", ""),
        ("", "nothing said"),
        ("Idea: you could pickle a jar of radishes.", "template leaks"),
        ("You could pickle a jar of radishes.<|im_end|>", "template leaks"),
        ("Pickle a jar of radishes.", "style: directness"),
        ("You could pickle a jar of radishes!", "style: exclamation"),
        ("You could pickle a jar of of radishes.", "repeats itself"),
        ("Maybe pickle radishes, maybe pickle radishes, maybe pickle jars.", "repeats itself"),
        ("You could clean a window.", "loses the idea"),
        ("You could pickle. Maybe a jar of radishes.", "not one sentence"),
        ("You could pickle a jar of radishes with elephants.", "adds elephant"),
    ],
)
def test_each_fault_is_found(text: str, fault: str) -> None:
    assert find_fault(text, REQUEST) == fault


def test_requests_are_held_out_and_can_be_met() -> None:
    from task_adapter.sources import load_sources

    sources = load_sources()
    requests = held_out_requests(40)
    assert requests == held_out_requests(40)
    assert {r.idea.text for r in requests} <= {idea.text for idea in sources.held_out.ideas}
    assert {r.context.activity for r in requests} <= set(sources.held_out.activities)
    unseen = [r for r in requests if r.style in sources.held_out.styles]
    assert len(unseen) >= len(requests) / 2
    assert all(accepts(reference_sentence(r), r.idea, r.style) for r in requests)


class Repeater(StandInModel):
    """Answers every request with the reference sentence, or with nothing sensible."""

    def __init__(self, requests, spoilt: int) -> None:
        super().__init__("repeater")
        self.texts = {r.seed: reference_sentence(r) if at >= spoilt else "no idea" for at, r in enumerate(requests)}

    def generate(self, requests, cancel=None, on_token=None):
        answers = [self.texts[one.seed // (2 * TRIES)] for one in requests]
        return [Completion(text, len(text.split()), "stop") for text in answers]


def test_rates_count_what_would_be_said() -> None:
    requests = held_out_requests(30)
    seen = []
    checked = checking.check(Repeater(requests, spoilt=3), requests, on_step=lambda done, of: seen.append((done, of)))
    found = rates(checked)
    assert seen == [(25, 30), (30, 30)]
    assert found["fallbacks"] == pytest.approx(0.1)
    assert found["fitting"] == pytest.approx(0.9) == found["first_try"]
    assert found["faults"] == {"nothing passes": 3}
    json.dumps(checking.as_rows(checked))


def test_the_least_likely_sentences_are_odd() -> None:
    requests = held_out_requests(30)
    checked = checking.check(Repeater(requests, spoilt=0), requests)
    judged = checking.with_likelihoods(checked, StandInModel("larger"))
    assert all(one.likelihood is not None and one.likelihood < 0 for one in judged)
    odd = [one for one in judged if one.fault == "odd"]
    lowest = min(one.likelihood or 0.0 for one in judged)
    assert len(odd) <= 1 and all(one.likelihood == lowest for one in odd)
