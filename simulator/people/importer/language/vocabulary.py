"""The importer's word lists of what people do, out of data/importer/activities.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[3] / "data" / "importer" / "activities.toml"


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tables


def words(name: str) -> frozenset[str]:
    """One list of words, such as 'verbs'."""
    return frozenset(_tables()[name].split())


def synonyms() -> dict[str, str]:
    """Stems that stand for another."""
    return dict(_tables()["synonyms"])


def leads() -> dict[str, str]:
    """The verb for each thing that may be named without one: 'lunch' -> 'having'."""
    return {head: lead for lead, heads in _tables()["leads"].items() for head in heads.split()}
