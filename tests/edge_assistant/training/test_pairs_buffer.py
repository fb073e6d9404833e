"""Pairs and their buffer: content hashes, bounds, fair draws, the split for measuring, forgetting."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from edge_assistant.errors import UsageError
from edge_assistant.storage.store import Store
from edge_assistant.training.pairs.buffer import PairBuffer, is_held_out, read_pairs, write_pairs
from edge_assistant.training.pairs.pair import Pair, hash_of_pairs


def pair(number: int, day: int = 1, kind: str = "rated", source: str = "") -> Pair:
    provenance = {"day": day, "sources": [source] if source else []}
    return Pair("s", f"Idea: number {number}", "good", f"bad {number}", kind, provenance, f"2026-03-{day:02d}T10:00:00")


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def test_the_hash_is_that_of_the_content() -> None:
    first = pair(1)
    assert first.hash == Pair(**first.to_dict()).hash
    assert first.hash == pair(1, day=9).hash  # when and whence say nothing of what it teaches
    assert first.hash != pair(2).hash
    assert hash_of_pairs([pair(1), pair(2)]) == hash_of_pairs([pair(2), pair(1)])


@pytest.mark.parametrize(
    "change", [{"chosen": "bad 1"}, {"prompt": ""}, {"kind": "guess"}, {"weight": 0.0}, {"weight": float("nan")}]
)
def test_a_pair_that_teaches_nothing_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="pair"):
        Pair(**{**pair(1).to_dict(), **change})


def test_the_same_content_is_kept_once(store: Store) -> None:
    buffer = PairBuffer(store)
    assert buffer.add([pair(1), pair(2), pair(1, day=3)]) == 2
    assert buffer.add([pair(2)]) == 0
    assert buffer.count() == 2


def test_the_bound_costs_the_fullest_day(store: Store) -> None:
    buffer = PairBuffer(store, capacity=20)
    buffer.add([pair(n, day=1) for n in range(5)])
    buffer.add([pair(100 + n, day=2) for n in range(40)])
    days = Counter(p.time[:10] for p in buffer.all())
    assert days == {"2026-03-01": 5, "2026-03-02": 15}
    assert {p.prompt for p in buffer.all() if p.time[:10] == "2026-03-02"} == {
        f"Idea: number {n}" for n in range(125, 140)
    }


def test_what_is_held_out_is_never_drawn(store: Store) -> None:
    buffer = PairBuffer(store)
    buffer.add([pair(n) for n in range(300)])
    held, drawn = buffer.all(held_out=True), buffer.draw(1000)
    assert 30 <= len(held) <= 90
    assert not {p.prompt for p in held} & {p.prompt for p in drawn}
    assert len(held) + len(drawn) == 300
    assert all(is_held_out(p) for p in held)


def test_days_count_alike_or_the_last_one_half(store: Store) -> None:
    buffer = PairBuffer(store)
    for day, many in ((1, 200), (2, 30), (3, 100)):
        buffer.add([pair(day * 1000 + n, day=day) for n in range(many)])
    equal = Counter(p.time[:10] for p in buffer.draw(60, mode="equally"))
    assert max(equal.values()) - min(equal.values()) <= 1
    half = Counter(p.time[:10] for p in buffer.draw(60, mode="half-today"))
    assert half["2026-03-03"] == 30
    assert half["2026-03-01"] == half["2026-03-02"] == 15
    with pytest.raises(UsageError, match="half-today"):
        buffer.draw(3, mode="latest")


def test_too_little_of_a_day_is_made_up_for_by_the_others(store: Store) -> None:
    buffer = PairBuffer(store)
    buffer.add([pair(n, day=1) for n in range(100)] + [pair(500 + n, day=2) for n in range(6)])
    drawn = buffer.draw(50, mode="half-today")
    assert len(drawn) == 50


def test_the_draw_depends_on_the_seed_alone(store: Store) -> None:
    buffer = PairBuffer(store)
    buffer.add([pair(n) for n in range(100)])
    assert buffer.draw(20, seed=4) == buffer.draw(20, seed=4)
    assert buffer.draw(20, seed=4) != buffer.draw(20, seed=5)


def test_silence_stays_the_smaller_part(store: Store) -> None:
    buffer = PairBuffer(store)
    buffer.add([pair(n) for n in range(100)] + [pair(1000 + n, kind="silence") for n in range(300)])
    kinds = Counter(p.kind for p in buffer.draw(200))
    assert 0 < kinds["silence"] <= 0.16 * kinds["rated"]


def test_erased_pairs_are_gone(store: Store) -> None:
    buffer = PairBuffer(store)
    buffer.add([pair(1), pair(2), pair(3)])
    assert buffer.forget_pairs([pair(1).hash, pair(2).hash, "0" * 64]) == 2
    assert [p.hash for p in buffer.all()] == [pair(3).hash]
    assert buffer.add([pair(1)]) == 0


def test_a_file_of_pairs_round_trips(tmp_path: Path) -> None:
    pairs = [pair(n, source=f"event:{n}") for n in range(5)]
    write_pairs(tmp_path / "pairs.jsonl", pairs)
    assert read_pairs(tmp_path / "pairs.jsonl") == pairs
