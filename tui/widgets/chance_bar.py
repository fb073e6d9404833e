"""The chance that a suggestion is welcome now, as a bar with a mark where speaking begins, and in words; other bars."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from tui.client.wording import ENOUGH

FULL, EMPTY, MARK = "━", "─", "┃"
BLOCKS = "▁▂▃▄▅▆▇█"


def bar(chance: float, threshold: float, width: int) -> tuple[str, str]:
    """A bar of `width` cells in two pieces, before and after the mark at the threshold.

    Full cells are heavy, empty ones light: without colour both the chance and the threshold can be seen.
    """
    full = round(min(max(chance, 0.0), 1.0) * width)
    place = min(width - 1, round(min(max(threshold, 0.0), 1.0) * (width - 1)))
    cells = "".join(FULL if index < full else EMPTY for index in range(width))
    return cells[:place], cells[place + 1 :]


def blocks(values: Iterable[float], low: float, high: float) -> str:
    """A block for each value, as high as it lies between `low` and `high`."""
    places = (int((value - low) / (high - low) * len(BLOCKS)) for value in values)
    return "".join(BLOCKS[min(max(place, 0), len(BLOCKS) - 1)] for place in places)


def chance_content(chance: float | None, threshold: float | None, note: str, width: int) -> Content:
    """One line of at most `width` cells: the bar (a third of it, at most 40), 'chance 31 %, needs 52 %', and a note.

    Args:
        chance: in [0, 1]; None where nothing was decided yet.
        threshold: in [0, 1].
        note: what forbids speech whatever the chance, or ''.
        width: cells there are.
    """
    remark = Content.styled(note, "$text-muted")
    if chance is None or threshold is None:
        return remark if note else Content.styled("not known yet", "$text-muted")
    before, after = bar(chance, threshold, max(10, min(40, width // 3)))
    colour = "$success" if chance >= threshold and not note else "$primary"
    needed = f"needs {100 * threshold:.0f} %" if threshold < ENOUGH else "enough said for now"
    words = f"  {100 * chance:.0f} % welcome, {needed}"
    line = Content.assemble(_shades(before, colour), (MARK, "bold $accent"), _shades(after, colour), words)
    if note and line.cell_length + 2 + remark.cell_length <= width:
        line = Content.assemble(line, "  ", remark)
    return line


def _shades(cells: str, colour: str) -> Content:
    """Full cells in colour, empty ones faint."""
    full = cells.count(FULL)
    return Content.assemble((cells[:full], colour), (cells[full:], "$text-muted 60%"))
