"""Words that wish, refuse or do neither, told from examples."""

import numpy as np
import pytest

from edge_assistant.errors import DataError
from edge_assistant.llm.embedding import default_embedder
from simulator.people.importer.language import tone
from simulator.people.importer.language.tone import LABELS, QUESTIONS, Tone


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_packaged_fit_is_that_of_the_examples(question: str) -> None:
    embedder = default_embedder()
    packaged = tone._packaged(question, embedder)
    assert packaged is not None, "stale: run python -m simulator.people.importer.fits"
    labels, texts = tone.examples(question)
    assert len(texts) > 500 and set(labels) == set(LABELS)
    some = slice(None, None, 9)
    right = np.array([LABELS.index(label) for label in labels[some]])
    assert (packaged.chances(texts[some]).argmax(axis=1) == right).mean() > 0.85


def test_idioms_without_a_word_of_yes_or_no() -> None:
    moment = Tone.of("timing", default_embedder())
    good, bad, _ = moment.chances(["pretend that I do not exist while I am at the lathe"])[0]
    assert bad > good
    good, bad, _ = moment.chances(["over the washing-up I am grateful for any company"])[0]
    assert good > bad
    assert moment.chances([]).shape == (0, 3)


def test_a_damaged_line_is_named(tmp_path, monkeypatch) -> None:
    (tmp_path / "timing.tsv").write_text("good\tcatch me at noon\nmaybe\tperhaps\n", encoding="utf-8")
    monkeypatch.setattr(tone, "FOLDER", tmp_path)
    with pytest.raises(DataError, match="line 2: expected good, bad, neither"):
        tone.examples("timing")
