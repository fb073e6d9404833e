"""One session of the linear mode: lines in, sentences out, and what the core says in between."""

from __future__ import annotations

import asyncio
import itertools
import os
from pathlib import Path
from typing import Any, TextIO

from edge_assistant.errors import EdgeAssistantError, UsageError
from edge_assistant.service.conversation.remark_words import is_remark
from edge_assistant.service.rpc.protocol import Answer, Entry, Status, Why
from tui.client.calls import Call, ImpossibleError, general_call, suggestion_call
from tui.client.commands import Intent, parse
from tui.client.core_process import CoreProcess
from tui.client.link import ALONE, READY, RESTARTING
from tui.client.wording import banner_words, total_lines, turn_lines
from tui.plain import lines
from tui.plain.keeping import Keeping
from tui.plain.questions import ask_setup
from tui.plain.review import ask_review, show_shelf
from tui.plain.talk import LinearCommand

FEED_LENGTH = 10

NOBODY = "no assistant is running; start one with 'edge-assistant run', or leave out --attach"
SELDOM = 0.2
"""Seconds between two looks whether it is worth waiting for a core."""


class Session(Keeping):
    """Talks with one core, see `Talk`."""

    def __init__(
        self, home: Path, core: CoreProcess | None, source: TextIO | None = None, out: TextIO | None = None
    ) -> None:
        super().__init__(home, core, source, out)
        self.picked = ""
        own = (
            LinearCommand("status", "", "what is happening now", self._status),
            LinearCommand("feed", "", "the last ten suggestions", self._feed),
            LinearCommand("pick", "NUMBER", "answer this suggestion instead of the newest", self._pick),
            LinearCommand("talk", "WORDS", "say something back to the suggestion", self._talk),
            LinearCommand("shelf", "", "ideas for now, without being asked", self._shelf),
            LinearCommand("idea", "NUMBER yes|no", "whether an idea on the shelf pleases", self._shelf, True),
            LinearCommand("cancel", "", "stop the answer that is being written", self._cancel),
        )
        self.commands = {command.name: command for command in (*own, *self._keeping())}
        self._told: dict[str, str] = {}
        self._asks = itertools.count(1)
        self._answering: asyncio.Task[None] | None = None
        self._held: list[tuple[str, dict[str, Any], Entry | None]] | None = None
        """News that wait until a call is answered, so that the answer comes first."""

    async def run(self) -> None:
        self.listen()
        self.say(lines.WELCOME)
        link = asyncio.create_task(self.link.run())
        try:
            await self._meet()
            if self.state.status is not None and not self.state.status.setup_done:
                if not await ask_setup(self):
                    return
                await self.state.refresh()
            self._say_status()
            if (entry := self.current()) is not None and entry.state == "open":
                self.say(*lines.suggestion_lines(entry, self.now()))
            while (line := await self.read_line()) is not None:
                if not await self._take(line):
                    break
            if self._answering is not None:
                await self._answering
        finally:
            link.cancel()
            await self.link.close()

    # -- news --------------------------------------------------------------------------------------------------------

    def _say_status(self) -> None:
        assert self.state.status is not None
        self.say(*lines.status_lines(self.state.status, self.link.condition, self.now()))
        self._tell_once("review", lines.REVIEW if self.state.status.review else "")

    async def _meet(self) -> None:
        """Wait for the core.

        Raises:
            UsageError: none will come, and the input does not wait for one.
        """
        known = asyncio.create_task(self.state.refresh_until_known())
        while not known.done():
            await asyncio.wait({known}, timeout=SELDOM)
            if not known.done() and self.leaving and (self.link.condition == ALONE or self.link.trouble):
                known.cancel()
                raise UsageError(self.link.trouble or NOBODY)
        await known

    def current(self) -> Entry | None:
        """The suggestion that answers are about: the picked one, else the newest."""
        entries = self.state.entries
        picked = next((entry for entry in entries if entry.id == self.picked), None)
        return picked or next(iter(entries), None)

    def link_changed(self, condition: str) -> None:
        """Say that the assistant is gone, or back."""
        if self.link.trouble:
            self._tell_once("trouble", self.link.trouble)
        if condition == ALONE:
            self.say("No assistant is running; waiting for one. Type quit to leave.")
        if condition == RESTARTING:
            self.say("The assistant stopped; restarting.")
            self._told["restarting"] = "yes"
        elif condition == READY and self._told.pop("restarting", ""):
            self.say("The assistant is back.")

    def heard(self, name: str, data: dict[str, Any], before: Entry | None) -> None:
        """Say what is new and matters."""
        if self._held is not None:
            self._held.append((name, data, before))
        elif name == "state":
            self._news_of_state(Status.from_dict(data))
        elif name in ("suggestion", "feed") and not data.get("gone"):
            entry = Entry.from_dict(data)
            if name == "suggestion" and entry.reminder == "reminder" and entry.state != "open":
                self.picked = entry.id
                self.say(f"Reminder: {entry.text}", lines.answers_line(entry))
            elif entry.state == "open" and (before is None or before.state != "open"):
                self.picked = entry.id
                self.say(*lines.suggestion_lines(entry, self.now()))

    def _news_of_state(self, status: Status) -> None:
        """Say what changed and matters; the chance, which changes all the time, only when asked."""
        self._tell_once("activity", lines.activity_sentence(status, self.now()))
        self._tell_once("review", lines.REVIEW if status.review else "")
        self._tell_once("banner", banner_words(status, self.link.condition, self.link.trouble))

    def _tell_once(self, about: str, sentence: str) -> None:
        """Say it unless it was the last that was said about this."""
        if self._told.get(about) != sentence:
            known = about in self._told
            self._told[about] = sentence
            if sentence and (known or about != "activity"):
                self.say(sentence)

    # -- typed lines -------------------------------------------------------------------------------------------------

    async def _take(self, line: str) -> bool:
        """Do what a line wants; False ends the session."""
        text = line.strip().removeprefix("/")
        word, _, rest = text.partition(" ")
        rest = rest.strip()
        try:
            if word in self.commands and self.commands[word].takes(rest):
                await self.commands[word].run(rest)
                return True
            intent = parse(line, bare=True)
            return intent is None or await self._perform(intent)
        except (EdgeAssistantError, ImpossibleError, ValueError) as error:
            self.say(lines.sentence(str(error)))
        return True

    async def _perform(self, intent: Intent) -> bool:
        name = intent.name
        if name == "quit":
            return False
        if name == "problem":
            self.say(intent.problem)
        elif name == "help":
            self.say(*lines.help_lines(self.commands.values()))
        elif name == "ask" or self._is_remark(intent):
            entry = self.current()
            self._ask(str(intent.parameters["text"]), entry.id if entry and self._is_remark(intent) else "")
        elif name == "why":
            entry = self.current()
            why = Why.from_dict(await self.link.call("why", id=entry.id if entry is not None else ""))
            self.say(*lines.why_lines(why, self.now()))
        elif name == "history":
            turns = (await self.link.call("conversation", limit=10))["turns"]
            self.say(*turn_lines(turns, self.now()))
        elif name == "totals":
            totals = (await self.link.call("totals", **intent.parameters))["totals"]
            self.say(*(line.strip() for line in total_lines(totals)))
        elif name == "model" and not intent.parameters["name"]:
            names = [one["name"] for one in (await self.link.call("models"))["models"]]
            self.say(f"Type model and one of {', '.join(names)}.")
        elif name == "suggest":
            await self.link.call("suggest")  # it arrives as any other suggestion
        elif name == "setup":
            return await ask_setup(self)
        elif name == "review":
            await ask_review(self)
        elif (call := general_call(intent)) is not None:
            await self._send(call)
        elif lines.needs_screen(name, self.commands):
            self.say(f"{name} needs the screen; start without --plain.")
        else:
            await self._send(suggestion_call(intent, self.current(), self.now()))
        return True

    def _is_remark(self, intent: Intent) -> bool:
        """Whether a line is meant for the suggestion that waits for an answer."""
        entry = self.current()
        waits = entry is not None and entry.state == "open"
        return intent.name == "tell" and waits and is_remark(str(intent.parameters["text"]))

    async def _send(self, call: Call) -> None:
        """Call, say what was done, and only then what followed from it."""
        self._held = []
        try:
            said = await self.state.send(call)
            if call.method == "tell" and self.state.status is not None:  # the news would say the same once more
                self._told["activity"] = lines.activity_sentence(self.state.status, self.now())
            self.say(lines.sentence(said))
        finally:
            held, self._held = self._held, None
            for event in held:
                self.heard(*event)
        if call.method == "undo":
            await self.state.refresh()

    def _ask(self, text: str, about: str) -> None:
        """In the background: a question must not keep other lines waiting."""
        self._answering = asyncio.create_task(self._answer(text, about))

    async def _answer(self, text: str, about: str) -> None:
        try:
            ask = f"p{os.getpid()}-{next(self._asks)}"
            answer = Answer.from_dict(await self.link.call("ask", text=text, about=about, ask=ask))
        except EdgeAssistantError as error:
            self.say(f"{error}; ask again.")
            return
        if answer.state == "cannot-write":
            self.say("I do not know; this is what I remember:")
            self.say(*(lines.memory_line(row, self.now()) for row in answer.memories))
        elif answer.state == "restarted":
            self.say(f"{answer.text}. Ask again.")
        elif answer.state == "cancelled":
            self.say("Cancelled.")
        else:
            self.say(f"Answer: {answer.text}")

    # -- words of the linear mode ------------------------------------------------------------------------------------

    async def _status(self, _rest: str) -> None:
        await self.state.refresh()
        self._say_status()

    async def _feed(self, _rest: str) -> None:
        await self.state.refresh()
        self.say(*(lines.entry_line(entry, self.now()) for entry in self.state.entries[:FEED_LENGTH]))
        if not self.state.entries:
            self.say("No suggestions yet.")

    async def _pick(self, rest: str) -> None:
        found = next((entry for entry in self.state.entries if rest in (entry.id, lines.number_of(entry))), None)
        if found is None:
            self.say(f"There is no suggestion {rest}; feed lists the last {FEED_LENGTH}.")
            return
        self.picked = found.id
        self.say(lines.entry_line(found, self.now()), lines.answers_line(found))

    async def _shelf(self, rest: str) -> None:
        await show_shelf(self, rest)

    async def _talk(self, rest: str) -> None:
        entry = self.current()
        if entry is None:
            self.say("There is no suggestion yet.")
            return
        self._ask(rest, entry.id)

    async def _cancel(self, _rest: str) -> None:
        await self.link.call("cancel", ask="")


def run_session(home: Path, core: CoreProcess | None) -> None:
    """Talk with the core of `home` until the input ends or somebody types quit."""
    asyncio.run(Session(home, core).run())
