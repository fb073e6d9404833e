"""Whole files: JSON in, persona files out."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.errors import DataError
from edge_assistant.llm.embedding import HashEmbedder
from simulator.people import persona as form
from simulator.people.importer import Imported, import_file, render
from simulator.people.importer.adjust import receptive_share

DATA = Path(__file__).parents[3] / "data" / "propersim"
FILES = sorted(path.stem for path in DATA.glob("*.json"))


def run(path: Path, out: Path) -> list[Imported]:
    return import_file(path, out, HashEmbedder(256))


def write(folder: Path, data: Any, name: str = "someone.json") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def minimal(**criteria: str) -> dict[str, Any]:
    return {"name": "Kim Roe", "age": 40, "current_interests": "1) Chess. 2) Soup.", "criteria": criteria}


@pytest.mark.parametrize("name", FILES)
def test_every_example_round_trips_and_lives_a_full_day(name: str, tmp_path: Path) -> None:
    for imported in run(DATA / f"{name}.json", tmp_path):
        assert form.load(imported.path) == imported.persona
        assert len(imported.persona.pastimes) >= 7
        assert {"bathing", "sleep"} <= set(imported.persona.timing.blocked_kinds)
        share = receptive_share(imported.persona)
        if name == "vague":
            assert share == 0
            assert any("receptive" in warning for warning in imported.warnings)
        else:
            assert 0.05 <= share <= 0.35
        assert str(imported.path) in render(imported)


def test_a_whole_persona_says_what_its_words_say(tmp_path: Path) -> None:
    (imported,) = run(DATA / "tomasz.json", tmp_path)
    persona = imported.persona
    assert (persona.name, persona.age) == ("Tomasz Wr\u00f3bel", 67)
    assert (persona.day.weekday.wake, persona.day.weekday.sleep) == ("06:00", "22:00")
    assert persona.traits == {
        "openness": "low",
        "conscientiousness": "high",
        "extraversion": "low",
        "agreeableness": "high",
        "neuroticism": "low",
    }
    assert persona.frequency.daily_max == 4
    assert persona.manner.formality == "formal" and persona.manner.exclamation == "no"
    assert set(persona.manner.forbidden_topics) == {"death", "loneliness"}
    assert persona.timing.kinds == {"pause": 1.1}
    assert any(span.start == "21:00" for span in persona.timing.blocked)
    assert any(point.kind == "garden" for point in persona.routine)
    assert "repairing old radios" in [pastime.text for pastime in persona.pastimes]
    assert persona.prose.timing.startswith("In the mornings after breakfast")


def test_the_night_worker_sleeps_by_day(tmp_path: Path) -> None:
    grace = run(DATA / "pair.json", tmp_path)[1].persona
    assert (grace.day.weekday.wake, grace.day.weekday.sleep) == ("15:00", "08:00")


def test_a_list_is_numbered_and_wrapped_personas_are_found(tmp_path: Path) -> None:
    assert [imported.persona.id for imported in run(DATA / "pair.json", tmp_path)] == ["pair-1", "pair-2"]
    (ola,) = run(DATA / "ola.json", tmp_path)
    assert (ola.persona.id, ola.persona.name) == ("ola", "Ola Nordahl")


def test_words_stand_beside_the_values(tmp_path: Path) -> None:
    (imported,) = run(DATA / "wei.json", tmp_path)
    text = imported.path.read_text(encoding="utf-8")
    assert "# words: every other hour" in text.lower()
    finding = next(f for f in imported.understood if f.field == "frequency.min_gap")
    assert (finding.value, finding.words) == ("90 min", "at least 90 minutes apart")


def test_gibberish_timing_is_never_receptive_and_warned_of(tmp_path: Path) -> None:
    path = write(tmp_path / "in", minimal(Timing="Florp when wib.", Frequency="three a day", Preference="Soup."))
    (imported,) = run(path, tmp_path / "out")
    assert receptive_share(imported.persona) == 0
    assert imported.warnings and "warning" in render(imported)
    assert "Florp when wib" in " ".join(imported.not_understood)


def test_any_time_is_narrowed_to_pauses_and_said_so(tmp_path: Path) -> None:
    path = write(tmp_path / "in", minimal(Timing="Any time is fine.", Frequency="five a day", Preference="Chess."))
    (imported,) = run(path, tmp_path / "out")
    assert 0.05 <= receptive_share(imported.persona) <= 0.35
    assert any("would be receptive" in finding.words for finding in imported.assumed)


def test_a_clash_is_an_error_and_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "pair-2.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(DataError, match=r"pair-2\.toml: exists already"):
        run(DATA / "pair.json", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["pair-2.toml"]
    assert (tmp_path / "pair-2.toml").read_text(encoding="utf-8") == "mine"


def test_the_id_of_a_packaged_persona_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "in", minimal(Timing="in the evening", Frequency="two a day"), "p01.json")
    with pytest.raises(DataError, match="packaged"):
        run(path, tmp_path / "out")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{broken", "not valid JSON"),
        ("[]", "holds no persona"),
        ('"text"', "holds no persona"),
        ('{"name": "Kim"}', "holds no persona"),
        ('{"ideas": [{"id": "x", "text": "y"}]}', "holds no persona"),
    ],
)
def test_what_is_no_persona_is_one_line(content: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        run(path, tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_missing_file_and_a_binary_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        run(tmp_path / "none.json", tmp_path)
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(DataError, match="cannot be read"):
        run(tmp_path / "binary.json", tmp_path)


def test_hostile_text_survives_the_round_trip(tmp_path: Path) -> None:
    data = minimal(
        Timing='In the "evening" \\ at dusk\u2026\n\u0007or during breaks',
        Frequency="four a day",
        Preference="S\u00f3pa \u6c64 \U0001f35c, soup",
    )
    data["name"] = 'Zo\u00eb "Z" \u732b'
    data["background"] = "line one\nline two\t\x7f end"
    (imported,) = run(write(tmp_path / "in", data, "zo\u00eb.json"), tmp_path / "out")
    assert imported.path.name == "zo\u00eb.toml"
    assert form.load(imported.path) == imported.persona
    assert imported.persona.background == data["background"]


def test_the_same_file_gives_the_same_persona(tmp_path: Path) -> None:
    first, second = run(DATA / "amara.json", tmp_path / "a"), run(DATA / "amara.json", tmp_path / "b")
    assert first[0].path.read_bytes() == second[0].path.read_bytes()
