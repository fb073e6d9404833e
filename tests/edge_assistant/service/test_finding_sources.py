"""The first start finds calendars, notes and ActivityWatch in their usual places, and shows what it read from each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.config import load_settings
from edge_assistant.errors import UsageError
from edge_assistant.service.finding_sources import find_sources
from edge_assistant.settings import SourceSettings
from tests.edge_assistant.context.activitywatch_servers import feed, free_port, server, watch, window
from tests.edge_assistant.service.conftest import MONDAY, Person

__all__ = ["server", "watch"]

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//t//EN
BEGIN:VEVENT
UID:1
SUMMARY:Dentist
DTSTART:20260303T143000Z
DTEND:20260303T150000Z
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of somebody who keeps things where most people do."""
    home = tmp_path / "user"
    monkeypatch.setenv("HOME", str(home))
    for place in ("Documents/Calendars/home.ics", "Documents/trip.ics", "Vault/Home/todo.md", "Notes/empty.txt"):
        (home / place).parent.mkdir(parents=True, exist_ok=True)
    (home / "Documents/Calendars/home.ics").write_text(ICS)
    (home / "Documents/trip.ics").write_text("this is no calendar")
    (home / "Vault/Home/todo.md").write_text(
        "- [ ] mend the bicycle lamp (20 min)\n- [x] call Jo\n- [ ] water the fig\n"
    )
    (home / "Notes/empty.txt").write_text("")
    (home / ".config/obsidian").mkdir(parents=True)
    vaults = {"vaults": {"a1": {"path": str(home / "Vault"), "ts": 1}, "b2": {"gone": True}}}
    (home / ".config/obsidian/obsidian.json").write_text(json.dumps(vaults))
    return home


def silent() -> SourceSettings:
    """Nobody listens where ActivityWatch would."""
    return SourceSettings(activitywatch_port=free_port())


def test_what_lies_in_the_usual_places_is_offered_with_what_was_read(user: Path) -> None:
    calendar, notes = find_sources(silent(), MONDAY)
    assert (calendar.kind, calendar.where) == ("calendar", str(user / "Documents/Calendars"))
    assert calendar.told == "nothing today; next: Dentist, tomorrow 14:30"
    assert (notes.kind, notes.where) == ("notes", str(user / "Vault"))
    assert notes.told == "1 note, 2 to do, such as 'mend the bicycle lamp', 'water the fig'"


def test_what_is_looked_at_already_is_not_offered(user: Path) -> None:
    chosen = silent().model_copy(update={"calendars": ("~/Documents/Calendars",), "notes": str(user / "Vault")})
    assert find_sources(chosen, MONDAY) == ()


def test_a_running_activitywatch_is_offered_with_what_it_sees(user: Path, server: int, watch: Any) -> None:
    now = datetime.now(UTC)
    feed(watch, "window", (4, 4, window("code", "main.py")), now=now)
    feed(watch, "afk", (4, 4, {"status": "not-afk"}), now=now)
    found = find_sources(SourceSettings(activitywatch_port=server), now)[-1]
    assert (found.kind, found.told) == ("activitywatch", "now: writing code in an editor")


def test_what_is_chosen_is_looked_at_from_then_on(user: Path, person: Person) -> None:
    found = person.core.call("setup.get")["found"]
    offered = [[one["kind"], one["where"]] for one in found if one["kind"] != "activitywatch"]
    person.core.call("setup.save", {"sources": offered})
    sources = load_settings().sources
    assert sources.calendars == (str(user / "Documents/Calendars"),) and sources.notes == str(user / "Vault")
    assert not [one for one in person.core.call("setup.get")["found"] if one["kind"] != "activitywatch"]
    person.live(5)
    ideas = {idea.text for idea in person.core.service.assistant.base.ideas}
    assert {"mend the bicycle lamp", "water the fig"} <= ideas, "without a restart"
    with pytest.raises(UsageError, match="cannot be looked at"):
        person.core.call("setup.save", {"sources": [["camera", "/dev/video0"]]})
