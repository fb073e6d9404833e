"""Settings: precedence, and errors that name file and key."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from edge_assistant.config import load_settings
from edge_assistant.errors import ConfigError
from edge_assistant.paths import Paths
from edge_assistant.service.rpc.protocol import LEVELS
from edge_assistant.service.settings.speech import FALSE_ALARM
from edge_assistant.settings import PresenceSettings, Section, Settings


def write(text: str, path: Path | None = None) -> Path:
    path = path or Paths.from_environment().config
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_sources_the_defaults_hold() -> None:
    assert load_settings() == Settings()


def test_the_file_in_the_home_is_read() -> None:
    write("[limits]\nper_day = 5\n")
    settings = load_settings()
    assert settings.limits.per_day == 5
    assert settings.limits.per_hour == Settings().limits.per_hour


def test_environment_beats_file_and_command_line_beats_both(monkeypatch: pytest.MonkeyPatch) -> None:
    write("[simulation]\nseed = 1\ndays = 1\nworkers = 1\n")
    monkeypatch.setenv("EDGE_ASSISTANT_SIMULATION__SEED", "2")
    monkeypatch.setenv("EDGE_ASSISTANT_SIMULATION__DAYS", "2")
    simulation = load_settings({"simulation": {"seed": 3, "days": None}}).simulation
    assert (simulation.seed, simulation.days, simulation.workers) == (3, 2, 1)


def test_zero_from_the_command_line_is_a_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_ASSISTANT_SIMULATION__SEED", "2")
    assert load_settings({"simulation": {"seed": 0}}).simulation.seed == 0


def test_a_named_file_replaces_the_one_in_the_home(tmp_path: Path) -> None:
    write("[limits]\nper_day = 5\n")
    other = write("[limits]\nper_hour = 1\n", tmp_path / "other.toml")
    assert (load_settings(file=other).limits.per_day, load_settings(file=other).limits.per_hour) == (24, 1)


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml"):
        load_settings(file=tmp_path / "missing.toml")


@pytest.mark.parametrize(
    ("text", "key", "advice"),
    [
        ("[limits]\nper_dya = 5\n", "limits.per_dya", "did you mean per_day?"),
        ("[limit]\nper_day = 5\n", "limit", "did you mean limits?"),
        ("colour = 'blue'\n", "colour", "known are costs"),
        ("[limits]\nper_day = -1\n", "limits.per_day is -1", "greater than or equal to 0"),
        ("[limits]\nper_day = 'few'\n", "limits.per_day is 'few'", "valid integer"),
        ("limits = 3\n", "limits is 3", "valid dictionary"),
        ("[presence]\nlevel = 'loud'\n", "presence.level is 'loud'", "'rare'"),
        ("[simulation]\nfeedback = 'sparse:2'\n", "simulation.feedback", "pattern"),
    ],
)
def test_errors_name_file_key_and_way_out_in_one_line(text: str, key: str, advice: str) -> None:
    path = write(text)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    message = str(caught.value)
    assert message.startswith(f"{path}: {key}")
    assert advice in message
    assert "\n" not in message
    assert caught.value.exit_code == 3


def test_all_mistakes_of_all_sources_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    write("[limits]\nper_dya = 5\n")
    monkeypatch.setenv("EDGE_ASSISTANT_COSTS__FALSE_ALARM", "much")
    with pytest.raises(ConfigError) as caught:
        load_settings({"presence": {"level": "Q"}})
    for part in ("config.toml: limits.per_dya", "EDGE_ASSISTANT_COSTS__FALSE_ALARM", "command line: presence.level"):
        assert part in str(caught.value)


def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDGE_ASSISTANT_LIMITS__PER_DYA", "5")
    with pytest.raises(ConfigError, match="EDGE_ASSISTANT_LIMITS__PER_DYA"):
        load_settings()


@pytest.mark.parametrize("content", [b"[limits\n", b"a = 1\na = 2\n"])
def test_a_damaged_file_is_one_line(content: bytes) -> None:
    path = write("")
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="not valid TOML") as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_a_folder_in_the_place_of_the_file_is_refused() -> None:
    Paths.from_environment().config.mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings()


@pytest.mark.parametrize("feedback", ["reasons", "implicit", "sparse:0.3", "noisy:0.1"])
def test_what_others_register_is_not_judged_here(feedback: str) -> None:
    assert load_settings({"simulation": {"feedback": feedback}}).simulation.feedback == feedback


def test_levels_are_the_same_everywhere() -> None:
    set_in_settings = get_args(PresenceSettings.model_fields["level"].annotation)
    assert set_in_settings == LEVELS == tuple(FALSE_ALARM)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load_settings().limits.__setattr__("per_day", 3)


def test_every_setting_is_described() -> None:
    for section_name, section_field in Settings.model_fields.items():
        assert section_field.description, section_name
        section = getattr(Settings(), section_name)
        assert isinstance(section, Section)
        for name, field in type(section).model_fields.items():
            assert field.description, f"{section_name}.{name}"


def test_settings_survive_a_round_trip_through_json() -> None:
    settings = load_settings({"limits": {"quiet_from": 22.5}})
    assert Settings.model_validate_json(settings.model_dump_json()) == settings


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xef\xbb\xbf[limits]\nper_day = 5\n", ""),  # the mark that some editors begin a file with
        ("[topics]\nnever = ['caf\xe9']\n".encode("latin-1"), r"is not UTF-8 \(byte 22\); save it as UTF-8"),
        ("[limits]\n".encode("utf-16"), "is not UTF-8"),
        (b"[limits]\x00\n", "is not valid TOML"),
        (b"\xff", "is not UTF-8"),
    ],
)
def test_bytes_that_are_no_text_are_told_with_their_place(content: bytes, says: str) -> None:
    write("").write_bytes(content)
    if not says:
        assert load_settings().limits.per_day == 5
        return
    with pytest.raises(ConfigError, match=says):
        load_settings()
