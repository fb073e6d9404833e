"""What is believed, training and adapters, in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from textual.content import Content

from edge_assistant.service.rpc.learning_values import AdapterView, Belief, DaySeries
from edge_assistant.service.rpc.protocol import Training
from tui.client.wording import counted, moment_words
from tui.widgets.chance_bar import blocks

GROUPS = {
    "hours": "Good and bad hours",
    "gaps": "How often",
    "manner": "Style",
    "style": "Style",
    "topics": "Topics",
    "taste": "What you like",
}

MARKS = {"current": "●", "former": "○", "rejected": "✗", "stale": "!"}
STATE_WORDS = {"current": "in use", "former": "former", "rejected": "no better, not used", "stale": "to be retrained"}

SURE = ((0.75, "sure"), (0.4, "fairly sure"), (0.15, "not very sure"), (0.0, "a guess"))


def sure_words(belief: Belief) -> str:
    """'fairly sure', 'you said so'."""
    if belief.corrected:
        return "you said so"
    return next(words for least, words in SURE if belief.sure >= least)


def belief_content(belief: Belief, marked: bool, width: int) -> Content:
    """The sentence, and how sure it is: a line, and as many more as the marked one needs to be read to its end."""
    sure = sure_words(belief)
    room = max(width - len(sure) - 5, 20)
    whole = Content(belief.sentence)
    first, *others = whole.wrap(room) if marked else [whole.truncate(room, ellipsis=True)]
    gap = " " * max(2, width - 2 - first.cell_length - len(sure))
    head = Content.assemble(
        ("▸ " if marked else "  ", "bold $accent"),
        (first.plain, "$foreground"),
        gap,
        (sure, "bold $accent" if belief.corrected else "$foreground 60%"),
    )
    return Content("\n").join([head, *(Content.styled(f"  {line.plain}", "$foreground") for line in others)])


def parse_number(belief: Belief, text: str) -> float | None:
    """A number that this belief can have, or None."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    low = belief.low if belief.low is not None else 0.0
    high = belief.high if belief.high is not None else float("inf")
    return number if low <= number <= high else None


def number_question(belief: Belief) -> str:
    """'You want at most 5 suggestions a day. What is right? (1 to 24 a day)'."""
    limits = f"{belief.low:g} to {belief.high:g} " if belief.low is not None and belief.high is not None else ""
    return f"{belief.sentence} What is right? ({limits}{belief.unit})"


def training_content(training: Training, width: int) -> Content:
    """How training stands, with a bar while it runs."""
    head = Content.assemble(("Training  ", "bold $primary"), training.state)
    if training.state in ("running", "paused") and training.steps:
        cells = max(10, min(30, width // 3))
        full = round(cells * training.step / training.steps)
        share = f" {100 * training.step // training.steps} %, step {training.step} of {training.steps}"
        head = Content.assemble(head, "  ", ("━" * full, "$primary"), ("─" * (cells - full), "$foreground 40%"), share)
        if training.loss is not None:
            head = Content.assemble(head, f", loss {training.loss:.2f}")
    return Content.assemble(head, (f"  {training.detail}" if training.detail else "", "$foreground 60%"))


def adapter_words(adapter: AdapterView, now: datetime | None) -> tuple[str, str]:
    """The state of an adapter, with its time, and its measures: 'in use, yesterday 03:10', 'won 0.61  pairs 48'."""
    when = f", {moment_words(adapter.time, now)}" if adapter.time is not None and now is not None else ""
    measures = [
        f"{name.replace('_', ' ')} {value:.0f}" if value == int(value) else f"{name.replace('_', ' ')} {value:.2f}"
        for name, value in adapter.measures.items()
    ]
    return STATE_WORDS.get(adapter.state, adapter.state) + when, "  ".join(measures)


def adapters_content(adapters: Sequence[AdapterView], now: datetime | None, most: int) -> Content:
    """The versions, the newest first, with their measures."""
    lines = [Content.styled("Adapters", "bold $primary")]
    for adapter in adapters[:most]:
        state, measures = adapter_words(adapter, now)
        aside = "".join(f"  {part}" for part in (measures, adapter.detail) if part)
        mark = (f"{MARKS.get(adapter.state, '○')} ", "bold $accent")
        lines.append(Content.assemble(mark, (adapter.version, "bold"), f"  {state}", (aside, "$foreground 60%")))
    note = ""
    if not adapters:
        note = "none yet: one is trained overnight from your answers and your wordings"
    elif len(adapters) > most:
        note = f"and {len(adapters) - most} older"
    if note:
        lines.append(Content.styled(f"  {note}", "$foreground 60%"))
    return Content("\n").join(lines)


def summary_words(days: Sequence[DaySeries], feedback: int, today: str) -> str:
    """'14 days, 96 answers; today: 6 unasked suggestions, 67 % accepted'; `today` is an ISO date."""
    if not days:
        return "There is no day to show yet."
    last = days[-1]
    name = "today" if last.day == today else day_of(last.day)
    said = counted(last.suggestions, "unasked suggestion", "unasked suggestions") if last.suggestions else "none"
    words = f"{counted(len(days), 'day', 'days')}, {counted(feedback, 'answer', 'answers')}; {name}: {said}"
    accepted = last.acceptance if last.suggestions else None
    return words + (f", {100 * accepted:.0f} % accepted" if accepted is not None else "")


SERIES = {
    "per_hour": "an hour",
    "acceptance": "accepted",
    "preference": "good idea",
    "timing": "good moment",
    "frequency": "not too often",
    "communication": "well worded",
}
"""What is told of each day; all but the first are shares."""


def days_content(days: Sequence[DaySeries], width: int) -> Content:
    """A line for each series: its bars, one cell a day or two, the latest on the right, and its latest value."""
    cells = width - 22
    days = days[-cells:]
    lines = []
    for field, label in SERIES.items():
        values = [getattr(day, field) for day in days]
        known = [value for value in values if value is not None]
        top = max(known, default=1.0) or 1.0 if field == "per_hour" else 1.0
        bars = "".join(" " if value is None else blocks([value], 0.0, top) for value in values)
        wide = "".join(bar * min(cells // max(len(days), 1), 3) for bar in bars)
        latest = "–" if not known else f"{known[-1]:.1f}" if field == "per_hour" else f"{100 * known[-1]:.0f} %"
        lines.append(Content.assemble(f"{label:<14}", (wide, "$primary"), f"  {latest}"))
    return Content("\n").join(lines)


def day_of(iso: str) -> str:
    """'2026-11-09' as '9 Nov'."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b}"


def answer_words(value: Any) -> str:
    """A corrected value for a note."""
    return {True: "yes", False: "no"}.get(value, f"{value:g}" if isinstance(value, float) else str(value))
