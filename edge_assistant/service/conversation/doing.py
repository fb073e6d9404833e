"""What was done, told to a suggestion or to one's own things: each knows what was told to the other."""

# ruff: noqa: A002 - the parameters have the names that travel over the socket

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from edge_assistant.composer.ability_tasks import steps_of
from edge_assistant.composer.prompts import steps_prompt
from edge_assistant.errors import UsageError
from edge_assistant.llm.protocols import GenerateRequest
from edge_assistant.own.thing import thing_number
from edge_assistant.service.conversation.mine import Mine, Said
from edge_assistant.service.reactions import Reactions
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.state import ServiceState

MOST_TOKENS = 160
"""Of a model's steps towards a goal."""

UNANSWERED = ("open", "snoozed", "ignored")
LOOKED_BACK = 30
"""Lines of the feed among which a suggestion of what was done is looked for."""


class Doing:
    """Methods of the core about what was done."""

    def __init__(self, service: ServiceState, reactions: Reactions, never: Callable[[str], None]) -> None:
        self.service = service
        self.reactions = reactions
        told = service.supply.files.not_taken
        self.mine = Mine(service.own, service.clock.now, never, service.lock, told, self.done)

    def outcome(self, id: str, outcome: str) -> Entry:
        """What became of an accepted suggestion, see `Reactions.outcome`."""
        with self.service.lock, self.service.store.transaction():
            entry = self.reactions.outcome(id, outcome)
            thing = thing_number(entry.idea)
            if outcome == "done" and thing:
                self.service.own.done(thing, self.service.clock.now())
            return entry

    def finish(self, id: str) -> Entry:
        """One word for both: it was a good suggestion, and it is done."""
        with self.service.lock, self.service.store.transaction():
            if self.service.feed.get(id).entry.state != "accepted":
                self.reactions.feedback(id, "accepted")
            return self.outcome(id, "done")

    def done(self, which: str) -> Said:
        """An own thing was done; where a suggestion of it was made today, that is its answer."""
        with self.service.lock, self.service.store.transaction():
            said = self.mine.done(which)
            for row in self.service.feed.latest(LOOKED_BACK):
                today = row.why.get("day") == self.service.days.number
                if today and row.entry.state in UNANSWERED and thing_number(row.entry.idea) == said["thing"]["id"]:
                    self.reactions.feedback(row.entry.id, "accepted")
                    self.reactions.outcome(row.entry.id, "done")
            return said

    def steps(self, which: str) -> dict[str, Any]:
        """Next steps towards a goal, as the model sees them; nothing is kept until the person takes one.

        Raises:
            UsageError: it is no goal, or no model is in use that may break goals down.
        """
        goal = self.service.own.find(str(which))
        if goal.kind != "goal":
            raise UsageError(f"'{goal.text}' is no goal; only goals have steps")
        host = self.service.model
        if host is None or not host.may("plan"):
            raise UsageError(
                f"the model in use cannot break goals down ('models show' says why); add steps yourself, for example: "
                f'edge-assistant mine add "..." --goal {goal.id}'
            )
        model, prompt = host.model(), steps_prompt(goal.text)
        request = GenerateRequest(model.chat(prompt.system, prompt.user), max_tokens=MOST_TOKENS, temperature=0.0)
        written = steps_of(model.generate([request])[0].text)
        known = {step.text.lower() for step in self.service.own.all(closed=True) if step.goal == goal.id}
        return {"goal": goal.id, "steps": [step for step in written if step.lower() not in known]}

    def undo(self) -> dict[str, str]:
        """Take back the latest change, see `Reactions.undo`; a thing that was done by it is open again."""
        service = self.service
        with service.lock, service.store.transaction():
            last = next(reversed(service.undo.items()), None)
            before = self._outcome(last["entry"]["id"]) if last is not None and last["entry"] else ("", "")
            undone = self.reactions.undo()
            if before[1] == "done" and self._outcome(undone["id"])[1] != "done" and (thing := thing_number(before[0])):
                service.own.not_done(thing)
            return undone

    def _outcome(self, id: str) -> tuple[str, str]:
        try:
            entry = self.service.feed.get(id).entry
        except UsageError:
            return "", ""
        return entry.idea, entry.outcome
