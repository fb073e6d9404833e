from __future__ import annotations

import numpy as np
import pytest

from edge_assistant.errors import EngineError
from edge_assistant.llm.sampling import TextStream, log_probabilities, pick


def logits(*values: float) -> np.ndarray:
    return np.asarray(values, dtype=np.float32)


def test_log_probabilities_are_those_of_the_softmax() -> None:
    row = logits(2.0, 1.0, -3.0)
    expected = np.log(np.exp(row) / np.exp(row).sum())
    assert log_probabilities(row, [2, 0]) == pytest.approx([expected[2], expected[0]], abs=1e-6)


def test_large_logits_do_not_overflow() -> None:
    assert log_probabilities(logits(5000.0, 4990.0), [0])[0] == pytest.approx(0.0, abs=1e-3)


def test_numbers_that_are_not_finite_are_reported() -> None:
    with pytest.raises(EngineError, match="not finite"):
        pick(logits(1.0, np.nan), 0.0, np.random.default_rng(0))
    with pytest.raises(EngineError, match="not finite"):
        log_probabilities(logits(np.nan, 1.0), [1])


def test_temperature_zero_takes_the_likeliest_and_draws_nothing() -> None:
    generator = np.random.default_rng(3)
    assert pick(logits(0.0, 4.0, 3.9), 0.0, generator) == 1
    assert generator.random() == np.random.default_rng(3).random()


def test_draws_follow_the_chances_and_never_reach_the_tail() -> None:
    row = np.log(np.asarray([0.6, 0.3, 0.08, 0.02], dtype=np.float32))
    generator = np.random.default_rng(0)
    drawn = np.bincount([pick(row, 1.0, generator) for _ in range(4000)], minlength=4) / 4000
    assert drawn[3] == 0.0  # below MIN_P of the likeliest
    assert drawn[:3] == pytest.approx(np.asarray([0.6, 0.3, 0.08]) / 0.98, abs=0.03)


def test_a_draw_does_not_depend_on_the_order_of_nearly_equal_candidates() -> None:
    first, second = logits(1.0, 1.0 + 1e-6, 0.9), logits(1.0 + 1e-6, 1.0, 0.9)
    draws = [[pick(row, 0.8, np.random.default_rng(seed)) for seed in range(200)] for row in (first, second)]
    assert draws[0] == draws[1]


def test_a_stop_string_across_pieces_is_cut_off_and_never_given_out() -> None:
    stream = TextStream(("\n\n", "END"))
    given = [stream.push(piece) for piece in (b"one ", b"E", b"N", b"E", b"ND two")]
    assert stream.stopped
    assert stream.text == "".join(given) == "one EN"
    assert stream.finish() == ""


def test_the_earliest_of_several_stop_strings_wins() -> None:
    stream = TextStream(("two", "one"))
    stream.push(b"zero one two")
    assert stream.text == "zero "


def test_what_was_held_back_comes_at_the_end() -> None:
    stream = TextStream(("END",))
    assert stream.push(b"the EN") == "the "
    assert stream.finish() == "EN"
    assert stream.text == "the EN"


def test_a_character_cut_between_tokens_is_joined() -> None:
    stream = TextStream(())
    sun = "☀".encode()
    assert stream.push(b"a" + sun[:2]) == "a"
    assert stream.push(sun[2:]) == "☀"
    stream.push(sun[:1])
    assert stream.text + stream.finish() == "a☀"
