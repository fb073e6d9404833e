"""The home: rooms, the things in them, and the calendar of a run."""

from __future__ import annotations

from datetime import date, timedelta

FIRST_DAY = date(2026, 1, 5)
"""Day 1 of every run, a Monday."""

OBJECTS: dict[str, tuple[str, ...]] = {
    "bedroom": ("bed", "wardrobe", "bedside lamp", "alarm clock"),
    "bathroom": ("shower", "basin", "mirror", "washing machine"),
    "kitchen": ("stove", "kettle", "fridge", "table", "window sill"),
    "living room": ("sofa", "television", "bookshelf", "armchair"),
    "study": ("desk", "computer", "notebook shelf", "printer"),
    "workshop": ("workbench", "tool wall", "sewing machine"),
    "hallway": ("coat rack", "mirror", "shoe shelf"),
    "balcony": ("chair", "flower box"),
    "garden": ("bed", "bench", "shed"),
    "outside": (),
}
"""What stands in each room; the floor plan and the written activities draw on it."""


def date_of(day: int) -> date:
    """The calendar date of day 1, 2, ..."""
    return FIRST_DAY + timedelta(days=day - 1)


def is_weekend(day: int) -> bool:
    """Whether day 1, 2, ... is a Saturday or Sunday."""
    return date_of(day).weekday() >= 5
