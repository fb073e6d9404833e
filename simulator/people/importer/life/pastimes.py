"""What fills the free stretches of a life: interests, entries without a time, and ordinary things beside."""

from __future__ import annotations

from collections.abc import Sequence

from edge_assistant.context.activity_classes import ActivityClassifier
from simulator.people.importer.language import activities, gerunds, whens
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.life.entry import Entry
from simulator.people.importer.values import Notes
from simulator.people.persona import DAY_GROUPS, DAYS, FixedPoint, Pastime

# Ordinary ways to spend half an hour, used where a life names too few of its own.
_ORDINARY: tuple[tuple[str, str, tuple[float, float]], ...] = (
    ("tidying the kitchen and the living room", "tidying", (15, 30)),
    ("drinking tea at the window", "pause", (10, 20)),
    ("resting on the sofa", "rest", (15, 35)),
    ("reading the news on the laptop", "browsing", (10, 30)),
    ("walking around the block", "walk", (20, 40)),
    ("watching a series", "media", (30, 55)),
    ("doing the laundry", "tidying", (15, 35)),
    ("sorting small things that have piled up", "routine_work", (20, 40)),
    ("reading a novel on the sofa", "reading", (20, 45)),
    ("answering mail and messages", "mail", (15, 30)),
    ("listening to music", "music", (15, 35)),
    ("cooking something simple", "cooking", (20, 40)),
    ("going out for groceries", "errand", (25, 50)),
    ("talking on the phone with a friend", "call", (10, 30)),
    ("watering the plants", "garden", (10, 20)),
    ("stretching and light exercise", "exercise", (15, 30)),
    ("making something small by hand", "craft", (20, 45)),
    ("playing a game on the laptop", "gaming", (20, 45)),
    ("going through study notes", "study", (25, 50)),
    ("sitting quietly with a journal", "ritual", (10, 25)),
    ("sitting together with the family", "company", (20, 45)),
    ("looking after the children", "care", (20, 45)),
    ("having a snack", "meal", (10, 15)),
    ("working on one thing with full attention", "deep_work", (30, 60)),
    ("a short meeting online", "meeting", (20, 40)),
)
FEWEST, ORDINARY_AT_LEAST = 9, 4


def choose_pastimes(
    entries: Sequence[Entry],
    interests: Sequence[str],
    points: Sequence[FixedPoint],
    wanted: Sequence[str],
    words: dict[str, str],
    notes: Notes,
    model: ActivityClassifier | None = None,
) -> list[Pastime]:
    """Pastimes for the free stretches, at least nine, with every kind that the timing needs.

    Args:
        entries: what the prose says; those without a time become pastimes.
        interests: one a string.
        points: the fixed points, whose kinds need no pastime.
        wanted: kinds that the timing names as good.
        words: receives the words behind each pastime, '' for an ordinary one.
        notes: receives what was understood and assumed.
        model: tells kinds where the lists of words do not.
    """
    pastimes: dict[str, Pastime] = {}

    def add(
        text: str, kind: str, minutes: tuple[float, float], weight: float, source: str, days: tuple[str, ...] = DAYS
    ) -> None:
        if text not in pastimes and kind not in ("sleep", "bathing"):
            room = activities.room(f"{text} {source}", kind)
            shown = next((name for name in ("all", "weekday", "weekend") if DAY_GROUPS[name] == days), days)
            pastimes[text] = Pastime(text=text, kind=kind, room=room, minutes=minutes, weight=weight, days=shown)
            words[f"pastime {text}"] = source

    for interest in interests[:10]:
        when = whens.read(interest, DayTimes())
        text = gerunds.phrase(interest, activities.kind_of(interest, model), general=True)
        kind = activities.kind_of(text, model)
        if len(text) >= 4:
            add(text, kind, (20, 50), 1.5, interest, when.days)
            notes.understand("pastime", f"{text} ({kind})", interest)
    for entry in entries:
        if entry.stretch is None:
            length = min(max(entry.minutes or 35.0, 10.0), 60.0)
            add(entry.text, entry.kind, (max(5.0, round(length * 0.7)), length), 1.0, entry.words, entry.when.days)
            notes.understand("pastime", f"{entry.text} ({entry.kind})", entry.words)
    own = len(pastimes)
    for text, kind, minutes in _ORDINARY:
        living = {pastime.kind for pastime in pastimes.values()} | {point.kind for point in points}
        if kind in wanted and kind not in living:
            add(text, kind, minutes, 1.5, "")
            notes.assume("pastime", f"{text} ({kind})", "the timing names it, the life does not")
    for text, kind, minutes in _ORDINARY[:12]:
        if len(pastimes) >= max(FEWEST, own + ORDINARY_AT_LEAST):
            break
        if kind not in {pastime.kind for pastime in pastimes.values()} or kind == "tidying":
            add(text, kind, minutes, 0.8, "")
            notes.assume("pastime", f"{text} ({kind})", "an ordinary way to fill free time")
    return list(pastimes.values())
