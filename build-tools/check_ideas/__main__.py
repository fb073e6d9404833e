"""Check all ideas against each other: nearly the same twice, unusual numbers, sentences from one mould.

PYTHONPATH=build-tools python -m check_ideas
PYTHONPATH=build-tools python -m check_ideas my-ideas.toml

Exits with code 4 when there is a problem. Numbers are unusual when similar ideas have others; look at them, they may be
right.
"""

from __future__ import annotations

import sys

from check_ideas.neighbours import near_pairs, outliers
from check_ideas.sentences import sentence_problems
from edge_assistant.errors import DataError
from edge_assistant.llm.embedding import default_embedder
from edge_assistant.paths import Paths
from edge_assistant.ranker.ideas import load, load_packaged


def main(files: list[str]) -> int:
    """Print every problem of the packaged ideas and of those in these files; return the exit code."""
    base = load(files)
    vectors = default_embedder(Paths.from_environment().cache).embed(list(base.texts))
    problems = [
        f"idea {second.id!r}: means nearly the same as {first.id!r} (cosine {cosine:.2f})"
        for first, second, cosine in near_pairs(base.ideas, vectors)
    ]
    problems += [str(outlier) for outlier in outliers(base.ideas, vectors)]
    problems += sentence_problems(base.ideas[: len(load_packaged())])
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(base)} ideas: no problems")
    return DataError.exit_code if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
