"""Single settings in the TOML file."""

from __future__ import annotations

import stat

import pytest

from edge_assistant.config import load_settings
from edge_assistant.errors import ConfigError
from edge_assistant.paths import Paths
from edge_assistant.service.settings.file import write_setting, write_settings
from edge_assistant.service.views.settings import setting_rows

WRITTEN = """\
# my settings
[limits]
per_day = 5 # not more
quiet_from = 22.0

[sources]
calendars = [
  "one.ics",
  "two.ics",
]
"""


@pytest.fixture
def path():
    path = Paths.from_environment().config
    path.parent.mkdir()
    path.write_text(WRITTEN)
    return path


def test_a_new_file_is_private_and_effective():
    path = Paths.from_environment().config
    assert write_setting(path, "presence", "level", "rare").presence.level == "rare"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_settings().presence.level == "rare"


def test_comments_and_other_lines_stay(path):
    write_setting(path, "limits", "quiet_from", 21.5)
    text = path.read_text()
    assert "# my settings" in text and "per_day = 5 # not more" in text
    assert load_settings().limits.quiet_from == 21.5
    assert load_settings().sources.calendars == ("one.ics", "two.ics")


def test_a_value_over_several_lines_is_replaced(path):
    write_setting(path, "sources", "calendars", ["three.ics"])
    settings = load_settings()
    assert settings.sources.calendars == ("three.ics",)
    assert settings.limits.per_day == 5


def test_several_at_once_and_back_to_the_default(path):
    write_settings(path, {"limits": {"per_day": None}, "topics": {"never": ["money", 'say "no"']}})
    settings = load_settings()
    assert settings.limits.per_day == 24
    assert settings.topics.never == ("money", 'say "no"')


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [("limits", "per_day", -1), ("limits", "per_dy", 3), ("nothing", "x", 1), ("presence", "level", "loud")],
)
def test_a_bad_value_changes_nothing(path, section, field, value):
    with pytest.raises(ConfigError, match=section):
        write_setting(path, section, field, value)
    assert path.read_text() == WRITTEN
    assert [file.name for file in path.parent.iterdir()] == ["config.toml"]


def test_a_broken_file_is_not_overwritten(path):
    path.write_text("[limits\n")
    with pytest.raises(ConfigError, match="cannot be changed"):
        write_setting(path, "limits", "per_day", 3)
    assert path.read_text() == "[limits\n"


def test_rows_tell_kind_bounds_and_source(path, monkeypatch):
    monkeypatch.setenv("EDGE_ASSISTANT_LIMITS__LEAST_GAP", "12")
    rows = {(row.section, row.field): row for row in setting_rows(load_settings(), path, load_settings())}
    assert rows["limits", "per_day"].source == "file" and rows["limits", "per_day"].kind == "int"
    assert rows["limits", "least_gap"].source == "environment"
    assert rows["presence", "level"].choices == ("off", "rare", "normal", "chatty")
    assert rows["costs", "false_alarm"].high == 100
    assert not [row for row in rows.values() if row.section == "simulation"]
    assert all(row.help for row in rows.values())


def test_what_waits_for_the_next_start_is_told_until_then(path):
    before = load_settings()
    after = write_setting(path, "embedding", "threads", 2)
    assert [row.field for row in setting_rows(after, path, before) if row.restart] == ["threads"]
    assert not [row for row in setting_rows(after, path, after) if row.restart]
