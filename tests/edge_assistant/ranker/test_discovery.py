"""The stock of ideas that please: while it lacks, finding another one is worth something."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.ranker.discovery import DAYS, Discovery, wanted_a_day


def lack(stock: Discovery, wanted: float) -> float:
    return float(stock.lack(np.array([wanted]))[0])


def test_a_stranger_lacks_everything_and_who_has_enough_nothing() -> None:
    stock = Discovery()
    assert lack(stock, 4.0) == 1.0
    for number in range(int(4 * DAYS)):
        before = lack(stock, 4.0)
        stock.note(f"idea-{number}", 0.97)
        assert lack(stock, 4.0) < before
    assert lack(stock, 4.0) == pytest.approx(0.03)
    assert lack(stock, 8.0) > 0.5
    assert lack(stock, 2.0) == 0.0


def test_what_did_not_please_is_no_stock_and_what_no_longer_pleases_leaves_it() -> None:
    stock = Discovery()
    stock.note("tea", 0.03)
    assert lack(stock, 4.0) == 1.0
    stock.note("tea", 0.97)
    assert lack(stock, 4.0) < 1.0
    stock.note("tea", 0.03)
    assert lack(stock, 4.0) == 1.0


def test_an_idea_that_was_heard_at_a_bad_moment_is_still_new() -> None:
    stock = Discovery()
    assert not stock.knows("tea")
    for chance, known in ((0.4, False), (0.05, True), (0.95, True)):
        stock.note("tea", chance)
        assert stock.knows("tea") == known


def test_wishes_a_day_follow_from_patience_and_are_capped() -> None:
    assert wanted_a_day(np.array([240.0, 120.0]), 10.0).tolist() == [4.0, 8.0]
    assert wanted_a_day(np.array([240.0, 120.0]), 2.5).tolist() == [2.5, 2.5]


def test_what_is_worth_finding_is_weighed_over_what_is_believed() -> None:
    stock, wanted = Discovery(), np.array([1.0, 4.0])
    assert stock.worth(wanted, np.array([1.0, 0.0])) == 0.0
    assert stock.worth(wanted, np.array([0.0, 1.0])) == 1.0
    assert stock.worth(wanted, np.array([0.5, 0.5])) == pytest.approx(0.5)
