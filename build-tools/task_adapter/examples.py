"""All training examples of the task adapter: prompts exactly as they are asked when serving, and good answers.

examples = make_examples(seed=1)
data_hash(examples)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np

from edge_assistant.composer.prompts import (
    NO_RECOMMENDATION,
    VERDICTS,
    VOICES,
    Prompt,
    reason_prompt,
    sentence_prompt,
)
from edge_assistant.domain import Style
from task_adapter.prompts import activity_prompt, hour_prompt
from task_adapter.sentence_examples import teach
from task_adapter.sources import SplitPart, load_sources, words
from task_adapter.spoken import gerund_activity

COUNTS = {"sentence": 3780, "activity": 140, "reason": 112, "hour": 120, "silence": 48}
"""Examples of each task; putting an idea into a sentence is the bulk."""

_PARTS_OF_DAY = ("morning", "afternoon", "evening", "night")
_PREPOSITIONS = {"balcony": "on", "hall": "in"}
_REACTIONS = ("accepted", "ignored", "dismissed")
_UNKNOWN_ACTIVITY = 0.04  # share of sentences for a moment of which nothing is known


@dataclass(frozen=True, slots=True)
class Example:
    """A prompt and the answer to learn; `task` is a key of `COUNTS`."""

    task: str
    system: str
    user: str
    answer: str


def make_examples(
    seed: int, counts: dict[str, int] | None = None, on_example: Callable[[int, int], None] | None = None
) -> list[Example]:
    """Examples of all tasks from the training side of the split, in a drawn order; the same for the same arguments.

    Args:
        seed: of all draws.
        counts: examples of each task; None takes `COUNTS`.
        on_example: told how many of how many are made.
    """
    wanted = counts or COUNTS
    generator = np.random.default_rng([seed, 1])
    part = load_sources().train
    makers = {
        "sentence": _sentence,
        "activity": _activity,
        "reason": _reason,
        "hour": _hour,
        "silence": _silence,
    }
    examples: list[Example] = []
    for task, count in wanted.items():
        made: list[Example] = []
        while len(made) < count:
            prompt, answer = makers[task](part, len(made), generator)
            if answer:
                made.append(Example(task, prompt.system, prompt.user, answer))
                if on_example is not None:
                    on_example(len(examples) + len(made), sum(wanted.values()))
        examples += made
    return [examples[int(at)] for at in generator.permutation(len(examples))]


def data_hash(examples: list[Example]) -> str:
    """Hex SHA-256 of the examples in their order."""
    lines = (json.dumps(asdict(example), ensure_ascii=False, sort_keys=True) for example in examples)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _sentence(part: SplitPart, number: int, generator: np.random.Generator) -> tuple[Prompt, str]:
    idea = part.ideas[int(generator.integers(len(part.ideas)))]
    style = part.styles[number % len(part.styles)]
    activity = "" if generator.random() < _UNKNOWN_ACTIVITY else _pick(part.activities, generator)
    return sentence_prompt(idea.text, activity, style), teach(idea, style, activity, generator)


def _silence(part: SplitPart, number: int, generator: np.random.Generator) -> tuple[Prompt, str]:
    style: Style = part.styles[int(generator.integers(len(part.styles)))]
    return sentence_prompt("", _pick(part.activities, generator), style), NO_RECOMMENDATION


def _activity(part: SplitPart, number: int, generator: np.random.Generator) -> tuple[Prompt, str]:
    text = gerund_activity(_pick(part.activities, generator))
    room = _pick(tuple(words()["rooms"]["names"]), generator)
    hour = _PARTS_OF_DAY[number % 4]
    if not text:
        return activity_prompt("resting", room, hour), ""
    return activity_prompt(text, room, hour), detailed(text, room, hour, generator)


def detailed(text: str, room: str, hour: str, generator: np.random.Generator) -> str:
    """The activity with one detail; its room where it names no place yet."""
    table = words()["details"]
    placed = any(f" {word} " in f" {text} " for word in ("in", "at", "on", "by", "from", "to", "along", "with"))
    if not placed and generator.random() < 0.6:
        return f"{text} {_PREPOSITIONS.get(room, 'in')} the {room}"
    detail = _pick(tuple(table[hour] if generator.random() < 0.5 else table["any"]), generator)
    whole = f"{text} {detail}"
    repeated = detail.split()[0] in text.split()
    return "" if len(whole.split()) > 12 or repeated else whole


def _reason(part: SplitPart, number: int, generator: np.random.Generator) -> tuple[Prompt, str]:
    verdict = tuple(VERDICTS)[number % len(VERDICTS)]
    voice = VOICES[number // len(VERDICTS) % len(VOICES)]
    interest = _pick(tuple(words()["interests"]["names"]), generator)
    idea = part.ideas[int(generator.integers(len(part.ideas)))]
    style = part.styles[int(generator.integers(len(part.styles)))]
    heard = teach(idea, style, "", generator)
    answer = _pick(tuple(words()["reasons"][verdict][voice]), generator).format(interest=interest)
    return reason_prompt(voice, verdict, interest, heard), answer if heard else ""


def _hour(part: SplitPart, number: int, generator: np.random.Generator) -> tuple[Prompt, str]:
    count = 1 + number % 3
    cuts = np.sort(generator.choice(np.arange(1, 12), size=count - 1, replace=False)) * 5
    minutes = np.diff([0, *cuts, 60])
    activities = [(_pick(part.activities, generator), int(length)) for length in minutes]
    said = [
        (part.ideas[int(generator.integers(len(part.ideas)))].text, _pick(_REACTIONS, generator))
        for _ in range(int(generator.integers(3)))
    ]
    return hour_prompt(activities, said), told(activities, said)


def told(activities: list[tuple[str, int]], said: list[tuple[str, str]]) -> str:
    """One line: 'Mostly making lunch, also reading mail; accepted: boil two eggs.' is a good one."""
    longest = max(activities, key=lambda item: item[1])
    others = [text for text, _ in activities if text != longest[0]]
    line = f"Mostly {longest[0]}" if others else longest[0][0].upper() + longest[0][1:]
    if others:
        line += f", also {' and '.join(others)}"
    taken = [text for text, reaction in said if reaction == "accepted"]
    left = len(said) - len(taken)
    clauses = []
    if taken:
        clauses.append(f"accepted: {' and '.join(taken)}")
    if left:
        clauses.append("one suggestion not taken" if left == 1 else f"{left} suggestions not taken")
    return f"{line}; {', '.join(clauses)}." if clauses else f"{line}."


def _pick(options: tuple[str, ...], generator: np.random.Generator) -> str:
    return options[int(generator.integers(len(options)))]
