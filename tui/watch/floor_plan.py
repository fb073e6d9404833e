"""The home as a floor plan of characters: rooms with walls and doors, what is outdoors with dashed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from textual.content import Content

PERSON = "☻"

INDOORS = ("bedroom", "bathroom", "hallway", "study", "workshop", "living room", "kitchen")
"""In the order in which they are laid out; a room of another name comes after these."""
OUTDOORS = ("balcony", "garden", "outside")

FURNITURE = {
    "bedroom": "bed, wardrobe",
    "bathroom": "shower, basin",
    "hallway": "coat rack",
    "study": "desk, books",
    "workshop": "bench, tools",
    "living room": "sofa, lamp",
    "kitchen": "stove, table",
    "balcony": "chair",
    "garden": "bench, bed",
}
LEAST_WIDTH, LEAST_HEIGHT = 36, 7
"""Cells below which no plan is drawn."""

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
WALLS = " ╵╶└╷│┌├╴┘─┴┐┤┬┼"
"""The character for each sum of directions in which a wall goes on."""
DASHED = {"─": "╌", "│": "╎"}


@dataclass(frozen=True, slots=True)
class Room:
    """A rectangle with its walls: columns `left` to `right`, rows `top` to `bottom`, both included."""

    name: str
    left: int
    top: int
    right: int
    bottom: int

    @property
    def inside(self) -> int:
        """Cells from wall to wall."""
        return self.right - self.left - 1


@lru_cache(maxsize=64)
def layout(rooms: tuple[str, ...], width: int, height: int) -> tuple[Room, ...]:
    """Places for the rooms: two rows of the house, and beside it a strip of what is outdoors."""
    outdoors = [name for name in OUTDOORS if name in rooms or name == "outside"]
    known = [name for name in INDOORS if name in rooms]
    indoors = known + sorted(name for name in rooms if name not in INDOORS and name not in OUTDOORS)
    strip = min(max(11, width // 5), 22)
    house = width - strip - 1
    found: list[Room] = []
    upper = (len(indoors) + 1) // 2
    rows = [row for row in (indoors[:upper], indoors[upper:]) if row]
    for number, row in enumerate(rows):
        top, bottom = _part(height, len(rows), number)
        found += _row(row, 0, house - 1, top, bottom)
    for number, name in enumerate(outdoors):
        top, bottom = _part(height, len(outdoors), number)
        found.append(Room(name, house + 1, top, width - 1, bottom))
    return tuple(found)


def _part(size: int, parts: int, number: int) -> tuple[int, int]:
    """First and last cell of one of equal parts that share their walls."""
    return number * (size - 1) // parts, (number + 1) * (size - 1) // parts


def _row(names: Sequence[str], left: int, right: int, top: int, bottom: int) -> list[Room]:
    shares = [len(name) + 3 for name in names]  # as wide as its name asks for
    edges = [left + (right - left) * sum(shares[:number]) // sum(shares) for number in range(len(names) + 1)]
    return [
        Room(name, first, top, last, bottom) for name, first, last in zip(names, edges[:-1], edges[1:], strict=True)
    ]


class Canvas:
    """Characters and styles, cell by cell."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.walls = [[0] * width for _ in range(height)]
        self.dashed = [[False] * width for _ in range(height)]
        self.text: dict[tuple[int, int], tuple[str, str]] = {}

    def across(self, row: int, left: int, right: int, door: range, *, dashed: bool) -> None:
        """A wall along a row; where there is a door it is interrupted."""
        for column in range(left, right):
            if column not in door:
                self._join(row, column, RIGHT, dashed)
                self._join(row, column + 1, LEFT, dashed)

    def along(self, column: int, top: int, bottom: int, door: range, *, dashed: bool) -> None:
        """A wall along a column."""
        for row in range(top, bottom):
            if row not in door:
                self._join(row, column, DOWN, dashed)
                self._join(row + 1, column, UP, dashed)

    def _join(self, row: int, column: int, direction: int, dashed: bool) -> None:
        self.walls[row][column] |= direction
        self.dashed[row][column] = dashed

    def write(self, row: int, column: int, text: str, style: str, room: int) -> None:
        """Text of at most `room` cells."""
        for place, character in enumerate(text[:room]):
            self.text[row, column + place] = (character, style)

    def content(self, wall_style: str) -> Content:
        """All rows."""
        return Content("\n").join([self._line(row, wall_style) for row in range(self.height)])

    def _line(self, row: int, wall_style: str) -> Content:
        runs: list[tuple[str, str]] = []
        for column in range(self.width):
            character, style = self.text.get((row, column), ("", ""))
            if not character:
                character = WALLS[self.walls[row][column]]
                style = wall_style
                if self.dashed[row][column]:
                    character = DASHED.get(character, character)
            if runs and runs[-1][1] == style:
                runs[-1] = (runs[-1][0] + character, style)
            else:
                runs.append((character, style))
        return Content.assemble(*runs)


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
    names = tuple(sorted({*rooms, where} - {""}))
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return Content.assemble((f"{PERSON} {person}", "bold $accent"), f" in: {where}")
    canvas = Canvas(width, height)
    places = layout(names, width, height)
    edge = max((room.right for room in places if room.name not in OUTDOORS), default=0)
    for room in places:
        _walls(canvas, room, edge)
    for room in places:
        _furnish(canvas, room, person if room.name == where else "", activity)
    return canvas.content("$foreground 60%")


