"""Plots of the days: how much was said, how it was answered, and the four dimensions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from textual_plotext import PlotextPlot

from edge_assistant.service.rpc.learning_values import DaySeries
from tui.screens.learning.words import day_of

MOST_LABELS = 7


@dataclass(frozen=True, slots=True)
class PlotLine:
    """One line of a plot: the field of `DaySeries`, its marker, its colour."""

    field: str
    marker: str
    colour: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A plot: its title, its lines, and the top of its scale (None: as high as it gets)."""

    title: str
    lines: tuple[PlotLine, ...]
    top: float | None = 100.0


CHARTS = {
    "acceptance": Chart("Accepted, % of those answered", (PlotLine("acceptance", "•", "green"),)),
    "per_hour": Chart("Suggestions per hour", (PlotLine("per_hour", "•", "blue"),), None),
    "dimensions": Chart(
        "Good, %: i idea, m moment, f frequency, w wording",
        (
            PlotLine("preference", "i", "green"),
            PlotLine("timing", "m", "blue"),
            PlotLine("frequency", "f", "orange"),
            PlotLine("communication", "w", "magenta"),
        ),
    ),
}
"""Each line has a letter of its own, so that the plot can be read without colour."""


def points(days: Sequence[DaySeries], line: PlotLine, chart: Chart) -> tuple[list[float], list[float]]:
    """Places of the days from 1, and the values, without those days of which nothing is known."""
    scale = 1.0 if chart.top is None else chart.top
    found = [(place, getattr(day, line.field)) for place, day in enumerate(days, 1)]
    known = [(float(place), scale * value) for place, value in found if value is not None]
    return [place for place, _ in known], [value for _, value in known]


def day_labels(days: Sequence[DaySeries]) -> tuple[list[int], list[str]]:
    """At most seven places of the axis, and the dates there."""
    step = max(1, -(-len(days) // MOST_LABELS))
    places = list(range(1, len(days) + 1, step))
    return places, [day_of(days[place - 1].day) for place in places]


def next_half(highest: float) -> float:
    """The top of a scale: the next half above the highest value, at least one half."""
    return max(math.ceil(highest * 2) / 2, 0.5)


class DayPlot(PlotextPlot):  # type: ignore[misc]
    """One of `CHARTS`.

    Args:
        name: which.
    """

    DEFAULT_CSS = """
    DayPlot { height: 1fr; width: 1fr; }
    """

    def __init__(self, name: str) -> None:
        super().__init__(id=f"plot-{name.replace('_', '-')}")
        self.chart = CHARTS[name]
        self.shown: tuple[DaySeries, ...] | None = None

    def show(self, days: tuple[DaySeries, ...]) -> None:
        """Draw these days; the same again costs nothing."""
        if days == self.shown:
            return
        self.shown = days
        plot, chart = self.plt, self.chart
        plot.clear_data()
        plot.clear_figure()
        known = any(points(days, line, chart)[1] for line in chart.lines)
        plot.title(chart.title if known else f"{chart.title}: nothing yet")
        highest = 0.0
        for line in chart.lines:
            places, values = points(days, line, chart)
            if not values:
                continue
            highest = max(highest, *values)
            plot.plot(places, values, marker=line.marker, color=line.colour)
        if days:
            plot.xticks(*day_labels(days))
            plot.xlim(0.5, max(len(days), 2) + 0.5)
        top = chart.top if chart.top is not None else next_half(highest)
        plot.ylim(0, top)
        plot.yticks([0, top / 2, top], [f"{tick:g}".rjust(4) for tick in (0, top / 2, top)])
        self.refresh()
