"""The paper's assistant as a policy: every tick two candidates by the model, both rated, one of them delivered.

Cheap enough for two cores by asking seldom: the chances of the answers are computed anew when the activity changes, and
at latest after `LOOK_AGAIN` ticks where the memory has changed. Each tick draws its two candidates from them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.composer.prepared import prepared
from edge_assistant.domain import STYLE_CHOICES, Context, Feedback, Style, Suggestion
from edge_assistant.llm.protocols import LanguageModel
from simulator.policies.paper import asking, nights
from simulator.policies.paper.asking import Answer
from simulator.policies.paper.recollection import Recollection
from simulator.policies.policies import Proposal, Silent
from simulator.policies.registry import PolicySetting
from simulator.world.life import LifeDay
from simulator.world.seeding import generator

LOOK_AGAIN = 6
"""Ticks after which the memory is read anew while an activity goes on: a quarter of an hour."""
POOL = 40
"""Sentences thought of in the morning; the moment chooses among them."""
SLATE = 3
"""Sentences among which the model chooses, beside silence."""


class PaperAssistant(Silent):
    """See the module. The store keeps the pairs of each day; without one nothing is ever trained."""

    needs_context = True

    def __init__(self, setting: PolicySetting, model: LanguageModel, training: str, reason_first: bool) -> None:
        """`training`, `reason_first`: see `forms.PaperBuilder`."""
        super().__init__(setting.style)
        self.training, self.reason_first, self.model = training, reason_first, model
        self.taste, self.agent, self.embedder = setting.taste, setting.agent, setting.features.embedder
        self.store, self.seed = setting.store, setting.seed
        self.recollection = Recollection(self.embedder)
        self._served: Path | None = None
        self._name = ""
        self._rated: list[nights.Rated] = []

    # -- a day ----------------------------------------------------------------------------------------------------

    def begin_day(self, day: LifeDay) -> None:
        super().begin_day(day)
        self._rng = generator("paper", self.taste.persona.id, self.seed, day.day)
        self._activity = self._prompt = ""
        self._asked_at, self._changed = -LOOK_AGAIN, True
        self._rated = []
        self._pool = self._think(day)
        if self.training:
            nights.attach(self.model, None, self._name)  # no moment is judged by the model as it was made
        self._nowhere = asking.likelihoods(self.model, asking.NOWHERE, self._pool)
        if self.training:
            nights.attach(self.model, self._served, self._name)
        ideas = [self.taste.base.ideas[answer.idea].text for answer in self._pool if answer.idea is not None]
        self._vectors: NDArray[Any] = np.asarray(self.embedder.embed(ideas), dtype=float)

    def decide(self, tick: int, context: Context | None) -> Proposal | None:
        assert context is not None
        activity = context.activity
        if activity != self._activity:
            self.recollection.see(context.time, activity)
            self._choose_slate(activity)
            self._activity, self._changed, self._asked_at = activity, True, tick - LOOK_AGAIN
        if self._changed and tick - self._asked_at >= LOOK_AGAIN:
            self._ask(tick, context)
        first, second = self._two()
        totals = [self._rate(tick, answer) for answer in (first, second)]
        self._note(first, second, totals[0], totals[1], context)
        if first.idea is None:
            return None
        self.recollection.suggested(context.time, self.taste.base.ideas[first.idea].text, totals[0])
        self._changed = True
        return Proposal(first.idea, first.style, float(1 - self._chances[-1]), text=first.text)

    def sleep(self) -> None:
        if self.store is not None and self.training:
            nights.keep(self.store, self.day.day, self._rated)

    # -- nights ---------------------------------------------------------------------------------------------------

    def night(self, day: int, out: Path, model: str, last: int) -> None:
        """Train on the pairs so far and speak with the result; the night after the last day has no morning.

        Args:
            day: that has ended; 0 where none has.
            out: the run's folder.
            model: the file.
            last: day of the run.
        """
        self._name = model
        if not self.training or self.store is None or not 1 <= day < last:
            return
        who = self.taste.persona.id
        folder = out / "paper" / who / f"night-{day}"
        pairs = nights.draw(self.store, day, nights.PAIRS, who, self.seed)
        self._served = nights.spend(pairs, folder, model, self.training, self.seed)
        nights.attach(self.model, self._served, model)
        for earlier in folder.parent.glob("night-*"):
            if earlier != folder:
                shutil.rmtree(earlier, ignore_errors=True)

    def get_state(self) -> dict[str, Any]:
        return self.recollection.get_state()

    def set_state(self, state: dict[str, Any]) -> None:
        self.recollection.set_state(state)

    # -- the model's part -----------------------------------------------------------------------------------------

    def _think(self, day: LifeDay) -> list[Answer]:
        """The day's sentences in drawn styles, and silence at the end."""
        base, rng = self.taste.base, self._rng
        pool = []
        moment = Context(day.wake, "")
        for idea in rng.choice(len(base), size=min(POOL, len(base)), replace=False).tolist():
            style = self._drawn_style()
            text = prepared(base.ideas[idea], style, moment, seed=int(rng.integers(1 << 31)))[0]
            pool.append(asking.sentence(text, idea, style, self.reason_first))
        return [*pool, asking.silence(self.style, self.reason_first)]

    def _drawn_style(self) -> Style:
        """The style that most people like, half of its aspects drawn anew."""
        values = {}
        for aspect, choices in STYLE_CHOICES.items():
            drawn, keep = str(self._rng.choice(choices)), self._rng.random() < 0.5
            values[aspect] = getattr(self.style, aspect) if keep else drawn
        return Style(**values)

    def _choose_slate(self, activity: str) -> None:
        """The sentences whose ideas are nearest to what the person does, and silence."""
        likeness = self._vectors @ np.asarray(self.embedder.embed([activity])[0], dtype=float)
        places = np.argsort(-likeness, kind="stable")[:SLATE].tolist()
        self._slate = [*places, len(self._pool) - 1]

    def _ask(self, tick: int, context: Context) -> None:
        now = f"{context.time:%A %H:%M}, {context.activity}" + (f" ({context.room})" if context.room else "")
        lines = self.recollection.lines(context.activity, context.time)
        self._prompt = asking.case(lines, now)
        answers = [self._pool[place] for place in self._slate]
        found = asking.likelihoods(self.model, self._prompt, answers)
        self._chances = asking.chances(found, self._nowhere[self._slate])
        self._asked_at, self._changed = tick, False

    def _two(self) -> tuple[Answer, Answer]:
        """Two different candidates, drawn one after the other."""
        places = self._rng.choice(len(self._slate), size=2, replace=False, p=self._chances).tolist()
        first, second = (self._pool[self._slate[place]] for place in places)
        return first, second

    def _rate(self, tick: int, answer: Answer) -> int:
        """The person's total, 0 to 4, for what would be said; nothing of them is moved by it."""
        if answer.idea is None:
            return self.agent.rate_silence(tick).total
        said = Suggestion(f"candidate-{tick}", answer.text, self.taste.base.ideas[answer.idea].id, answer.style)
        return self.agent.rate_spoken(tick, answer.idea, said).total

    def _note(self, first: Answer, second: Answer, one: int, other: int, context: Context) -> None:
        if one != other:
            good, bad = (first, second) if one > other else (second, first)
            totals = (max(one, other), min(one, other))
            time = context.time.isoformat(timespec="seconds")
            self._rated.append(nights.Rated(self._prompt, good.written, bad.written, totals, time))

    def learn(self, proposal: Proposal | None, feedback: Feedback | None) -> None:
        """Both candidates have been rated already."""
