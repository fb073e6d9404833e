"""Pictures of the terminal for the pages, taken from a home that a demo has filled.

edge-assistant demo-life --home /tmp/demo --days 5
python build-tools/pictures.py /tmp/demo
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from tui.app import AssistantApp
from tui.client.core_process import CoreProcess
from tui.client.link import READY

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"

PICTURES = {
    "live": ("live", (80, 20), ()),
    "palette": ("live", (80, 20), ("ctrl+p", *"pause")),
    "learning": ("learning", (80, 26), ("down",)),
    "why": ("why", (80, 30), ("left", "left")),
}
"""The screen to begin with, its size, and the keys that are pressed."""


async def take(home: Path, name: str) -> None:
    """One picture, written as SVG without the fonts that it would load from elsewhere."""
    first, size, keys = PICTURES[name]
    app = AssistantApp(home, CoreProcess(home), "dark", first)
    async with app.run_test(size=size) as pilot:
        while app.state.link.condition != READY or app.state.status is None or app.state.status.state == "loading":
            await pilot.pause(0.2)
        await pilot.pause(3.0)
        await pilot.press(*keys)
        await pilot.pause(2.0)
        picture = app.export_screenshot(title="edge-assistant")
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL), "utf-8")


if __name__ == "__main__":
    for picture_name in sys.argv[2:] or PICTURES:
        asyncio.run(take(Path(sys.argv[1]), picture_name))
