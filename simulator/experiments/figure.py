"""The figure of an experiment: skill by day, and by how much each policy differs from ours at the end."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from simulator.experiments.variants import OURS
from simulator.report.comparison.curves import COLOURS, LOWEST_SKILL, MARKERS
from simulator.report.drawing import INK, MUTED, PNG_DPI, SURFACE, style

HIGHEST_SKILL = 1.15
"""Just above the best that is possible."""


def picture(found: dict[str, dict[str, dict[str, Any]]], end: dict[str, dict[str, Any]], when: str) -> bytes:
    """A PNG.

    Args:
        found: the content of experiment.json.
        end: the figures of each policy at the end.
        when: the days of the end, in words.
    """
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=(11.0, max(3.8, 0.32 * len(found) + 1.4)), layout="constrained", facecolor=SURFACE)
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        _curves(left, found)
        _differences(right, end, when)
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=PNG_DPI)
    return buffer.getvalue()


def _curves(axes: Any, found: dict[str, dict[str, dict[str, Any]]]) -> None:
    from matplotlib.ticker import MaxNLocator

    for index, (name, rows) in enumerate(found.items()):
        days = [int(day) for day in rows]
        skill = [_number(row["skill"]) for row in rows.values()]
        colour, dashes = COLOURS[index % len(COLOURS)], ("-", "--", ":")[index // len(COLOURS) % 3]
        lows, highs = ([_number(row["skill_ci"][side]) for row in rows.values()] for side in (0, 1))
        axes.fill_between(days, lows, highs, color=colour, alpha=0.1, linewidth=0)
        axes.plot(
            days, skill, color=colour, linestyle=dashes, marker=MARKERS[index % len(MARKERS)], label=name,
            linewidth=2.6 if name == OURS else 1.3,
        )  # fmt: skip
    axes.set_ylim(max(LOWEST_SKILL, axes.get_ylim()[0]), HIGHEST_SKILL)  # its own margin grows with what lies below
    axes.set_title("Skill by day")
    axes.set_xlabel("day; bands: bootstrap 95 % intervals over personas")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(visible=True, axis="y")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def _differences(axes: Any, end: dict[str, dict[str, Any]], when: str) -> None:
    names = [name for name in end if name != OURS]
    axes.axvline(0.0, color=MUTED, linewidth=1)
    for place, name in enumerate(names):
        value, (low, high) = _number(end[name]["diff_to_ours"]), end[name]["ci"]
        if low is not None:
            axes.plot([max(low, LOWEST_SKILL), max(high, LOWEST_SKILL)], [place, place], color=INK, linewidth=1.5)
        axes.plot([max(value, LOWEST_SKILL)], [place], color=INK, marker="o" if value >= LOWEST_SKILL else "<")
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_title(f"Skill minus ours, {when}")
    axes.set_xlabel("paired by persona, seed and day")
    axes.grid(visible=True, axis="x")


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
