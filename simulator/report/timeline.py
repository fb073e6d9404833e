"""One day of one persona: what they did, when a word was welcome, what was said and how it was rated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import TICK_MINUTES, Rating
from simulator.report.drawing import BLUE, GREEN, GRID, INK, LANES, MUTED, ORANGE, PURPLE, SURFACE, Drawing, export
from simulator.report.reading import Summary, last_days, persona_mean
from simulator.runs.events import EventLog, read

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LISTED = 40
"""Suggestions listed below the timeline; a speaker at every tick makes hundreds."""
LETTER_MINUTES = 6.2
"""Minutes that a letter of a label is wide; activities too short for theirs have none."""
HOUR_WIDTH = 0.6
"""Inches of the figure for an hour."""

GROUPS = (
    ("work and study", ("deep_work", "routine_work", "mail", "meeting", "study")),
    ("home", ("cooking", "tidying", "garden", "care", "errand")),
    ("free time", ("browsing", "media", "gaming", "reading", "craft", "music")),
    ("people", ("company", "call")),
    ("body", ("bathing", "sleep", "ritual", "exercise", "walk")),
    ("meals", ("meal",)),
    ("rest", ("rest", "pause", "unknown")),
)
"""Kinds of activity that share a colour of `LANES`, in its order."""
_LANE_OF = {kind: LANES[index] for index, (_, kinds) in enumerate(GROUPS) for kind in kinds}


@dataclass(frozen=True)
class Said:
    """One suggestion as the page lists it: its number on the day, and its entry in the events file."""

    number: int
    event: dict[str, Any]

    @property
    def time(self) -> str:
        """'18:40'."""
        return f"{datetime.fromisoformat(self.event['time']):%H:%M}"

    @property
    def rating(self) -> Rating:
        """The rubric's."""
        return Rating(*self.event["rating"])

    @property
    def verdict(self) -> str:
        """'welcome' or 'false alarm'; for an answer, whether it was welcome."""
        if self.event.get("requested"):
            return "welcome answer" if self.rating.welcome else "unwelcome answer"
        return "welcome" if self.rating.welcome else "false alarm"

    @property
    def outcome(self) -> str:
        """What the person did, and why."""
        event = self.event
        outcome = str(event.get("reaction") or "no reaction")
        outcome += f", because of the {event['reason']}" if event.get("reason") else ""
        outcome += "; asked back: " + ", ".join(event["turns"]) if event.get("turns") else ""
        return outcome + (f" (“{event['words']}”)" if event.get("words") else "")

    @property
    def chance(self) -> float | None:
        """That it is welcome, as believed; None for answers, and where there are none: theirs are 1 against 0."""
        chance, threshold = self.event.get("chance"), self.event.get("threshold")
        return None if self.event.get("requested") or (chance, threshold) == (1.0, 0.0) else chance


@dataclass(frozen=True)
class Day:
    """What the events file holds of one day."""

    persona: str
    number: int
    wake: datetime
    activities: tuple[dict[str, str], ...]
    series: dict[str, NDArray[np.int8]]
    events: tuple[dict[str, Any], ...]

    def hour(self, moment: datetime) -> float:
        """Hours after the midnight before waking."""
        midnight = self.wake.replace(hour=0, minute=0, second=0, microsecond=0)
        return (moment - midnight).total_seconds() / 3600

    @property
    def hours(self) -> NDArray[np.float64]:
        """(ticks,) hours after midnight at the start of each tick."""
        ticks = max((len(values) for values in self.series.values()), default=0)
        start: float = self.hour(self.wake)
        return start + np.arange(ticks) * TICK_MINUTES / 60

    @property
    def said(self) -> list[Said]:
        """Everything that was said, numbered in order."""
        return [Said(number, event) for number, event in enumerate(self.events, start=1)]


