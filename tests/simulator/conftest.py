"""One real workshop a session: the packaged ideas and embedding are loaded once."""

from __future__ import annotations

import pytest

from simulator import household, persona
from simulator.household import Workshop


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """The first persona with the packaged ideas and the packaged embedding."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EDGE_ASSISTANT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        household.embedder.cache_clear()
        household.kind_model.cache_clear()
        return household.workshop(persona.load(persona.PACKAGED / "p01.toml"))
