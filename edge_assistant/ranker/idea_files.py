"""Reading and checking files of ideas: TOML with one `[[idea]]` table for each idea.

A file is read as a whole and every problem in it is named, so that an author mends it in one go:

    [[idea]]
    text = "boil two eggs for tomorrow's lunch"

A text is enough in a file of one's own; what else is not said is taken from packaged ideas in similar words:

    id = "boil-two-eggs-tomorrow"
    category = "cooking"
    effort = 0.15        # of body or mind: 0 lying still, 1 exhausting
    minutes = 12         # 1 to 240
    social = 0.0         # 0 alone, 1 only with others
    novelty = 0.05       # 0 an everyday thing, 1 hardly anybody has done it
    stimulation = 0.1    # 0 calming, 1 exciting
    cost = 0.2           # 0 free, 0.2 small change, 0.4 a coffee, 0.6 a meal out, 0.8 a concert, 1 more
    health = 0.55        # 0 no matter for health, 1 plainly good for body or mind
    kinds = ["cooking", "tidying", "pause"]    # during or after what it suits
    topics = ["diet"]          # sensitive topics that it touches
    hours = [16.0, 22.5]       # local hours between which to bring it up; may wrap midnight
    season = ["winter"]        # spring, summer, autumn, winter
    daylight = true            # true needs daylight, false needs darkness
    place = "kitchen"          # home, kitchen, desk, garden, outdoors, out (in town), anywhere
    nature = "weekly"          # habit, weekly, occasional, once
    needs = ["dog or cat"]     # what one must have for it; of 'dog or cat' one is enough
    say = ["Two eggs could go on now, if you fancy them tomorrow."]    # finished sentences that say it
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, NATURES, PLACES, SEASONS, SENSITIVE_TOPICS, Idea
from edge_assistant.things import thing_names

CATEGORIES: dict[str, str] = {
    "cooking": "meals, stocks and preparations at the stove or the board",
    "baking": "bread, cakes and biscuits from the oven or the pan",
    "nutrition": "small choices that make eating better",
    "drinks": "tea, coffee, and other things to drink",
    "exercise": "strength, stamina, balance and suppleness without a gym",
    "rest": "doing less: lying down, warmth, quiet, a bath",
    "sleep": "preparing for a good night, and for the morning after",
    "mindfulness": "attention to breath, senses and the present",
    "reflection": "thinking over days, wishes and decisions",
    "crafts": "sewing, knitting, wood, paper and other work of the hands",
    "art": "drawing, painting, calligraphy and printing",
    "writing": "poems, letters, stories and notes for pleasure",
    "music": "singing, playing and attentive listening",
    "film": "films, series and documentaries, watched or talked over",
    "audio": "podcasts, radio, audio books and sounds",
    "reading": "books, magazines, comics and poems",
    "learning": "facts, skills and short lessons on anything",
    "languages": "practising a language, one's own included",
    "heritage": "family history, local history, maps and customs",
    "games": "board games, cards, puzzles, chess and video games",
    "tinkering": "code, electronics and small machines for fun",
    "photography": "taking, sorting and showing pictures",
    "creativity": "inventing, combining and playing without a purpose",
    "tidying": "order and cleanliness, a shelf or a corner at a time",
    "repairs": "mending and maintaining what the household owns",
    "style": "clothes, shoes, hair, skin, and the look of rooms",
    "plants": "pots, herbs, seeds and gardens",
    "pets": "animals of the house, and those at the window",
    "outdoors": "fresh air, weather, sky, birds and streets",
    "family": "relatives near and far, of all ages",
    "friends": "keeping old friendships and starting new ones",
    "community": "neighbours, clubs, giving and helping",
    "finances": "bills, budgets, contracts and savings",
    "work_breaks": "short breaks from a screen or a bench",
    "focus": "starting, guarding and finishing one piece of work",
    "mail_meetings": "mail, messages, calls, calendars and meetings",
    "digital_hygiene": "files, passwords, notifications and old accounts",
}
"""The closed list of categories with what each holds; an index into it is part of the learner's features."""

CATEGORY_NAMES = tuple(CATEGORIES)

