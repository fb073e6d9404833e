"""Writing single settings into the TOML file: comments stay, the file is replaced at once, and never by a bad one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from edge_assistant.config import load_settings
from edge_assistant.errors import ConfigError
from edge_assistant.settings import Settings
from edge_assistant.storage.private_folders import make_private
from quant.atomic import replacing
from quant.errors import refused


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
        document = tomlkit.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    except (OSError, TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be changed ({error}); mend it or move it away") from error
    for section, fields in changes.items():
        table = document.setdefault(section, tomlkit.table())
        for field, value in fields.items():
            if value is not None:
                table[field] = value
            elif field in table:
                del table[field]
    _replace(path, tomlkit.dumps(document))
    return load_settings(file=path)


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
