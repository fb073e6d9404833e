"""The paper's assistant: what it remembers, chooses and learns from, on a stand-in model and on the real one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from edge_assistant.composer.prompts import NO_RECOMMENDATION
from edge_assistant.domain import Style
from edge_assistant.learning import prior as priors
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.storage.store import Store
from simulator.experiments import variants
from simulator.policies.paper import asking, forms, nights
from simulator.policies.paper.assistant import PaperAssistant
from simulator.policies.paper.recollection import Recollection
from simulator.policies.registry import POLICIES, PolicySetting, needs_model
from simulator.runs.household import PersonaSetup
from simulator.runs.living import context_at
from simulator.world.embedding import embedder
from simulator.world.life import live_day
from simulator.world.user_agent import UserAgent

MORNING = datetime(2025, 1, 6, 9, 0)


def assistant(
    shop: PersonaSetup, name: str, monkeypatch: pytest.MonkeyPatch, store: Store | None = None
) -> PaperAssistant:
    monkeypatch.setattr(nights, "attach", lambda model, served, name: None)
    agent = UserAgent(shop.persona, shop.taste)
    setting = PolicySetting(
        shop.taste, agent, shop.features, priors.load("p01"), Style(), 7, store=store, model=StandInModel()
    )
    made: PaperAssistant = POLICIES.get(name)(setting)
    day = live_day(shop.persona, 1, 7)
    agent.begin_day(day)
    made.begin_day(day)
    return made


def lived(made: PaperAssistant, ticks: int) -> list[str]:
    said = []
    for tick in range(ticks):
        proposal = made.decide(tick, context_at(made.day, tick, False))
        said.append(proposal.text if proposal is not None else "")
    return said


def test_all_forms_are_policies_that_need_a_model():
    for name in forms.NAMES:
        assert needs_model(POLICIES.get(name))
        assert variants.policies([name], "reasons", "model")[1].assistant == name


def test_memory_shows_the_latest_the_nearest_and_the_summaries(warm: Path):
    memory = Recollection(embedder())
    memory.see(MORNING, "baking bread")
    memory.suggested(MORNING, "mend a bicycle tyre", 1)
    for minute in range(1, 9):
        memory.see(MORNING + timedelta(minutes=10 * minute), f"reading chapter {minute}")
    lines = memory.lines("repairing the bicycle", MORNING + timedelta(hours=5))
    assert [line.split(": ")[1] for line in lines[-4:]] == [f"reading chapter {n}" for n in range(5, 9)]
    assert "09:00 said: mend a bicycle tyre (1 of 4)" in lines[:-4]
    assert any("1 said, mean score 1.0" in line for line in lines)
    again = Recollection(embedder())
    again.set_state(json.loads(json.dumps(memory.get_state())))
    assert again.lines("repairing the bicycle", MORNING + timedelta(hours=5)) == lines


def test_a_likelier_answer_is_chosen_more_often_and_the_start_is_even():
    nowhere = np.array([-60.0, -40.0, -5.0])
    assert asking.chances(nowhere, nowhere) == pytest.approx(np.full(3, 1 / 3))
    moved = asking.chances(nowhere + np.array([0.0, 0.0, 20.0]), nowhere)
    assert moved[2] / moved[0] == pytest.approx(np.exp(2.0))


def test_pairs_hold_the_better_candidate_first(shop: PersonaSetup, warm: Path, monkeypatch: pytest.MonkeyPatch):
    with Store.open(":memory:") as store:
        made = assistant(shop, "paper", monkeypatch, store)
        said = lived(made, 120)
        made.sleep()
        pairs = nights.draw(store, 1, 50, "p01", 7)
    assert 0 < sum(bool(text) for text in said) < 120
    assert len(pairs) > nights.LEAST
    assert all(pair.provenance["totals"][0] > pair.provenance["totals"][1] for pair in pairs)
    assert any(pair.chosen == NO_RECOMMENDATION for pair in pairs)
    assert len({pair.hash for pair in pairs}) == len(pairs)
    assert not any(pair.rejected == NO_RECOMMENDATION and pair.provenance["totals"][1] == 4 for pair in pairs)


def test_days_share_a_night_alike(shop: PersonaSetup):
    one = nights.Rated("now", "good", "bad", (4, 1), MORNING.isoformat())
    with Store.open(":memory:") as store:
        for day in (1, 2):
            keep = [nights.Rated(f"{day} {n // 3}", f"good {n}", "bad", (4, 1), one.time) for n in range(60)]
            nights.keep(store, day, [*keep, *keep])
        pairs = nights.draw(store, 2, 21, "p01")
        assert pairs == nights.draw(store, 2, 21, "p01")
    assert sorted(pair.provenance["day"] for pair in pairs) == [1] * 11 + [2] * 10
    assert len({pair.hash for pair in pairs}) == 21


def test_the_reason_stands_before_the_suggestion(shop: PersonaSetup, warm: Path, monkeypatch: pytest.MonkeyPatch):
    reasoned, plain = (assistant(shop, name, monkeypatch) for name in ("paper-reason-left", "paper"))
    assert all(answer.written.endswith(answer.text) and answer.written != answer.text for answer in reasoned._pool)
    assert all(answer.written == answer.text for answer in plain._pool)
    lived(plain, 30)
    assert shop.persona.prose.timing not in plain._prompt
    assert "did:" in plain._prompt


def test_rating_candidates_moves_nothing_of_the_person(shop: PersonaSetup, warm: Path, monkeypatch: pytest.MonkeyPatch):
    made = assistant(shop, "paper", monkeypatch)
    agent = made.agent
    before = agent.get_state()
    lived(made, 60)
    assert agent.get_state() == before
    assert agent.spoken_today == 0


@pytest.mark.study
@pytest.mark.model
@pytest.mark.timeout(3600)
def test_a_night_changes_what_is_said_and_a_stopped_run_goes_on_the_same(
    command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(nights, "draw", lambda store, day, count, *seed, kept=nights.draw: kept(store, day, 16, *seed))

    def run(name: str, days: int, *more: str) -> list[dict[str, object]]:
        arguments = ("--personas", "p01", "--days", days, "--assistant", "paper", "--workers", 1, "--json")
        ended = command("simulate", *arguments, "--out", tmp_path / name, *more)
        assert ended.code == 0, ended.error
        found: list[dict[str, object]] = json.loads(ended.out.splitlines()[-1])["personas"][0]["days"]
        return found

    whole = run("whole", 2)
    assert (tmp_path / "whole" / "paper" / "p01" / "night-1" / nights.SERVED).exists()
    with pytest.MonkeyPatch.context() as patch:  # killed in the night
        patch.setattr(nights, "spend", lambda *arguments: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run("stopped", 2)
    assert run("stopped", 2, "--resume") == whole
    untrained = command(
        *("simulate", "--personas", "p01", "--days", 2, "--assistant", "paper-untrained", "--workers", 1, "--json"),
        *("--out", tmp_path / "untrained"),
    )
    days = json.loads(untrained.out.splitlines()[-1])["personas"][0]["days"]
    assert days[0] == whole[0]
    assert days[1] != whole[1]


def test_learning_state_survives_a_night(shop: PersonaSetup, warm: Path, monkeypatch: pytest.MonkeyPatch):
    made = assistant(shop, "paper", monkeypatch)
    lived(made, 60)
    again = assistant(shop, "paper", monkeypatch)
    again.set_state(json.loads(json.dumps(made.get_state())))
    assert again.get_state() == made.get_state()
