"""Sets up everything around one persona: taste, features, voice, and the policy of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from edge_assistant.composer.composer import Composer
from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.context.history import History
from edge_assistant.domain import Context, Style
from edge_assistant.errors import UsageError
from edge_assistant.learning.prior import Prior
from edge_assistant.llm.embedding import CachedEmbedder, default_embedder
from edge_assistant.llm.protocols import LanguageModel
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.memory import MemoryStore
from edge_assistant.memory.log import NightlyLog
from edge_assistant.paths import Paths
from edge_assistant.ranker.familiarity import Familiarity
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.ranker.preference import Ranker
from edge_assistant.storage.store import Store
from edge_assistant.trigger.receptivity import Costs
from simulator.people.domains import base_of
from simulator.people.persona import Persona
from simulator.policies import baselines, learners
from simulator.policies.learner_policy import LearnerPolicy
from simulator.policies.paper import building, forms
from simulator.policies.policies import (
    Always,
    Explorer,
    Hourly,
    Knower,
    Oracle,
    Policy,
    Random,
    Silent,
    TotalReader,
    own_style,
    pooled_style,
)
from simulator.runs.living import AnswerPicker, FeedbackJudge, Household, Voice
from simulator.world.feedback import FeedbackChannel
from simulator.world.oracle import OracleDay
from simulator.world.taste import Utility
from simulator.world.user_agent import UserAgent

ASSISTANTS = (
    "learner",
    "pooled",
    "silent",
    "random",
    "hourly",
    "always",
    "total-reader",
    "knower",
    "oracle",
    "explorer",
    *baselines.NAMES,
    *learners.NAMES,
    *forms.NAMES,
)


@dataclass(frozen=True)
class PersonaSetup:
    """What all runs of one persona share within a process."""

    persona: Persona
    taste: Utility
    features: FeatureMaker
    voice: Voice
    model: LanguageModel | None = None

    def without_model(self) -> PersonaSetup:
        """The same person among the same ideas, put into prepared words."""
        return replace(self, voice=ComposedVoice(self.taste.base, Composer(None)), model=None)


@dataclass(frozen=True)
class ComposedVoice:
    """Speaks through the assistant's composer: with a model it chooses or writes, else it takes what is prepared."""

    base: KnowledgeBase
    composer: Composer

    def say(self, idea: int, context: Context, style: Style, seed: int) -> tuple[str, bool]:
        """The sentence, and whether a prepared one had to replace a written one."""
        composed = self.composer.compose(self.base.ideas[idea], context, style, seed)
        return composed.text, composed.fallback


@cache
def embedder() -> CachedEmbedder:
    """The packaged embedding behind its cache, one a process."""
    return default_embedder(Paths.from_environment().cache)


@cache
def kind_model() -> ActivityClassifier:
    """The packaged kind model, one a process."""
    return ActivityClassifier(embedder())


@cache
def feature_maker(base: KnowledgeBase) -> FeatureMaker:
    """The features over a knowledge base, one a process: they depend on nobody."""
    return FeatureMaker(embedder(), kind_model(), base)


def workshop(persona: Persona, model: LanguageModel | None = None) -> PersonaSetup:
    """Taste, features and voice of a persona over the ideas of its world; with a model the voice uses it."""
    base = base_of(persona.id)
    return PersonaSetup(
        persona, Utility(persona, base, embedder()), feature_maker(base), ComposedVoice(base, Composer(model)), model
    )


def household(
    shop: PersonaSetup,
    assistant: str,
    feedback: str,
    seed: int,
    prior: Prior,
    oracle_days: dict[int, OracleDay] | None = None,
    judge: FeedbackJudge | None = None,
    costs: Costs | None = None,
    store: Store | None = None,
) -> Household:
    """One persona under one policy.

    Args:
        shop: of the persona.
        assistant: one of `ASSISTANTS`.
        feedback: a mode of `simulator.world.feedback`.
        seed: of the run.
        prior: one that has never met this persona.
        oracle_days: for the oracle.
        judge: gives the feedback in the rubric's place.
        costs: of the learner, where they are not the usual.
        store: of the assistant; without one it keeps no memory.
    """
    taste, base, name = shop.taste, shop.taste.base, shop.persona.id
    agent = UserAgent(shop.persona, taste, patient=assistant == "oracle")
    style = pooled_style(prior)
    policy: Policy
    if assistant in ("learner", "pooled", "reactive", "personal-reactive", *learners.NAMES):
        if assistant in learners.NAMES:
            learner = learners.make(assistant, prior, shop.features, costs or Costs(), taste)
        else:
            learner = Learner(prior, shop.features, costs or Costs(), frozen=assistant in ("pooled", "reactive"))
        log = NightlyLog(MemoryStore(store, embedder(), brute_force_below=10**6)) if store is not None else None
        kind = baselines.WhenAsked if assistant.endswith("reactive") else LearnerPolicy
        policy = kind(Assistant(learner, log), store or Store.open(":memory:"))
    elif assistant in forms.NAMES:
        policy = building.make(assistant, style, taste, agent, shop.model, embedder(), store, seed)
    elif assistant == "schedule":
        policy = baselines.Schedule(style, shop.features)
    elif assistant == "rules":
        policy = baselines.RuleLearner(style, prior, shop.features)
    elif assistant == "knower":
        policy = Knower(own_style(taste), taste, agent)
    elif assistant == "oracle":
        policy = Oracle(own_style(taste), oracle_days or {})
    elif assistant == "silent":
        policy = Silent(style)
    elif assistant in ("random", "hourly", "always", "total-reader", "explorer"):
        kinds = {
            "random": Random,
            "hourly": Hourly,
            "always": Always,
            "total-reader": TotalReader,
            "explorer": Explorer,
        }
        policy = kinds[assistant](style, len(base), name, seed)
    else:
        raise UsageError(f"assistant {assistant!r} is unknown; choose one of {', '.join(ASSISTANTS)}")
    picker = AnswerPicker(
        Ranker(prior, base, shop.features.idea_vectors),
        shop.features,
        History(),
        Familiarity(shop.features, len(base)),
    )
    channel = FeedbackChannel.of(feedback, name, seed)
    # nobody reads the reasons of one who speaks at every other tick: they are not put into words by the model
    model = None if assistant in forms.NAMES else shop.model
    return Household(agent, policy, picker, shop.voice, channel, judge, model)
