"""The stock of ideas that please: while it lacks, finding another one is worth something."""

from __future__ import annotations

import pytest

from edge_assistant.learning.stock import DAYS, Stock, wanted_a_day


def test_a_stranger_lacks_everything_and_who_has_enough_nothing() -> None:
    stock = Stock()
    assert stock.lack(4.0) == 1.0
    for number in range(int(4 * DAYS)):
        before = stock.lack(4.0)
        stock.note(f"idea-{number}", 0.97)
        assert stock.lack(4.0) < before
    assert stock.lack(4.0) == pytest.approx(0.03)
    assert stock.lack(8.0) > 0.5
    assert stock.lack(2.0) == 0.0


def test_what_did_not_please_is_no_stock_and_what_no_longer_pleases_leaves_it() -> None:
    stock = Stock()
    stock.note("tea", 0.03)
    assert stock.lack(4.0) == 1.0
    stock.note("tea", 0.97)
    assert stock.lack(4.0) < 1.0
    stock.note("tea", 0.03)
    assert stock.lack(4.0) == 1.0


def test_wishes_a_day_follow_from_patience_and_are_capped() -> None:
    assert wanted_a_day(max_gap=240, daily_max=10) == pytest.approx(4.0)
    assert wanted_a_day(max_gap=240, daily_max=2.5) == 2.5
