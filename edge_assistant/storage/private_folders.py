"""Folders that are open to this user alone."""

from __future__ import annotations

from pathlib import Path


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, readable by this user only; one that is there stays.

    `mkdir(parents=True, mode=...)` would leave those above it open to everybody.

    Raises:
        OSError: the disk refuses, or something on the way is a file.
    """
    for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)  # where a file is in the way, this says so
