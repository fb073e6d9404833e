"""Lives on disk: exact, shared, and computed again when anything about them changed or broke."""

from __future__ import annotations

import multiprocessing
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.ranker import ideas as knowledge
from simulator.people import persona as personas
from simulator.people.persona import Persona
from simulator.world.life import LifeDay, live_day
from simulator.world.life_cache import LifeCache
from simulator.world.oracle import best_days
from simulator.world.plan import Filler, WeightedFiller
from simulator.world.taste import Utility


class CountingFactory:
    """Makes fillers and knows how many were asked for."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Filler:
        self.calls += 1
        return WeightedFiller()


@pytest.fixture(scope="module")
def persona() -> Persona:
    return personas.packaged()[0]


@pytest.fixture(scope="module")
def taste(persona: Persona) -> Utility:
    return Utility(persona, knowledge.load_packaged(), HashEmbedder())


def assert_same(first: LifeDay, second: LifeDay) -> None:
    for field in fields(LifeDay):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, field.name
            np.testing.assert_array_equal(one, other, err_msg=field.name)
        else:
            assert one == other, field.name


def test_kept_lives_equal_lived_ones_to_the_last_bit(persona: Persona, taste: Utility, tmp_path: Path) -> None:
    LifeCache(tmp_path).days(persona, taste, 7, 3, WeightedFiller, "templates")
    factory = CountingFactory()
    lives, best = LifeCache(tmp_path).days(persona, taste, 7, 3, factory, "templates")
    assert factory.calls == 0
    assert [life.day for life in lives] == [1, 2, 3] == list(best)
    assert any(life.calendar for life in lives)
    for life in lives:
        assert_same(life, live_day(persona, life.day, 7))
    assert best == best_days(taste, lives)


def test_more_days_are_added_to_those_there(persona: Persona, taste: Utility, tmp_path: Path) -> None:
    cache = LifeCache(tmp_path)
    cache.days(persona, taste, 7, 1, WeightedFiller, "templates")
    factory = CountingFactory()
    assert len(cache.days(persona, taste, 7, 3, factory, "templates")[0]) == 3
    assert factory.calls == 1
    again, best = cache.days(persona, taste, 7, 3, factory, "templates")
    assert best == best_days(taste, again), "ideas rest across the days that were planned at different times"
    assert len(cache.days(persona, taste, 7, 2, factory, "templates")[0]) == 2
    assert factory.calls == 1
    assert len(list(tmp_path.glob("*.life.json"))) == 1


def test_whatever_a_life_depends_on_makes_another_life(persona: Persona, taste: Utility, tmp_path: Path) -> None:
    cache, factory = LifeCache(tmp_path), CountingFactory()
    other = persona.model_copy(update={"pastimes": persona.pastimes[:3]})
    for who, seed, language in (
        (persona, 7, "templates"),
        (persona, 8, "templates"),
        (persona, 7, "choose-abc"),
        (other, 7, "templates"),
    ):
        cache.days(who, taste, seed, 1, factory, language)
    assert factory.calls == 4
    assert len(list(tmp_path.glob("*.life.json"))) == 4


def test_another_taste_needs_another_oracle_but_no_other_life(persona: Persona, taste: Utility, tmp_path: Path) -> None:
    cache, factory = LifeCache(tmp_path), CountingFactory()
    cache.days(persona, taste, 7, 1, factory, "templates")
    other = Utility(persona, knowledge.KnowledgeBase(taste.base.ideas[::2]), HashEmbedder())
    _, best = cache.days(persona, other, 7, 1, factory, "templates")
    assert factory.calls == 1
    assert best == best_days(other, [live_day(persona, 1, 7)])


@pytest.mark.parametrize("damage", [b"", b"not a zip file", "half"])
@pytest.mark.parametrize("ending", ["life.json", "oracle.json"])
def test_a_damaged_file_is_computed_again(
    persona: Persona, taste: Utility, tmp_path: Path, damage: bytes | str, ending: str
) -> None:
    cache = LifeCache(tmp_path)
    lives, best = cache.days(persona, taste, 7, 1, WeightedFiller, "templates")
    (file,) = tmp_path.glob(f"*.{ending}")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if isinstance(damage, str) else damage)
    again, best_again = cache.days(persona, taste, 7, 1, WeightedFiller, "templates")
    assert_same(lives[0], again[0])
    assert best == best_again
    assert len(file.read_bytes()) == len(whole)


def test_a_folder_that_cannot_be_made_costs_only_time(persona: Persona, taste: Utility, tmp_path: Path) -> None:
    in_the_way = tmp_path / "lives"
    in_the_way.write_text("a file where the folder should be")
    lives, best = LifeCache(in_the_way).days(persona, taste, 7, 1, WeightedFiller, "templates")
    assert_same(lives[0], live_day(persona, 1, 7))
    assert best[1].needs >= 0


def _work(folder: Path, marks: Path) -> None:
    def factory() -> Filler:
        with marks.open("a") as file:
            file.write("x")
        return WeightedFiller()

    who = personas.packaged()[0]
    LifeCache(folder).days(who, Utility(who, knowledge.load_packaged(), HashEmbedder()), 7, 4, factory, "templates")


def test_processes_that_want_the_same_life_compute_it_once(persona: Persona, taste: Utility, tmp_path: Path) -> None:
    marks, folder = tmp_path / "marks", tmp_path / "lives"
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_work, args=(folder, marks)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    assert marks.read_text() == "x"
    factory = CountingFactory()
    lives, _ = LifeCache(folder).days(persona, taste, 7, 4, factory, "templates")
    assert factory.calls == 0
    assert_same(lives[3], live_day(persona, 4, 7))
    assert not list(folder.glob("*.partial"))
