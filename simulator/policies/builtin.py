"""The assistants of the project, by name."""

from __future__ import annotations

from edge_assistant.feedback import setup
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.memory import MemoryStore
from edge_assistant.memory.log import NightlyLog
from edge_assistant.storage.store import Store
from simulator.policies.baselines import RuleLearner, Schedule, WhenAsked
from simulator.policies.learner_policy import LearnerPolicy
from simulator.policies.learners import PARTS, LearnerWithout
from simulator.policies.policies import Always, Hourly, Knower, Oracle, Random, Silent, own_style
from simulator.policies.registry import POLICIES, PolicySetting


def _learning(
    setting: PolicySetting, kind: type[LearnerPolicy] = LearnerPolicy, *, frozen: bool = False, without: str = ""
) -> LearnerPolicy:
    """A learner after the setup as a policy, with a memory where there is a store; `frozen`: the pooled prior alone."""
    made = setting.prior, setting.features, setting.costs
    learner = LearnerWithout(without, *made) if without else Learner(*made)
    setup.apply(learner, setting.setup)
    learner.frozen = frozen
    store, log = setting.store, None
    if store is not None:
        log = NightlyLog(MemoryStore(store, setting.features.embedder, brute_force_below=10**6))
    return kind(Assistant(learner, log), store or Store.open(":memory:"))


def _register_drawn(name: str, kind: type[Random] | type[Hourly], summary: str) -> None:
    """Register a policy that draws its ideas at random."""
    POLICIES.add(name, lambda it: kind(it.style, len(it.taste.base), it.taste.persona.id, it.seed), summary)


def _register_without(part: str) -> None:
    POLICIES.add(
        f"learner-without-{part}", lambda setting: _learning(setting, without=part), f"ours without learning {part}"
    )


POLICIES.add("learner", _learning, "ours: all learners, from the pooled prior")
POLICIES.add("pooled", lambda it: _learning(it, frozen=True), "the pooled prior alone, nothing learned of this person")
POLICIES.add("silent", lambda it: Silent(it.style), "never unasked; answers with the common idea")
POLICIES.add("reactive", lambda it: _learning(it, WhenAsked, frozen=True), "only when asked, not personal")
POLICIES.add("personal-reactive", lambda it: _learning(it, WhenAsked), "only when asked, personal")
POLICIES.add("schedule", lambda it: Schedule(it.style, it.features), "at fixed hours, the same ideas for everybody")
POLICIES.add("rules", lambda it: RuleLearner(it.style, it.prior, it.features), "rules with counts, learned online")
POLICIES.add(
    "knower",
    lambda it: Knower(own_style(it.taste), it.taste, it.agent),
    "has the person's rubric, neither their hidden state nor the future",
)
POLICIES.add("oracle", lambda it: Oracle(own_style(it.taste), it.oracle_days, it.agent), "the best that was possible")
_register_drawn("random", Random, "five times a day at random")
_register_drawn("hourly", Hourly, "once an hour at random")
_register_drawn("always", Always, "at every tick at random")
for _part in PARTS:
    _register_without(_part)
