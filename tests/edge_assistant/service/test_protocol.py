"""The values that travel between core and clients."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from edge_assistant.context.observation import SourceState
from edge_assistant.domain import CalendarEntry, Reason
from edge_assistant.service.rpc import protocol
from edge_assistant.service.rpc.learning_values import Belief
from edge_assistant.service.rpc.protocol import Entry, MemoryRow, Status, Why

NOW = datetime(2026, 3, 29, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        Status(
            state="ready",
            time=NOW,
            sources=(SourceState("clock"), SourceState("typed", False, "off", "switched off")),
            next_event=CalendarEntry("dentist", NOW, NOW),
            chance=0.25,
        ),
        Entry("s1", "Tea?", NOW, rating={"preference": 1}, turns=("shorter",), remind_at=NOW),
        Why(entry=Entry("s1", "Tea?", NOW), chances={"timing": 0.5}, reasons=(Reason("evening", -0.3),)),
        MemoryRow(1, "action", NOW, "reading"),
        Belief("hours.morning", "Mornings suit you.", value=0.5, choices=("a", "b")),
    ],
)
def test_round_trip(value):
    assert type(value).from_dict(json.loads(json.dumps(value.to_dict()))) == value


def test_a_newer_core_may_send_more():
    told = {"level": "rare", "colour": "blue", "sources": [{"name": "clock", "colour": "blue"}]}
    assert Status.from_dict(told) == Status(level="rare", sources=(SourceState("clock"),))


def test_a_value_without_what_it_needs_is_refused():
    with pytest.raises(TypeError):
        Entry.from_dict({"id": "s1"})


def test_defaults_of_status_are_those_before_the_core_answers():
    assert Status().state in protocol.STATES
    assert Status().level in protocol.LEVELS
