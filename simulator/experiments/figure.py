"""The figure of an experiment: skill by day, and by how much each policy differs from ours at the end."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from simulator.experiments.variants import OURS
from simulator.report.drawing import INK, MUTED, PNG_DPI, SURFACE, style
from simulator.report.panels import LOWEST_SKILL, Curve, distinct, plot
from simulator.report.reading import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HIGHEST_SKILL = 1.15
"""Just above the best that is possible."""


def picture(found: dict[str, dict[str, dict[str, Any]]], apart: dict[str, Estimate], when: str) -> bytes:
    """A PNG.

    Args:
        found: the content of experiment.json.
        apart: skill of each policy minus that of ours at the end.
        when: the days of the end, in words.
    """
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=(11.0, max(3.8, 0.32 * len(found) + 1.4)), layout="constrained", facecolor=SURFACE)
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        _curves(left, found)
        _differences(right, apart, when)
        buffer = BytesIO()
        figure.savefig(buffer, format="png", dpi=PNG_DPI)
    return buffer.getvalue()


def _curves(axes: Axes, found: dict[str, dict[str, dict[str, Any]]]) -> None:
    curves = []
    for name, rows in found.items():
        low, high = ([row["skill_ci"][side] for row in rows.values()] for side in (0, 1))
        curves.append(Curve(name, [row["skill"] for row in rows.values()], (low, high)))
    plot(axes, [int(day) for day in found[OURS]], distinct(curves))
    axes.set_ylim(max(LOWEST_SKILL, axes.get_ylim()[0]), HIGHEST_SKILL)  # its own margin grows with what lies below
    axes.set_title("Skill by day")
    axes.set_xlabel("day; bands: bootstrap 95 % intervals over personas")
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def _differences(axes: Axes, apart: dict[str, Estimate], when: str) -> None:
    others = {name: estimate for name, estimate in apart.items() if name != OURS}
    axes.axvline(0.0, color=MUTED, linewidth=1)
    for place, found in enumerate(others.values()):
        if found.low is not None and found.high is not None:
            ends = [max(found.low, LOWEST_SKILL), max(found.high, LOWEST_SKILL)]
            axes.plot(ends, [place, place], color=INK, linewidth=1.5)
        if found.mean is not None:
            marker = "o" if found.mean >= LOWEST_SKILL else "<"
            axes.plot([max(found.mean, LOWEST_SKILL)], [place], color=INK, marker=marker)
    axes.set_yticks(range(len(others)), list(others))
    axes.invert_yaxis()
    axes.set_title(f"Skill minus ours, {when}")
    axes.set_xlabel("paired by persona, seed and day")
    axes.grid(visible=True, axis="x")
