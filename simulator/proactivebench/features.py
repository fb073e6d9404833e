"""What is measured of a moment and of a proposal: words, times and nearness of meaning. Never a verdict.

A real assistant has all of it: what the person has done so far, and what it is about to propose. Other proposals at the
same moment, their order in the file and whatever comes later are left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edge_assistant.llm.embedding import Embedder
from simulator.proactivebench.rows import Event, Row

FloatArray = NDArray[np.float64]

PASSED_OVER = frozenset({
    "the", "a", "an", "of", "to", "and", "in", "on", "for", "with", "user", "users", "user's", "you", "your", "i",
    "can", "is", "are", "that", "this", "it", "its", "their", "they", "them", "by", "from", "or", "as", "at", "any",
    "be", "if", "into", "some", "about", "more", "help", "offer", "provide", "suggest", "search", "find",
})  # fmt: skip
"""Words that say nothing about what a text is about."""

OPENINGS = (
    "provide", "offer", "suggest", "search", "explain", "summarize", "help", "assist", "recommend", "i", "open",
    "use", "continue", "check", "explore", "compare", "would", "share", "show", "guide", "find", "review", "create",
)  # fmt: skip
"""First words of proposals."""

OFFERS = (
    "resource", "tutorial", "document", "article", "code", "snippet|example|sample", "debug|troubleshoot|error|fix",
    "compar", "shortcut|tip", "organiz|note", "summar|key point|overview", "step", "explain|explanation", "search",
    "tool", "user", "you", "best practice", "optimi|improv", "translat", "link", "template", "specific", "relevant",
    "additional|further|more", "course", "list", "plan", "automat",
)  # fmt: skip
"""What proposals offer."""

DOINGS = (
    "search", "type", "error|fail|invalid", "click", "scroll", "switch", "open", "paste|copy|cmd",
    "read|review|brows|navigat", "run|execut", "visual studio|code.exe|vscode", "no specific|remain|focused|without",
    "terminal", "stack overflow|tutorial|document|article", "chat|kimi|deepseek|gpt", "mouse", "result", "create|new",
)  # fmt: skip
"""What people do at a computer."""

RECENT = 4
"""Events that count as the recent ones."""
FADING = 0.6
"""Weight of an event against the one that came after it."""
LONGEST_PAUSE = 7200.0
"""Seconds; longer pauses are all alike."""
SPANS = (1, 2, 3, 5, 1000)
"""How many of the last events a proposal's meaning is held against."""

MOMENT_NAMES = (
    "events", "log events", "last pause", "usual pause", "time span", "last pause against the usual",
    "words of the last event", "share of events that differ", "last event takes up earlier words",
    *(f"now: {what}" for what in DOINGS),
    *(f"recently: {what}" for what in DOINGS),
    *(f"all along: {what}" for what in DOINGS),
)  # fmt: skip
PROPOSAL_NAMES = (
    "words", "log words", "share in the last event", "share in the last three", "share in all events",
    "share in earlier events alone", "words in the last event", "words in all events", "quotes", "asks",
    "begins small", "ends with a stop", "word length",
    *(f"begins with {word}" for word in OPENINGS),
    *(f"offers: {what}" for what in OFFERS),
    *(f"nearness to the last {span}" for span in SPANS[:-1]), "nearness to any event",
    "last event against all", "nearness to the recent past", "nearness to all",
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """Everything measured of n rows.

    Attributes:
        moments: (n, len(MOMENT_NAMES)).
        proposals: (n, len(PROPOSAL_NAMES)); of no meaning where a row is silent.
        last: (n, d) vectors of the last event.
        past: (n, d) vectors of what was done, recent events weighing more.
    """

    moments: FloatArray
    proposals: FloatArray
    last: FloatArray
    past: FloatArray


def measure(rows: Sequence[Row], embedder: Embedder) -> Measured:
    """Measure rows; each text is embedded once."""
    texts = sorted({event.text for row in rows for event in row.events} | {row.proposal or "" for row in rows})
    vectors = dict(zip(texts, np.asarray(embedder.embed(texts), dtype=float), strict=True))
    moments, proposals, last, past = [], [], [], []
    for row in rows:
        events = np.array([vectors[event.text] for event in row.events])
        fading = FADING ** np.arange(len(events))[::-1]
        recent = fading @ events / fading.sum()
        moments.append(moment_features(row.events))
        words = proposal_features(row.proposal or "", row.events)
        proposals.append(words + _nearness(vectors[row.proposal or ""], events, recent))
        last.append(events[-1])
        past.append(recent)
    return Measured(np.array(moments), np.array(proposals), np.array(last), np.array(past))


def moment_features(events: Sequence[Event]) -> list[float]:
    """Of what a person has done, in the order of `MOMENT_NAMES`."""
    texts = [event.text for event in events]
    times = [event.seconds for event in events]
    pauses = np.clip(np.diff(times), 0, LONGEST_PAUSE) if len(times) > 1 else np.zeros(1)
    last, usual = float(np.log1p(pauses[-1])), float(np.log1p(np.median(pauses)))
    current = content_words(texts[-1])
    again = len(current & content_words(" ".join(texts[:-1]))) / max(len(current), 1)
    doings = np.array([present(DOINGS, text) for text in texts])
    return [
        float(len(texts)),
        float(np.log1p(len(texts))),
        last,
        usual,
        float(np.log1p(pauses.sum())),
        last - usual,
        float(len(words_of(texts[-1]))),
        len(set(texts)) / len(texts),
        again,
        *doings[-1].tolist(),
        *doings[-RECENT:].mean(axis=0).tolist(),
        *doings.mean(axis=0).tolist(),
    ]


def proposal_features(proposal: str, events: Sequence[Event]) -> list[float]:
    """Of a proposal's words, in the order of `PROPOSAL_NAMES` without the nearness."""
    words, about = words_of(proposal), content_words(proposal)
    size = max(len(about), 1)
    last = content_words(events[-1].text)
    recent = content_words(" ".join(event.text for event in events[-3:]))
    seen = content_words(" ".join(event.text for event in events))
    return [
        len(words) / 10,
        float(np.log1p(len(words))),
        len(about & last) / size,
        len(about & recent) / size,
        len(about & seen) / size,
        len(about & (seen - recent)) / size,
        float(len(about & last)),
        float(len(about & seen)),
        float("'" in proposal or '"' in proposal),
        float("?" in proposal),
        float(proposal[:1].islower()),
        float(proposal.endswith(".")),
        float(np.mean([len(word) for word in words])) if words else 0.0,
        *(float(bool(words) and words[0] == opening) for opening in OPENINGS),
        *present(OFFERS, proposal),
    ]


def words_of(text: str) -> list[str]:
    """Words in lower case; a Chinese character is a word."""
    return re.findall(r"[a-z0-9_.+#]+|[\u4e00-\u9fff]", text.lower())


def content_words(text: str) -> set[str]:
    """Stems (the first six letters) of the words that say what a text is about."""
    return {word[:6] for word in words_of(text) if word not in PASSED_OVER and len(word) > 2}


def present(patterns: Sequence[str], text: str) -> list[float]:
    """1 for each pattern that occurs in the text."""
    text = text.lower()
    return [float(re.search(pattern, text) is not None) for pattern in patterns]


def _nearness(proposal: FloatArray, events: FloatArray, recent: FloatArray) -> list[float]:
    near = events @ proposal
    mean = events.mean(axis=0)
    return [
        *(float(near[-span:].max()) for span in SPANS),
        float(events[-1] @ mean),
        float(recent @ proposal),
        float(mean @ proposal),
    ]
