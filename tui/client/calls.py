"""From what a person wants to what the core is asked to do, for the screens and for the linear mode alike."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from edge_assistant.service.rpc.protocol import LONGEST_TEXT, REASON_WORDS, Entry
from tui.client.commands import Intent
from tui.client.when import parse_moment
from tui.client.wording import brief, moment_words, span_words


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
    "finish": ("open", "snoozed", "ignored", "expired"),
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
    method, parameters, said, changes = _made(intent.name, intent.parameters, entry, now)
    return Call(method, {"id": entry.id, **parameters}, said, replace(entry, **changes))


Made = tuple[str, dict[str, Any], str, dict[str, Any]]
"""Method, parameters beside the suggestion's id, what to say when it is done, and what it changes in the suggestion."""


def _made(name: str, wanted: dict[str, Any], entry: Entry, now: datetime) -> Made:
    match name:
        case "accept":
            return "feedback", {"reaction": "accepted"}, "accepted", {"state": "accepted", "snoozed_until": None}
        case "later":
            minutes = float(wanted["minutes"])
            said = f"it comes back in {span_words(minutes)}"
            changes = {"state": "snoozed", "snoozed_until": now + timedelta(minutes=minutes)}
            return "snooze", {"minutes": minutes}, said, changes
        case "dismiss":
            reason = wanted.get("reason") or ""
            said = "dismissed" + (f": {REASON_WORDS[reason]}" if reason else "")
            changes = {"state": "dismissed", "reason": reason, "snoozed_until": None}
            return "feedback", {"reaction": "dismissed", "reason": reason}, said, changes
        case "rate":
            rating = dict(wanted["rating"])
            return "feedback", {"rating": rating}, f"rated {sum(rating.values())} of 4", {"rating": rating}
        case "edit":
            text = _worded(str(wanted["text"]).strip(), entry)
            return "edit", {"text": text}, "your wording is saved", {"text": text, "edited": True}
        case "more":
            return "more_like", {}, "noted: more like this", {"liked": True}
        case "remind":
            moment = parse_moment(str(wanted["when"]), now)
            if moment is None:
                raise ImpossibleError(f"'{wanted['when']}' is not a time; write 18:30, in 20 min or tomorrow at 9")
            said = f"reminder at {moment_words(moment, now)}"
            return "remind", {"at": moment.isoformat()}, said, {"remind_at": moment}
        case "finish":
            changes = {"state": "accepted", "outcome": "done", "snoozed_until": None}
            return "finish", {}, "noted: done", changes
        case "done" | "did-not":
            outcome, said = ("done", "noted: done") if name == "done" else ("did_not", "noted: not done")
            return "outcome", {"outcome": outcome}, said, {"outcome": outcome}
    raise ImpossibleError(f"'{name}' needs more words; 'help' tells which")


def _worded(text: str, entry: Entry) -> str:
    if not text:
        raise ImpossibleError("type how it should be worded")
    if text == entry.text:
        raise ImpossibleError("the wording is unchanged")
    if len(text) > LONGEST_TEXT:
        raise ImpossibleError(f"{len(text)} characters are too many; at most {LONGEST_TEXT}")
    return text


def general_call(intent: Intent) -> Call | None:
    """The call for an intent about the assistant as a whole; None where the core is not concerned."""
    wanted = intent.parameters
    match intent.name:
        case "tell":
            return Call("tell", {"text": wanted["text"]}, f"you are doing: {brief(str(wanted['text']))}")
        case "own":
            return Call("mine.say", {"text": wanted["text"]}, "")
        case "todo" | "goal" | "habit":
            return Call("mine.add", {"text": wanted["text"], "kind": intent.name}, "")
        case "undo":
            return Call("undo", {}, "")
        case "pause":
            minutes = float(wanted["minutes"])
            return Call("pause", {"minutes": minutes}, f"paused for {span_words(minutes)}; /resume ends it")
        case "resume":
            return Call("resume", {}, "no longer paused")
        case "private":
            said = "private: no record is kept from now on" if wanted["on"] else "no longer private"
            return Call("private", {"on": wanted["on"]}, said)
        case "level":
            setting = {"section": "presence", "field": "level", "value": wanted["level"]}
            return Call("settings.set", setting, f"suggestions: {wanted['level']}")
        case "model" if wanted["name"]:
            return Call("models.use", {"name": wanted["name"]}, f"model: {wanted['name']}; it is loaded now")
        case "train":
            return Call(f"training.{wanted['do']}", {}, f"training: {wanted['do']}d")
    return None
