"""An evaluation for people: a bar while it runs, a table of each target when it has run."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

if TYPE_CHECKING:
    from rich.table import Table

LABELS = {
    "ours": "ours",
    "bag_of_words": "bag of words",
    "always_propose": "always yes",
    "never_propose": "never",
}


class Bar:
    """Progress and remaining time on a terminal; elsewhere a line at the beginning of a part and at every tenth."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(file=stream), disable=not stream.isatty(), transient=True)
        self._tasks: dict[str, Any] = {}
        self._lines = None if stream.isatty() else stream
        self._told: dict[str, int] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def tell(self, what: str, done: int, of: int) -> None:
        """So much of this is done."""
        tenth = done * 10 // of
        if self._lines is not None and tenth != self._told.get(what):
            self._told[what] = tenth
            print(f"{what.replace('_', ' ')}: {done} of {of}", file=self._lines, flush=True)
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(what.replace("_", " "), total=of)
        self._progress.update(self._tasks[what], completed=done, total=of)


def tables(result: dict[str, Any]) -> list[Table]:
    """One table for each target: ours, then what it is held against."""
    from rich.table import Table

    shown = []
    for target in ("valid", "help_needed"):
        table = Table("", "F1", "95 % interval", "precision", "recall", "accuracy", "false alarms", "ours above by")
        table.title = f"{target}: {result['rows']['test']} rows, {result['rows']['test_recordings']} recordings"
        for name, label in LABELS.items():
            found = result[target] if name == "ours" else result["baselines"][name][target]
            low, high = found["f1_ci"]
            cells = [f"{found[key]:.3f}" for key in ("precision", "recall", "accuracy", "false_alarm_rate")]
            above = ""
            if name != "ours":
                gained = result[target]["gain"][name]
                above = f"{gained['f1']:+.3f} [{gained['ci'][0]:+.3f}, {gained['ci'][1]:+.3f}]"
            table.add_row(label, f"{found['f1']:.3f}", f"[{low:.3f}, {high:.3f}]", *cells, above)
        shown.append(table)
    return shown
