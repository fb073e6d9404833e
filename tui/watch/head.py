"""The head line of a recording: whose day, which one, and how it is played."""

from __future__ import annotations

from textual.content import Content

from tui.watch.playhead import Playhead
from tui.watch.recording import Contents, Day


def head_content(
    trouble: str, folder: str, persona: str, day: Day | None, contents: Contents, place: Playhead, width: int
) -> Content:
    """One line; what has no room is left out from the end.

    Args:
        trouble: what went wrong, '' for nothing.
        folder: name of the run's folder, '' where none is open.
        persona: who is watched.
        day: the day that is shown, None before the first.
        contents: of the run.
        place: where it is played.
        width: cells.
    """
    if trouble and day is not None:
        return Content.styled(trouble, "bold $warning")
    if not folder:
        return Content.styled("Watch a simulation", "bold $primary")
    if day is None:
        return Content.assemble((folder, "bold $primary"), "  waiting for the first day of the run")
    stored = contents.days.get(persona, ())
    of = max(contents.planned, stored[-1] if stored else 0)
    others = f" of {len(contents.personas)}" if len(contents.personas) > 1 else ""
    waits = place.playing and place.at_end(day.ticks)
    motion = "waits for the next day" if waits else "plays" if place.playing else "paused"
    parts = [
        Content.styled(f"{persona}{others}", "bold $primary"),
        Content(f"day {day.number} of {of}"),
        Content.styled(f"{day.wake:%a} {day.wake.day} {day.wake:%b}, {day.time(int(place.tick)):%H:%M}", "bold"),
        Content.assemble((motion, "$accent"), f" {place.minutes_a_second:g} min/s"),
        Content.styled("" if contents.finished else "still running", "$success"),
        Content.styled(f"{folder}, {contents.assistant}".rstrip(", "), "$foreground 60%"),
    ]
    parts = [part for part in parts if part.plain]
    while len(parts) > 1 and sum(part.cell_length + 3 for part in parts) - 3 > width:
        parts.pop()
    return Content("   ").join(parts)
