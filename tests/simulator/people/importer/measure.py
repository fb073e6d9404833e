"""How many facts an import reads of people in their own words: right, missing and wrong by part.

    python -m tests.simulator.people.importer.measure

    python -m tests.simulator.people.importer.measure unseen

`facts.json` holds what careful readers took from the words of `people/` and `strangers/`, `facts_unseen.json` those of
three who were written after the reader and read once. Only the public entry and
the persona that comes of it are used, so that any version of the importer can be held against the same facts.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from edge_assistant.llm.embedding import default_embedder
from edge_assistant.paths import Paths
from simulator.people.importer import import_file
from simulator.people.importer.meaning import Meaning
from simulator.people.persona import Persona
from simulator.people.routine import Span, minutes_of_day, within

HERE = Path(__file__).parent
FACTS: dict[str, dict[str, Any]] = json.loads((HERE / "facts.json").read_text("utf-8"))
ASPECTS = ("length", "formality", "directness", "warmth", "emoji", "exclamation")


CACHE: Path | None = None
"""Where vectors are kept; the tests set the session's."""


@cache
def meaning() -> Meaning:
    """One for all: the ideas are embedded once."""
    return Meaning(default_embedder(CACHE or Paths.from_environment().cache))


@dataclass
class Tally:
    """Counts by part, and one line for each fact that is missing or wrong."""

    counts: dict[str, Counter[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, part: str, verdict: str, fact: str) -> None:
        """Count a fact as 'right', 'missing' or 'wrong'."""
        self.counts.setdefault(part, Counter())[verdict] += 1
        if verdict != "right":
            self.faults.append(f"{part}: {verdict}: {fact}")


def path_of(name: str) -> Path:
    """The file of a person on whom facts are known."""
    return next(
        path for folder in ("people", "strangers", "unseen") if (path := HERE / folder / f"{name}.json").exists()
    )


def measure(persona: Persona, facts: dict[str, Any], tally: Tally) -> None:
    """Hold one imported person against the facts."""
    for part in ("wake", "sleep"):
        clock = getattr(persona.day.weekday, part)
        right = any(apart(clock, told) <= 30 for told in facts.get(part, clock).split("/"))
        tally.add("waking and sleeping", "right" if right else "wrong", f"{persona.id} {part} {clock}")
    for point in facts.get("points", ()):
        tally.add("fixed points", _point(persona, point), f"{persona.id} {point}")
    for part in ("occupation", "household"):
        if part in facts:
            value = getattr(persona, part)
            found = re.search(facts[part], value, re.IGNORECASE)
            verdict = "right" if found else "missing" if value.lower() == "not stated" else "wrong"
            tally.add("occupation, household", verdict, f"{persona.id} {part}: {value}")
    for probe in facts.get("moments", ()):
        good = probe[-1] in "+v"
        tally.add("good moments" if good else "bad moments", _moment(persona, probe), f"{persona.id} {probe}")
    for kind in facts.get("kinds", ()):
        named, other = persona.timing.kinds, persona.timing.blocked_kinds
        part, there, against = ("good moments", named, other) if kind[0] == "+" else ("bad moments", other, named)
        verdict = "right" if kind[1:] in there else "wrong" if kind[1:] in against else "missing"
        tally.add(part, verdict, f"{persona.id} {kind}")
    for hours in facts.get("hours", ()):
        _hours(persona, hours, tally)
    _tastes(persona, facts.get("tastes", ""), tally)
    _often(persona, facts, tally)
    _manner(persona, facts, tally)


def apart(one: str, other: str) -> int:
    """Minutes between two clock times, around midnight too."""
    return abs((minutes_of_day(one) - minutes_of_day(other) + 720) % 1440 - 720)


def _point(persona: Persona, told: dict[str, str]) -> str:
    mine = [point for point in persona.routine if re.search(told["text"], point.text, re.IGNORECASE)]
    start = told["time"].partition("-")[0]
    if not mine:
        near = [p for p in persona.routine if apart(p.start, start) <= 20 and p.kind in told["kinds"].split()]
        return "right" if near else "missing"
    return "right" if any(apart(p.start, start) <= 35 and p.kind in told["kinds"].split() for p in mine) else "wrong"


def _holds(span: Span, day: str, minute: int) -> bool:
    return day in span.days and within(span.start, span.end, minute)


def _moment(persona: Persona, probe: str) -> str:
    *day, clock, kind, mark = probe.split()
    weekday, minute, timing = (day or ["mon"])[0], minutes_of_day(clock), persona.timing
    blocked = kind in timing.blocked_kinds or any(_holds(span, weekday, minute) for span in timing.blocked)
    weight = timing.kinds.get(kind, 0.0) + sum(s.weight for s in timing.windows if _holds(s, weekday, minute))
    if mark in "+v":
        enough = weight >= 1 if mark == "+" else weight + timing.pause_weight > 0
        return "wrong" if blocked else "right" if enough else "missing"
    if not blocked and weight >= timing.threshold:
        return "wrong"
    return "right" if blocked or mark == "0" else "missing"


def _hours(persona: Persona, told: str, tally: Tally) -> None:
    good, (start, _, end) = told[0] == "+", told[1:].partition("-")
    spans = persona.timing.windows if good else persona.timing.blocked
    found = any(apart(start, span.start) <= 30 and apart(end, span.end) <= 30 for span in spans)
    middle = (minutes_of_day(start) + (minutes_of_day(end) - minutes_of_day(start)) % 1440 // 2) % 1440
    others = persona.timing.blocked if good else persona.timing.windows
    against = any(_holds(span, "mon", middle) for span in others)
    verdict = "right" if found else "wrong" if against else "missing"
    tally.add("good moments" if good else "bad moments", verdict, f"{persona.id} {told}")


def _tastes(persona: Persona, told: str, tally: Tally) -> None:
    """Signs of categories and attributes; the moment behind '@' and what must not be read behind '!'."""
    liking = persona.preference
    found = {f"{'+' if w > 0 else '-'}{name}" for name, w in {**liking.categories, **liking.attributes}.items()}
    found |= {f"-{name}" for name in liking.avoid_categories}
    found |= {f"{'+' if rule.weight > 0 else '-'}{rule.of}" for rule in liking.interactions}
    for fact in told.split():
        ways = {way.partition("@")[0].lstrip("!") for way in fact.split("|")}
        if fact.startswith("!"):
            for way in ways & found:
                tally.add("likes" if way[0] == "+" else "dislikes", "wrong", f"{persona.id} {way}")
            continue
        part = "likes" if fact.startswith("+") else "dislikes"
        tally.add(part, "right" if ways & found else "missing", f"{persona.id} {fact}")


def _often(persona: Persona, facts: dict[str, Any], tally: Tally) -> None:
    frame = persona.day.weekday
    awake = (minutes_of_day(frame.sleep) - minutes_of_day(frame.wake)) % 1440
    values = {"daily_max": persona.frequency.daily_max, "min_gap": persona.frequency.min_gap}
    values["wish"] = round(1.5 * awake / persona.frequency.max_gap, 1)
    for name, value in values.items():
        if name in facts:
            low, high = facts[name]
            verdict = "right" if low - 0.01 <= value <= high + 0.01 else "wrong"
            tally.add("wish, maximum, gaps", verdict, f"{persona.id} {name} {value:g}, expected {low:g} to {high:g}")


def _manner(persona: Persona, facts: dict[str, Any], tally: Tally) -> None:
    told = "; ".join(filter(None, (facts.get("manner", ""), facts.get("emoji", ""))))
    for aspect, accepted in (pair.split("=") for pair in told.split("; ") if pair):
        value = getattr(persona.manner, aspect)
        verdict = "right" if value in accepted.split("|") else "missing" if value == "any" else "wrong"
        if "any" not in accepted.split("|") or verdict == "wrong":
            tally.add("manner", verdict, f"{persona.id} {aspect} {value}, expected {accepted}")
    topics = set(persona.manner.forbidden_topics)
    for wanted in facts.get("forbidden", "").split():
        tally.add(
            "forbidden topics", "right" if topics & set(wanted.split("|")) else "missing", f"{persona.id} {wanted}"
        )
    allowed = set(re.split(r"[ |]", facts.get("forbidden", "") + " " + facts.get("may_forbid", "")))
    for topic in topics - allowed if "forbidden" in facts else ():
        tally.add("forbidden topics", "wrong", f"{persona.id} {topic}")


def table(tally: Tally) -> str:
    """The counts as a table in Markdown."""
    rows = [
        (part, *(count[verdict] for verdict in ("right", "missing", "wrong"))) for part, count in tally.counts.items()
    ]
    rows.append(("all", *(sum(row[column] for row in rows) for column in (1, 2, 3))))
    lines = ["| part | right / missing / wrong | share right |", "| --- | --- | --- |"]
    for part, right, missing, wrong in rows:
        total = right + missing + wrong
        lines.append(f"| {part} | {right} / {missing} / {wrong} | {right / max(total, 1):.0%} |")
    return "\n".join(lines)


def main() -> None:
    """Import everybody into a folder that is thrown away; faults on standard error, the table on standard output."""
    facts_of = json.loads((HERE / "facts_unseen.json").read_text("utf-8")) if sys.argv[1:] == ["unseen"] else FACTS
    tally, warned = Tally(), []
    with tempfile.TemporaryDirectory() as folder:
        for name, facts in facts_of.items():
            (imported,) = import_file(path_of(name), Path(folder), meaning())
            measure(imported.persona, facts, tally)
            warned += [f"{name}: {warning}" for warning in imported.warnings]
    print("\n".join([*tally.faults, *warned]), file=sys.stderr)
    print(table(tally))
    print(f"\n{len(facts_of)} people, {len({line.split(':')[0] for line in warned})} of them fail the hardness check")


if __name__ == "__main__":
    main()
