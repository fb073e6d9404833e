"""What a model may do: write suggestions, answer questions, break goals down. Each is tried on tasks, once a model.

A verdict is kept by the model's hash, with every answer and what was wrong with it, so that whoever wonders why a
model may not do something sees the task in which it failed. A model that may not write is only asked for the likelier
of given texts, which even small ones can tell.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge_assistant.composer.ability_tasks import ABILITIES, REPEATS, Ability
from edge_assistant.composer.prompts import split_prompt
from edge_assistant.llm.models import cache_directory, read_json, write_json
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, adapter_key

LEAST_BYTES = 250e6
"""Of a model's file. A smaller model is only tried for writing: it has never answered or planned anything rightly."""

_VERSION = 3  # of tasks and rules; raise it when either changes, so that old verdicts are measured again
_LONGEST_SHOWN = 90


@dataclass(frozen=True)
class Capability:
    """A verdict on one ability and the evidence for it.

    Attributes:
        ability: its name.
        answers: one a task.
        faults: one a task, '' for a faultless answer.
    """

    ability: str
    answers: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def passed(self) -> int:
        """Tasks without a fault; an idea that is merely repeated does no harm."""
        return sum(fault in ("", REPEATS) for fault in self.faults)

    @property
    def able(self) -> bool:
        """Whether the model may do it."""
        ability = ABILITIES[self.ability]
        return self.passed >= ability.needed and self.faults.count(REPEATS) <= ability.repeats

    def told(self) -> str:
        """One line for a person: whether, how many tasks were right, and the first in which it failed."""
        ability = ABILITIES[self.ability]
        line = f"{'yes' if self.able else 'no'}, {self.passed} of {len(self.faults)} tasks right"
        failed = next((place for place, fault in enumerate(self.faults) if fault), None)
        if self.able or failed is None:
            return line
        answer = " ".join(self.answers[failed].split())[:_LONGEST_SHOWN]
        return (
            f"{line}, {ability.needed} needed; asked '{ability.tasks[failed].shown}' it said '{answer}': "
            f"{self.faults[failed]}"
        )


def can_write(model: LanguageModel) -> bool:
    """Whether the model, with the adapter that is attached to it, may write sentences: an `engine.Examiner`."""
    return load_or_measure(model, adapter=adapter_key(model)).able


def load_or_measure(model: LanguageModel, ability: str = "write", *, adapter: str = "") -> Capability:
    """The kept verdict for this model and adapter, or a fresh one, which is then kept.

    Args:
        model: is asked only when no verdict was kept.
        ability: a key of `ABILITIES`.
        adapter: what tells the attached adapter apart; '' for the plain model.
    """
    found = kept(model.sha256, adapter=adapter)
    if ability in found:
        return found[ability]
    found[ability] = measure(model, ABILITIES[ability])
    verdicts = {name: {"answers": one.answers, "faults": one.faults} for name, one in found.items()}
    file = _file(model.sha256, adapter)
    write_json(file, {"version": _VERSION, "model": model.name, "adapter": adapter, "verdicts": verdicts})
    return found[ability]


def examine(model: LanguageModel, file_bytes: int) -> None:
    """Try a plain model for all that needs no adapter, unless its file is too small for it, or it was tried before."""
    for name in ABILITIES if file_bytes >= LEAST_BYTES else ():
        if name != "write":
            load_or_measure(model, name)


def abilities(model: LanguageModel) -> list[dict[str, Any]]:
    """What a model may do, with what is attached to it: `name`, `words`, `able`, and `detail`, which says why.

    Call `examine` before. The list is also kept for whoever has not loaded the model, see `abilities_told`.
    """
    found = kept(model.sha256) | {"write": load_or_measure(model, adapter=adapter_key(model))}
    told = []
    for name, ability in ABILITIES.items():
        one = found.get(name)
        detail = one.told() if one is not None else "no, the model is too small to be tried for it"
        told.append({"name": name, "words": ability.words, "able": one is not None and one.able, "detail": detail})
    write_json(_told_file(model.sha256), {"version": _VERSION, "abilities": told})
    return told


def abilities_told(sha256: str) -> list[dict[str, Any]]:
    """What `abilities` last said of a model; [] where it was not tried yet."""
    data = read_json(_told_file(sha256))
    told = data.get("abilities")
    return list(told) if data.get("version") == _VERSION and isinstance(told, list) else []


def measure(model: LanguageModel, ability: Ability) -> Capability:
    """Ask all tasks at once, greedily, and judge the answers."""
    parts = [split_prompt(model, task.prompt) for task in ability.tasks]
    requests = [GenerateRequest(rest, max_tokens=ability.tokens, prefix=prefix) for prefix, rest in parts]
    completions = model.generate(requests)
    answers = tuple(completion.text.strip() for completion in completions)
    faults = tuple(
        "does not come to an end" if completion.finish != "stop" else task.fault(answer)
        for task, answer, completion in zip(ability.tasks, answers, completions, strict=True)
    )
    return Capability(ability.name, answers, faults)


def kept(sha256: str, *, adapter: str = "") -> dict[str, Capability]:
    """The verdicts that were kept for a model, by ability; without those of other versions."""
    data = read_json(_file(sha256, adapter))
    verdicts = data.get("verdicts")
    found = {}
    for name, one in verdicts.items() if data.get("version") == _VERSION and isinstance(verdicts, dict) else ():
        answers, faults = (_texts(one.get(part)) if isinstance(one, dict) else () for part in ("answers", "faults"))
        if name in ABILITIES and len(answers) == len(faults) == len(ABILITIES[name].tasks):
            found[name] = Capability(name, answers, faults)
    return found


def _file(sha256: str, adapter: str) -> Path:
    suffix = "-" + hashlib.sha256(adapter.encode()).hexdigest()[:16] if adapter else ""
    return cache_directory() / "capabilities" / f"{sha256}{suffix}.json"


def _told_file(sha256: str) -> Path:
    return cache_directory() / "capabilities" / f"{sha256}-told.json"


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()
