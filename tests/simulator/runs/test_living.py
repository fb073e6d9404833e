"""Answers to requests come from one picker, which learns from what it hears."""

from datetime import UTC, datetime

import numpy as np

from edge_assistant.domain import Context, Feedback
from edge_assistant.learning import prior
from simulator.runs.household import household

AT = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)


def _picker(shop):
    return household(shop, "silent", "reasons", 3, prior.load("p01")).picker


def test_the_picker_turns_away_from_what_was_dismissed_and_keeps_what_was_accepted(shop):
    context = Context(AT, "making tea")
    for reaction, kept in (("dismissed", False), ("accepted", True)):
        picker = _picker(shop)
        first = picker.pick(context)
        sight = picker._sight(context)
        before, _ = picker.ranker.chance_of_idea(sight, first)
        reason = "preference" if reaction == "dismissed" else None
        picker.heard(context, first, True, Feedback(reaction=reaction, reason=reason))
        after, _ = picker.ranker.chance_of_idea(sight, first)
        assert (after > before) is kept
        assert picker.pick(context) != first  # it rests in either case


def test_the_picker_goes_on_from_its_stored_state(shop):
    context = Context(AT, "making tea")
    one, other = _picker(shop), _picker(shop)
    one.see("making tea")
    for _ in range(3):
        one.heard(context, one.pick(context), True, Feedback(reaction="dismissed", reason="preference"))
    arrays = one.get_arrays()
    other.set_state(one.get_state(), arrays)
    one.ranker.model.unpack(arrays["mean"], arrays["covariance"])
    assert np.array_equal(one.ranker.model.covariance, other.ranker.model.covariance)
    assert one.pick(context) == other.pick(context)
