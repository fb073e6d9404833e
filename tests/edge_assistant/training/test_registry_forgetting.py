"""Forgetting: erased pairs are gone, what learned from them is out of use, and the rest is learned anew."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from edge_assistant.storage.store import Store
from edge_assistant.training import files
from edge_assistant.training.jobs.forgetting import Wanted, forget, preview
from edge_assistant.training.jobs.job import HELD_OUT, JOB, PAIRS, interrupted
from edge_assistant.training.jobs.sources import PairSource, is_due, new_pairs, note_learned
from edge_assistant.training.pairs.buffer import PairBuffer, write_pairs
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.versions.version import CARD, PERSONAL, SERVED


def pair(number: int) -> Pair:
    told = {"sources": [f"event:{number}"]}
    return Pair("s", f"Idea: {number}", f"good {number}", "bad", "rated", told, f"2026-03-02T10:00:{number % 60:02d}")


@pytest.fixture
def source(tmp_path: Path) -> PairSource:
    return PairSource("me", tmp_path / "store.sqlite", tmp_path / "adapters")


@pytest.fixture
def store(source: PairSource):
    with Store.open(source.store) as opened:
        PairBuffer(opened).add([pair(n) for n in range(50)])
        yield opened


def trained_on(source: PairSource, tmp_path: Path, name: str, *numbers: int) -> str:
    folder = tmp_path / name
    folder.mkdir()
    for file in (SERVED, PERSONAL, CARD):
        (folder / file).write_text(name)
    version = source.registry.add("me", folder, {"pairs": [pair(n).hash for n in numbers], "pairs_hash": name})
    return source.registry.promote("me", version.name).name


@pytest.mark.parametrize(
    ("wanted", "gone"),
    [
        (Wanted(sources=["event:3", "event:4"]), {3, 4}),
        (Wanted(times=[datetime(2026, 3, 2, 10, 0, 7)]), {7}),
        (Wanted(since=datetime(2026, 3, 2, 10, 0, 48)), {48, 49}),
        (Wanted(until=datetime(2026, 3, 2, 10, 0, 2)), {0, 1}),
        (Wanted(since=datetime(2026, 3, 2, 10, 0, 5), until=datetime(2026, 3, 2, 10, 0, 6)), {5}),
        (Wanted(words="GOOD 42"), {42}),
        (Wanted(), set()),
        (Wanted(everything=True), set(range(50))),
    ],
)
def test_each_way_finds_its_pairs(store: Store, source: PairSource, wanted: Wanted, gone: set[int]) -> None:
    hashes = {pair(n).hash for n in gone}
    assert set(preview(store, source.registry, "me", wanted).pairs) == hashes
    assert PairBuffer(store).count() == 50  # only looked
    assert set(forget(store, source.registry, "me", wanted).pairs) == hashes
    assert {p.hash for p in PairBuffer(store).all()} == {pair(n).hash for n in range(50)} - hashes


def test_what_learned_it_is_marked_and_the_rest_is_due_again(store: Store, source: PairSource, tmp_path: Path) -> None:
    clean = trained_on(source, tmp_path, "clean", 1, 2)
    stained = trained_on(source, tmp_path, "stained", 2, 3)
    note_learned(store, stained)
    assert new_pairs(store) == 0 and not is_due(source, store)
    found = forget(store, source.registry, "me", Wanted(sources=["event:3"]))
    assert found.versions == (stained,)
    assert source.registry.get("me", stained).status == "marked"
    assert source.registry.current("me").name == clean
    assert is_due(source, store)


def test_a_training_under_way_is_dropped(store: Store, source: PairSource) -> None:
    folder = source.registry.work_folder("me")
    write_pairs(folder / PAIRS, [pair(1), pair(2)])
    write_pairs(folder / HELD_OUT, [pair(9)])
    files.write_json(folder / JOB, {})
    assert interrupted(source.registry, "me")
    assert not forget(store, source.registry, "me", Wanted(sources=["event:5"])).training
    assert interrupted(source.registry, "me")
    assert forget(store, source.registry, "me", Wanted(sources=["event:9"])).training
    assert not interrupted(source.registry, "me") and not (folder / PAIRS).exists()


def test_a_job_needs_news(store: Store, source: PairSource) -> None:
    assert is_due(source, store)
    note_learned(store, "0001-00000000")
    PairBuffer(store).add([pair(n) for n in range(100, 110)])
    assert not is_due(source, store)
    PairBuffer(store).add([pair(n) for n in range(200, 240)])
    assert is_due(source, store)
