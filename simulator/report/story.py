"""A run told line by line: each thing that was said and what came of it, and each day's review.

    for line in story(Path("runs/demo")):
        print(line)

Read from the run's `events.sqlite`. What the cards of a review were stands in the stores of the personas alone; where
these are gone, the reviews are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError
from edge_assistant.ranker.ideas import load_packaged
from edge_assistant.service.rpc.protocol import REASON_WORDS
from edge_assistant.storage.store import Store
from simulator.runs import events

KINDS = {"idea": ("idea", "ideas"), "moment": ("moment", "moments"), "wording": ("wording", "wordings")}
"""What the cards of a review ask about, as one and as several."""


def story(run: Path) -> Iterator[str]:
    """What happened in a run, in order, one line each; a heading for each person where there are several.

    Raises:
        DataError: the folder holds no run.
        StoreError: its events or a store cannot be read.
    """
    if not (run / "events.sqlite").is_file():
        raise DataError(f"{run}: holds no events.sqlite; name the folder of a run")
    with events.read(run / "events.sqlite") as log:
        people = log.personas()
        for persona in people:
            if len(people) > 1:
                yield f"-- {persona} --"
            cards = _cards(run / "stores" / f"{persona}.sqlite")
            for day, wake in log.wakes(persona).items():
                shelf = [card for card in cards.get(day, ()) if card["kind"] == "shelf"]
                told = [(event["time"], _said(event)) for event in log.suggestions(persona, day)]
                told += [(card["time"], _taken(card)) for card in shelf]
                yield from (line for _, line in sorted(told))
                asked = [card for card in cards.get(day, ()) if card["kind"] in KINDS]
                if asked:
                    yield _reviewed(wake, asked)
                for card in cards.get(day, ()):
                    if card["kind"] == "like":
                        yield f"{wake:%a} night  what else do you enjoy? | {card['answer']}"


def _said(event: dict[str, Any]) -> str:
    reaction = event["reaction"] or "ignored"
    if event["reason"]:
        reaction += f": {REASON_WORDS[event['reason']]}"
    activity = event["activity"] + (" (asked for an idea)" if event["requested"] else "")
    return f"{_clock(event['time'])}  {activity} | {event['text']} | {reaction}"


def _taken(card: dict[str, Any]) -> str:
    """Something that lay ready and was taken, by the text of its idea; one that is not packaged has only its name."""
    idea = load_packaged().by_id.get(card["idea"])
    text = idea.text if idea is not None else card["idea"].replace("-", " ")
    return f"{_clock(card['time'])}  {card['activity']} | {text} | taken from the shelf"


def _reviewed(wake: datetime, cards: list[dict[str, Any]]) -> str:
    """The day's review: how many cards about what, and the answers."""
    kinds = Counter(card["kind"] for card in cards)
    about = ", ".join(f"{count} {KINDS[kind][count > 1]}" for kind, count in kinds.items())
    answers = Counter(card["answer"] for card in cards)
    given = ", ".join(f"{answers[answer]} {answer}" for answer in ("yes", "no", "skip") if answers[answer])
    return f"{wake:%a} night  review | {len(cards)} {'cards' if len(cards) > 1 else 'card'}: {about} | {given}"


def _clock(time: str) -> str:
    return f"{datetime.fromisoformat(time):%a %H:%M}"


def _cards(path: Path) -> dict[int, list[dict[str, Any]]]:
    """The cards of each day of one person; empty where the store is gone or holds none."""
    if not path.is_file():
        return {}
    with Store.open(path, read_only=True) as store:
        found: dict[int, list[dict[str, Any]]] = {}
        while (document := store.get_state(f"day.{len(found) + 1}")) is not None:
            found[len(found) + 1] = document.get("cards", [])
        return found
