"""The forms in which the paper's assistant is run, by their names as policies."""

from __future__ import annotations

from dataclasses import dataclass

from edge_assistant.errors import UsageError
from simulator.policies.paper.assistant import PaperAssistant
from simulator.policies.registry import POLICIES, PolicySetting


@dataclass(frozen=True)
class PaperBuilder:
    """Builds one form of the paper's assistant.

    Attributes:
        training: loss of the nightly training, '' for none.
        reason_first: whether the model gives its reason before the suggestion; otherwise it gives none.
    """

    training: str = "dpo"
    reason_first: bool = False
    needs_model: bool = True

    def __call__(self, setting: PolicySetting) -> PaperAssistant:
        """The assistant of one life.

        Raises:
            UsageError: there is no model.
        """
        if setting.model is None:
            raise UsageError("the paper's assistant needs a model; leave out --language templates")
        return PaperAssistant(setting, setting.model, self.training, self.reason_first)


_PAPER = "the paper's assistant"
FORMS = {
    "paper": (PaperBuilder(), f"{_PAPER}: retrieval memory, two rated candidates a tick, nightly DPO"),
    "paper-untrained": (PaperBuilder(training=""), f"{_PAPER} without training"),
    "paper-kto": (PaperBuilder(training="kto"), f"{_PAPER} trained by KTO"),
    "paper-reason-left": (PaperBuilder(reason_first=True), f"{_PAPER}, giving its reason before the suggestion"),
}
NAMES = tuple(FORMS)
for _name, (_builder, _summary) in FORMS.items():
    POLICIES.add(_name, _builder, _summary)
