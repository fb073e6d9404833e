"""What the grid tells of costs, and the naive loop."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge_assistant.llm.stand_in import StandInModel
from simulator.experiments import grid, naive
from simulator.runs.household import PersonaSetup
from simulator.world.life import live_day


def test_costs_are_told_by_policy_and_persona_day(command, tmp_path: Path):
    out = tmp_path / "out"
    call = ("experiment", "grid", "--personas", "p01,p02", "--days", 1, "--language", "templates", "--workers", 1)
    ended = command(*call, "--policies", "random", "--seeds", 2, "--out", out)
    assert ended.code == 0, ended.error
    found = json.loads((out / grid.RESULT).read_text())
    assert found["naive"] is None
    assert list(found["costs"]) == ["ours", "random"]
    for cost in found["costs"].values():
        assert cost["persona_days"] == 4
        assert cost["seconds_a_day"] == pytest.approx(cost["seconds"] / 4, abs=0.05)
        assert cost["hours_of_the_whole"] == pytest.approx(cost["seconds_a_day"] * 448 / 3600, abs=0.02)
        assert cost["extrapolated"]
        assert cost["model_calls_a_day"] == 0
        assert {"lives", "references", "days"} <= set(cost["seconds_by_part_a_day"])
    assert "(extrapolated)" in (out / "table.md").read_text()
    again = command(*call, "--policies", "random", "--seeds", 2, "--out", out, "--resume")
    assert again.code == 0, again.error
    assert json.loads((out / grid.RESULT).read_text()) == found, "nothing was lived anew"


def test_with_a_model_ours_with_templates_is_beside_ours():
    chosen = grid.variants(["ours"], "reasons", "model", "3:64")
    assert [(one.name, one.language, one.adapters) for one in chosen] == [
        ("ours", "", "3:64"),
        ("ours templates", "templates", ""),
    ]
    assert [one.name for one in grid.variants(["silent"], "reasons", "templates", "3:64")] == ["ours", "silent"]


def test_the_naive_loop_makes_all_its_calls_with_whole_prompts(shop: PersonaSetup):
    model = StandInModel()
    day = live_day(shop.persona, 1, 7)
    found = naive.live(model, shop.persona, day, range(200, 203))
    assert found.calls == 3 * len(naive.CALLS) == 42
    assert found.seconds > 0
    prompts = naive.prompts(shop.persona, day, 200)
    assert all(
        shop.persona.prose.timing in text and day.activities[day.activity[200]].text in text for text, _ in prompts
    )
    assert len({text for text, _ in prompts}) == 14
