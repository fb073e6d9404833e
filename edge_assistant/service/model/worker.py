"""The process that holds the language model, so that a crash in native code takes nothing else with it.

    python -m edge_assistant.service.model.worker '{"path": "", "n_ctx": 2048, ...}'

JSON lines on standard input and output: {"id": 1, "op": "generate", ...} is answered by {"id": 1, "result": ...} or
{"id": 1, "error": "..."}, tokens of a generation come before as {"id": 1, "token": [index, text]}. The first line out
is {"ready": {...}}. It ends when its input is closed, that is, with its parent.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest
from edge_assistant.llm.task_adapter import packaged_adapter
from quant.json_lines import LineWriter, messages

STAND_IN = "stand-in"
"""As a path: the deterministic stand-in, for tests and for trying the screens without a model."""


def abilities(model: LanguageModel) -> list[dict[str, Any]]:
    """See `capability.abilities`; the stand-in is able to do everything."""
    from edge_assistant.composer import capability
    from edge_assistant.composer.ability_tasks import ABILITIES
    from edge_assistant.llm.stand_in import StandInModel

    if isinstance(model, StandInModel):
        return [
            {"name": name, "words": one.words, "able": True, "detail": "yes, for trying the screens"}
            for name, one in ABILITIES.items()
        ]
    return capability.abilities(model)


class Worker:
    """Answers requests on one model, each in a thread of its own; the engine puts them in order."""

    def __init__(self, model: LanguageModel, out: LineWriter) -> None:
        self.model = model
        self.tell = out.send
        self._cancelled: dict[int, threading.Event] = {}

    def take(self, message: dict[str, Any]) -> None:
        """Begin to work on a request."""
        number = int(message["id"])
        if message["op"] == "cancel":
            event = self._cancelled.get(number)
            if event is not None:
                event.set()
            return
        self._cancelled[number] = threading.Event()
        threading.Thread(target=self._work, args=(number, message), daemon=True).start()

    def _work(self, number: int, message: dict[str, Any]) -> None:
        try:
            self.tell({"id": number, "result": self._answer(number, message)})
        except EdgeAssistantError as error:
            self.tell({"id": number, "error": str(error)})
        except Exception as error:  # the other side must not wait for ever
            self.tell({"id": number, "error": f"model: {type(error).__name__}: {error}"})
        finally:
            self._cancelled.pop(number, None)

    def _answer(self, number: int, message: dict[str, Any]) -> Any:
        op, model = message["op"], self.model
        if op == "generate":
            requests = [GenerateRequest(**{**each, "stop": tuple(each["stop"])}) for each in message["requests"]]

            def on_token(index: int, text: str) -> None:
                self.tell({"id": number, "token": [index, text]})

            stop = self._cancelled[number].is_set
            return [asdict(done) for done in model.generate(requests, stop, on_token if message["stream"] else None)]
        if op == "score":
            wanted = [ScoreRequest(each["prefix"], tuple(each["continuations"])) for each in message["requests"]]
            return [asdict(score) for score in model.score(wanted)]
        if op == "chat":
            return model.chat(message["system"], message["user"])
        if op == "attach":
            model.attach(Path(message["path"]), message["scale"])
            return model.can_write
        if op == "detach":
            model.detach()
            return model.can_write
        if op == "can_write":
            return model.can_write
        if op == "abilities":
            return abilities(model)
        if op == "counters":
            return model.counters.to_dict()
        raise EdgeAssistantError(f"model: operation {op!r} is unknown")


def open_model(settings: dict[str, Any]) -> LanguageModel:
    """The model that the settings name, with the packaged task adapter where there is one for it.

    An adapter for narrow tasks teaches nobody to answer questions, so the plain model is tried for that.
    """
    if settings["path"] == STAND_IN:
        from edge_assistant.llm.stand_in import StandInModel

        return StandInModel()
    from edge_assistant.composer.capability import can_write, examine
    from edge_assistant.llm.engine import LlamaEngine
    from edge_assistant.llm.models import resolve

    engine = LlamaEngine.open(
        settings["path"] or None,
        n_ctx=settings["n_ctx"],
        n_threads=settings["threads"] or None,
        sequences=settings["sequences"],
        cache_mb=settings["prefix_cache_mb"],
        task_adapter=False,
        examiner=can_write,
    )
    examine(engine, resolve(settings["path"] or None).size)
    adapter = task_adapter(engine.sha256) if settings.get("task_adapter", True) else None
    if adapter is not None:
        engine.attach(adapter)
    return engine


def task_adapter(base_sha256: str) -> Path | None:
    """The packaged adapter for a base model, or None; a damaged one is as good as none."""
    try:
        return packaged_adapter(base_sha256)
    except EdgeAssistantError:
        return None


def main(arguments: list[str]) -> int:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    # llama.cpp writes to descriptor 1, which must hold nothing but our lines
    with os.fdopen(os.dup(1), "wb") as stream:
        os.dup2(2, 1)
        out = LineWriter(stream)
        try:
            model = open_model(json.loads(arguments[0]))
        except EdgeAssistantError as error:
            out.send({"failed": str(error)})
            return error.exit_code
        worker = Worker(model, out)
        facts: dict[str, Any] = {"name": model.name, "sha256": model.sha256, "quantization": model.quantization}
        worker.tell({"ready": facts})
        for message in messages(sys.stdin.buffer):
            worker.take(message)
    os._exit(0)  # whatever still computes computes for nobody


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
