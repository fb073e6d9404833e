"""An imported persona as TOML that a person can read and change, and what became of its prose as a report.

Clauses without an effect close the TOML as comments, ready to be filled in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from simulator.people.importer.values import Clause, Finding, Imported, data
from simulator.people.persona import Persona
from simulator.people.routine import DAY_GROUPS

_TABLES = {"likes": "preference", "day": "day.weekday"}  # of findings whose first word is not that of their table


def to_toml(persona: Persona, findings: Iterable[Finding], unread: Sequence[Clause], head: Sequence[str] = ()) -> str:
    """The file's text: values that are not the form's defaults, above each table the words behind it."""
    words: dict[str, list[str]] = {}
    for finding in findings:
        name, _, about = finding.field.partition(" ")
        told = f"{about} {finding.value} <- {finding.words}".strip()
        words.setdefault(_TABLES.get(name, name.partition(".")[0]), []).append(told)
    lines = _comments(head)
    lines += _table("", persona.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"id"}), words)
    if unread:
        lines += ["", "# Not used so far. What a line says can be filled in by hand, at the place that is named."]
    for part in dict.fromkeys(clause.part for clause in unread):
        place, *rows = data("words")["places"].get(part, ["anywhere"])
        lines += ["#", f"# {part}: {place}", *(f"#     {row}" for row in rows)]
        lines += _comments(f"- {clause.text}" for clause in unread if clause.part == part)
    return "\n".join(lines) + "\n"


def _table(name: str, rows: dict[str, Any], words: dict[str, list[str]]) -> list[str]:
    """A table's values, then its tables, each under a header."""
    lines: list[str] = []
    inner: list[str] = []
    for key, entry in rows.items():
        path = f"{name}.{key}" if name else key
        many = isinstance(entry, list) and bool(entry) and isinstance(entry[0], dict)
        if many or isinstance(entry, dict):
            for row in entry if many else [entry]:
                header = f"[[{path}]]" if many else f"[{path}]"
                inner += ["", *_comments(words.pop(path, ())), header, *_table(path, row, words)]
        else:
            group = next((group for group, days in DAY_GROUPS.items() if key == "days" and list(days) == entry), None)
            lines.append(f"{key} = {_value(group or entry)}")
    return lines + inner


def _value(entry: Any) -> str:
    """A TOML value on one line; JSON's strings are TOML's, but for DEL and lone surrogates."""
    if isinstance(entry, list):
        return "[" + ", ".join(_value(part) for part in entry) + "]"
    text = json.dumps(entry, ensure_ascii=False).replace("\x7f", "\\u007f")
    return text.encode("utf-8", "replace").decode("utf-8")


def _comments(texts: Iterable[str]) -> list[str]:
    """Each text as a comment of one line, without what TOML refuses there."""
    printable = ("".join(letter if letter.isprintable() else " " for letter in text) for text in texts)
    return [f"# {' '.join(text.split())}" for text in printable]


def render(imported: Imported | Sequence[Imported]) -> str:
    """The report on one import, or on several below each other."""
    if not isinstance(imported, Imported):
        return "\n\n".join(render(one) for one in imported)
    rest = f"; the rest stands as comments in {imported.path}" if imported.unread else ""
    lines = [
        f"{imported.persona.name} ({imported.persona.id}) -> {imported.path}",
        f"read {imported.clauses - len(imported.unread)} of {imported.clauses} clauses{rest}",
    ]
    for title, found, joint in (("understood", imported.understood, "from"), ("assumed", imported.assumed, "because")):
        lines += ["", title, *(f"  {f.field:<26}  {f.value}    [{joint}: {f.words}]" for f in found)] if found else []
    if imported.unread:
        lines += ["", "not used", *(f"  {clause.part}: {clause.text}" for clause in imported.unread)]
    lines += [f"warning: not as hard to please as a person: {problem}" for problem in imported.warnings]
    return "\n".join(lines)
