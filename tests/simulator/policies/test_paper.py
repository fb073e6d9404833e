"""The paper's assistant: what it remembers, chooses and learns from, on a stand-in model and on the real one."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from edge_assistant.composer.prompts import NO_RECOMMENDATION
from edge_assistant.domain import Style
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.storage.store import Store
from simulator.experiments import variants
from simulator.policies.paper import asking, building, forms, nights
from simulator.policies.paper.assistant import PaperAssistant
from simulator.policies.paper.recollection import Recollection
from simulator.runs import household
from simulator.runs.household import PersonaSetup
from simulator.runs.living import context_at
from simulator.world.life import live_day
from simulator.world.user_agent import UserAgent

MORNING = datetime(2025, 1, 6, 9, 0)


def assistant(
    shop: PersonaSetup, name: str, monkeypatch: pytest.MonkeyPatch, store: Store | None = None
) -> PaperAssistant:
    monkeypatch.setattr(nights, "attach", lambda model, served, name: None)
    agent = UserAgent(shop.persona, shop.taste)
    made = building.make(name, Style(), shop.taste, agent, StandInModel(), household.embedder(), store, 7)
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
    assert set(forms.NAMES) <= set(variants.POLICIES)
    assert set(forms.NAMES) == set(forms.MEANINGS)
    assert variants.policies(["paper"], "reasons", "model")[1].assistant == "paper"


def test_memory_shows_the_latest_the_nearest_and_the_summaries(warm: Path):
    memory = Recollection("ASC", True, household.embedder())
    memory.see(MORNING, "baking bread")
    memory.suggested(MORNING, "mend a bicycle tyre", 1, "wrong timing")
    for minute in range(1, 9):
        memory.see(MORNING + timedelta(minutes=10 * minute), f"reading chapter {minute}")
    lines = memory.lines("repairing the bicycle", MORNING + timedelta(hours=5))
    assert [line.split(": ")[1] for line in lines[-4:]] == [f"reading chapter {n}" for n in range(5, 9)]
    assert "09:00 said: mend a bicycle tyre (1 of 4)" in lines[:-4]
    assert any("1 said, mean score 1.0" in line for line in lines)
    again = Recollection("ASC", True, household.embedder())
    again.set_state(json.loads(json.dumps(memory.get_state())))
    assert again.lines("repairing the bicycle", MORNING + timedelta(hours=5)) == lines


@pytest.mark.parametrize(("level", "held"), [("", 0), ("A", 1), ("AS", 2), ("ASC", 2), ("ASCR", 2)])
def test_levels_hold_what_they_say(level: str, held: int, warm: Path):
    memory = Recollection(level, False, household.embedder())
    memory.see(MORNING, "baking bread")
    memory.suggested(MORNING, "water the plants", 3, "wrong frequency")
    lines = memory.lines("baking bread", MORNING)
    assert len(lines) == held
    assert any("3 of 4" in line for line in lines) == (level in ("ASC", "ASCR"))
    assert any("wrong frequency" in line for line in lines) == (level == "ASCR")


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


def test_forced_silence_and_reasons(shop: PersonaSetup, warm: Path, monkeypatch: pytest.MonkeyPatch):
    forced = assistant(shop, "paper-silence-100", monkeypatch)
    seen: list[bool] = []
    monkeypatch.setattr(forced, "_note", lambda first, second, *rest: seen.append(None in (first.idea, second.idea)))
    lived(forced, 40)
    assert seen
    assert all(seen)
    free = assistant(shop, "paper", monkeypatch)
    seen.clear()
    monkeypatch.setattr(free, "_note", lambda first, second, *rest: seen.append(None in (first.idea, second.idea)))
    lived(free, 40)
    assert not all(seen)
    left, right = (assistant(shop, f"paper-reason-{side}", monkeypatch) for side in ("left", "right"))
    assert all(answer.written.endswith(answer.text) and answer.written != answer.text for answer in left._pool)
    assert all(answer.written.startswith(answer.text) and answer.written != answer.text for answer in right._pool)


def test_the_persona_is_told_only_where_it_is_given(shop: PersonaSetup, warm: Path, monkeypatch: pytest.MonkeyPatch):
    prompts = {}
    for name in ("paper", "paper-persona", "paper-no-memory"):
        made = assistant(shop, name, monkeypatch)
        lived(made, 30)
        prompts[name] = made._prompt
    assert shop.persona.prose.timing in prompts["paper-persona"]
    assert shop.persona.prose.timing not in prompts["paper"]
    assert "did:" in prompts["paper"]
    assert prompts["paper-no-memory"].count("\n") == 0


def test_revision_pairs_what_was_said_with_the_persons_own_style(
    shop: PersonaSetup, warm: Path, monkeypatch: pytest.MonkeyPatch
):
    made = assistant(shop, "paper-revision", monkeypatch)
    plain = assistant(shop, "paper", monkeypatch)
    assert lived(made, 60) == lived(plain, 60)
    added = [one for one in made._rated if one not in plain._rated]
    assert added
    assert all(one.totals[0] == 4 for one in added)


def test_rating_candidates_moves_nothing_of_the_person(shop: PersonaSetup, warm: Path, monkeypatch: pytest.MonkeyPatch):
    made = assistant(shop, "paper", monkeypatch)
    agent = getattr(made.rate, "__self__").agent  # noqa: B009
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
    monkeypatch.setitem(forms.FORMS, "paper", forms.Form(pairs=16))

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
