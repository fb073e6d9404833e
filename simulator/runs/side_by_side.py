"""One engine for several lives at once: what they ask at the same moment is answered in one call.

    gathering = Gathering(engine)
    members = [gathering.member() for _ in personas]      # one for each thread, before any of them starts
    ...                                                   # in each thread: `with member:` ask it as any model

Each life runs in a thread of its own until it asks the model; when all that still live are asking, their requests go to
the engine together, those under the same adapter in one call. An answer does not depend on the company it is computed
in (`edge_assistant.llm.runner`), so a life ends the same whoever lives beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

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


@dataclass
class _Call:
    """What one member asks, and what it gets."""

    member: Member
    kind: str
    requests: Sequence[Any]
    answers: list[Any] = field(default_factory=list)
    error: BaseException | None = None
    done: bool = False


@dataclass
class Company:
    """How often requests met: calls of the members, and calls of the engine that answered them."""

    asked: int = 0
    answered: int = 0

    @property
    def mean(self) -> float:
        """Calls of members that one call of the engine answered."""
        return self.asked / self.answered if self.answered else 0.0


class Gathering:
    """Owns the order in which the members of one engine are answered."""

    def __init__(self, engine: LanguageModel) -> None:
        self.engine = engine
        self.company = Company()
        self._turn = threading.Condition()
        self._engine_lock = threading.RLock()
        self._members: list[Member] = []
        self._living: set[int] = set()
        self._waiting: dict[int, _Call] = {}
        self._busy = False
        self._adapter: Adapter = None
        engine.detach()

    def member(self) -> Member:
        """A handle for one thread; it counts as living until it is closed."""
        with self._turn:
            member = Member(self, len(self._members))
            self._members.append(member)
            self._living.add(member.number)
            return member

    def ask(self, call: _Call) -> list[Any]:
        """Wait until all that live are asking, then for the answer."""
        with self._turn:
            self._waiting[call.member.number] = call
            self._turn.notify_all()
            while not call.done:
                if not self._busy and self._living <= self._waiting.keys():
                    self._busy = True
                    calls = [self._waiting[number] for number in sorted(self._waiting)]
                    self._turn.release()
                    try:
                        self._answer(calls)
                    finally:
                        self._turn.acquire()
                        self._busy = False
                        for one in calls:
                            one.done = True
                            del self._waiting[one.member.number]
                        self._turn.notify_all()
                else:
                    self._turn.wait()
        if call.error is not None:
            raise call.error
        return call.answers

    def leave(self, number: int) -> None:
        """A member asks no more."""
        with self._turn:
            self._living.discard(number)
            self._turn.notify_all()

    def under(self, adapter: Adapter, work: Callable[[LanguageModel], Any]) -> Any:
        """Do something with the engine alone, under an adapter."""
        with self._engine_lock:
            self._use(adapter)
            return work(self.engine)

    def _answer(self, calls: Sequence[_Call]) -> None:
        groups: dict[tuple[str, Adapter], list[_Call]] = {}
        for call in calls:
            groups.setdefault((call.kind, call.member.adapter), []).append(call)
        for (kind, adapter), group in groups.items():
            try:
                self._answer_group(kind, adapter, group)
            except BaseException as error:  # belongs to those who asked, in their own threads
                for call in group:
                    call.error = error

    def _answer_group(self, kind: str, adapter: Adapter, group: Sequence[_Call]) -> None:
        requests = [request for call in group for request in call.requests]
        with self._engine_lock:
            self._use(adapter)
            before = self.engine.counters.copy()
            answers: list[Any] = self.engine.score(requests) if kind == "score" else self.engine.generate(requests)
            spent = self.engine.counters.sub(before)
        self.company.asked += len(group)
        self.company.answered += 1
        at = 0
        for call in group:
            call.answers = answers[at : at + len(call.requests)]
            at += len(call.requests)
            call.member.spend(spent, len(call.requests) / len(requests), len(call.requests))

    def _use(self, adapter: Adapter) -> None:
        if adapter == self._adapter:
            return
        if adapter is None:
            self.engine.detach()
        else:
            self.engine.attach(*adapter)
        self._adapter = adapter


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
        return bool(self.gathering.under(self.adapter, lambda engine: engine.can_write))

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
        return self.gathering.ask(_Call(self, "generate", list(requests))) if requests else []

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        """See `LanguageModel.score`."""
        return self.gathering.ask(_Call(self, "score", list(requests))) if requests else []

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
        self.gathering.leave(self.number)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def spend(self, cost: Counters, share: float, calls: int) -> None:
        """Take a share of a call's cost; whole numbers only in the sum of all members, up to rounding."""
        parts = {name: value * share for name, value in cost.to_dict().items()}
        self._counters = self._counters.add(Counters(**{**parts, "calls": calls}))

    def _facts(self) -> tuple[str, bool]:
        found: tuple[str, bool] = self.gathering.under(
            self.adapter, lambda engine: (adapter_key(engine), is_narrow(engine))
        )
        return found
