"""Sets the paper's assistant before a simulated person, who rates both of its candidates at every tick."""

from __future__ import annotations

from edge_assistant.composer.prepared import prepared
from edge_assistant.domain import DIMENSIONS, Context, Style, Suggestion
from edge_assistant.errors import UsageError
from edge_assistant.llm.embedding import Embedder
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.storage.store import Store
from simulator.policies.paper.assistant import PaperAssistant
from simulator.policies.paper.forms import FORMS
from simulator.policies.policies import own_style
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent


def make(
    name: str,
    style: Style,
    taste: Utility,
    agent: UserAgent,
    model: LanguageModel | None,
    embedder: Embedder,
    store: Store | None,
    seed: int,
) -> PaperAssistant:
    """The form of a name in `forms.FORMS`.

    Raises:
        UsageError: there is no model.
    """
    if model is None:
        raise UsageError(f"assistant {name} needs a model; leave out --language templates")
    person = _Person(taste, agent)
    return PaperAssistant(FORMS[name], style, taste, model, embedder, person.rate, person.revise, store, seed)


class _Person:
    """The simulated person as somebody who answers the paper's questions; nothing of them is moved by it."""

    def __init__(self, taste: Utility, agent: UserAgent) -> None:
        self.taste = taste
        self.agent = agent

    def rate(self, tick: int, idea: int | None, text: str, style: Style) -> tuple[int, str]:
        """The total of what would be said, and what fails first."""
        if idea is None:
            return self.agent.rate_silence(tick).total, ""
        suggestion = Suggestion(f"candidate-{tick}", text, self.taste.base.ideas[idea].id, style)
        rating = self.agent.rate_spoken(tick, idea, suggestion)
        failed = [f"wrong {name}" for name in DIMENSIONS if not getattr(rating, name)]
        return rating.total, failed[0] if failed else ""

    def revise(self, tick: int, idea: int) -> str | None:
        """The same idea in the style that the person wants, where idea and moment were right."""
        suggestion = Suggestion(f"revised-{tick}", "", self.taste.base.ideas[idea].id, own_style(self.taste))
        if not self.agent.rate_spoken(tick, idea, suggestion).welcome:
            return None
        day = self.agent.day
        context = Context(day.time(tick), day.activities[day.activity[tick]].text)
        return prepared(self.taste.base.ideas[idea], own_style(self.taste), context, seed=tick)[0]
