"""The hub with sources that are quick, slow, dead and lying: real threads, real waiting."""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from edge_assistant.context.apps import SOMETHING
from edge_assistant.context.hub import KEPT_SECONDS, Hub
from edge_assistant.context.merging import MOST_ENTRIES
from edge_assistant.context.observation import LONGEST_TEXT, Observation, SourceState
from edge_assistant.context.source import SourceError
from edge_assistant.context.sources.clock import ClockSource
from edge_assistant.context.sources.typed import TypedSource
from edge_assistant.domain import CalendarEntry

NOON = datetime(2026, 11, 24, 12, 0)


class Script:
    """A source that tells, raises or does what it is given, and counts how often it was asked."""

    def __init__(self, act: Any, name: str = "script", every: float = 0.0, patience: float = 5.0) -> None:
        self.act, self.name, self.every, self.patience = act, name, every, patience
        self.asked = 0

    def observe(self, now: datetime) -> Any:
        self.asked += 1
        return self.act(now) if callable(self.act) else self.act


def fail(error: BaseException) -> Any:
    def act(now: datetime) -> Any:
        raise error

    return act


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def test_nothing_is_known_without_sources() -> None:
    reading = Hub([]).context(NOON)
    assert reading.observation == Observation(confidence=0.0)
    assert reading.states == () and reading.news == ()


def test_the_surest_activity_wins_and_brings_its_own_details() -> None:
    sure = Observation(activity="cooking", kind="cooking", room="kitchen", confidence=0.9)
    guess = Observation(activity="browsing the web", kind="browsing", app="firefox", title="x", confidence=0.5)
    merged = Hub([Script(guess, "a"), Script(sure, "b")]).context(NOON).observation
    assert (merged.activity, merged.kind, merged.source, merged.room) == ("cooking", "cooking", "b", "kitchen")
    assert merged.app == "" and merged.title == "" and merged.confidence == 0.9


def test_every_reason_appointment_and_sign_of_life_counts() -> None:
    later = CalendarEntry("later", NOON + minutes(60), NOON + minutes(90))
    sooner = CalendarEntry("sooner", NOON + minutes(30), NOON + minutes(45))
    first = Observation(blocked="full screen", calendar=(later,), next_event=later, idle_seconds=40.0)
    second = Observation(blocked="do not disturb", calendar=(sooner, later), next_event=sooner, idle_seconds=300.0)
    merged = Hub([Script(first, "a"), Script(second, "b")]).context(NOON).observation
    assert merged.blocked == "full screen; do not disturb"
    assert merged.calendar == (sooner, later) and merged.next_event == sooner
    assert merged.idle_seconds == 40.0


@pytest.mark.parametrize(
    "error",
    [SourceError("no calendar"), ValueError("x"), SystemExit(3), KeyboardInterrupt(), RecursionError(), MemoryError()],
)
def test_a_failing_source_costs_only_itself_and_is_shown_once(error: BaseException) -> None:
    hub = Hub([Script(fail(error), "bad"), Script(Observation(activity="reading"), "good")])
    first, second = hub.context(NOON), hub.context(NOON + minutes(60))
    for reading in (first, second):
        assert reading.observation.activity == "reading"
        assert [state.state for state in reading.states] == ["failed", "ok"]
    assert len(first.news) == 1 and first.news[0].startswith("bad: ")
    assert second.news == ()


def test_a_source_that_hangs_is_not_waited_for_again_and_recovers() -> None:
    gate = threading.Event()

    def hang(now: datetime) -> Observation:
        gate.wait(60)
        return Observation(activity="late news")

    before = threading.active_count()
    slow = Script(hang, "slow", patience=0.1)
    hub = Hub([slow, Script(Observation(activity="reading"), "good")])
    for tick in range(20):
        reading = hub.context(NOON + minutes(tick))
        assert reading.observation.activity == "reading"
        assert reading.states[0].state == "slow"
    assert slow.asked == 1
    assert threading.active_count() <= before + 1
    gate.set()
    for thread in threading.enumerate():
        if thread.name == "source slow":
            thread.join(10)
    slow.act, slow.patience = Observation(activity="back", confidence=1.0), 5.0
    hub.context(NOON + minutes(30))
    assert hub.context(NOON + minutes(31)).states[0].state == "ok"
    assert slow.asked == 3


def test_what_a_source_told_before_it_hung_serves_for_a_while() -> None:
    gate = threading.Event()
    slow = Script(Observation(activity="writing", confidence=0.9), "slow", patience=0.2)
    hub = Hub([slow])
    hub.context(NOON)

    def hang(now: datetime) -> None:
        gate.wait(60)

    slow.act = hang
    assert hub.context(NOON + minutes(5)).observation.activity == "writing"
    assert hub.context(NOON + timedelta(seconds=KEPT_SECONDS + 1)).observation.activity == ""
    gate.set()


def test_old_answers_count_less_than_new_ones() -> None:
    hub = Hub(
        [
            Script(Observation(activity="old", confidence=0.9), "a", every=3000),
            Script(Observation(activity="new", confidence=0.6), "b"),
        ]
    )
    assert hub.context(NOON).observation.activity == "old"
    assert hub.context(NOON + minutes(9)).observation.activity == "new"


def test_a_source_is_asked_at_its_own_pace_and_less_when_it_fails() -> None:
    calm, broken = Script(None, "calm", every=120), Script(fail(ValueError()), "broken", every=30)
    hub = Hub([calm, broken])
    for second in range(0, 3601, 30):
        hub.context(NOON + timedelta(seconds=second))
    assert calm.asked == 31
    assert broken.asked < 10
    broken.act = Observation(activity="well again")
    hub.context(NOON + minutes(90))
    assert hub.context(NOON + minutes(91)).observation.activity == "well again"


