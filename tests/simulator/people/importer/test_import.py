"""Whole files: prose in, persona files out, with what was left as comments."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.errors import DataError
from simulator.people import persona as form
from simulator.people.importer import Imported, import_file, render
from simulator.people.importer.fitting import receptive_share
from simulator.world.plan import WeightedFiller, make_plan
from tests.simulator.people.importer.measure import FACTS, Tally, meaning, measure, path_of

pytestmark = pytest.mark.model

DATA = Path(__file__).parents[3] / "data" / "propersim"
UNSEEN = json.loads((Path(__file__).parent / "facts_unseen.json").read_text("utf-8"))


def run(path: Path, out: Path) -> list[Imported]:
    return import_file(path, out, meaning())


def somebody(folder: Path, name: str = "kim.json", **changes: Any) -> Path:
    criteria = {
        "Timing": "While I cook.",
        "Frequency": "Three a day.",
        "Preference": "Soup.",
        "Communication": "Short.",
    }
    data = {"name": "Kim Roe", "age": 40, "hobbies": "1) Chess. 2) Soup.", "criteria": criteria} | changes
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("*.json")))
def test_every_example_round_trips_and_passes_the_hardness_check(name: str, tmp_path: Path) -> None:
    for imported in run(DATA / f"{name}.json", tmp_path):
        assert form.load(imported.path) == imported.persona
        assert imported.warnings == ()
        assert 0.05 <= receptive_share(imported.persona) <= 0.35
        assert {"bathing", "sleep"} <= set(imported.persona.timing.blocked_kinds)


def test_a_whole_persona_says_what_its_words_say(tmp_path: Path) -> None:
    (imported,) = run(DATA / "tomasz.json", tmp_path)
    persona = imported.persona
    assert (persona.name, persona.age, persona.traits["openness"]) == ("Tomasz Wr\u00f3bel", 67, "low")
    assert (persona.day.weekday.wake, persona.day.weekday.sleep) == ("06:00", "22:00")
    assert (persona.frequency.daily_max, persona.manner.formality, persona.manner.exclamation) == (4, "formal", "no")
    assert set(persona.manner.forbidden_topics) == {"death", "loneliness"}
    assert any(span.start == "21:00" for span in persona.timing.blocked)
    assert "repairing old radios" in [pastime.text for pastime in persona.pastimes]
    assert not any("working as" in point.text for point in persona.routine), "retired"
    assert persona.prose.timing.startswith("In the mornings after breakfast")


def test_what_was_not_used_stands_in_the_file_ready_to_be_filled_in(tmp_path: Path) -> None:
    (imported,) = run(DATA / "vague.json", tmp_path)
    text = imported.path.read_text(encoding="utf-8")
    read = imported.clauses - len(imported.unread)
    assert f"read {read} of {imported.clauses} clauses; the rest stands as comments in {imported.path}" in render(
        imported
    )
    assert "#   - Whichever glarb the zorbles find apt" in text or "# - Whichever glarb the zorbles find apt" in text
    assert "[[timing.window]] or [[timing.blocked]]" in text
    tomllib.loads(text)


def test_words_stand_beside_the_values_that_they_gave(tmp_path: Path) -> None:
    (imported,) = run(DATA / "wei.json", tmp_path)
    text = imported.path.read_text(encoding="utf-8")
    head, _, _ = text.partition("[frequency]")
    assert "at least 90 minutes apart" in head.splitlines()[-1] or "at least 90 minutes apart" in head.splitlines()[-2]
    assert ("frequency gap", "90") in {(finding.field, finding.value) for finding in imported.understood}


def test_no_meal_film_or_bath_comes_twice_or_out_of_hours(tmp_path: Path) -> None:
    path = somebody(tmp_path / "in", lifestyle="Eats dinner with friends. Takes a bath. Watches a film.")
    (imported,) = run(path, tmp_path / "out")
    for day in range(1, 15):
        blocks = make_plan(imported.persona, day, 7, WeightedFiller()).blocks
        texts = Counter(block.text for block in blocks if block.kind in ("meal", "bathing"))
        assert not [text for text, times in texts.items() if times > 1]
        dinner = next(block for block in blocks if "dinner" in block.text and block.kind == "meal")
        assert 17 * 60 <= dinner.start <= 21 * 60
        assert all(block.start >= 17 * 60 for block in blocks if "film" in block.text)


def test_a_list_is_numbered_and_ids_come_from_the_file(tmp_path: Path) -> None:
    assert [imported.persona.id for imported in run(DATA / "pair.json", tmp_path)] == ["pair-1", "pair-2"]


def test_a_clash_is_an_error_and_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "pair-2.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match=r"pair-2\.toml: exists already"):
        run(DATA / "pair.json", tmp_path)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("pair-2.toml", "mine")]


@pytest.mark.parametrize("name", ["p01.json", "a,b.json", ".json"])
def test_an_id_that_cannot_be_used_is_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="rename") as caught:
        run(somebody(tmp_path / "in", name), tmp_path / "out")
    assert "\n" not in str(caught.value) and not (tmp_path / "out").exists()


def test_missing_criteria_and_unknown_fields_are_told(tmp_path: Path) -> None:
    path = somebody(tmp_path / "in", criteria={"Timing": ""}, shoes="39", age=9, lifestyle="", hobbies="")
    (imported,) = run(path, tmp_path / "out")
    assumed = {finding.field for finding in imported.assumed}
    assert {"prose.preference", "prose.frequency", "frequency wish", "age", "interests", "occupation"} <= assumed
    assert "keys without a use: shoes" in render(imported)
    assert imported.persona.prose.timing == "Not stated." and imported.persona.age == 40


@pytest.mark.parametrize(
    "part", ["Timing", "Frequency", "Preference", "Communication", "lifestyle", "plan", "background"]
)
@pytest.mark.parametrize(
    "words", ["!" * 400, "and " * 120, "1) " * 80, "at 5pm " * 60, "until " * 60, "99:99 to 0:61 am"]
)
def test_odd_words_cost_no_more_than_themselves(part: str, words: str, tmp_path: Path) -> None:
    data = json.loads(somebody(tmp_path / "in").read_text("utf-8"))
    changes = {"criteria": data["criteria"] | {part: words}} if part in data["criteria"] else {part: words}
    (imported,) = run(somebody(tmp_path / "in", **changes), tmp_path / "out")
    assert form.load(imported.path) == imported.persona


def test_contradicting_numbers_make_a_persona_all_the_same(tmp_path: Path) -> None:
    criteria = {"Frequency": "Every ten minutes, at least five hours apart, at most one a day, ninety a day."}
    lifestyle = "Wakes at 7am and at 11pm. Sleeps at 7:30am. Works from 9am to 9am."
    (imported,) = run(somebody(tmp_path / "in", criteria=criteria, lifestyle=lifestyle), tmp_path / "out")
    assert imported.persona.frequency.daily_max == 1 and imported.persona.frequency.min_gap == 300


def test_hostile_text_survives_the_round_trip(tmp_path: Path) -> None:
    changes = {"name": 'Zo\u00eb "Z" \u732b', "background": "line one\nline two\t\x7f \\ end", "goals": "\ud800 '''"}
    (imported,) = run(somebody(tmp_path / "in", **changes), tmp_path / "out")
    assert form.load(imported.path).background == changes["background"]


def test_the_same_file_gives_the_same_persona(tmp_path: Path) -> None:
    first, second = run(DATA / "amara.json", tmp_path / "a"), run(DATA / "amara.json", tmp_path / "b")
    assert first[0].path.read_bytes() == second[0].path.read_bytes()


def test_strangers_are_mostly_read(tmp_path: Path) -> None:
    tally = Tally()
    for name, facts in UNSEEN.items():
        (imported,) = run(path_of(name), tmp_path)
        measure(imported.persona, facts, tally)
    total = sum((counts for counts in tally.counts.values()), Counter())
    assert total["right"] >= 0.85 * total.total() and total["wrong"] <= 0.05 * total.total(), tally.faults


@pytest.mark.study
def test_thirty_seven_people_are_mostly_read_and_can_be_lived_with(tmp_path: Path) -> None:
    tally, failing = Tally(), []
    for name, facts in FACTS.items():
        (imported,) = run(path_of(name), tmp_path)
        measure(imported.persona, facts, tally)
        failing += [name] if imported.warnings else []
    total = sum((counts for counts in tally.counts.values()), Counter())
    assert total["right"] >= 0.72 * total.total() and total["wrong"] <= 0.12 * total.total(), tally.faults
    assert len(failing) <= 2, failing
