"""The figures by day: lines with their bands, of one run or of several, and skill by persona and day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from edge_assistant.domain import DIMENSIONS
from simulator.report.drawing import (
    BLUE,
    GOLD,
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
    style,
)
from simulator.report.reading import Numbers, Summary, band, day_numbers, fixed, last_days, persona_mean, series

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PANEL = (5.2, 3.0)
HEAT_EDGES = (-0.75, -0.5, -0.25, -0.05, 0.05, 0.25, 0.5, 0.75)
LOWEST_SKILL = -2.5
"""The curve of skill is cut here: a speaker at every tick would flatten the part that matters."""
MOST_DAYS_WITH_NUMBERS = 21
LOOKS = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (PURPLE, "D"), (GOLD, "v"), (INK, "P"), (MUTED, "X"))
"""Colour and marker of the first, second, ... of several curves."""
LINES = ("-", "--", ":")

COMPARED = (
    ("skill", "Skill", "Silence is 0, the best possible day is 1."),
    ("satisfaction", "Satisfaction", "Mean rating of every waking moment, 0 to 4."),
    ("suggestions_per_hour", "Suggestions an hour", "Unasked suggestions in an hour awake."),
    ("false_alarms", "False alarms", "In a day."),
)
"""What a comparison draws by day: measure, title, caption."""


@dataclass(frozen=True)
class Curve:
    """One line by day.

    Attributes:
        label: in the legend.
        values: by day, None where there is none.
        band: lower and upper ends by day, where there are some.
        colour: of `drawing`.
        marker: matplotlib's.
        line: likewise.
    """

    label: str
    values: Numbers
    band: tuple[Numbers, Numbers] | None = None
    colour: str = BLUE
    marker: str = "o"
    line: str = "-"


@dataclass(frozen=True)
class Bars:
    """Two stacked bars a day: what was right below, what was not on top, told apart by a pattern too."""

    good: Curve
    bad: Curve


def distinct(curves: Sequence[Curve]) -> list[Curve]:
    """The same curves, each with a look of its own."""
    looks = [(*LOOKS[index % len(LOOKS)], LINES[index // len(LOOKS) % len(LINES)]) for index in range(len(curves))]
    return [
        replace(curve, colour=colour, marker=marker, line=line)
        for curve, (colour, marker, line) in zip(curves, looks, strict=True)
    ]


def plot(axes: Axes, days: Sequence[int], curves: Sequence[Curve]) -> None:
    """Draw lines with their bands, and name the days below."""
    from matplotlib.ticker import MaxNLocator

    for curve in curves:
        values = _numbers(curve.values)
        shown = days[: len(values)]
        if curve.band is not None:
            low, high = map(_numbers, curve.band)
            if len(shown) > 1:
                axes.fill_between(shown, low, high, color=curve.colour, alpha=0.15, linewidth=0)
            else:
                axes.vlines(shown, low, high, color=curve.colour, alpha=0.5, linewidth=5)
        axes.plot(shown, values, color=curve.colour, marker=curve.marker, linestyle=curve.line, label=curve.label)
    axes.set(xlim=(days[0] - 0.5, days[-1] + 0.5), xlabel="day")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=14, integer=True, min_n_ticks=1))
    axes.grid(visible=True, axis="y", color=GRID)


def panel(
    name: str,
    title: str,
    caption: str,
    days: Sequence[int],
    curves: Sequence[Curve],
    limits: tuple[float, float | None],
    *,
    digits: int = 2,
    bars: Bars | None = None,
) -> Drawing:
    """One figure by day; without an upper limit the data set it. To be called within `drawing.style()`."""
    figure, axes = blank(*PANEL)
    if bars is not None:
        good, bad = ([value or 0.0 for value in curve.values] for curve in (bars.good, bars.bad))
        axes.bar(days, good, width=0.62, color=bars.good.colour, label=bars.good.label)
        for bar in axes.bar(days, bad, width=0.62, bottom=good, color=bars.bad.colour, label=bars.bad.label):
            bar.set(hatch="////", edgecolor=SURFACE, linewidth=0.0)
    plot(axes, days, curves)
    low, high = limits
    if high is None:
        high = 1.1 * float(axes.dataLim.y1) if np.isfinite(axes.dataLim.y1) and axes.dataLim.y1 > 0 else 1.0
    axes.set_ylim(low, high)
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    if len(axes.get_legend_handles_labels()[1]) > 1:
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=4, borderaxespad=0.1, handlelength=2.2,
                    columnspacing=1.0, handletextpad=0.5)  # fmt: skip
    told = [*((bars.good, bars.bad) if bars is not None else ()), *curves]
    alt = f"{title} by day. " + "; ".join(f"{curve.label}: {_path(days, curve.values, digits)}" for curve in told) + "."
    if any(curve.band is not None for curve in curves):
        caption += " Bands: bootstrap 95 % intervals over personas."
    return export(figure, name, title, alt, caption)


def run_panels(summary: Summary) -> list[Drawing]:
    """The panels of one run, in the order of the page. To be called within `drawing.style()`."""
    days = day_numbers(summary)

    def own(name: str) -> Curve:
        return Curve(_name(summary), series(summary, name), band(summary, name))

    def other(name: str, colour: str, marker: str, line: str) -> Curve:
        return Curve(name, series(summary, name), None, colour, marker, line)

    def shares(names: dict[str, str]) -> list[Curve]:
        scaled = {
            label: [None if value is None else 100 * value for value in series(summary, name)]
            for name, label in names.items()
        }
        return distinct([Curve(label, values) for label, values in scaled.items()])

    oracle, silent = other("oracle", GREEN, "^", "--"), other("silent", MUTED, "v", ":")
    level = [replace(oracle, values=[1.0] * len(days), marker=""), replace(silent, values=[0.0] * len(days), marker="")]
    knower = other("knower", PURPLE, "s", "--")
    skill, satisfaction = own("skill"), own("satisfaction")
    known = [knower] if any(value is not None for value in knower.values) else []
    cut = " What lies below \u22122.5 is not shown; the day table has it."
    worst = min([0.0, *_known(skill.values), *(_known(skill.band[0]) if skill.band else ())])
    lowest = min([*_known(satisfaction.values), *_known(silent.values)], default=3.0)
    return [
        panel(
            "skill", "Skill",
            "Silence is 0 and the best possible day is 1; below 0 the person was better off without the assistant."
            + cut * any(value < LOWEST_SKILL for value in _known(skill.values)),
            days, [*level, *known, skill], (max(LOWEST_SKILL, worst) - 0.12, 1.08),
        ),
        panel(
            "satisfaction", "Satisfaction",
            "Mean rating of every waking moment, silence included (0 to 4), beside what saying nothing and the best "
            "possible day earn.",
            days, [oracle, silent, satisfaction], (max(-0.05, lowest - 0.25), 4.06),
        ),
        panel(
            "suggestions", "Suggestions an hour", "Unasked suggestions in an hour awake.",
            days, [own("suggestions_per_hour")], (0.0, None),
        ),
        panel(
            "balance", "Welcome, false alarms and needs",
            "Suggestions in a day, welcome and not, and the number that the day called for.",
            days, [Curve("needs", series(summary, "needs"), None, INK, "_", ":")], (0.0, None), digits=1,
            bars=Bars(Curve("welcome", series(summary, "welcome")),
                      Curve("false alarms", series(summary, "false_alarms"), colour=ORANGE)),
        ),
        panel(
            "dimensions", "The four dimensions",
            "Per cent of what was said that was right in idea, moment, measure and style.",
            days, shares({name: name for name in DIMENSIONS}), (0.0, 103.0), digits=0,
        ),
        panel(
            "reception", "How it was received",
            "Per cent of what was said that earned at least 3 of 4, and that was accepted.",
            days, shares({"success_rate": "success", "acceptance": "accepted"}), (0.0, 103.0), digits=0,
        ),
    ]  # fmt: skip


def comparison_panels(days: Sequence[int], curves_of: Callable[[str], Sequence[Curve]]) -> list[Drawing]:
    """A panel a measure, a line a run.

    Args:
        days: of the longest run.
        curves_of: the curves of a measure.
    """
    drawn = []
    with style():
        for name, title, caption in COMPARED:
            curves = distinct(curves_of(name))
            values = [value for curve in curves for value in _known(curve.values)]
            low = min([0.0, *values])
            limits = (max(LOWEST_SKILL, low) - 0.12, 1.08) if name == "skill" else (low, None)
            drawn.append(panel(name, title, caption, days, curves, limits))
    return drawn


def heat_map(summary: Summary) -> Drawing:
    """Skill by persona (rows, the best at the end on top) and day (columns)."""
    from matplotlib.patches import Rectangle

    days, end = day_numbers(summary), last_days(summary)
    ends = {str(persona["id"]): persona_mean(persona, "skill", end) for persona in summary["personas"]}
    skills = {str(persona["id"]): [day.get("skill") for day in persona["days"]] for persona in summary["personas"]}
    known = {name: value for name, value in ends.items() if value is not None}
    names = sorted(skills, key=lambda name: known.get(name, -np.inf), reverse=True)
    figure, axes = blank(max(3.4, 1.0 + 0.36 * len(days)), max(1.2, 0.62 + 0.215 * len(names)))
    for y, name in enumerate(names):
        for x, value in enumerate(skills[name]):
            fill, text = heat_of(value)
            axes.add_patch(Rectangle((x - 0.47, y - 0.45), 0.94, 0.9, facecolor=fill, edgecolor="none"))
            if value is not None and len(days) <= MOST_DAYS_WITH_NUMBERS:
                words = fixed(value, 1 if abs(value) < 10 else 0).replace("-", "\u2212")
                number = axes.text(x, y, words, ha="center", va="center", fontsize=6.8, color=text)
                number.set_in_layout(False)  # measuring hundreds of them takes seconds
    axes.set(xlim=(-0.5, max(len(days), 6) - 0.5), ylim=(len(names) - 0.45, -0.55), xlabel="day")
    axes.set_xticks(range(len(days)), [str(day) for day in days], fontsize=7.5)
    axes.set_yticks(range(len(names)), names, fontsize=7.5)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    better = sum(value > 0 for value in known.values())
    alt = (
        f"Skill of {len(names)} personas on {len(days)} days. Above zero on average over the last three days: "
        f"{better} of {len(names)}. Best: {names[0]}; worst: {names[-1]}."
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


def _name(summary: Summary) -> str:
    name = str(summary.get("assistant") or "assistant")
    # the references have these names; a run of one of them must not seem to be two lines of one thing
    return f"{name} (this run)" if name in ("silent", "oracle", "knower") else name


def _path(days: Sequence[int], values: Numbers, digits: int) -> str:
    """First, middle and last value in words, for those who cannot see the line."""
    picks = sorted({0, len(values) // 2, len(values) - 1})
    return ", ".join(f"{fixed(values[index], digits)} on day {days[index]}" for index in picks)


def _numbers(values: Numbers) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _known(values: Numbers) -> list[float]:
    return [value for value in values if value is not None]