@pytest.mark.parametrize("jump", [minutes(-600), minutes(60 * 24 * 400), minutes(-2)])
def test_a_jump_of_the_clock_makes_everything_be_asked_anew(jump: timedelta) -> None:
    source = Script(lambda now: Observation(activity=f"at {now:%d %H:%M}"), every=3600)
    hub = Hub([source])
    hub.context(NOON)
    assert hub.context(NOON + jump).observation.activity == f"at {NOON + jump:%d %H:%M}"


def test_the_repeated_hour_of_autumn_is_no_jump() -> None:
    zone = ZoneInfo("Europe/Berlin")
    source = Script(Observation(activity="sleeping"), every=60)
    hub = Hub([source])
    start = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 2:30 in Berlin, and so is an hour later
    for step in range(0, 7201, 60):
        hub.context((start + timedelta(seconds=step)).astimezone(zone))
    assert source.asked == 121


LIES = {
    "a text": "reading",
    "a number": 5,
    "an activity that is none": Observation(activity=5),
    "entries that are none": Observation(calendar=("lunch",)),
    "a list that is none": Observation(calendar=7),
    "a date that is none": Observation(since="yesterday"),
    "a reason that is none": Observation(blocked=["x"]),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_is_a_failure(lie: Any) -> None:
    reading = Hub([Script(lie, "liar"), Script(Observation(activity="reading"), "good")]).context(NOON)
    assert reading.states[0].state == "failed"
    assert reading.observation.activity == "reading" and reading.observation.blocked == ""


def test_values_that_cannot_be_are_refused_by_the_observation() -> None:
    for wrong in ({"kind": "flying"}, {"confidence": 1.5}, {"confidence": float("nan")}, {"idle_seconds": -1.0}):
        with pytest.raises(ValueError, match="observation"):
            Observation(**wrong)
    with pytest.raises(ValueError, match="idle_seconds"):
        Observation(idle_seconds=float("inf"))
    with pytest.raises(ValueError, match="state"):
        SourceState("x", True, "sleepy")


def test_texts_are_kept_short_and_on_one_line() -> None:
    told = Observation(activity="a\x1b[2J\n b" + "c" * 10**6, blocked="x\r\ny", since=NOON + minutes(5))
    merged = Hub([Script(told)]).context(NOON).observation
    assert merged.activity.startswith("a [2J bccc") and len(merged.activity) == LONGEST_TEXT
    assert merged.activity.isprintable()
    assert merged.blocked == "x y"
    assert merged.since is None


def test_appointments_of_the_wrong_form_and_beyond_counting_are_left_out() -> None:
    good = CalendarEntry("good", NOON, NOON + minutes(5))
    aware = CalendarEntry("aware", NOON.replace(tzinfo=UTC), NOON.replace(tzinfo=UTC))
    backwards = CalendarEntry("backwards", NOON, NOON - minutes(5))
    told = Observation(calendar=(good, aware, backwards), next_event=aware)
    merged = Hub([Script(told)]).context(NOON).observation
    assert merged.calendar == (good,) and merged.next_event is None
    many = tuple(CalendarEntry(str(i), NOON, NOON + minutes(5)) for i in range(10_000))
    assert len(Hub([Script(Observation(calendar=many))]).context(NOON).observation.calendar) == MOST_ENTRIES


def test_a_next_appointment_that_has_begun_is_no_longer_next() -> None:
    soon = CalendarEntry("soon", NOON + minutes(2), NOON + minutes(30))
    hub = Hub([Script(Observation(next_event=soon), every=300)])
    assert hub.context(NOON).observation.next_event == soon
    assert hub.context(NOON + minutes(3)).observation.next_event is None


def test_what_is_partly_wrong_is_shown_once_beside_the_rest() -> None:
    hub = Hub([Script(Observation(activity="reading", left_out=("one file is damaged",)), "files")])
    first, second = hub.context(NOON), hub.context(NOON + minutes(1))
    assert first.news == ("files: one file is damaged",) and second.news == ()
    assert second.states[0].state == "ok" and "one file is damaged" in second.states[0].detail


def test_sources_that_are_off_are_listed_last() -> None:
    off = SourceState("notes", False, "off")
    assert Hub([Script(None)], [off]).context(NOON).states[-1] == off


def test_an_impatient_or_endlessly_patient_source_is_kept_within_bounds() -> None:
    for patience in (-1.0, float("inf"), float("nan")):
        reading = Hub([Script(Observation(activity="here"), patience=patience)]).context(NOON)
        assert reading.observation.activity in ("here", "")
    gate = threading.Event()

    def hang(now: datetime) -> None:
        gate.wait(60)

    assert Hub([Script(hang, patience=-1.0)]).context(NOON).states[0].state == "slow"
    gate.set()


def test_the_clock_says_the_least_and_starts_anew_after_a_jump() -> None:
    clock = ClockSource()
    typed = TypedSource()
    hub = Hub([clock, typed])
    assert hub.context(NOON).observation.activity == SOMETHING
    assert hub.context(NOON + minutes(10)).observation.since == NOON
    woken = NOON + minutes(500)
    assert hub.context(woken).observation.since == woken
    back = NOON - minutes(60)
    assert hub.context(back).observation.since == back
    typed.tell("watching a film", back)
    assert hub.context(back).observation.activity == "watching a film"


def test_importing_the_hub_loads_nothing_heavy() -> None:
    import json
    import subprocess

    code = (
        "import json, sys, edge_assistant.context.hub, edge_assistant.context.sources.calendar, "
        "edge_assistant.context.sources.typed; print(json.dumps(sorted(sys.modules)))"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(child.stdout)}
    assert loaded.isdisjoint({"numpy", "torch", "icalendar", "aw_client", "requests", "pydantic"})
