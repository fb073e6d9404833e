"""The person's own todos, goals and habits as ideas, described by the ideas that mean nearly the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from edge_assistant.domain import Idea
from edge_assistant.own.saying import sentences
from edge_assistant.own.store import OwnThings
from edge_assistant.own.thing import OwnThing, thing_number
from edge_assistant.ranker.notes import Line, bare_text, begins_with_verb, ideas_of
from edge_assistant.ranker.source import SUGGESTION_SOURCES, Offer, Wanted

LONGEST_UNKNOWN = 10.0
"""Minutes that a thing is taken to need at most, where nobody said how many."""


@SUGGESTION_SOURCES.register("own", "your todos, goals and habits")
class OwnIdeas:
    """What is open; a reminder has its own time and is said by the service."""

    place = 20

    def offer(self, wanted: Wanted) -> Offer:
        things = [thing for thing in wanted.own.all() if thing.kind != "reminder"]
        lines = [
            Line(bare_text(thing.text)[0] or thing.text, min(float(thing.minutes), 240.0) or None) for thing in things
        ]
        ideas = ideas_of(lines, wanted.base, wanted.embedder)
        return Offer(tuple(as_idea(thing, idea) for thing, idea in zip(things, ideas, strict=True)))


def as_idea(thing: OwnThing, like: Idea) -> Idea:
    """The idea that a thing is: its own words, hours and length, what else is known from ideas like it.

    To be told of something takes no time, so a length that nobody gave must not keep it back.
    """
    minutes = like.minutes if thing.minutes else min(like.minutes, LONGEST_UNKNOWN)
    nature = "habit" if thing.repeat else "once"
    return replace(like, id=thing.idea_id, text=thing.text, nature=nature, hours=(), minutes=minutes)


def said_on(today: date, idea: Idea, own: OwnThings) -> Idea:
    """An idea with the sentences that bring it up on a day, where it is an own thing; others as they are."""
    number = thing_number(idea.id)
    thing = next((thing for thing in own.all() if thing.id == number), None) if number else None
    if thing is None:
        return idea
    goal = own.get(thing.goal).text if thing.goal else ""
    return replace(idea, say=sentences(thing, today, says_what_to_do(thing), goal))


def says_what_to_do(thing: OwnThing) -> bool:
    """Whether its words are a request, as 'buy milk' is and 'dentist' is not."""
    return begins_with_verb(bare_text(thing.text)[0])
