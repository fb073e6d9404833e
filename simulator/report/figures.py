"""The figures over a whole run: learning curves by day, and skill by persona and day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from edge_assistant.domain import DIMENSIONS
from simulator.report.drawing import (
    BLUE,
    GREEN,
    GRID,
    HEAT,
    HEAT_TEXT,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    SURFACE,
    Drawing,
    blank,
    export,
)
from simulator.report.reading import Numbers, Summary, band, day_numbers, fixed, of_persona, series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL = (5.2, 3.0)
HEAT_EDGES = (-0.75, -0.5, -0.25, -0.05, 0.05, 0.25, 0.5, 0.75)
LOWEST_SKILL = -2.5
"""The curve of skill is cut here: a speaker at every tick would flatten the part that matters."""
MOST_DAYS_WITH_NUMBERS = 21


def curves(summary: Summary) -> list[Drawing]:
    """The panels by day, in the order of the page. To be called within `drawing.style()`."""
    return [
        _skill(summary),
        _satisfaction(summary),
        _rate(summary),
        _balance(summary),
        _dimensions(summary),
        _reception(summary),
    ]


def heat_map(summary: Summary) -> Drawing:
    """Skill by persona (rows, the best at the end on top) and day (columns)."""
    from matplotlib.patches import Rectangle

    days = day_numbers(summary)
    rows = sorted(
        ((str(persona["id"]), of_persona(persona, "skill")) for persona in summary["personas"]),
        key=lambda row: -_order(row[1]),
    )
    figure, axes = blank(max(3.4, 1.0 + 0.36 * len(days)), max(1.2, 0.62 + 0.215 * len(rows)))
    for y, (_, values) in enumerate(rows):
        for x, value in enumerate(values):
            fill, text = heat_of(value)
            axes.add_patch(Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, facecolor=fill, edgecolor="none"))
            if value is not None and len(days) <= MOST_DAYS_WITH_NUMBERS:
                number = axes.text(x, y, _short(value), ha="center", va="center", fontsize=6.8, color=text)
                number.set_in_layout(False)  # measuring hundreds of them takes seconds
    axes.set(xlim=(-0.5, max(len(days), 6) - 0.5), ylim=(len(rows) - 0.45, -0.55), xlabel="day")
    axes.set_xticks(range(len(days)), [str(day) for day in days], fontsize=7.5)
    axes.set_yticks(range(len(rows)), [name for name, _ in rows], fontsize=7.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    ends = [name for name, values in rows if _order(values) > 0]
    alt = (
        f"Skill of {len(rows)} personas on {len(days)} days. Above zero on average over the last three days: "
        f"{len(ends)} of {len(rows)}. Best: {rows[0][0]}; worst: {rows[-1][0]}."
    )
    caption = (
        "One row a persona, best at the end on top. Blue: better off with the assistant; orange: without it. "
        "Empty cells are days without needs."
    )
    return export(figure, "heatmap", "Skill by persona and day", alt, caption)


def heat_of(value: float | None) -> tuple[str, str]:
    """Fill and text colour of a skill."""
    if value is None:
        return SURFACE, MUTED
    step = int(np.searchsorted(HEAT_EDGES, value, side="right"))
    return HEAT[step], HEAT_TEXT[step]


def _skill(summary: Summary) -> Drawing:
    days, values = day_numbers(summary), series(summary, "skill")
    figure, axes = blank(*PANEL)
    _reference(axes, 1.0, "oracle", GREEN)
    _reference(axes, 0.0, "silent", MUTED)
    known = series(summary, "knower")
    if any(value is not None for value in known):
        _line(axes, days, known, "knower", PURPLE, "s", "--")
    lows, highs = band(summary, "skill")
    if len(summary["personas"]) > 1:
        _band(axes, days, lows, highs, BLUE)
    _line(axes, days, values, _name(summary), BLUE, "o")
    bottom = min([0.0, *(value for value in lows + values if value is not None)])
    _finish(axes, days, (max(LOWEST_SKILL, bottom) - 0.12, 1.08))
    alt = f"Skill by day: {_path(days, values)}. Silence is 0, the oracle 1."
    if any(value is not None for value in known):
        alt += f" The knower: {_path(days, known)}."
    caption = "Silence is 0 and the best possible day is 1; below 0 the person was better off without the assistant."
    if any(value is not None and value < LOWEST_SKILL for value in values):
        caption += f" What lies below \u2212{-LOWEST_SKILL:g} is not shown; the day table has it."
    return export(figure, "skill", "Skill", alt, caption + _interval_note(summary))


def _satisfaction(summary: Summary) -> Drawing:
    days, values = day_numbers(summary), series(summary, "satisfaction")
    silent, oracle = series(summary, "silent"), series(summary, "oracle")
    figure, axes = blank(*PANEL)
    _line(axes, days, oracle, "oracle", GREEN, "^", "--")
    _line(axes, days, silent, "silent", MUTED, "v", ":")
    if len(summary["personas"]) > 1:
        _band(axes, days, *band(summary, "satisfaction"), BLUE)
    _line(axes, days, values, _name(summary), BLUE, "o")
    lowest = min((value for value in values + silent if value is not None), default=3.0)
    _finish(axes, days, (max(-0.05, lowest - 0.25), 4.06))
    alt = f"Satisfaction from 0 to 4 by day: {_path(days, values)}; "
    alt += f"silent: {_path(days, silent)}; oracle: {_path(days, oracle)}."
    caption = "Mean rating of every waking moment, silence included (0 to 4), beside what saying nothing and the best "
    caption += "possible day earn."
    return export(figure, "satisfaction", "Satisfaction", alt, caption + _interval_note(summary))


def _rate(summary: Summary) -> Drawing:
    days, values = day_numbers(summary), series(summary, "suggestions_per_hour")
    figure, axes = blank(*PANEL)
    if len(summary["personas"]) > 1:
        _band(axes, days, *band(summary, "suggestions_per_hour"), BLUE)
    _line(axes, days, values, _name(summary), BLUE, "o")
    _finish(axes, days, (0.0, None))
    alt = f"Suggestions an hour awake, by day: {_path(days, values)}."
    return export(
        figure,
        "suggestions",
        "Suggestions an hour",
        alt,
        "Unasked suggestions in an hour awake." + _interval_note(summary),
    )


def _balance(summary: Summary) -> Drawing:
    days = day_numbers(summary)
    welcome, alarms = series(summary, "welcome"), series(summary, "false_alarms")
    needs = series(summary, "needs")
    figure, axes = blank(*PANEL)
    axes.bar(days, [value or 0.0 for value in welcome], width=0.62, color=BLUE, label="welcome")
    bottom = [value or 0.0 for value in welcome]
    bars = axes.bar(
        days, [value or 0.0 for value in alarms], width=0.62, bottom=bottom, color=ORANGE, label="false alarms"
    )
    for bar in bars:
        # a pattern as well as a colour
        bar.set(hatch="////", edgecolor=SURFACE, linewidth=0.0)
    axes.scatter(
        days,
        [np.nan if value is None else value for value in needs],
        s=190,
        marker="_",
        color=INK,
        label="needs",
        zorder=3,
    )
    _finish(axes, days, (0.0, None))
    alt = (
        f"A day's suggestions: welcome {_path(days, welcome, 1)}; false alarms {_path(days, alarms, 1)}; "
        f"needs {_path(days, needs, 1)}."
    )
    caption = "Suggestions in a day, welcome and not, and the number that the day called for."
    return export(figure, "balance", "Welcome, false alarms and needs", alt, caption)


def _dimensions(summary: Summary) -> Drawing:
    return _shares(
        summary,
        (
            "dimensions",
            "The four dimensions",
            "Share of what was said that was right in idea, moment, measure and manner.",
        ),
        tuple(zip(DIMENSIONS, DIMENSIONS, strict=True)),
    )


def _reception(summary: Summary) -> Drawing:
    return _shares(
        summary,
        (
            "reception",
            "How it was received",
            "Share of what was said that earned at least 3 of 4, and that was accepted.",
        ),
        (("success_rate", "success"), ("acceptance", "accepted")),
    )


def _shares(summary: Summary, words: tuple[str, str, str], names: Sequence[tuple[str, str]]) -> Drawing:
    name, title, caption = words
    days = day_numbers(summary)
    figure, axes = blank(*PANEL)
    parts = []
    looks = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"))
    for (key, label), look in zip(names, looks, strict=False):
        values = [None if value is None else 100 * value for value in series(summary, key)]
        _line(axes, days, values, label, *look)
        parts.append(f"{label} {_path(days, values, 0)}")
    _finish(axes, days, (0.0, 103.0))
    axes.set_yticks([0, 25, 50, 75, 100], ["0", "25", "50", "75", "100 %"])
    return export(figure, name, title, f"In per cent by day: {'; '.join(parts)}.", caption)


def _line(
    axes: Axes, days: Sequence[int], values: Numbers, label: str, colour: str, marker: str, line: str = "-"
) -> None:
    numbers = [np.nan if value is None else value for value in values]
    axes.plot(days, numbers, color=colour, marker=marker, linestyle=line, label=label, clip_on=True)


def _band(axes: Axes, days: Sequence[int], lows: Numbers, highs: Numbers, colour: str) -> None:
    low = np.array([np.nan if value is None else value for value in lows])
    high = np.array([np.nan if value is None else value for value in highs])
    if len(days) > 1:
        axes.fill_between(days, low, high, color=colour, alpha=0.18, linewidth=0)
    else:
        axes.vlines(days, low, high, color=colour, alpha=0.5, linewidth=5)


def _reference(axes: Axes, level: float, label: str, colour: str) -> None:
    axes.axhline(level, color=colour, linestyle="--" if level else ":", linewidth=1.4, label=label)


def _finish(axes: Axes, days: Sequence[int], limits: tuple[float, float | None]) -> None:
    """Axes, grid and legend that all panels share; without an upper limit the data set it."""
    from matplotlib.ticker import MaxNLocator

    low, high = limits
    if high is None:
        high = 1.1 * float(axes.dataLim.y1) if np.isfinite(axes.dataLim.y1) and axes.dataLim.y1 > 0 else 1.0
    axes.set(xlim=(days[0] - 0.5, days[-1] + 0.5), ylim=(low, high), xlabel="day")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=14, integer=True, min_n_ticks=1))
    axes.grid(visible=True, axis="y", color=GRID)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    handles, labels = axes.get_legend_handles_labels()
    if len(labels) > 1:
        axes.legend(
            handles[::-1] if "oracle" in labels else handles,
            labels[::-1] if "oracle" in labels else labels,
            loc="lower left",
            bbox_to_anchor=(-0.01, 1.0),
            ncols=4,
            borderaxespad=0.1,
            handlelength=2.2,
            columnspacing=1.0,
            handletextpad=0.5,
        )


def _name(summary: Summary) -> str:
    name: Any = summary.get("assistant") or "assistant"
    # the references have these names; a run of one of them must not seem to be two lines of one thing
    return f"{name} (this run)" if name in ("silent", "oracle", "knower") else str(name)


def _path(days: Sequence[int], values: Numbers, digits: int = 2) -> str:
    """First, middle and last value in words, for those who cannot see the line."""
    picks = sorted({0, len(days) // 2, len(days) - 1})
    return ", ".join(f"{fixed(values[index], digits)} on day {days[index]}" for index in picks)


def _interval_note(summary: Summary) -> str:
    people = len(summary["personas"])
    return f" Band: bootstrap 95 % interval over {people} personas." if people > 1 else ""


def _short(value: float) -> str:
    return fixed(value, 1 if abs(value) < 10 else 0).replace("-", "\u2212")


def _order(values: Numbers) -> float:
    known = [value for value in values[-3:] if value is not None]
    return float(np.mean(known)) if known else -np.inf
