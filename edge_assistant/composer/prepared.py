"""Prepared sentences: an idea in any style, from the frames, links and reasons of `data/sentences.toml`.

Every sentence is checked with `style.read_manner`, so what is prepared for a style keeps it. The frames take the idea
as a bare infinitive, which is why any imperative fits without being inflected.

    prepared(idea, Style(), Context(time, "making lunch"), seed=3)
"""

from __future__ import annotations

import re
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from edge_assistant.composer import style as styles
from edge_assistant.composer.style import SHORT_WORDS, broken, count_words
from edge_assistant.domain import Context, Idea, Style

DATA_FILE = Path(__file__).parents[1] / "data" / "sentences.toml"

WANTED = 6
"""Sentences prepared for one choice; fewer when an idea is too long for more."""

LONGEST_ACTIVITY = 9
"""An activity of more words does not become part of a sentence."""

LONGEST_SENTENCE = 30
"""A long sentence prefers to stay below this many words."""

# First words in -ing that are no activity of the person, and words that would speak of somebody else as 'you'.
_NO_GERUND_WORDS = (
    "morning evening nothing something anything everything king ring thing string spring wing wedding bring "
    "during ceiling clothing darling sibling pudding according meeting"
)
_NO_GERUND = frozenset(_NO_GERUND_WORDS.split())
_OTHERS = re.compile(r"\b(?:he|she|they|him|her|his|hers|their|theirs|them|himself|herself|themselves)\b", re.I)
_SELF = re.compile(r"^(?:i am|i'm|im|you are|you're|currently|still|just|busy)\s+", re.I)
_SECOND_PERSON = {
    "my": "your",
    "mine": "yours",
    "me": "you",
    "myself": "yourself",
    "our": "your",
    "us": "you",
    "i": "you",
}

_EXPANSIONS = (
    (re.compile(r"\bcan't\b"), "cannot"),
    (re.compile(r"\bwon't\b"), "will not"),
    (re.compile(r"\bshan't\b"), "shall not"),
    (re.compile(r"\b(\w+)n't\b"), r"\1 not"),
    (re.compile(r"\blet's\b"), "let us"),
    (re.compile(r"\b(it|that|there|here|what|who|how|where|when|he|she|everything|nothing)'s\b"), r"\1 is"),
    (re.compile(r"\b(i|you|we|they|he|she|it|that|there|what|who|how|this)'d\b"), r"\1 would"),
    (re.compile(r"\b(i|you|we|they|he|she|it|that|there|what|who|how|this)'ll\b"), r"\1 will"),
    (re.compile(r"\b(i|you|we|they|what|who|how)'ve\b"), r"\1 have"),
    (re.compile(r"\b(you|we|they|what|who|how)'re\b"), r"\1 are"),
    (re.compile(r"\bi'm\b"), "I am"),
)
_CONTRACTIONS = (
    (re.compile(r"\b([Ii]t|[Tt]hat|[Tt]here) is\b(?! not)"), r"\1's"),
    (re.compile(r"\b([Yy]ou|[Tt]hey|[Ww]e) are\b(?! not)"), r"\1're"),
    (re.compile(r"\b([Yy]ou|[Tt]hey|[Ii]t) will\b(?! not)"), r"\1'll"),
    (re.compile(r"\b([Yy]ou) have (?=probably|earned|finished)"), r"\1've "),
    (re.compile(r"\b(do|does|is|would) not\b"), r"\1n't"),
    (re.compile(r"\bwill not\b"), "won't"),
    (re.compile(r"\bcannot\b"), "can't"),
)

# Where an idea can end early and still be a whole one, from the cleanest cut to the last resort.
_CUTS = (
    re.compile(r"[,;:]\s|\s\(|\s[-\u2013\u2014]\s"),
    re.compile(r"\s(?:so that|so|while|before|until|because|and then|then|and|but)\s(?P<next>\w+)"),
    re.compile(r"\s(?:after|during|without|for|from|with|that|which|instead of|to)\s"),
    re.compile(r"\s(?:in|on|at|beside|near|under|over|across|into|as|about)\s"),
)
_CLAUSE_CUTS = 2
# A cut before a place would leave these without their object's place ('put the phone'), or a phrase in the air.
_PLACING_WORDS = "put place set lay keep leave turn hang stand move"
_PLACING = frozenset(_PLACING_WORDS.split())
_DANGLING_WORDS = (
    "a an the of what how who which when where why whether not only no or and your my one's most more enough "
    "as by for to with from up out way time order each every than"
)
_DANGLING = frozenset(_DANGLING_WORDS.split())
_FEWEST_WORDS = 3

_EASY = 0.45
"""The most effort with which something is still a treat."""

_GRAVE_TOPICS = frozenset({"death", "illness", "loneliness", "money", "weight", "work"})

