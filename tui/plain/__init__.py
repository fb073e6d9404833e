"""The linear mode: the same assistant line by line, without colour and without moving the cursor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.core_process import CoreProcess


def run(home: Path, core: CoreProcess | None) -> None:
    """Talk with the core of `home` until the input ends or somebody types quit."""
    import asyncio

    from tui.plain.session import Session

    asyncio.run(Session(home, core).run())
