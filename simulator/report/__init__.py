"""What a run leaves for people: `report.html`, its figures as PNG files, and the day table for the terminal.

All of it is derived from `summary.json` and `events.sqlite`, and may be made again at any time.

    write_report(Path("runs/demo"), json.loads(Path("runs/demo/summary.json").read_text()))
"""

from __future__ import annotations

from pathlib import Path

from simulator.report.reading import Summary
from simulator.report.table import day_table
from simulator.world.derived_files import put

__all__ = ["day_table", "write_report"]


def write_report(out: Path, summary: Summary) -> list[Path]:
    """Write `report.html` and a PNG a figure into the folder of a run; each file is whole or not there.

    Returns:
        The files, the page first.

    Raises:
        StoreError: the events cannot be read, or the disk refused.
    """
    from simulator.report import page, panels, timeline

    drawings, day = panels.run_panels(summary), timeline.typical_day(out, summary)
    drawn = timeline.timeline(day)
    files = {out / "report.html": page.render(summary, drawings, drawn, day).encode()}
    files |= {out / f"{drawing.name}.png": drawing.png for drawing in (*drawings, drawn)}
    for path, data in files.items():
        put(path, data)
    return list(files)
