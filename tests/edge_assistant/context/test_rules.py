"""The person's own hard rules: read from a file, each mistake told with its line, and kept to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge_assistant.context.observation import Observation
from edge_assistant.context.rules import OwnRules, Rules, read_rules
from edge_assistant.domain import CalendarEntry

SUNDAY = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
SEEN = Observation(activity="writing code in an editor", kind="deep_work", app="zed", title="notes.py")
INTERVIEW = CalendarEntry("Interview with Ada", SUNDAY + timedelta(hours=1), SUNDAY + timedelta(hours=2))


def rules(path: Path, text: str) -> Rules:
    path.write_text(f"[[never]]\n{text}\n", encoding="utf-8")
    return read_rules(path)


def why(found: Rules, now: datetime = SUNDAY, seen: Observation | None = SEEN, *programs: str) -> str:
    assert found.problems == () and found.broken == ""
    return found.forbid(now, seen, lambda: frozenset(programs))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


def test_no_file_forbids_nothing(path: Path) -> None:
    assert read_rules(path) == Rules() and why(read_rules(path)) == ""


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ('days = "Sunday"\nuntil = "10:00"', True),
        ('days = ["sat", "Sundays"]\nuntil = "9"', False),
        ('days = "weekdays"', False),
        ('days = "weekend"\nfrom = 09:00:00', True),
        ('from = "22:00"\nuntil = "10.00"', True),
        ('from = "10"\nuntil = "22"', False),
        ('app = "ZED"', True),
        ('app = "zoom"', False),
        ('app = ["zoom", "zed"]\ndays = "Monday"', False),
        ('title = "notes"', True),
        ('activity = "code"', True),
        ('activity = "deep work"', True),
        ('calendar = "interview"', False),
        ('calendar = "interview"\nminutes_before = 60', True),
        ('running = "zoom"', True),
        ('running = "skype"', False),
    ],
)
def test_a_rule_holds_while_all_that_it_names_is_so(path: Path, text: str, holds: bool) -> None:
    seen = replace(SEEN, calendar=(INTERVIEW,))
    assert (why(rules(path, text), SUNDAY, seen, "zoom.real", "bash") != "") is holds


def test_what_goes_over_midnight_belongs_to_the_day_on_which_it_begins(path: Path) -> None:
    found = rules(path, 'days = "Saturday"\nfrom = "23:00"\nuntil = "10:00"')
    assert why(found)
    assert not why(found, SUNDAY.replace(hour=23, minute=30))
    assert not why(found, SUNDAY - timedelta(days=1))


def test_the_reason_is_the_persons_own_or_what_the_rule_says(path: Path) -> None:
    assert why(rules(path, 'days = "Sunday"\nuntil = "10:00"')) == "your rule: Sunday, until 10:00"
    assert why(rules(path, 'days = "Sunday"\nbecause = "the day of rest"')) == "your rule: the day of rest"
    assert why(rules(path, 'days = "Sunday"\napp = "x"'), seen=None) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('aps = "zoom"', "unknown condition 'aps'; did you mean 'app'?"),
        ("app = 3", "app is 3, expected a word in quotes"),
        ('app = ""', "app is ''"),
        ('days = "someday"', "days has 'someday'; write Monday to Sunday"),
        ('until = "25:00"', "until is '25:00', expected a time such as '10:00'"),
        ("until = true", "until is True"),
        ('calendar = "x"\nminutes_before = -1', "minutes_before is -1, expected 0 to 1440"),
        ('because = "I say so"', "names no condition"),
        ('days = "Sunday"\nbecause = 3', "because is 3"),
    ],
)
def test_a_mistake_costs_only_its_rule_and_is_told_with_its_line(path: Path, text: str, problem: str) -> None:
    found = rules(path, f'days = "Sunday"\n\n[[never]]\n{text}')
    assert len(found.rules) == 1 and len(found.problems) == 1
    assert found.problems[0].startswith(f"{path}:4: ") and problem in found.problems[0]


@pytest.mark.parametrize("text", ['[[never]\napp = "zoom"', 'never = [{app = "zoom"}]', "never = 1"])
def test_a_file_that_cannot_be_read_silences(path: Path, text: str) -> None:
    path.write_text(text)
    found = read_rules(path)
    assert found.forbid(SUNDAY, None, frozenset).startswith(f"your rules cannot be read ({path}")


def test_a_file_that_changes_is_read_again(path: Path) -> None:
    own = OwnRules(path)
    assert own.now() == Rules()
    rules(path, 'days = "Sunday"')
    assert len(own.now().rules) == 1 and own.now() is own.now()
    path.unlink()
    assert own.now() == Rules()
