"""Prompts through sequences: prefill with cached prefixes, parallel generation, scoring. Used by one thread only.

Why answers do not depend on company: a prompt is computed alone, in blocks of `BLOCK` tokens; generation decodes one
token a sequence whoever else is in the batch; continuations are scored in groups of equal length, so that llama.cpp
never cuts a batch into uneven pieces; and a lone token gets a companion (see `_decode_side_by_side`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from edge_assistant.errors import EngineError
from edge_assistant.llm.llama_binding import Logits, NativeContext, NativeModel, Row
from edge_assistant.llm.prefix_cache import BLOCK, Prefix, PrefixCache, common_length
from edge_assistant.llm.protocols import Completion, Counters, GenerateRequest, OnToken, Score, ScoreRequest
from edge_assistant.llm.sampling import TextStream, log_probabilities, pick

SHORTEST_PREFIX = 16
"""A shorter prefix is computed as quickly as it is fetched."""

_LONGEST_SPAN = 32  # tokens of one continuation in one decode; more would get another attention kernel
_SPREAD_FROM = 256  # position; llama.cpp then sees 512 cells, the least that it shares among threads
_SHORT = 4  # continuations of so few tokens are scored side by side; longer ones fill the kernels alone


class CancelledError(Exception):
    """The caller no longer wants an answer."""


@dataclass
class _Slot:
    """One request under way in a sequence."""

    index: int
    request: GenerateRequest
    generator: np.random.Generator
    stream: TextStream
    position: int = 0
    tokens: int = 0
    last: int = -1
    finish: str = ""


@dataclass
class Runner:
    """Answers requests on one context. `adapter` names what is attached, for the cache."""

    model: NativeModel
    context: NativeContext
    cache: PrefixCache
    n_threads: int
    adapter: str = ""
    counters: Counters = field(default_factory=Counters)

    def generate(
        self, requests: Sequence[GenerateRequest], cancel: Callable[[], bool], on_token: OnToken | None
    ) -> list[Completion]:
        """Continue all requests; a sequence that becomes free takes the next one.

        Raises:
            EngineError: a prompt does not fit; checked for all before any is computed.
        """
        prompts = [self._prompt(index, request) for index, request in enumerate(requests)]
        slots = [
            _Slot(index, request, np.random.default_rng(request.seed), TextStream(request.stop))
            for index, request in enumerate(requests)
        ]
        waiting = deque(slots)
        active: dict[int, _Slot] = {}
        idle = list(range(self.context.sequences))[::-1]
        try:
            while (waiting or active) and not cancel():
                while waiting and idle:
                    slot, sequence = waiting.popleft(), idle.pop()
                    tokens, boundary = prompts[slot.index]
                    logits = self._prefill(sequence, tokens, boundary, keep=bool(slot.request.prefix), cancel=cancel)
                    slot.position = len(tokens)
                    self._advance(slot, logits, on_token)
                    active[sequence] = slot
                    if slot.finish:
                        del active[sequence]
                        idle.append(sequence)
                if not active:
                    continue
                order = sorted(active)
                rows = [Row(active[sequence].last, active[sequence].position, sequence, True) for sequence in order]
                for sequence, logits in zip(order, self._decode_side_by_side(rows), strict=True):
                    slot = active[sequence]
                    slot.position += 1
                    self._advance(slot, logits, on_token)
                    if slot.finish:
                        del active[sequence]
                        idle.append(sequence)
        except CancelledError:
            pass
        finally:
            self._clear()
        self.counters.calls += len(requests)
        return [self._completion(slot, on_token) for slot in slots]

    def score(self, requests: Sequence[ScoreRequest], cancel: Callable[[], bool]) -> list[Score]:
        """Log probabilities of continuations; each prefix is computed once and kept.

        Raises:
            EngineError: a prefix with its longest continuation does not fit; checked for all before any is computed.
            CancelledError: `cancel` became true.
        """
        plans = []
        for index, request in enumerate(requests):
            prefix = self._tokens(request.prefix)
            continuations = [self.model.tokenize(text, special=False, begin=False) for text in request.continuations]
            self._check_fits(f"score request {index}", len(prefix) + max(map(len, continuations)))
            plans.append((prefix, continuations))
        try:
            return [self._score(prefix, continuations, cancel) for prefix, continuations in plans]
        finally:
            self._clear()

    def probe_logits(self) -> Logits:
        """Logits after a fixed text, under whatever adapter is attached; to see whether an adapter does anything."""
        tokens = self._tokens("A good idea for this evening is to")
        self.context.clear(0)
        rows = [Row(token, at, 0, at == len(tokens) - 1) for at, token in enumerate(tokens)]
        (logits,) = self._decode(rows)
        self.context.clear(0)
        return logits

    def _prompt(self, index: int, request: GenerateRequest) -> tuple[list[int], int]:
        tokens = self._tokens(request.prefix + request.prompt)
        self._check_fits(f"generate request {index}", len(tokens) + 1)
        # the last token of the prefix may merge with the prompt's first letters, so the boundary is where both agree
        boundary = common_length(tokens, self._tokens(request.prefix)) if request.prefix else len(tokens)
        return tokens, boundary

    def _tokens(self, text: str) -> list[int]:
        begin = not (self.model.bos and text.startswith(self.model.bos))  # templates often write it themselves
        tokens = self.model.tokenize(text, special=True, begin=begin)
        if not tokens:
            raise EngineError("engine: the prompt has no tokens; pass some text")
        return tokens

    def _check_fits(self, what: str, tokens: int) -> None:
        if tokens > self.context.n_ctx:
            raise EngineError(
                f"{what}: {tokens} tokens do not fit into the context of {self.context.n_ctx}; "
                "shorten the prompt or open the engine with a larger n_ctx"
            )

    def _prefill(
        self, sequence: int, tokens: list[int], boundary: int, *, keep: bool, cancel: Callable[[], bool]
    ) -> Logits:
        """Bring `tokens` into a sequence; the logits after the last one."""
        self.context.clear(sequence)
        done, logits = self._fetch(sequence, tokens[:boundary])
        self.counters.reused_tokens += done
        for start, end in _spans(done, boundary, len(tokens)):
            if cancel():
                raise CancelledError
            wanted = end == len(tokens) or (keep and end == boundary)
            rows = [Row(tokens[at], at, sequence, wanted and at == end - 1) for at in range(start, end)]
            answers = self._decode(rows)
            self.counters.prompt_tokens += end - start
            if answers:
                logits = answers[0]
                if keep and end == boundary and boundary >= SHORTEST_PREFIX:
                    self._keep(sequence, tokens[:boundary], logits)
        assert logits is not None
        return logits

    def _fetch(self, sequence: int, tokens: list[int]) -> tuple[int, Logits | None]:
        found = self.cache.find(self.adapter, tokens)
        if found is None:
            return 0, None
        prefix, length = found
        if not self.context.restore(sequence, prefix.state):
            return 0, None
        if length == len(prefix.tokens):
            return length, prefix.logits if length == len(tokens) else None
        if length == len(tokens):  # equal up to a block's end, but its last logits were not kept
            length -= BLOCK
        if length > 0 and self.context.truncate(sequence, length):
            return length, None
        self.context.clear(sequence)  # recurrent architectures cannot go back
        return 0, None

    def _keep(self, sequence: int, tokens: list[int], logits: Logits) -> None:
        if self.cache.max_bytes:
            self.cache.put(
                self.adapter, Prefix(np.asarray(tokens, dtype=np.int32), self.context.save(sequence), logits)
            )

    def _score(self, prefix: list[int], continuations: list[list[int]], cancel: Callable[[], bool]) -> Score:
        first = self._prefill(0, prefix, len(prefix), keep=True, cancel=cancel)
        totals = [log_probabilities(first, [tokens[0]])[0] for tokens in continuations]
        by_length: dict[int, list[int]] = {}
        for index, tokens in enumerate(continuations):
            by_length.setdefault(len(tokens) - 1, []).append(index)  # the last token's own logits are not needed
        by_length.pop(0, None)  # single tokens are answered already
        if not by_length:
            self.counters.calls += 1
            return _as_score(totals, continuations)
        state = self.context.save(0)
        for length, members in sorted(by_length.items()):
            width = self.context.sequences if length <= _SHORT else 1
            for start in range(0, len(members), width):
                if cancel():
                    raise CancelledError
                group = members[start : start + width]
                for sequence in range(len(group)):
                    # going back is cheaper than restoring, where the architecture can
                    if sequence or not self.context.truncate(0, len(prefix)):
                        self.context.restore(sequence, state)
                self._score_group(len(prefix), continuations, group, totals)
        self.counters.calls += 1
        return _as_score(totals, continuations)

    def _score_group(self, at: int, continuations: list[list[int]], group: list[int], totals: list[float]) -> None:
        """Add the log probabilities of all but the first token of equally long continuations to `totals`.

        The group's members lie in sequences 0, 1, ..., each of which holds the prefix of `at` tokens.
        """
        length = len(continuations[group[0]]) - 1
        for start in range(0, length, _LONGEST_SPAN):
            end = min(length, start + _LONGEST_SPAN)
            rows = [
                Row(continuations[index][step], at + step, sequence, True)
                for sequence, index in enumerate(group)
                for step in range(start, end)
            ]
            answers = iter(self._decode_side_by_side(rows))
            for index in group:
                for step in range(start, end):
                    totals[index] += log_probabilities(next(answers), [continuations[index][step + 1]])[0]
            self.counters.prompt_tokens += len(rows)

    def _decode(self, rows: list[Row]) -> list[Logits]:
        return self.context.decode(rows, threads=self.n_threads)

    def _decode_side_by_side(self, rows: list[Row]) -> list[Logits]:
        """Decode rows of different sequences, so that a lone one gets the same numbers as one in company.

        On several threads llama.cpp spreads a lone token's attention over them from `_SPREAD_FROM` on, and sums in
        another order. A companion in another sequence, which must be idle or a spent copy, prevents that.
        """
        lone = len(rows) == 1 and rows[0].position >= _SPREAD_FROM
        if not lone or self.n_threads == 1 or self.context.sequences == 1:
            return self._decode(rows)
        companion = (rows[0].sequence + 1) % self.context.sequences
        self.context.clear(companion)
        answers = self._decode([*rows, Row(rows[0].token, 0, companion, False)])
        self.context.clear(companion)
        return answers

    def _advance(self, slot: _Slot, logits: Logits, on_token: OnToken | None) -> None:
        token = pick(logits, slot.request.temperature, slot.generator)
        if self.model.ends_turn(token):
            slot.finish = "stop"
            return
        slot.last = token
        slot.tokens += 1
        self.counters.generated_tokens += 1
        text = slot.stream.push(self.model.piece(token))
        if text and on_token:
            on_token(slot.index, text)
        if slot.stream.stopped:
            slot.finish = "stop"
        elif slot.tokens >= slot.request.max_tokens or slot.position >= self.context.n_ctx:
            slot.finish = "length"

    def _completion(self, slot: _Slot, on_token: OnToken | None) -> Completion:
        rest = slot.stream.finish()
        if rest and on_token:
            on_token(slot.index, rest)
        return Completion(slot.stream.text, slot.tokens, slot.finish or "cancelled")

    def _clear(self) -> None:
        for sequence in range(self.context.sequences):
            self.context.clear(sequence)


def _as_score(totals: list[float], continuations: list[list[int]]) -> Score:
    return Score(tuple(totals), tuple(len(tokens) for tokens in continuations))


def _spans(done: int, boundary: int, end: int) -> list[tuple[int, int]]:
    """Blocks still to compute: up to the boundary, then from there. `done` is a block's end or the boundary."""
    cuts = [*range(done, boundary, BLOCK), *range(boundary, end, BLOCK), end]
    return list(pairwise(cuts))
