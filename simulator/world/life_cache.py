"""Lives and oracle days kept on disk: computed once, shared by all policies and processes of a seed.

A life is one JSON file for a persona, seed and language, and its oracle days another beside it. Both are derived:
the name holds a hash of all that they depend on, the program's own source included, and a damaged file is computed
anew. A life that a model fills takes long, so it is kept day by day, and whoever needs the same one meanwhile waits.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import astuple, fields
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.domain import CalendarEntry
from simulator.people.persona import Persona
from simulator.world.derived_files import alone, digest, keep, read_kept, source_digest
from simulator.world.life import Activity, LifeDay, live_day
from simulator.world.oracle import OracleDay, best_days
from simulator.world.plan import Filler
from simulator.world.taste import Utility

SAVE_SECONDS = 1.0
"""Work of at most about this long may be lost when the process is killed."""

_LIFE_SOURCES = ("life.py", "plan.py", "language.py", "seeding.py", "calendar.py")
_ORACLE_SOURCES = ("oracle.py", "taste.py", "judge_embedding.py", "user_agent.py")


class LifeCache:
    """The folder of lives. A disk that refuses costs a recomputation, never the work."""

    def __init__(self, folder: Path) -> None:
        """The folder is made when something is first kept."""
        self.folder = folder

    def days(
        self,
        persona: Persona,
        taste: Utility,
        seed: int,
        count: int,
        filler_factory: Callable[[], Filler],
        language_key: str,
    ) -> tuple[list[LifeDay], dict[int, OracleDay]]:
        """Days 1 to `count` of a life, and the best that was possible on each.

        Args:
            persona: whose life; known by its content.
            taste: of the persona, for the oracle.
            seed: of the run.
            count: at least 1.
            filler_factory: called only when a day is missing, so that no model is loaded for a known life.
            language_key: names what fills the free stretches, such as `language.language_key`.
        """
        wanted = range(1, count + 1)
        key = digest(persona.model_dump_json(), seed, language_key, np.__version__, _source(_LIFE_SOURCES))
        label = re.sub(r"[^\w-]+", "_", f"{persona.id}-{seed}-{language_key[:24]}")
        path = self.folder / f"{label}-{key[:16]}.life.json"
        oracle_key = digest(key, _fingerprint(taste), _source(_ORACLE_SOURCES))
        oracle_path = self.folder / f"{label}-{oracle_key[:16]}.oracle.json"
        lives, best = _read_lives(path, key), _read_oracle(oracle_path, oracle_key)
        if any(day not in lives or day not in best for day in wanted):
            with alone(path.with_suffix(".lock")):
                # read again: another process may have been faster
                lives, best = _read_lives(path, key), _read_oracle(oracle_path, oracle_key)
                self._complete_lives(persona, seed, wanted, filler_factory, lives, path, key)
                missing = [day for day in wanted if day not in best]
                if missing:  # ideas rest across days, so all days up to the last are planned in one go
                    best.update(best_days(taste, [lives[day] for day in range(1, max(wanted) + 1)]))
                    keep(oracle_path, oracle_key, [astuple(best[day]) for day in sorted(best)])
        return [lives[day] for day in wanted], {day: best[day] for day in wanted}

    def _complete_lives(
        self,
        persona: Persona,
        seed: int,
        wanted: range,
        filler_factory: Callable[[], Filler],
        lives: dict[int, LifeDay],
        path: Path,
        key: str,
    ) -> None:
        missing = [day for day in wanted if day not in lives]
        if not missing:
            return
        filler, saved = filler_factory(), time.monotonic()
        for day in missing:
            lives[day] = live_day(persona, day, seed, filler)
            if day == missing[-1] or time.monotonic() - saved > SAVE_SECONDS:
                keep(path, key, [_encode(lives[number]) for number in sorted(lives)])
                saved = time.monotonic()


@cache
def _source(names: tuple[str, ...]) -> str:
    return source_digest(Path(__file__).parent / name for name in names)


def _fingerprint(taste: Utility) -> str:
    """Hash of what a taste makes of the ideas, the embedding's part included."""
    digest = hashlib.sha256(taste.base.sha256.encode())
    digest.update(np.ascontiguousarray(taste.static).tobytes())
    digest.update(np.float64(taste.threshold).tobytes())
    digest.update(taste.habits.tobytes())
    return digest.hexdigest()


def _encode(day: LifeDay) -> dict[str, Any]:
    """A day, JSON-ready; floats keep every bit."""
    values = {field.name: getattr(day, field.name) for field in fields(LifeDay)}
    plain = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in values.items()}
    return plain | {
        "wake": day.wake.isoformat(),
        "activities": [
            [a.text, a.kind, a.room, a.start.isoformat(), a.end.isoformat(), a.continued] for a in day.activities
        ],
        "calendar": [[e.title, e.start.isoformat(), e.end.isoformat(), e.busy] for e in day.calendar],
    }


def _decode(kept: dict[str, Any]) -> LifeDay:
    when = datetime.fromisoformat
    activities = tuple(Activity(a, b, c, when(d), when(e), f) for a, b, c, d, e, f in kept["activities"])
    calendar = tuple(CalendarEntry(title, when(s), when(e), busy) for title, s, e, busy in kept["calendar"])
    arrays = {name: np.array(value) for name, value in kept.items() if isinstance(value, list)}
    return LifeDay(**(kept | arrays | {"wake": when(kept["wake"]), "activities": activities, "calendar": calendar}))


def _read_lives(path: Path, key: str) -> dict[int, LifeDay]:
    return {kept["day"]: _decode(kept) for kept in read_kept(path, key) or []}


def _read_oracle(path: Path, key: str) -> dict[int, OracleDay]:
    kept = read_kept(path, key) or []
    return {day: OracleDay(day, tuple(ticks), tuple(ideas), needs) for day, ticks, ideas, needs in kept}
