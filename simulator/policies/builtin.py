"""The assistants of the project, by name."""

from __future__ import annotations

from edge_assistant.feedback import setup
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.memory import MemoryStore
from edge_assistant.memory.log import NightlyLog
from edge_assistant.storage.store import Store
from simulator.policies import learners
from simulator.policies.baselines import RuleLearner, Schedule, WhenAsked
from simulator.policies.learner_policy import LearnerPolicy
from simulator.policies.policies import (
    Always,
    Explorer,
    Hourly,
    Knower,
    Oracle,
    Random,
    Silent,
    TotalReader,
    own_style,
)
from simulator.policies.registry import POLICIES, PolicySetting


def _with(setting: PolicySetting, learner: Learner, kind: type[LearnerPolicy] = LearnerPolicy) -> LearnerPolicy:
    """A learner as a policy, with a memory where there is a store."""
    store, log = setting.store, None
    if store is not None:
        log = NightlyLog(MemoryStore(store, setting.features.embedder, brute_force_below=10**6))
    return kind(Assistant(learner, log), store or Store.open(":memory:"))


def _learner(setting: PolicySetting, *, frozen: bool = False) -> Learner:
    learner = Learner(setting.prior, setting.features, setting.costs)
    setup.apply(learner, setting.setup)
    learner.frozen = frozen
    return learner


@POLICIES.register("learner", "ours: all learners, from the pooled prior")
def _ours(setting: PolicySetting) -> LearnerPolicy:
    return _with(setting, _learner(setting))


@POLICIES.register("pooled", "the pooled prior alone, nothing learned of this person")
def _pooled(setting: PolicySetting) -> LearnerPolicy:
    return _with(setting, _learner(setting, frozen=True))


@POLICIES.register("silent", "never unasked; answers with the common idea")
def _silent(setting: PolicySetting) -> Silent:
    return Silent(setting.style)


@POLICIES.register("reactive", "only when asked, not personal")
def _reactive(setting: PolicySetting) -> LearnerPolicy:
    return _with(setting, _learner(setting, frozen=True), WhenAsked)


@POLICIES.register("personal-reactive", "only when asked, personal")
def _personal_reactive(setting: PolicySetting) -> LearnerPolicy:
    return _with(setting, _learner(setting), WhenAsked)


@POLICIES.register("schedule", "at fixed hours, the same ideas for everybody")
def _schedule(setting: PolicySetting) -> Schedule:
    return Schedule(setting.style, setting.features)


@POLICIES.register("rules", "rules with counts, learned online")
def _rules(setting: PolicySetting) -> RuleLearner:
    return RuleLearner(setting.style, setting.prior, setting.features)


@POLICIES.register("knower", "has the person's rubric, neither their hidden state nor the future")
def _knower(setting: PolicySetting) -> Knower:
    return Knower(own_style(setting.taste), setting.taste, setting.agent)


@POLICIES.register("oracle", "the best that was possible")
def _oracle(setting: PolicySetting) -> Oracle:
    return Oracle(own_style(setting.taste), setting.oracle_days, setting.agent)


def _register_drawn(kind: type[Random] | type[Hourly], name: str, summary: str) -> None:
    """Register a policy that draws its ideas at random."""

    @POLICIES.register(name, summary)
    def _make(setting: PolicySetting) -> Silent:
        return kind(setting.style, len(setting.taste.base), setting.taste.persona.id, setting.seed)


_register_drawn(Random, "random", "five times a day at random")
_register_drawn(Hourly, "hourly", "once an hour at random")
_register_drawn(Always, "always", "at every tick at random")
_register_drawn(Explorer, "explorer", "like random, in a style drawn anew each time; collects ratings for the prior")
_register_drawn(TotalReader, "total-reader", "reads the silence's totals of --feedback total, which give the user away")


def _register_variant(name: str, summary: str) -> None:
    """Register a variant of our learner."""

    @POLICIES.register(name, summary)
    def _make(setting: PolicySetting) -> LearnerPolicy:
        made = learners.make(name, setting.prior, setting.features, setting.costs)
        setup.apply(made, setting.setup)
        return _with(setting, made)


for _name, _part in learners.WITHOUT.items():
    _register_variant(_name, f"ours without learning {_part}")
for _name, _dial in learners.DIVERSE.items():
    _register_variant(_name, f"ours with the dial against a filter bubble at {_dial:g}")
