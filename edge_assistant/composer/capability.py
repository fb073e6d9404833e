"""May this model write sentences, or only choose among prepared ones? Asked once a model, kept by its hash.

The model puts a few household ideas into sentences, asked as the composer asks; fixed rules look at the answers. A
model that cannot do this reliably is only asked for the likelier of given texts, which even small ones can tell.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from edge_assistant.composer.prompts import sentence_prompt, split_prompt
from edge_assistant.domain import Style
from edge_assistant.llm.models import cache_directory, read_json, write_json
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, adapter_key

NEEDED = 6
"""Faultless answers needed, of `TASKS`."""

_VERSION = 2  # of tasks and rules; raise it when either changes, so that old verdicts are measured again
_LONGEST_WORDS = 30
_SHORTEST_WORDS = 4
_WORDS_KEPT = 0.6  # share of the idea's key words that must survive

_SOFT = Style()
_ASKED = Style(directness="question")
_KIND = Style(warmth="warm")


@dataclass(frozen=True)
class Task:
    """An idea, the moment it is said in, the stems of the words that must survive, and how to put it."""

    idea: str
    activity: str
    stems: tuple[str, ...]
    style: Style = _SOFT


TASKS = (
    Task("water the basil on the window sill", "making coffee", ("water", "basil", "window"), Style(length="long")),
    Task("phone your sister for ten minutes", "resting on the sofa", ("sister", "phon|call|ring"), _ASKED),
    Task("boil two eggs for tomorrow's lunch", "tidying the kitchen", ("boil", "egg", "lunch")),
    Task("walk once around the block", "finishing a long report", ("walk|stroll", "block"), _KIND),
    Task("sort one drawer of the desk", "waiting for a download", ("sort|tidy|organi", "drawer", "desk"), _KIND),
    Task("stretch your shoulders for two minutes", "reading mail", ("stretch", "shoulder")),
    Task("write down three things that went well today", "getting ready for bed", ("writ|jot|note", "three", "well")),
    Task(
        "mend the loose button on the shirt",
        "listening to the radio",
        ("mend|fix|sew|repair", "button", "shirt"),
        _ASKED,
    ),
)


@dataclass(frozen=True)
class Capability:
    """A verdict and the evidence for it: `faults` holds one line a task, '' for a faultless answer."""

    can_write: bool
    passed: int
    answers: tuple[str, ...]
    faults: tuple[str, ...]


def can_write(model: LanguageModel) -> bool:
    """Whether the model, with the adapter that is attached to it, may write sentences: an `engine.Examiner`."""
    return load_or_measure(model, adapter=adapter_key(model)).can_write


def load_or_measure(model: LanguageModel, *, adapter: str = "", directory: Path | None = None) -> Capability:
    """The kept verdict for this model and adapter, or a fresh one, which is then kept.

    Args:
        model: is asked only when no verdict was kept.
        adapter: what tells the attached adapter apart; '' for the plain model.
        directory: where verdicts are kept; None is the cache directory.
    """
    suffix = "-" + hashlib.sha256(adapter.encode()).hexdigest()[:16] if adapter else ""
    file = (directory or cache_directory() / "capabilities") / f"{model.sha256}{suffix}.json"
    kept = read_json(file)
    answers, faults = _texts(kept.get("answers")), _texts(kept.get("faults"))
    if kept.get("version") == _VERSION and len(answers) == len(faults) == len(TASKS):
        return _verdict(answers, faults)
    measured = measure(model)
    write_json(file, {"version": _VERSION, "model": model.name, "adapter": adapter, **asdict(measured)})
    return measured


def measure(model: LanguageModel) -> Capability:
    """Ask all tasks at once, greedily, and judge the answers by `find_fault`."""
    prompts = [sentence_prompt(task.idea, task.activity, task.style) for task in TASKS]
    parts = [split_prompt(model, prompt) for prompt in prompts]
    completions = model.generate([GenerateRequest(rest, max_tokens=48, prefix=prefix) for prefix, rest in parts])
    answers = [completion.text.strip() for completion in completions]
    faults = [
        "does not come to an end" if completion.finish != "stop" else find_fault(task, answer)
        for task, answer, completion in zip(TASKS, answers, completions, strict=True)
    ]
    return _verdict(answers, faults)


def find_fault(task: Task, answer: str) -> str:
    """What is wrong with a reworded idea, in a few words, or ''."""
    text = answer.strip().strip('"').strip()
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", text.lower())
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
    kept = sum(any(re.search(rf"\b(?:{stem})", word) for word in words) for stem in task.stems)
    if kept < _WORDS_KEPT * len(task.stems):
        return "loses the idea"
    if " ".join(words) == " ".join(re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)?", task.idea.lower())):
        return "only repeats the idea"
    return ""


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _verdict(answers: list[str], faults: list[str]) -> Capability:
    passed = sum(not fault for fault in faults)
    return Capability(passed >= NEEDED, passed, tuple(answers), tuple(faults))
