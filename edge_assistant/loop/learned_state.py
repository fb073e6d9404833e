"""Keeps what is learned in the store: the one persistence, of a person's learner and of a simulated one.

Only what changed is written: a quiet tick writes a few hundred bytes. A tick rounds nothing in memory; a night rounds
the beliefs to what is stored, so that going on and starting again are the same.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.learning.prior import Prior
from edge_assistant.learning.probit import ProbitModel
from edge_assistant.loop.learner import Learner
from edge_assistant.storage.store import Store
from edge_assistant.trigger.features import MOMENT_NAMES
from edge_assistant.trigger.good_times import SAID_NAMES


class LearnedState:
    """The learner of one store, written whenever it has changed."""

    def __init__(self, store: Store, learner: Learner) -> None:
        self.store = store
        self.learner = learner
        self._written: dict[str, str] = {}
        self._fingerprint = ""

    def load(self) -> bool:
        """Take up what the store holds; False when it holds nothing. Ideas may have come and gone meanwhile."""
        state = self.store.get_state("learner")
        if state is None or "judged" not in state:  # nothing, or beliefs over the features of an earlier version
            return False
        arrays = {name: self.store.get_array(f"learner.{name}") for name in self.learner.get_arrays()}
        known = {name: array for name, array in arrays.items() if array is not None}
        self.learner.set_arrays(of_this_version(known, state, self.learner.prior))
        self.learner.set_state(state)
        return True

    def save(self) -> None:
        """Write what has changed, in the caller's transaction where there is one."""
        changed = {}
        fingerprint = self._beliefs()
        for name, array in self.learner.get_arrays().items() if fingerprint != self._fingerprint else ():
            digest = _digest(array)
            if self._written.get(name) != digest:
                changed[name] = (array, digest)
        with self.store.transaction():
            for name, (array, _) in changed.items():
                self.store.set_array(f"learner.{name}", array)
            self.store.set_state("learner", self.learner.get_state())
            before = dict(self._written), self._fingerprint
            self._written.update({name: digest for name, (_, digest) in changed.items()})
            self._fingerprint = fingerprint
            self.store.on_rollback(lambda: self._restore_written(*before))

    def night(self) -> None:
        """Round the beliefs to what is stored, and write them."""
        self.learner.settle()
        self._fingerprint = ""  # rounding may have moved what the digest does not see
        self.save()

    def _restore_written(self, written: dict[str, str], fingerprint: str) -> None:
        self._written, self._fingerprint = written, fingerprint

    def _beliefs(self) -> str:
        """A digest of all means and grids; a covariance never changes without its mean."""
        learner = self.learner
        parts = (
            learner.trigger.timing.mean,
            learner.ranker.model.mean,
            learner.ranker.own.level.mean,
            learner.trigger.frequency.belief,
            learner.trigger.patience.belief,
            learner.styles.belief,
            learner.styles.topics,
            learner.repeats.belief,
            learner.reactions.belief,
            learner.card_model.belief,
        )
        return "".join(_digest(part) for part in parts)

    def idea_ids(self) -> list[str]:
        """Ids of the ideas, in the order of the beliefs."""
        return [idea.id for idea in self.learner.features.base.ideas]


def of_this_version(arrays: dict[str, NDArray[Any]], state: dict[str, Any], prior: Prior) -> dict[str, NDArray[Any]]:
    """Beliefs that were stored before a person could name their good times, with the prior's weights for those."""
    if "good_times" in state:
        return arrays
    old, start = ProbitModel(np.zeros(0), np.zeros((0, 0))), prior.timing
    old.unpack(arrays["timing.mean"], arrays["timing.covariance"])
    said = np.arange(len(MOMENT_NAMES) - len(SAID_NAMES), len(MOMENT_NAMES))
    kept = np.setdiff1d(np.arange(len(old.mean) + len(said)), said)
    new = ProbitModel(np.zeros(len(kept) + len(said)), np.zeros((len(kept) + len(said),) * 2))
    new.mean[kept], new.mean[said] = old.mean, start.mean[said]
    new.covariance[np.ix_(kept, kept)] = old.covariance
    new.covariance[np.ix_(said, said)] = start.covariance()[np.ix_(said, said)]
    return {**arrays, **{f"timing.{name}": array for name, array in new.pack().items()}}


def _digest(array: NDArray[Any]) -> str:
    return hashlib.blake2b(np.ascontiguousarray(array).tobytes(), digest_size=16).hexdigest()
