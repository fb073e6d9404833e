"""Several lives over one engine: answers as alone, fewer calls, adapters apart, failures where they belong."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from edge_assistant.errors import EngineError
from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.protocols import GenerateRequest, ScoreRequest
from edge_assistant.llm.stand_in import StandInModel
from simulator.policies.training_night import one_night
from simulator.runs.side_by_side import Gathering, Member


def asked(member: Member, number: int, rounds: int) -> list[str]:
    with member:
        texts = []
        for turn in range(rounds):
            answer = member.generate([GenerateRequest(f"life {number} asks {turn}", seed=turn, temperature=0.5)])
            texts.append(answer[0].text)
            texts.append(str(member.score([ScoreRequest(f"life {number}", (" yes", f" no {turn}"))])[0].best))
        return texts


def together(model: StandInModel, rounds: list[int]) -> tuple[list[list[str]], Gathering]:
    gathering = Gathering(model)
    members = [gathering.member() for _ in rounds]
    with ThreadPoolExecutor(len(rounds)) as pool:
        lives = [pool.submit(asked, member, n, rounds[n]) for n, member in enumerate(members)]
        return [life.result(timeout=30) for life in lives], gathering


def test_answers_are_those_of_a_life_alone_and_take_fewer_calls():
    found, gathering = together(StandInModel(), [5, 5, 2])
    alone = [together(StandInModel(), [0] * n + [rounds])[0][n] for n, rounds in enumerate([5, 5, 2])]
    assert found == alone
    assert gathering.asked == 12
    assert gathering.answered == 5, "all that live ask in one call"


def test_each_life_has_its_own_adapter(tmp_path: Path):
    adapter = tmp_path / "adapter.gguf"
    adapter.write_bytes(b"an adapter")
    gathering = Gathering(StandInModel())
    plain, changed = gathering.member(), gathering.member()
    changed.attach(adapter)
    request = [GenerateRequest("what now", temperature=0.5, seed=3)]
    with ThreadPoolExecutor(2) as pool:
        first, second = (pool.submit(member.generate, request) for member in (plain, changed))
        texts = [first.result(timeout=30)[0].text, second.result(timeout=30)[0].text]
    model = StandInModel()
    assert texts[0] == model.generate(request)[0].text
    model.attach(adapter)
    assert texts[1] == model.generate(request)[0].text
    assert texts[0] != texts[1]


def test_a_failing_call_is_raised_where_it_was_made_and_the_others_go_on():
    class Fragile(StandInModel):
        def score(self, requests):
            raise EngineError("engine: too long")

    gathering = Gathering(Fragile())
    good, bad = gathering.member(), gathering.member()
    with ThreadPoolExecutor(2) as pool:
        failed = pool.submit(bad.score, [ScoreRequest("a", (" b",))])
        fine = pool.submit(good.generate, [GenerateRequest("go on")])
        with pytest.raises(EngineError, match="too long"):
            failed.result(timeout=30)
        bad.close()
        assert fine.result(timeout=30)[0].text


def test_costs_of_the_members_add_up():
    model = StandInModel()
    gathering = Gathering(model)
    members = [gathering.member() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        for life in [pool.submit(asked, member, n, 2) for n, member in enumerate(members)]:
            life.result(timeout=30)
    total = model.counters
    assert sum(member.counters.calls for member in members) == total.calls
    for name in ("prompt_tokens", "generated_tokens", "reused_tokens"):
        assert sum(getattr(member.counters, name) for member in members) == pytest.approx(getattr(total, name))


@pytest.mark.model
def test_the_real_engine_answers_in_company_as_alone():
    requests = [GenerateRequest(f"Name a {thing} that is", 8, 0.8, 5) for thing in ("bird", "tree", "town")]
    scored = ScoreRequest("The bird is", (" small", " very loud in the morning"))
    with LlamaEngine.open(None) as engine:
        alone = [engine.generate([request])[0].text for request in requests]
        judged = engine.score([scored])[0]
        gathering = Gathering(engine)
        members = [gathering.member() for _ in requests]
        with ThreadPoolExecutor(3) as pool:
            texts = [pool.submit(member.generate, [one]) for member, one in zip(members, requests, strict=True)]
            assert [text.result(timeout=120)[0].text for text in texts] == alone
            scores = [pool.submit(member.score, [scored]) for member in members]
            assert all(score.result(timeout=120)[0] == judged for score in scores)
        assert gathering.company == 3


@pytest.mark.study
@pytest.mark.model
@pytest.mark.timeout(1800)
def test_two_lives_in_one_engine_are_the_lives_lived_alone(command, tmp_path: Path):
    def days(name: str, *personas: str) -> dict[str, object]:
        arguments = ("--personas", ",".join(personas), "--days", 1, "--assistant", "random", "--json")
        ended = command("simulate", *arguments, "--out", tmp_path / name, "--language", "model", "--workers", 1)
        assert ended.code == 0, ended.error
        summary = json.loads(ended.out.splitlines()[-1])
        return {"cost": summary["cost"], **{one["id"]: one["days"] for one in summary["personas"]}}

    both = days("both", "p01", "p02")
    assert both["p01"] == days("first", "p01")["p01"]
    assert both["p02"] == days("second", "p02")["p02"]
    assert both["cost"]["company"] > 1


def test_nights_are_spent_one_at_a_time_in_one_thread():
    busy, threads = [0], set()

    def work() -> int:
        busy[0] += 1
        assert busy[0] == 1
        threads.add(threading.get_ident())
        time.sleep(0.05)
        busy[0] -= 1
        return 7

    with ThreadPoolExecutor(3) as pool:
        assert [night.result() for night in [pool.submit(one_night, work) for _ in range(3)]] == [7] * 3
    assert len(threads) == 1
    assert one_night(threading.get_ident) == threading.get_ident(), "who lives alone is not made to wait"
