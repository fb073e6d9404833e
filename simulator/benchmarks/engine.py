"""What the engine saves on this machine: ways to do the same work, in turns, as ratios of their times.

together    eight texts generated side by side, against one after the other
prefix      a beginning that all prompts share, computed once, against computed with every prompt
score       a token of a prepared sentence whose likelihood is asked for, against a token that is written
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from edge_assistant.llm.engine import LlamaEngine
from edge_assistant.llm.protocols import GenerateRequest, ScoreRequest
from quant.timing import in_turns

TOKENS = 24
BEGINNING = (
    "Somebody is at home on a quiet evening, has eaten, and does not want to look at a screen any more. The dishes are "
    "done and the plants have been watered. Outside it rains a little, and the lamp in the corner is on. They like to "
    "do things with their hands, to hear of faraway places, and to have talked to somebody before the day is over. "
)
"""Some eighty tokens; what a person's page and memories are to real prompts."""
ENDINGS = ("walk", "letter", "puzzle", "song", "recipe", "shelf", "photograph", "map")


def measure(model: str = "", rounds: int = 3) -> dict[str, Any]:
    """Do everything `rounds` times.

    Args:
        model: name or GGUF file; '' for the packaged one.
        rounds: of each comparison; the medians are compared.

    Returns:
        'model', 'rounds'; `prompt_tokens_per_second`, `generated_tokens_per_second` (one text); for each
        comparison of the module `..._speedup`.

    Raises:
        ModelError: there is no such model.
    """
    with LlamaEngine.open(model or None, task_adapter=True) as engine:
        return {"model": engine.name, "rounds": rounds, **_within(engine, rounds)}


def _within(engine: LlamaEngine, rounds: int) -> dict[str, float]:
    """The comparisons that one engine can make."""
    asked = [engine.chat("Answer in one sentence.", f"{BEGINNING}Say something about a {word}.") for word in ENDINGS]
    shared = asked[0].index(BEGINNING) + len(BEGINNING)
    parted = [_request(text[shared:], text[:shared]) for text in asked]
    sentences = tuple(f"Perhaps a {word} would be nice now, since there is time for it." for word in ENDINGS)
    ways: dict[str, Callable[[], object]] = {
        "together": lambda: engine.generate(parted),
        "one by one": lambda: [engine.generate([request]) for request in parted],
        "whole": lambda: engine.generate([_request(text, tokens=1) for text in asked]),
        "parted": lambda: engine.generate([_request(text[shared:], text[:shared], tokens=1) for text in asked]),
        "choose": lambda: engine.score([ScoreRequest(asked[0], sentences)]),
        "write": lambda: engine.generate([parted[0]]),
    }
    tokens = {}
    for name, work in ways.items():  # twice: what is kept is kept for all
        work()
        before = engine.counters.copy()
        work()
        spent = engine.counters.sub(before)
        tokens[name] = spent.generated_tokens if name == "write" else spent.prompt_tokens
    seconds = in_turns(ways, rounds)
    return {
        "prompt_tokens_per_second": round(tokens["whole"] / seconds["whole"], 1),
        "generated_tokens_per_second": round(tokens["write"] / seconds["write"], 1),
        "together_speedup": round(seconds["one by one"] / seconds["together"], 2),
        "prefix_speedup": round(seconds["whole"] / seconds["parted"], 2),
        "score_speedup": round(seconds["write"] / tokens["write"] * tokens["choose"] / seconds["choose"], 2),
    }


def _request(prompt: str, prefix: str = "", tokens: int = TOKENS) -> GenerateRequest:
    return GenerateRequest(prompt, max_tokens=tokens, temperature=1.0, seed=1, prefix=prefix)
