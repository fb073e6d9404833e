"""The tasks by which it is told what a model may do, asked in the very words of the real thing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from edge_assistant.composer.prompts import Prompt, answer_prompt, sentence_prompt, steps_prompt
from edge_assistant.domain import Style

REPEATS = "only repeats the idea"
"""A fault that does no harm, unless there is nothing else."""

_LONGEST_WORDS, _SHORTEST_WORDS = 30, 4
_WORDS_KEPT = 0.6  # share of the idea's key words that must survive
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True)
class Task:
    """One question to a model.

    Attributes:
        shown: what is asked, in a few words for a person.
        prompt: what is asked.
        fault: what is wrong with an answer, in a few words, or ''.
    """

    shown: str
    prompt: Prompt
    fault: Callable[[str], str]


@dataclass(frozen=True)
class Ability:
    """Something that a model may do or not.

    Attributes:
        name: its key.
        words: for a person: what the model does then.
        tasks: by which it is tried.
        needed: tasks that must be right.
        tokens: of an answer at most.
        repeats: tasks in which the idea may merely be repeated.
    """

    name: str
    words: str
    tasks: tuple[Task, ...]
    needed: int
    tokens: int
    repeats: int = 0


@dataclass(frozen=True)
class WritingTask:
    """An idea, the moment it is said in, the stems of the words that must survive, and how to put it."""

    idea: str
    activity: str
    stems: tuple[str, ...]
    style: Style = field(default_factory=Style)

    def fault(self, answer: str) -> str:
        """What is wrong with a reworded idea."""
        text = answer.strip().strip('"').strip()
        words = _WORD.findall(text.lower())
        if len(words) < _SHORTEST_WORDS:
            return "too short"
        if len(words) > _LONGEST_WORDS:
            return "too long"
        if "\n" in text or len(re.findall(r"[.!?…]+(?=\s|$)", text)) > 1:
            return "more than one sentence"
        if re.search(r"[<>{}\[\]|*#\\]|https?:|^(?:idea|sentence|manner|activity):|�", text.lower()):
            return "stray marks"
        if re.match(r"(sure|certainly|of course|here (is|are|'s)|as an)\b", text.lower()):
            return "talks about the task"
        if re.search(r"\b(i|i'm|i'll|i've|my)\b", text.lower()):
            return "speaks of itself"
        if any(words[at : at + 3] == words[at + 3 : at + 6] for at in range(len(words) - 5)):
            return "repeats itself"
        kept = sum(any(re.search(rf"\b(?:{stem})", word) for word in words) for stem in self.stems)
        if kept < _WORDS_KEPT * len(self.stems):
            return "loses the idea"
        return REPEATS if words == _WORD.findall(self.idea.lower()) else ""


_ASKED, _KIND = Style(directness="question"), Style(warmth="warm")

TASKS = (
    WritingTask(
        "water the basil on the window sill", "making coffee", ("water", "basil", "window"), Style(length="long")
    ),
    WritingTask("phone your sister for ten minutes", "resting on the sofa", ("sister", "phon|call|ring"), _ASKED),
    WritingTask("boil two eggs for tomorrow's lunch", "tidying the kitchen", ("boil", "egg", "lunch")),
    WritingTask("walk once around the block", "finishing a long report", ("walk|stroll", "block"), _KIND),
    WritingTask("sort one drawer of the desk", "waiting for a download", ("sort|tidy|organi", "drawer", "desk"), _KIND),
    WritingTask("stretch your shoulders for two minutes", "reading mail", ("stretch", "shoulder")),
    WritingTask(
        "write down three things that went well today", "getting ready for bed", ("writ|jot|note", "three", "well")
    ),
    WritingTask(
        "mend the loose button on the shirt",
        "listening to the radio",
        ("mend|fix|sew|repair", "button", "shirt"),
        _ASKED,
    ),
)
"""Ideas to be put into a sentence."""

_UNKNOWN = ("do not know|don't know|not know|no information|not mentioned|not say",)
_FACTS = (
    "Mon 02 Mar 18:40 phoning my sister Ines about the trip to Lisbon",
    "Tue 03 Mar 09:15 writing the grant report",
    "Wed 04 Mar 20:05 watching a film about bees with Karim",
    "Thu 05 Mar 17:30 buying a blue bicycle for 240 euros",
    "Fri 06 Mar 07:50 swimming in the lake",
)
_ASKED_AT = datetime(2026, 3, 7, 10, 0)

# question; one of each of these patterns must be in the answer; none of these may
_QUESTIONS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Who did I phone about the trip?", ("ines|sister",), ("karim",)),
    ("With whom did I watch the film?", ("karim",), ("ines",)),
    ("What did the bicycle cost?", ("240",), ()),
    ("Which colour is my new bicycle?", ("blue",), ()),
    ("Where did I swim on Friday?", ("lake",), ()),
    ("Which city is the trip to?", ("lisbon",), ()),
    ("What is the name of my dentist?", _UNKNOWN, ("ines", "karim")),
    ("When did I last play the piano?", _UNKNOWN, ("ines", "karim", "20:05")),
)

_GOALS: tuple[tuple[str, str], ...] = (
    ("run 10 km by March", "run|jog|walk|train|shoe"),
    ("learn enough Spanish for a holiday", "spanish|word|lesson|phrase|speak|listen|vocab"),
    ("write a short story and send it to a magazine", "writ|draft|stor|magazin|send|idea"),
    ("tidy the cellar before the summer", "cellar|sort|throw|box|shel|clean|tid"),
)


def _answer_fault(wanted: tuple[str, ...], unwanted: tuple[str, ...]) -> Callable[[str], str]:
    def fault(answer: str) -> str:
        text = answer.lower().replace("’", "'")
        if len(text.split()) > 60:
            return "goes on for too long"
        if any(not re.search(pattern, text) for pattern in wanted):
            return "does not say what the facts say" if wanted != _UNKNOWN else "claims to know what no fact says"
        return "says what the facts do not" if any(word in text for word in unwanted) else ""

    return fault


def _steps_fault(pattern: str) -> Callable[[str], str]:
    def fault(answer: str) -> str:
        lines = steps_of(answer)
        if not 3 <= len(lines) <= 6:
            return f"{len(lines)} steps instead of three to five"
        if len({line.lower() for line in lines}) < len(lines):
            return "says a step twice"
        if any(not 2 <= len(line.split()) <= 16 for line in lines):
            return "a step is no short line"
        about = sum(bool(re.search(pattern, line.lower())) for line in lines)
        return "" if about >= 2 else "the steps are about something else"

    return fault


def steps_of(answer: str) -> list[str]:
    """The lines of a model's answer to `steps_prompt`, without numbers and marks."""
    lines = (
        re.sub(r"^\s*(?:[-*•]|\d+[.)])?\s*(?:step \d+:\s*)?", "", line, flags=re.I) for line in answer.splitlines()
    )
    return [line.strip().rstrip(".") for line in lines if line.strip()]


ABILITIES = {
    ability.name: ability
    for ability in (
        Ability(
            "write",
            "words suggestions itself",
            tuple(Task(one.idea, sentence_prompt(one.idea, one.activity, one.style), one.fault) for one in TASKS),
            needed=6,
            tokens=48,
            repeats=4,
        ),
        Ability(
            "answer",
            "answers questions in its own words",
            tuple(
                Task(text, answer_prompt(_FACTS, (), _ASKED_AT, text), _answer_fault(wanted, unwanted))
                for text, wanted, unwanted in _QUESTIONS
            ),
            needed=6,
            tokens=60,
        ),
        Ability(
            "plan",
            "breaks goals down into steps",
            tuple(Task(goal, steps_prompt(goal), _steps_fault(pattern)) for goal, pattern in _GOALS),
            needed=3,
            tokens=120,
        ),
    )
}
