"""What is kept, learned and set, in the linear mode: told, corrected, pinned, forgotten, exported."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

from edge_assistant.errors import UsageError
from edge_assistant.service.rpc.learning_values import Belief, Learning
from edge_assistant.service.rpc.protocol import Forgotten, MemoryRow, Setting
from tui.client.when import parse_span
from tui.client.wording import counted
from tui.plain import lines
from tui.plain.talk import LinearCommand, Talk
from tui.screens.learning.words import answer_words, number_question, parse_number
from tui.screens.memory.export import write_export
from tui.screens.memory.words import forgotten_words
from tui.screens.settings.values import parse_value

FOUND = 10
"""Memories that a search tells."""

YES = ("y", "yes")


class Keeping(Talk):
    """The commands about memory, beliefs and settings."""

    def _keeping(self) -> tuple[LinearCommand, ...]:
        return (
            LinearCommand("memory", "WORDS", "what is kept about something, each with its number", self._memory),
            LinearCommand("correct", "NUMBER WORDS", "what really happened", self._correct, True),
            LinearCommand("pin", "NUMBER", "count a memory as important", partial(self._pin, True), True),
            LinearCommand("unpin", "NUMBER", "no longer", partial(self._pin, False), True),
            LinearCommand(
                "forget",
                "NUMBER, about TOPIC, or a time",
                "forget for good, after saying what goes; for example forget last 2 h",
                self._forget,
            ),
            LinearCommand("export", "FILE", "write everything that is kept to a file", self._export),
            LinearCommand("learning", "", "what was learned about you, each with its number", self._learning),
            LinearCommand("wrong", "NUMBER [VALUE]", "correct what was learned", self._wrong, True),
            LinearCommand("settings", "", "all settings", self._settings),
            LinearCommand("set", "SECTION.FIELD VALUE", "change one, for example set limits.per_day 8", self._set),
        )

    # -- memory ------------------------------------------------------------------------------------------------------

    async def _memory(self, rest: str) -> None:
        found = await self.link.call("memory.search", query=rest, by="meaning", limit=FOUND)
        rows = [MemoryRow.from_dict(data) for data in found["rows"]]
        self.say(*(lines.numbered_memory_line(row, self.now()) for row in rows))
        if not rows:
            self.say("Nothing matches.")

    async def _correct(self, rest: str) -> None:
        number, _, text = rest.partition(" ")
        if not text.strip():
            raise UsageError("correct needs a number and words: correct 12 it was rye bread")
        row = MemoryRow.from_dict(await self.link.call("memory.correct", id=_number(number), text=text.strip()))
        self.say(lines.numbered_memory_line(row, self.now()))

    async def _pin(self, on: bool, rest: str) -> None:
        row = MemoryRow.from_dict(await self.link.call("memory.pin", id=_number(rest), on=on))
        self.say(lines.numbered_memory_line(row, self.now()))

    async def _forget(self, rest: str) -> None:
        """By number, 'about TOPIC', or a span of time; what would go is told first."""
        if rest.isdigit():
            wanted: dict[str, Any] = {"ids": [int(rest)]}
        elif rest.startswith("about ") and rest[6:].strip():
            wanted = {"topic": rest[6:].strip()}
        elif (span := parse_span(rest, self.now())) is not None:
            wanted = {"since": span[0], "until": span[1]}
        else:
            raise UsageError("forget takes a number, about TOPIC, or a time such as yesterday or last 2 h")
        gone = Forgotten.from_dict(await self.link.call("memory.forget", **wanted, preview=True))
        if not gone.memories and not gone.feed:
            self.say("There is nothing to forget.")
            return
        self.say(*lines.preview_lines(gone, self.now()))
        if await self._agreed("Forget this for good?"):
            gone = Forgotten.from_dict(await self.link.call("memory.forget", **wanted, preview=False))
            self.say(f"Forgotten: {forgotten_words(gone)}.")

    async def _export(self, rest: str) -> None:
        everything = await self.link.call("memory.export")
        size = await asyncio.to_thread(write_export, Path(rest), everything)
        memories = counted(len(everything["memories"]), "memory", "memories")
        self.say(f"{rest}: {memories}, {size / 1024:.0f} KiB.")

    async def _agreed(self, question: str) -> bool:
        self.say(f"{question} Type yes or no.")
        answer = await self.read_line()
        agreed = answer is not None and answer.strip().lower() in YES
        if not agreed:
            self.say("Nothing was changed.")
        return agreed

    # -- what was learned --------------------------------------------------------------------------------------------

    async def _read(self) -> Learning:
        return Learning.from_dict(await self.link.call("learning"))

    async def _learning(self, _rest: str) -> None:
        learning = await self._read()
        self.say(*(f"{number}: {lines.belief_line(one)}" for number, one in enumerate(learning.beliefs, 1)))
        self.say(f"From {counted(learning.feedback_total, 'answer', 'answers')} of yours.")

    async def _wrong(self, rest: str) -> None:
        """A belief by its number, and how it really is."""
        word, _, value = rest.partition(" ")
        beliefs = (await self._read()).beliefs
        if not word.isdigit() or not 1 <= int(word) <= len(beliefs):
            raise UsageError("wrong needs a number from the list that learning gives")
        belief = beliefs[int(word) - 1]
        corrected = _value(belief, value.strip())
        await self.link.call("learning.correct", id=belief.id, value=corrected)
        self.say(f"Learned: {answer_words(corrected)}.")

    # -- settings ----------------------------------------------------------------------------------------------------

    async def _settings(self, _rest: str) -> None:
        result = await self.link.call("settings.get")
        self.say(*(lines.setting_lines([Setting.from_dict(data) for data in result["settings"]])))

    async def _set(self, rest: str) -> None:
        name, _, value = rest.replace("=", " ").partition(" ")
        result = await self.link.call("settings.get")
        known = {f"{one['section']}.{one['field']}": Setting.from_dict(one) for one in result["settings"]}
        if name not in known:
            self.say(f"There is no setting {name}; settings lists them.")
            return
        setting = known[name]
        try:
            wanted = parse_value(setting, value)
        except ValueError as error:
            raise ValueError(f"{name}: expected {error}") from None
        changed = await self.link.call("settings.set", section=setting.section, field=setting.field, value=wanted)
        self.say(lines.setting_line(Setting.from_dict(changed)))


def _number(text: str) -> int:
    if not text.isdigit():
        raise UsageError(f"{text!r} is not the number of a memory; memory WORDS lists them")
    return int(text)


def _value(belief: Belief, text: str) -> Any:
    """How it really is, in the form that the belief has; for one that is so or not so, nothing means the opposite.

    Raises:
        UsageError: it cannot be.
    """
    if belief.kind == "number":
        number = parse_number(belief, text)
        if number is None:
            raise UsageError(number_question(belief))
        return number
    if belief.kind == "yesno":
        if text:
            raise UsageError(f"'{belief.sentence}' is either true or not; type wrong and its number alone")
        return not belief.value
    found = next((choice for choice in belief.choices if str(choice).lower() == text.lower()), None)
    if found is None:
        raise UsageError(f"choose one of {', '.join(map(str, belief.choices))}")
    return found
