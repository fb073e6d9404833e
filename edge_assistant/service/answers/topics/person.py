"""What is known of the person: likes, dislikes, habits, quiet hours, and what was learned."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import median

from edge_assistant.context.local_time import day_of
from edge_assistant.service.answers.answerer import Question, answers
from edge_assistant.service.answers.known import Known
from edge_assistant.service.answers.words import joined, listed
from edge_assistant.service.stated_tastes import StatedTastes
from edge_assistant.service.views.beliefs import Beliefs
from edge_assistant.service.views.explaining import clock_words

LOOKED_BACK = timedelta(days=21)
REGULAR, LEAST_DAYS = 0.4, 3
"""A habit is what was done on this share of the days, and on so many at least."""
MOST = 8


@answers(
    "likes",
    "what the person likes",
    "what do I like",
    "what are my likes",
    "what am I interested in",
    "what are my interests",
    "what do I enjoy",
    "which things do I love",
    "what do you know about my taste",
    "what did I say that I like",
    "what do you think I like",
)
def likes(known: Known, question: Question) -> str:
    """What was said, then what the answers show."""
    return _tastes(known, True)


@answers(
    "dislikes",
    "what the person dislikes",
    "what do I dislike",
    "what don't I like",
    "what do I not like",
    "what do I hate",
    "what are my dislikes",
    "what am I not interested in",
    "what do I not enjoy",
    "which things don't I care for",
    "what can't I stand",
)
def dislikes(known: Known, question: Question) -> str:
    """What was said, then what the answers show."""
    return _tastes(known, False)


@answers(
    "habits",
    "what the person does regularly",
    "what are my habits",
    "what do I do regularly",
    "what do I usually do",
    "what do I do every day",
    "what is my daily routine",
    "which habits do I have",
    "what am I in the habit of doing",
    "what does a typical day of mine look like",
)
def habits(known: Known, question: Question) -> str:
    """Those that the person named, then what was seen on many days, with its usual hour."""
    now = question.now
    own = [thing.text for thing in known.own_things() if thing.kind == "habit"]
    hours, seen = defaultdict[str, dict[date, float]](dict), set[date]()
    for one in known.lived(now - LOOKED_BACK, now):
        seen.add(day := day_of(one.start))
        hours[one.text].setdefault(day, one.start.hour + one.start.minute / 60)
    least = max(LEAST_DAYS, REGULAR * len(seen))
    regular = sorted((median(days.values()), text, len(days)) for text, days in hours.items() if len(days) >= least)
    lines = [f"{text}, mostly first at about {clock_words(round(hour * 4) / 4)}" for hour, text, _ in regular[:MOST]]
    if not own and not lines:
        return "I do not know: you named no habit, and I have not seen you do the same on enough days yet."
    told = [f"Habits that you named: {joined(own)}."] if own else []
    if lines:
        told.append(f"What I saw on many of the last {len(seen)} days:\n{listed(lines)}")
    return "\n".join(told)


@answers(
    "quiet hours",
    "when nothing is said",
    "what are my quiet hours",
    "when are my quiet hours",
    "when do you keep quiet",
    "when will you not disturb me",
    "at what times do you stay silent",
    "do I have quiet hours",
    "when do you leave me in peace",
    "from when until when do you say nothing",
)
def quiet_hours(known: Known, question: Question) -> str:
    """As the settings have it."""
    limits = known.service.settings.limits
    if limits.quiet_from == limits.quiet_to:
        return "You have set no quiet hours; the settings limits.quiet_from and limits.quiet_to do."
    return f"Your quiet hours are {clock_words(limits.quiet_from)} to {clock_words(limits.quiet_to)}."


@answers(
    "known",
    "what is known about the person",
    "what do you know about me",
    "what have you learned about me",
    "what do you believe about me",
    "what do you think of me",
)
def known_of_you(known: Known, question: Question) -> str:
    """Every belief that this person's own answers have moved."""
    found = [belief.sentence for belief in Beliefs(known.service).all() if belief.answers]
    if not found:
        return "Nothing yet that comes from you: you have answered no suggestion and told me of no likes."
    return f"From what you told and answered:\n{listed(found[:20])}"


@answers(
    "now",
    "what is known of the present moment",
    "what am I doing",
    "what do you think I am doing",
    "what do you see",
    "since when have I been at this",
    "how long have I been at this",
    "how long have I been doing this",
)
def now_doing(known: Known, question: Question) -> str:
    """What the sources tell."""
    reading = known.service.reading
    if reading is None or not reading.activity:
        return "I do not know: none of your sources tells me what you are doing."
    since = f", since {reading.since:%H:%M}" if reading.since is not None else ""
    return f"As far as I see: {reading.activity}{since}."


def _tastes(known: Known, liked: bool) -> str:
    base = known.service.assistant.base
    said = [taste for taste in StatedTastes(known.service).all() if taste.liked == liked]
    told = [base.by_id[taste.words].text if taste.words in base.by_id else taste.words for taste in said]
    learned = [
        (belief.sure, belief.id.partition(".")[2].replace("_", " "))
        for belief in Beliefs(known.service).all()
        if belief.id.startswith("taste.") and belief.kind == "yesno" and belief.answers and belief.value == liked
    ]
    counts = Counter(row.entry.idea for row in known.service.feed.between(None, None) if row.entry.state == "accepted")
    often = [base.by_id[idea].text for idea, number in counts.most_common(3) if number > 1 and idea in base.by_id]
    word = "like" if liked else "dislike"
    parts = [f"You said that you {word} {joined(told)}."] if told else []
    if learned:
        names = joined([name for _, name in sorted(learned, reverse=True)[:MOST]])
        parts.append(f"From your answers, {'you like' if liked else 'you care little for'} ideas about {names}.")
    if liked and often:
        parts.append(f"You accepted more than once: {joined(often)}.")
    return " ".join(parts) or f"I do not know yet: you have neither said what you {word}, nor do your answers show it."
