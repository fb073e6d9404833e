"""References kept on disk: those that are lived, to the last bit, and lived anew when anything about them changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.people import persona as personas
from simulator.runs import reference as module
from simulator.runs.household import PersonaSetup, workshop
from simulator.runs.reference import kept_reference, reference
from simulator.world.constants import World
from simulator.world.embedding import embedder
from simulator.world.life_cache import LifeCache
from simulator.world.plan import WeightedFiller
from simulator.world.taste import Utility


@pytest.fixture(scope="module")
def shop() -> PersonaSetup:
    return workshop(personas.packaged()[1])


def test_kept_references_equal_lived_ones_and_are_lived_once(
    shop: PersonaSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days, best = LifeCache(tmp_path).days(shop.persona, shop.taste, 7, 3, WeightedFiller, "templates")
    lived = reference(shop, days, best, 7)
    assert kept_reference(tmp_path, shop, days, best, 7) == lived
    assert any(skill is not None and 0 < skill <= 1 for skill in lived.knower)

    calls: list[int] = []

    def counted(*arguments: object) -> module.Reference:
        calls.append(1)
        return lived

    monkeypatch.setattr(module, "reference", counted)
    assert kept_reference(tmp_path, shop, days, best, 7) == lived
    assert not calls
    kept_reference(tmp_path, shop, days, best, 8)
    kept_reference(tmp_path, shop, days[:2], best, 7)
    later = [replace(day, wake=day.wake.replace(minute=1)) for day in days]
    kept_reference(tmp_path, shop, later, best, 7)
    assert len(calls) == 3, "another seed, other days and another best are other references"
    impatient = World(name="default", request_chance=0.5, annoyance_step=0.9)
    asking = replace(shop, taste=Utility(personas.packaged()[1], shop.taste.base, embedder(), impatient))
    kept_reference(tmp_path, asking, days, best, 7)
    assert len(calls) == 4, "the same days and tastes in a world in which people ask more are another reference"


@pytest.mark.parametrize("content", [b"", b"[]", b'{"key": 1}', b"\xff\xfe"])
def test_a_damaged_reference_is_lived_anew(shop: PersonaSetup, tmp_path: Path, content: bytes) -> None:
    days, best = LifeCache(tmp_path).days(shop.persona, shop.taste, 7, 1, WeightedFiller, "templates")
    first = kept_reference(tmp_path, shop, days, best, 7)
    (path,) = tmp_path.glob("*.reference.json")
    path.write_bytes(content)
    assert kept_reference(tmp_path, shop, days, best, 7) == first
    assert path.read_bytes() != content