REQUIRED_KEYS = ("id", "text", "category", *ATTRIBUTES, "kinds")
KNOWN_KEYS = (*REQUIRED_KEYS, "topics", "hours", "season", "daylight", "place", "nature", "needs", "say")

MAXIMUM_FILE_BYTES = 4_000_000
MAXIMUM_TEXT_CHARACTERS = 160
MINIMUM_WORDS, MAXIMUM_WORDS = 3, 20
MAXIMUM_SENTENCES, MAXIMUM_SENTENCE_CHARACTERS = 24, 240
LIKE = 8
"""Ideas in similar words from which one is completed."""
NEAR_IDENTICAL = 0.7
"""Two texts are near-identical when their content words overlap this much (Jaccard index)."""

# A text must follow 'you could', 'would you like to', 'time to' and 'why not': these words cannot, or hedge again.
_REFUSED = """a an and can consider could did does don't how i if it let's may maybe might must need never no not
perhaps please remember should some that the there these this time to try want was what when where which who why will
would you your"""
REFUSED_FIRST_WORDS = frozenset(_REFUSED.split())

_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WORD = re.compile(r"[^\W_]+")
_STOP = """a about an and any are as at by for from have in into is it its of off on one or out own s so some than that
the their them then they this through to up was what while with without you your"""
_STOP_WORDS = frozenset(_STOP.split())


@dataclass(frozen=True, slots=True)
class IdeaFile:
    """What one file held: the sound ideas in their order, and what is wrong with the rest."""

    path: Path
    ideas: tuple[Idea, ...]
    problems: tuple[str, ...]


def read_idea_file(path: Path, known: Sequence[Idea] = (), compare: bool = True) -> IdeaFile:
    """Read a file and name everything that is wrong with it, by file, idea and field.

    Args:
        path: a TOML file with `[[idea]]` tables.
        known: ideas that the new ones must differ from, in id and in text.
        compare: look for repeated ids and near-identical texts.
    """
    tables, problems = _read_tables(path)
    ideas: list[Idea] = []
    for position, table in enumerate(tables, start=1):
        if not isinstance(table, Mapping):
            problems.append(f"idea {position}: is not a table; write [[idea]] above its fields")
            continue
        name = f"idea {table['id']!r}" if isinstance(table.get("id"), str) else f"idea {position}"
        table = _completed(table, known)
        found = _table_problems(table)
        problems.extend(f"{name}: {problem}" for problem in found)
        if not found:
            ideas.append(_idea(table))
    if compare:
        problems.extend(duplicate_problems(ideas, known))
    return IdeaFile(path, tuple(ideas), tuple(f"{path}: {problem}" for problem in problems))


def _completed(table: Mapping[str, Any], known: Sequence[Idea]) -> Mapping[str, Any]:
    """A table with what is missing as the nearest known ideas have it; the packaged ones are read without any."""
    text = table.get("text")
    if not known or not isinstance(text, str) or not text.strip():
        return table
    first = text.split()[0]
    if first[1:].islower():
        text = text[:1].lower() + text[1:]
    text = text.removesuffix(".")
    words = content_words(text)
    near = [idea for idea in known if words & content_words(idea.text)]
    like = sorted(near, key=lambda idea: -overlap(words, content_words(idea.text)))[:LIKE] or known
    categories = Counter(idea.category for idea in like)
    kinds = Counter(kind for idea in like for kind in idea.kinds)
    guessed = {
        "id": "-".join(re.findall("[a-z0-9]+", text.lower())),
        "category": categories.most_common(1)[0][0],
        "kinds": [kind for kind, _ in kinds.most_common(4)],
        **{name: float(median(getattr(idea, name) for idea in like)) for name in ATTRIBUTES},
    }
    return {**guessed, **table, "text": text}


