"""The command from end to end: paired runs, going on after a stop, lives that change, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.storage.store import Store
from edge_assistant.training.pairs.buffer import PairBuffer
from simulator.experiments import results, tables, variants
from simulator.experiments.variants import CONTESTANTS, Options
from simulator.people import persona
from simulator.report.reading import Cells, cells_of, difference, estimate
from simulator.runs import events
from simulator.world import changes

Command = Callable[..., Any]  # gives the `Ended` of conftest


def test_policies_end_in_a_file_a_table_and_a_picture_and_go_on(command: Command, tmp_path: Path):
    out = tmp_path / "out"
    call = ("experiment", "policies", "--personas", "p01,p02", "--days", 2, "--workers", 1, "--out", out, "--json")
    first = command(*call, "--policies", "silent,oracle")
    assert first.code == 0, first.error
    found = json.loads((out / "experiment.json").read_text())
    assert json.loads(first.out) == found
    assert list(found) == ["ours", "silent", "oracle"]
    for days in found.values():
        assert list(days) == ["1", "2"]
        for row in days.values():
            assert {"skill", "satisfaction", "diff_to_ours", "ci"} <= set(row)
            low, high = row["ci"]
            assert low <= row["diff_to_ours"] <= high
    for day in ("1", "2"):
        assert found["ours"][day]["diff_to_ours"] == 0
        assert found["silent"][day]["skill"] == 0
        assert found["oracle"][day]["skill"] == 1
        assert found["oracle"][day]["diff_to_ours"] == pytest.approx(1 - found["ours"][day]["skill"])
    assert (out / "experiment.png").read_bytes().startswith(b"\x89PNG")
    told = (out / "table.md").read_text()
    assert "| oracle |" in told
    assert "Cost of a persona-day" in told

    refused = command(*call, "--policies", "silent")
    assert refused.code == 2
    assert "--resume" in refused.error
    stamp = (out / "runs" / "silent-7" / "summary.json").stat().st_mtime_ns
    more = command(*call, "--policies", "silent,oracle,random", "--resume")
    assert more.code == 0, more.error
    again = json.loads((out / "experiment.json").read_text())
    assert (out / "runs" / "silent-7" / "summary.json").stat().st_mtime_ns == stamp
    assert {name: again[name] for name in found} == found
    other = command(*call[:5], 3, *call[6:], "--policies", "silent", "--resume")
    assert other.code == 2
    assert "other days" in other.error


def test_runs_of_an_experiment_are_those_of_simulate_without_pairs(command: Command, tmp_path: Path):
    chosen = ("--personas", "p02", "--days", 2, "--workers", 1)
    compared = command("experiment", "policies", *chosen, "--policies", "silent", "--out", tmp_path / "compared")
    alone = command("simulate", *chosen, "--language", "templates", "--seed", 7, "--out", tmp_path / "alone")
    assert (compared.code, alone.code) == (0, 0), compared.error + alone.error
    runs = (tmp_path / "compared" / "runs" / "ours-7", tmp_path / "alone")
    first, second = (json.loads((run / "summary.json").read_text()) for run in runs)
    assert first["personas"] == second["personas"]
    counts = []
    for run in runs:
        with Store.open(run / "stores" / "p02.sqlite") as store:
            counts.append(PairBuffer(store).count(held_out=False))
    assert counts[0] == 0 < counts[1]


def test_worlds_are_told_apart_and_together(command: Command, tmp_path: Path):
    (tmp_path / "mine.toml").write_text("request_chance = 0.0\n")
    worlds = f"default,quiet,{tmp_path / 'mine.toml'}"
    call = ("experiment", "worlds", "--worlds", worlds, "--personas", "p01", "--days", 2, "--workers", 1)
    ended = command(*call, "--policies", "silent", "--out", tmp_path / "out", "--json")
    assert ended.code == 0, ended.error
    found = json.loads(ended.out)
    assert set(found) == {"ours", *(f"ours in {w}" for w in ("quiet", "mine"))} | {
        f"silent in {w}" for w in ("default", "quiet", "mine")
    }
    assert found["silent in quiet"]["2"]["skill"] == 0
    assert found["silent in mine"]["1"]["satisfaction"] is not None
    told = (tmp_path / "out" / "table.md").read_text()
    assert "Skill in each world" in told
    rows = [line.split("|")[1:3] for line in told.splitlines() if line.startswith("|")]
    rows = [(world.strip(), policy.strip()) for world, policy in rows]
    for policy in ("learner", "silent"):
        assert {("default", policy), ("quiet", policy), ("mine", policy), ("mean of worlds", policy)} <= set(rows)
        assert any(world.startswith("worst: ") and name == policy for world, name in rows)
    runs = tmp_path / "out" / "runs"
    configs = [json.loads(path.read_text()) for path in runs.glob("*/config.json")]
    assert {config["world"] for config in configs} == set(worlds.split(","))


def test_the_mean_over_worlds_and_the_worst_are_those_of_the_rows():
    plan = CONTESTANTS["worlds"](Options(worlds="default,quiet", policies="silent"))
    skills = {"ours": 0.4, "ours in quiet": 0.1, "silent in default": 0.0, "silent in quiet": 0.0}
    cells: dict[str, Cells] = {
        name: {
            (person, 7, day): {"skill": skill + extra, "novelty": 1.0, "knower": 0.8}
            for day in (1, 2)
            for person, extra in (("a", 0.0), ("b", 0.2))
        }
        for name, skill in skills.items()
    }
    rows = tables.in_worlds(plan, cells, 2).rows
    skill = {(row[0], row[1]): row[2].split(" ")[0] for row in rows}
    assert skill["default", "learner"] == "0.50"
    assert skill["quiet", "learner"] == "0.20"
    assert skill["mean of worlds", "learner"] == "0.35"
    assert skill["worst: quiet", "learner"] == "0.20"


def test_what_asking_is_worth_is_told_for_each_question(command: Command, tmp_path: Path):
    out = tmp_path / "out"
    ended = command("experiment", "asking", "--personas", "p01", "--days", 1, "--workers", 1, "--out", out, "--json")
    assert ended.code == 0, ended.error
    found = json.loads(ended.out)
    assert list(found) == ["ours", *variants.ASKED]
    configs = {path.parent.name: json.loads(path.read_text()) for path in (out / "runs").glob("*/config.json")}
    for name, given in variants.ASKED.items():
        config = configs[f"{name.replace(' ', '-')}-7"]
        for key, value in given.items():
            assert config[key] == (list(value) if isinstance(value, tuple) else value)
    effort = {
        name: json.loads((out / "runs" / folder / "summary.json").read_text())["personas"][0]["days"][0][
            "effort_seconds"
        ]
        for name, folder in (("ours", "ours-7"), ("nothing", "nothing-asked-7"))
    }
    assert effort["ours"] >= 120 > effort["nothing"]


def test_a_changed_life_is_the_old_one_before_and_the_new_one_after(command: Command, tmp_path: Path):
    out = tmp_path / "out"
    ended = command(
        *("experiment", "drift", "--changes", "new-job", "--personas", "p01", "--days", 3, "--day", 3),
        *("--workers", 1, "--out", out),
    )
    assert ended.code == 0, ended.error
    assert "days to recover" in (out / "table.md").read_text()

    def texts(name: str, day: int) -> list[str]:
        with events.read(out / "runs" / f"{name}-7" / "events.sqlite") as log:
            return [activity["text"] for activity in log.activities("p01", day)]

    assert texts("ours-new-job", 2) == texts("ours", 2)
    assert texts("ours-new-job", 3) == texts("ours-new-job-from-the-start", 3)
    assert texts("ours-new-job", 3) != texts("ours", 3)
    drifted, plain = (
        cells_of(json.loads((out / "runs" / name / "summary.json").read_text()), 7)
        for name in ("ours-new-job-7", "ours-7")
    )
    assert drifted["p01", 7, 1] == plain["p01", 7, 1]
    assert drifted["p01", 7, 2] == plain["p01", 7, 2]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("policies", "--policies", "nobody"), "nobody"),
        (("policies", "--feedback", "loud"), "loud"),
        (("policies", "--seeds", "0"), "--seeds"),
        (("drift", "--changes", "marriage"), "marriage"),
        (("drift", "--days", "1"), "--day"),
        (("worlds", "--changes", "guest"), "--changes"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
):
    out = tmp_path / "out"
    ended = command("experiment", *arguments, "--personas", "p01", "--out", out)
    assert ended.code == 2
    assert told in ended.error
    assert not out.exists()


def test_policies_that_need_a_model_are_told_and_left_out(command: Command, tmp_path: Path):
    chosen = ("--policies", "paper,silent", "--personas", "p01", "--days", "1")
    ended = command("experiment", "policies", *chosen, "--out", tmp_path / "out", "--json")
    assert ended.code == 0 and "left out: paper (they need --language model)" in ended.error
    assert list(json.loads(ended.out)) == ["ours", "silent"]


def test_every_change_makes_another_valid_person():
    for kind in changes.KINDS:
        for person in persona.packaged():
            after = changes.Change(kind, 8).apply(person)
            assert after != person
            assert after.id == person.id
            persona.Persona.model_validate(after.model_dump(by_alias=True))


def test_differences_are_paired_by_persona_seed_and_day():
    def life(offset: float) -> Cells:
        return {
            (person, seed, day): {"skill": offset + 10.0 * index + seed + day}
            for index, person in enumerate(("a", "b", "c"))
            for seed in (1, 2)
            for day in (1, 2)
        }

    ours, other = life(0.0), life(-0.5)
    other["a", 1, 1]["skill"] = None
    apart = difference(other, ours, "skill", [1, 2])
    assert (apart.mean, apart.low, apart.high, apart.count) == (-0.5, -0.5, -0.5, 3)
    row = results.figures(other, ours, [1])
    assert row["diff_to_ours"] == -0.5
    assert row["ci"] == [-0.5, -0.5]
    assert row["skill_ci"][0] < row["skill"] < row["skill_ci"][1]
    assert row["worst_tenth"] == 2.5


def test_effects_are_mean_by_deviation():
    assert estimate([1.0, None, 2.0, 3.0]).effect == pytest.approx(2.0)
    assert estimate([1.0, 1.0]).effect is None
    assert estimate([1.0]).effect is None
    assert estimate([]).mean is None


def test_recovery_is_counted_from_the_change():
    skill = [0.2, 0.5, 0.5, 0.5, 0.1, 0.3, 0.5, 0.5, 0.5]
    assert tables.days_to_recover(skill, 5) == 4
    assert tables.days_to_recover([0.5, 0.5, 0.5, 0.5], 3) == 2
    assert tables.days_to_recover([0.5, 0.5, 0.1, 0.1], 3) is None
    assert tables.days_to_recover([None, None, 0.1], 3) is None


def test_feedback_names_tell_policy_and_mode_apart():
    found = CONTESTANTS["feedback"](Options(feedback="reasons,noisy:0.3", policies="ours,pooled"))
    assert [(one.name, one.assistant, one.feedback) for one in found] == [
        ("ours", "learner", "reasons"),
        ("ours noisy:0.3", "learner", "noisy:0.3"),
        ("pooled reasons", "pooled", "reasons"),
        ("pooled noisy:0.3", "pooled", "noisy:0.3"),
    ]
    assert len({one.folder for one in found}) == 4


def test_what_lives_cost_is_told_by_policy_and_persona_day(command: Command, tmp_path: Path):
    out = tmp_path / "out"
    call = ("experiment", "grid", "--personas", "p01,p02", "--days", 1, "--language", "templates", "--workers", 1)
    ended = command(*call, "--policies", "random", "--seeds", 2, "--out", out)
    assert ended.code == 0, ended.error
    told = (out / "table.md").read_text()
    costs = told[told.index("Cost of a persona-day") :].splitlines()[2:]
    heads, *rows = ([cell.strip() for cell in line.split("|")[1:-1]] for line in costs[: costs.index("")])
    spent = {row[0]: dict(zip(heads, row, strict=True)) for row in rows[1:]}
    assert list(spent) == ["ours", "random"]
    for name, row in spent.items():
        runs = [json.loads((out / "runs" / f"{name}-{seed}" / "summary.json").read_text())["cost"] for seed in (7, 8)]
        assert row["persona-days"] == "4"
        assert float(row["seconds"]) == pytest.approx(sum(cost["seconds"] for cost in runs) / 4, abs=0.01)
        assert row["model calls"] == "0.00"
        assert {"lives", "references", "days"} <= set(row)
    again = command(*call, "--policies", "random", "--seeds", 2, "--out", out, "--resume")
    assert again.code == 0, again.error
    assert (out / "table.md").read_text() == told, "nothing was lived anew"


def test_with_a_model_ours_with_templates_is_beside_ours():
    chosen = CONTESTANTS["grid"](Options(policies="ours", adapters="3:64", language="model"))
    assert [(one.name, one.language, one.adapters) for one in chosen] == [
        ("ours", "", "3:64"),
        ("ours templates", "templates", ""),
    ]
    assert [one.name for one in CONTESTANTS["grid"](Options(policies="silent"))] == ["ours", "silent"]
