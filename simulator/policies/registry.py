"""The assistants that a simulated person can live with, by name.

    @POLICIES.register("quiet", "says nothing unasked")
    def quiet(setting: PolicySetting) -> Policy:
        return Silent(setting.style)

A choice is called with a `PolicySetting` and gives a policy that decides for one life; a class that takes one will do.
Other packages add theirs by the entry point group `edge_assistant.policies`, or name them: `--assistant module:Class`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from edge_assistant.domain import Style
from edge_assistant.feedback.setup import SetupAnswers
from edge_assistant.learning.prior import Prior
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.registry import Registry
from edge_assistant.storage.store import Store
from edge_assistant.trigger.receptivity import Costs
from simulator.world.oracle import OracleDay
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent


@dataclass(frozen=True)
class PolicySetting:
    """What a policy is built from: one life of one person.

    Attributes:
        taste: of the person, with the persona and all ideas (`taste.persona`, `taste.base`). Only those who know more
            than an assistant may look at what it says of liking.
        agent: the person; likewise.
        features: of ideas and moments, with the embedding (`features.embedder`).
        prior: what is believed of a stranger; one that has never met this person.
        style: the one that most people like.
        seed: of the run.
        oracle_days: the best day for each day of the life; for the oracle.
        costs: of speaking and of keeping silent.
        store: keeps what outlasts a night; None where nothing is kept.
        model: a language model; None in a life without one.
        setup: what the person answered at the first start.
    """

    taste: Utility
    agent: UserAgent
    features: FeatureMaker
    prior: Prior
    style: Style
    seed: int
    oracle_days: dict[int, OracleDay] = field(default_factory=dict)
    costs: Costs = field(default_factory=Costs)
    store: Store | None = None
    model: LanguageModel | None = None
    setup: SetupAnswers = field(default_factory=SetupAnswers)


def needs_model(choice: object) -> bool:
    """Whether a policy or judge asks a language model: its attribute `needs_model` says so."""
    return bool(getattr(choice, "needs_model", False))


POLICIES: Registry[Callable[[PolicySetting], Any]] = Registry(
    "assistant", "simulator.policies", "edge_assistant.policies"
)
"""All assistants. A choice gives a `Policy`, whose module registers its own here and so is not imported by this one."""
