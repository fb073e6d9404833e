"""One engine for several lives at once: what they ask at the same moment is answered in one call.

    gathering = Gathering(engine)
    members = [gathering.member() for _ in personas]      # one for each thread, before any of them starts
    ...                                                   # in each thread: `with member:` ask it as any model

Each life runs in a thread of its own until it asks for a text; when all that still live are asking, their requests go
to the engine together, those under the same adapter in one call. An answer does not depend on the company that it is
computed in (`edge_assistant.llm.runner`), so a life ends the same whoever lives beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from edge_assistant.errors import EngineError
from edge_assistant.llm.protocols import (
    Completion,
    Counters,
    GenerateRequest,
    LanguageModel,
    OnToken,
    Score,
    ScoreRequest,
    adapter_key,
    is_narrow,
)

Adapter = tuple[Path, float] | None
Result = TypeVar("Result")


@dataclass
class _Call:
    """What one member asks, and what it gets."""

    member: Member
    requests: Sequence[GenerateRequest]
    answers: list[Completion] = field(default_factory=list)
    error: BaseException | None = None
    done: bool = False


class Gathering:
    """Owns the order in which the members of one engine are answered.

    Attributes:
        asked: calls of members for texts.
        answered: calls of the engine that answered them.
    """

    def __init__(self, engine: LanguageModel) -> None:
        self.engine = engine
        self.asked = self.answered = 0
        self._turn = threading.Condition()
        self._engine_lock = threading.RLock()
        self._members = self._living = 0
        self._waiting: list[_Call] = []
        self._adapter: Adapter = None
        engine.detach()

    @property
    def company(self) -> float:
        """Calls of members that one call of the engine answered."""
        return self.asked / self.answered if self.answered else 0.0

    def member(self) -> Member:
        """A handle for one thread; it counts as living until it is closed."""
        with self._turn:
            self._members += 1
            self._living += 1
            return Member(self, self._members)

    def generate(self, member: Member, requests: Sequence[GenerateRequest]) -> list[Completion]:
        """Wait until all that live are asking, then for the answer."""
        call = _Call(member, requests)
        with self._turn:
            self._waiting.append(call)
            self._answer_all()
            while not call.done:
                self._turn.wait()
        if call.error is not None:
            raise call.error
        return call.answers

    def leave(self) -> None:
        """A member asks no more."""
        with self._turn:
            self._living -= 1
            self._answer_all()

    def under(self, adapter: Adapter, work: Callable[[LanguageModel], Result]) -> Result:
        """Do something with the engine alone, under an adapter."""
        with self._engine_lock:
            if adapter != self._adapter:
                if adapter is None:
                    self.engine.detach()
                else:
                    self.engine.attach(*adapter)
                self._adapter = adapter
            return work(self.engine)

    def _answer_all(self) -> None:
        """Answer those who wait, once nobody else lives; whoever completes them does the work."""
        if len(self._waiting) < self._living or not self._waiting:
            return
        groups: dict[Adapter, list[_Call]] = {}
        for call in sorted(self._waiting, key=lambda call: call.member.number):
            groups.setdefault(call.member.adapter, []).append(call)
        for adapter, group in groups.items():
            try:
                self.under(adapter, partial(self._answer, group))
            except BaseException as error:  # belongs to those who asked, in their own threads
                for call in group:
                    call.error = error
        for call in self._waiting:
            call.done = True
        self._waiting.clear()
        self._turn.notify_all()

    def _answer(self, group: Sequence[_Call], engine: LanguageModel) -> None:
        requests = [request for call in group for request in call.requests]
        before = engine.counters.copy()
        answers = engine.generate(requests)
        spent = engine.counters.sub(before)
        self.asked += len(group)
        self.answered += 1
        at = 0
        for call in group:
            call.answers = answers[at : at + len(call.requests)]
            at += len(call.requests)
            call.member.spend(spent, len(call.requests) / len(requests), len(call.requests))


class Member:
    """One life's model; a `LanguageModel` with an adapter of its own."""

    def __init__(self, gathering: Gathering, number: int) -> None:
        """Made by `Gathering.member`."""
        self.gathering = gathering
        self.number = number
        self.adapter: Adapter = None
        self.name, self.sha256 = gathering.engine.name, gathering.engine.sha256
        self.quantization = gathering.engine.quantization
        self._counters = Counters()
        self._key, self._narrow = self._facts()

    @property
    def can_write(self) -> bool:
        """Of the engine under this member's adapter."""
        return self.gathering.under(self.adapter, lambda engine: engine.can_write)

    @property
    def counters(self) -> Counters:
        """This member's share of what was spent."""
        return self._counters.copy()

    @property
    def adapter_key(self) -> str:
        """See `LlamaEngine.adapter_key`."""
        return self._key

    @property
    def narrow(self) -> bool:
        """See `LlamaEngine.narrow`."""
        return self._narrow

    def chat(self, system: str, user: str) -> str:
        """See `LanguageModel.chat`."""
        return self.gathering.engine.chat(system, user)

    def generate(
        self,
        requests: Sequence[GenerateRequest],
        cancel: Callable[[], bool] | None = None,
        on_token: OnToken | None = None,
    ) -> list[Completion]:
        """See `LanguageModel.generate`; lives have nobody who watches or cancels.

        Raises:
            EngineError: somebody does.
        """
        if cancel is not None or on_token is not None:
            raise EngineError("engine shared by several lives: an answer can be neither watched nor cancelled")
        return self.gathering.generate(self, requests) if requests else []

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        """See `LanguageModel.score`; the engine scores one after the other, so this waits for nobody."""

        def work(engine: LanguageModel) -> list[Score]:
            before = engine.counters.copy()
            found = engine.score(requests)
            self.spend(engine.counters.sub(before), 1.0, len(requests))
            return found

        return self.gathering.under(self.adapter, work) if requests else []

    def attach(self, path: Path, scale: float = 1.0) -> None:
        """See `LanguageModel.attach`; the other members keep theirs."""
        before = self.adapter
        self.adapter = (Path(path), scale)
        try:
            self._key, self._narrow = self._facts()
        except BaseException:
            self.adapter = before
            raise

    def detach(self) -> None:
        """See `LanguageModel.detach`."""
        self.adapter = None
        self._key, self._narrow = self._facts()

    def close(self) -> None:
        """Ask no more; the engine goes on for the others."""
        self.gathering.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def spend(self, cost: Counters, share: float, calls: int) -> None:
        """Take a share of a call's cost; whole numbers only in the sum of all members, up to rounding."""
        parts = {name: value * share for name, value in cost.to_dict().items()}
        self._counters = self._counters.add(Counters(**{**parts, "calls": calls}))

    def _facts(self) -> tuple[str, bool]:
        return self.gathering.under(self.adapter, lambda engine: (adapter_key(engine), is_narrow(engine)))
