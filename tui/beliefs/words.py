"""What was learned, in words: beliefs, adapters, training."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from textual.content import Content

from edge_assistant.service.rpc.learning_values import AdapterView, Belief, DaySeries
from edge_assistant.service.rpc.protocol import Training
from tui.wording import moment_words

GROUPS = {
    "hours": "Your hours",
    "gaps": "Your gaps",
    "manner": "How you like it put",
    "topics": "Topics",
    "taste": "What you like",
}

MARKS = {"current": "●", "former": "○", "rejected": "✗", "stale": "!"}
STATE_WORDS = {"current": "in use", "former": "former", "rejected": "not better, not used", "stale": "to be made anew"}

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
    """'You want at most 5 suggestions a day. How many really? (1 to 24 a day)'."""
    limits = f"{belief.low:g} to {belief.high:g} " if belief.low is not None and belief.high is not None else ""
    return f"{belief.sentence} Really? ({limits}{belief.unit})"


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


def adapters_content(adapters: Sequence[AdapterView], now: datetime, most: int) -> Content:
    """The versions, the newest first, with their measures."""
    lines = [Content.styled("Adapters", "bold $primary")]
    for adapter in adapters[:most]:
        when = f", {moment_words(adapter.time, now)}" if adapter.time is not None else ""
        measures = "  ".join(f"{name.replace('_', ' ')} {_number(value)}" for name, value in adapter.measures.items())
        lines.append(
            Content.assemble(
                (f"{MARKS.get(adapter.state, '○')} ", "bold $accent"),
                (adapter.version, "bold"),
                f"  {STATE_WORDS.get(adapter.state, adapter.state)}{when}",
                (f"  {measures}" if measures else "", "$foreground 60%"),
                (f"  {adapter.detail}" if adapter.detail else "", "$foreground 60%"),
            )
        )
    if not adapters:
        lines.append(
            Content.styled("  none yet: trained at night from what you answered and reworded", "$foreground 60%")
        )
    elif len(adapters) > most:
        lines.append(Content.styled(f"  and {len(adapters) - most} older", "$foreground 60%"))
    return Content("\n").join(lines)


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{value:.2f}"


def summary_words(days: Sequence[DaySeries], feedback: int, today: str) -> str:
    """'14 days, 96 answers; today: 6 suggestions, 67 % accepted'; `today` is an ISO date."""
    if not days:
        return "No day has been lived yet."
    last = days[-1]
    words = f"{len(days)} {'day' if len(days) == 1 else 'days'}, {feedback} {'answer' if feedback == 1 else 'answers'}"
    name = "today" if last.day == today else day_of(last.day)
    words += f"; {name}: {last.suggestions or 'no'} unasked {'suggestion' if last.suggestions == 1 else 'suggestions'}"
    accepted = last.acceptance if last.suggestions else None
    return words + (f", {100 * accepted:.0f} % accepted" if accepted is not None else "")


def day_of(iso: str) -> str:
    """'2026-11-09' as '9 Nov'."""
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b}"


def answer_words(value: Any) -> str:
    """A corrected value for a note."""
    return {True: "yes", False: "no"}.get(value, f"{value:g}" if isinstance(value, float) else str(value))
