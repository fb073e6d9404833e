"""The last word on a task adapter: requests with ideas, activities and styles that it was never trained on.

Fixed rules look at every sentence; a larger model, where one is given, says which of them no one would say. The
measure of naturalness is relative: a sentence counts as odd when it is less likely, a token, than all but one percent
of the prepared sentences for the same requests.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from edge_assistant.composer.composer import Request, accepts, plainest, write
from edge_assistant.composer.faithfulness import keeps_idea, new_words, prepared_stems, stems_of
from edge_assistant.composer.prepared import prepared
from edge_assistant.composer.style import broken, without_emoji
from edge_assistant.domain import Context
from edge_assistant.llm.protocols import LanguageModel, ScoreRequest
from task_adapter.sources import load_sources, words
from task_adapter.spoken import spoken_data

REQUESTS = 500
NEEDED = 0.95
"""Share of requests that must give a fitting sentence."""

ODD_PERCENTILE = 1.0
_CHUNK = 25  # requests of one call, so that progress shows
_NOON = datetime(2026, 1, 5, 12)
_LEAK = re.compile(r"<\||[{}<>\[\]|*#\\_]|^\W*(?:manner|idea|activity|sentence|suggestion)\s*:|https?:", re.I)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+")

OnStep = Callable[[int, int], None]
"""Called with requests done and their number."""


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """What came of a request: the sentence that would be said, '' where nothing passed, and what is wrong with it.

    Attributes:
        first: the model's first try, as it wrote it.
        first_fault: of that, '' for none.
        text: what the composer would say of the model's tries.
        fault: of that, '' for none; 'nothing passes' where a prepared sentence would stand in.
        likelihood: mean log probability a token under the larger model, None without one.
    """

    request: Request
    first: str
    first_fault: str
    text: str
    fault: str
    likelihood: float | None = None


def held_out_requests(count: int = REQUESTS, seed: int = 11) -> list[Request]:
    """Requests of held-out ideas and activities; every second one in a held-out style, the others in any.

    Combinations that nobody could satisfy, an idea too long for a short sentence, are left out: those for which no
    prepared sentence keeps the style and the idea.
    """
    sources = load_sources()
    part = sources.held_out
    everything = (*sources.train.styles, *part.styles)
    rng = np.random.default_rng([seed, 2])
    requests: list[Request] = []
    while len(requests) < count:
        idea = part.ideas[int(rng.integers(len(part.ideas)))]
        activity = part.activities[int(rng.integers(len(part.activities)))]
        styles = part.styles if len(requests) % 2 == 0 else everything
        style = styles[int(rng.integers(len(styles)))]
        request = Request(idea, Context(_NOON, activity), style, int(rng.integers(1 << 30)))
        if reference_sentence(request):
            requests.append(request)
    return requests


def reference_sentence(request: Request) -> str:
    """A prepared sentence that keeps everything, or ''."""
    sentences = prepared(request.idea, request.style, request.context, seed=request.seed % 997)
    fitting = tuple(text for text in sentences if accepts(text, request.idea, request.style))
    return plainest(fitting)[0] if fitting else ""


def find_fault(text: str, request: Request) -> str:
    """What is wrong with a sentence, in a few words, or ''."""
    if not text.strip():
        return "nothing said"
    if _LEAK.search(text) or "\n" in text.strip():
        return "template leaks"
    aspects = broken(text, request.style)
    if aspects:
        return f"style: {', '.join(aspects)}"
    found = [word.lower() for word in _WORD.findall(without_emoji(text))]
    if any(one == two for one, two in pairwise(found)) or _repeats(found, request.idea.text):
        return "repeats itself"
    if not keeps_idea(text, request.idea.text):
        return "loses the idea"
    if not accepts(text, request.idea, request.style):
        return "not one sentence"
    invented = invented_words(text, request)
    return f"adds {', '.join(invented)}" if invented else ""


def invented_words(text: str, request: Request) -> tuple[str, ...]:
    """Content words that come neither from idea nor activity nor from any frame, link, reason or pattern."""
    known = _house_stems() | stems_of(request.idea.say)
    return new_words(text, request.idea.text, request.context.activity, known)


def check(
    model: LanguageModel,
    requests: Sequence[Request],
    on_step: OnStep | None = None,
) -> list[CheckedRequest]:
    """Let the model write for every request, as the composer does, and look at what it says."""
    done: list[CheckedRequest] = []
    for start in range(0, len(requests), _CHUNK):
        done += _written(model, requests[start : start + _CHUNK])
        if on_step is not None:
            on_step(len(done), len(requests))
    return done


def with_likelihoods(
    checked: Sequence[CheckedRequest], larger: LanguageModel, on_step: OnStep | None = None
) -> list[CheckedRequest]:
    """Mark as odd what the larger model finds less likely than almost all prepared sentences for the same requests."""
    references = [reference_sentence(one.request) for one in checked]
    said = [one.text or reference for one, reference in zip(checked, references, strict=True)]
    found = _likelihoods(larger, [*references, *said], on_step)
    bound = float(np.percentile(found[: len(references)], ODD_PERCENTILE))
    return [
        replace(one, fault=one.fault or ("odd" if likelihood < bound else ""), likelihood=likelihood)
        for one, likelihood in zip(checked, found[len(references) :], strict=True)
    ]


def rates(checked: Sequence[CheckedRequest]) -> dict[str, Any]:
    """Shares of requests: first tries without fault, what would be said without fault, and the faults."""
    count = len(checked)
    return {
        "requests": count,
        "first_try": sum(not one.first_fault for one in checked) / count,
        "fitting": sum(not one.fault for one in checked) / count,
        "fallbacks": sum(not one.text for one in checked) / count,
        "first_faults": dict(Counter(_kind(one.first_fault) for one in checked if one.first_fault).most_common()),
        "faults": dict(Counter(_kind(one.fault) for one in checked if one.fault).most_common()),
    }


def as_rows(checked: Sequence[CheckedRequest]) -> list[dict[str, Any]]:
    """JSON-ready rows."""
    return [
        {
            "idea": one.request.idea.text,
            "activity": one.request.context.activity,
            "manner": asdict(one.request.style),
            "first": one.first,
            "first_fault": one.first_fault,
            "text": one.text,
            "fault": one.fault,
            "likelihood": one.likelihood,
        }
        for one in checked
    ]


def _written(model: LanguageModel, requests: Sequence[Request]) -> list[CheckedRequest]:
    checked = []
    for request, written in zip(requests, write(model, requests), strict=True):
        said = written.text or ""
        fault = find_fault(said, request) if said else "nothing passes"
        checked.append(CheckedRequest(request, written.first, find_fault(written.first, request), said, fault))
    return checked


def _likelihoods(larger: LanguageModel, texts: Sequence[str], on_step: OnStep | None) -> list[float]:
    """Mean log probability a token of each text, as an answer to somebody who asks for a suggestion."""
    prefix = larger.chat("", "Suggest to me, in one sentence, something that I could do now at home.")
    found: list[float] = []
    for start in range(0, len(texts), _CHUNK):
        chunk = tuple(without_emoji(text) for text in texts[start : start + _CHUNK])
        found += larger.score([ScoreRequest(prefix, chunk)])[0].mean
        if on_step is not None:
            on_step(len(found), len(texts))
    return found


@cache
def _house_stems() -> frozenset[str]:
    return prepared_stems() | stems_of(words()["patterns"]) | stems_of(spoken_data())


def _repeats(found: Sequence[str], idea: str) -> bool:
    """Three words in a row twice, unless the idea itself has them so."""
    own = [word.lower() for word in _WORD.findall(idea)]
    return _has_twins(found) and not _has_twins(own)


def _has_twins(found: Sequence[str]) -> bool:
    threes = [tuple(found[at : at + 3]) for at in range(len(found) - 2)]
    return len(set(threes)) < len(threes)


def _kind(fault: str) -> str:
    return "adds words" if fault.startswith("adds ") else fault
