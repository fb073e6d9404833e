from __future__ import annotations

import json
from dataclasses import asdict

from edge_assistant.llm.protocols import Counters, GenerateRequest, Score


def test_requests_survive_json() -> None:
    request = GenerateRequest("a", seed=0, stop=("\n",), prefix="b")
    data = json.loads(json.dumps(asdict(request)))
    assert GenerateRequest(**{**data, "stop": tuple(data["stop"])}) == request


def test_mean_divides_by_tokens_and_best_is_the_first_of_the_likeliest() -> None:
    score = Score((-4.0, -3.0, -3.0), (4, 1, 2))
    assert score.mean == (-1.0, -3.0, -1.5)
    assert score.best == 1


def test_counters_tell_what_was_spent_since() -> None:
    counters = Counters(1, 10, 5, 3, 0.5)
    before = counters.copy()
    counters.calls, counters.seconds = 9, 0.75
    assert counters.sub(before) == Counters(8, 0, 0, 0, 0.25)
    assert set(before.to_dict()) == {"calls", "prompt_tokens", "reused_tokens", "generated_tokens", "seconds"}
