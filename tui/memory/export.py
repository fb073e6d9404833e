"""Writes everything that is kept to a file of the person's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError


def write_export(path: Path, everything: dict[str, Any]) -> int:
    """Write it aside, readable by its owner only, and put it in place when it is whole; gives the bytes.

    Raises:
        UsageError: there is something already, or the place cannot be written to.
    """
    target = path.expanduser().absolute()
    if target.exists():
        raise UsageError(f"{target}: there is a file already; choose another name")
    aside = target.with_name(f".{target.name}.part")
    data = json.dumps(everything, ensure_ascii=False, indent=1).encode() + b"\n"
    try:
        aside.unlink(missing_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}; choose another place") from error
    return len(data)
