"""One day of one persona: what they did, when a word was welcome, what was said and how it was rated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import TICK_MINUTES, Rating
from simulator.report.panels import BLUE, GREEN, INK, MUTED, ORANGE, PURPLE, Drawing, draw
from simulator.report.reading import Summary, by_persona, cells_of, last_days
from simulator.runs.events import read

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LETTER_HOURS = 0.12
"""Hours that a letter of a label is wide; activities too short for theirs have none."""
LOOKS = {
    "welcome": (BLUE, "o"),
    "false alarm": (ORANGE, "X"),
    "welcome answer": (PURPLE, "D"),
    "unwelcome answer": (PURPLE, "x"),
}


@dataclass(frozen=True)
class Said:
    """One suggestion as the page lists it: its number on the day, and its entry in the events file."""

    number: int
    event: dict[str, Any]

    @property
    def rating(self) -> Rating:
        """The rubric's."""
        return Rating(*self.event["rating"])

    @property
    def verdict(self) -> str:
        """'welcome' or 'false alarm'; for an answer, whether it was welcome."""
        if self.event["requested"]:
            return "welcome answer" if self.rating.welcome else "unwelcome answer"
        return "welcome" if self.rating.welcome else "false alarm"

    @property
    def outcome(self) -> str:
        """What the person did, and why; of unasked speech also the chance of welcome that was believed."""
        event = self.event
        outcome = str(event["reaction"]) + (f", because of the {event['reason']}" if event["reason"] else "")
        outcome += f" (“{event['words']}”)" if event["words"] else ""
        if not event["requested"] and event["threshold"]:
            outcome += f" · chance of welcome {100 * event['chance']:.0f} %, needed {100 * event['threshold']:.0f} %"
        return outcome


@dataclass(frozen=True)
class Day:
    """What the events file holds of one day."""

    persona: str
    number: int
    wake: datetime
    activities: tuple[dict[str, str], ...]
    series: dict[str, NDArray[np.int8]]
    said: tuple[Said, ...]


def typical_day(out: Path, summary: Summary) -> Day:
    """The last day with something said, of the persona whose skill at the end is the median.

    Raises:
        StoreError: the events cannot be read.
    """
    skills = by_persona(cells_of(summary), "skill", last_days(summary))
    with read(out / "events.sqlite") as log:
        people = sorted(log.personas(), key=lambda name: skills.get(name, float("-inf")))
        # from the middle of the ranking outwards, until somebody was spoken to
        middle = len(people) // 2
        from_middle = sorted(people, key=lambda name: abs(people.index(name) - middle))
        spoken = {name: [event["day"] for event in log.suggestions(name) if not event["requested"]] for name in people}
        name = next((name for name in from_middle if spoken[name]), from_middle[0])
        wakes = log.wakes(name)
        day = max(spoken[name] or wakes)
        said = tuple(Said(number, event) for number, event in enumerate(log.suggestions(name, day), start=1))
        return Day(name, day, wakes[day], tuple(log.activities(name, day)), log.series(name, day), said)


def timeline(day: Day) -> Drawing:
    """The figure."""
    first = day.wake.hour + day.wake.minute / 60
    hours = first + np.arange(len(day.series["receptive"]) + 1) * TICK_MINUTES / 60

    def paint(axes: Axes, _: Figure) -> None:
        for name, colour, hatch in (("receptive", GREEN, ""), ("blocked", "white", "////")):
            shown = np.append(day.series[name] > 0, False)
            axes.fill_between(hours, -0.55, -0.2, where=shown, step="post", facecolor=colour, hatch=hatch,
                              edgecolor=MUTED, linewidth=0, label=f"{name} moments")  # fmt: skip
        for start, end, text in _activities(day):
            left, right = first + start, min(first + end, hours[-1])
            axes.fill_between([left, right], -1.05, -0.65, color=MUTED, alpha=0.25, edgecolor="white")
            if right - left > LETTER_HOURS * len(text):
                axes.text((left + right) / 2, -0.85, text, ha="center", va="center", fontsize=6.5)
        for verdict, (colour, marker) in LOOKS.items():
            said = [one for one in day.said if one.verdict == verdict]
            if said:
                places = [hours[one.event["tick"]] for one in said]
                totals = [one.rating.total for one in said]
                axes.plot(places, totals, marker, color=colour, markersize=8, label=verdict, linestyle="none")
        for one in day.said:
            place: dict[str, Any] = {"xytext": (0, 7), "textcoords": "offset points", "ha": "center", "fontsize": 7}
            axes.annotate(str(one.number), (hours[one.event["tick"]], one.rating.total), color=INK, **place)
        axes.set(xlim=(hours[0], hours[-1]), ylim=(-1.1, 4.6), yticks=range(5), ylabel="rating, 0 to 4")
        ticks = range(int(np.ceil(hours[0])), int(hours[-1]) + 1)
        axes.set_xticks(list(ticks), [f"{tick % 24:02d}:00" for tick in ticks])
        axes.grid(visible=True, axis="y")
        axes.set_title(f"Day {day.number} of {day.persona}")
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=6)

    spoken = [one for one in day.said if not one.event["requested"]]
    alt = (
        f"Timeline of persona {day.persona} on day {day.number}: receptive for "
        f"{100 * float(np.mean(day.series['receptive'])):.0f} % of the time awake, {len(spoken)} unasked "
        f"suggestions of which {sum(one.rating.welcome for one in spoken)} were welcome. The list below gives each."
    )
    caption = (
        "What was said, by its rating; below it the moments at which a word may come or must not, and the activities."
    )
    return Drawing("timeline", alt, caption, draw(1.2 + 0.6 * float(hours[-1] - hours[0]), 3.6, paint))


def _activities(day: Day) -> list[tuple[float, float, str]]:
    """Hours from waking at which each kind of activity began and ended, and its name."""
    found = []
    for kind, group in groupby(day.activities, key=lambda activity: activity["kind"]):
        parts = list(group)
        start, end = (datetime.fromisoformat(part) for part in (parts[0]["start"], parts[-1]["end"]))
        since = [(moment - day.wake).total_seconds() / 3600 for moment in (start, end)]
        found.append((since[0], since[1], kind.replace("_", " ")))
    return found
