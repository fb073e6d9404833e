"""Sets the paper's assistant before a simulated person, who rates both of its candidates at every tick."""

from __future__ import annotations

from dataclasses import dataclass

from edge_assistant.domain import Style, Suggestion
from edge_assistant.errors import UsageError
from simulator.policies.paper.assistant import PaperAssistant
from simulator.policies.paper.forms import FORMS, Form
from simulator.policies.registry import POLICIES, PolicySetting
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent


@dataclass(frozen=True)
class PaperBuilder:
    """Builds one form of the paper's assistant."""

    form: Form
    needs_model: bool = True

    def __call__(self, setting: PolicySetting) -> PaperAssistant:
        """The assistant of one life.

        Raises:
            UsageError: there is no model.
        """
        if setting.model is None:
            raise UsageError("the paper's assistant needs a model; leave out --language templates")
        person = _Person(setting.taste, setting.agent)
        embedder = setting.features.embedder
        return PaperAssistant(
            self.form, setting.style, setting.taste, setting.model, embedder, person.rate, setting.store, setting.seed
        )


class _Person:
    """The simulated person as somebody who answers the paper's questions; nothing of them is moved by it."""

    def __init__(self, taste: Utility, agent: UserAgent) -> None:
        self.taste = taste
        self.agent = agent

    def rate(self, tick: int, idea: int | None, text: str, style: Style) -> int:
        """The total of what would be said."""
        if idea is None:
            return self.agent.rate_silence(tick).total
        suggestion = Suggestion(f"candidate-{tick}", text, self.taste.base.ideas[idea].id, style)
        return self.agent.rate_spoken(tick, idea, suggestion).total


for _name, _form in FORMS.items():
    POLICIES.add(_name, PaperBuilder(_form), _form.summary)
