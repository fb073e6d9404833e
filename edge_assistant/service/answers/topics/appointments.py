"""What is in the calendars."""

from __future__ import annotations

from datetime import datetime, timedelta

from edge_assistant.context.local_time import in_form_of, local, to_utc
from edge_assistant.domain import CalendarEntry
from edge_assistant.own.thing import OwnThing
from edge_assistant.service.answers.answerer import Question, answers
from edge_assistant.service.answers.known import Known
from edge_assistant.service.answers.words import best_fitting, capital, day_words, joined, listed, stems, topic_of

SEARCHED = timedelta(days=92)
"""How far an appointment is looked for, before and after now."""
NONE_READ = "I read no calendar; name your calendar files in the setting sources.calendars."


@answers(
    "next appointment",
    "what comes next in the calendar",
    "what is my next appointment",
    "when is my next meeting",
    "what is coming up",
    "when do I have to be somewhere",
    "what is next",
    "which appointment comes after this",
    "what comes after this meeting",
    "what is the next thing in my calendar",
    "when does my next meeting start",
    "how long until my next meeting",
    "how much time do I have until my next appointment",
    ahead=True,
)
def next_appointment(known: Known, question: Question) -> str:
    """The next appointment with a time of day."""
    now = question.now
    coming = [one for one in known.appointments(now, now + SEARCHED) if one.start > now and not one.all_day]
    if not coming:
        return "There is no appointment ahead in what I read." if _reads(known) else NONE_READ
    first = min(coming, key=lambda one: one.start)
    return f"{first.title}, {_when(first, now)}, {_ahead(first.start - now)}."


@answers(
    "last appointment",
    "what was last in the calendar",
    "what was my last appointment",
    "when was my last meeting",
    "which meeting did I just have",
    "what was my previous meeting",
    "when did my last appointment end",
)
def last_appointment(known: Known, question: Question) -> str:
    """The latest one that has begun."""
    now = question.now
    past = [one for one in known.appointments(now - SEARCHED, now) if one.start <= now and not one.all_day]
    if not past:
        return "I know of no appointment in the last three months." if _reads(known) else NONE_READ
    latest = max(past, key=lambda one: one.start)
    going = " It is still going on." if latest.end > now else ""
    return f"{latest.title}, {_when(latest, now)}.{going}"


@answers(
    "agenda",
    "what is on in a span of time",
    "what is on",
    "what is",
    "what's on",
    "what's",
    "what's happening",
    "what do I have",
    "what is on my calendar",
    "what is in my calendar",
    "what appointments do I have",
    "what meetings do I have",
    "what is planned",
    "what is my schedule",
    "what are my plans",
    "do I have anything on",
    "do I have any meetings",
    "how many meetings do I have",
    "is there anything in my calendar",
    "is there something in my diary",
    "what is in my planner",
    "where do I have to be",
    "am I free",
    "anything planned",
    "do I have another appointment",
    "have I got anything else on",
    "show me what is scheduled",
    "am I busy",
    "when am I free",
    "what does my day look like",
    "show me my agenda",
    "whose birthday is it",
    ahead=True,
)
def agenda(known: Known, question: Question) -> str:
    """Appointments and what is due, in order."""
    span, now = question.span(), question.now
    until = max(span.end, span.start + timedelta(minutes=1))
    entries = sorted(known.appointments(span.start, until), key=lambda one: (not one.all_day, one.start))
    # an evening goes on after midnight, but what is due then is due the next day
    last = (until - timedelta(microseconds=1)).date() if span.days > 0.99 else span.start.date()
    due = [thing for thing in known.own_things() if thing.due is not None and span.start.date() <= thing.due <= last]
    lines = [_line(one, span.days > 1.01) for one in entries]
    lines += [f"due: {thing.text}" for thing in due]
    if not lines:
        if not _reads(known):
            return NONE_READ
        return f"Nothing {span.words}: the calendar is free."
    ended = " so far" if not span.days or span.end <= now else ""
    return f"{capital(span.words)}{ended}:\n{listed(lines)}"


@answers(
    "find appointment",
    "when a certain appointment is",
    "when is the dentist",
    "when do I see the doctor",
    "when did I see the doctor",
    "when did I meet Tom",
    "when was the parents' evening",
    "when was the concert",
    "when is my appointment with Anna",
    "when do I meet Tom",
    "when is the concert",
    "what time is the yoga class",
    "at what time does the choir start",
    "when is Maria's birthday",
    "how long until the dentist",
    "on which day is the parents' evening",
    "when am I meeting Sam",
    "where is the team meeting",
    "when is the essay due",
    "by when do I have to pay the rent",
    "when do I have to send the form",
    "when must the book be back",
    ahead=True,
)
def find_appointment(known: Known, question: Question) -> str:
    """The next appointment, or own thing with a day, that holds the words; else the latest that has been."""
    now, wanted = question.now, set[str]()
    for word in topic_of(question.plain):
        wanted |= stems(word.removesuffix("'s"))
    wanted -= stems("see meet meeting start begin end class take place")
    everything = known.appointments(now - SEARCHED, now + SEARCHED * 4)
    own = [_as_entry(thing, now) for thing in known.own_things() if thing.due is not None]
    fitting = best_fitting(wanted, [(stems(one.title.replace("'s", "")), one) for one in (*everything, *own)])
    if not fitting:
        return f"I do not know: no appointment in your calendars is called like '{' '.join(topic_of(question.plain))}'."
    ahead = [one for one in fitting if one.end > now]
    found = min(ahead, key=lambda one: one.start) if ahead else max(fitting, key=lambda one: one.start)
    if found in own:
        at = "" if found.all_day else f" at {found.start:%H:%M}"
        return f"{capital(found.title)}: due {_day(found.start, now)}{at}."
    return f"{found.title}: {_when(found, now)}." + ("" if ahead else " None is ahead.")


def _as_entry(thing: OwnThing, now: datetime) -> CalendarEntry:
    """An own thing as it would stand in a calendar."""
    thing = thing.coming(now.date())
    assert thing.due is not None
    if thing.at is not None:
        at = in_form_of(now, to_utc(thing.at))
        return CalendarEntry(thing.text, at, at)
    start, end = (in_form_of(now, local(now, day)) for day in (thing.due, thing.due + timedelta(days=1)))
    return CalendarEntry(thing.text, start, end, all_day=True)


def _reads(known: Known) -> bool:
    reading = known.service.reading
    told = reading is not None and (reading.calendar or reading.next_event is not None)
    return bool(known.service.settings.sources.calendars or told)


def _line(one: CalendarEntry, with_day: bool) -> str:
    day = f"{one.start:%A} " if with_day else ""
    return f"{day}{one.title}" if one.all_day else f"{day}{one.start:%H:%M} to {one.end:%H:%M} {one.title}"


def _when(one: CalendarEntry, now: datetime) -> str:
    day = _day(one.start, now)
    return f"{day}, all day" if one.all_day else f"{day} from {one.start:%H:%M} to {one.end:%H:%M}"


def _day(day: datetime, now: datetime) -> str:
    """A weekday that has passed is told from the coming one."""
    words = day_words(day, now, lived=False)
    return words.replace("on ", "last ") if words == f"on {day:%A}" and day < now else words


def _ahead(step: timedelta) -> str:
    hours, minutes = divmod(max(round(step / timedelta(minutes=1)), 1), 60)
    if hours >= 24:
        return f"in {hours // 24} days" if hours >= 48 else "in a day"
    return "in " + joined([*([f"{hours} h"] if hours else []), *([f"{minutes} min"] if minutes else [])])
