"""The review in the linear mode: a question a line, answered by a word or its first letter."""

from __future__ import annotations

from edge_assistant.service.rpc.review_values import LIKE_QUESTION, Review, ReviewCard, Shelf
from tui.plain.talk import Talk

ANSWERS = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "s": "skip", "skip": "skip", "": "skip"}
WORDING_ANSWERS = {"1": "yes", "2": "no", **ANSWERS}
BACK, LEAVE = ("b", "back"), ("q", "quit", "later")


async def ask_review(session: Talk) -> None:
    """Ask today's cards until all are answered or somebody leaves."""
    link = session.state.link
    found = Review.from_dict(await link.call("review.cards"))
    if not found.cards:
        session.say(found.note)
        return
    while (card := found.next) is not None:
        number = [one.id for one in found.cards].index(card.id) + 1
        session.say(f"Question {number} of {len(found.cards)}: {card.question}")
        session.say(*(f"{at}: {text}" for at, text in enumerate(card.options, 1)))
        session.say(_help(card))
        line = await session.read_line()
        word = "" if line is None else line.strip().lower().removeprefix("/")
        if line is None or word in LEAVE:
            session.say("The other questions wait until the end of the day.")
            return
        if word in BACK:
            if found.back:
                found = Review.from_dict(await link.call("review.back"))
            else:
                session.say("There is nothing to go back to.")
        elif word in (known := WORDING_ANSWERS if card.options else ANSWERS):
            found = Review.from_dict(await link.call("review.answer", id=card.id, answer=known[word]))
        else:
            session.say("That is no answer to this.")
    if found.asks_like:
        session.say(LIKE_QUESTION)
        session.say("  An empty line passes over it.")
        await link.call("review.like", words=await session.read_line() or "")
    session.say("That was today's review. Thank you; undo takes the last answer back.")


async def show_shelf(session: Talk, rest: str) -> None:
    """Ideas for now, each with a number; 'idea 2 yes' answers one."""
    link = session.state.link
    shelf = Shelf.from_dict(await link.call("shelf"))
    number, _, word = rest.partition(" ")
    answer = ANSWERS.get(word.strip().lower())
    if number:
        known = number.isdigit() and 1 <= int(number) <= len(shelf.ideas)
        if not known or answer not in ("yes", "no"):
            session.say("Type idea, a number and yes or no, such as idea 2 yes.")
            return
        shelf = Shelf.from_dict(await link.call("shelf.answer", idea=shelf.ideas[int(number) - 1].id, answer=answer))
        session.say("Noted; undo takes it back.")
    session.say(*(f"{at}: {idea.text}" for at, idea in enumerate(shelf.ideas, 1)))
    if not shelf.ideas:
        session.say("Nothing lies on the shelf now.")


def _help(card: ReviewCard) -> str:
    choices = "1 or 2" if card.options else "yes or no"
    return f"  You can type: {choices}, skip, back, or later to leave."
