"""What was suggested, what became of it, and why."""

from __future__ import annotations

from collections import Counter

from edge_assistant.service.answers.answerer import Question, answers
from edge_assistant.service.answers.known import Known
from edge_assistant.service.answers.words import capital, counted, day_words, joined, listed
from edge_assistant.service.feed import Row
from edge_assistant.service.views.explaining import because, feedback_words, why_silent

MOST = 15
"""Lines of a list."""


@answers(
    "suggested",
    "what was suggested in a span of time",
    "what did you suggest",
    "what have you suggested",
    "what did you say to me",
    "which suggestions did you make",
    "what were your suggestions",
    "what ideas did you have for me",
    "show me the suggestions",
    "what did you propose",
    "what did you tell me to do",
    "what was your last suggestion",
    "what did you say last",
    "what was the last thing you said to me",
)
def suggested(known: Known, question: Question) -> str:
    """Each with its time and what was answered; the last one where only that is wanted."""
    if {"last", "latest"} & set(question.plain.split()):
        rows = known.service.feed.latest(1)
        return _line(rows[0], question, days=True) if rows else "I have suggested nothing yet."
    span = question.span()
    rows = known.said(span.start, span.end)
    if not rows:
        return f"I have suggested nothing {span.words}."
    days = span.days > 1.01
    lines = [_line(row, question, days) for row in rows[-MOST:]]
    more = f", the last {MOST} of them" if len(rows) > MOST else ""
    return f"{counted(len(rows), 'suggestion')} {span.words}{more}:\n{listed(lines)}"


@answers(
    "accepted",
    "which suggestions were accepted",
    "what did I accept",
    "which suggestions did I accept",
    "which of your suggestions did I take",
    "what did I say yes to",
    "which ideas did I like",
    "which of your suggestions have I followed",
    "which suggestions did I do",
)
def accepted(known: Known, question: Question) -> str:
    """Those that were accepted, or done."""
    return _in_state(known, question, "accepted")


@answers(
    "dismissed",
    "which suggestions were dismissed",
    "what did I dismiss",
    "which suggestions did I reject",
    "what did I say no to",
    "which of your suggestions did I decline",
    "what did I turn down",
    "which suggestions did I not want",
    "which suggestions did I ignore",
)
def dismissed(known: Known, question: Question) -> str:
    """Those that were dismissed, or ignored where that is asked."""
    return _in_state(known, question, "ignored" if "ignore" in question.plain else "dismissed")


@answers(
    "how many",
    "how many suggestions there were",
    "how many suggestions did you make",
    "how many suggestions were there",
    "how often did you speak",
    "how often did you say something",
    "how often did you interrupt me",
    "how many times did you suggest something",
    "how many suggestions did I accept",
    "how many suggestions did I dismiss",
    "how many ideas did you have",
)
def how_many(known: Known, question: Question) -> str:
    """The number, and what became of them."""
    span = question.span()
    rows = known.said(span.start, span.end)
    if not rows:
        return f"None {span.words}."
    asked = sum(row.entry.requested for row in rows)
    states = Counter(row.entry.state for row in rows)
    parts = [f"{number} {'still open' if state == 'open' else state}" for state, number in states.most_common()]
    told = f"{counted(len(rows), 'suggestion')} {span.words}: {joined(parts)}."
    return told + (f" You had asked for {asked} of them." if asked else "")


@answers(
    "why",
    "why something was suggested",
    "why did you suggest that",
    "why did you say that",
    "why this suggestion",
    "why did you suggest this",
    "what made you suggest that",
    "why did you speak",
    "explain your last suggestion",
    "what was the reason for your suggestion",
    "what was the reason for the last suggestion",
    "what were your reasons",
)
def why(known: Known, question: Question) -> str:
    """The reasons for the suggestion that is meant, else the latest."""
    feed = known.service.feed
    rows = [feed.get(question.about)] if question.about else feed.latest(1)
    if not rows:
        return "I have suggested nothing yet."
    return f"'{rows[0].entry.text}' ({_when(rows[0], question)}): {because(known.service, rows[0])}"


@answers(
    "silence",
    "why nothing is said",
    "why are you silent",
    "why are you so quiet",
    "why do you say nothing",
    "why have you not suggested anything",
    "why don't you speak",
)
def silence(known: Known, question: Question) -> str:
    """Why nothing is said at present."""
    return " ".join(why_silent(known.service).silent_if)


def _in_state(known: Known, question: Question, state: str) -> str:
    span = question.span("this week") if question.named is None else question.span()
    rows = [row for row in known.said(span.start, span.end) if _is(row, state)]
    if not rows:
        return f"You have {state} nothing {span.words}."
    lines = [f"{_when(row, question)} {row.entry.text}" for row in rows[-MOST:]]
    return f"{capital(span.words)} you {state} {counted(len(rows), 'suggestion')}:\n{listed(lines)}"


def _is(row: Row, state: str) -> bool:
    return row.entry.state == state or (state == "accepted" and row.entry.outcome == "done")


def _line(row: Row, question: Question, days: bool) -> str:
    when = _when(row, question) if days else f"{row.entry.time.astimezone(question.now.tzinfo):%H:%M}"
    return f"{when} {row.entry.text} ({feedback_words(row)})"


def _when(row: Row, question: Question) -> str:
    time = row.entry.time.astimezone(question.now.tzinfo)
    return f"{day_words(time, question.now)} {time:%H:%M}"
