"""What the learner decides follows from contexts, its own words and the feedback it was told, and from nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edge_assistant.domain import ACTIVITY_CLASSES, CalendarEntry, Context, Feedback
from edge_assistant.learning import prior
from edge_assistant.loop.decision import Decision
from edge_assistant.trigger.receptivity import Costs
from simulator.policies.learner_policy import LearnerPolicy
from simulator.policies.policies import Proposal
from simulator.runs.household import PersonaSetup, household
from simulator.runs.living import Household, live
from simulator.runs.metrics import measure
from simulator.world import life
from simulator.world.life import LifeDay, live_day
from simulator.world.oracle import best_days
from simulator.world.seeding import generator
from simulator.world.user_agent import UserAgent

SEED = 11
EAGER = Costs(false_alarm=0.02)
"""A learner that dares a lot, so that short lives hold many decisions."""


def decision(choice: Decision) -> list[Any]:
    """All that a decision says, exactly."""
    idea = choice.ranked.index if choice.ranked is not None else None
    return [choice.speak, idea, choice.chance, choice.assessment.threshold, choice.forbidden, asdict(choice.style)]


class Recorder(LearnerPolicy):
    """Writes down what the learner is shown and told, and what it decides."""

    steps: list[list[Any]]

    def decide(self, tick: int, context: Context | None) -> Any:
        assert context is not None
        made = self.assistant.tick(context)
        self.steps.append(["decide", json.loads(json.dumps(asdict(context), default=str)), decision(made)])
        return self._proposal(made) if made.speak else None

    def answer(self, tick: int, context: Context, idea: int) -> Any:
        made = self.assistant.tick(context)
        self.steps.append(["decide", json.loads(json.dumps(asdict(context), default=str)), decision(made)])
        made = self.assistant.answer(made, idea)
        self.steps.append(["answer", idea, decision(made)])
        return self._proposal(made)

    def said(self, proposal: Proposal, text: str) -> Proposal:
        self.steps.append(["said", text, None])
        return super().said(proposal, text)

    def learn(self, proposal: Proposal | None, feedback: Feedback | None) -> None:
        if proposal is not None and feedback is not None:
            self.steps.append(["told", feedback.to_dict(), None])
        super().learn(proposal, feedback)

    def sleep(self) -> None:
        self.steps.append(["sleep", None, None])
        super().sleep()


def recorded(house: Household) -> Recorder:
    """Put a recorder in the place of a household's policy."""
    assert isinstance(house.policy, LearnerPolicy)
    house.policy = recorder = Recorder(house.policy.assistant, house.policy.learned.store)
    recorder.steps = []
    return recorder


REBUILD = """
import json, sys
from datetime import datetime
class Refuse:
    def find_spec(self, name, *rest):
        if name.partition(".")[0] == "simulator":
            raise ImportError("the assistant must do without the simulator")
sys.meta_path.insert(0, Refuse())
from dataclasses import asdict
from pathlib import Path
from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.domain import CalendarEntry, Context, Feedback
from edge_assistant.feedback.learning import learn
from edge_assistant.learning import prior
from edge_assistant.llm.embedding import default_embedder
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.paths import Paths
from edge_assistant.ranker import ideas
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.trigger.receptivity import Costs

task = json.load(sys.stdin)
embedder = default_embedder(Paths.from_environment().cache)
features = FeatureMaker(embedder, ActivityClassifier(embedder), ideas.load_packaged())
assistant = Assistant(Learner(prior.load(task["prior"]), features, Costs(**task["costs"])))

def context_of(shown):
    when = datetime.fromisoformat
    entries = [CalendarEntry(e["title"], when(e["start"]), when(e["end"]), e["busy"]) for e in shown["calendar"]]
    return Context(**{**shown, "time": when(shown["time"]), "calendar": tuple(entries)})

def decision(choice):
    idea = choice.ranked.index if choice.ranked is not None else None
    return [choice.speak, idea, choice.chance, choice.assessment.threshold, choice.forbidden, asdict(choice.style)]

made = []
for kind, what in task["steps"]:
    found = None
    if kind == "decide":
        choice = assistant.tick(context_of(what))
        found = decision(choice)
    elif kind == "answer":
        choice = assistant.answer(choice, what)
        found = decision(choice)
    elif kind == "said":
        choice = assistant.said(choice, what, 's')
    elif kind == "told":
        learn(assistant, choice, Feedback.from_dict(what))
    else:
        assistant.learner.settle()
    made.append(found)
json.dump({"made": made, "modules": sorted(sys.modules)}, sys.stdout)
"""


