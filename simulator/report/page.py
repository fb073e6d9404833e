"""The report's page: what the template shows, as plain values, and the finished HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from edge_assistant.domain import DIMENSIONS
from simulator.report.drawing import VARIABLES, Drawing
from simulator.report.panels import heat_of
from simulator.report.reading import (
    Summary,
    at_end,
    by_persona,
    cells_of,
    day_numbers,
    days_without_needs,
    fixed,
    last_days,
    percent,
    persona_mean,
    series,
    span_of,
)
from simulator.report.table import day_rows, end_row
from simulator.report.tables import TextTable
from simulator.report.timeline import GROUPS, MOST_LISTED, Day

DAY_HEADINGS = (
    "day",
    "skill",
    "95 % interval",
    "needs",
    "welcome",
    "false alarms",
    "satis\u00adfaction",
    "silent",
    "oracle",
    "sugges\u00adtions an hour",
    "success %",
    "prefer\u00adence %",
    "timing %",
    "fre\u00adquency %",
    "commu\u00adnication %",
)
"""With places at which a narrow heading may break."""

FEWEST_FOR_A_CLAIM = 5
"""With fewer personas the page does not say in words whether people were better off."""

TILED = (
    *("skill", "satisfaction", "silent", "oracle", "suggestions_per_hour"),
    *("welcome", "needs", "false_alarms", "success_rate"),
)
PERSONA_COLUMNS = (
    *("needs", "welcome", "false_alarms", "suggestions_per_hour", "satisfaction", "silent", "oracle", "success_rate"),
    *DIMENSIONS,
)
PERSONA_HEADINGS = (
    "first day",
    "needs a day",
    "welcome a day",
    "false alarms a day",
    DAY_HEADINGS[9],
    *DAY_HEADINGS[6:9],
    *DAY_HEADINGS[10:],
)


def render(
    summary: Summary, panels: Sequence[Drawing], heat: Drawing | None, timeline: Drawing | None, day: Day | None
) -> str:
    """The whole page of a run as one text without references to anything outside it."""
    days = day_numbers(summary)
    said = day.said if day is not None else []
    return _page(
        "page.html.j2",
        title=_title(summary),
        subtitle=_subtitle(summary),
        verdict=_verdict(summary) if days else "No day has been finished yet.",
        tiles=_tiles(summary) if days else (),
        panels=panels,
        heat=heat,
        timeline=timeline,
        day=day,
        dimensions=DIMENSIONS,
        groups=[name for name, _ in GROUPS],
        said=said[:MOST_LISTED],
        unlisted=max(0, len(said) - MOST_LISTED),
        end=span_of(last_days(summary)) if days else "",
        persona_headings=PERSONA_HEADINGS,
        personas=_personas(summary) if days else (),
        day_headings=DAY_HEADINGS,
        days=[_apart(row) for row in day_rows(summary)] if days else (),
        end_row=_apart(end_row(summary) or ()) if days else (),
        no_needs=days_without_needs(summary),
        cost=_cost(summary),
        settings=_settings(summary),
    )


def comparison_page(title: str, warnings: Sequence[str], panels: Sequence[Drawing], tables: Sequence[TextTable]) -> str:
    """The whole page of a comparison, likewise."""
    return _page("comparison.html.j2", title=title, warnings=warnings, panels=panels, tables=tables)


def _page(template: str, **values: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=minus,
    )  # fmt: skip
    environment.filters["drawn"] = lambda drawing: Markup(drawing.svg)  # made here, its texts escaped by matplotlib  # noqa: S704
    return environment.get_template(template).render(values)


def minus(value: Any) -> Any:
    """A true minus sign in place of a hyphen before a number; anything but plain text is left alone."""
    return re.sub(r"(?<![\w-])-(?=\d)", "\u2212", value) if type(value) is str else value


def _title(summary: Summary) -> str:
    return f"Simulation report: {summary.get('assistant') or 'assistant'}"


def _apart(row: tuple[str, ...]) -> list[str]:
    """A row of the terminal's table with a cell for each number."""
    return [part.replace(",", ", ") for cell in row for part in cell.split("/")]


def _subtitle(summary: Summary) -> str:
    people, days = len(summary["personas"]), len(day_numbers(summary))
    config = summary.get("config") or {}
    parts = [
        f"{people} persona{'s' * (people != 1)}",
        f"{days} day{'s' * (days != 1)}",
        f"feedback: {summary.get('feedback')}",
        f"judge: {summary.get('judge')}",
    ]
    model = summary.get("model") or {}
    if model.get("name"):
        parts.append(f"model: {model['name']} {model.get('quantization') or ''}".strip())
    elif config.get("language"):
        parts.append(f"language: {config['language']}")
    if config.get("seed") is not None:
        parts.append(f"seed: {config['seed']}")
    return " · ".join(parts)