def duplicate_problems(ideas: Sequence[Idea], known: Iterable[Idea] = ()) -> list[str]:
    """Name ideas that repeat the id or, nearly, the text of an earlier one or of a known one."""
    problems: list[str] = []
    ids: set[str] = set()
    postings: dict[str, list[Idea]] = {}
    for idea in known:
        ids.add(idea.id)
        for word in content_words(idea.text):
            postings.setdefault(word, []).append(idea)
    for idea in ideas:
        if idea.id in ids:
            problems.append(f"idea {idea.id!r}: id is already taken; choose another")
        words = content_words(idea.text)
        # A dict rather than a set keeps the order, and so the message, the same in every run.
        rivals = dict.fromkeys(rival for word in sorted(words) for rival in postings.get(word, ()))
        for rival in rivals:
            if rival.id != idea.id and overlap(words, content_words(rival.text)) >= NEAR_IDENTICAL:
                problems.append(f"idea {idea.id!r}: text says nearly the same as {rival.id!r} ({rival.text!r})")
        ids.add(idea.id)
        for word in words:
            postings.setdefault(word, []).append(idea)
    return problems


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """The words of a text that carry meaning, in lower case and without a plural s."""
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(word.removesuffix("s") if len(word) > 3 else word for word in words if word not in _STOP_WORDS)


def overlap(first: frozenset[str], second: frozenset[str]) -> float:
    """Jaccard index of two sets of words, in [0, 1]; two empty sets are equal."""
    union = len(first | second)
    return len(first & second) / union if union else 1.0


def text_problems(text: object) -> list[str]:
    """What keeps a text from being a bare imperative that can follow 'you could'."""
    if not isinstance(text, str) or not text.strip():
        return ["text must be a sentence in quotes"]
    problems: list[str] = []
    words = text.split()
    if text != " ".join(words) or not text.isprintable():
        problems.append("text must be one line with single spaces and no space at its ends")
    if not MINIMUM_WORDS <= len(words) <= MAXIMUM_WORDS:
        problems.append(f"text has {len(words)} words, expected {MINIMUM_WORDS} to {MAXIMUM_WORDS}")
    if len(text) > MAXIMUM_TEXT_CHARACTERS:
        problems.append(f"text has {len(text)} characters, expected at most {MAXIMUM_TEXT_CHARACTERS}")
    if not words[0][0].islower():
        problems.append(f"text starts with {words[0]!r}; begin with a verb in lower case")
    elif words[0].lower() in REFUSED_FIRST_WORDS:
        problems.append(f"text starts with {words[0]!r}; begin with what to do, such as 'boil' or 'water'")
    if not text[-1].isalnum() and text[-1] not in "'\")":
        problems.append(f"text ends with {text[-1]!r}; leave the end open")
    return problems


def _read_tables(path: Path) -> tuple[list[Any], list[str]]:
    """The `[[idea]]` tables of a file and the problems of the file as a whole."""
    try:
        if path.is_dir():
            return [], ["is a folder; name a TOML file"]
        if path.stat().st_size > MAXIMUM_FILE_BYTES:
            return [], [f"is larger than {MAXIMUM_FILE_BYTES} bytes; split it"]
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        return [], ["does not exist; check the path"]
    except OSError as error:
        return [], [f"cannot be read ({error.strerror}); check its permissions"]
    except UnicodeDecodeError as error:
        return [], [f"is not UTF-8 (byte {error.start}); save it as UTF-8"]
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return [], [f"is not TOML: {error}"]
    problems = [f"unknown key {key!r} at the top; only [[idea]] tables are read" for key in data if key != "idea"]
    tables = data.get("idea", [])
    if not isinstance(tables, list):
        return [], [*problems, "idea is a single table; write [[idea]], with two brackets"]
    if not tables:
        problems.append("holds no idea; add an [[idea]] table")
    return tables, problems


