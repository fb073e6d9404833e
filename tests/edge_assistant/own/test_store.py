"""The store of own things: kept over a kill, due days that move on, a log of what was done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.errors import UsageError
from edge_assistant.own.repeats import checked, next_day, repeat_words
from edge_assistant.own.store import OwnThings, due_by
from edge_assistant.own.thing import OwnThing
from edge_assistant.storage.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 12, 1, 14, 0, tzinfo=BERLIN)
TODAY = NOW.date()


@pytest.fixture
def own(tmp_path: Path) -> OwnThings:
    return OwnThings(Store.open(tmp_path / "store.db", durable=False))


def test_things_come_by_due_day_and_go_when_done(own: OwnThings):
    goal = own.add(OwnThing("goal", "run 10 km", due=date(2027, 3, 1), made=NOW))
    milk = own.add(OwnThing("todo", "buy milk", made=NOW, tags=("shop",), minutes=15))
    rent = own.add(OwnThing("todo", "pay the rent", due=TODAY, made=NOW))
    assert [thing.text for thing in own.all()] == ["pay the rent", "run 10 km", "buy milk"]
    assert due_by(own.all(), TODAY) == [rent]
    own.done(rent.id, NOW)
    assert own.all() == [goal, milk]
    assert own.get(rent.id).closed == NOW
    assert [(done.text, done.time) for done in own.log(NOW - timedelta(hours=1))] == [("pay the rent", NOW)]
    assert own.not_done(rent.id) == rent
    assert own.log() == []


def test_what_repeats_goes_on_to_its_next_day_at_the_same_hour(own: OwnThings):
    at = datetime(2026, 10, 24, 9, 0, tzinfo=BERLIN)
    plants = own.add(OwnThing("habit", "water", at.date(), at, "daily", at.date(), made=at))
    after = own.done(plants.id, at)
    assert after.due == date(2026, 10, 25)
    assert after.at == datetime(2026, 10, 25, 9, 0, tzinfo=BERLIN)  # an hour more has passed: the clocks went back
    late = own.done(plants.id, NOW)
    assert late.due == date(2026, 12, 2)
    assert own.not_done(plants.id) == after


def test_a_reminder_that_was_said_stays_until_it_is_done(own: OwnThings):
    call = own.add(OwnThing("reminder", "call mum", TODAY, NOW, made=NOW))
    said = own.said(call.id, NOW)
    assert said.said == NOW
    assert said.open
    bins = own.add(OwnThing("reminder", "bins", TODAY, NOW, "weekly tue", TODAY, made=NOW))
    assert own.said(bins.id, NOW).due == TODAY + timedelta(days=7)


def test_a_thing_is_found_by_number_or_words(own: OwnThings):
    milk = own.add(OwnThing("todo", "buy milk", made=NOW))
    own.add(OwnThing("todo", "buy bread", made=NOW))
    assert own.find("Milk") == own.find(str(milk.id)) == own.find(milk.idea_id) == milk
    with pytest.raises(UsageError, match="could be several: 1 buy milk; 2 buy bread"):
        own.find("buy")
    with pytest.raises(UsageError, match="nothing of yours is called 'tea'"):
        own.find("tea")


def test_what_cannot_be_is_refused(own: OwnThings):
    milk = own.add(OwnThing("todo", "buy milk", made=NOW))
    with pytest.raises(UsageError, match="is there already as number 1"):
        own.add(OwnThing("todo", "Buy milk", made=NOW))
    with pytest.raises(UsageError, match="number 1 is no goal"):
        own.add(OwnThing("todo", "a step", goal=milk.id, made=NOW))
    with pytest.raises(UsageError, match="a reminder needs a time"):
        own.change(milk.id, kind="reminder")
    with pytest.raises(UsageError, match="there is no own thing 9"):
        own.done(9, NOW)
    assert own.all() == [milk]


def test_what_is_removed_leaves_nothing_behind(own: OwnThings):
    goal = own.add(OwnThing("goal", "run 10 km", made=NOW))
    step = own.add(OwnThing("todo", "buy shoes", goal=goal.id, made=NOW))
    own.done(step.id, NOW)
    own.remove(goal.id)
    assert own.get(step.id).goal == 0
    own.remove(step.id)
    assert own.all(closed=True) == []
    assert own.log() == []


def test_nothing_committed_is_lost_when_it_is_killed(tmp_path: Path):
    code = (
        "import os, signal, sys\n"
        "from datetime import datetime, UTC\n"
        "from edge_assistant.own.store import OwnThings\n"
        "from edge_assistant.own.thing import OwnThing\n"
        "from edge_assistant.storage.store import Store\n"
        "own = OwnThings(Store.open(sys.argv[1]))\n"
        "now = datetime.now(UTC)\n"
        "for n in range(5):\n"
        "    own.add(OwnThing('todo', f'number {n}', made=now))\n"
        "own.done(2, now)\n"
        "with own.store.transaction():\n"
        "    own.done(3, now)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "store.db"
    child = subprocess.run([sys.executable, "-c", code, str(path)], env=dict(os.environ), check=False)
    assert child.returncode == -signal.SIGKILL
    own = OwnThings(Store.open(path))
    assert [thing.id for thing in own.all()] == [1, 3, 4, 5]
    assert [done.thing for done in own.log()] == [2]


@pytest.mark.parametrize(
    ("repeat", "first", "after", "following"),
    [
        ("daily", "2026-12-01", "2026-12-01", "2026-12-02"),
        ("daily", "2026-12-05", "2026-12-01", "2026-12-05"),
        ("weekdays", "2026-12-01", "2026-12-04", "2026-12-07"),
        ("weekly", "2026-12-01", "2026-12-09", "2026-12-15"),
        ("weekly mon thu", "2026-12-01", "2026-12-03", "2026-12-07"),
        ("every 3 days", "2026-12-01", "2026-12-02", "2026-12-04"),
        ("every 2 weeks", "2026-12-01", "2026-12-01", "2026-12-15"),
        ("monthly", "2026-01-31", "2026-02-01", "2026-02-28"),
        ("monthly", "2026-01-31", "2026-02-28", "2026-03-31"),
    ],
)
def test_next_days(repeat: str, first: str, after: str, following: str):
    found = next_day(repeat, date.fromisoformat(after), date.fromisoformat(first))
    assert found == date.fromisoformat(following)


def test_repetitions_in_words_and_wrong_ones():
    assert repeat_words("weekly mon wed sun") == "every Monday, Wednesday and Sunday"
    assert checked("Weekly Mon, Thu") == "weekly mon thu"
    with pytest.raises(UsageError, match="'hourly' is not understood"):
        checked("hourly")
