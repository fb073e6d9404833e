"""What a worker is given, wherever it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from simulator.people.persona import Persona
from simulator.runs.run_config import RunConfig

Progress = Callable[[str, int], None]
"""Told a persona and the day that it has just finished."""


@dataclass(frozen=True)
class Job:
    """What a worker needs to run one persona."""

    config: RunConfig
    persona: Persona
    out: Path
    threads: int
