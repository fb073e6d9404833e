"""The forms in which the paper's assistant is run, by their names as policies."""

from __future__ import annotations

from dataclasses import dataclass, replace

LOSSES = ("dpo", "kto")
REASONS = ("none", "left", "right")
LEVELS = ("", "A", "AS", "ASC", "ASCR")
"""What memory holds: nothing; actions; suggestions too; their scores too; the person's reasons too."""


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        training: loss of the nightly training, '' for none.
        level: one of `LEVELS`.
        retrieval: whether memories are found by meaning and summed up; without it only the latest are shown.
        persona: whether the assistant is given who the person is and what they want, in their own words.
        reason: where the model gives its reason: before the suggestion (left), after it (right), or nowhere.
        silence: share of ticks at which one of the two candidates is 'No recommendation' whatever the model says.
        revision: whether what displeased is also paired with what the person would rather have heard.
        pairs: of a night.
    """

    training: str = "dpo"
    level: str = "ASC"
    retrieval: bool = True
    persona: bool = False
    reason: str = "none"
    silence: float = 0.0
    revision: bool = False
    pairs: int = 200

    def __post_init__(self) -> None:
        for name, value, known in (
            ("training", self.training, ("", *LOSSES)),
            ("level", self.level, LEVELS),
            ("reason", self.reason, REASONS),
        ):
            if value not in known:
                raise ValueError(f"paper's assistant: {name} is {value!r}, expected one of {', '.join(known)}")
        if not 0 <= self.silence <= 1 or self.pairs < 1:
            raise ValueError("paper's assistant: silence is a share from 0 to 1, and pairs at least 1")


FULL = Form()

FORMS: dict[str, Form] = {
    "paper": FULL,
    "paper-no-memory": replace(FULL, training="", level="", retrieval=False),
    "paper-ar": replace(FULL, training="", level="AS", retrieval=False),
    "paper-ars": replace(FULL, training="", retrieval=False),
    "paper-untrained": replace(FULL, training=""),
    "paper-kto": replace(FULL, training="kto"),
    "paper-persona": replace(FULL, persona=True),
    "paper-reason-left": replace(FULL, reason="left"),
    "paper-reason-right": replace(FULL, reason="right"),
    "paper-silence-30": replace(FULL, silence=0.3),
    "paper-silence-70": replace(FULL, silence=0.7),
    "paper-silence-100": replace(FULL, silence=1.0),
    "paper-revision": replace(FULL, revision=True),
    "paper-level-a": replace(FULL, level="A"),
    "paper-level-as": replace(FULL, level="AS"),
    "paper-level-ascr": replace(FULL, level="ASCR"),
}
NAMES = tuple(FORMS)
MAIN = ("paper", "paper-no-memory", "paper-ar", "paper-ars")
"""The paper's own comparison; the others are its ablations."""

MEANINGS: dict[str, str] = {
    "paper": "the paper's assistant: retrieval memory, two candidates a tick, nightly DPO; told the totals of both",
    "paper-no-memory": "the same without memory and training",
    "paper-ar": "the same with the latest actions and suggestions, without training",
    "paper-ars": "the same with the latest actions, suggestions and scores, without training",
    "paper-untrained": "the paper's assistant without training",
    "paper-kto": "the paper's assistant trained by KTO",
    "paper-persona": "the paper's assistant, given the persona's own words",
    "paper-reason-left": "the paper's assistant, giving its reason before the suggestion",
    "paper-reason-right": "the paper's assistant, giving its reason after the suggestion",
    "paper-silence-30": "the paper's assistant, one candidate silence at 30 % of the ticks",
    "paper-silence-70": "the paper's assistant, one candidate silence at 70 % of the ticks",
    "paper-silence-100": "the paper's assistant, one candidate silence at every tick",
    "paper-revision": "the paper's assistant, also trained on what the person would rather have heard",
    "paper-level-a": "the paper's assistant, remembering actions only",
    "paper-level-as": "the paper's assistant, remembering actions and suggestions",
    "paper-level-ascr": "the paper's assistant, remembering the person's reasons too",
}
