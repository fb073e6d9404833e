"""Former states of what is learned, so that an answer can be taken back."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from edge_assistant.loop.learned_state import LearnedState, of_this_version
from edge_assistant.storage.store import Store

UNDO_DEPTH, UNDO_CARDS = 8, 16
"""Changes that can be taken back, and beside them answers to cards: a review must not push out the last reaction. Each
takes about a megabyte.
"""

UNDO_KEY = "personal.undo"
CORRECTED_KEY = "personal.corrected"
"""Beliefs that the person has corrected, and the values that they gave."""

Arrays = dict[str, NDArray[Any]]


class UndoStack:
    """The latest changes of one learner, each with the state before it."""

    def __init__(self, store: Store, learned: LearnedState) -> None:
        self.store = store
        self.learned = learned

    def remember(
        self,
        what: str,
        entry: dict[str, Any] | None,
        learns: bool,
        memory_mark: int,
        answer: bool = False,
        card: str = "",
    ) -> None:
        """Keep the present state on top of the former ones, before something changes it.

        Args:
            what: in words, for the person.
            entry: the feed's entry as it is now, or None.
            learns: whether the learner is about to change too.
            memory_mark: memories with a greater id come from what is about to happen.
            answer: whether it is an answer to the entry, which another answer would replace.
            card: id of the card of a review, or of the shelf, that it answers; '' for none.
        """
        stack = self.items()
        number = 1 + max((item["number"] for item in stack), default=0)
        item: dict[str, Any] = {"number": number, "what": what, "entry": entry, "learns": learns}
        item |= {"memory_mark": memory_mark, "answer": answer, "card": card}
        with self.store.transaction():
            if learns:
                arrays = self.learned.learner.get_arrays()
                item["arrays"] = sorted(arrays)
                item["state"] = self.learned.learner.get_state()
                item["ideas"] = self.learned.idea_ids()
                item["corrected"] = self.store.get_state(CORRECTED_KEY) or {}
                for name, array in arrays.items():
                    self.store.set_array(f"{UNDO_KEY}.{number}.{name}", array)
            stack.append(item)
            while len(stack) > UNDO_DEPTH + UNDO_CARDS or sum(not kept.get("card") for kept in stack) > UNDO_DEPTH:
                self._drop(stack.pop(0))
            self.store.set_state(UNDO_KEY, stack)

    def items(self) -> list[dict[str, Any]]:
        """Former states, the latest last."""
        return list(self.store.get_state(UNDO_KEY) or [])

    def pop(self) -> dict[str, Any] | None:
        """Go back to the latest former state of the learner; returns what `remember` was told, or None."""
        stack = self.items()
        if not stack:
            return None
        item = stack.pop()
        with self.store.transaction():
            # ideas may have come since, after those that were there
            if item["learns"] and item["ideas"] == self.learned.idea_ids()[: len(item["ideas"])]:
                loaded = {name: self.store.get_array(f"{UNDO_KEY}.{item['number']}.{name}") for name in item["arrays"]}
                self._go_back({name: array for name, array in loaded.items() if array is not None}, item["state"])
                self.store.set_state(CORRECTED_KEY, item.get("corrected", self.store.get_state(CORRECTED_KEY)))
            self._drop(item)
            self.store.set_state(UNDO_KEY, stack)
            self.learned.save()
        return item

    def clear(self) -> None:
        """Let go of all former states."""
        with self.store.transaction():
            for item in self.items():
                self._drop(item)
            self.store.set_state(UNDO_KEY, None)

    def _go_back(self, arrays: Arrays, state: dict[str, Any]) -> None:
        """Beliefs as they were; speech, gaps and activities since then stay."""
        learner = self.learned.learner
        current = learner.history.get_state()
        met = len(learner.trigger.activities) - len(state["activities"])
        learner.set_arrays(of_this_version(arrays, state, learner.prior))
        learner.set_told(state)
        for text in list(learner.trigger.activities)[len(learner.trigger.activities) - max(met, 0) :]:
            learner.trigger.timing.grow(learner.trigger.activity_effect)
            learner.ranker.notice(learner.features.likeness(text))
        former = state["history"]
        same_day = former["days"] == current["days"]
        for name in ("last_welcome", "unwelcome", "asked_in_spell") if same_day else ("unwelcome",):
            current[name] = former[name]
        check = learner.calibration
        check.mean, check.variance = state.get("calibration", (check.mean, check.variance))
        current["resting"] = {name: until for name, until in current["resting"].items() if name in former["resting"]}
        learner.history.set_state(current)

    def _drop(self, item: dict[str, Any]) -> None:
        for name in item.get("arrays", ()):
            self.store.set_array(f"{UNDO_KEY}.{item['number']}.{name}", None)
