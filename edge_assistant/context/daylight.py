"""Where on earth the person is, as far as the time zone or the settings tell, and whether it is light there."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from astral import Observer
from astral.sun import elevation

from edge_assistant.context.local_time import is_system_offset, to_utc

DUSK = -3.0
"""Degrees of the sun above the horizon, below which nobody sees what their hands do."""

_DEGREES = re.compile(r"([+-]\d{2,3})(\d{2})(\d{2})?")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on earth in degrees, north and east positive."""

    latitude: float
    longitude: float

    def is_light(self, now: datetime) -> bool:
        """Whether one can see outside without a lamp."""
        return bool(elevation(Observer(self.latitude, self.longitude), to_utc(now)) >= DUSK)

    @property
    def southern(self) -> bool:
        """Whether the seasons are those south of the equator."""
        return self.latitude < 0


def spot_of(now: datetime, latitude: float = 0.0, longitude: float = 0.0) -> Spot | None:
    """The place that the settings name, or else the one that names the time zone of `now`; None where nobody knows."""
    if latitude or longitude:
        return Spot(latitude, longitude)
    if isinstance(now.tzinfo, ZoneInfo):
        return _spots().get(now.tzinfo.key)
    return _spots().get(system_zone()) if now.tzinfo is None or is_system_offset(now) else None


def system_zone() -> str:
    """Name of the computer's time zone, such as 'Europe/Berlin'; '' where it has none."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named and not named.startswith("/"):
        return named
    try:
        link = str(Path(named or "/etc/localtime").resolve(strict=True))
    except OSError:
        return ""
    return link.rpartition("zoneinfo/")[2] if "zoneinfo/" in link else ""


@cache
def _spots() -> dict[str, Spot]:
    """The town that each time zone is named after."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: Spot(*map(_degrees, _halves(row[1]))) for row in rows}


def _halves(place: str) -> tuple[str, str]:
    """'+5230+01322' as '+5230' and '+01322'."""
    second = max(place.rfind("+"), place.rfind("-"))
    return place[:second], place[second:]


def _degrees(text: str) -> float:
    found = _DEGREES.fullmatch(text)
    assert found is not None
    whole, minutes, seconds = (int(part or 0) for part in found.groups())
    size = abs(whole) + minutes / 60 + seconds / 3600
    return -size if text.startswith("-") else size
