"""The home as a floor plan of characters: two rows of rooms with doors, and beside them what is outdoors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from textual.content import Content

PERSON = "☻"

INDOORS = ("bedroom", "bathroom", "hallway", "study", "workshop", "living room", "kitchen")
"""In the order in which they are laid out; a room of another name comes after these."""
OUTDOORS = ("balcony", "garden", "outside")

LEAST_WIDTH, LEAST_HEIGHT = 36, 7
"""Cells below which no plan is drawn."""

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
WALLS = " ╵╶└╷│┌├╴┘─┴┐┤┬┼"
"""The character for each sum of directions in which a wall goes on."""

Box = tuple[int, int, int, int]
"""Left, top, right, bottom: the cells of the walls."""


def layout(rooms: Sequence[str], width: int, height: int) -> dict[str, Box]:
    """Places for the rooms; the widths of those in a row go by the lengths of their names."""
    known = [name for name in INDOORS if name in rooms]
    indoors = known + sorted({*rooms} - {*INDOORS, *OUTDOORS})
    outdoors = [name for name in OUTDOORS if name in rooms or name == "outside"]
    house = width - min(max(11, width // 5), 22) - 1
    half = (len(indoors) + 1) // 2
    rows = [row for row in (indoors[:half], indoors[half:]) if row]
    places: dict[str, Box] = {}
    for row, (top, bottom) in zip(rows, _parts(height - 1, [1] * len(rows)), strict=True):
        for name, (left, right) in zip(row, _parts(house - 1, [len(name) + 3 for name in row]), strict=True):
            places[name] = (left, top, right, bottom)
    for name, (top, bottom) in zip(outdoors, _parts(height - 1, [1] * len(outdoors)), strict=True):
        places[name] = (house + 1, top, width - 1, bottom)
    return places


def _parts(size: int, shares: Sequence[int]) -> list[tuple[int, int]]:
    """First and last cell of parts that share their walls."""
    edges = [size * sum(shares[:number]) // max(sum(shares), 1) for number in range(len(shares) + 1)]
    return list(pairwise(edges))


def plan_content(rooms: Sequence[str], where: str, person: str, activity: str, width: int, height: int) -> Content:
    """The plan with the person in it.

    Args:
        rooms: that the home is known to have.
        where: the room of the person; '' for nowhere.
        person: how the person is called.
        activity: what they do; written in the room where it fits.
        width: cells there are.
        height: lines there are; too few of either give one line of words.
    """
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return Content.assemble((f"{PERSON} {person}", "bold $accent"), f" in: {where}")
    walls = [[0] * width for _ in range(height)]
    cells: dict[tuple[int, int], tuple[str, str]] = {}
    places = layout(sorted({*rooms, where} - {""}), width, height)
    for name, box in places.items():
        _build(walls, box)
        _furnish(cells, name, box, person if name == where else "", activity)
    for name, box in places.items():
        if name not in OUTDOORS:
            _open_doors(walls, box)
    lines = []
    for row, masks in enumerate(walls):
        parts = [cells.get((row, column), (WALLS[mask], "$foreground 60%")) for column, mask in enumerate(masks)]
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)


def _build(walls: list[list[int]], box: Box) -> None:
    """Four walls; neighbours share theirs."""
    left, top, right, bottom = box
    for row in (top, bottom):
        for column in range(left, right):
            walls[row][column] |= RIGHT
            walls[row][column + 1] |= LEFT
    for column in (left, right):
        for row in range(top, bottom):
            walls[row][column] |= DOWN
            walls[row + 1][column] |= UP


def _open_doors(walls: list[list[int]], box: Box) -> None:
    """A gap in the upper and in the left wall, unless that is an outer one."""
    left, top, right, bottom = box
    middle, side = (left + right) // 2, (top + bottom) // 2
    if top:
        walls[top][middle] = 0
        walls[top][middle - 1] &= ~RIGHT
        walls[top][middle + 1] &= ~LEFT
    if left:
        walls[side][left] = 0
        walls[side - 1][left] &= ~DOWN
        walls[side + 1][left] &= ~UP


def _furnish(cells: dict[tuple[int, int], tuple[str, str]], name: str, box: Box, person: str, activity: str) -> None:
    """The room's name, and whoever is there with what they do."""
    left, top, right, bottom = box
    pad = 2 if right - left > len(name) + 2 else 1
    room, rows = right - left - pad, bottom - top - 1
    lines = [(name, "bold $accent" if person else "$foreground")]
    if person and rows < 2:
        lines = [(f"{PERSON} {name}", "bold $accent")]
    elif person:
        lines.append((f"{PERSON} {person}", "bold $accent"))
        wrapped = [line.plain for line in Content(activity).wrap(max(room - 1, 1))]
        if len(wrapped) > rows - 2 and rows > 2:
            wrapped[rows - 3] = wrapped[rows - 3][: room - 2] + "…"
        lines += [(line, "$foreground") for line in wrapped[: rows - 2]]
    for number, (text, style) in enumerate(lines, 1):
        for place, character in enumerate(text[:room]):
            cells[top + number, left + pad + place] = (character, style)
