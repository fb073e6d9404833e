"""From what a person wants to what the core is asked to do, for the screens and for the linear mode alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from edge_assistant.service.rpc.protocol import LONGEST_TEXT
from tui.live.intents import Intent
from tui.when import parse_moment
from tui.wording import REASON_WORDS, brief, moment_words, span_words

if TYPE_CHECKING:
    from edge_assistant.service.rpc.protocol import Entry


@dataclass(frozen=True, slots=True)
class Call:
    """What to ask of the core, what to show at once, and what to say when it is done."""

    method: str
    parameters: dict[str, Any]
    said: str
    expected: Entry | None = None
    """The suggestion as it will be; shown before the core has answered."""


class ImpossibleError(Exception):
    """This cannot be done now; the message says why in one sentence."""


STATES_FOR = {
    "accept": ("open", "snoozed", "ignored", "expired"),
    "later": ("open",),
    "dismiss": ("open", "snoozed", "ignored", "expired"),
    "talk": ("open", "accepted"),
    "remind": ("accepted",),
    "done": ("accepted",),
    "did-not": ("accepted",),
}
"""The states of a suggestion in which an intent makes sense; those that are not named always do."""


def possible(name: str, entry: Entry | None) -> bool:
    """Whether this can be said about `entry`."""
    return entry is not None and entry.state in STATES_FOR.get(name, (entry.state,))


def suggestion_call(intent: Intent, entry: Entry | None, now: datetime) -> Call:
    """The call for an intent about a suggestion.

    Raises:
        ImpossibleError: there is none, or it is in no state for that, or a time is not understood.
    """
    if entry is None:
        raise ImpossibleError("there is no suggestion yet")
    if not possible(intent.name, entry):
        raise ImpossibleError(f"this suggestion is {entry.state}; {intent.name} does not apply")
    makers = {
        "accept": _accept,
        "later": _later,
        "dismiss": _dismiss,
        "rate": _rate,
        "edit": _edit,
        "more": _more,
        "remind": _remind,
        "done": _outcome,
        "did-not": _outcome,
    }
    if intent.name not in makers:
        raise ImpossibleError(f"'{intent.name}' needs more words; 'help' tells which")
    return makers[intent.name](intent, entry, now)


def _accept(intent: Intent, entry: Entry, now: datetime) -> Call:
    expected = replace(entry, state="accepted", snoozed_until=None)
    return Call("feedback", {"id": entry.id, "reaction": "accepted"}, "accepted", expected)


def _later(intent: Intent, entry: Entry, now: datetime) -> Call:
    minutes = float(intent.parameters["minutes"])
    until = now + timedelta(minutes=minutes)
    expected = replace(entry, state="snoozed", snoozed_until=until)
    said = f"later: it comes back in {span_words(minutes)}; nothing else is said until then"
    return Call("snooze", {"id": entry.id, "minutes": minutes}, said, expected)


def _dismiss(intent: Intent, entry: Entry, now: datetime) -> Call:
    reason = intent.parameters.get("reason") or ""
    expected = replace(entry, state="dismissed", reason=reason, snoozed_until=None)
    parameters = {"id": entry.id, "reaction": "dismissed", "reason": reason}
    return Call("feedback", parameters, "dismissed" + (f": {REASON_WORDS[reason]}" if reason else ""), expected)


def _rate(intent: Intent, entry: Entry, now: datetime) -> Call:
    rating = dict(intent.parameters["rating"])
    expected = replace(entry, rating=rating)
    return Call("feedback", {"id": entry.id, "rating": rating}, f"rated {sum(rating.values())} of 4", expected)


def _edit(intent: Intent, entry: Entry, now: datetime) -> Call:
    text = str(intent.parameters["text"]).strip()
    if not text:
        raise ImpossibleError("write how it should be put")
    if text == entry.text:
        raise ImpossibleError("the wording is unchanged")
    if len(text) > LONGEST_TEXT:
        raise ImpossibleError(f"{len(text)} characters are too many; at most {LONGEST_TEXT}")
    return Call("edit", {"id": entry.id, "text": text}, "your wording is kept", replace(entry, text=text, edited=True))


def _more(intent: Intent, entry: Entry, now: datetime) -> Call:
    return Call("more_like", {"id": entry.id}, "more like this", replace(entry, liked=True))


def _remind(intent: Intent, entry: Entry, now: datetime) -> Call:
    moment = parse_moment(str(intent.parameters["when"]), now)
    if moment is None:
        raise ImpossibleError(f"'{intent.parameters['when']}' is no time; write 18:30, in 20 min or tomorrow 9")
    expected = replace(entry, remind_at=moment)
    said = f"reminder at {moment_words(moment, now)}"
    return Call("remind", {"id": entry.id, "at": moment.isoformat()}, said, expected)


def _outcome(intent: Intent, entry: Entry, now: datetime) -> Call:
    outcome = "done" if intent.name == "done" else "did_not"
    said = "done: good" if outcome == "done" else "not done: noted"
    return Call("outcome", {"id": entry.id, "outcome": outcome}, said, replace(entry, outcome=outcome))


def general_call(intent: Intent) -> Call | None:
    """The call for an intent about the assistant as a whole; None where the core is not concerned."""
    parameters = intent.parameters
    match intent.name:
        case "tell":
            return Call("tell", {"text": parameters["text"]}, f"you are doing: {brief(str(parameters['text']))}")
        case "undo":
            return Call("undo", {}, "taken back")
        case "pause":
            minutes = float(parameters["minutes"])
            return Call("pause", {"minutes": minutes}, f"paused for {span_words(minutes)}; /resume ends it")
        case "resume":
            return Call("resume", {}, "speaking again")
        case "private":
            said = "private: nothing is kept" if parameters["on"] else "no longer private"
            return Call("private", {"on": parameters["on"]}, said)
        case "level":
            level = parameters["level"]
            setting = {"section": "presence", "field": "level", "value": level}
            return Call("settings.set", setting, f"speaks: {level}")
        case "train":
            return Call(f"training.{parameters['do']}", {}, f"training: {parameters['do']}")
    return None
