"""Kinds inferred from text."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from edge_assistant.context import activity_classes as kinds
from edge_assistant.context.activity_classes import FIT_FILE, KNOWN_KINDS, ActivityClassifier, data_hash, fit, kind_data
from edge_assistant.domain import ACTIVITY_CLASSES
from edge_assistant.llm.embedding import HashEmbedder, default_embedder
from simulator.people.persona import packaged


def _persona_texts() -> list[tuple[str, str]]:
    fixed = [(point.text, point.kind) for persona in packaged() for point in persona.routine]
    return fixed + [(pastime.text, pastime.kind) for persona in packaged() for pastime in persona.pastimes]


@pytest.fixture(scope="module")
def by_words() -> ActivityClassifier:
    return ActivityClassifier(HashEmbedder(32))


def test_every_known_kind_has_examples_and_cues() -> None:
    data = kind_data()
    assert set(data["examples"]) == set(data["more"]) == set(data["cues"]) == set(KNOWN_KINDS)
    texts = [text for table in ("examples", "more") for examples in data[table].values() for text in examples]
    assert all(len(examples) >= 15 for examples in data["examples"].values())
    assert len(set(texts)) == len(texts)


def test_probabilities_sum_to_one_and_are_remembered(by_words: ActivityClassifier) -> None:
    first = by_words.probabilities("making lunch")
    assert first.shape == (len(ACTIVITY_CLASSES),)
    assert first.sum() == pytest.approx(1.0) and first.min() >= 0.0
    assert by_words.probabilities("making lunch") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1.0


def test_many_at_once_agree_with_one_by_one(by_words: ActivityClassifier) -> None:
    texts = ["a long walk by the sea", "writing to the bank", "a long walk by the sea"]
    together = ActivityClassifier(HashEmbedder(32)).probabilities_of(texts)
    for text, row in zip(texts, together, strict=True):
        np.testing.assert_allclose(row, by_words.probabilities(text), atol=1e-9)


def test_the_opening_verb_outweighs_what_follows_a_preposition(by_words: ActivityClassifier) -> None:
    assert by_words.kind("cooking dinner with the radio on") == "cooking"
    tidying = ACTIVITY_CLASSES.index("tidying")
    opening = by_words.probabilities("ironing shirts before the meeting")[tidying]
    assert opening > 1.5 * by_words.probabilities("the meeting before ironing shirts")[tidying]


def test_a_room_shifts_the_odds(by_words: ActivityClassifier) -> None:
    bathing = ACTIVITY_CLASSES.index("bathing")
    text = "singing and splashing"
    assert by_words.probabilities(text, "bathroom")[bathing] > by_words.probabilities(text)[bathing]


def test_what_resembles_nothing_is_unknown(by_words: ActivityClassifier) -> None:
    assert by_words.probabilities("zzkp qwrt")[-1] > by_words.probabilities("making lunch")[-1]
    assert by_words.probabilities("making lunch")[-1] == 0.0


def test_a_fit_is_repeatable() -> None:
    first, second = fit(HashEmbedder(8)), fit(HashEmbedder(8))
    for name in ("weights", "bias", "word_weights", "examples"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    assert first.words == second.words


def test_the_packaged_fit_is_of_the_packaged_data() -> None:
    with np.load(FIT_FILE) as tables:
        assert str(tables["key"]).endswith(data_hash()), "stale: run python -m edge_assistant.context.activity_classes"


def test_examples_hold_no_text_of_a_packaged_persona() -> None:
    theirs = {text for text, _ in _persona_texts()}
    ours = {text for table in ("examples", "more") for texts in kind_data()[table].values() for text in texts}
    assert not theirs & ours


@pytest.mark.model
def test_the_packaged_fit_belongs_to_the_packaged_embedder() -> None:
    assert kinds._packaged_fit(f"{default_embedder().name} {data_hash()}") is not None


@pytest.mark.model
def test_persona_texts_are_recognised_far_beyond_chance() -> None:
    texts, labels = zip(*_persona_texts(), strict=True)
    model = ActivityClassifier(default_embedder())
    rows = np.array(model.probabilities_of(list(texts)))
    truth = np.array([ACTIVITY_CLASSES.index(label) for label in labels])
    assert (rows.argmax(axis=1) == truth).mean() > 0.76
    in_two = (np.argsort(-rows, axis=1)[:, :2] == truth[:, None]).any(axis=1)
    assert in_two.mean() > 0.88


def test_words_count_by_their_rarity() -> None:
    words = kinds.rarity(["planting beans", "planting peas", "cooking beans", "cooking beans again", "once"])
    assert "once" not in words and "cooking beans" in words
    assert words["planting"] > words["beans"]
    rows = kinds.word_features(["beans, beans and planting", "nothing of it"], words).toarray()
    assert rows.shape == (2, len(words))
    assert np.linalg.norm(rows[0]) == pytest.approx(1.0) and not rows[1].any()
    assert rows[0][list(words).index("planting")] > rows[0][list(words).index("beans")] > 0


def test_the_regression_is_the_least_penalised_log_loss() -> None:
    rng = np.random.default_rng(4)
    features, labels = csr_matrix(rng.normal(size=(90, 5))), np.arange(90) % 3
    weights, bias = kinds._regress(features, labels)

    def loss(flat: np.ndarray) -> float:
        table = flat.reshape(6, 3)
        scores = features @ table[:-1] + table[-1]
        each = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(90), labels]
        return float(each.sum() + kinds.RIDGE / 2 * (table[:-1] ** 2).sum())

    found = np.vstack([weights, bias])
    best = minimize(loss, np.zeros(18), method="BFGS", options={"gtol": 1e-5}).x.reshape(6, 3)
    np.testing.assert_allclose(found, best, atol=1e-3)
    assert loss(found.ravel()) <= loss(best.ravel()) + 1e-6


@pytest.mark.study
@pytest.mark.timeout(3600)
def test_the_packaged_weights_are_those_of_a_new_fit() -> None:
    made, packaged_fit = fit(default_embedder()), kinds._packaged_fit(f"{default_embedder().name} {data_hash()}")
    assert packaged_fit is not None
    for name in ("weights", "bias", "word_weights"):  # kept in half precision
        np.testing.assert_allclose(getattr(made, name), getattr(packaged_fit, name), atol=1e-3)
