"""What a remark about a suggestion means: a turn, an answer, a wish for the wording, or a question of another kind.

Plain patterns first; what they do not know is compared with examples by the embedding, so that 'that bores me to
tears' is understood without a list of all ways to say it. A question is never taken for an answer.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edge_assistant.llm.embedding import Embedder
from edge_assistant.service.conversation.remark_words import ACCEPTED, MORE, NOTHING, Meaning, known_meaning

_EXAMPLES: dict[str, tuple[str, ...]] = {
    ACCEPTED: (
        "good idea",
        "yes, I will do that",
        "great, doing it now",
        "all right, let's do it",
        "sounds lovely, thanks",
        "I would enjoy that",
        "sounds like fun",
        "I like it",
    ),
    "preference": (
        "I am not interested in this",
        "this does not appeal to me",
        "that bores me",
        "I can't stand that",
        "please never suggest this to me",
        "not my cup of tea",
        "no, thank you",
        "I don't feel like doing that",
        "I would rather do something else",
    ),
    "timing": (
        "I am in the middle of something",
        "I need to concentrate right now",
        "this is a bad moment for it",
        "I have no time at the moment",
        "please do not disturb me while I work",
        "I am having dinner right now",
        "I am on the phone",
        "I have a meeting now",
    ),
    "frequency": (
        "you talk too much today",
        "you have asked me often enough",
        "please speak up less often",
        "stop bothering me all the time",
        "you are nagging me",
        "that is enough for today",
    ),
    "communication": (
        "that sounds rude",
        "that is put in a strange way",
        "I don't like how you say this",
        "this sentence makes no sense",
        "your tone is wrong",
    ),
    MORE: ("give me more ideas of this kind", "suggest things like this more often"),
    "": (
        "how long does this take",
        "what do I need for that",
        "where did I put it",
        "tell me how it works",
        "what did I do yesterday",
        "I already did this last week",
        "what else is there to do",
        "tell me more about it",
        "thanks",
        "the weather is bad today",
        "my neighbour told me about that",
    ),
}
"""Ways to say it; the last are remarks that want an answer in words."""

LEAST_LIKENESS = 0.5
CLEARLY = 0.05
"""By how much the likest meaning must be ahead of the next."""


class Remarks:
    """Understands remarks; the examples are embedded when the first remark asks for them."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def meaning(self, text: str) -> Meaning:
        """What a remark comes to."""
        known = known_meaning(text)
        asks = text.rstrip().endswith("?")
        if known.turn or known.aspect or (known and not asks):
            return known
        return NOTHING if asks else self._by_likeness(text)

    def _by_likeness(self, text: str) -> Meaning:
        names, vectors = self._examples
        likeness = vectors @ np.asarray(self.embedder.embed([text])[0], dtype=float)
        best = {name: float(likeness[[other == name for other in names]].max()) for name in _EXAMPLES}
        (first, most), (_, next_most) = sorted(best.items(), key=lambda item: -item[1])[:2]
        if most < LEAST_LIKENESS or most - next_most < CLEARLY or not first:
            return NOTHING
        return Meaning(answer=first)

    @cached_property
    def _examples(self) -> tuple[list[str], NDArray[np.float64]]:
        names = [name for name, texts in _EXAMPLES.items() for _ in texts]
        texts = [text for texts in _EXAMPLES.values() for text in texts]
        return names, np.asarray(self.embedder.embed(texts), dtype=float)
