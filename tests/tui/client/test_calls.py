"""From intents to calls of the core."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from edge_assistant.service.rpc.protocol import LONGEST_TEXT, Entry
from tui.client.calls import ImpossibleError, general_call, possible, suggestion_call
from tui.client.commands import Intent

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)


def entry(state: str = "open") -> Entry:
    return Entry("s1", "Perhaps a walk?", NOW - timedelta(minutes=5), state=state)


def test_later_shows_at_once_until_when() -> None:
    call = suggestion_call(Intent("later", {"minutes": 60.0}), entry(), NOW)
    assert (call.method, call.parameters) == ("snooze", {"id": "s1", "minutes": 60.0})
    assert call.expected is not None and call.expected.state == "snoozed"
    assert call.expected.snoozed_until == NOW + timedelta(hours=1)


def test_dismissing_carries_the_dimension() -> None:
    call = suggestion_call(Intent("dismiss", {"reason": "timing"}), entry(), NOW)
    assert call.parameters == {"id": "s1", "reaction": "dismissed", "reason": "timing"}
    assert call.said == "dismissed: bad time"


def test_a_reminder_is_an_iso_time() -> None:
    call = suggestion_call(Intent("remind", {"when": "18:30"}), entry("accepted"), NOW)
    assert call.parameters["at"] == "2026-11-24T18:30:00+00:00"


@pytest.mark.parametrize(
    ("intent", "state"),
    [
        (Intent("accept"), "accepted"),
        (Intent("later", {"minutes": 15.0}), "dismissed"),
        (Intent("done"), "open"),
        (Intent("remind", {"when": "18:30"}), "open"),
        (Intent("remind", {"when": "whenever"}), "accepted"),
        (Intent("edit", {"text": "Perhaps a walk?"}), "open"),
        (Intent("edit", {"text": " "}), "open"),
        (Intent("edit", {"text": "walk " * 100}), "open"),
    ],
)
def test_what_cannot_be_done_is_said(intent: Intent, state: str) -> None:
    with pytest.raises(ImpossibleError):
        suggestion_call(intent, entry(state), NOW)


def test_a_wording_may_be_as_long_as_the_core_takes() -> None:
    assert suggestion_call(Intent("edit", {"text": "w" * LONGEST_TEXT}), entry(), NOW).expected is not None


def test_an_empty_wording_is_not_called_unchanged() -> None:
    with pytest.raises(ImpossibleError, match="type how"):
        suggestion_call(Intent("edit", {"text": ""}), entry(), NOW)


def test_nothing_can_be_said_about_nothing() -> None:
    assert not possible("accept", None)
    with pytest.raises(ImpossibleError, match="no suggestion yet"):
        suggestion_call(Intent("accept"), None, NOW)


def test_a_missed_suggestion_can_still_be_answered() -> None:
    assert possible("accept", entry("ignored")) and possible("dismiss", entry("expired"))
    assert not possible("later", entry("expired"))


def test_general_calls() -> None:
    call = general_call(Intent("level", {"level": "rare"}))
    assert call is not None
    assert call.parameters == {"section": "presence", "field": "level", "value": "rare"}
    assert general_call(Intent("help")) is None


def test_a_long_line_is_said_back_in_short() -> None:
    text = "sorting the old photographs from the attic into albums " * 8
    call = general_call(Intent("tell", {"text": text}))
    assert call is not None and call.parameters == {"text": text}
    assert call.said.endswith("…") and len(call.said) < 80
