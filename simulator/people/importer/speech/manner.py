"""How to be spoken to: length, formality, directness, warmth, emoji, exclamation marks, and what must not be named.

`manner_pieces` cuts a sentence into what is wished for, borne and refused; here the words of `manner_words` in each
piece become the persona's data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulator.people.importer.language.words import RANGE, digits, sentences
from simulator.people.importer.speech.manner_pieces import (
    LISTED,
    REFUSED,
    UNCLEAR,
    WISHED,
    Piece,
    is_borne,
    is_likewise,
    is_wish,
)
from simulator.people.importer.speech.manner_pieces import pieces as pieces_of
from simulator.people.importer.speech.manner_words import FAULTS, QUALITIES, TOPIC_PATTERNS
from simulator.people.importer.values import Notes
from simulator.people.persona import Communication

ASPECTS = ("length", "formality", "directness", "warmth", "emoji", "exclamation")

_WORD = r"(?<![\w-])(?:{})(?![\w])"
_QUALITIES = tuple(
    (aspect, yes, no, noun, re.compile(_WORD.format(words), re.I)) for aspect, yes, no, noun, words in QUALITIES
)
_FAULTS = tuple((aspect, value, re.compile(_WORD.format(words), re.I)) for aspect, value, words in FAULTS)

_SINGLE_WELCOME = re.compile(
    r"\b(?:an?|1|one) (?:\w+ )?[\w-]+(?: marks?)? (?:is|would be|are) (?:\w+ )?welcome\b", re.I
)
_TOLD = re.compile(
    r"\b(?:makes?|gets?|gives?|drives?|feels?|looks?|seems?|strikes?|reminds?|leaves?|startled|turns?|are|is|do"
    r"|does)\b",
    re.I,
)
_LIKENED = re.compile(r"\b(?:as (?:though|if)|like|as an?)\b.*$", re.I)
_ONLY_SUCH = re.compile(
    r"\b(?:scary|horror|sad|gloomy|tragic|bad|unpleasant|tasteless|cruel|dirty|crude|shocking|depressing"
    r"|negative|graphic)"
    r" (?:\w+ )?(?:about|on|of)\b",
    re.I,
)
_SPEAKING = re.compile(
    r"\b(?:talk\w*|mention\w*|discuss\w*|bring\w* up|speak\w*|comment\w*|topics?|subjects?|refer\w*|about"
    r"|jok\w+|remind\w*"
    r"|advice|nothing|touch\w*|privacy|pry|prying|questions?|ask\w*|concerning|regarding|avoid\w*|remarks?|suggestions?"
    r"|off[- ]limits|related to|leave|out|judg\w+|critici[sz]\w+|assum\w+|no|never|lectur\w+|business|private"
    r"|taboo|(?:keep|stay) off"
    r"|clear of|except|news|stories|unwelcome)\b",
    re.I,
)
_NAMING = re.compile(
    r"\b(?:mention\w*|discuss\w*|bring\w* up|comment\w* on|talk\w* (?:about|of)|ask\w*(?: me)? (?:how|what"
    r"|about|whether)"
    r"|nothing (?:about|on)|go on about|lectur\w+(?: me)? (?:about|on)|subject of|remind\w* me"
    r"|preach\w*(?: to me)? about|(?:stay|keep) (?:off|away from|out of)|off[- ]limits|no questions)\b",
    re.I,
)
_POINTING = re.compile(r"\b(?:about|on|of|mention|discuss|bring up) (?:that|it|this|them|those|these)\b", re.I)
_COURTEOUS = re.compile(
    r"^(?!.*\b(?:gentl|soft|tactful|subtl|tentative|mild|delicate|discreet|unobtrusive))"
    r".*\b(?:polite|respectful|considerate)",
    re.I,
)
_SAFE = re.compile(
    r"\b(?:safe\w*|danger\w*|harm\w*|risky|unsafe|offen[sc]\w*|hurtful|discriminat\w*|private|privacy|clean"
    r"|personal data|ethic\w*|appropriate\w*|inclusive)\b",
    re.I,
)


@dataclass(slots=True)
class _Wishes:
    """For each aspect the values that words gave, which of them were asked for, and what is merely borne."""

    values: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: set[tuple[str, str]] = field(default_factory=set)
    allowed: set[str] = field(default_factory=set)

    def take(self, aspect: str, value: str, words: str, asked: bool) -> None:
        if value:
            self.values.setdefault(aspect, {}).setdefault(value, words)
            if asked:
                self.asked.add((aspect, value))


def topics(text: str) -> list[str]:
    """Sensitive topics that a text names."""
    return [topic for topic, pattern in TOPIC_PATTERNS if pattern.search(text)]


def read(text: str, notes: Notes) -> tuple[Communication, list[str]]:
    """The manner in a rubric's part on communication, and the topics that it forbids."""
    wishes = _Wishes()
    forbidden: dict[str, str] = {}
    last_sign = 0
    for sentence in sentences(re.sub(r"\b(Mrs?|Ms|Dr|St)\.", r"\1", text)):
        used = False
        likewise = is_likewise(sentence)
        pieces = pieces_of(sentence)
        speaking = bool(_SPEAKING.search(" ".join([sentence, *(piece.text for piece in pieces)])))
        naming, told = False, ""
        for piece in pieces:
            if likewise:
                if not last_sign:
                    break  # 'exclamation marks too', after what was not understood
                piece.sign = last_sign
            own = bool(re.search(r"\bmy\b", piece.text, re.I))
            against = piece.sign in (REFUSED, LISTED)
            named = _topics_of(piece, notes) if against and (speaking or own) else []
            if against and not named and _POINTING.search(piece.text):
                named = topics(told)  # 'my drinking years are over, so no jokes about that'
            told = f"{told} {piece.text}"
            for topic in named:
                forbidden.setdefault(topic, piece.text)
            said = _aspects(piece, wishes)
            goes_on, naming = naming and not said, against and (naming or bool(_NAMING.search(piece.text)))
            missed = goes_on or (piece.sign == REFUSED and bool(_NAMING.search(piece.text)))
            if naming and missed and not (named or _ONLY_SUCH.search(piece.text)):
                notes.miss("communication (part)", piece.text)
            used |= said or bool(named)
        last_sign = pieces[-1].sign if used else 0
        if not used:
            if _SAFE.search(sentence):
                notes.understand("manner", "safe (kept by every suggestion)", sentence)
            else:
                notes.miss("communication", sentence)
    manner: dict[str, str] = {}
    for aspect, values in wishes.values.items():
        kept = _settle(aspect, values, wishes.asked)
        borne = aspect in wishes.allowed and (kept in ("yes", "long", "question") or (aspect, kept) not in wishes.asked)
        if kept and not borne:
            manner[aspect] = kept
            notes.understand(f"manner.{aspect}", kept, values[kept])
    for aspect in sorted(wishes.allowed - manner.keys()):
        notes.understand(f"manner.{aspect}", "any", "allowed, not asked for")
    for topic, words in forbidden.items():
        notes.understand("manner.forbidden_topics", topic, words)
    open_aspects = [name for name in ASPECTS if name not in manner and name not in wishes.allowed]
    if open_aspects:
        notes.assume("manner", f"any {', '.join(open_aspects)}", "not said")
    return Communication.model_validate({**manner, "forbidden_topics": tuple(forbidden)}), list(forbidden)


