"""Keeps the learned state in the store between ticks, and former states so that an answer can be taken back.

Only what changed is written: a quiet tick writes a few hundred bytes. Unlike a night's `Assistant.save` this rounds
nothing in memory, so that a person's learner goes exactly the way of a simulated one.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.ranker.preference import Ranker
from edge_assistant.storage.store import Store

UNDO_DEPTH = 8
"""Former states that are kept; each takes about a megabyte."""

IDEAS_KEY = "learner.ideas"
UNDO_KEY = "personal.undo"
CORRECTED_KEY = "personal.corrected"
"""Beliefs that the person has corrected, and the values that they gave."""

Arrays = dict[str, NDArray[Any]]


class LearnedState:
    """The learner of one store, written whenever it has changed."""

    def __init__(self, store: Store, assistant: Assistant) -> None:
        self.store = store
        self.assistant = assistant
        self._written: dict[str, str] = {}
        self._fingerprint = ""

    @property
    def learner(self) -> Learner:
        """The assistant's learner."""
        return self.assistant.learner

    def load(self) -> bool:
        """Take up what the store holds; False when it holds nothing. Ideas may have come and gone meanwhile."""
        state = self.store.get_state("learner")
        if state is None:
            return False
        arrays = {name: self.store.get_array(f"learner.{name}") for name in self.learner.get_arrays()}
        known = {name: array for name, array in arrays.items() if array is not None}
        former = self.store.get_state(IDEAS_KEY) or self._ids()
        if former != self._ids():
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
                self.store.set_state(IDEAS_KEY, self._ids())
            before = dict(self._written), self._fingerprint
            self._written.update({name: digest for name, (_, digest) in changed.items()})
            self._fingerprint = fingerprint
            self.store.on_rollback(lambda: self._restore_written(*before))

    def night(self) -> None:
        """Round the beliefs to what is stored, as a simulated night does, and write them."""
        self.learner.settle()
        self._fingerprint = ""  # rounding may have moved what the digest does not see
        self.save()

    # -- taking back --------------------------------------------------------------------------------------------------

    def remember(
        self, what: str, entry: dict[str, Any] | None, learns: bool, memory_mark: int, answer: bool = False
    ) -> None:
        """Keep the present state on top of the former ones, before something changes it.

        Args:
            what: in words, for the person.
            entry: the feed's entry as it is now, or None.
            learns: whether the learner is about to change too.
            memory_mark: memories with a greater id come from what is about to happen.
            answer: whether it is an answer to the entry, which another answer would replace.
        """
        stack = self.undo_stack()
        number = 1 + max((item["number"] for item in stack), default=0)
        item: dict[str, Any] = {"number": number, "what": what, "entry": entry, "learns": learns}
        item |= {"memory_mark": memory_mark, "answer": answer}
        with self.store.transaction():
            if learns:
                arrays = self.learner.get_arrays()
                item["arrays"] = sorted(arrays)
                item["state"] = self.learner.get_state()
                item["ideas"] = self._ids()
                item["corrected"] = self.store.get_state(CORRECTED_KEY) or {}
                for name, array in arrays.items():
                    self.store.set_array(f"{UNDO_KEY}.{number}.{name}", array)
            stack.append(item)
            while len(stack) > UNDO_DEPTH:
                self._drop(stack.pop(0))
            self.store.set_state(UNDO_KEY, stack)

    def undo_stack(self) -> list[dict[str, Any]]:
        """Former states, the latest last."""
        return list(self.store.get_state(UNDO_KEY) or [])

    def pop(self) -> dict[str, Any] | None:
        """Go back to the latest former state of the learner; returns what `remember` was told, or None."""
        stack = self.undo_stack()
        if not stack:
            return None
        item = stack.pop()
        with self.store.transaction():
            if item["learns"] and item["ideas"] == self._ids():
                loaded = {name: self.store.get_array(f"{UNDO_KEY}.{item['number']}.{name}") for name in item["arrays"]}
                self._go_back({name: array for name, array in loaded.items() if array is not None}, item["state"])
                self.store.set_state(CORRECTED_KEY, item.get("corrected", self.store.get_state(CORRECTED_KEY)))
            self._drop(item)
            self.store.set_state(UNDO_KEY, stack)
            self.save()
        return item

    def clear_undo(self) -> None:
        """Let go of all former states."""
        with self.store.transaction():
            for item in self.undo_stack():
                self._drop(item)
            self.store.set_state(UNDO_KEY, None)

    def _go_back(self, arrays: Arrays, state: dict[str, Any]) -> None:
        """Beliefs as they were; speech, gaps and activities since then stay."""
        learner = self.learner
        current = learner.history.get_state()
        met = len(learner.trigger.activities) - len(state["activities"])
        learner.set_arrays(arrays)
        for text in list(learner.trigger.activities)[len(learner.trigger.activities) - max(met, 0) :]:
            learner.trigger.timing.grow(learner.trigger.activity_effect)
            learner.ranker.notice(learner.features.likeness(text))
        former = state["history"]
        same_day = former["days"] == current["days"]
        for name in ("last_welcome", "unwelcome", "asked_in_spell") if same_day else ("unwelcome",):
            current[name] = former[name]
        learner.stock.pleased = dict(state.get("pleased", {}))
        check = learner.calibration
        check.mean, check.variance = state.get("calibration", (check.mean, check.variance))
        current["resting"] = {name: until for name, until in current["resting"].items() if name in former["resting"]}
        learner.history.set_state(current)

    def _drop(self, item: dict[str, Any]) -> None:
        for name in item.get("arrays", ()):
            self.store.set_array(f"{UNDO_KEY}.{item['number']}.{name}", None)

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

    def _ids(self) -> list[str]:
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
