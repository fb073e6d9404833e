"""What all tests of the importer share: the ideas are embedded, and the stances fitted, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulator.people.importer import measure


@pytest.fixture(scope="session", autouse=True)
def one_cache(shared_cache: Path) -> None:
    """The vectors of the session."""
    measure.CACHE = shared_cache
