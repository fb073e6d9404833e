"""The two tables of a comparison, once as cells and then as Markdown, LaTeX and HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.report.comparison.reading import MEASURES, Run, at_end, difference, last_days
from simulator.report.reading import fixed, span_of


@dataclass(frozen=True)
class Cells:
    """A table as text."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(runs: Sequence[Run]) -> list[Cells]:
    """Means at the end of the runs; with more than one run also how far the first is above each other one."""
    days = last_days(runs)
    when = span_of(days)
    means = []
    for run in runs:
        found = [at_end(run, name, days) for name in MEASURES]
        means.append((run.name, *(_with_interval(each.mean, each.low, each.high) for each in found)))
    headings = ("run", *(name.replace("_", " ") for name in MEASURES))
    shown = [Cells(f"Means over personas on {when}, with bootstrap 95 % intervals", headings, tuple(means))]
    rows = []
    for other in runs[1:]:
        for name in MEASURES:
            found_difference = difference(runs[0], other, name, days)
            rows.append(
                (
                    other.name,
                    name.replace("_", " "),
                    _with_interval(found_difference.mean, found_difference.low, found_difference.high),
                    fixed(found_difference.effect),
                    str(found_difference.count),
                )
            )
    if rows:
        caption = f"{runs[0].name} minus each other run on {when}, paired by persona, with bootstrap 95 % intervals; "
        caption += "effect: mean difference by the standard deviation of the differences"
        shown.append(Cells(caption, ("other run", "measure", "difference", "effect", "personas"), tuple(rows)))
    return shown


def markdown(cells: Cells) -> str:
    """A table of Markdown with its caption above."""
    lines = [f"**{cells.caption}**", "", _pipes(cells.headings), "|" + " --- |" * len(cells.headings)]
    return "\n".join([*lines, *(_pipes(row) for row in cells.rows)]) + "\n"


def latex(cells: Cells) -> str:
    """A `table` of LaTeX; needs the package booktabs."""
    lines = [
        r"\begin{table}",
        rf"\caption{{{_escape(cells.caption)}}}",
        rf"\begin{{tabular}}{{l{'r' * (len(cells.headings) - 1)}}}",
        r"\toprule",
        " & ".join(map(_escape, cells.headings)) + r" \\",
        r"\midrule",
        *(" & ".join(map(_escape, row)) + r" \\" for row in cells.rows),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def page_table(cells: Cells) -> str:
    """A table of HTML."""
    head = "".join(f"<th>{html.escape(text)}</th>" for text in cells.headings)
    body = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>\n" for row in cells.rows)
    caption = html.escape(cells.caption)
    return f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>\n"


def _with_interval(mean: float | None, low: float | None, high: float | None) -> str:
    return fixed(mean) if low is None else f"{fixed(mean)} [{fixed(low)}, {fixed(high)}]"


def _pipes(row: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in row) + " |"


def _escape(text: str) -> str:
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "–": "--"}
    return re.sub(r"[\\~^–&%$#_{}]", lambda found: special.get(found.group(), "\\" + found.group()), text)