_NUMBERS = {5: "five", 10: "ten", 15: "fifteen", 20: "twenty"}


@cache
def sentence_data() -> dict[str, Any]:
    """The tables of the data file."""
    return tomllib.loads(DATA_FILE.read_text(encoding="utf-8"))


def category_data(category: str) -> dict[str, Any]:
    """Emoji, reasons and kind of pleasure of a category; those of 'default' for one that the file does not know."""
    categories = sentence_data()["categories"]
    return dict(categories.get(category, categories["default"]))


def prepared(idea: Idea, style: Style, context: Context, *, seed: int) -> tuple[str, ...]:
    """Different sentences that say the idea in the asked style, the same for the same arguments.

    Args:
        idea: any imperative.
        style: what the sentences keep, by `style.broken`.
        context: its activity becomes part of long sentences where it starts with an -ing form.
        seed: at least 0.

    Returns:
        As a rule 4 to `WANTED` sentences, fewer for an idea that leaves a short sentence no room. An idea that cannot
        be put in this style at all (too long to be shortened) gets the sentences that break least of it.
    """
    generator = np.random.default_rng([seed, zlib.crc32(idea.id.encode())])
    kept: dict[str, str] = {}
    shortened: dict[str, str] = {}
    spoilt: dict[str, int] = {}
    for frame, sentence, cut in _candidates(idea, style, context, generator):
        if frame in kept:
            continue
        faults = broken(sentence, style)
        if faults:
            spoilt.setdefault(sentence, len(faults))
        elif cut:
            shortened.setdefault(frame, sentence)
        else:
            kept.setdefault(frame, sentence)
        if len(kept) >= WANTED:
            break
    sentences = list(dict.fromkeys([*kept.values(), *shortened.values()]))[:WANTED]
    if sentences:
        return tuple(sentences)
    return tuple(sorted(spoilt, key=lambda sentence: (spoilt[sentence], count_words(sentence)))[:4])


@lru_cache(maxsize=8192)
def gerund_activity(text: str) -> str:
    """An activity as it can follow 'after', or '' if it cannot: "I'm fixing my bike" gives 'fixing your bike'."""
    words = _SELF.sub("", text.strip().rstrip(".!")).split()
    if not words or len(words) > LONGEST_ACTIVITY or any(mark in text for mark in ',;:()?!"') or _OTHERS.search(text):
        return ""
    first = words[0].lower()
    if not re.fullmatch(r"[a-z]{2,}(?:-[a-z]+)*ing", first) or first in _NO_GERUND:
        return ""
    return " ".join([first, *(_SECOND_PERSON.get(word.lower(), word) for word in words[1:])])


@lru_cache(maxsize=8192)
def shorten(text: str, most: int) -> str:
    """An idea cut to at most so many words at the place that leaves most of it; unchanged when no cut fits."""
    if count_words(text) <= most:
        return text
    cuts = _CUTS[:_CLAUSE_CUTS] if text.split()[0] in _PLACING else _CUTS
    for pattern in cuts:
        heads = [text[: match.start()].rstrip(" ,;:") for match in pattern.finditer(text) if _clean_cut(match)]
        fitting = [
            head
            for head in heads
            if _FEWEST_WORDS <= count_words(head) <= most and head.rsplit(" ", 1)[-1].lower() not in _DANGLING
        ]
        if fitting:
            return max(fitting, key=len)
    return text


def _clean_cut(match: re.Match[str]) -> bool:
    """False where an 'and' joins two things rather than two steps."""
    following = match.groupdict().get("next")
    joins = match.group().split()[0] in ("and", "but")
    return not joins or following == "then" or following in _verbs()


@cache
def _verbs() -> frozenset[str]:
    return frozenset(sentence_data()["cuts"]["verbs"].split())


@lru_cache(maxsize=8192)
def contract(text: str) -> str:
    """The way it is spoken: "it's", "you're", "don't"."""
    for pattern, short in _CONTRACTIONS:
        text = pattern.sub(short, text)
    return text


@lru_cache(maxsize=8192)
def expand(text: str) -> str:
    """The way it is written in full: 'it is', 'do not'."""
    for pattern, full in _EXPANSIONS:
        text = pattern.sub(full, text)
    return text


def finish(sentence: str, style: Style, emoji: str, interjection: str) -> str:
    """A sentence without a final mark gets its capital, mark, interjection (or '?!' without one) and emoji."""
    sentence = sentence[0].upper() + sentence[1:]
    if style.directness == "question":
        sentence += "?"
        if style.exclamation == "yes":
            sentence = f"{interjection[0].upper()}{interjection[1:]}! {sentence}" if interjection else f"{sentence}!"
    else:
        sentence += "!" if style.exclamation == "yes" else "."
    return f"{sentence} {emoji}" if style.emoji == "yes" else sentence


