"""The words that screens and the linear mode share: pure functions of what the core said."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from edge_assistant.service.rpc.protocol import REASON_WORDS, Entry, Status

MARKS = {"open": "●", "accepted": "✓", "dismissed": "✗", "snoozed": "…", "ignored": "·", "expired": "·"}
"""One cell for each state of a suggestion; the word stands beside it wherever there is room."""

SOURCE_WORDS = {
    "typed": "what you type",
    "activitywatch": "ActivityWatch",
    "idle": "keys and mouse",
    "quiet": "do not disturb",
}
"""What people call the sources whose names are the program's own."""


BRIEF = 60
"""Characters that somebody's own words may take within a sentence."""


ENOUGH = 0.995
"""A threshold that no chance reaches: another suggestion would not count now."""


def brief(text: str) -> str:
    """Somebody's own words on one line, cut at a word where they are long."""
    return textwrap.shorten(text, BRIEF, placeholder="…") if len(text) > BRIEF else text


def clock(moment: datetime) -> str:
    """'14:05'."""
    return f"{moment:%H:%M}"


def day_name(moment: datetime, now: datetime) -> str:
    """'today', 'yesterday', or 'Mon 23 Nov'; with the year when it is another."""
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return ("today", "yesterday")[days]
    if days == -1:
        return "tomorrow"
    year = "" if moment.year == now.year else f" {moment.year}"
    return f"{moment:%a} {moment.day} {moment:%b}{year}"


def moment_words(moment: datetime, now: datetime) -> str:
    """'14:05', or 'yesterday 14:05' when it is another day."""
    return clock(moment) if moment.date() == now.date() else f"{day_name(moment, now)} {clock(moment)}"


def span_words(minutes: float) -> str:
    """'less than a minute', '42 min', '2 h', '2 h 30 min', '3 days'."""
    whole = round(minutes)
    if whole < 1:
        return "less than a minute"
    if whole < 60:
        return f"{whole} min"
    if whole < 48 * 60:
        hours, rest = divmod(whole, 60)
        return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours} h"
    return f"{whole // (24 * 60)} days"


# -- the state ------------------------------------------------------------------------------------------------------


def state_words(status: Status | None, condition: str) -> str:
    """How the assistant is, in a few words, for the head line."""
    if condition != "ready" or status is None:
        told = {"starting": "starting", "alone": "not running", "restarting": "restarting"}
        return told.get(condition, "connecting")
    words = []
    if status.state == "paused":
        until = f" until {clock(status.paused_until)}" if status.paused_until else ""
        words.append("paused" + until)
    elif status.state == "loading":
        words.append("model loading")
    elif status.state == "restarting":
        words.append("model restarting")
    if status.private:
        words.append("private")
    if status.training.state == "running":
        words.append("training" + (f" {_share(status.training.step, status.training.steps)}"))
    words.append(f"speaks: {status.level}")
    return ", ".join(words)


def state_forms(state: str) -> list[str]:
    """`state` and what is left of it as room gets short: its last part goes first."""
    parts = state.split(", ")
    return [", ".join(parts[:end]) for end in range(len(parts), 0, -1)]


def _share(step: int, steps: int) -> str:
    return f"{100 * step // steps} %" if steps else ""


def banner_words(status: Status | None, condition: str, trouble: str) -> str:
    """What must not be overlooked, in one line, or ''."""
    if condition == "restarting":
        return f"the assistant stopped; restarting{': ' + trouble if trouble else ''}"
    if trouble:
        return trouble
    if status is None or condition != "ready":
        return ""
    if status.state == "restarting":
        told = "the model stopped; restarting. Keys and suggestions still work; please ask your question again."
        return told + (" Private: no record is kept." if status.private else "")
    if status.private:
        return "private: no record is kept; /private off ends it"
    return status.notice


def activity_words(status: Status, now: datetime) -> tuple[str, str]:
    """What I think you are doing, and where that is from and since when."""
    activity = status.activity
    if not activity.text and status.private:
        return "private", "what you type is not recorded"
    if not activity.text:
        return "not known", "type it below, or turn on a source"
    details = []
    if activity.source:
        named = SOURCE_WORDS.get(activity.source, activity.source)
        told = {"typed": "you said so", "clock": "a guess; i corrects it"}
        details.append(told.get(activity.source, f"from {named}"))
    if activity.since is not None and activity.source != "clock":
        minutes = (now - activity.since).total_seconds() / 60
        details.append(
            f"since {moment_words(activity.since, now)}" + (f", {span_words(minutes)}" if minutes >= 1 else "")
        )
    return activity.text, ", ".join(details)


