"""Plain text to sentences, list items, numbers and lengths of time."""

from __future__ import annotations

import re
import unicodedata

_LETTERS = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": " - ",
        "\u2015": " - ",
        "\u2026": ". ",
        "\u00a0": " ",
        "\u202f": " ",
    }
)

_SHORT_FORMS = (
    (re.compile(r"\b([ap])\.\s?m\.?(?=\W|$)", re.I), r"\1m"),
    (re.compile(r"\be\.g\.,?", re.I), "such as"),
    (re.compile(r"\bi\.e\.,?", re.I), "that is"),
    (re.compile(r"\betc\.", re.I), "and so on"),
    (re.compile(r"\b(approx|max|min|mins|hrs|hr)\.(?=\s+(?-i:[^A-Z\s]))", re.I), r"\1"),  # before a capital it ends
    (re.compile(r"\bcan't\b", re.I), "can not"),
    (re.compile(r"\bcannot\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"\b(do|does|did|is|are|was|were|would|should|could|have|has|must|need)n't\b", re.I), r"\1 not"),
    (re.compile(r"\bsaturdays? (?:and|or|&) sundays?\b", re.I), "weekends"),
    (re.compile(r"\b(mondays?) (?:to|through|until|-) (fridays?)\b", re.I), "weekdays"),
)


def normalise(text: str) -> str:
    """The text with plain quotes and dashes, short forms without stops, and 'not' written out."""
    text = unicodedata.normalize("NFKC", text.translate(_LETTERS)).translate(_LETTERS)
    for pattern, plain in _SHORT_FORMS:
        text = pattern.sub(plain, text)
    return re.sub(r"[ \t\r]+", " ", text).strip()


def sentences(text: str) -> list[str]:
    """The sentences of a text, in order; a semicolon or a new line ends one as well."""
    parts = re.split(r"(?<=[.!?])[\"')\]]*\s+|[;\n]+\s*|\s*[\u2022\u00b7]\s*", normalise(text))
    return [stripped for part in parts if (stripped := part.strip(" .!?\t-*"))]


_NUMBERED = re.compile(r"(?<![\w:])\(?\d{1,2}\)\s*")
_STOPPED = re.compile(r"(?<![\w:])\d{1,2}\.(?!\d)\s+")


def items(text: str) -> list[str]:
    """The entries of '1) ... 2) ...', or else the sentences of a list, without what introduces it."""
    text = normalise(text)
    marks = list(_NUMBERED.finditer(text))
    if not marks and re.search(r"(?:^|[:;]\s*)1\.\s", text):
        marks = list(_STOPPED.finditer(text))
    if marks:
        edges = [mark.end() for mark in marks]
        stops = [mark.start() for mark in marks[1:]] + [len(text)]
        parts = [text[edge:stop] for edge, stop in zip(edges, stops, strict=True)]
        return [part.strip(" .;,\n") for part in parts if len(part.strip(" .;,\n")) > 2]
    return sentences(text)


_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
]
_VALUES = {word: value for value, word in enumerate(_UNITS)} | {"thirty": 30, "forty": 40, "forty-five": 45}
_VALUES |= {"fifty": 50, "sixty": 60, "ninety": 90, "twenty-five": 25, "thirty-five": 35}
_NUMBER_WORD = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _VALUES), key=len, reverse=True)) + r")\b", re.I)
_VAGUE = (
    (re.compile(r"\bhalf a dozen\b", re.I), "6"),
    (re.compile(r"\ba dozen\b", re.I), "12"),
    (re.compile(r"\b(?:a|the odd) (?:couple|pair)(?: of)?\b|\bcouple of\b", re.I), "2"),
    (re.compile(r"\ba few\b", re.I), "3"),
    (re.compile(r"\ba handful(?: of)?\b", re.I), "5"),
    (re.compile(r"\bseveral\b", re.I), "4"),
    (re.compile(r"\b(?:one and a half|1 and a half|1\u00bd)\b", re.I), "1.5"),
    (re.compile(r"\b(?:two and a half|2 and a half)\b", re.I), "2.5"),
    (re.compile(r"\b(?:an|one|1) hour and a half\b", re.I), "1.5 hours"),
    (re.compile(r"\b(?:a )?three[- ]quarters of an hour\b", re.I), "45 minutes"),
    (re.compile(r"\b(?:a )?quarter (?:of an )?hours?\b", re.I), "15 minutes"),
    (re.compile(r"\bhalf[- ](?:an? )?hours?\b|\ba half[- ]hour\b", re.I), "30 minutes"),
    (re.compile(r"\b(?:an|a single) hour or (?:two|so|2)\b", re.I), "1.5 hours"),
    (re.compile(r"\bhour or (?:two|2)\b", re.I), "1.5 hours"),
    (re.compile(r"\bthrice\b", re.I), "3 times"),
    (re.compile(r"\btwice\b", re.I), "2 times"),
)


def digits(text: str) -> str:
    """The text in lower case with number words as figures: 'two or three hours' -> '2 or 3 hours'."""
    text = normalise(text).lower()
    for pattern, plain in _VAGUE:
        text = pattern.sub(plain, text)
    # 'no one' and 'one' as a pronoun do no harm: numbers only count beside a unit
    return _NUMBER_WORD.sub(lambda match: str(_VALUES[match.group(0).lower()]), text)


NUMBER = r"\d+(?:\.\d+)?"
RANGE = rf"({NUMBER})(?:\s*(?:-|to|or|and|/)\s*({NUMBER}))?"
"""A number or two, as two groups; the middle of both is meant."""


def middle(low: str, high: str | None) -> float:
    """The middle of a range, or the number itself."""
    return (float(low) + float(high)) / 2 if high else float(low)


_DURATION = re.compile(rf"{RANGE}\s*[- ]?(minutes?|mins?|min|m|hours?|hrs?|hr|h)\b")


def duration(text: str) -> float | None:
    """Minutes of the first stretch named ('two hours', 'an hour', 'half an hour'), or None."""
    plain = re.sub(r"\ban? (hour|minute)\b", r"1 \1", digits(text))
    match = _DURATION.search(plain)
    if not match:
        return None
    value = middle(match.group(1), match.group(2))
    return value * 60 if match.group(3).startswith("h") else value
