"""A comparison in one file: a page with its curves drawn in, a Markdown text with pictures beside it, or LaTeX."""

from __future__ import annotations

import html
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from simulator.report.comparison.curves import curves
from simulator.report.comparison.reading import MEASURES, Run, at_end, difference, last_days, warnings
from simulator.report.comparison.tables import latex, markdown, page_table, tables
from simulator.report.drawing import Drawing

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1b2430; background: #fefefe; margin: 2rem auto; max-width: 75rem;
  padding: 0 1rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .85rem; margin: 1.5rem 0;
  display: block; overflow-x: auto; }
caption { text-align: left; font-weight: 600; padding: .4rem 0; }
th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid #dde3ea; white-space: nowrap; }
figure { display: inline-block; margin: .5rem 1rem 1rem 0; vertical-align: top; } svg { width: 34rem; max-width: 100%; }
.note { border-left: 4px solid #c9510c; padding-left: .8rem; } :root { --sans: system-ui, sans-serif; }
"""


def write(runs: Sequence[Run], out: Path) -> None:
    """Write the comparison in the form that the file's ending names.

    Raises:
        UsageError: the ending is unknown.
    """
    forms: dict[str, Callable[[Sequence[Run], Path], str]] = {
        ".html": _page,
        ".md": _markdown,
        ".tex": lambda found, _: "\n".join(latex(cells) for cells in tables(found)),
    }
    form = forms.get(out.suffix.lower())
    if form is None:
        raise UsageError(f"--out {out}: the ending says the form; end it in {', '.join(forms)}")
    out.parent.mkdir(parents=True, exist_ok=True)
    _put(out, form(runs, out).encode())


def as_figures(runs: Sequence[Run]) -> dict[str, Any]:
    """What the tables show, as numbers."""
    days = last_days(runs)
    return {
        "days": days,
        "warnings": warnings(runs),
        "runs": [
            {"name": run.name, "folder": str(run.folder)} | {name: asdict(at_end(run, name, days)) for name in MEASURES}
            for run in runs
        ],
        "differences": [
            {"run": runs[0].name, "other": other.name}
            | {name: asdict(difference(runs[0], other, name, days)) for name in MEASURES}
            for other in runs[1:]
        ],
    }


def _page(runs: Sequence[Run], _: Path) -> str:
    title = html.escape("Comparison: " + ", ".join(run.name for run in runs))
    notes = "".join(f'<p class="note">{html.escape(text)}</p>\n' for text in warnings(runs))
    figures = "".join(f"<figure>{_colours(drawing)}<figcaption>{html.escape(drawing.caption)}</figcaption></figure>\n"
                      for drawing in curves(runs))  # fmt: skip
    body = "".join(page_table(cells) for cells in tables(runs))
    head = f'<meta charset="utf-8"><title>{title}</title><style>{STYLE}</style>'
    body = f"<h1>{title}</h1>\n{notes}{figures}{body}"
    return f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>{body}</body></html>\n'


def _markdown(runs: Sequence[Run], out: Path) -> str:
    parts = ["# Comparison: " + ", ".join(run.name for run in runs) + "\n"]
    parts += [f"> {text}\n" for text in warnings(runs)]
    for drawing in curves(runs):
        picture = out.with_name(f"{out.stem}-{drawing.name}.png")
        _put(picture, drawing.png)
        parts.append(f"![{drawing.alt}]({picture.name})\n")
    return "\n".join([*parts, *(markdown(cells) for cells in tables(runs))])


def _colours(drawing: Drawing) -> str:
    """The drawing with its colours themselves in place of the report page's variables."""
    from simulator.report.drawing import VARIABLES

    svg = drawing.svg
    for colour, name in VARIABLES.items():
        svg = svg.replace(f"var(--{name})", colour)
    return svg


def _put(path: Path, content: bytes) -> None:
    partial = path.with_name(path.name + ".partial")
    with partial.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(path)
