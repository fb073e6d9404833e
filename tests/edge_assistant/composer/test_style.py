"""The reading of styles: every rule, and its limits."""

from __future__ import annotations

import pytest

from edge_assistant.composer.style import SHORT_WORDS, broken, count_words, keeps, read_style, without_emoji
from edge_assistant.domain import Style


@pytest.mark.parametrize(
    ("text", "aspect", "value"),
    [
        ("Boil two eggs for tomorrow's lunch.", "formality", "neutral"),
        ("You're due a break.", "formality", "casual"),
        ("You’re due a break.", "formality", "casual"),
        ("Hey, walk around the block.", "formality", "casual"),
        ("May I suggest that you walk?", "formality", "formal"),
        ("Perhaps you would care to rest.", "formality", "formal"),
        ("Kindly rest, it's late.", "formality", "casual"),
        ("Boil two eggs.", "directness", "direct"),
        ("You could boil two eggs.", "directness", "gentle"),
        ("Once the rice is on you could sort the drawer.", "directness", "gentle"),
        ("Sort a drawer, maybe.", "directness", "gentle"),
        ("Write down what you could do tomorrow.", "directness", "direct"),
        ("Maybe boil two eggs?", "directness", "question"),
        ("Fancy a walk?! 🙂", "directness", "question"),
        ("Treat yourself: read a page.", "warmth", "warm"),
        ("Write to a dear friend.", "warmth", "plain"),
        ("Rest a little, dear.", "warmth", "warm"),
        ("Read a page.", "warmth", "plain"),
        ("Read a page 📖", "emoji", "yes"),
        ("Read a page :)", "emoji", "yes"),
        ("Read page 12: it is short.", "emoji", "no"),
        ("Read a page!", "exclamation", "yes"),
        ("Read a page.", "exclamation", "no"),
    ],
)
def test_a_rule_reads_its_aspect(text: str, aspect: str, value: str) -> None:
    assert getattr(read_style(text), aspect) == value


def test_short_ends_at_the_limit() -> None:
    limit = " ".join(["word"] * SHORT_WORDS)
    assert read_style(f"{limit} 🙂.").length == "short"
    assert read_style(f"{limit} more").length == "long"


def test_words_joined_by_marks_are_one() -> None:
    assert count_words("Tomorrow's half-hour walk 🚶") == 3


def test_neutral_keeps_both_formalities_and_a_contradiction_keeps_one() -> None:
    assert keeps("Boil two eggs.", "formality", "casual") and keeps("Boil two eggs.", "formality", "formal")
    assert not keeps("Hey, boil two eggs.", "formality", "formal")
    assert not keeps("Kindly boil two eggs.", "formality", "casual")


def test_any_is_always_kept_and_unknown_names_are_refused() -> None:
    assert keeps("Boil two eggs!", "exclamation", "any")
    with pytest.raises(ValueError, match="aspect"):
        keeps("Boil two eggs.", "volume", "loud")
    with pytest.raises(ValueError, match="warmth"):
        keeps("Boil two eggs.", "warmth", "hot")


def test_broken_names_what_is_not_kept() -> None:
    assert broken("Boil two eggs! 🥚", Style(directness="direct")) == ("emoji", "exclamation")


@pytest.mark.parametrize("text", ["", "  ", "!?", "🙂", "\n", "ß" * 3000])
def test_any_text_has_a_reading(text: str) -> None:
    assert read_style(text).words == count_words(text)


def test_emoji_are_taken_out_whole() -> None:
    assert without_emoji("Rest 🛋️ now ❤️") == "Rest now"
