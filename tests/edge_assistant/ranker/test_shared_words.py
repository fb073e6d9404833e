"""Words that ideas share with what a person said: endings and common words aside."""

from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.ranker.shared_words import SharedWords

TEXTS = [
    "watch the birds at the feeder",
    "sharpen the kitchen knives",
    "draw a bird from memory",
    "bake a loaf of bread",
    "watch the clouds go by",
]


def test_it_finds_the_word_whatever_its_ending() -> None:
    found = SharedWords(TEXTS).likeness("drawing birds")
    assert set(np.flatnonzero(found)) == {0, 2}
    assert found[2] > found[0], "two words of it"


def test_rare_words_count_more_than_common_ones() -> None:
    found = SharedWords(TEXTS).likeness("by the bread")
    assert found.argmax() == 3


def test_the_same_words_are_the_same_and_unknown_words_are_nothing() -> None:
    words = SharedWords(TEXTS)
    assert words.likeness(TEXTS[1])[1] == pytest.approx(1.0)
    assert not words.likeness("quantum chromodynamics").any()
    assert not words.likeness("").any()
    assert words.likeness("quantum birds")[0] < words.likeness("birds")[0]


def test_no_ideas_share_nothing() -> None:
    assert SharedWords([]).likeness("birds").shape == (0,)
