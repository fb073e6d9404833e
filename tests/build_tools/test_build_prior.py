"""Whether the packaged priors are fresh."""

from __future__ import annotations

import pytest

from build_prior import pooling
from build_prior.__main__ import check
from edge_assistant.errors import DataError


def test_check_tells_fresh_from_stale(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    if not pooling.stale():
        check()
        assert "are fresh" in capsys.readouterr().out
    monkeypatch.setattr(pooling, "SEEDS", pooling.SEEDS + 1)
    with pytest.raises(DataError, match="seeds changed"):
        check()
