"""The figures by day, as PNG: lines with their bands, of one run or of several."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from edge_assistant.domain import DIMENSIONS
from simulator.report.reading import Estimate, Summary, by_day, day_numbers, fixed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, GRID = "#1b2430", "#5a6573", "#dde3ea"
BLUE, ORANGE, GREEN, PURPLE, GOLD = "#0069a8", "#c9510c", "#00805f", "#a8478f", "#b07d00"
"""Okabe and Ito's colours, which people with any colour vision tell apart, darkened until lines are read on white."""
LOOKS = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (PURPLE, "D"), (GOLD, "v"), (INK, "P"), (MUTED, "X"))
"""Colour and marker of the first, second, ... of several curves."""
LINES = ("-", "--", ":")
STYLE: dict[str, Any] = {
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "figure.constrained_layout.use": True,
    "savefig.dpi": 160,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "legend.frameon": False,
    "lines.markersize": 4.5,
}
LOWEST_SKILL = -2.5
"""The curve of skill is cut here: a speaker at every tick would flatten the part that matters."""

RUN = (
    (
        "skill",
        "Skill",
        "Silence is 0, the best possible day 1; below 0 the person was better off without the assistant.",
        ("skill", "knower"),
    ),
    (
        "satisfaction",
        "Satisfaction",
        "Mean rating of every waking moment, silence included (0 to 4), beside what saying nothing and the best "
        "possible day earn.",
        ("satisfaction", "silent", "oracle"),
    ),
    (
        "suggestions",
        "Suggestions a day",
        "Unasked suggestions, welcome and not, and the number that the day called for.",
        ("welcome", "false_alarms", "needs"),
    ),
    (
        "dimensions",
        "What was right",
        "Share of what was said that was right in idea, moment, measure and style, that earned at least 3 of 4, and "
        "that was accepted.",
        (*DIMENSIONS, "success_rate", "acceptance"),
    ),
)
"""What the page of a run draws by day: name, title, caption, measures."""
COMPARED = (
    ("skill", "Skill", "Silence is 0, the best possible day is 1."),
    ("satisfaction", "Satisfaction", "Mean rating of every waking moment, 0 to 4."),
    ("suggestions_per_hour", "Suggestions an hour", "Unasked suggestions in an hour awake."),
    ("false_alarms", "False alarms", "In a day."),
)
"""What a comparison draws by day: measure, title, caption."""

Curves = Mapping[str, Sequence[Estimate]]
"""Lines by day, by their labels."""


@dataclass(frozen=True)
class Drawing:
    """One figure.

    Attributes:
        name: of the PNG file.
        alt: what it shows, in words, numbers included.
        caption: how to read it.
        png: the picture.
    """

    name: str
    alt: str
    caption: str
    png: bytes = field(repr=False)

    @property
    def source(self) -> str:
        """The picture as the address of an image in a page."""
        return f"data:image/png;base64,{b64encode(self.png).decode()}"


def draw(width: float, height: float, paint: Callable[[Axes, Figure], None]) -> bytes:
    """A PNG of a figure of so many inches, painted within our style."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure, picture = Figure(figsize=(width, height)), BytesIO()
        paint(figure.add_subplot(), figure)
        figure.savefig(picture, format="png", metadata={"Software": None})
    return picture.getvalue()


def panel(name: str, title: str, caption: str, days: Sequence[int], curves: Curves) -> Drawing:
    """Lines by day; the band of the first, and of two that of both."""

    def paint(axes: Axes, _: Figure) -> None:
        from matplotlib.ticker import MaxNLocator

        for number, (label, found) in enumerate(curves.items()):
            (colour, marker), line = LOOKS[number % len(LOOKS)], LINES[number // len(LOOKS) % len(LINES)]
            low, high, means = (
                [float("nan") if value is None else value for value in values]
                for values in zip(*((one.low, one.high, one.mean) for one in found), strict=True)
            )
            if not number or len(curves) == 2:
                axes.fill_between(days[: len(means)], low, high, color=colour, alpha=0.13, linewidth=0)
            axes.plot(days[: len(means)], means, color=colour, marker=marker, linestyle=line, label=label)
        if name == "skill":
            axes.axhline(0.0, color=MUTED, linewidth=0.8)
            axes.set_ylim(max(LOWEST_SKILL, axes.get_ylim()[0]), 1.1)
        axes.set_title(title)
        axes.set(xlim=(days[0] - 0.5, days[-1] + 0.5), xlabel="day")
        axes.xaxis.set_major_locator(MaxNLocator(nbins=14, integer=True, min_n_ticks=1))
        axes.grid(visible=True, axis="y")
        if len(curves) > 1:
            axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))

    alt = f"{title} by day. " + "; ".join(f"{label}: {_path(days, found)}" for label, found in curves.items()) + "."
    if any(one.low is not None for found in curves.values() for one in found):
        caption += " Band: bootstrap 95 % interval over personas."
    return Drawing(name, alt, caption, draw(6.4, 3.2 if len(curves) < 9 else 0.25 * len(curves) + 1.0, paint))


def _path(days: Sequence[int], found: Sequence[Estimate]) -> str:
    """First, middle and last value in words, for those who cannot see the line."""
    picks = sorted({0, len(found) // 2, len(found) - 1})
    return ", ".join(f"{fixed(found[index].mean)} on day {days[index]}" for index in picks)


def run_panels(summary: Summary) -> list[Drawing]:
    """The figures of one run, in the order of the page."""
    days = day_numbers(summary)
    drawn = []
    for name, title, caption, measures in RUN:
        curves = {measure.replace("_", " "): by_day(summary, measure) for measure in measures}
        known = {label: found for label, found in curves.items() if any(one.mean is not None for one in found)}
        drawn.append(panel(name, title, caption, days, known or curves))
    return drawn


def comparison_panels(runs: dict[str, Summary]) -> list[Drawing]:
    """A figure a measure, a line a run."""
    days = max(map(day_numbers, runs.values()), key=len)
    return [
        panel(name, title, caption, days, {label: by_day(summary, name) for label, summary in runs.items()})
        for name, title, caption in COMPARED
    ]
