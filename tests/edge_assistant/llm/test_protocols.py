from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from edge_assistant.llm.protocols import Completion, Counters, GenerateRequest, Score, ScoreRequest


@pytest.mark.parametrize(
    "wrong",
    [
        {"prompt": ""},
        {"prompt": "a", "max_tokens": 0},
        {"prompt": "a", "temperature": -0.1},
        {"prompt": "a", "temperature": float("nan")},
        {"prompt": "a", "seed": -1},
        {"prompt": "a", "stop": ("",)},
        {"prompt": "a", "stop": "end"},
    ],
)
def test_a_wrong_generate_request_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match="generate request"):
        GenerateRequest(**wrong)


@pytest.mark.parametrize("continuations", [(), ("",), "yes"])
def test_a_wrong_score_request_is_refused(continuations) -> None:
    with pytest.raises(ValueError, match="score request"):
        ScoreRequest("prefix", continuations)


def test_an_unknown_finish_is_refused() -> None:
    with pytest.raises(ValueError, match="finish"):
        Completion("text", 1, "tired")


def test_requests_survive_json() -> None:
    request = GenerateRequest("a", seed=0, stop=("\n",), prefix="b")
    data = json.loads(json.dumps(asdict(request)))
    assert GenerateRequest(**{**data, "stop": tuple(data["stop"])}) == request


def test_mean_divides_by_tokens_and_best_is_the_first_of_the_likeliest() -> None:
    score = Score((-4.0, -3.0, -3.0), (4, 1, 2))
    assert score.mean == (-1.0, -3.0, -1.5)
    assert score.best == 1


def test_counters_add_and_sub_are_inverse_and_make_new_objects() -> None:
    first, second = Counters(1, 10, 5, 3, 0.5), Counters(2, 20, 7, 4, 0.25)
    assert first.add(second) == Counters(3, 30, 12, 7, 0.75)
    assert first.add(second).sub(second) == first == Counters(1, 10, 5, 3, 0.5)
    snapshot = first.copy()
    first.calls = 9
    assert snapshot.calls == 1
    assert set(snapshot.to_dict()) == {"calls", "prompt_tokens", "reused_tokens", "generated_tokens", "seconds"}
