"""From a matplotlib figure to a PNG beside the report and to an SVG inside it that follows the page's colours.

Figures are drawn once, in the light colours below. In the page each colour becomes a variable of its style sheet, so
that the same drawing is right on a dark screen too; text stays text, in the page's own type.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, GRID, SURFACE = "#1b2430", "#5a6573", "#dde3ea", "#fefefe"
BLUE, ORANGE, GREEN, PURPLE, GOLD = "#0069a8", "#c9510c", "#00805f", "#a8478f", "#b07d00"
"""Okabe and Ito's colours, which people with any colour vision tell apart, darkened until lines are read on white."""

LANES = ("#b9d7ea", "#f6d9b8", "#c4e3d4", "#e3d0e6", "#dcdcdc", "#f3e6a5", "#c9d0f0")
"""Quiet fills for stretches of a day."""

HEAT = ("#b0500b", "#dd8430", "#f3b777", "#fae0c2", "#eef0f3", "#cfe2f1", "#8fbfe0", "#3f8ec4", "#14609c")
"""Nine steps from well below zero (orange) over zero to one (blue)."""
HEAT_TEXT = ("#fdfdfd", "#1b2431", "#1b2432", "#1b2433", "#1b2434", "#1b2435", "#1b2436", "#fdfdfc", "#fdfdfb")

VARIABLES = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    SURFACE: "surface",
    BLUE: "blue",
    ORANGE: "orange",
    GREEN: "green",
    PURPLE: "purple",
    GOLD: "gold",
    **{colour: f"lane{index}" for index, colour in enumerate(LANES)},
    **{colour: f"heat{index}" for index, colour in enumerate(HEAT)},
    **{colour: f"heat-text{index}" for index, colour in enumerate(HEAT_TEXT)},
}
"""Name of the style sheet's variable for each colour in use."""

PNG_DPI = 160
TITLE_HEIGHT = 0.28
"""Inches above a PNG's drawing."""

STYLE: dict[str, Any] = {
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "svg.fonttype": "none",
    "svg.hashsalt": "report",
    "text.color": INK,
    "axes.edgecolor": GRID,
    "axes.facecolor": "none",
    "axes.labelcolor": MUTED,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlesize": 10.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.prop_cycle": "cycler('color', ['#0069a8', '#c9510c', '#00805f', '#a8478f', '#b07d00'])",
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
}


@dataclass(frozen=True)
class Drawing:
    """One figure of the report.

    Attributes:
        name: of the PNG file, and prefix of all ids in the SVG.
        title: short heading.
        alt: what it shows, in words, numbers included.
        caption: how to read it.
        svg: the drawing for the page, without outside references.
        png: the same as a picture.
    """

    name: str
    title: str
    alt: str
    caption: str
    svg: str = field(repr=False)
    png: bytes = field(repr=False)


def style() -> Any:
    """Context in which figures are made and exported; leaves matplotlib's global settings as they were."""
    from matplotlib import rc_context

    return rc_context(STYLE)


def blank(width: float, height: float) -> tuple[Figure, Axes]:
    """An empty figure, inches, with one pair of axes."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained", facecolor=SURFACE)
    return figure, figure.add_subplot()


def export(
    figure: Figure, name: str, title: str, alt: str, caption: str, hints: dict[str, str] | None = None
) -> Drawing:
    """Both forms of a figure.

    Args:
        figure: drawn within `style()`; its colours all in `VARIABLES`.
        name: as in `Drawing`, like the next three.
        title: heading.
        alt: alternative text.
        caption: how to read it.
        hints: for an artist's gid the text that a pointer shows over it.
    """
    figure.patch.set_alpha(0.0)
    text = StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    figure.patch.set_alpha(1.0)
    _add_title(figure, title)
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return Drawing(name, title, alt, caption, inline(text.getvalue(), name, alt, hints or {}), picture.getvalue())


def _add_title(figure: Figure, title: str) -> None:
    """Make room above a figure that has been laid out, and put its title there; the page has headings of its own."""
    figure.set_layout_engine("none")
    width, height = figure.get_size_inches()
    share = height / (height + TITLE_HEIGHT)
    figure.set_size_inches(width, height + TITLE_HEIGHT)
    for axes in figure.axes:
        box = axes.get_position()
        axes.set_position((box.x0, box.y0 * share, box.width, box.height * share))
    figure.text(0.012, 1 - 0.07 / (height + TITLE_HEIGHT), title, va="top", fontweight="bold", fontsize=10.5)


def inline(text: str, name: str, alt: str, hints: dict[str, str]) -> str:
    """An SVG file of matplotlib as an element of a page: own ids, the page's colours and type, an alternative text."""
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'<style type="text/css">.*?</style>', "", text, flags=re.DOTALL)
    text = re.sub(r'\sxmlns(?::\w+)?="[^"]*"', "", text)
    text = text.replace("xlink:href", "href")
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'href="#', f'href="#{name}-', text)
    text = re.sub(r"url\(#", f"url(#{name}-", text)
    text = re.sub(r"font-family: [^;\"]*", "font-family: inherit", text)
    text = re.sub(r"(font: [^;\"]*?\d(?:\.\d+)?px )[^;\"]*", r"\1var(--sans)", text)
    text = re.sub(r"#[0-9a-f]{6}\b", lambda found: _variable(found.group()), text)
    # hundredths of a point: nobody sees more, and the page stays small
    text = re.sub(r"(\d+\.\d\d)\d+", r"\1", text)
    for gid, hint in hints.items():
        text = text.replace(f'<g id="{name}-{gid}">', f'<g id="{name}-{gid}"><title>{html.escape(hint)}</title>')
    head = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    box = head.group() if head else ""
    body = text[text.index(">") + 1 :]
    label = html.escape(alt, quote=True)
    natural = f"--natural:{head.group(1)}px" if head else ""
    return f'<svg {box} style="{natural}" role="img" aria-label="{label}" class="figure">{_squeeze(body)}'.strip()


def _variable(colour: str) -> str:
    return f"var(--{VARIABLES[colour]})" if colour in VARIABLES else colour


def _squeeze(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text)