def typical_day(out: Path, summary: Summary) -> Day | None:
    """The last day with something said, of the persona whose skill at the end is the median; None without events.

    Raises:
        StoreError: the events are there but cannot be read.
    """
    path = out / "events.sqlite"
    if not path.is_file():
        return None
    days = last_days(summary)
    ranked = sorted(
        (persona_mean(persona, "skill", days), str(persona["id"]))
        for persona in summary["personas"]
        if persona_mean(persona, "skill", days) is not None
    )
    identifiers = [name for _, name in ranked] or [str(persona["id"]) for persona in summary["personas"]]
    with read(path) as log:
        stored = set(log.personas())
        identifiers = [name for name in identifiers if name in stored]
        if not identifiers:
            return None
        # from the middle of the ranking outwards, until somebody was spoken to
        middle = (len(identifiers) - 1) / 2
        for name in sorted(identifiers, key=lambda name: abs(identifiers.index(name) - middle)):
            spoken = [event["day"] for event in log.suggestions(name) if not event["requested"]]
            if spoken:
                return _load(log, name, max(spoken))
        name = identifiers[int(middle)]
        return _load(log, name, max(log.wakes(name)))


def _load(log: EventLog, persona: str, number: int) -> Day:
    return Day(
        persona,
        number,
        log.wakes(persona)[number],
        tuple(log.activities(persona, number)),
        log.series(persona, number),
        tuple(log.suggestions(persona, number)),
    )


def draw(day: Day) -> Drawing:
    """The figure. To be called within `drawing.style()`."""
    from matplotlib.figure import Figure

    hours = day.hours
    length = float(hours[-1] - hours[0]) if len(hours) else 16.0
    figure = Figure(figsize=(1.2 + HOUR_WIDTH * length, 4.5), layout="constrained", facecolor=SURFACE)
    rows: NDArray[Any] = figure.subplots(4, 1, sharex=True, height_ratios=[0.55, 0.42, 2.2, 1.0])
    hints = _activities(rows[0], day)
    _moments(rows[1], day)
    hints |= _speech(rows[2], day)
    _state(rows[3], day)
    for axes in rows:
        axes.spines[["left", "bottom"]].set_visible(False)
        axes.tick_params(length=0)
    ticks = np.arange(np.ceil(hours[0]), hours[-1] + 0.01, 1) if len(hours) else np.array([0.0])
    rows[-1].set_xticks(ticks, [f"{int(tick) % 24:02d}:00" for tick in ticks], fontsize=8)
    if len(hours):
        rows[-1].set_xlim(hours[0] - 0.1, hours[-1] + 0.15)
    receptive = 100 * float(np.mean(day.series["receptive"])) if len(hours) else 0.0
    spoken = [said for said in day.said if not said.event["requested"]]
    welcome = sum(said.rating.welcome for said in spoken)
    alt = (
        f"Timeline of persona {day.persona} on day {day.number}: {len(day.activities)} activities, receptive "
        f"{receptive:.0f} % of the time awake, {len(spoken)} unasked suggestions of which {welcome} were welcome. "
        "The list below gives each."
    )
    caption = (
        "From top to bottom: activities; moments at which a word may come (solid) or must not (hatched); what was "
        "said, by its rating from 0 to 4, over the rating of silence; and the hidden state, which nobody sees."
    )
    return export(figure, "timeline", f"Day {day.number} of {day.persona}", alt, caption, hints)


def _activities(axes: Axes, day: Day) -> dict[str, str]:
    from matplotlib.patches import Rectangle

    hints = {}
    for index, (start, end, activity) in enumerate(_merged(day)):
        lane = _LANE_OF.get(activity["kind"], LANES[-1])
        patch = Rectangle(
            (start, 0.04), end - start, 0.92, facecolor=lane, edgecolor=SURFACE, linewidth=1.2, clip_on=True
        )
        patch.set_gid(f"activity-{index}")
        hints[f"activity-{index}"] = f"{_clock(start)} to {_clock(end)}: {activity['text']} ({activity['room']})"
        axes.add_patch(patch)
        minutes = (min(end, day.hours[-1]) - start) * 60
        lines = activity["kind"].replace("_", "\n")
        if minutes >= 6 + LETTER_MINUTES * max(len(line) for line in lines.split("\n")):
            axes.text(
                start + minutes / 120, 0.5, lines, ha="center", va="center", fontsize=7, color=INK, linespacing=0.95
            )
    axes.set(ylim=(0, 1), yticks=[])
    axes.set_ylabel("activity", rotation=0, ha="right", va="center", fontsize=8)
    return hints


