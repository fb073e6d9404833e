"""Reasons as people read them: every feature has words, and those that read alike are one."""

from __future__ import annotations

from edge_assistant.domain import Reason
from edge_assistant.ranker.features import LIKING_NAMES
from edge_assistant.service.views.reason_words import plain_reason, plain_reasons
from edge_assistant.trigger.features import MOMENT_NAMES


def test_every_feature_has_words_of_its_own() -> None:
    for name in (*MOMENT_NAMES, *LIKING_NAMES, "this very activity", "this very idea"):
        words = plain_reason(name)
        assert words and "_" not in words and "(" not in words and "category" not in words, name


def test_what_reads_alike_is_added_up_and_may_cancel_out() -> None:
    told = plain_reasons(
        (
            Reason("around 18 h", -0.5),
            Reason("at 18 h", 0.8),
            Reason("what the activity is about (1)", 0.25),
            Reason("what the activity is about (7)", -0.25),
            Reason("category baking", -0.4),
        )
    )
    assert [(reason.text, round(reason.weight, 6)) for reason in told] == [
        ("ideas about baking", -0.4),
        ("the time of day", 0.3),
    ]


def test_a_name_of_a_later_learner_stays() -> None:
    assert plain_reason("phase of the moon") == "phase of the moon"
