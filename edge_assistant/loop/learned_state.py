"""Keeps what is learned in the store: the one persistence, of a person's learner and of a simulated one.

Only what changed is written: a quiet tick writes a few hundred bytes. A tick rounds nothing in memory; a night rounds
the beliefs to what is stored, so that going on and starting again are the same.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.ranker.preference import Ranker
from edge_assistant.storage.store import Store

IDEAS_KEY = "learner.ideas"


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
        if state is None:
            return False
        arrays = {name: self.store.get_array(f"learner.{name}") for name in self.learner.get_arrays()}
        known = {name: array for name, array in arrays.items() if array is not None}
        former = self.store.get_state(IDEAS_KEY) or self.idea_ids()
        if former != self.idea_ids():
            mean, triangle = known["liking.mean"], known["liking.covariance"]
            known["liking.mean"], known["liking.covariance"] = carry_over(self.learner, former, mean, triangle)
        self.learner.set_arrays(known)
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
            if not self._written:
                self.store.set_state(IDEAS_KEY, self.idea_ids())
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
            learner.trigger.frequency.belief,
            learner.trigger.patience.belief,
            learner.styles.belief,
            learner.styles.topics,
        )
        return "".join(_digest(part) for part in parts)

    def idea_ids(self) -> list[str]:
        """Ids of the ideas, in the order of the beliefs."""
        return [idea.id for idea in self.learner.features.base.ideas]


def carry_over(
    learner: Learner, former: list[str], mean: NDArray[Any], triangle: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Beliefs about one list of ideas as beliefs about another.

    What is known of shared features and of ideas that stay is kept; new ideas follow from it by the prior's
    covariances (conditioning of a Gaussian).

    Args:
        learner: with the new ideas.
        former: ids of the old ones, in the order of the beliefs.
        mean: of the old beliefs.
        triangle: their covariance's lower triangle, see `ProbitModel.pack`.

    Returns:
        Mean and lower triangle of the new beliefs.
    """
    shared = len(LIKING_NAMES)
    base = learner.features.base
    size = len(mean)
    old = np.zeros((size, size))
    old[np.tril_indices(size)] = triangle
    old = old + np.tril(old, -1).T
    place = {idea: shared + number for number, idea in enumerate(former)}
    prior = Ranker(learner.prior, base, learner.features.idea_vectors).model
    kept_new = [*range(shared), *(shared + i for i, idea in enumerate(base.ideas) if idea.id in place)]
    kept_old = [*range(shared), *(place[idea.id] for idea in base.ideas if idea.id in place)]
    added = [shared + i for i, idea in enumerate(base.ideas) if idea.id not in place]
    new_mean, new = np.array(prior.mean), np.array(prior.covariance)
    known = np.asarray(old[np.ix_(kept_old, kept_old)])
    new_mean[kept_new] = mean[kept_old]
    new[np.ix_(kept_new, kept_new)] = known
    if added:
        among = prior.covariance[np.ix_(kept_new, kept_new)]
        across = prior.covariance[np.ix_(added, kept_new)]
        gain = np.linalg.solve(among + 1e-9 * np.eye(len(among)), across.T).T
        new_mean[added] = prior.mean[added] + gain @ (mean[kept_old] - prior.mean[kept_new])
        new[np.ix_(added, kept_new)] = gain @ known
        new[np.ix_(kept_new, added)] = (gain @ known).T
        new[np.ix_(added, added)] += gain @ (known - among) @ gain.T
    return new_mean, new[np.tril_indices(len(new_mean))]


def _digest(array: NDArray[Any]) -> str:
    return hashlib.blake2b(np.ascontiguousarray(array).tobytes(), digest_size=16).hexdigest()
