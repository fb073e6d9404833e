"""The composer of somebody who has an adapter: of several well-formed sentences, the one that this person likes best.

A preference adapter knows the order of sentences better than it writes them. So the composer's own sentence is held
against the same idea in neighbouring styles, and each is given the reward that direct preference optimization defines
(arXiv 2305.18290, equation 5): how much likelier the personal model finds it than the plain one does. The asked style
stays where nothing is clearly better.

    PersonalComposer(Composer(model), model, personal=version.served, plain=task_adapter).compose(...)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path

import numpy as np

from edge_assistant.composer.composer import Composed, Composer, plainest
from edge_assistant.composer.prepared import prepared
from edge_assistant.composer.prompts import sentence_prompt
from edge_assistant.domain import STYLE_CHOICES, Context, Idea, Style
from edge_assistant.llm.protocols import LanguageModel, ScoreRequest

CHANGES = 2
"""Neighbouring styles differ in at most so many aspects."""

CLEARLY = 0.25
"""Nats of reward by which another sentence must be better than the composer's own."""


@dataclass
class PersonalComposer:
    """Composes with a personal adapter; between two calls the personal adapter is attached.

    Attributes:
        composer: over the same model.
        model: not used by anybody else during a call.
        personal: the version in use, as served.
        plain: the task adapter, or None.
    """

    composer: Composer
    model: LanguageModel
    personal: Path
    plain: Path | None = None

    def compose(self, idea: Idea, context: Context, style: Style, seed: int) -> Composed:
        """One sentence; the same for the same arguments, model and adapter."""
        self.model.attach(self.personal)
        own = self.composer.compose(idea, context, style, seed)
        others = [prepared(idea, near, context, seed=seed) for near in neighbours(style)]
        texts = list(dict.fromkeys([own.text, *(plainest(sentences)[0] for sentences in others if sentences)]))
        rewards = self._rewards(idea, context, style, texts)
        best = int(np.argmax(rewards))
        if rewards[best] - rewards[0] < CLEARLY:
            return own
        return replace(own, text=texts[best], fallback=False)

    def _rewards(self, idea: Idea, context: Context, style: Style, texts: list[str]) -> np.ndarray:
        """(texts,) the personal model's log probability less the plain one's."""
        prompt = sentence_prompt(idea.text, context.activity, style)
        asked = [ScoreRequest(self.model.chat(prompt.system, prompt.user), tuple(texts))]
        personal = self.model.score(asked)[0].log_probabilities
        if self.plain is None:
            self.model.detach()
        else:
            self.model.attach(self.plain)
        try:
            plain = self.model.score(asked)[0].log_probabilities
        finally:
            self.model.attach(self.personal)
        return np.subtract(personal, plain)


def neighbours(style: Style) -> list[Style]:
    """All styles that differ in one to `CHANGES` aspects, the nearest first."""
    found = []
    for count in range(1, CHANGES + 1):
        for aspects in combinations(STYLE_CHOICES, count):
            others = [[v for v in STYLE_CHOICES[aspect] if v != getattr(style, aspect)] for aspect in aspects]
            found += [replace(style, **dict(zip(aspects, values, strict=True))) for values in product(*others)]
    return found
