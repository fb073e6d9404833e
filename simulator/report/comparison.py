"""Finished runs held against each other in one file: a page, or a Markdown text with pictures beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from edge_assistant.domain import DIMENSIONS
from edge_assistant.errors import DataError, UsageError
from simulator.report.page import comparison_page
from simulator.report.panels import comparison_panels
from simulator.report.reading import (
    LAST_DAYS,
    Cells,
    Summary,
    cells_of,
    day_numbers,
    difference,
    fixed,
    over_personas,
    span_of,
)
from simulator.report.tables import TextTable, markdown
from simulator.world.derived_files import put

MEASURES = (
    *("skill", "satisfaction", "suggestions_per_hour", "welcome", "false_alarms", "success_rate"),
    *DIMENSIONS,
)
"""The measures that are compared, in the order of the tables."""


class FinishedRun(NamedTuple):
    """A finished run: how it is called among the others, and what it holds; pairs are by persona and day."""

    name: str
    summary: Summary
    cells: Cells


def load(folders: Sequence[Path]) -> list[FinishedRun]:
    """Runs by their assistants' names, with the folder where two have one.

    Raises:
        DataError: a folder holds no finished run, or all of them share no day.
    """
    summaries = [read_summary(folder) for folder in folders]
    assistants = [str(summary["assistant"]) for summary in summaries]
    names = [
        assistant if assistants.count(assistant) == 1 else f"{assistant} ({folder})"
        for assistant, folder in zip(assistants, folders, strict=True)
    ]
    runs = [FinishedRun(name, summary, cells_of(summary)) for name, summary in zip(names, summaries, strict=True)]
    if not shared_days(runs):
        raise DataError(f"{', '.join(map(str, folders))}: share no day; compare runs of the same days")
    return runs


def read_summary(folder: Path) -> dict[str, Any]:
    """The summary of a finished run.

    Raises:
        DataError: there is none.
    """
    path = folder / "summary.json"
    try:
        summary = dict(json.loads(path.read_text(encoding="utf-8")))
        if not cells_of(summary) or not day_numbers(summary):
            raise ValueError("it holds no finished day")
    except FileNotFoundError as error:
        raise DataError(
            f"{folder}: holds no summary.json; name the folder of a finished run, or finish it with --resume"
        ) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: is no summary of a finished run ({error!r}); make the run again") from error
    return summary


def shared_days(runs: Sequence[FinishedRun]) -> list[int]:
    """The last days that all runs have, at most three."""
    return sorted(set.intersection(*(set(day_numbers(run.summary)) for run in runs)))[-LAST_DAYS:]


def warnings(runs: Sequence[FinishedRun]) -> list[str]:
    """What keeps the runs from being compared as they stand, in words."""
    facts: dict[str, list[Any]] = {
        "seed (pairs share the persona alone)": [run.summary["config"].get("seed") for run in runs],
        "personas (differences are over those they share)": [sorted({p for p, _, _ in run.cells}) for run in runs],
        "number of days (the end is that of the shortest)": [day_numbers(run.summary)[-1] for run in runs],
        **{key: [run.summary.get(key) for run in runs] for key in ("feedback", "judge", "world")},
    }
    return [f"The runs differ in {what}." for what, values in facts.items() if any(one != values[0] for one in values)]


def as_figures(runs: Sequence[FinishedRun]) -> dict[str, Any]:
    """What the tables show, as numbers."""
    days, first = shared_days(runs), runs[0]
    return {
        "days": days,
        "warnings": warnings(runs),
        "runs": [
            {"name": run.name} | {name: asdict(over_personas(run.cells, name, days)) for name in MEASURES}
            for run in runs
        ],
        "differences": [
            {"run": first.name, "other": other.name}
            | {name: asdict(difference(first.cells, other.cells, name, days)) for name in MEASURES}
            for other in runs[1:]
        ],
    }


def tables(runs: Sequence[FinishedRun]) -> list[TextTable]:
    """Means at the end of the runs; with more than one run also how far the first is above each other one."""
    days, first = shared_days(runs), runs[0]
    when = span_of(days)
    words = [name.replace("_", " ") for name in MEASURES]
    caption = f"Means over personas on {when}, with bootstrap 95 % intervals"
    means = tuple((run.name, *(str(over_personas(run.cells, name, days)) for name in MEASURES)) for run in runs)
    shown = [TextTable(caption, ("run", *words), means)]
    rows = []
    for other in runs[1:]:
        for name, word in zip(MEASURES, words, strict=True):
            apart = difference(first.cells, other.cells, name, days)
            rows.append((other.name, word, str(apart), fixed(apart.effect), str(apart.count)))
    if rows:
        caption = f"{first.name} minus each other run on {when}, paired by persona, with bootstrap 95 % intervals; "
        caption += "effect: mean difference by the standard deviation of the differences"
        shown.append(TextTable(caption, ("other run", "measure", "difference", "effect", "personas"), tuple(rows)))
    return shown


def write(runs: Sequence[FinishedRun], out: Path) -> None:
    """Write the comparison in the form that the file's ending names.

    Raises:
        UsageError: the ending is unknown.
    """
    form, title = out.suffix.lower(), "Comparison: " + ", ".join(run.name for run in runs)
    if form not in (".html", ".md"):
        raise UsageError(f"--out {out}: the ending says the form; end it in .html or .md")
    drawings = comparison_panels({run.name: run.summary for run in runs})
    if form == ".html":
        put(out, comparison_page(title, warnings(runs), drawings, tables(runs)))
        return
    parts = [f"# {title}\n", *(f"> {said}\n" for said in warnings(runs))]
    for drawing in drawings:
        picture = out.with_name(f"{out.stem}-{drawing.name}.png")
        put(picture, drawing.png)
        parts.append(f"![{drawing.alt}]({picture.name})\n")
    put(out, "\n".join([*parts, *map(markdown, tables(runs))]))
