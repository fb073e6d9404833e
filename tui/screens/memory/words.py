"""Memories and what is to be forgotten, in words."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content

from edge_assistant.service.rpc.protocol import Forgotten, MemoryRow
from tui.client.wording import counted, moment_words

KIND_WORDS = {
    "action": "you did",
    "suggestion": "I said",
    "score": "rating",
    "reason": "reason",
    "note": "note",
    "summary_hour": "an hour",
    "summary_4h": "4 hours",
    "summary_day": "a day",
}
PINNED = "★"

TIME, KIND = 16, 8
"""Cells of the columns."""


def row_content(row: MemoryRow, now: datetime, marked: bool, width: int) -> Content:
    """One line: time, kind, pin, text."""
    head = Content.assemble(
        ("▸ " if marked else "  ", "bold $accent"),
        (moment_words(row.time, now).rjust(TIME), "$foreground 60%"),
        "  ",
        (KIND_WORDS.get(row.kind, row.kind).ljust(KIND), "$primary"),
        (f"{PINNED} " if row.pinned else "  ", "bold $accent"),
    )
    return Content.assemble(head, Content(row.text).truncate(max(width - head.cell_length, 10), ellipsis=True))


def about_content(row: MemoryRow, now: datetime) -> Content:
    """The whole memory."""
    facts = [KIND_WORDS.get(row.kind, row.kind), moment_words(row.time, now), f"importance {row.importance:.1f}"]
    if row.pinned:
        facts.append("pinned as important")
    if row.score is not None:
        facts.append(f"match {100 * row.score:.0f} %")
    return Content("\n").join([Content(row.text), Content.styled(" · ".join(facts), "$foreground 60%")])


def forgotten_words(gone: Forgotten) -> str:
    """'3 memories, 1 suggestion'."""
    counts = (
        (gone.memories, "memory", "memories"),
        (gone.feed, "suggestion", "suggestions"),
        (gone.pairs, "training pair", "training pairs"),
    )
    return ", ".join(counted(*count) for count in counts if count[0]) or "nothing"


def adapters_sentence(gone: Forgotten) -> str:
    """What becomes of the adapters that were trained on it; '' where there are none."""
    return f"Adapters trained on it will be retrained: {', '.join(gone.adapters)}." if gone.adapters else ""


def preview_content(what: str, gone: Forgotten, now: datetime, width: int) -> Content:
    """What would go."""
    lines = [Content(f"{what}: {forgotten_words(gone)}, from memory, index, feed and log."), Content("")]
    if gone.adapters:
        lines += [Content(adapters_sentence(gone)), Content("")]
    if gone.rows:
        lines.append(Content.styled("Memories", "bold $primary"))
        lines += [row_content(row, now, False, width) for row in gone.rows]
        lines += _more(gone.memories - len(gone.rows))
    if gone.entries:
        lines += [Content(""), Content.styled("Suggestions", "bold $primary")]
        lines += [Content(f"  {text}") for text in gone.entries]
        lines += _more(gone.feed - len(gone.entries))
    return Content("\n").join(lines)


def _more(count: int) -> list[Content]:
    return [Content.styled(f"  and {count} more", "$foreground 60%")] if count > 0 else []
