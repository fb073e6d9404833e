"""The review and the shelf in the real app on the real core: keys reach what is learned, and can be taken back."""

from __future__ import annotations

import asyncio

from edge_assistant.service.rpc.review_values import LIKE_QUESTION, Review
from tui.screens.live.feed import FeedList
from tui.screens.live.screen import REVIEW
from tui.screens.live.shelf import TITLE, ShelfList
from tui.screens.review.screen import DONE, ReviewScreen


def answers(served) -> list[str]:
    return [card.answer for card in Review.from_dict(served.core.call("review.cards")).cards]


def day(served) -> None:
    for activity in ("reading by the window", "kneading rye dough", "writing a letter", "cooking dinner"):
        served.live(150, activity)


async def test_a_quiet_line_leads_to_the_review_and_goes_when_it_is_done(served, running) -> None:
    day(served)
    async with running(served) as ui:
        await ui.shows(REVIEW)
        assert not ui.app._notifications
        await ui.press("v")
        await ui.shows("1 of 8")
        for number in range(1, 9):
            await ui.shows(f"{number} of 8")
            await ui.press("n" if number % 2 else "s")
        await ui.shows(LIKE_QUESTION[:20])
        await ui.press(*"bouldering", "enter")
        await ui.shows(DONE)
        await ui.press("escape")
        await ui.until(lambda: REVIEW not in ui.text())
    assert answers(served) == ["no", "skip"] * 4
    assert list(served.core.service.assistant.learner.stated.likes) == ["bouldering"]


async def test_the_open_question_can_be_passed_over(served, running) -> None:
    day(served)
    for card in Review.from_dict(served.core.call("review.cards")).cards:
        served.core.call("review.answer", {"id": card.id, "answer": "skip"})
    async with running(served) as ui:
        await ui.press("v")
        await ui.shows(LIKE_QUESTION[:20])
        await ui.press("escape")
        await ui.shows(DONE)
    assert not served.core.service.assistant.learner.stated.likes
    assert not Review.from_dict(served.core.call("review.cards")).asks_like


async def test_back_takes_the_answer_back(served, running) -> None:
    day(served)
    learner = served.core.service.assistant.learner
    async with running(served) as ui:
        await ui.press("v")
        await ui.shows("1 of 8")
        before = learner.ranker.model.mean.copy()
        question = ui.app.screen.card.question
        await ui.press("y")
        await ui.shows("2 of 8")
        assert answers(served)[0] == "yes"
        await ui.press("b")
        await ui.shows("1 of 8")
        assert ui.app.screen.card.question == question and (learner.ranker.model.mean == before).all()
        await ui.press("escape")
        await ui.until(lambda: not isinstance(ui.app.screen, ReviewScreen))
    assert answers(served) == [""] * 8


async def test_two_wordings_are_told_apart_by_number(served, running) -> None:
    day(served)
    async with running(served) as ui:
        await ui.press("v")
        await ui.shows("1 of 8")
        while ui.app.screen.card is not None and not ui.app.screen.card.options:
            card = ui.app.screen.card.id
            await ui.press("s")
            await ui.until(lambda card=card: ui.app.screen.card is None or ui.app.screen.card.id != card)
        assert ui.app.screen.card is not None, "a stranger's wording is asked for"
        await ui.shows("Which do you prefer?")
        await ui.press("2", "escape")
        await ui.shows(DONE)
    assert answers(served)[-1] == "no"


async def test_a_review_without_a_day_says_so(served, running) -> None:
    async with running(served) as ui:
        await ui.press("v")
        await ui.shows("come back later")
        assert ui.app.screen.card is None
    assert answers(served) == []


async def test_ideas_lie_ready_where_nothing_waits(served, running) -> None:
    served.core.call("pause")
    served.live(20)
    async with running(served) as ui:
        await ui.shows(TITLE)
        shelf = ui.find(ShelfList)
        first = next(iter(shelf.ideas))
        assert len(shelf.ideas) == 3 and not ui.app._notifications
        await ui.press("b")
        await ui.until(lambda: shelf.has_focus)
        await ui.press("n")
        await ui.until(lambda: first not in shelf.ideas and len(shelf.ideas) == 3)
        await ui.press("u")
        await ui.until(lambda: first in shelf.ideas)
        await ui.press("escape")
        assert ui.find(FeedList).has_focus
    assert served.core.service.assistant.learner.history.spoken_ever == 0


async def test_the_runners_up_of_a_suggestion_can_be_answered(served, running) -> None:
    served.live(10)
    entry = served.suggest()
    async with running(served) as ui:
        shelf = ui.find(ShelfList)
        assert not shelf.display, "a suggestion waits"
        await ui.press("b")
        await ui.until(lambda: shelf.has_focus and len(shelf.ideas) == 5)
        liked = list(shelf.ideas)[-1]
        await ui.press("end", "y")
        base = served.core.service.assistant.base
        judged = served.core.service.assistant.learner.ranker.judged
        await ui.until(lambda: base.index(liked) in judged)
    assert served.entry(entry.id).state == "open"


async def test_private_mode_empties_the_shelf(served, running) -> None:
    served.core.call("pause")
    served.live(10)
    async with running(served) as ui:
        await ui.shows(TITLE)
        assert ui.find(ShelfList).ideas
        await asyncio.to_thread(served.core.call, "private", {"on": True})
        await ui.until(lambda: not ui.find(ShelfList).display)
        assert not ui.find(ShelfList).ideas