def _topics_of(piece: Piece, notes: Notes) -> list[str]:
    """Topics that a refused piece names, but for what it only likens to."""
    text = _LIKENED.sub("", piece.text)
    named = topics(text)
    if named and _ONLY_SUCH.search(text):
        notes.miss("communication (part)", piece.text)
        return []
    return named


def _aspects(piece: Piece, wishes: _Wishes) -> bool:
    """Take the aspects that a piece names; a word serves once."""
    used = False
    text, refused = piece.text, piece.sign == REFUSED
    if piece.sign == UNCLEAR:
        return False
    masked = text
    size = _size(text)
    if size and not (refused and not re.search(r"\b(?:more|longer|over|exceed\w*)\b", text, re.I)):
        used = True
        if size == "any":
            wishes.allowed.add("length")
        else:
            wishes.take("length", size, text, asked=True)
        masked = _SIZE.sub(" ", masked)
    for aspect, value, pattern in _FAULTS if piece.sign != WISHED else ():
        if pattern.search(masked):
            used = True
            wishes.take(aspect, value, text, asked=False)
            masked = pattern.sub(" ", masked)
    for aspect, yes, no, noun, pattern in _QUALITIES:
        if not pattern.search(masked) or (size and noun and aspect == "length"):
            continue  # 'the reason in half a line' is no wish for length
        against = refused or (piece.sign == LISTED and noun)
        if not against and noun and _TOLD.search(text) and not is_wish(text):
            continue  # 'emoji make me nervous': what is told of them is not known to be good
        used = True
        masked = pattern.sub(" ", masked) if aspect != "length" or "to the point" not in masked.lower() else masked
        borne = is_borne(text) or (noun and _SINGLE_WELCOME.search(text))
        if not against and borne and yes != "short":
            wishes.allowed.add(aspect)
            continue
        if against and re.search(r"\btolerable single\b", text):
            wishes.allowed.add(aspect)
            continue
        wishes.take(aspect, no if against else yes, text, asked=not against)
    return used


