"""The time that a question names, on Thursday 12 March 2026 at 15:00."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from edge_assistant.service.answers.spans import span_of

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ahead", "start", "end", "words", "plain"),
    [
        ("what did I do yesterday evening?", False, "11 17:00", "12 04:00", "yesterday evening", "what did i do"),
        ("what did I do this morning", False, "12 04:00", "12 12:00", "this morning", "what did i do"),
        ("what did I do last night", False, "11 17:00", "12 04:00", "yesterday evening", "what did i do"),
        ("how long did I read on Monday", False, "09 04:00", "10 04:00", "on Monday", "how long did i read"),
        ("what's on on Friday", True, "13 00:00", "14 00:00", "tomorrow", "what's on"),
        ("what is on the day after tomorrow", True, "14 00:00", "15 00:00", "on Saturday", "what is"),
        ("how long did I read the day before yesterday", False, "10 04:00", "11 04:00", None, "how long did i read"),
        ("what did I do last week", False, "02 04:00", "09 04:00", "last week", "what did i do"),
        ("what is on next week", True, "16 00:00", "23 00:00", "next week", "what is"),
        ("what did I do over the weekend", False, "07 04:00", "09 04:00", "last weekend", "what did i do"),
        ("what is on at the weekend", True, "14 00:00", "16 00:00", "this weekend", "what is on"),
        ("how long in the last three days", False, "10 04:00", "13 04:00", "in the last three days", "how long"),
        ("how much did I read since Monday", False, "09 04:00", "12 15:00", "since monday", "how much did i read"),
        ("what was I doing at 11 am", False, "12 11:00", "12 11:00", "today at 11:00", "what was i doing"),
        ("how long between 9 and 11 yesterday", False, "11 09:00", "11 11:00", None, "how long"),
        ("what did I do before lunch", False, "12 04:00", "12 12:00", None, "what did i do"),
        ("what did I do at 9", False, "12 09:00", "12 09:00", "today at 09:00", "what did i do"),
        ("what was I doing around 3 yesterday", False, "11 15:00", "11 15:00", None, "what was i doing"),
        ("what did I do on Sunday after 5", False, "08 17:00", "09 04:00", "on Sunday after 17:00", "what did i do"),
        ("what do I have before 10:30 tomorrow", True, "13 00:00", "13 10:30", None, "what do i have"),
        ("how did my morning go", False, "12 04:00", "12 12:00", None, "how did my day go"),
    ],
)
def test_times_are_understood(text, ahead, start, end, words, plain):
    span, rest = span_of(text, NOW, ahead)
    assert (f"{span.start:%d %H:%M}", f"{span.end:%d %H:%M}") == (start, end)
    assert rest == plain
    assert words in (None, span.words)


@pytest.mark.parametrize("text", ["may I ask what is due", "did I sit in the sun", "what do I like", "who is second"])
def test_words_that_only_look_like_times_are_none(text):
    assert span_of(text, NOW)[0] is None


def test_at_two_in_the_night_today_is_still_the_day_before():
    span, _ = span_of("what did I do today", NOW.replace(day=13, hour=2))
    assert f"{span.start:%d %H:%M}" == "12 04:00"
