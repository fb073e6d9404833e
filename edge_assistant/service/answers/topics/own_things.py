"""The person's own todos, goals and reminders."""

from __future__ import annotations

from datetime import datetime, timedelta

from edge_assistant.context.local_time import in_form_of, to_utc
from edge_assistant.own.thing import OwnThing, day_words
from edge_assistant.service.answers.answerer import Question, answers
from edge_assistant.service.answers.known import Known
from edge_assistant.service.answers.words import joined, listed

NOTHING = "Nothing: you have noted down no todo, goal or reminder that is open."


@answers(
    "due",
    "what is to be done",
    "what is due",
    "what do I have to do",
    "what are my todos",
    "what is on my todo list",
    "what do I still have to do",
    "what tasks are open",
    "what is overdue",
    "which deadlines do I have",
    "do I have any deadlines",
    "do I have any open tasks",
    "what still needs doing",
    "what have I got to get done",
    "what are my reminders",
    "what did I want to do",
    "is anything due",
    "what should I not forget",
    "have I forgotten something",
    "am I forgetting anything",
    ahead=True,
)
def due(known: Known, question: Question) -> str:
    """Due first; without a time in the question also what has no date."""
    named, now = question.named, question.now
    things = [thing for thing in known.own_things() if thing.kind in ("todo", "reminder")]
    if named is not None:
        last = (named.end - timedelta(microseconds=1)).date()
        things = [thing for thing in things if thing.due is not None and thing.due <= last]
    if not things:
        return f"Nothing is due {named.words}." if named is not None else NOTHING
    lines = [_line(thing, now) for thing in things]
    begin = f"Due {named.words}, or before" if named is not None else "Open"
    return f"{begin}:\n{listed(lines)}"


@answers(
    "goals",
    "what the person wants to reach",
    "what are my goals",
    "which goals do I have",
    "what do I want to achieve",
    "what am I working towards",
    "how far am I with my goals",
)
def goals(known: Known, question: Question) -> str:
    """Each goal, with its date."""
    found = [thing for thing in known.own_things() if thing.kind == "goal"]
    if not found:
        return "You have told me no goal yet."
    told = [_line(thing, question.now) for thing in found]
    return f"{'Your goals' if len(told) > 1 else 'Your goal'}: {joined(told)}."


def _line(thing: OwnThing, now: datetime) -> str:
    """What to do, and when it is due."""
    thing = thing.coming(now.date())
    clock = f" {in_form_of(now, to_utc(thing.at)):%H:%M}" if thing.at is not None else ""
    due = thing.due_words(now.date())
    if thing.repeat and thing.due is not None:
        due = f"next {day_words(thing.due, now.date())}"
    return f"{thing.text} ({due}{clock})" if due else thing.text
