"""Answers questions: by code where it can, else from what is kept with the model; turns teach as well."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import replace

from edge_assistant.composer.composer import Composer
from edge_assistant.composer.prompts import Prompt, answer_prompt
from edge_assistant.composer.style import style_of
from edge_assistant.domain import DIMENSIONS, Style
from edge_assistant.errors import EngineError, UsageError
from edge_assistant.llm.protocols import GenerateRequest
from edge_assistant.loop.decision_json import context_from_dict
from edge_assistant.memory import Memory
from edge_assistant.service.answers.answering import Answering
from edge_assistant.service.conversation.remark_words import ACCEPTED, DISMISSED, MORE, NOTHING, Meaning
from edge_assistant.service.conversation.remarks import Remarks
from edge_assistant.service.conversation.turns import Conversation
from edge_assistant.service.feed import Row
from edge_assistant.service.model.host import SupervisedModel
from edge_assistant.service.reactions import Reactions
from edge_assistant.service.rpc.protocol import REASON_WORDS, Answer, Entry, MemoryRow, Turn
from edge_assistant.service.state import ServiceState
from edge_assistant.service.views.explaining import because

MEMORIES = 8
FACT_KINDS = ("action", "suggestion", "score", "reason", "summary_day")
NEAR = 0.3
"""Cosine from which on a memory has something to do with a question."""
TURNS = 3
"""Earlier turns that a model is told."""
LONGEST_FACT = 160
MAXIMUM_TOKENS = 120
LONGEST_QUESTION = 1000
ASKABLE = (
    "You can ask what is on tomorrow, what you did yesterday evening, how long you read this week, when you last went "
    "for a walk, what you like, what is due, or what I suggested and why."
)
NOT_KNOWN = f"I do not know: nothing that I keep has to do with it. {ASKABLE}"


class Asking:
    """One question at a time reaches the model; several may wait. Called from threads that may wait."""

    def __init__(self, service: ServiceState, reactions: Reactions) -> None:
        self.service = service
        self.reactions = reactions
        self.remarks = Remarks(service.assistant.learner.features.embedder)
        self.answering = Answering(service)
        self.conversation = Conversation(service.store)
        self._numbers = itertools.count(1)
        self._running: dict[str, threading.Event] = {}

    def ask(self, text: str, about: str = "", ask: str = "") -> Answer:
        """Answer a question; `token` events carry the words on the way.

        Args:
            text: the question.
            about: id of the suggestion that it is about, or ''.
            ask: the asker's own id for it, '' makes one.

        Raises:
            UsageError: an empty or endless question, or no such suggestion.
        """
        text = " ".join(text.split())
        if not text or len(text) > LONGEST_QUESTION:
            raise UsageError(f"ask: the question has {len(text)} characters; write 1 to {LONGEST_QUESTION}")
        name = ask or f"a{next(self._numbers)}"
        stop = self._running[name] = threading.Event()
        try:
            row = self.service.feed.get(about) if about else None
            meaning = self.remarks.meaning(text) if row is not None else NOTHING
            if row is not None and meaning:
                said = self._turn(row, meaning.turn) if meaning.turn else self._taken(row, meaning)
                self.service.emit("token", {"ask": name, "text": said})
                return Answer(name, "done", said)
            known = self.answering.answer(text, about)
            if known is not None:
                self.service.emit("token", {"ask": name, "text": known})
            answer = Answer(name, "done", known) if known is not None else self._from_memory(name, text, row, stop)
            if answer.state == "done" and not self.service.presence.private:
                with self.service.lock:
                    self.conversation.add(Turn(self.service.clock.now(), text, answer.text))
            return answer
        finally:
            self._running.pop(name, None)
            if self.service.presence.private:
                self.service.forget_vectors(text)

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return bool(self._running)

    def cancel(self, ask: str = "") -> bool:
        """Stop an answer, or all of them; whether there was one."""
        wanted = [event for name, event in list(self._running.items()) if not ask or name == ask]
        for event in wanted:
            event.set()
        return bool(wanted)

    # Inside

    def _from_memory(self, name: str, text: str, row: Row | None, stop: threading.Event) -> Answer:
        service = self.service
        with service.lock:
            now = service.clock.now()
            turns = self.conversation.lately(now, TURNS)
            # 'and with whom?' is about what was asked before
            about = f"{turns[-1].question} {text}" if turns and len(text.split()) < 5 else text
            found = service.memory.search(about, now, MEMORIES, FACT_KINDS)
            memories = [item.memory for item in found if item.relevance >= NEAR]
        rows = tuple(memory_row(memory) for memory in memories)
        host = service.model
        if host is None or host.state == "none":
            return Answer(name, "cannot-write", _instead("No model is in use", rows), rows)
        if host.state == "failed":  # asking again would not help
            return Answer(name, "cannot-write", _instead(f"The model is not available ({host.detail})", rows), rows)
        if host.state == "ready" and not host.may("answer"):
            return Answer(
                name,
                "cannot-write",
                _instead("This model may not answer in its own words ('status' says why)", rows),
                rows,
            )
        facts = self._facts(memories, row)
        if not facts and not turns:
            service.emit("token", {"ask": name, "text": NOT_KNOWN})
            return Answer(name, "done", NOT_KNOWN)
        prompt = answer_prompt(facts, [(turn.question, turn.answer) for turn in turns], now, text)
        try:
            answer = self._write(host, name, prompt, stop)
        except EngineError as error:
            return Answer(name, "restarted", str(error), rows)
        return replace(answer, memories=rows)

    def _write(self, host: SupervisedModel, name: str, prompt: Prompt, stop: threading.Event) -> Answer:
        model = host.model()

        def on_token(_index: int, token: str) -> None:
            self.service.emit("token", {"ask": name, "text": token})

        asked = model.chat(prompt.system, prompt.user)
        request = GenerateRequest(asked, max_tokens=MAXIMUM_TOKENS, temperature=0.0)
        done = model.generate([request], stop.is_set, on_token)[0]
        return Answer(name, "cancelled" if done.finish == "cancelled" else "done", done.text.strip())

    def _facts(self, memories: Sequence[Memory], row: Row | None) -> list[str]:
        """What was found, in order of time, and what the question is about; each with its date."""
        told = [
            f"{memory.time:%a %d %b %H:%M} {memory.text[:LONGEST_FACT]}"
            for memory in sorted(memories, key=lambda memory: (memory.time, memory.id))
        ]
        if row is not None:
            told.append(f"{row.entry.time:%a %d %b %H:%M} you suggested: {row.entry.text}")
        return told

    def _taken(self, row: Row, meaning: Meaning) -> str:
        """A remark that answers the suggestion, or wishes for another wording; it teaches, and can be taken back."""
        entry, answer = row.entry, meaning.answer
        if meaning.aspect:
            wished = Style(**{**row.choice["manner"], meaning.aspect: meaning.wish}) if row.choice else None
            text = self._put(row, wished)[0] if wished is not None else entry.text
            if getattr(style_of(text), meaning.aspect) != meaning.wish:
                self.reactions.wish(entry.id, meaning.aspect, meaning.wish, entry.text)
                return "Noted for the next ones; for this one I have no such words. Undo takes it back."
            self.reactions.wish(entry.id, meaning.aspect, meaning.wish, text)
            return text
        if answer == MORE:
            self.reactions.more_like(entry.id)
            return "Noted: more like this. Undo takes it back."
        reason = answer if answer in DIMENSIONS else ""
        self.reactions.feedback(entry.id, ACCEPTED if answer == ACCEPTED else DISMISSED, reason)
        return f"Noted: {REASON_WORDS.get(reason, answer)}. Undo takes it back."

    def _turn(self, row: Row, turn: str) -> str:
        """A turn is answered without the model, and teaches together with the answer that is still to come."""
        if len(row.entry.turns) >= 3 and turn not in row.entry.turns:
            return "Three turns about one suggestion are enough; answer it or leave it."
        if turn == "later":
            self.reactions.snooze(row.entry.id, 60)
            text = "All right, I will come back to it in an hour."
        elif turn == "shorter":
            text = self._shorter(row)
            self._note_turn(row.entry, turn, text)
        else:
            text = because(self.service, row)
            self._note_turn(row.entry, turn, row.entry.text)
        return text

    def _note_turn(self, entry: Entry, turn: str, text: str) -> None:
        """Keep what was said back; it teaches together with the answer that is still to come."""
        service = self.service
        with service.lock, service.store.transaction():
            current = service.feed.get(entry.id).entry
            changed = replace(current, turns=tuple(dict.fromkeys((*current.turns, turn))), text=text)
            service.feed.put(changed)
            if current.state != "open" and turn == "shorter":
                service.assistant.learner.styles.learn_too_long()
                service.learned.save()
        service.emit("feed", changed.to_dict())

    def _shorter(self, row: Row) -> str:
        if not row.choice:
            return row.entry.text
        return min(self._put(row, Style(**{**row.choice["manner"], "length": "short"})), key=len)

    def _put(self, row: Row, style: Style) -> tuple[str, ...]:
        """The suggestion in another style: the best sentence, then others; as it is where its idea is gone."""
        base = self.service.assistant.base
        if row.entry.idea not in base.by_id:
            return (row.entry.text,)
        context = context_from_dict(row.choice["context"])
        composed = Composer(None).compose(base.by_id[row.entry.idea], context, style, 1 + row.number)
        return (composed.text, *composed.candidates)


def memory_row(memory: Memory, score: float | None = None) -> MemoryRow:
    """A memory as it travels."""
    return MemoryRow(memory.id, memory.kind, memory.time, memory.text, memory.importance, memory.pinned, score)


def _instead(why: str, rows: Sequence[MemoryRow]) -> str:
    if not rows:
        return f"{NOT_KNOWN} ({why}.)"
    return f"I do not know. {why}; these memories are nearest to your question. {ASKABLE}"
