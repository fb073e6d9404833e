"""How a sentence is put, read by rules: the one judge of communication, for the simulator and the assistant alike.

The rules, in the order in which they are tried:

- *length*: 'short' up to 12 words, otherwise 'long'. Emoji and punctuation are no words; 'half-hour' and
  'tomorrow's' are one each.
- *exclamation*: an exclamation mark anywhere. *emoji*: a pictogram, or a smiley in signs such as ':)'.
- *formality*: 'casual' for contractions ("you're", "don't"), interjections and colloquial openers ('hey', 'how about',
  'fancy', 'wanna'); 'formal' for ceremonious phrases ('may I suggest', 'would you care to', 'kindly', 'you may wish').
  When a sentence has both, the more frequent wins, and a tie is casual: one slip breaks ceremony. 'neutral' has none.
- *directness*: 'question' when it ends with a question mark; 'gentle' when a clause opens with, or the sentence has, a
  softener ('you could', 'maybe', 'perhaps', 'if you like', 'it would be'); otherwise 'direct': an imperative, 'you
  should', 'time to'. Only the opening of a clause counts for words that an idea may hold in its middle, so that 'write
  down what you could do' stays direct.
- *warmth*: 'warm' for words of affection, praise or comfort ('lovely', 'treat yourself', "you've earned", 'my dear').

    read_style("Maybe boil two eggs for tomorrow's lunch?").directness    # 'question'
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from edge_assistant.domain import STYLE_CHOICES, Style

DEFAULT = Style()

SHORT_WORDS = 12
"""The longest sentence that is still short, in words."""

_WORD = re.compile(r"[^\W_]+(?:['\-][^\W_]+)*")

# Pictographs, symbols, arrows drawn as emoji, flags, and smileys made of signs at the end of a word.
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u2300-\u23ff\u25a0-\u25ff\u2190-\u21ff\u3030\u303d\u00a9\u00ae\u20e3]"
    r"|(?:(?<=\s)|^)[:;]-?[)(DP](?=\s|$)|<3"
)
_TRAILING = re.compile(r"[\s\"')\]\ufe0f\u200d\u20e3\U0001f3fb-\U0001f3ff]+$")

_CONTRACTION = re.compile(
    r"\b(?:\w+n't|(?:i|you|we|they|he|she|it|that|there|what|who|how|this)'(?:d|ll|re|ve|m)|i'm"
    r"|(?:it|that|there|here|what|who|how|where|when|he|she|let|everything|nothing)'s)\b"
)
_CASUAL = re.compile(
    r"\b(?:hey|hi|yo|psst|ooh|oh|yay|yep|yeah|yup|nope|okay|ok|wanna|gonna|gotta|kinda"
    r"|sorta|dunno|lemme|gimme|c'mon|come on"
    r"|how about|what about|why not|guess what|go for it|no biggie|no rush|no worries"
    r"|no big deal|dare you|pretty cool"
    r"|so cool|super|heads up|while you're at it|give it a go|fun fact)\b"
)
_CASUAL_OPENING = re.compile(
    r"(?:fancy|feel like|feeling like|up for|bet you|go on(?: and|$)|right then|alright|want to|got a (?:minute"
    r"|moment|sec)|quick one)\b"
)
_FORMAL = re.compile(
    r"\b(?:(?:may|might|could) i (?:suggest|propose|recommend|invite|ask)|if i may"
    r"|(?:would|should) you care to|you would care to"
    r"|you (?:may|might) (?:wish|care|find it)|you would wish|(?:do|would|might) you wish to"
    r"|should you (?:wish|like|find|be so)"
    r"|kindly|i (?:would|should) (?:suggest|propose|recommend|advise|respectfully)"
    r"|i (?:suggest|propose|recommend) that"
    r"|allow me|permit me|it (?:may|might|would|is) (?:be )?(?:advisable|opportune|fitting|worthwhile)"
    r"|at your (?:convenience|leisure)"
    r"|if (?:it|this) (?:suits|pleases|is agreeable)|would it (?:suit|please) you|be so kind"
    r"|be so good as|with your permission"
    r"|would you consider|would it be agreeable|one might)\b"
)

_SOFT_ANYWHERE = re.compile(
    r"\b(?:may i|might i|could i|if i may|i wonder|i would (?:suggest|propose)|i'd (?:suggest|propose)"
    r"|you (?:may|might|could) (?:wish|care|like|want|enjoy|find|consider|always|treat)"
    r"|you would care|you'd like to|(?:it|that|this)(?: would|'d| could| might) be"
    r"|if you(?:'d| would)? (?:like|wish|care|fancy|want|feel like|please)"
    r"|if it (?:suits|pleases)|whenever (?:you|it)|should you (?:wish|like)|feel free"
    r"|no rush|no hurry|only if|just an idea"
    r"|just a thought|at your (?:convenience|leisure)|allow me|one might|you are welcome to|you're welcome to)\b"
)
_SOFT_OPENING = re.compile(
    r"(?:maybe|perhaps|possibly|you (?:could|might|may)|why not|how about|what about|one (?:idea|option)"
    r"|a thought|i think|it (?:may|might|could))\b"
)
_SOFT_WORD = re.compile(r"\b(?:maybe|perhaps|you (?:could|might|may))\b")
# Words that may stand before the opening of a clause without changing it.
_LEAD = re.compile(
    r"^(?:(?:and|so|but|then|well|hey|hi|oh|ooh|psst|okay|ok|now|or|dear|my dear|my friend|today|tonight|tomorrow|later"
    r"|afterwards|right now|for a change|yes|of course|if so|here is (?:an idea|a thought)"
    r"|here's (?:an idea|a thought))[\s,]+)+"
)
_SUBORDINATE = re.compile(
    r"^(?:now|when|while|once|after|before|as|since|if|because|until|with|for|at|in|on|during|between|here|some time)\b"
)
_CLAUSE = re.compile(r"[,;:!.?\u2013\u2014()]+\s*|\s-+\s")

_WARM = re.compile(
    r"\b(?:treat yourself|spoil yourself|pamper yourself|(?:a|this|little|small) treat"
    r"|you(?:'ve| have)(?: \w+)? earned|you (?:\w+ )?deserve|well[- ]deserved|well[- ]earned"
    r"|lovely|cosy|cozy|nice|nicely|delightful|wonderful|wonderfully|be (?:kind|good|gentle) to yourself"
    r"|(?:kind|good|gentle) to yourself|good for you|well done"
    r"|do(?:ing)? yourself a (?:\w+ )?(?:kindness|favour|favor)|do you (?:some )?good"
    r"|does you good|(?:enjoy|savour|relish) (?:it|yourself|every|this|that)|my (?:dear|friend|love)"
    r"|sweetheart|darling|i(?:'d| would) love|i hope|hope you"
    r"|take good care|take care of yourself|so glad|(?:am|i'm) glad|be glad|proud of you"
    r"|makes? me happy|be a (?:pleasure|joy)|a (?:small|little|real|quiet) (?:joy|pleasure|comfort)"
    r"|please yourself|just for you|thinking of you|warmly|hug|a gift to yourself|give yourself (?:a|some|this)"
    r"|look after yourself|would cheer|might cheer)\b"
)
_WARM_ADDRESS = re.compile(r"(?:^|[,!] )dear\b(?=[,!.?]|$)")


@dataclass(frozen=True, slots=True)
class StyleReading:
    """How a sentence was put. Values are those of `STYLE_CHOICES`; formality may also be 'neutral'."""

    words: int
    length: str
    formality: str
    directness: str
    warmth: str
    emoji: str
    exclamation: str


@lru_cache(maxsize=65536)
def read_style(text: str) -> StyleReading:
    """How a text is put, by the rules at the head of this module. Deterministic; any text has a reading."""
    plain = text.replace("\u2019", "'").replace("\u2018", "'").lower()
    drawn = bool(_EMOJI.search(plain))
    bare = _TRAILING.sub("", _EMOJI.sub("", plain)) if drawn else plain.strip()
    clauses = _clauses(bare)
    words = len(_WORD.findall(bare))
    warm = _WARM.search(bare) or ("dear" in bare and _WARM_ADDRESS.search(bare))
    return StyleReading(
        words=words,
        length="short" if words <= SHORT_WORDS else "long",
        formality=_formality(bare, clauses),
        directness=_directness(bare, clauses),
        warmth="warm" if warm else "plain",
        emoji="yes" if drawn else "no",
        exclamation="yes" if "!" in text else "no",
    )


def without_emoji(text: str) -> str:
    """The text without emoji and smileys."""
    return " ".join(_EMOJI.sub("", text).replace("\ufe0f", "").replace("\u200d", "").split())


@lru_cache(maxsize=65536)
def count_words(text: str) -> int:
    """Number of words; what hangs together by apostrophe or hyphen is one."""
    return len(_WORD.findall(text.replace("\u2019", "'")))


def keeps(text: str, aspect: str, wanted: str) -> bool:
    """Whether a text keeps one aspect of a style.

    Neutral formality offends nobody: it keeps both 'casual' and 'formal'. 'any' is kept by every text.

    Args:
        text: the sentence.
        aspect: a key of `STYLE_CHOICES`.
        wanted: one of its values, or 'any'.

    Raises:
        ValueError: for an aspect or value that does not exist.
    """
    if aspect not in STYLE_CHOICES:
        raise ValueError(f"style: no aspect {aspect!r}, expected one of {', '.join(STYLE_CHOICES)}")
    if wanted == "any":
        return True
    if wanted not in STYLE_CHOICES[aspect]:
        raise ValueError(f"style: {aspect} is {wanted!r}, expected one of {', '.join(STYLE_CHOICES[aspect])} or any")
    found = getattr(read_style(text), aspect)
    return bool(found == wanted or found == "neutral")


def broken(text: str, style: Style) -> tuple[str, ...]:
    """The aspects of a style that a text does not keep, in the order of `STYLE_CHOICES`; empty when it keeps all."""
    return tuple(aspect for aspect in STYLE_CHOICES if not keeps(text, aspect, getattr(style, aspect)))


def style_of(text: str, otherwise: Style = DEFAULT) -> Style:
    """The style in which a sentence is put; a neutral formality takes that of `otherwise`."""
    read = read_style(text)
    formality = otherwise.formality if read.formality == "neutral" else read.formality
    return Style(read.length, formality, read.directness, read.warmth, read.emoji, read.exclamation)


def _formality(text: str, clauses: list[str]) -> str:
    casual = len(_CONTRACTION.findall(text)) + len(_CASUAL.findall(text))
    casual += sum(1 for clause in clauses if _CASUAL_OPENING.match(clause))
    formal = len(_FORMAL.findall(text))
    if not casual and not formal:
        return "neutral"
    return "formal" if formal > casual else "casual"


def _directness(text: str, clauses: list[str]) -> str:
    if text.rstrip(" .\"')]!").endswith("?"):
        return "question"
    if _SOFT_ANYWHERE.search(text):
        return "gentle"
    for clause in clauses:
        # Without a comma, 'once the rice is on you could ...' has its main clause in its middle.
        if _SOFT_OPENING.match(clause) or (_SUBORDINATE.match(clause) and _SOFT_WORD.search(clause)):
            return "gentle"
    return "direct"


def _clauses(text: str) -> list[str]:
    """The stretches between punctuation marks, without words that may lead into a clause."""
    return [_LEAD.sub("", clause.strip()) for clause in _CLAUSE.split(text) if clause.strip()]
