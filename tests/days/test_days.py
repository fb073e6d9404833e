"""Whole days of three people through the real service: what is said is about them, and they are there to hear it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.days.player import Player, Said, again, own_server
from tests.days.script import Script

PEOPLE = sorted(path.stem for path in Path(__file__).parent.glob("*.toml"))


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with own_server(tmp_path_factory.mktemp("days")) as client:
        yield client


@pytest.fixture
def play(shared_cache: Path, watch: Any, tmp_path: Path) -> Callable[[str, int], list[Said]]:
    def days(person: str, number: int) -> list[Said]:
        script = Script.load(Path(__file__).with_name(f"{person}.toml"))
        return Player(script, tmp_path, shared_cache, watch).play(number)

    return days


def check(said: list[Said]) -> None:
    """What holds for any number of days from the first."""
    heard = "\n".join(map(str, said))
    about = [one for one in said if one.about]
    assert about and about[0].time.date() == said[0].time.date() and about[0].awake <= 180, heard
    assert len(about) >= len(said) / 2, heard
    assert not any(one.away for one in said), heard
    assert not any(one.hasty for one in said), heard
    assert not again(said), heard


@pytest.mark.model
@pytest.mark.timeout(1200)  # the vectors of all ideas are made first
@pytest.mark.parametrize("person", PEOPLE)
def test_a_first_day(person: str, play: Callable[[str, int], list[Said]]) -> None:
    check(play(person, 1))


@pytest.mark.study
@pytest.mark.model
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("person", PEOPLE)
def test_a_week(person: str, play: Callable[[str, int], list[Said]]) -> None:
    check(play(person, 7))
