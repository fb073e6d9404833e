"""All settings as rows that a screen can show and change."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

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
        for field, info in type(part).model_fields.items():
            value = getattr(part, field)
            waits = (section, field) in NEEDS_RESTART and value != getattr(getattr(started, section), field)
            rows.append(_row(section, field, info, value, in_file, waits))
    return tuple(rows)


def _row(section: str, field: str, info: FieldInfo, value: Any, in_file: dict[str, Any], waits: bool) -> Setting:
    kind, choices = _kind(info.annotation)
    low = next((getattr(rule, "ge", getattr(rule, "gt", None)) for rule in info.metadata if _bound(rule, "g")), None)
    high = next((getattr(rule, "le", getattr(rule, "lt", None)) for rule in info.metadata if _bound(rule, "l")), None)
    variable = f"{PREFIX}{section}{DELIMITER}{field}".upper()
    table = in_file.get(section)
    given = isinstance(table, dict) and field in table
    source = "environment" if variable in os.environ else "file" if given else "default"
    return Setting(
        section,
        field,
        _plain(value),
        _plain(info.default),
        kind,
        choices,
        None if low is None else float(low),
        None if high is None else float(high),
        info.description or "",
        source,
        waits,
    )


def _kind(annotation: Any) -> tuple[str, tuple[str, ...]]:
    if get_origin(annotation) is Literal:
        return "choice", tuple(get_args(annotation))
    if get_origin(annotation) in (tuple, list):
        return "list", ()
    return {bool: "bool", int: "int", float: "float"}.get(annotation, "text"), ()


def _bound(rule: Any, letter: str) -> bool:
    return hasattr(rule, f"{letter}e") or hasattr(rule, f"{letter}t")


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _in_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
