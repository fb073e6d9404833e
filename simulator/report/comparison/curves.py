"""The curves of several runs by day, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.report.comparison.reading import Run
from simulator.report.drawing import BLUE, GOLD, GREEN, INK, MUTED, ORANGE, PURPLE, Drawing, blank, export, style
from simulator.report.reading import band, fixed, series

COLOURS = (BLUE, ORANGE, GREEN, PURPLE, GOLD, INK, MUTED)
MARKERS = "osD^vPX"
PANELS = (
    ("skill", "Skill", "Silence is 0, the best possible day is 1."),
    ("satisfaction", "Satisfaction", "Mean rating of every waking moment, 0 to 4."),
    ("suggestions_per_hour", "Suggestions an hour", "Unasked suggestions in an hour awake."),
    ("false_alarms", "False alarms", "In a day."),
)
LOWEST_SKILL = -2.5
"""The curve of skill is cut here: a speaker at every tick would flatten the part that matters."""


def curves(runs: Sequence[Run]) -> list[Drawing]:
    """A panel a measure, a line a run; bands are bootstrap 95 % intervals over personas."""
    with style():
        return [_panel(runs, *panel) for panel in PANELS]


def _panel(runs: Sequence[Run], name: str, title: str, caption: str) -> Drawing:
    from matplotlib.ticker import MaxNLocator

    figure, axes = blank(6.4, 3.6)
    told = []
    for index, run in enumerate(runs):
        days, values = run.days(), series(run.summary, name)
        numbers = [np.nan if value is None else value for value in values]
        colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
        if len(run.summary["personas"]) > 1:
            lows, highs = ([np.nan if end is None else end for end in ends] for ends in band(run.summary, name))
            axes.fill_between(days, lows, highs, color=colour, alpha=0.15, linewidth=0)
        axes.plot(days, numbers, color=colour, marker=marker, label=run.name)
        told.append(f"{run.name}: {', '.join(fixed(value) for value in values)}")
    if name == "skill":
        axes.set_ylim(bottom=max(LOWEST_SKILL, axes.get_ylim()[0]))
    axes.grid(visible=True, axis="y")
    axes.set_xlabel("day")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="best")
    caption = f"{title}. {caption} Bands: bootstrap 95 % intervals over personas."
    return export(figure, name, title, f"{title} by day. {'; '.join(told)}.", caption)
