"""The report's page: what the template shows, as plain values, and the finished HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from edge_assistant.domain import DIMENSIONS
from simulator.report.panels import Drawing
from simulator.report.reading import (
    Summary,
    at_end,
    by_day,
    cells_of,
    day_numbers,
    days_without_needs,
    fixed,
    last_days,
    over_personas,
    percent,
    span_of,
)
from simulator.report.table import SHOWN, day_rows, row
from simulator.report.tables import TextTable
from simulator.report.timeline import Day

MOST_LISTED = 40
"""Suggestions listed below the timeline; a speaker at every tick makes hundreds."""
HEADINGS = (
    *("skill", "95 % interval", "needs", "welcome", "false alarms", "satis\u00adfaction", "silent", "oracle"),
    *("sugges\u00adtions an hour", "success %", "prefer\u00adence %", "timing %", "fre\u00adquency %"),
    "commu\u00adnication %",
)
"""With places at which a narrow heading may break."""
FEWEST_FOR_A_CLAIM = 5
"""With fewer personas the page does not say in words whether people were better off."""


def render(summary: Summary, panels: Sequence[Drawing], timeline: Drawing, day: Day) -> str:
    """The whole page of a run as one text without references to anything outside it."""
    return _page(
        "page.html.j2",
        title=f"Simulation report: {summary['assistant']}",
        subtitle=_subtitle(summary),
        verdict=_verdict(summary),
        panels=panels,
        timeline=timeline,
        day=day,
        dimensions=DIMENSIONS,
        said=day.said[:MOST_LISTED],
        unlisted=max(0, len(day.said) - MOST_LISTED),
        end=span_of(last_days(summary)),
        headings=HEADINGS,
        days=[_apart(cells) for cells in day_rows(summary)],
        personas=_personas(summary),
        no_needs=days_without_needs(summary),
        facts={name: list(_flat(summary[name])) for name in ("cost", "config", "model")},
    )


def comparison_page(title: str, warnings: Sequence[str], panels: Sequence[Drawing], tables: Sequence[TextTable]) -> str:
    """The whole page of a comparison, likewise."""
    return _page("comparison.html.j2", title=title, warnings=warnings, panels=panels, tables=tables)


def _page(template: str, **values: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(template).render(values)


def _apart(cells: Sequence[str]) -> list[str]:
    """A row of the terminal's table with a cell for each number."""
    return [part.replace(",", ", ") for cell in cells for part in cell.split("/")]


def _subtitle(summary: Summary) -> str:
    people, days, config = len(summary["personas"]), len(day_numbers(summary)), summary["config"]
    counts = (f"{people} persona{'s' * (people != 1)}", f"{days} day{'s' * (days != 1)}")
    modes = (f"feedback: {summary['feedback']}", f"judge: {summary['judge']}")
    told = summary["model"]["name"] or f"language: {config['language']}"
    return " · ".join((*counts, *modes, told, f"seed: {config['seed']}"))


def _verdict(summary: Summary) -> str:
    """The result in one or two sentences; what the interval does not show is not claimed."""
    skill, when = at_end(summary, "skill"), span_of(last_days(summary))
    if skill.mean is None:
        return f"On {when} nobody needed a suggestion, so there is no skill to report."
    text = f"On {when} the assistant reached a skill of {skill}, "
    text += "where silence is 0 and the best possible day is 1."
    if len(day_numbers(summary)) > 1:
        first = by_day(summary, "skill")[0].mean
        text += f" It began at {fixed(first)}." if first is not None else ""
    if skill.count >= FEWEST_FOR_A_CLAIM and skill.low is not None and skill.high is not None:
        if skill.low > 0:
            text += " People were better off with it than without it."
        elif skill.high < 0:
            text += " People were better off without it."
        else:
            text += " The interval includes 0: whether people were better off with it is not settled."
    known = at_end(summary, "knower")
    if known.mean is not None:
        text += f" Perfect learning (the knower) reached {fixed(known.mean)}"
        text += f"; this is {percent(skill.mean / known.mean)} % of it." if min(known.mean, skill.mean) > 0 else "."
    return text


def _personas(summary: Summary) -> list[list[str]]:
    """A row a persona, means over the last days."""
    days, cells = last_days(summary), cells_of(summary)
    names = sorted({persona for persona, _, _ in cells})
    own = {name: {cell: day for cell, day in cells.items() if cell[0] == name} for name in names}
    return [_apart(row(name, {key: over_personas(own[name], key, days) for key in SHOWN})) for name in names]


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Names and values as text; parts of a value follow one by one."""
    for key, value in values.items():
        name = f"{before}{key}".replace("_", " ")
        if isinstance(value, Mapping) and key != "personas":
            yield from _flat(value, f"{name}: ")
        else:
            listed = ", ".join(map(str, value)) if isinstance(value, Mapping | list | tuple) else value
            yield name, "–" if listed is None else str(listed)
