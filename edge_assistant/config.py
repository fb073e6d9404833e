"""Gathers the settings, whose classes are in `settings`, from four sources.

What the command line gives wins over environment variables, these over the TOML file, that over the defaults. A
setting `field` of section `section` is

    [section]                        in config.toml
    field = value

    EDGE_ASSISTANT_SECTION__FIELD    in the environment

A key that nobody knows is an error, because a misspelt one that is silently ignored is worse.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from edge_assistant.errors import ConfigError
from edge_assistant.paths import Paths
from edge_assistant.settings import Section, Settings

PREFIX = "EDGE_ASSISTANT_"
DELIMITER = "__"


@dataclass(frozen=True, slots=True)
class Layer:
    """The settings of one source, by section and field, and how that source names a setting."""

    values: dict[str, Any]
    name: Callable[[str], str]

    def holds(self, location: Sequence[str]) -> bool:
        """Whether this source gives something at `location`, or inside it."""
        node: Any = self.values
        for part in location:
            if not isinstance(node, dict) or part not in node:
                return False
            node = node[part]
        return True


def load_settings(overrides: Mapping[str, Mapping[str, Any]] | None = None, file: Path | None = None) -> Settings:
    """Gather the settings.

    Args:
        overrides: what the command line gave, by section and field. None as a value stands for 'not given'.
        file: a TOML file that must exist; None takes `config.toml` in the home folder where there is one.

    Raises:
        ConfigError: an unreadable file, an unknown key or a bad value; one line that names them all and where they are.
    """
    path = file if file is not None else Paths.from_environment().config
    layers = [
        _from_command_line(overrides or {}),
        _from_environment(os.environ),
        Layer(_read(path, must_exist=file is not None), lambda key: f"{path}: {key}"),
    ]
    merged: dict[str, Any] = {}
    for layer in reversed(layers):
        merged = _merge(merged, layer.values)
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        problems = [_describe(dict(problem), layers) for problem in error.errors()]
        raise ConfigError("; ".join(dict.fromkeys(problems))) from error


def _from_command_line(overrides: Mapping[str, Mapping[str, Any]]) -> Layer:
    """The options that were given, without those that were not."""
    values = {
        section: {field: value for field, value in fields.items() if value is not None}
        for section, fields in overrides.items()
    }
    return Layer(values, lambda key: f"command line: {key}")


def _from_environment(environment: Mapping[str, str]) -> Layer:
    """The variables EDGE_ASSISTANT_SECTION__FIELD. Those without a double underscore are not settings."""
    values: dict[str, Any] = {}
    for variable, value in sorted(environment.items()):
        section, found, field = variable.removeprefix(PREFIX).partition(DELIMITER)
        if variable.startswith(PREFIX) and found:
            values.setdefault(section.lower(), {})[field.lower()] = value
    return Layer(values, lambda key: "environment: " + PREFIX + key.replace(".", DELIMITER).upper())


def _read(path: Path, *, must_exist: bool) -> dict[str, Any]:
    """The TOML file's content; a file that is not there and need not be is empty."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError as error:
        if not must_exist:
            return {}
        raise ConfigError(f"{path}: this settings file does not exist; check the path") from error
    except NotADirectoryError as error:
        raise ConfigError(f"{path}: a part of this path is a file where a folder is needed; choose another") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check what it is and who may read it") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 (byte {error.start}); save it as UTF-8, or move it away") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: is not valid TOML ({error}); mend it or move it away") from error


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Section by section, `above` wins."""
    result = dict(below)
    for key, value in above.items():
        old = result.get(key)
        result[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def _describe(problem: dict[str, Any], layers: Sequence[Layer]) -> str:
    """What is wrong, at which source and key, and what would be right, from one of pydantic's error records."""
    parts = [str(part) for part in problem["loc"]]
    key = ".".join(parts)
    source = next((layer.name(key) for layer in layers if layer.holds(parts)), key)
    if problem["type"] != "extra_forbidden":
        message = problem["msg"]
        return f"{source} is {problem['input']!r}: {message[:1].lower()}{message[1:]}"
    section = getattr(Settings(), parts[0], None) if len(parts) > 1 else Settings()
    known = list(type(section).model_fields) if isinstance(section, Section) else []
    near = difflib.get_close_matches(parts[-1], known, n=1)
    advice = f"did you mean {near[0]}?" if near else "known are " + ", ".join(known)
    return f"{source}: there is no such setting; {advice}"
