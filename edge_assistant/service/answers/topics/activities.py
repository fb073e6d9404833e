"""What the person did, for how long, and when last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import numpy as np

from edge_assistant.context.local_time import day_of, in_form_of
from edge_assistant.context.stretches import WORK
from edge_assistant.service.answers.answerer import Question, answers
from edge_assistant.service.answers.known import Known, Stretch
from edge_assistant.service.answers.topics.appointments import agenda
from edge_assistant.service.answers.words import (
    best_fitting,
    capital,
    counted,
    day_words,
    joined,
    listed,
    minutes_words,
    stems,
    topic_of,
)

NEAR = 0.5
"""Cosine from which on an activity is what a question means, where no word of it says so."""
MOST = 12
"""Lines of a list."""

CLASSES: dict[str, frozenset[str]] = {
    "work": WORK,
    "meeting": frozenset({"meeting"}),
    "mail email": frozenset({"mail"}),
    "browse web internet surf": frozenset({"browsing"}),
    "tv television film movie video series watch": frozenset({"media"}),
    "game play": frozenset({"gaming"}),
    "read": frozenset({"reading"}),
    "study learn": frozenset({"study"}),
    "cook": frozenset({"cooking"}),
    "eat meal": frozenset({"meal"}),
    "walk": frozenset({"walk"}),
    "exercise sport workout train": frozenset({"exercise"}),
    "clean tidy housework chore": frozenset({"tidying"}),
    "garden": frozenset({"garden"}),
    "call phone telephone": frozenset({"call"}),
    "rest relax break pause": frozenset({"rest", "pause"}),
    "sleep nap": frozenset({"sleep"}),
    "music": frozenset({"music"}),
}
"""Words that mean a whole class of activities, and the classes."""


@answers(
    "activities",
    "what was done in a span of time",
    "what did I do",
    "what have I done",
    "how did I spend my time",
    "how did I spend the day",
    "how did I spend Saturday",
    "how did my day go",
    "what kept me busy",
    "what was I doing",
    "what was I up to",
    "what have I been doing",
    "what happened",
    "where did my time go",
    "where did the time go",
    "what did I spend my time on",
    "what did my day look like",
    "tell me what I did",
    "summarise my day",
    "give me a summary of my activities",
    "what did I work on",
)
def activities(known: Known, question: Question) -> str:
    """What the person did, in order; sums where it is more than a day."""
    span = question.span()
    if span.start > question.now:
        return agenda(known, replace(question, ahead=True))
    end = span.end if span.days else span.start + timedelta(seconds=1)
    lived = known.lived(span.start, min(end, question.now))
    if not lived:
        return f"I do not know: I have seen nothing {span.words}."
    if not span.days:
        return f"{capital(span.words)} you were at this: {lived[-1].text}."
    begin = f"{capital(span.words)} you did this"
    if span.days > 1.01:
        return f"{begin}:\n{listed(_sums(lived))}"
    # the same thing with short pauses between is one line
    runs = [list(run) for _, run in groupby(lived, key=lambda stretch: stretch.text)]
    lines = []
    for run in runs if len(runs) <= MOST else []:
        minutes = sum(stretch.minutes for stretch in run)
        length = f", {minutes_words(minutes)}" if minutes >= 1 else ""
        lines.append(f"{run[0].start:%H:%M} {run[0].text}{length}")
    return f"{begin}:\n{listed(lines or _sums(lived))}"


@answers(
    "duration",
    "how long something was done",
    "how long did I code",
    "how long did I read",
    "how long have I worked",
    "how much time did I spend reading",
    "how much time did I spend in meetings",
    "how many hours did I work",
    "how many minutes did I walk",
    "how long was I in meetings",
    "how much did I read",
    "did I spend much time reading",
    "did I work a lot",
    "how much have I coded",
    "how much time went into email",
    "how long have I been programming",
    "how long did I spend on cooking",
    "how long did the walk take",
    "for how long did I go swimming",
    "for how long did I play",
    "total time of writing",
)
def duration(known: Known, question: Question) -> str:
    """The sum, and what was counted."""
    span, topic = question.span(), topic_of(question.plain)
    lived = known.lived(span.start, min(span.end, question.now))
    if not topic:
        counted_ones, what = lived, "something I have seen"
    else:
        counted_ones, what = _about(known, lived, topic), " ".join(topic)
    minutes = sum(stretch.minutes for stretch in counted_ones)
    if minutes < 1:
        return f"I have seen none of it: nothing like '{what}' {span.words}."
    told = _minutes_by_text(counted_ones)
    parts = [f"{text} {minutes_words(each)}" for text, each in told[:4]]
    more = len(told) - len(parts)
    listed_parts = joined([*parts, *([counted(more, "other thing")] if more else [])])
    return f"{minutes_words(minutes)} {span.words}: {listed_parts}."


@answers(
    "away",
    "how long nobody was at the computer",
    "how long was I away",
    "how much time was I gone",
    "how long have I been away from the computer",
    "when was I away",
    "was I away",
    "how long was my absence",
    "how many breaks did I take",
    "how long was I not at the computer",
)
def away(known: Known, question: Question) -> str:
    """The sum of absences, and the longest."""
    span = question.span()
    gaps = known.absences(span.start, min(span.end, question.now))
    if not gaps:
        return f"I have not seen you go away {span.words}."
    longest = sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[:5])
    several = span.days > 1.01
    told = [
        f"{day_words(begins, question.now) + ' ' if several else ''}{begins:%H:%M} to {ends:%H:%M}"
        for begins, ends in longest
    ]
    minutes = sum((ends - begins) / timedelta(minutes=1) for begins, ends in gaps)
    among = "" if len(gaps) == len(longest) else "the longest of them "
    return (
        f"You were away from the computer for {minutes_words(minutes)} {span.words}, "
        f"{counted(len(gaps), 'time')}: {among}{joined(told)}."
    )


@answers(
    "last time",
    "when something was done last",
    "when did I last water the plants",
    "when did I last go for a walk",
    "when did I last play the piano",
    "when did I last do something",
    "when was I last at the pool",
    "when was the last time I read",
    "when was the last time that I went running",
    "how long ago did I cook",
    "how long is it since I phoned my mother",
    "how long has it been since I last exercised",
    "when did I do the laundry",
    "have I been running",
    "did I water the plants",
    "did I read",
    "have I cleaned the kitchen",
    "what day did I bake bread",
)
def last_time(known: Known, question: Question) -> str:
    """The latest activity, kept suggestion or appointment about it."""
    topic, named, now = topic_of(question.plain), question.named, question.now
    since = named.start if named is not None else datetime.min.replace(year=1970, tzinfo=now.tzinfo)
    until = min(named.end, now) if named is not None else now
    words = " ".join(topic) or "it"
    found = [(one.start, one.text) for one in _about(known, known.lived(since, until), topic)] if topic else []
    wanted = set().union(*(stems(word) for word in topic)) if topic else set()
    for row in known.said(since, until) if wanted else ():
        if (row.entry.state == "accepted" or row.entry.outcome == "done") and wanted <= stems(row.entry.idea_text):
            found.append((in_form_of(now, row.entry.time), f"{row.entry.idea_text}, which I had suggested"))
    found += [
        (in_form_of(now, done.time), f"{done.text}, which you ticked off")
        for done in known.service.own.log(since, until)
        if wanted and wanted <= stems(done.text)
    ]
    if wanted:
        month = max(since, now - timedelta(days=62))
        found += [(one.start, one.title) for one in known.appointments(month, until) if wanted <= stems(one.title)]
    if not found:
        when = f" {named.words}" if named is not None else ""
        return f"I do not know: I have seen nothing like '{words}'{when}."
    time, text = max(found)
    ago = (day_of(now) - day_of(time)).days
    passed = f", {ago} days ago" if ago > 1 else ""
    return f"{capital(day_words(time, now))} at {time:%H:%M}{passed}: {text}."


@answers(
    "up",
    "when the day began",
    "when did I get up",
    "what time did I wake up",
    "when did I start",
    "when did I start work",
    "when did my day begin",
    "at what time was I up",
    "when was I first at the computer",
)
def got_up(known: Known, question: Question) -> str:
    """The first that was seen of a day."""
    span = question.span()
    lived = known.lived(span.start, min(span.end, question.now))
    if not lived:
        return f"I do not know: I have seen nothing {span.words}."
    if span.days > 1.01:
        days = [list(day) for _, day in groupby(lived, key=lambda stretch: day_of(stretch.start))]
        return f"The first I saw of you {span.words}:\n" + listed(f"{d[0].start:%A %H:%M} {d[0].text}" for d in days)
    return f"The first I saw of you {span.words} was at {lived[0].start:%H:%M}: {lived[0].text}."


@answers(
    "stopped",
    "when the day ended",
    "when did I stop working",
    "when did I finish",
    "when did I go to bed",
    "how late was I up",
    "what was the last thing I did",
    "when did I call it a day",
    "until when did I work",
)
def stopped(known: Known, question: Question) -> str:
    """The last that was seen of a day."""
    span = question.span("yesterday")
    lived = known.lived(span.start, min(span.end, question.now))
    working = stems("work working") & stems(question.plain)
    wanted = [one for one in lived if one.kind in WORK] if working else lived
    if not wanted:
        return f"I do not know: I have seen nothing like it {span.words}."
    last = max(wanted, key=lambda stretch: stretch.end)
    return (
        f"The last I saw of {'your work' if working else 'you'} {span.words} was until {last.end:%H:%M}: {last.text}."
    )


def _about(known: Known, lived: list[Stretch], topic: list[str]) -> list[Stretch]:
    """What a question means: by its words, by the class of activity they stand for, else by meaning."""
    wanted = set().union(*(stems(word) for word in topic))
    kinds = frozenset[str]().union(*(kinds for words, kinds in CLASSES.items() if wanted & stems(words)))
    of_kind = [one for one in lived if one.kind in kinds]
    found = best_fitting(wanted, [(stems(one.text), one) for one in lived])
    if kinds and (len(wanted) == 1 or not found):
        found = [one for one in lived if one in of_kind or one in found]
    if found or not lived:
        return found
    texts = sorted({one.text for one in lived})
    embed = known.service.memory.embedder.embed
    likeness = np.asarray(embed(texts)) @ np.asarray(embed([" ".join(topic)])[0])
    near = {text for text, cosine in zip(texts, likeness, strict=True) if cosine >= NEAR}
    return [one for one in lived if one.text in near]


def _minutes_by_text(lived: Iterable[Stretch]) -> list[tuple[str, float]]:
    """The minutes of each activity, the longest first."""
    minutes = defaultdict[str, float](float)
    for stretch in lived:
        minutes[stretch.text] += stretch.minutes
    return sorted(minutes.items(), key=lambda item: -item[1])


def _sums(lived: Iterable[Stretch]) -> list[str]:
    found = _minutes_by_text(lived)
    lines = [f"{text}, {minutes_words(each)}" if each >= 1 else text for text, each in found[:MOST]]
    return lines + ([f"and {counted(len(found) - MOST, 'other thing')}"] if len(found) > MOST else [])
