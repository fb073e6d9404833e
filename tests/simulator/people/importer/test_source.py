"""Files to prose: what is found however it is wrapped, and one line on what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.errors import DataError
from simulator.people.importer import source

DATA = Path(__file__).parents[3] / "data" / "propersim"


def write(folder: Path, content: Any, name: str = "kim.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_list_a_wrapped_persona_and_one_named_by_its_key() -> None:
    assert [one.name for one in source.read(DATA / "pair.json")] == ["Noor Haddad", "Grace Mbeki"]
    assert [one.name for one in source.read(DATA / "tomasz.json")] == ["Tomasz Wr\u00f3bel"]
    assert [one.name for one in source.read(DATA / "ola.json")] == ["Ola Nordahl"]


def test_criteria_are_sorted_by_the_names_that_they_have(tmp_path: Path) -> None:
    (amara,) = source.read(DATA / "amara.json")
    assert set(amara.criteria) == {"preference", "timing", "frequency", "communication"}
    (undivided,) = source.read(write(tmp_path, {"name": "Kim Roe", "criteria": "Twice a day, in the evening."}))
    assert undivided.criteria == {"other": "Twice a day, in the evening."}


def test_toml_of_the_same_keys(tmp_path: Path) -> None:
    text = 'name = "Kim Roe"\ninterests = ["Chess", "Soup"]\n[prose]\ntiming = "After lunch."\n'
    (kim,) = source.read(write(tmp_path, text, "kim.toml"))
    assert (kim.text("interests"), kim.criteria) == ("1) Chess. 2) Soup.", {"timing": "After lunch."})


def test_the_person_is_not_part_of_what_is_done(tmp_path: Path) -> None:
    data = {
        "name": "Kim Roe",
        "hobbies": "Kim enjoys chess, soup and long walks",
        "lifestyle": "Kim Roe typically naps.",
    }
    (kim,) = source.read(write(tmp_path, data))
    assert (kim.text("interests"), kim.text("lifestyle")) == ("chess; soup; long walks", "naps.")


def test_unknown_fields_are_named(tmp_path: Path) -> None:
    data = {"name": "Kim Roe", "criteria": {"Timing": "noon"}, "shoe size": "39", "empty": ""}
    (kim,) = source.read(write(tmp_path, data))
    assert kim.unused == ("shoe size",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{broken", "not valid JSON"),
        ("", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "holds no persona"),
        ('"text"', "holds no persona"),
        ('{"name": "Kim"}', "holds no persona"),
        ('{"criteria": {"Timing": "noon"}, "age": 40}', "has no name"),
    ],
)
def test_what_is_no_persona_is_one_line(content: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message) as caught:
        source.read(write(tmp_path, content))
    assert "\n" not in str(caught.value) and "kim.json" in str(caught.value)


def test_bytes_that_are_no_text_and_a_missing_file(tmp_path: Path) -> None:
    (tmp_path / "kim.json").write_bytes(b"\xff\xfe\x00\x80")
    for name in ("kim.json", "none.json"):
        with pytest.raises(DataError, match=rf"{name}: cannot be read \(.+\); name a JSON file"):
            source.read(tmp_path / name)