def _candidates(
    idea: Idea, style: Style, context: Context, generator: np.random.Generator
) -> Iterator[tuple[str, str, bool]]:
    """Frame, whole sentence, and whether the idea was shortened for it, in the order of preference."""
    category = category_data(idea.category)
    text = _own_words(idea.text, style)
    interjections = sentence_data()["interjections"]
    exclaimed = style.directness == "question" and style.exclamation == "yes"
    warmth_before = exclaimed and style.warmth == "warm"
    for frame in _shuffled(_frames(idea, style, plain_too=warmth_before), generator):
        # One draw a frame, used or not, keeps the choice for one frame independent of the others.
        emoji = _pick(category["emoji"], generator)
        interjection = _pick(interjections["warm" if warmth_before else style.formality], generator)
        if style.length == "long":
            for sentence in _long_sentences(text, frame, idea, style, context, generator):
                yield frame, finish(sentence, style, emoji, interjection), False
            continue
        room = SHORT_WORDS - count_words(frame.replace("{idea}", ""))
        if exclaimed:
            left = room - count_words(interjection)
            if count_words(shorten(text, left)) <= left:
                room = left
            elif not warmth_before or frame in _frames(idea, style, plain_too=False):
                interjection = ""  # no room for it: the question itself is exclaimed
        fitting = shorten(text, max(room, _FEWEST_WORDS))
        yield frame, finish(frame.format(idea=fitting), style, emoji, interjection), fitting != text


def _frames(idea: Idea, style: Style, plain_too: bool) -> list[str]:
    of_style = sentence_data()["frames"][style.formality][style.directness]
    table = of_style[style.warmth]
    frames = list(table[style.length])
    if not category_data(idea.category)["treat"]:
        frames += table.get(f"duty_{style.length}", ())
    elif idea.effort <= _EASY and not _GRAVE_TOPICS.intersection(idea.topics):
        frames += table.get(f"treat_{style.length}", ())
    return frames + of_style["plain"][style.length] if plain_too else frames


def _long_sentences(
    text: str, frame: str, idea: Idea, style: Style, context: Context, generator: np.random.Generator
) -> Iterator[str]:
    """The frame with a link in front, a reason behind, or both: first those of a pleasant length, in a drawn order."""
    spoken = contract if style.formality == "casual" else expand
    core = spoken(frame).format(idea=text)
    links = ["", "", *_shuffled(_links(context, style), generator)[:2]]
    joins = sentence_data()["joins"]["question" if style.directness == "question" else "statement"]
    reasons = [
        "",
        *(_pick(joins, generator).format(reason=spoken(why)) for why in _shuffled(_reasons(idea), generator)[:2]),
    ]
    options = [
        (f"{link}, {core}{reason}" if link else f"{core}{reason}")
        for link in dict.fromkeys(_shuffled(links, generator))
        for reason in _shuffled(reasons, generator)
        if link or reason
    ]
    ideal = [option for option in options if SHORT_WORDS < count_words(option) <= LONGEST_SENTENCE]
    yield from ideal or sorted(options, key=count_words, reverse=True)


def _links(context: Context, style: Style) -> list[str]:
    data = sentence_data()["links"]
    activity = gerund_activity(context.activity)
    if activity:
        spoken = contract if style.formality == "casual" else expand
        return [spoken(link).format(activity=_own_words(activity, style)) for link in data[style.formality]]
    hour = context.time.hour
    return [data["morning" if hour < 12 else "afternoon" if hour < 18 else "evening"]]


def _reasons(idea: Idea) -> list[str]:
    """True of this idea: those of its category, and what its attributes say."""
    by_attribute = sentence_data()["attribute_reasons"]
    reasons = list(category_data(idea.category)["reasons"])
    upwards = int(-(-idea.minutes // 5) * 5)
    if upwards in _NUMBERS:
        reasons += [reason.format(minutes=_NUMBERS[upwards]) for reason in by_attribute["brief"]]
    if idea.health >= 0.7:
        reasons += by_attribute["healthy"]
    if idea.novelty >= 0.7:
        reasons += by_attribute["novel"]
    return reasons


@lru_cache(maxsize=8192)
def _own_words(text: str, style: Style) -> str:
    """The idea's or activity's words without what would break the style: marks, emoji, contractions, endearments."""
    text = styles.without_emoji(text.replace("\u2019", "'")).replace("!", "").strip(" .?")
    if style.formality == "formal":
        text = expand(text)
    if style.warmth == "plain":
        for warm, plain in sentence_data()["plain_words"].items():
            text = re.sub(rf"\b{warm}\b", plain, text)
    return text


def _pick(options: Sequence[str], generator: np.random.Generator) -> str:
    return options[int(generator.integers(len(options)))]


def _shuffled(options: Sequence[str], generator: np.random.Generator) -> list[str]:
    return [options[position] for position in generator.permutation(len(options))]
