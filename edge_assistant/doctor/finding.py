"""What a check finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

OK = "ok"
NOTE = "note"
"""Fine as it is, but worth knowing: an optional part is not installed, a file is not there yet."""
WARNING = "warning"
"""Works, but worse than it could."""
BROKEN = "broken"
"""Something that is there does not work; the command's exit code says so too."""

STATUSES = (OK, NOTE, WARNING, BROKEN)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check.

    Attributes:
        name: of what was checked.
        status: one of `STATUSES`.
        summary: one line for a person.
        advice: what to do, '' when nothing needs doing.
        details: figures for a program, JSON-ready.
    """

    name: str
    status: str
    summary: str
    advice: str = ""
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"finding {self.name!r}: unknown status {self.status!r}")


Check = Callable[[], Finding]
