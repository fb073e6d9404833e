"""Sets up everything around one persona: taste, features, voice, and the policy of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from edge_assistant.composer.composer import Composer
from edge_assistant.learning.prior import Prior
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.storage.store import Store
from edge_assistant.trigger.receptivity import Costs
from simulator.judges.judge import Judge
from simulator.people.domains import base_of
from simulator.people.persona import Persona
from simulator.policies.paper.assistant import PaperAssistant
from simulator.policies.policies import Silent, pooled_style
from simulator.policies.registry import POLICIES, PolicySetting
from simulator.runs.asking import NOTHING, Asking
from simulator.runs.living import AnswerPicker, ComposedVoice, Household
from simulator.world.constants import World
from simulator.world.embedding import activity_classifier, embedder
from simulator.world.feedback import FeedbackChannel
from simulator.world.oracle import OracleDay
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent


@dataclass(frozen=True)
class PersonaSetup:
    """What all runs of one persona share within a process."""

    persona: Persona
    taste: Utility
    features: FeatureMaker
    voice: ComposedVoice
    model: LanguageModel | None = None

    def without_model(self) -> PersonaSetup:
        """The same person among the same ideas, put into prepared words."""
        return replace(self, voice=ComposedVoice(self.taste.base, Composer(None)), model=None)


@cache
def feature_maker(base: KnowledgeBase) -> FeatureMaker:
    """The features over a knowledge base, one a process: they depend on nobody."""
    return FeatureMaker(embedder(), activity_classifier(), base)


def workshop(persona: Persona, model: LanguageModel | None = None, world: World | None = None) -> PersonaSetup:
    """A persona as they are in a world, with features and voice over their ideas; with a model the voice uses it."""
    base = base_of(persona.id)
    taste = Utility(persona, base, embedder(), world)
    return PersonaSetup(taste.persona, taste, feature_maker(base), ComposedVoice(base, Composer(model)), model)


def household(
    shop: PersonaSetup,
    assistant: str,
    feedback: str,
    seed: int,
    prior: Prior,
    oracle_days: dict[int, OracleDay] | None = None,
    judge: Judge | None = None,
    costs: Costs | None = None,
    store: Store | None = None,
    asking: Asking = NOTHING,
) -> Household:
    """One persona under one policy.

    Args:
        shop: of the persona.
        assistant: a name in `POLICIES`, or module:Class.
        feedback: a mode of `simulator.world.feedback`.
        seed: of the run.
        prior: one that has never met this persona.
        oracle_days: for the oracle.
        judge: gives the feedback in the rubric's place.
        costs: of the learner, where they are not the usual.
        store: of the assistant; without one it keeps no memory.
        asking: what the person is asked beside suggestions.
    """
    taste, name = shop.taste, shop.persona.id
    agent = UserAgent(shop.persona, taste, patient=assistant == "oracle")
    setting = PolicySetting(
        taste, agent, shop.features, prior, pooled_style(prior), seed,
        oracle_days or {}, costs or Costs(), store, shop.model, asking.answers(taste, shop.features, seed),
    )  # fmt: skip
    policy: Silent = POLICIES.get(assistant)(setting)
    picker = AnswerPicker(prior, shop.features, setting.setup.has)
    channel = FeedbackChannel.of(feedback, name, seed)
    # nobody reads the reasons of one who speaks at every other tick: they are not put into words by the model
    model = None if isinstance(policy, PaperAssistant) else shop.model
    return Household(agent, policy, picker, shop.voice, channel, judge, model, asking, seed)