def _verdict(summary: Summary) -> str:
    """The result in one or two sentences; what the interval does not show is not claimed."""
    skill, when = at_end(summary, "skill"), span_of(last_days(summary))
    if skill.mean is None:
        return f"On {when} nobody needed a suggestion, so there is no skill to report."
    text = f"On {when} the assistant reached a skill of {skill}, "
    text += "where silence is 0 and the best possible day is 1."
    if len(day_numbers(summary)) > 1:
        first = series(summary, "skill")[0]
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


def _tiles(summary: Summary) -> list[dict[str, str]]:
    """The figures at the top: label, value, note and tone of each."""
    ends = {name: at_end(summary, name) for name in TILED}
    value = {name: fixed(found.mean) for name, found in ends.items()}
    daily = {name: fixed(ends[name].mean, 1) for name in ("welcome", "needs", "false_alarms")}
    skills = by_persona(cells_of(summary), "skill", last_days(summary)).values()
    skill = ends["skill"]
    tone = "good" if (skill.mean or 0) > 0 else "bad" if (skill.mean or 0) < 0 else ""
    rows = (
        ("Skill", value["skill"], skill.interval.strip() or "silence 0, best 1", tone),
        ("Better off", f"{sum(one > 0 for one in skills)} of {len(skills)}", "personas with a skill above 0", ""),
        ("Satisfaction", value["satisfaction"], f"silent {value['silent']}, oracle {value['oracle']}", ""),
        (
            *("Suggestions an hour", value["suggestions_per_hour"]),
            *(f"{daily['welcome']} welcome a day, {daily['needs']} needed", ""),
        ),
        ("False alarms a day", daily["false_alarms"], "unasked and not welcome", ""),
        ("Success", f"{percent(ends['success_rate'].mean)} %", "rated 3 or 4 of 4", ""),
    )
    return [dict(zip(("label", "value", "note", "tone"), row, strict=True)) for row in rows]


def _personas(summary: Summary) -> list[dict[str, Any]]:
    """The rows of the table of personas; the numbers as text, means over the last days."""
    days, rows = last_days(summary), []
    for persona in summary["personas"]:
        skill = persona_mean(persona, "skill", days)
        fill, text = heat_of(skill)
        cells = [fixed(persona_mean(persona, "skill", day_numbers(summary)[:1]))]
        for name in PERSONA_COLUMNS:
            mean = persona_mean(persona, name, days)
            digits = 1 if name in ("needs", "welcome", "false_alarms") else 2
            cells.append(percent(mean) if name in ("success_rate", *DIMENSIONS) else fixed(mean, digits))
        rows.append(
            {
                "id": persona["id"],
                "name": persona.get("name") or "",
                "heat": VARIABLES[fill],
                "heat_text": VARIABLES[text],
                "skill": fixed(skill),
                "cells": cells,
            }
        )
    return rows


def _cost(summary: Summary) -> list[tuple[str, str]]:
    """What the run cost, a row a figure; parts of a figure follow it."""
    cost: Mapping[str, Any] = summary.get("cost") or {}
    units = {"seconds": " s", "peak_rss_mb": " MB", "joules": " J"}
    rows: list[tuple[str, str]] = []
    for key, value in cost.items():
        for part, found in value.items() if isinstance(value, Mapping) else (("", value),):
            name = f"{key}: {part}" if part else key
            rows.append((name.replace("_", " "), _grouped(found) + units.get(key.removesuffix("_by_part"), "")))
    computed, reused = cost.get("prompt_tokens"), cost.get("reused_tokens")
    if computed and reused:
        rows.append(("share of prompt tokens that were reused", f"{percent(reused / (computed + reused))} %"))
    days = sum(len(persona["days"]) for persona in summary["personas"])
    if cost.get("seconds") and days:
        rows.append(("wall time for one simulated day", f"{cost['seconds'] / days:.2f} s"))
    return rows


def _grouped(value: float | None) -> str:
    """A number with its thousands apart."""
    if value is None:
        return "–"
    return f"{value:,.{0 if float(value).is_integer() or abs(value) >= 1000 else 1}f}".replace(",", "\u2009")


def _settings(summary: Summary) -> list[tuple[str, str]]:
    """The resolved configuration and the model, flat, for whoever wants to repeat the run."""
    rows = []
    for key, value in (summary.get("config") or {}).items():
        text = ", ".join(value) if isinstance(value, Mapping | list | tuple) else str(value)
        rows.append((key.replace("_", " "), text))
    for key, value in (summary.get("model") or {}).items():
        if value:
            rows.append((f"model {key}", str(value)))
    return rows
