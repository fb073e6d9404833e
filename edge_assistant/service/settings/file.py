"""Writing single settings into the TOML file: comments stay, the file is replaced at once, and never by a bad one."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

from edge_assistant.config import load_settings
from edge_assistant.errors import ConfigError
from edge_assistant.settings import Settings
from edge_assistant.storage.private_folders import make_private
from quant.atomic import replacing
from quant.errors import refused

_TABLE = re.compile(r"^\s*\[(?P<name>[^\[\]]+)\]\s*(?:#.*)?$")


def write_setting(path: Path, section: str, field: str, value: Any) -> Settings:
    """Set one setting in the file and return all settings as they are then.

    Raises:
        ConfigError: the section or field does not exist, the value cannot be, or the file cannot be written. It is
            then as before.
    """
    return write_settings(path, {section: {field: value}})


def write_settings(path: Path, changes: dict[str, dict[str, Any]]) -> Settings:
    """Set several settings at once, see `write_setting`. A value of None takes the setting out of the file."""
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        wanted = tomllib.loads(text)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be changed ({error}); mend it or move it away") from error
    for section, fields in changes.items():
        for field, value in fields.items():
            table = wanted.setdefault(section, {})
            plain = list(value) if isinstance(value, tuple) else value
            if plain is None:
                table.pop(field, None)
            else:
                table[field] = plain
            text = _with_line(text, section, field, plain)
    got = _parsed(text)
    if got is None or got != {name: table for name, table in wanted.items() if table or name in got}:
        text = _whole(wanted)  # something in the file was too intricate to be changed line by line
    _replace(path, text)
    return load_settings(file=path)


def toml_value(value: Any) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + "}"
    return json.dumps(str(value), ensure_ascii=False)  # a basic string of TOML has JSON's escapes


def _with_line(text: str, section: str, field: str, value: Any) -> str:
    """The text with one line replaced, added or (None) taken out."""
    lines = text.splitlines()
    line = None if value is None else f"{field} = {toml_value(value)}"
    start = next((at for at, row in enumerate(lines) if _name(row) == section), None)
    if start is None:
        return text if line is None else f"{text.rstrip()}\n\n[{section}]\n{line}\n".lstrip()
    end = next((at for at in range(start + 1, len(lines)) if _name(lines[at])), len(lines))
    key = re.compile(rf"^\s*{re.escape(field)}\s*=")
    place = next((at for at in range(start + 1, end) if key.match(lines[at])), None)
    if place is not None:
        lines[place : place + 1] = [] if line is None else [line]
    elif line is not None:
        while end > start + 1 and not lines[end - 1].strip():
            end -= 1
        lines.insert(end, line)
    return "\n".join(lines) + "\n"


def _name(line: str) -> str:
    found = _TABLE.match(line)
    return found["name"].strip() if found else ""


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _whole(document: dict[str, Any]) -> str:
    parts = []
    for name, table in document.items():
        if isinstance(table, dict):
            rows = [f"{field} = {toml_value(value)}" for field, value in table.items()]
            parts.append(f"[{name}]\n" + "\n".join(rows))
        else:
            parts.insert(0, f"{name} = {toml_value(table)}")
    return "\n\n".join(parts) + "\n"


def _replace(path: Path, text: str) -> None:
    """Check the new text as settings, then put it in the place of the old file."""
    try:
        make_private(path.parent)
        with replacing(path, mode=0o600) as aside:
            aside.write_text(text, encoding="utf-8")
            try:
                load_settings(file=aside)
            except ConfigError as error:
                raise ConfigError(str(error).replace(str(aside), str(path))) from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {refused(error, 'check the folder')}") from error
