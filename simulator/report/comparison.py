"""Finished runs held against each other in one file: a page, a Markdown text with pictures beside it, or LaTeX."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edge_assistant.domain import DIMENSIONS
from edge_assistant.errors import DataError, UsageError
from simulator.report.page import comparison_page
from simulator.report.panels import Drawing, comparison_panels
from simulator.report.reading import (
    LAST_DAYS,
    Cells,
    Estimate,
    Summary,
    cells_of,
    day_numbers,
    difference,
    fixed,
    over_personas,
    span_of,
)
from simulator.report.tables import TextTable, latex, markdown
from simulator.world.derived_files import put

MEASURES = (
    *("skill", "satisfaction", "suggestions_per_hour", "welcome", "false_alarms", "success_rate"),
    *DIMENSIONS,
)
"""The measures that are compared, in the order of the tables."""
ENDINGS = (".html", ".md", ".tex")


@dataclass(frozen=True)
class FinishedRun:
    """A finished run: how it is called among the others, where it lies, what it holds."""

    name: str
    folder: Path
    summary: Summary

    @property
    def cells(self) -> Cells:
        """Its days; runs of other seeds are paired by persona and day alone."""
        return cells_of(self.summary)


def load(folders: Sequence[Path]) -> list[FinishedRun]:
    """Runs with names of their own.

    Raises:
        DataError: a folder holds no finished run, or one is named twice.
    """
    resolved = [folder.resolve() for folder in folders]
    if len(set(resolved)) < len(resolved):
        twice = next(folder for index, folder in enumerate(folders) if resolved[index] in resolved[:index])
        raise DataError(f"{twice}: named twice; name each run once")
    summaries = [read_summary(folder) for folder in folders]
    assistants = [str(summary.get("assistant") or "assistant") for summary in summaries]
    stems = [folder.name for folder in resolved]
    labels = stems if len(set(stems)) == len(stems) else [str(folder) for folder in folders]
    names = [
        assistant if assistants.count(assistant) == 1 else f"{assistant} ({label})"
        for assistant, label in zip(assistants, labels, strict=True)
    ]
    return [FinishedRun(*run) for run in zip(names, folders, summaries, strict=True)]


def read_summary(folder: Path) -> dict[str, Any]:
    """The summary of a finished run.

    Raises:
        DataError: there is none.
    """
    path = folder / "summary.json"
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DataError(
            f"{folder}: holds no summary.json; name the folder of a finished run, or finish it with --resume"
        ) from error
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read ({' '.join(str(error).split())}); make the run again") from error
    try:
        days = day_numbers(summary)
        complete = bool(days) and all(day["day"] in days for p in summary["personas"] for day in p["days"] if p["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: is no summary of a run; name the folder of a finished run") from error
    if not complete or not summary["personas"]:
        raise DataError(f"{path}: holds no finished day; finish the run with --resume")
    return dict(summary)


def shared_days(runs: Sequence[FinishedRun]) -> list[int]:
    """The last days that all runs have, at most three.

    Raises:
        DataError: they share none.
    """
    shared = set.intersection(*(set(day_numbers(run.summary)) for run in runs))
    if not shared:
        raise DataError(f"{', '.join(str(run.folder) for run in runs)}: share no day; compare runs of the same days")
    return sorted(shared)[-LAST_DAYS:]


def warnings(runs: Sequence[FinishedRun]) -> list[str]:
    """What keeps the runs from being compared as they stand, in words."""
    facts: dict[str, list[Any]] = {
        "seed (pairs share the persona alone)": [(run.summary.get("config") or {}).get("seed") for run in runs],
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
            {"name": run.name, "folder": str(run.folder)}
            | {name: asdict(one) for name, one in _ends(run, days).items()}
            for run in runs
        ],
        "differences": [
            {"run": first.name, "other": other.name}
            | {name: asdict(difference(first.cells, other.cells, name, days)) for name in MEASURES}
            for other in runs[1:]
        ],
    }


def _ends(run: FinishedRun, days: Sequence[int]) -> dict[str, Estimate]:
    return {name: over_personas(run.cells, name, days) for name in MEASURES}


def tables(runs: Sequence[FinishedRun]) -> list[TextTable]:
    """Means at the end of the runs; with more than one run also how far the first is above each other one."""
    days, first = shared_days(runs), runs[0]
    when = span_of(days)
    words = {name: name.replace("_", " ") for name in MEASURES}
    caption = f"Means over personas on {when}, with bootstrap 95 % intervals"
    means = tuple((run.name, *map(str, _ends(run, days).values())) for run in runs)
    shown = [TextTable(caption, ("run", *words.values()), means)]
    rows = []
    for other in runs[1:]:
        for name in MEASURES:
            apart = difference(first.cells, other.cells, name, days)
            rows.append((other.name, words[name], str(apart), fixed(apart.effect), str(apart.count)))
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
    form = out.suffix.lower()
    if form not in ENDINGS:
        raise UsageError(f"--out {out}: the ending says the form; end it in {', '.join(ENDINGS)}")
    title = "Comparison: " + ", ".join(run.name for run in runs)
    drawings: list[Drawing] = [] if form == ".tex" else comparison_panels({run.name: run.summary for run in runs})
    if form == ".html":
        text = comparison_page(title, warnings(runs), drawings, tables(runs))
    elif form == ".tex":
        text = "\n".join(map(latex, tables(runs)))
    else:
        parts = [f"# {title}\n", *(f"> {said}\n" for said in warnings(runs))]
        for drawing in drawings:
            picture = out.with_name(f"{out.stem}-{drawing.name}.png")
            put(picture, drawing.png)
            parts.append(f"![{drawing.alt}]({picture.name})\n")
        text = "\n".join([*parts, *map(markdown, tables(runs))])
    put(out, text)
