"""What the engine saves on this machine: ways to do the same work, in turns, as ratios of their times.

together    eight texts generated side by side, against one after the other
prefix      a beginning that all prompts share, computed once, against computed with every prompt
score       a token of a prepared sentence whose likelihood is asked for, against a token that is written
waiting     a text with the adapter, by threads that look for each other briefly before they sleep, against threads that
            sleep at once (`edge_assistant.llm.openmp`); each way in a process of its own
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from edge_assistant.errors import EngineError
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
WAYS: dict[str, dict[str, str]] = {"brief": {}, "at_once": {"OMP_WAIT_POLICY": "PASSIVE"}}
"""How threads wait: nothing is said, so that the program says it; or as a user may say it."""


def measure(model: str = "", rounds: int = 3, tell: Callable[[str], object] = str) -> dict[str, Any]:
    """Do everything `rounds` times.

    Args:
        model: name or GGUF file; '' for the packaged one.
        rounds: of each comparison; the medians are compared.
        tell: told how far it is, in words.

    Returns:
        'model', 'rounds'; `prompt_tokens_per_second`, `generated_tokens_per_second` (one text); for each
        comparison of the module `..._speedup`; `waiting_at_once_ms` and `waiting_brief_ms` a token.

    Raises:
        ModelError: there is no such model.
        EngineError: a child process could not measure.
    """
    with LlamaEngine.open(model or None, task_adapter=True) as engine:
        figures: dict[str, Any] = {"model": engine.name, "rounds": rounds}
        tell("with one engine")
        figures |= _within(engine, rounds)
    waits: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(1, rounds + 1):
        tell(f"ways to wait, round {number} of {rounds}")
        for name, said in WAYS.items():
            waits[name].append(_in_a_child(model, said))
    figures |= {f"waiting_{name}_ms": round(statistics.median(each), 2) for name, each in waits.items()}
    figures["waiting_speedup"] = round(figures["waiting_at_once_ms"] / figures["waiting_brief_ms"], 2)
    return figures


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


def _in_a_child(model: str, said: Mapping[str, str]) -> float:
    """Milliseconds a token in a process whose threads wait as they are told."""
    known = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")
    environment = {name: value for name, value in os.environ.items() if name not in known}
    command = [sys.executable, "-m", "simulator.benchmarks.engine", model]
    done = subprocess.run(command, env={**environment, **said}, capture_output=True, text=True, check=False)
    try:
        return float(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise EngineError(f"bench: a child process could not measure ({last[0]})") from None


def _milliseconds_a_token(model: str) -> float:
    with LlamaEngine.open(model or None, task_adapter=True) as engine:
        request = _request(engine.chat("Answer in one sentence.", "Say something about a walk."))
        (done,) = engine.generate([request])
        begun = time.perf_counter()
        for _ in range(3):
            engine.generate([request])
        return 1000 * (time.perf_counter() - begun) / (3 * max(done.tokens, 1))


if __name__ == "__main__":
    print(_milliseconds_a_token(sys.argv[1]))
