"""The pairs of one person: kept without duplicates, bounded, drawn from for each training job.

    buffer = PairBuffer(store)
    buffer.add(pairs)
    pairs = buffer.draw(200, mode="half-today", seed=7)

Lives in the store's tables `pairs` and `forgotten_pairs`. A fifth of all prompts is held out for good,
by the prompt's own hash: what a version is measured on was never trained on, whatever the job.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.errors import DataError, UsageError
from edge_assistant.storage.store import Store
from edge_assistant.training.pairs.pair import Pair

CAPACITY = 4000
"""Most pairs that are kept; beyond it, the day with the most pairs loses its oldest."""

PAIRS_PER_JOB = 200
"""Pairs of one training (ProPerSim, section 4)."""

MODES = {"equally": "all days alike", "half-today": "one half from the last day, the other from those before"}
"""How the pairs of a job are drawn."""

SILENCE_SHARE = 0.15
"""Most of a job that may be about keeping silent: sentences are what the model is for."""

HELD_OUT_OF = 5
"""One prompt of so many is held out."""


def is_held_out(pair: Pair) -> bool:
    """Whether a pair is for measuring only; equal for all pairs of one prompt."""
    digest = hashlib.sha256(f"{pair.system}\x1f{pair.prompt}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "little") % HELD_OUT_OF == 0


def sources_of(pair: Pair) -> tuple[str, ...]:
    """What the pair was made of, from its provenance's `sources`."""
    return tuple(str(source) for source in pair.provenance.get("sources", ()))


class PairBuffer:
    """All pairs of one store."""

    def __init__(self, store: Store, capacity: int = CAPACITY) -> None:
        if capacity < 1:
            raise UsageError(f"pairs: capacity is {capacity}, expected at least 1")
        self.store = store
        self.capacity = capacity

    def add(self, pairs: Iterable[Pair]) -> int:
        """Keep those that are new, in one transaction; returns how many were.

        What was once forgotten is not taken in again, although the events that it was made of may still be there.
        """
        added = 0
        with self.store.transaction() as connection:
            for pair in pairs:
                cursor = connection.execute(
                    "INSERT OR IGNORE INTO pairs (hash, kind, day, held_out, data) SELECT ?, ?, ?, ?, ? "
                    "WHERE NOT EXISTS (SELECT 1 FROM forgotten_pairs WHERE hash = ?)",
                    (pair.hash, pair.kind, pair.time[:10], is_held_out(pair), _json(pair), pair.hash),
                )
                added += cursor.rowcount
            self._shrink()
        return added

    def count(self, held_out: bool | None = None) -> int:
        """How many pairs there are: all, or only those for training or for measuring."""
        with self.store.guard() as connection:
            clause, values = ("", ()) if held_out is None else (" WHERE held_out = ?", (held_out,))
            return int(connection.execute(f"SELECT count(*) FROM pairs{clause}", values).fetchone()[0])

    def all(self, *, held_out: bool | None = None) -> list[Pair]:
        """Every pair in the order in which it was added."""
        with self.store.guard() as connection:
            clause, values = ("", ()) if held_out is None else (" WHERE held_out = ?", (held_out,))
            rows = connection.execute(f"SELECT data FROM pairs{clause} ORDER BY id", values).fetchall()
        return [_parse(data) for (data,) in rows]

    def draw(self, n: int = PAIRS_PER_JOB, *, mode: str = "equally", seed: int = 0) -> list[Pair]:
        """The pairs of a training job, at most n, the same for the same content and arguments.

        Args:
            n: how many at most; fewer when there are not so many.
            mode: one of `MODES`.
            seed: of the draw.

        Raises:
            UsageError: no such mode.
        """
        if mode not in MODES:
            raise UsageError(f"replay mode {mode!r} is unknown; choose one of {', '.join(MODES)}")
        generator = np.random.default_rng(seed)
        pairs = _without_excess_silence(self.all(held_out=False), n)
        by_day: dict[str, list[Pair]] = defaultdict(list)
        for pair in sorted(pairs, key=lambda pair: pair.hash):
            by_day[pair.time[:10]].append(pair)
        for day in sorted(by_day):
            generator.shuffle(by_day[day])
        if mode == "equally" or len(by_day) < 2:
            return _in_turn(by_day, n)
        last = max(by_day)
        before = {day: those for day, those in by_day.items() if day != last}
        old = _in_turn(before, max(n // 2, n - len(by_day[last])))
        return by_day[last][: n - len(old)] + old

    def forget_pairs(self, hashes: Iterable[str]) -> int:
        """Erase pairs by hash, for good; returns how many there were."""
        wanted = list(hashes)
        with self.store.transaction() as connection:
            connection.executemany("INSERT OR IGNORE INTO forgotten_pairs VALUES (?)", [(h,) for h in wanted])
            return connection.executemany("DELETE FROM pairs WHERE hash = ?", [(h,) for h in wanted]).rowcount

    def _shrink(self) -> None:
        """Keep within the capacity, at the cost of the days that have most."""
        connection = self.store.connection
        excess = self.count() - self.capacity
        if excess <= 0:
            return
        counts = Counter(dict(connection.execute("SELECT day, count(*) FROM pairs GROUP BY day")))
        losing: Counter[str] = Counter()
        for _ in range(excess):
            day = min(counts, key=lambda name: (-counts[name], name))
            counts[day] -= 1
            losing[day] += 1
        for day, number in losing.items():
            connection.execute(
                "DELETE FROM pairs WHERE id IN (SELECT id FROM pairs WHERE day = ? ORDER BY id LIMIT ?)", (day, number)
            )


def write_pairs(path: Path, pairs: Sequence[Pair]) -> None:
    """One pair a line, JSON; the caller syncs and renames where it matters."""
    path.write_text("".join(f"{_json(pair)}\n" for pair in pairs), encoding="utf-8")


def read_pairs(path: Path) -> list[Pair]:
    """Inverse of `write_pairs`.

    Raises:
        DataError: the file is missing or holds something else.
    """
    try:
        return [_parse(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: pairs cannot be read ({error}); make them again") from error


def _without_excess_silence(pairs: Sequence[Pair], n: int) -> list[Pair]:
    """The pairs, with those about silence down to their share of a job; the newest of them stay."""
    silent = [pair for pair in pairs if pair.kind == "silence"]
    others = [pair for pair in pairs if pair.kind != "silence"]
    room = int(SILENCE_SHARE * min(n, len(others)))
    return others + (silent[-room:] if room else [])


def _in_turn(by_day: dict[str, list[Pair]], n: int) -> list[Pair]:
    """One of each day in turn until there are n: a day that has few gives all of them."""
    drawn: list[Pair] = []
    depth = 0
    while len(drawn) < n and any(len(those) > depth for those in by_day.values()):
        for day in sorted(by_day, reverse=True):
            if len(by_day[day]) > depth and len(drawn) < n:
                drawn.append(by_day[day][depth])
        depth += 1
    return drawn


def _json(pair: Pair) -> str:
    return json.dumps(pair.to_dict(), ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _parse(text: str) -> Pair:
    data: dict[str, Any] = json.loads(text)
    return Pair(**data)
