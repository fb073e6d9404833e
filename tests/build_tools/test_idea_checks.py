"""No two ideas mean nearly the same, and numbers that no neighbour has were looked at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from check_ideas.__main__ import main
from check_ideas.neighbours import NEIGHBOURS, near_pairs, outliers, unusual
from edge_assistant.domain import ATTRIBUTES, Idea
from edge_assistant.errors import DataError
from edge_assistant.llm.embedding import default_embedder
from edge_assistant.ranker.ideas import load_packaged


def _ideas(count: int) -> list[Idea]:
    return [
        Idea(f"idea-{n}", f"do thing {n}", "rest", 0.3, 10, 0.1, 0.3, 0.2, 0.1, 0.4, ("rest",)) for n in range(count)
    ]


def test_pairs_are_found_by_meaning_the_nearest_first() -> None:
    vectors = np.array([[1, 0], [0.99, 0.14], [0.87, 0.493], [0, 1]], dtype=np.float32)
    found = near_pairs(_ideas(4), vectors)
    assert [(first.id, second.id) for first, second, _ in found] == [
        ("idea-0", "idea-1"),
        ("idea-1", "idea-2"),
        ("idea-0", "idea-2"),
    ]


def test_an_attribute_that_no_neighbour_has_is_told() -> None:
    ideas = _ideas(3 * NEIGHBOURS)
    ideas[5] = replace(ideas[5], cost=0.9)
    vectors = np.tile(np.array([[1.0, 0.0]], dtype=np.float32), (len(ideas), 1))
    (found,) = outliers(ideas, vectors)
    assert (found.idea.id, found.attribute) == ("idea-5", "cost") and found.deviations > 3
    assert "cost is 0.9, similar ideas have about 0.1" in str(found)


def test_what_was_looked_at_names_packaged_ideas() -> None:
    base = load_packaged()
    for idea_id, names in unusual().items():
        assert idea_id in base.by_id and names and set(names) <= set(ATTRIBUTES)


@pytest.mark.model
def test_packaged_ideas_differ_in_meaning_and_their_numbers_were_looked_at() -> None:
    base = load_packaged()
    vectors = default_embedder().embed(list(base.texts))
    assert [(first.id, second.id, round(cosine, 2)) for first, second, cosine in near_pairs(base.ideas, vectors)] == []
    assert [str(found) for found in outliers(base.ideas, vectors)] == []


@pytest.mark.model
def test_the_command_tells_a_repeat_in_a_file_of_ones_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[idea]]\nid = "mine"\ntext = "go once around the block without a phone"\ncategory = "outdoors"\n'
        "effort = 0.3\nminutes = 15\nsocial = 0.0\nnovelty = 0.2\nstimulation = 0.3\ncost = 0.0\nhealth = 0.6\n"
        'kinds = ["walk"]\n'
    )
    assert main([str(path)]) == DataError.exit_code
    assert "idea 'mine': means nearly the same as 'walk-once-around-block'" in capsys.readouterr().err
