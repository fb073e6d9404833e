"""A simulated week in front of the personal core gives the same decisions as a run of `simulate`."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest

from edge_assistant.learning import prior
from edge_assistant.paths import HOME_VARIABLE, Paths
from edge_assistant.service.building import build_service_state
from edge_assistant.service.clock import ManualClock
from edge_assistant.settings import LimitSettings, Settings
from edge_assistant.storage.store import Store
from simulator.runs.household import PersonaSetup, household
from simulator.runs.living import live
from simulator.runs.service_life import PersonalPolicy, live_personally
from simulator.world.life import live_day
from simulator.world.plan import WeightedFiller

pytestmark = pytest.mark.model

SEED = 7

DECIDED = ("tick", "activity", "idea", "text", "requested", "chance", "threshold", "why", "reaction", "reason", "told")
"""Of an event: everything that was decided and what followed."""


def decisions(records):
    return [[{name: event[name] for name in DECIDED} for event in record.events] for record in records]


@pytest.mark.parametrize(("days", "restarts"), [(7, False), (7, True)], ids=["a week", "restarted every night"])
def test_same_decisions_as_simulate(shop: PersonaSetup, warm, tmp_path, days, restarts):
    known = prior.load(shop.persona.id)
    lives = [live_day(shop.persona, day, SEED, WeightedFiller()) for day in range(1, days + 1)]
    with Store.open(tmp_path / "simulated.sqlite", durable=False) as store:
        house = household(shop, "learner", "reasons", SEED, known, store=store)
        simulated = []
        for day in lives:
            simulated.append(live(house, day))
            house.policy.sleep()
    assert sum(len(record.events) for record in simulated) > days

    clock = ManualClock(lives[0].wake)

    def begin(store: Store) -> PersonalPolicy:
        service = build_service_state(
            store,
            Settings(limits=LimitSettings(before_appointment=0)),  # of which the policies of a run know nothing
            Paths.from_environment(),
            clock=clock,
            features=shop.features,
            embedder=shop.features.embedder,
            prior=known,
        )
        return PersonalPolicy(service, clock, timedelta(0))

    store = Store.open(tmp_path / "personal.sqlite", durable=False)
    policy = begin(store)

    def night(_day: int) -> None:
        if not restarts:
            return
        nonlocal store
        policy.service.learned.night()
        store.close()
        store = Store.open(tmp_path / "personal.sqlite", durable=False)
        policy.take_over(begin(store).service)

    personal = live_personally(shop, policy, lives, SEED, night)
    assert decisions(personal) == decisions(simulated)
    feed = policy.service.feed.between(None, None)
    assert [row.entry.text for row in feed] == [event["text"] for record in simulated for event in record.events]
    store.close()


def test_demo_life_fills_a_home(command, own_folders):
    ended = command("demo-life", "--persona", "p01", "--days", 2, "--json")
    assert ended.code == 0
    told = json.loads(ended.out)
    assert told["days"] == 2 and told["suggestions"] > 0
    again = command("demo-life", "--days", 2)
    assert again.code == 5 and "--force" in again.error
    assert command("demo-life", "--days", 1, "--force").code == 0
    assert not list(own_folders.glob(".demo-life*"))
    why = json.loads(command("why", "s1", "--json").out)
    assert why["reasons"] and why["entry"]["id"] == "s1"
    study = command("study", "export")
    assert [json.loads(line)["line"] for line in study.out.splitlines()][:3] == ["head", "day", "day"]
    assert command("status", "--json").out == '{\n  "running": false\n}\n'


def test_demo_life_fills_a_home_only_where_one_is_named(command, tmp_path, monkeypatch):
    monkeypatch.delenv(HOME_VARIABLE)
    ended = command("demo-life", "--days", 1)
    assert ended.code == 2 and "--home" in ended.error and ended.error.count("\n") == 1
    home = tmp_path / "scratch"
    assert command("demo-life", "--home", home, "--days", 1).code == 0
    assert (home / "store.sqlite").is_file()


def test_demo_life_that_was_killed_leaves_the_home_free(start, command, own_folders):
    process = start("demo-life", "--days", 60)
    deadline = time.monotonic() + 120
    while not (own_folders / ".demo-life" / "store.sqlite").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert not (own_folders / "store.sqlite").exists()
    ended = command("demo-life", "--days", 1)
    assert ended.code == 0, ended.error
    assert not (own_folders / ".demo-life").exists()