def event_words(status: Status, now: datetime) -> tuple[str, str]:
    """The next appointment and when it is; or that there is none."""
    event = status.next_event
    if event is None:
        return "nothing in the calendar", ""
    minutes = (event.start - now).total_seconds() / 60
    if minutes <= 0:
        return event.title, f"now, until {clock(event.end)}"
    return event.title, f"{moment_words(event.start, now)}, in {span_words(minutes)}"


def silence_words(status: Status) -> str:
    """Why nothing can be said now whatever the chance, or ''."""
    if status.state == "paused":
        return "paused"
    return status.forbidden


def today_words(status: Status) -> str:
    """How much was said today, against the caps."""
    today = status.today
    return f"{today.suggestions} of {today.per_day} unasked, {today.this_hour} of {today.per_hour} this hour"


def source_words(status: Status) -> str:
    """The sources that tell something, those that are on and do not, and what is wrong with those that fail."""
    told, silent, wrong = [], [], []
    for source in status.sources:
        name = SOURCE_WORDS.get(source.name, source.name)
        if not source.on or source.state == "off":
            continue
        if source.state == "ok":
            told.append(name)
        elif source.state in ("nothing", "waiting"):
            silent.append(name)
        else:
            wrong.append(f"{name} {source.state}" + (f" ({source.detail})" if source.detail else ""))
    nothing = [f"nothing from {', '.join(silent)}"] if silent else []
    return "; ".join([*([", ".join(told)] if told else []), *nothing, *wrong]) or "none"


# -- a suggestion ---------------------------------------------------------------------------------------------------


def reminds(entry: Entry) -> bool:
    """Whether its reminder has come, and nobody has said yet what became of it."""
    return entry.reminder == "reminder" and entry.remind_at is None and not entry.outcome


def entry_state(entry: Entry, now: datetime) -> str:
    """What became of a suggestion, in words: 'dismissed, bad time'."""
    state = {
        "open": "waiting for your answer",
        "accepted": "accepted",
        "dismissed": "dismissed" + (f", {REASON_WORDS.get(entry.reason, entry.reason)}" if entry.reason else ""),
        "snoozed": "later" + (f", at {moment_words(entry.snoozed_until, now)}" if entry.snoozed_until else ""),
        "ignored": "no answer",
        "expired": "no answer in time",
    }.get(entry.state, entry.state)
    return f"{state}; you wanted to be reminded" if reminds(entry) else state


def entry_details(entry: Entry, now: datetime) -> str:
    """Everything else that is known of a suggestion, after its state."""
    parts = [entry_state(entry, now)]
    if entry.requested:
        parts.append("you asked for it")
    if entry.reminder == "snooze" and entry.state == "open":
        parts.append("back, as you asked")
    if entry.rating is not None:
        parts.append(f"rated {sum(entry.rating.values())} of {len(entry.rating)}")
    if entry.edited:
        parts.append("in your words")
    if entry.liked:
        parts.append("more like this")
    if entry.remind_at is not None:
        parts.append(f"reminder at {moment_words(entry.remind_at, now)}")
    if entry.outcome:
        parts.append({"done": "done", "did_not": "not done"}.get(entry.outcome, entry.outcome))
    if entry.activity:
        parts.append(f"during: {brief(entry.activity)}")
    return " · ".join(part for part in parts if part)


def total_lines(totals: Sequence[dict[str, Any]]) -> list[str]:
    """Activities with how long they took, the longest first."""
    lines = [f"{span_words(total['minutes']):>14}  {total['text']}" for total in totals]
    return lines or ["Nothing that took a while has been seen yet."]


def turn_lines(turns: Sequence[dict[str, str]], now: datetime) -> list[str]:
    """Questions of before with their answers, the latest first."""
    lines = [
        f"{moment_words(datetime.fromisoformat(turn['time']), now)}, you: {turn['question']}\n{turn['answer']}"
        for turn in reversed(turns)
    ]
    return lines or ["Nothing has been asked yet."]


def counted(count: int, one: str, many: str) -> str:
    """'1 memory', '3 memories'."""
    return f"{count} {one if count == 1 else many}"
