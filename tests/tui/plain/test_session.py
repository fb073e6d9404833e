"""The linear mode on the real core: typed lines in, sentences out, nothing that moves a cursor."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from edge_assistant.config import load_settings
from edge_assistant.errors import UsageError
from edge_assistant.service.rpc.protocol import ActivityView, Status
from tui.plain.lines import help_lines, status_lines
from tui.plain.session import Session

LIMIT = 20.0


class Linear:
    """A session, its keyboard and its paper."""

    def __init__(self, home) -> None:
        reading, self._writing = os.pipe()
        self.paper = io.StringIO()
        self.source = os.fdopen(reading)
        self.session = Session(home, None, self.source, self.paper)

    def type(self, line: str) -> None:
        os.write(self._writing, (line + "\n").encode())

    def end(self) -> None:
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1

    async def until(self, true: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(LIMIT):
                while not true():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"not said; the paper has:\n{self.paper.getvalue()}") from None

    async def says(self, words: str) -> None:
        await self.until(lambda: words in self.paper.getvalue())

    async def answers(self, line: str, words: str) -> None:
        """Type a line, and wait for words that were not there before."""
        before = len(self.paper.getvalue())
        self.type(line)
        await self.until(lambda: words in self.paper.getvalue()[before:])


@asynccontextmanager
async def linear(served):
    line = Linear(served.home)
    task = asyncio.create_task(line.session.run())
    try:
        yield line
        line.end()
        await asyncio.wait_for(task, LIMIT)
    finally:
        line.end()
        task.cancel()


async def test_a_session(served) -> None:
    served.live(10)
    entry = served.suggest()
    async with linear(served) as line:
        await line.says(f": {entry.text}")
        await line.says("You can type: accept, later 15")
        await line.answers("why", "were needed")
        await line.answers("d b", "Dismissed: bad time.")
        await line.answers("x", "there is no command x; help lists them")
        assert served.entry(entry.id).reason == "timing"
        await line.answers("undo", "Taken back")
        assert served.entry(entry.id).state == "open"
        await line.answers("accept", "Accepted.")
        await line.answers("later 15", "does not apply")
        await line.answers("done", "Noted: done.")
        assert served.entry(entry.id).outcome == "done"
        before = len(line.paper.getvalue())
        await line.answers("baking bread", "You are doing: baking bread.")
        await line.answers("status", "Now: baking bread (you said so")
        assert line.paper.getvalue()[before:].count("baking bread") == 2, "what was just said is not told as news"
        assert served.sources.observation.activity == "baking bread"
        await line.answers("slow letter writing?", "Answer: one two three four five six")
        await line.answers("set limits.per_day 8", "limits.per_day is 8 now")
        assert load_settings().limits.per_day == 8
        await line.answers("set limits.per_day 1000", "expected 0 to 500")
        await line.answers("feed", entry.text)
        await line.answers("settings", "limits.per_day: 8.")
        await line.answers("help", "dismiss or d")
        await line.answers("s", "Suggestion ")
        await line.answers(f"pick {entry.id[1:]}", entry.text)
        await line.answers("learning", "of yours")
        await line.answers("memory bread", "baking bread")
        await line.answers("memory", "needs more words")
        paper = line.paper.getvalue()
        assert "\x1b" not in paper and "\r" not in paper


async def test_what_is_kept_is_found_corrected_pinned_taken_along_and_forgotten(served, tmp_path) -> None:
    served.live(10)
    async with linear(served) as line:
        await line.says("Now:")
        await line.answers("memory letter", "writing a letter")
        rows = served.core.call("memory.search", {"query": "letter"})["rows"]
        number = next(row["id"] for row in rows if row["text"] == "writing a letter")
        await line.answers(f"correct {number} kneading dough", "kneading dough")
        await line.answers(f"pin {number}", "(pinned)")
        await line.answers(f"unpin {number}", f"{number}: ")
        await line.answers("correct the exams", "correct the exams")  # what the person does
        kept = tmp_path / "everything.json"
        await line.answers(f"export {kept}", "memories")
        assert "kneading dough" in kept.read_text()
        await line.answers(f"forget {number}", "Forget this for good?")
        await line.answers("no", "Nothing was changed.")
        await line.answers(f"forget {number}", "kneading dough")
        await line.answers("yes", "Forgotten: 1 memory")
        await line.answers(f"forget {number}", "nothing to forget")
        await line.answers("forget it all", "takes a number, about TOPIC")


async def test_what_was_learned_is_told_by_number_and_corrected(served) -> None:
    served.live(10)
    async with linear(served) as line:
        await line.says("Now:")
        await line.answers("learning", "1: ")
        beliefs = served.core.call("learning")["beliefs"]
        number, belief = next((n, b) for n, b in enumerate(beliefs, 1) if b["kind"] == "number")
        await line.answers(f"wrong {number} {belief['low']:g}", "Learned: ")
        await line.answers("learning", "You said so.")
        assert next(b for b in served.core.call("learning")["beliefs"] if b["id"] == belief["id"])["corrected"]
        await line.answers(f"wrong {number} -5", "What is right?")
        await line.answers("wrong 999", "that learning gives")


async def test_the_answer_comes_before_what_follows_from_it(served) -> None:
    served.live(10)
    entry = served.suggest()
    async with linear(served) as line:
        await line.says(f": {entry.text}")
        await line.answers("d b", "Dismissed: bad time.")
        before = len(line.paper.getvalue())
        await line.answers("undo", "You can type: accept")
        said = line.paper.getvalue()[before:]
        assert said.index("Taken back: ") < said.index(f"Suggestion {entry.id[1:]}, ")
        assert said.count(f": {entry.text}") <= 2 and said.count("You can type") == 1


async def test_memories_and_moments_are_told_in_words_of_this_mode(served) -> None:
    async with linear(served) as line:
        await line.says("Now: not known (type what you are doing, or turn on a source with set).")
    served.live(10)
    async with linear(served) as line:
        await line.says("Now: ")
        await line.answers("memory letter", ", you did: writing a letter")


def test_help_names_each_word_once_and_no_screen(tmp_path) -> None:
    own = Session(tmp_path, None).commands.values()
    words = [line.partition(":")[0].partition(" ")[0] for line in help_lines(own)]
    assert not {"theme", "live", "watch"} & set(words)
    assert all(words.count(word) == 1 for word in ("memory", "learning", "settings", "quit", "pick"))


def test_a_guess_is_answered_by_typing() -> None:
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    status = Status(activity=ActivityView("lunch", "meal", "clock", now, 0.4), time=now)
    assert "Now: lunch (a guess; type what you are doing)." in list(status_lines(status, "ready", now))


async def test_a_reminder_is_said(served) -> None:
    served.live(10)
    entry = served.suggest()
    async with linear(served) as line:
        await line.says(f": {entry.text}")
        await line.answers("accept", "Accepted.")
        await line.answers("remind 20:00", "20:00")
        served.clock.set(served.clock.now().replace(hour=20, minute=1))
        await asyncio.to_thread(served.core.due)
        await line.says(f"Reminder: {entry.text}")
        assert line.session.picked == entry.id and served.entry(entry.id).reminder == "reminder"


async def test_the_end_of_the_input_is_the_end(served) -> None:
    async with linear(served) as line:
        await line.says("The assistant is:")
    assert line.session.link._client is None, "the connection ends with the session"


async def test_nobody_waits_for_a_core_that_will_not_come(tmp_path) -> None:
    line = Linear(tmp_path)
    line.type("status")
    task = asyncio.create_task(line.session.run())
    await line.says("No assistant is running; waiting for one. Type quit to leave.")
    assert not task.done()
    line.type("quit")
    with pytest.raises(UsageError, match="no assistant is running"):
        await asyncio.wait_for(task, LIMIT)


async def test_quit_leaves_the_first_start_and_changes_nothing(serve) -> None:
    served = serve(setup_done=False)
    async with linear(served) as line:
        await line.says("A few questions")
        await line.until(
            lambda: "Which model? It words" in line.paper.getvalue() or "Quiet hours." in line.paper.getvalue()
        )
        line.type("quit")
        await line.until(lambda: line.session.link._client is None)
    assert line.paper.getvalue().endswith("Nothing was changed.\n")
    assert not served.core.service.presence.setup_done


async def test_the_end_of_the_input_ends_the_first_start_too(serve) -> None:
    served = serve(setup_done=False)
    async with linear(served) as line:
        await line.says("A few questions")
    assert line.session.link._client is None and served.core.service.presence.setup_done


async def test_the_first_start_line_by_line(serve) -> None:
    served = serve(setup_done=False)
    async with linear(served) as line:
        await line.says("A few questions")
        for question, answer in (
            ("Which model?", "skip"),
            ("Quiet hours.", "two"),
            ("Type a number", "2"),
            ("How often should I speak up? I learn", "2"),
            ("How many a day? How", "3"),
            ("The same thing again? How soon", "4"),
            ("Good hours.", "5 -1"),
            ("Good occasions.", "1 -9"),
            ("Three likes.", "chess, tea, rain, old maps"),
            ("That is 4; name at most 3, or skip.", "1, 99"),
            (", your own words, or skip.", "1, growing orchids on a balcony"),
            ("Two dislikes.", "football"),
            ("part of your life", "1"),
            ("Would any of these please you? 1 of 12.", "1 -2"),
            ("Would any of these please you? 2 of 12.", "-1 1"),
            ("Type numbers from 1 to 3, or skip.", "skip"),
            *((f"Would any of these please you? {number} of 12.", "skip") for number in range(3, 13)),
            *((f"Which do you prefer? {number} of 4.", str(number % 3 + 1)) for number in range(1, 5)),
        ):
            if question == "Which model?" and not served.core.setup.state().models:
                continue
            await line.says(question)
            line.type(answer)
        await line.says("Thank you.")
        assert "screen" not in line.paper.getvalue() and "?." not in line.paper.getvalue()
    assert load_settings().presence.level == "rare"
    assert load_settings().limits.quiet_from == 22.0
    state = served.core.setup.state()
    assert (state.repeat_days, set(state.good_times), set(state.bad_times)) == (
        14,
        {"10-11", "pause"},
        {"6-7", "deep_work"},
    )
    assert served.core.setup.state().per_day == 4 and served.core.setup.state().dislikes == ("football",)
    assert served.core.service.presence.setup_done


async def test_what_is_found_here_is_offered_first(serve, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "Notes").mkdir()
    (tmp_path / "Notes/todo.md").write_text("- [ ] water the fig\n")
    async with linear(serve(setup_done=False)) as line:
        await line.says("What may I look at?")
        await line.says("1: Notes ~/Notes (1 note, 1 to do, such as 'water the fig')")
        line.type("1")
        line.type("skip all")
        await line.says("Thank you.")
    assert load_settings().sources.notes == str(tmp_path / "Notes")


async def test_the_review_line_by_line(serve) -> None:
    served = serve()
    for activity in ("reading by the window", "kneading rye dough", "writing a letter", "cooking dinner"):
        served.live(150, activity)
    async with linear(served) as line:
        await line.says("Today's review is there")
        line.type("review")
        await line.says("Question 1 of 8: Would this have pleased you at")
        line.type("yes")
        await line.says("Question 2 of 8")
        line.type("back")
        await line.says("Question 1 of 8")
        line.type("no")
        await line.says("Question 2 of 8")
        line.type("perhaps")
        await line.says("That is no answer to this.")
        line.type("later")
        await line.says("The other questions wait")
    cards = served.core.call("review.cards")["cards"]
    assert [card["answer"] for card in cards[:3]] == ["no", "", ""]


async def test_the_shelf_line_by_line(serve) -> None:
    served = serve()
    served.core.call("pause")
    served.live(10)
    first = served.core.call("shelf")["ideas"][0]
    async with linear(served) as line:
        line.type("shelf")
        await line.says(f"1: {first['text']}")
        line.type("idea 1 perhaps")
        await line.says("such as idea 2 yes")
        line.type("idea 1 no")
        await line.says("Noted; undo takes it back.")
    assert first["id"] not in [idea["id"] for idea in served.core.call("shelf")["ideas"]]
