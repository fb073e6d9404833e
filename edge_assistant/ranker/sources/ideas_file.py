"""The person's own ideas, from the file `ideas.toml` of the home."""

from __future__ import annotations

from edge_assistant.ranker.ideas import load_packaged, load_with_own
from edge_assistant.ranker.source import SUGGESTION_SOURCES, Offer, Wanted

MOST_PROBLEMS = 3
"""With a person's own ideas that are told at once."""


@SUGGESTION_SOURCES.register("ideas", "your own ideas.toml")
class IdeasFile:
    """The sound ones; what is wrong with the others is told."""

    place = 10

    def offer(self, wanted: Wanted) -> Offer:
        if not wanted.paths.ideas.is_file():
            return Offer()
        base, wrong = load_with_own(wanted.paths.ideas)
        problems = [f"left out: {problem}" for problem in wrong[:MOST_PROBLEMS]]
        if len(wrong) > MOST_PROBLEMS:
            problems.append(f"'edge-assistant ideas validate' tells {len(wrong) - MOST_PROBLEMS} more")
        return Offer(base.ideas[len(load_packaged()) :], tuple(problems))
