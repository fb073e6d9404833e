"""Forgetting: what was erased must not live on in pairs or adapters.

    gone = forget(store, registry, "me", Wanted(times=[memory.time for memory in erased]))
    gone.versions          # marked: never in use again

Pairs made of what is forgotten are erased, and every version that was trained on any of them is marked and taken out of
use, as is an interrupted training. The next training job trains anew from what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from edge_assistant.errors import DataError
from edge_assistant.storage.store import Store, moment_of
from edge_assistant.training.jobs.job import HELD_OUT, JOB, PAIRS, clear
from edge_assistant.training.jobs.sources import STATE
from edge_assistant.training.pairs.buffer import PairBuffer, read_pairs, sources_of
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.versions.registry import AdapterRegistry


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall be forgotten: every pair that any of these applies to.

    Attributes:
        sources: what pairs were made of, such as 'event:12'.
        times: moments, to the second; those of erased memories, for example.
        since, until: a span, from the first on and before the second; both or one.
        words: a text that stands in the pair, in any case of letters; '' for none.
        everything: all pairs of the store.
    """

    sources: Sequence[str] = ()
    times: Sequence[datetime] = ()
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    everything: bool = False

    def applies_to(self, pair: Pair) -> bool:
        """Whether this pair must go."""
        if self.everything or set(self.sources).intersection(sources_of(pair)):
            return True
        if self.words and self.words.lower() in f"{pair.prompt}\n{pair.chosen}\n{pair.rejected}".lower():
            return True
        if not pair.time:
            return False
        if pair.time in {time.isoformat(timespec="seconds") for time in self.times}:
            return True
        if self.since is None and self.until is None:
            return False
        moment = moment_of(datetime.fromisoformat(pair.time))
        after = self.since is None or moment >= moment_of(self.since)
        return after and (self.until is None or moment < moment_of(self.until))


@dataclass(frozen=True, slots=True)
class ForgottenPairs:
    """What went, or would go: pairs by hash, versions by name, and whether a training under way was dropped."""

    pairs: tuple[str, ...]
    versions: tuple[str, ...]
    training: bool

    def to_dict(self) -> dict[str, object]:
        """A JSON-ready form."""
        return {"pairs": len(self.pairs), "versions": list(self.versions), "training": self.training}


def preview(store: Store, registry: AdapterRegistry, owner: str, wanted: Wanted) -> ForgottenPairs:
    """What `forget` would do; nothing is changed."""
    gone = {pair.hash for pair in PairBuffer(store).all() if wanted.applies_to(pair)}
    under_way = _under_way(registry, owner)
    training = any(wanted.applies_to(pair) for pair in under_way)
    gone |= {pair.hash for pair in under_way if wanted.applies_to(pair)}
    versions = [version.name for version in registry.versions(owner) if gone.intersection(version.pair_hashes)]
    return ForgottenPairs(tuple(sorted(gone)), tuple(versions), training)


def forget(store: Store, registry: AdapterRegistry, owner: str, wanted: Wanted) -> ForgottenPairs:
    """Erase the pairs, mark the versions, drop the training under way; afterwards a new job is due.

    The versions are marked before the pairs are erased: whoever is killed in between can still find what to mark.
    """
    found = preview(store, registry, owner, wanted)
    if not found.pairs:
        return found
    registry.mark(owner, found.pairs, "trained on what was to be forgotten")
    if found.training:
        clear(registry.work_folder(owner))
    with store.transaction():
        PairBuffer(store).forget_pairs(found.pairs)
        if found.versions or found.training:
            store.set_state(STATE, None)  # what is left is new again
    store.scrub()
    return found


def _under_way(registry: AdapterRegistry, owner: str) -> list[Pair]:
    folder = registry.work_folder(owner)
    if not (folder / JOB).is_file():
        return []
    try:
        return [*read_pairs(folder / PAIRS), *read_pairs(folder / HELD_OUT)]
    except DataError:
        return []
