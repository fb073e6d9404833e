"""Makes pairs: of two rated candidates, of reactions in similar moments, of false alarms, of a person's own words.

What is asked of the model in a pair is, word for word, what the composer asks it when a sentence is to be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from edge_assistant.composer.prepared import prepared
from edge_assistant.composer.prompts import NO_RECOMMENDATION, Prompt, sentence_prompt
from edge_assistant.composer.style import broken, style_of
from edge_assistant.domain import Context, Idea, Rating, Style
from edge_assistant.training.pairs.pair import Pair

REWORDED_WEIGHT = 2.0
"""A person's own words say more than a choice between two of ours."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of two sentences for the same idea and moment, and how it was rated."""

    text: str
    rating: Rating


@dataclass(frozen=True, slots=True)
class SentenceMoment:
    """What a sentence was asked for: idea, context, and the style asked for."""

    idea: Idea
    activity: str
    time: datetime
    style: Style

    @property
    def prompt(self) -> Prompt:
        """What the composer asks the model."""
        return sentence_prompt(self.idea.text, self.activity, self.style)


def rated_pair(
    moment: SentenceMoment, first: Candidate, second: Candidate, provenance: dict[str, Any], sources: Sequence[str] = ()
) -> Pair | None:
    """The pair of two rated candidates (ProPerSim, section 4); None when the ratings do not tell them apart."""
    if first.rating.total == second.rating.total or first.text == second.text:
        return None
    better, worse = (first, second) if first.rating.total > second.rating.total else (second, first)
    told = {"totals": [better.rating.total, worse.rating.total], "sources": list(sources)}
    return _pair(moment.prompt, better.text, worse.text, "rated", {**provenance, **told}, moment.time)


def reworded_pair(moment: SentenceMoment, said: str, own_words: str, source: str) -> Pair | None:
    """What the person would rather have heard, against what was said; None when that is the same."""
    own = " ".join(own_words.split())
    if not own or own == said:
        return None
    provenance = {"sources": [source]}
    return _pair(moment.prompt, own, said, "reworded", provenance, moment.time, REWORDED_WEIGHT)


def silence_pair(moment: SentenceMoment, said: str, source: str) -> Pair:
    """A false alarm: at this moment, nothing would have been better."""
    prompt = sentence_prompt("", moment.activity, moment.style)
    return _pair(prompt, NO_RECOMMENDATION, said, "silence", {"sources": [source]}, moment.time)


def reaction_pair(moment: SentenceMoment, dismissed: str, liked: str, sources: Sequence[str]) -> Pair | None:
    """A sentence dismissed as badly put, against the same idea in the style of one that was accepted.

    The dismissed sentence is real; the better one is prepared, since two sentences about different ideas would teach
    the model ideas, which are not its business. None where the two styles are the same.
    """
    style = style_of(liked, moment.style)
    if not broken(dismissed, style):
        return None
    context = Context(moment.time, moment.activity)
    better = prepared(moment.idea, style, context, seed=len(dismissed))[0]
    if broken(better, style) or better == dismissed:
        return None
    return _pair(moment.prompt, better, dismissed, "reaction", {"sources": list(sources)}, moment.time)


def _pair(
    prompt: Prompt,
    chosen: str,
    rejected: str,
    kind: str,
    provenance: dict[str, Any],
    time: datetime,
    weight: float = 1.0,
) -> Pair:
    stamp = time.isoformat(timespec="seconds")
    return Pair(prompt.system, prompt.user, chosen, rejected, kind, provenance, stamp, weight)
