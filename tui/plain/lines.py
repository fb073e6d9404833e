"""What the linear mode prints: whole sentences that make sense when they are heard one by one."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import datetime

from edge_assistant.service.rpc.learning_values import Belief
from edge_assistant.service.rpc.protocol import REASON_WORDS, Entry, Forgotten, MemoryRow, Setting, Status, Why
from tui.client.calls import possible
from tui.client.commands import COMMANDS, commands
from tui.client.wording import (
    ENOUGH,
    activity_words,
    entry_details,
    event_words,
    moment_words,
    silence_words,
    source_words,
    state_words,
    today_words,
)
from tui.plain.talk import LinearCommand
from tui.registry import tabs
from tui.screens.memory.words import KIND_WORDS, adapters_sentence, forgotten_words
from tui.screens.settings.values import in_order, shown
from tui.widgets.explanation import DIMENSION_WORDS

WELCOME = "edge-assistant, line by line. Type help for the commands, quit to leave."

REVIEW = "Today's review is there: a few short questions. Type review when you like."


def needs_screen(name: str, own: Container[str]) -> bool:
    """Whether a command means nothing here; `own` names those of the linear mode."""
    return name == "theme" or (name in tabs() and name not in own and name != "why")


LINEAR = {
    "on the memory screen": "with memory, correct and forget",
    "in the settings": "with set",
}


def sentence(words: str) -> str:
    """Words with a capital, unless they begin with the name of a setting, and a full stop."""
    first = words if "." in words.partition(" ")[0] else words[:1].upper() + words[1:]
    return first + ("" if words.endswith((".", "?", "!")) else ".")


def linear(words: str) -> str:
    """Words that name a screen, for those who have none."""
    for screen, plain in LINEAR.items():
        words = words.replace(screen, plain)
    return words


def number_of(entry: Entry) -> str:
    """The number that people type for a suggestion: its id without the letter."""
    return entry.id.lstrip("s")


def suggestion_lines(entry: Entry, now: datetime) -> Iterator[str]:
    """A suggestion that is said now, and what can be answered."""
    yield f"Suggestion {number_of(entry)}, {moment_words(entry.time, now)}: {entry.text}"
    yield "  " + answers_line(entry)


def answers_line(entry: Entry) -> str:
    """The words that apply to a suggestion."""
    words = [c.name + (" " + c.choices[0] if c.name == "later" else "") for c in COMMANDS if c.about_suggestion]
    fitting = [word for word in words if possible(word.partition(" ")[0], entry)]
    return "You can type: " + ", ".join(fitting) + "."


def entry_line(entry: Entry, now: datetime) -> str:
    """A suggestion of the past in one line."""
    return f"{number_of(entry)}, {moment_words(entry.time, now)}: {entry.text} ({entry_details(entry, now)})"


def status_lines(status: Status, condition: str, now: datetime) -> Iterator[str]:
    """The present, a sentence each."""
    yield f"The assistant is: {state_words(status, condition)}."
    text, aside = activity_words(status, now)
    if not status.activity.text:
        aside = "type what you are doing, or turn on a source with set"
    elif status.activity.source == "clock":
        aside = "a guess; type what you are doing"
    yield f"Now: {text}" + (f" ({aside})." if aside else ".")
    title, when = event_words(status, now)
    yield f"Next: {title}" + (f", {when}." if when else ".")
    if status.chance is None or status.threshold is None:
        yield "The chance that a suggestion is welcome is not known yet."
    else:
        words = f"The chance that a suggestion is welcome is {100 * status.chance:.0f} percent"
        yield f"{words}; I speak up from {100 * status.threshold:.0f} percent."
    if silence := silence_words(status):
        yield f"Silent whatever the chance is: {silence}."
    yield f"Today: {today_words(status)}."
    yield f"Sources: {source_words(status)}."


def activity_sentence(status: Status, now: datetime) -> str:
    """What I think you are doing, when it has changed."""
    return f"Now: {activity_words(status, now)[0]}."


def why_lines(why: Why, now: datetime) -> Iterator[str]:
    """An explanation, a sentence each."""
    if why.entry is not None:
        yield f"Why suggestion {number_of(why.entry)}: {why.entry.text}"
    else:
        yield "Why I am silent now."
    if why.threshold < ENOUGH:
        yield f"The chance was {100 * why.chance:.0f} percent, {100 * why.threshold:.0f} were needed."
    else:
        yield f"The chance was {100 * why.chance:.0f} percent; unasked, enough had been said."
    for name, chance in why.chances.items():
        yield f"{DIMENSION_WORDS.get(name, name).capitalize()}: {100 * chance:.0f} percent."
    for title, sign in (("For", 1), ("Against", -1)):
        found = sorted((r for r in why.reasons if r.weight * sign > 0), key=lambda r: -abs(r.weight))
        if found:
            yield f"{title} it, the strongest first: " + "; ".join(reason.text for reason in found) + "."
    if why.context:
        yield "What I saw: " + "; ".join(f"{name} {value}" for name, value in why.context.items()) + "."
    if why.idea:
        yield f"The idea: {why.idea}" + (f", {why.category}." if why.category else ".")
    if why.neighbours:
        yield "Next best: " + "; ".join(why.neighbours) + "."
    for memory in why.memories:
        yield f"Memory: {memory}"
    for item in why.learned:
        yield f"Learned {moment_words(item.time, now)}: {item.feedback}, {item.text}."
    if why.model or why.adapter:
        yield f"Worded by {why.model or 'prepared sentences'}" + (f", adapter {why.adapter}." if why.adapter else ".")
    for reason in why.silent_if:
        yield f"What would have prevented it: {reason}" if why.entry else reason


def setting_lines(settings: Sequence[Setting]) -> Iterator[str]:
    """All settings, by section."""
    for setting in in_order(settings):
        yield f"{setting.section}.{setting.field}: {shown(setting)}. {setting.help}"


def setting_line(setting: Setting) -> str:
    """One setting after a change."""
    return f"{setting.section}.{setting.field} is {shown(setting)} now" + (
        "; it takes effect at the next start." if setting.restart else "."
    )


def memory_line(row: MemoryRow, now: datetime) -> str:
    """One memory."""
    kind = KIND_WORDS.get(row.kind, row.kind)
    return f"{moment_words(row.time, now)}, {kind}: {row.text}" + (" (pinned)" if row.pinned else "")


def numbered_memory_line(row: MemoryRow, now: datetime) -> str:
    """One memory with the number that commands take."""
    return f"{row.id}: {memory_line(row, now)}"


def preview_lines(gone: Forgotten, now: datetime) -> Iterator[str]:
    """What a forget would take away."""
    yield f"This would go, from memory, index, feed and log: {forgotten_words(gone)}."
    if gone.adapters:
        yield adapters_sentence(gone)
    for row in gone.rows:
        yield f"Memory {numbered_memory_line(row, now)}"
    if gone.memories > len(gone.rows):
        yield f"And {gone.memories - len(gone.rows)} more memories."
    for text in gone.entries:
        yield f"Suggestion: {text}"
    if gone.feed > len(gone.entries):
        yield f"And {gone.feed - len(gone.entries)} more suggestions."


def belief_line(belief: Belief) -> str:
    """One belief."""
    return belief.sentence + (" You said so." if belief.corrected else "")


def help_lines(own: Iterable[LinearCommand]) -> Iterator[str]:
    """All commands, those that only the linear mode has among them."""
    linear_only = {command.name: command for command in own}
    yield "Type what you are doing, a question ending in a question mark, or one of these words:"
    for command in commands().values():
        if command.name not in linear_only and not needs_screen(command.name, linear_only):
            key = f" or {command.key}" if command.key else ""
            yield f"{command.name}{key} {command.shape}".rstrip() + f": {command.does}."
    for word in linear_only.values():
        yield f"{word.name} {word.shape}".rstrip() + f": {word.does}."
    yield "Reasons to dismiss: " + ", ".join(REASON_WORDS.values()) + "."