@pytest.mark.parametrize("feedback", ["reasons", "total"])
def test_decisions_are_rebuilt_from_contexts_and_feedback_alone(feedback: str, shop: PersonaSetup, warm: Path) -> None:
    house = household(shop, "learner", feedback, SEED, prior.load("p01"), costs=EAGER)
    recorder = recorded(house)
    for number in range(1, 7):
        live(house, live_day(shop.persona, number, SEED))
        recorder.sleep()
    steps = recorder.steps
    spoken = sum(step[2][0] for step in steps if step[0] == "decide")
    assert spoken >= 5
    assert sum(step[0] == "told" for step in steps) >= spoken
    task = {
        "prior": "p01",
        "costs": asdict(EAGER),
        "steps": [step[:2] for step in steps],
    }
    child = subprocess.run(
        [sys.executable, "-c", REBUILD], input=json.dumps(task), capture_output=True, text=True, check=False
    )
    assert child.returncode == 0, child.stderr
    rebuilt = json.loads(child.stdout)
    assert rebuilt["made"] == [step[2] for step in steps]
    assert not [name for name in rebuilt["modules"] if name.partition(".")[0] == "simulator"]


def test_no_module_of_the_assistant_imports_the_simulator() -> None:
    code = (
        "import importlib, pkgutil, sys, edge_assistant\n"
        "for found in pkgutil.walk_packages(edge_assistant.__path__, 'edge_assistant.'):\n"
        "    importlib.import_module(found.name)\n"
        "print(*sys.modules, sep='\\n')"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    modules = child.stdout.split()
    assert "edge_assistant.loop.learner" in modules
    assert "edge_assistant.learning.prior" in modules
    assert not [name for name in modules if name.partition(".")[0] in ("simulator", "tui")]


def test_a_context_holds_what_a_persons_computer_could_tell() -> None:
    assert {field.name for field in fields(Context)} == {
        "time",
        "activity",
        "room",
        "activity_minutes",
        "awake_minutes",
        "calendar",
        "request",
        "blocked",
        "presence",
        "away_minutes",
        "stretch_minutes",
        "place",
        "light",
        "southern",
        "next_title",
        "next_minutes",
        "workday_minutes",
    }
    assert {field.name for field in fields(CalendarEntry)} == {"title", "start", "end", "busy", "all_day"}


# -- other hidden lives under the same surface ------------------------------------------------------------------------


class Scripted:
    """Feedback that follows a script of its own, whatever the rubric says."""

    tells_of_silence = False

    def of_silence(self, rating: object) -> None:
        return None

    def of_speech(self, rating: object, reaction: object, day: int, tick: int) -> Feedback:
        draw = int(generator("script", day, tick).integers(4))
        return (
            Feedback(reaction="accepted"),
            Feedback(reaction="ignored"),
            Feedback(reaction="dismissed", reason="timing"),
            Feedback(reaction="dismissed", reason="preference"),
        )[draw]


def steps_of(shop: PersonaSetup, days: list[LifeDay]) -> list[list[Any]]:
    """The decisions over some days under scripted feedback, when nobody asks for anything."""
    house = household(shop, "learner", "reasons", SEED, prior.load("p01"), costs=EAGER)
    house.agent = UserAgent(shop.persona, shop.taste, patient=True)
    house.channel = Scripted()
    recorder = recorded(house)
    for day in days:
        live(house, day)
        recorder.sleep()
    return recorder.steps


def hidden(day: LifeDay) -> LifeDay:
    """The same surface over another hidden state: other kinds, moods, receptive and blocked moments."""
    rng = generator("hidden twin", day.day)
    order = rng.permutation(len(day))
    kinds = rng.permutation(len(ACTIVITY_CLASSES))
    relabelled = tuple(
        life.Activity(a.text, ACTIVITY_CLASSES[kinds[life.KIND_INDEX[a.kind]]], a.room, a.start, a.end)
        for a in day.activities
    )
    return replace(
        day,
        activities=relabelled,
        kind=kinds[day.kind],
        energy=-day.energy,
        mood=day.mood[order],
        focus=day.focus[order],
        receptiveness=day.receptiveness[order],
        blocked=~day.blocked,
        draws=rng.random(day.draws.shape),
        fallbacks=day.fallbacks + 3,
    )


def test_hidden_state_and_labels_change_no_decision(shop: PersonaSetup) -> None:
    days = [live_day(shop.persona, number, SEED) for number in (1, 2, 3, 4)]
    plain, other = steps_of(shop, days), steps_of(shop, [hidden(day) for day in days])
    assert sum(step[0] == "said" for step in plain) >= 5
    assert plain == other


def test_what_can_be_seen_does_change_decisions(shop: PersonaSetup) -> None:
    day = live_day(shop.persona, 1, SEED)
    texts = generator("texts").permutation([activity.text for activity in day.activities]).tolist()
    seen = replace(day, activities=tuple(replace(a, text=text) for a, text in zip(day.activities, texts, strict=True)))
    assert [step[2] for step in steps_of(shop, [day])] != [step[2] for step in steps_of(shop, [seen])]


# -- those it is compared with ----------------------------------------------------------------------------------------


def skills(shop: PersonaSetup, assistant: str, feedback: str = "reasons", count: int = 2) -> list[float]:
    """Skill by day of a policy over a short life."""
    days = [live_day(shop.persona, number, SEED) for number in range(1, count + 1)]
    plans = best_days(shop.taste, days)
    house = household(shop, assistant, feedback, SEED, prior.load("p01"), plans)
    max_gap = shop.persona.frequency.max_gap
    found = [measure(live(house, day).log, plans[day.day].needs, max_gap, None, None)["skill"] for day in days]
    assert None not in found
    return found


@pytest.mark.parametrize(("assistant", "skill"), [("silent", 0.0), ("oracle", 1.0)])
def test_the_ends_of_the_scale(assistant: str, skill: float, shop: PersonaSetup) -> None:
    assert skills(shop, assistant) == [skill, skill]


@pytest.mark.parametrize("assistant", ["always", "hourly", "random"])
def test_those_who_speak_blindly_do_harm(assistant: str, shop: PersonaSetup) -> None:
    assert max(skills(shop, assistant)) < 0


def test_who_knows_the_rubric_does_better_than_silence(shop: PersonaSetup) -> None:
    found = skills(shop, "knower", count=4)
    assert 0 < np.mean(found) <= 1


@pytest.mark.parametrize("feedback", ["reasons", "total"])
def test_the_pooled_learner_never_changes_its_beliefs(feedback: str, shop: PersonaSetup) -> None:
    for assistant, learns in (("pooled", False), ("learner", True)):
        house = household(shop, assistant, feedback, SEED, prior.load("p01"), costs=EAGER)
        recorder = recorded(house)
        learner = recorder.assistant.learner
        before = {name: array.copy() for name, array in learner.get_arrays().items()}
        for number in (1, 2):
            live(house, live_day(shop.persona, number, SEED))
            recorder.sleep()
        assert sum(step[0] == "told" for step in recorder.steps) > 0
        # an activity met for the first time adds an entry of its own; what was there before must stay as it was
        same = [
            np.array_equal(array, before[name])
            if array.ndim > 1
            else np.array_equal(array[: len(before[name])], before[name])
            for name, array in learner.get_arrays().items()
        ]
        assert all(same) != learns
