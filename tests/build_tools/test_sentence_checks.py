"""The packaged sentences are six an idea, put as declared, and from no mould."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from check_ideas.sentences import MOST_OF_AN_OPENING, ROLES, opening_of, sentence_problems
from edge_assistant.ranker.ideas import load_packaged


def test_packaged_sentences_have_no_problem() -> None:
    assert sentence_problems(load_packaged().ideas) == []


def test_no_opening_is_worn_out() -> None:
    texts = [text for idea in load_packaged().ideas for text in idea.say]
    assert len(texts) == len(ROLES) * len(load_packaged()) >= 9000
    opening, count = Counter(map(opening_of, texts)).most_common(1)[0]
    assert count <= MOST_OF_AN_OPENING * len(texts), opening


@pytest.mark.parametrize(
    ("number", "text", "problem"),
    [
        (1, "Here it is: boil two eggs.", "behind a colon"),
        (1, "Perhaps boil two eggs.", "reads gentle, expected direct"),
        (1, "Boil two lovely eggs.", "reads warm, expected plain"),
        (1, "Boil two eggs!", "a mark that is added"),
        (1, "Boil two eggs in your favorite pan.", "is not spelled as in Britain ('favorite')"),
        (4, "Wouldn't two eggs be nice tomorrow?", "has no full form"),
        (2, "Two boiled eggs, a quiet joy for tomorrow.", "is stock"),
        (5, "You could boil two nice eggs.", "reads short, expected long"),
        (3, "May I suggest that you could boil two eggs.", "is stock"),
    ],
)
def test_each_fault_is_named(number: int, text: str, problem: str) -> None:
    idea = load_packaged().by_id["boil-two-eggs-tomorrow"]
    say = (*idea.say[: number - 1], text, *idea.say[number:])
    found = sentence_problems([replace(idea, say=say)])
    assert any(problem in line and f"say {number}" in line for line in found), found


def test_missing_and_repeated_sentences_are_named() -> None:
    idea = load_packaged().ideas[0]
    assert "5 sentences, expected 6" in sentence_problems([replace(idea, say=idea.say[:5])])[0]
    repeated = sentence_problems([idea, replace(idea, id="other")])
    assert len(repeated) == 6 and all("two ideas say" in line for line in repeated)