def _table_problems(table: Mapping[str, Any]) -> list[str]:
    """Everything wrong with one idea, field by field."""
    problems = [f"{key} is missing" for key in REQUIRED_KEYS if key not in table]
    for key in table:
        if key not in KNOWN_KEYS:
            problems.append(f"unknown key {key!r}{_hint(key, KNOWN_KEYS)}")
    if "id" in table and not (isinstance(table["id"], str) and _IDENTIFIER.fullmatch(table["id"])):
        problems.append(f"id is {table['id']!r}, expected lower case words joined by hyphens")
    if "text" in table:
        problems.extend(text_problems(table["text"]))
    if "category" in table and table["category"] not in CATEGORY_NAMES:
        problems.append(f"category is {table['category']!r}{_hint(table['category'], CATEGORY_NAMES)}")
    for name in ATTRIBUTES:
        if name in table:
            problems += _number_problems(name, table[name], *((1, 240) if name == "minutes" else (0, 1)))
    if table.get("kinds") == []:
        problems.append("kinds is empty; name at least one activity kind")
    words = (("kinds", ACTIVITY_CLASSES), ("topics", SENSITIVE_TOPICS), ("season", SEASONS), ("needs", thing_names()))
    for name, choices in words:
        if name in table:
            problems.extend(_list_problems(name, table[name], choices))
    for name, choices in (("place", PLACES), ("nature", NATURES)):
        if name in table and table[name] not in choices:
            problems.append(f"{name} is {table[name]!r}{_hint(table[name], choices)}")
    if "daylight" in table and not isinstance(table["daylight"], bool):
        problems.append(f"daylight is {table['daylight']!r}, expected true or false, or to be left out")
    if "hours" in table:
        problems.extend(_hours_problems(table["hours"]))
    if "say" in table:
        problems.extend(_sentence_problems(table["say"]))
    return problems


def _hours_problems(value: object) -> list[str]:
    sound = isinstance(value, list) and len(value) == 2 and not any(_number_problems("h", v, 0, 24) for v in value)
    if not sound or value[0] == value[1]:  # type: ignore[index]
        return [f"hours is {value!r}, expected two different hours from 0 to 24, such as [16.0, 22.5]"]
    return []


def _sentence_problems(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        return ["say must be a list of sentences in quotes"]
    problems = [f"say has {len(value)} sentences, expected at most {MAXIMUM_SENTENCES}"] * (
        len(value) > MAXIMUM_SENTENCES
    )
    for number, text in enumerate(value, start=1):
        if text != " ".join(text.split()) or not 0 < len(text) <= MAXIMUM_SENTENCE_CHARACTERS:
            problems.append(
                f"say {number} must be one line of at most {MAXIMUM_SENTENCE_CHARACTERS} characters with single spaces"
            )
        elif not (text[0].isupper() or text[0].isdigit()) or text[-1] not in ".?":
            problems.append(f"say {number} is no whole sentence ({text!r}); begin with a capital, end with '.' or '?'")
    repeated = sorted({text for text in value if value.count(text) > 1})
    return problems + [f"say has {text!r} twice" for text in repeated]


def _number_problems(name: str, value: object, low: int, high: int) -> list[str]:
    # TOML's true is a Python int as well; the comparison also refuses nan.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
        return [f"{name} is {value!r}, expected a number from {low} to {high}"]
    return []


def _list_problems(name: str, value: object, choices: Sequence[str]) -> list[str]:
    if not isinstance(value, list):
        return [f"{name} must be a list of words in quotes"]
    entries = [part for entry in value for part in (entry.split(" or ") if isinstance(entry, str) else [entry])]
    problems = [f"{name} has unknown {entry!r}{_hint(entry, choices)}" for entry in entries if entry not in choices]
    repeated = sorted({entry for entry in value if isinstance(entry, str) and value.count(entry) > 1})
    problems.extend(f"{name} names {entry!r} twice" for entry in repeated)
    return problems


def _hint(word: object, choices: Sequence[str]) -> str:
    """', did you mean ...?' when one choice is close, otherwise the choices themselves."""
    close = difflib.get_close_matches(word, choices, n=1) if isinstance(word, str) else []
    return f"; did you mean {close[0]!r}?" if close else f"; expected one of {', '.join(choices)}"


def _idea(table: Mapping[str, Any]) -> Idea:
    numbers = {name: float(table[name]) for name in ATTRIBUTES}
    return Idea(
        id=table["id"],
        text=table["text"],
        category=table["category"],
        kinds=tuple(table["kinds"]),
        topics=tuple(table.get("topics", ())),
        hours=tuple(float(hour) for hour in table.get("hours", ())),
        season=tuple(table.get("season", ())),
        daylight=table.get("daylight"),
        place=table.get("place", ""),
        nature=table.get("nature", ""),
        needs=tuple(table.get("needs", ())),
        say=tuple(table.get("say", ())),
        **numbers,
    )
