"""A home that was lived in for two weeks: activities, suggestions with answers, a calendar, likes, own things."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from edge_assistant.config import load_settings
from edge_assistant.context.observation import Observation
from edge_assistant.llm.embedding import default_embedder
from edge_assistant.memory import Draft
from edge_assistant.own.thing import OwnThing
from edge_assistant.paths import Paths
from edge_assistant.service.answers.answering import Answering
from edge_assistant.service.building import build_service_state
from edge_assistant.service.clock import ManualClock
from edge_assistant.service.conversation.correcting import Correcting
from edge_assistant.service.feed import Row
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.state import ServiceState
from edge_assistant.storage.store import Store

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)  # a Thursday
FIRST = NOW.replace(hour=0) - timedelta(days=14)

WORKDAY = (
    ("07:15", "07:35", "making breakfast", "cooking", False),
    ("08:00", "09:50", "writing code in an editor", "deep_work", False),
    ("09:50", "10:00", "answering email", "mail", False),
    ("10:00", "10:30", "in a meeting", "meeting", False),
    ("10:30", "12:00", "writing a report", "deep_work", True),
    ("12:45", "15:00", "writing code in an editor", "deep_work", False),
    ("15:00", "16:00", "answering email", "mail", True),
    ("20:00", "21:30", "reading a novel", "reading", False),
)
WEEKEND = (
    ("08:40", "09:10", "making breakfast", "cooking", False),
    ("10:10", "10:40", "watering the plants", "garden", True),
    ("14:00", "15:30", "baking bread", "cooking", False),
    ("20:15", "22:05", "watching a film", "media", False),
)
MORE = {
    (2026, 3, 3): (("19:00", "19:25", "phoning my mother", "call", False),),
    (2026, 3, 9): (("18:30", "19:15", "going for a run", "exercise", False),),
    (2026, 3, 11): (("18:10", "19:05", "bouldering at the gym", "exercise", False),),
}

EVENTS = (
    "SUMMARY:Team sync\nDTSTART:20260302T100000Z\nDTEND:20260302T103000Z\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "SUMMARY:Choir practice\nDTSTART:20260303T193000Z\nDTEND:20260303T210000Z\nRRULE:FREQ=WEEKLY",
    "SUMMARY:Code review with Tom\nDTSTART:20260312T163000Z\nDTEND:20260312T170000Z",
    "SUMMARY:Dentist\nDTSTART:20260313T140000Z\nDTEND:20260313T144500Z",
    "SUMMARY:Maria's birthday\nDTSTART;VALUE=DATE:20260314\nDTEND;VALUE=DATE:20260315",
    "SUMMARY:Concert with Anna\nDTSTART:20260321T200000Z\nDTEND:20260321T223000Z",
    "SUMMARY:Tax adviser\nDTSTART:20260310T110000Z\nDTEND:20260310T120000Z",
)

SAID = (
    # day of March, clock, place of the idea, state, reason
    (10, "11:20", 11, "accepted", ""),
    (11, "09:55", 40, "accepted", ""),
    (11, "16:05", 80, "dismissed", "preference"),
    (11, "20:10", 120, "ignored", ""),
    (12, "09:52", 160, "accepted", ""),
    (12, "14:30", 200, "open", ""),
)


OWN = (
    OwnThing("todo", "buy milk"),
    OwnThing("todo", "hand in the tax return", date(2026, 3, 13)),
    OwnThing("todo", "renew the passport", date(2026, 3, 31)),
    OwnThing("reminder", "call the plumber", date(2026, 3, 12), datetime(2026, 3, 12, 17, 30, tzinfo=UTC)),
    OwnThing("goal", "run 10 km", date(2026, 5, 31)),
    OwnThing("habit", "stretch in the morning"),
)


def _drafts() -> list[Draft]:
    found = []
    for number in range(15):
        day = FIRST + timedelta(days=number)
        plan = WORKDAY if day.weekday() < 5 else WEEKEND
        for begin, end, text, kind, left in (*plan, *MORE.get((day.year, day.month, day.day), ())):
            start, until = (datetime.fromisoformat(f"{day:%Y-%m-%d}T{clock}+00:00") for clock in (begin, end))
            if start < NOW:
                data = {"until": min(until, NOW).isoformat(), "kind": kind} | ({"left": True} if left else {})
                found.append(Draft("action", start, text, data=data))
    return sorted(found, key=lambda draft: draft.time)


@pytest.fixture(scope="session")
def own_embedder():
    return default_embedder()


@pytest.fixture
def filled(own_folders: Path, own_embedder) -> ServiceState:
    """Everything but a language model."""
    paths = Paths.from_environment()
    paths.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    calendar = paths.home / "mine.ics"
    blocks = "".join(f"BEGIN:VEVENT\nUID:event-{n}\n{event}\nEND:VEVENT\n" for n, event in enumerate(EVENTS))
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//tests//EN\n{blocks}END:VCALENDAR\n"
    calendar.write_text(text.replace("\n", "\r\n"), newline="")
    paths.config.write_text(f'[sources]\ncalendars = ["{calendar}"]\n[limits]\nquiet_from = 22.5\nquiet_to = 7\n')
    store = Store.open(paths.store, durable=False)
    service = build_service_state(store, load_settings(), paths, clock=ManualClock(NOW), embedder=own_embedder)
    service.memory.add_many(_drafts())
    ideas = service.assistant.base.ideas
    for number, (day, clock, place, state, reason) in enumerate(SAID, 1):
        time = datetime.fromisoformat(f"2026-03-{day}T{clock}+00:00")
        idea = ideas[place]
        entry = Entry(f"s{number}", f"{idea.text}?", time, idea.id, idea.text, state=state, reason=reason)
        why = {"chance": 0.4, "threshold": 0.3, "reasons": [["you like such things", 0.5]]}
        service.feed.add(Row(entry, why, {}, 0))
    Correcting(service).state(likes=["Rust", "bouldering", "Thai food"], dislikes=["birds"])
    for thing in OWN:
        service.own.add(thing)
    service.reading = Observation(activity="writing code in an editor", since=NOW.replace(hour=12, minute=45))
    yield service
    store.close()


@pytest.fixture
def answering(filled: ServiceState) -> Answering:
    return Answering(filled)
