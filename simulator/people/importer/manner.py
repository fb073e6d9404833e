"""How to be spoken to: length, formality, directness, warmth, marks, and topics that must not be touched.

Words of each value stand in `data/importer/style.toml`; a word behind 'no' or 'avoid' speaks for the opposite.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.people.importer.values import Clause, Notes, Wording, data, pattern
from simulator.people.persona import Communication


def read(clauses: Sequence[Clause]) -> list[Wording]:
    """Values of aspects and forbidden topics that clauses name."""
    return [wording for clause in clauses for wording in (*_style(clause), *_topics(clause))]


def _style(clause: Clause) -> list[Wording]:
    text = clause.text.lower()
    found: dict[str, str] = {}
    for row in data("style")["style"]:
        if match := re.search(rf"\b(?:{row['words']})\b", text):
            before = pattern("manner", "list_ends").split(text[: match.start()])[-1]
            no = pattern("manner", "refusal").search(before) or re.match(r"\W*(?:none|no\b|never)", text[match.end() :])
            if value := row.get("refused" if no else "value"):
                found.setdefault(row["aspect"], value)
    return [Wording(aspect, value, clause) for aspect, value in found.items()]


def _topics(clause: Clause) -> list[Wording]:
    text = clause.text.lower()
    if not pattern("manner", "refusal").search(text):
        return []
    topics = data("style")["topics"].items()
    return [Wording("topic", topic, clause) for topic, words in topics if re.search(rf"\b(?:{words})\b", text)]


def settle(wordings: Sequence[Wording], notes: Notes) -> Communication:
    """The persona's style; the first clause on an aspect holds, and an aspect that nobody named is free."""
    aspects: dict[str, str] = {}
    topics: dict[str, None] = {}
    for wording in wordings:
        notes.understand(f"manner.{wording.aspect}", wording.value, wording.clause)
        if wording.aspect == "topic":
            topics[wording.value] = None
        else:
            aspects.setdefault(wording.aspect, wording.value)
    return Communication.model_validate({**aspects, "forbidden_topics": tuple(topics)})
