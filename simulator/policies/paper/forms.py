"""The forms in which the paper's assistant is run, by their names as policies."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    Attributes:
        summary: its line in help and tables.
        training: loss of the nightly training, '' for none.
        reason_first: whether the model gives its reason before the suggestion; otherwise it gives none.
        pairs: of a night.
    """

    summary: str
    training: str = "dpo"
    reason_first: bool = False
    pairs: int = 200


FORMS: dict[str, Form] = {
    "paper": Form("the paper's assistant: retrieval memory, two rated candidates a tick, nightly DPO"),
    "paper-untrained": Form("the paper's assistant without training", training=""),
    "paper-kto": Form("the paper's assistant trained by KTO", training="kto"),
    "paper-reason-left": Form("the paper's assistant, giving its reason before the suggestion", reason_first=True),
}
NAMES = tuple(FORMS)
