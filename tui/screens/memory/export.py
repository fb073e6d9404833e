"""Writes everything that is kept to a file of the person's own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from quant.atomic import replacing
from quant.errors import refused


def write_export(path: Path, everything: dict[str, Any]) -> int:
    """Write it whole or not at all, readable by its owner only; gives the bytes.

    Raises:
        UsageError: there is something already, or the place cannot be written to.
    """
    target = path.expanduser().absolute()
    if target.exists():
        raise UsageError(f"{target}: there is a file already; choose another name")
    data = json.dumps(everything, ensure_ascii=False, indent=1).encode() + b"\n"
    try:
        with replacing(target) as aside, os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
            file.write(data)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {refused(error, 'choose another place')}") from error
    return len(data)
