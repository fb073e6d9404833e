"""Keeps what is learned in the store: the one persistence, of a person's learner and of a simulated one.

Only what changed is written: a quiet tick writes a few hundred bytes. A tick rounds nothing in memory; a night rounds
the beliefs to what is stored, so that going on and starting again are the same.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.learning.prior import Gaussian, Prior
from edge_assistant.learning.probit import ProbitModel
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.features import LIKING_NAMES, SHARED_WORDS
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
    """Beliefs that an earlier version stored, with the prior's weights for the features that it did not have."""
    models = (
        ("timing", prior.timing, len(state["activities"]), [MOMENT_NAMES.index(name) for name in SAID_NAMES]),
        ("liking", prior.liking, len(state["judged"]), [LIKING_NAMES.index(SHARED_WORDS)]),
    )
    found = dict(arrays)
    for name, start, own, new in models:
        if len(arrays[f"{name}.mean"]) - own < len(start.mean):
            model = ProbitModel(np.zeros(0), np.zeros((0, 0)))
            model.unpack(arrays[f"{name}.mean"], arrays[f"{name}.covariance"])
            found |= {f"{name}.{part}": array for part, array in _with_new(model, start, new).pack().items()}
    return found


def _with_new(old: ProbitModel, start: Gaussian, new: list[int]) -> ProbitModel:
    """Beliefs with more weights, at these places, believed to be as a prior has them."""
    size = len(old.mean) + len(new)
    kept = np.setdiff1d(np.arange(size), new)
    model = ProbitModel(np.zeros(size), np.zeros((size, size)))
    model.mean[kept], model.mean[new] = old.mean, start.mean[new]
    model.covariance[np.ix_(kept, kept)] = old.covariance
    model.covariance[np.ix_(new, new)] = start.covariance()[np.ix_(new, new)]
    return model


def _digest(array: NDArray[Any]) -> str:
    return hashlib.blake2b(np.ascontiguousarray(array).tobytes(), digest_size=16).hexdigest()