def _walls(canvas: Canvas, room: Room, right: int) -> None:
    """Its upper and left wall, with a door unless it is an outer wall, and those outer walls that nobody else draws."""
    dashed = room.name in OUTDOORS
    middle, height = (room.left + room.right) // 2, room.bottom - room.top
    upper = range(middle - 1, middle + 1) if room.top and not dashed else range(0)
    side = range(room.top + height // 2, room.top + height // 2 + 1) if room.left and not dashed else range(0)
    canvas.across(room.top, room.left, room.right, upper, dashed=dashed)
    canvas.along(room.left, room.top, room.bottom, side, dashed=dashed)
    if room.bottom == canvas.height - 1:
        canvas.across(room.bottom, room.left, room.right, range(0), dashed=dashed)
    if room.right in (right, canvas.width - 1):
        canvas.along(room.right, room.top, room.bottom, range(0), dashed=dashed)


def _furnish(canvas: Canvas, room: Room, person: str, activity: str) -> None:
    """The room's name, what stands in it, and whoever is there."""
    pad = 2 if room.inside > len(room.name) + 1 else 1
    left, cells, rows = room.left + pad, room.inside - pad + 1, room.bottom - room.top - 1
    canvas.write(room.top + 1, left, room.name, "bold $accent" if person else "$foreground", cells)
    if not person:
        things = FURNITURE.get(room.name, "").split(", ")
        while things and len(", ".join(things)) > cells - 1:
            things.pop()
        if rows >= 3:
            canvas.write(room.bottom - 1, left, ", ".join(things), "$foreground 45%", cells)
        return
    if rows < 2:
        canvas.write(room.top + 1, room.left + 1, PERSON, "bold $accent", 1)
        return
    canvas.write(room.top + 2, left, f"{PERSON} {person}", "bold $accent", cells)
    for number, line in enumerate(_wrapped(activity, cells - 1, rows - 2)):
        canvas.write(room.top + 3 + number, left, line, "$foreground", cells)


def _wrapped(text: str, cells: int, rows: int) -> list[str]:
    """At most `rows` lines, the last one ends with '…' where more was to come."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= cells:
            lines[-1] += f" {word}"
        else:
            lines.append(word[:cells])
    if len(lines) <= rows:
        return lines
    shown = lines[:rows]
    if shown:
        shown[-1] = shown[-1][: cells - 1] + "…"
    return shown