_SIZE = re.compile(
    rf"(?:\b{RANGE}|\b(an?|half an?|single|few))\s*(?:(?:short|brief|crisp|simple|small|or|to|\d)\s+)*"
    r"(sentences?|lines?|words?|paragraphs?|bullets?|seconds?)\b(?: or (\d)\b)?"
)
_LIMIT = re.compile(
    r"\b(?:under|below|within|at most|max\w*|tops|no (?:more|longer) than|up to|not (?:more|longer|over)|keep"
    r"|in|enough|plenty)\b",
    re.I,
)
_AT_MOST = re.compile(
    r"\b(?:under|below|at (?:the )?most|max\w*|tops|no (?:more|longer) than|up to|not (?:more|longer|over)|(?:is|are)"
    r" (?:enough|plenty))\b",
    re.I,
)
_SHORT, _LONG = (
    {"sentence": 2, "line": 2, "word": 20, "bullet": 2, "second": 15, "paragraph": 0},
    {"sentence": 3, "line": 4, "word": 40, "bullet": 4, "second": 30, "paragraph": 1},
)


def _size(text: str) -> str:
    """'short', 'long' or 'any' for so many sentences, lines, words or seconds; '' where none are named."""
    match = _SIZE.search(digits(text))
    if not match:
        return ""
    low, high, article, unit, more = match.groups()
    least = float(low or 1)
    most = max(least, float(high or 0), float(more or 0))
    unit = unit.rstrip("s")
    if unit == "word" and article:
        return "short" if article == "few" else ""
    if most <= _SHORT[unit]:
        return "short"
    few = unit in ("sentence", "line") and most <= 3
    if few and not more and (_AT_MOST.search(text) or re.search(r"\ba few\b", text, re.I)) and not is_borne(text):
        return "short"
    limited = _LIMIT.search(text) or is_borne(text) or "short" in match.group(0)
    return "long" if most >= _LONG[unit] and least > _SHORT[unit] / 2 and not limited else "any"


def _settle(aspect: str, values: dict[str, str], asked: set[tuple[str, str]]) -> str:
    """One value where the words name several: a wish outranks a refusal; two wishes leave the aspect open."""
    if len(values) == 1:
        return next(iter(values))
    if aspect == "directness" and set(values) == {"direct", "gentle"} and _COURTEOUS.search(values["gentle"]):
        return "direct"  # who wants politeness may still want it straight
    wished = [value for value in values if (aspect, value) in asked]
    if len(wished) == 1:
        return wished[0]
    if aspect == "directness":
        return "question" if "question" in values else ""
    if aspect == "warmth" and re.search(r"\bplain\b", values.get("plain", ""), re.I):
        return "warm"  # 'warm, but plain' speaks of plain words
    return ""