def _merged(day: Day) -> list[tuple[float, float, dict[str, str]]]:
    """Activities with their hours; the parts of a long one are one again."""
    merged: list[tuple[float, float, dict[str, str]]] = []
    for activity in day.activities:
        start, end = (day.hour(datetime.fromisoformat(activity[name])) for name in ("start", "end"))
        if merged and activity["text"] == merged[-1][2]["text"]:
            merged[-1] = (merged[-1][0], end, merged[-1][2])
        else:
            merged.append((start, end, activity))
    return merged


def _moments(axes: Axes, day: Day) -> None:
    hours = day.hours
    step = TICK_MINUTES / 60
    for name, colour, hatch in (("receptive", GREEN, ""), ("blocked", GRID, "/////")):
        for start, length in _runs(day.series[name] > 0):
            axes.broken_barh(
                [(hours[start], length * step)],
                (0.12, 0.76),
                facecolor=colour,
                edgecolor=MUTED if hatch else colour,
                hatch=hatch,
                linewidth=0.0,
            )
    axes.set(ylim=(0, 1), yticks=[])
    axes.set_ylabel("receptive\nor blocked", rotation=0, ha="right", va="center", fontsize=8)


def _speech(axes: Axes, day: Day) -> dict[str, str]:
    hours, hints = day.hours, {}
    silent = day.series["total"].astype(float)
    silent[[event["tick"] for event in day.events]] = np.nan
    axes.plot(hours, silent, color=MUTED, linewidth=1.0, drawstyle="steps-post", label="silence")
    looks = {
        "welcome": (BLUE, "o"),
        "false alarm": (ORANGE, "X"),
        "welcome answer": (PURPLE, "D"),
        "unwelcome answer": (PURPLE, "x"),
    }
    used = set()
    said = day.said
    for one in said:
        (colour, marker), label = looks[one.verdict], None if one.verdict in used else one.verdict
        hour, total = hours[one.event["tick"]], one.rating.total
        (line,) = axes.plot(
            hour, total, marker, color=colour, markersize=9, zorder=3, clip_on=False, label=label, linestyle="none"
        )
        line.set_gid(f"said-{one.number}")
        hints[f"said-{one.number}"] = f"{one.number}. {one.time} {one.verdict}, {total} of 4: {one.event['text']}"
        if len(said) <= MOST_LISTED:
            place: dict[str, Any] = {"xytext": (0, 7.5), "textcoords": "offset points", "ha": "center"}
            axes.annotate(str(one.number), (hour, total), **place, fontsize=8, color=INK)
        used.add(one.verdict)
    axes.set(ylim=(-0.95, 4.75), yticks=range(5))
    axes.grid(visible=True, axis="y", color=GRID)
    axes.set_ylabel("rating\n0 to 4", rotation=0, ha="right", va="center", fontsize=8, labelpad=8)
    axes.legend(loc="lower left", ncols=5, fontsize=8, handletextpad=0.4, columnspacing=1.6, borderaxespad=0.2)
    return hints


def _state(axes: Axes, day: Day) -> None:
    looks = (("energy", GREEN, "-."), ("mood", BLUE, "--"), ("focus", PURPLE, ":"), ("annoyance", ORANGE, "-"))
    for name, colour, line in looks:
        width = 1.9 if name == "annoyance" else 1.1
        axes.plot(day.hours, day.series[name] / 100, color=colour, linestyle=line, linewidth=width, label=name)
    axes.set(ylim=(-1.05, 1.05), yticks=[-1, 0, 1])
    axes.grid(visible=True, axis="y", color=GRID)
    axes.set_ylabel("hidden\nstate", rotation=0, ha="right", va="center", fontsize=8)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 0.98), ncols=4, fontsize=8, handlelength=2.2, borderaxespad=0.0)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and length of every unbroken run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(start), int(end - start)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _clock(hour: float) -> str:
    minutes = round(hour * 60) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
