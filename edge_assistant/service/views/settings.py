"""All settings as rows that a screen can show and change."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from edge_assistant.config import DELIMITER, PREFIX
from edge_assistant.service.rpc.protocol import Setting
from edge_assistant.settings import Section, Settings

HIDDEN = ("simulation",)
"""Sections that have nothing to do with a person."""

NEEDS_RESTART = (
    ("embedding", "path"),
    ("embedding", "threads"),
    ("sources", "notes"),
)
"""What takes effect at the next start only; everything else does at once."""

KINDS = {"boolean": "bool", "integer": "int", "number": "float", "array": "list"}
"""How a screen edits a type of JSON's; any other is a text."""


def setting_rows(settings: Settings, path: Path, started: Settings) -> tuple[Setting, ...]:
    """Every setting that a person may want to change.

    Args:
        settings: as they are now.
        path: of the file.
        started: as they were when the assistant started, for those that wait for its next start.
    """
    in_file = _in_file(path)
    rows = []
    for section in type(settings).model_fields:
        part = getattr(settings, section)
        if section in HIDDEN or not isinstance(part, Section):
            continue
        for field, about in type(part).model_json_schema()["properties"].items():
            value = getattr(part, field)
            waits = (section, field) in NEEDS_RESTART and value != getattr(getattr(started, section), field)
            table = in_file.get(section)
            given = isinstance(table, dict) and field in table
            variable = f"{PREFIX}{section}{DELIMITER}{field}".upper()
            rows.append(
                Setting(
                    section,
                    field,
                    _plain(value),
                    about["default"],
                    "choice" if "enum" in about else KINDS.get(about.get("type", ""), "text"),
                    tuple(about.get("enum", ())),
                    about.get("minimum", about.get("exclusiveMinimum")),
                    about.get("maximum", about.get("exclusiveMaximum")),
                    about.get("description", ""),
                    "environment" if variable in os.environ else "file" if given else "default",
                    waits,
                )
            )
    return tuple(rows)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _in_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
