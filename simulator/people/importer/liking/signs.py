"""Who likes what: a text on taste cut into the things it names, each with its sign and its moment.

A sentence is cut at commas, colons, dashes and conjunctions. A verdict (see `cues`) governs its own piece and
the bare pieces after it, so that a list after a colon shares the sign of its head; one that stands behind what it
judges reaches back over the bare pieces before it. A moment named first holds to the end of the sentence, one named
last for the list that it closes. A bare list without verdict is a list of likes; a whole sentence without one is left
to the classifier of tones, and without it, or in doubt, to nobody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.language.tone import FloatArray, Tone
from simulator.people.importer.language.words import normalise, sentences
from simulator.people.importer.liking import cues, tastes
from simulator.people.importer.liking.moments import Moment, cut_moments

SURE, VETO, DOUBT = 0.6, 0.75, 0.5
"""Chances from which the classifier decides where no rule does, forbids what a rule says, and what is only assumed."""

_CUT = re.compile(
    r"\s*(?:[,()\"]+\s*(?:(?:and|or|nor|plus) )?|:(?!\d)\s*|\s-+\s)(?:(?=(?:but|however|though|although|yet"
    r"|whereas|while"
    r"|because|since|so)\b))?"
    r"|\s+(?=(?:but|however|although|though|yet|whereas|because|since|except|unless|other than|apart from|aside from|"
    r"rather than|instead of)\b)|\s+(?:and(?: also)?|or|nor|as well as|plus)\s+",
    re.I,
)
_TURN = re.compile(r"^(?:but|however|although|though|yet|whereas|while|so(?! (?:do|does|is|are)\b))\b,?\s*", re.I)
_EXCEPT = re.compile(r"^(?:except|unless|other than|apart from|aside from|besides)\b(?: for)?", re.I)
_REASON = re.compile(r"^(?:because|since|so (?:that |i |my |it |there ))\b", re.I)
_VERB = re.compile(
    r"^(?:i|you|we|he|she|it|they|there|nobody|somebody|everybody)(?:'\w+)? \w+|^my \w+ \w+(?:s|ed) \S"
    r"|(?<!to )\b(?:is|are|was|were|has|have|had|does|do|did|will|would|can|could|must|(?<!to )(?:makes?|goes"
    r"|puts?|means?|gets|gives)(?!-))\b"
    r"|\w+ me\b|^\w+'s (?:a|an|not|my|the)\b",
    re.I,
)
_GOES_ON = re.compile(
    r"^(?:so (?:do|does|is|are)|what(?:ever)?|which(?:ever)?|that|who|\w+s (?:i|we|nobody|no one)|how|where|whoever)\b",
    re.I,
)
_ELIDED = re.compile(r"\b(?:is|are|does|do|would|will|can) not$", re.I)
_ELIDED_YES = re.compile(r"(?<=\w) (?:do|does|is|are)$", re.I)
_STRONG = re.compile(
    r"\b(?:love|adore|above all|especially|most of all|best|favou?rite|passion\w*|really|always|particularly)\b", re.I
)
_HEDGED = re.compile(
    r"\b(?:fine|alright|all right|okay|ok|may|might|could|sometimes|occasionally|perhaps|maybe|now and then|accept"
    r"|patience|a (?:little )?bit)\b",
    re.I,
)
_MILD = re.compile(
    r"\b(?:do not (?:really )?(?:care|enjoy|like|want|need)|dislike|not (?:a fan|fond|keen|interested|into|much)"
    r"|less|fewer"
    r"|rather|instead of|bor\w+|tired of|not too|hardly|could do without|no (?:interest|patience|need)|little)\b",
    re.I,
)
_FIRM = re.compile(
    r"\b(?:never|avoid\w*|no\b|nothing (?:about|on|to do)|stop|hate|detest|loathe|can ?not (?:stand|bear)"
    r"|off[- ]limits"
    r"|skip|steer clear|stay away|refrain|spare (?:me|us))",
    re.I,
)


@dataclass(slots=True)
class Wish:
    """A thing that the text names.

    Attributes:
        text: the words that name it, without the verdict.
        sign: 1 liked, -1 not, 0 not said.
        words: the clause that it stands in.
        moment: when it holds; None for always.
        bound: a moment was named, but none that the data can hold.
        own: the sign was said, not assumed of a bare list.
        strong, hedged, firm: how much.
    """

    text: str
    sign: int
    words: str
    moment: Moment | None = None
    bound: bool = False
    own: bool = True
    strong: bool = False
    hedged: bool = False
    firm: bool = False


@dataclass(slots=True)
class _Piece:
    text: str
    joint: str
    sign: int | None = None
    cue: bool = False
    back: bool = False
    words: str = ""
    content: str = ""


def read(text: str, times: DayTimes, tone: Tone | None = None) -> list[tuple[str, list[Wish]]]:
    """The sentences of a text with what each wishes for; an empty list where a sentence was not understood."""
    result: list[tuple[str, list[Wish]]] = []
    whole = re.sub(r"[\u27e6\u27e7]", " ", normalise(text))  # they mark moments below
    for sentence in sentences(whole):
        wishes = _sentence(sentence, times, tone)
        if result and tone is not None and f"{result[-1][0]}?" in whole:
            _hear(result[-1][0], sentence, wishes, tone)
        if result and wishes and _answers(wishes, result[-1][1]):
            said, before = result[-1]
            _answer(wishes[0], before)
            result[-1] = (f"{said}. {sentence}", before)
        else:
            if f"{sentence}?" in whole and not any(wish.own for wish in wishes) and all(wish.sign for wish in wishes):
                for wish in wishes:  # 'Sport? ...': nothing is said until the answer
                    wish.sign = 0
            result.append((sentence, wishes))
    return result


def _hear(question: str, answer: str, wishes: list[Wish], tone: Tone) -> None:
    """Let the classifier sign a short answer that names nothing: 'Knitting? Any time'."""
    if len(wishes) != 1 or wishes[0].own or len(answer.split()) > 5:
        return
    named = tastes.about(wishes[0].text)
    good, bad, _ = tone.chances([f"{question}? {answer}"])[0]
    if not (named.categories or named.attributes) and max(good, bad) > SURE:
        wishes[0].sign, wishes[0].own = (1 if good > bad else -1), True


def _answers(wishes: list[Wish], before: list[Wish]) -> bool:
    """Whether a sentence is a verdict on the one before it: 'Nope', 'Such things are welcome', 'Not on your life'."""
    if not before or not wishes[0].own or not wishes[0].sign:
        return False
    if all(cues.pointing(wish.text) or not re.search(r"\w", cues.opened(wish.text)) for wish in wishes):
        return True
    named = [tastes.about(wish.text) for wish in wishes]
    return len(wishes) == 1 and not before[0].own and not (named[0].categories or named[0].attributes)


def _answer(verdict: Wish, before: list[Wish]) -> None:
    """Take a verdict on the sentence before: it signs a bare list, and binds what is liked to its moment."""
    for wish in before:
        if not wish.own:
            wish.sign, wish.own, wish.firm = verdict.sign, True, verdict.firm
        if verdict.moment and wish.sign == verdict.sign and wish.moment is None:
            wish.moment = verdict.moment


def _sentence(sentence: str, times: DayTimes, tone: Tone | None) -> list[Wish]:
    plain, moments = cut_moments(cues.plainly(sentence), times)
    pieces = _pieces(plain)
    _judge(pieces, moments, tone)
    _reach_back(pieces)
    if pieces and not any(piece.cue for piece in pieces) and all(piece.sign is None for piece in pieces):
        for piece in pieces:
            piece.sign = None if _VERB.search(cues.blank_relative(piece.content)) else 1
            relative = len(cues.blank_relative(piece.content).rstrip()) < len(piece.content)
            if piece.sign and relative and tone is not None and _chances([piece], tone).min(axis=0)[1] > DOUBT:
                piece.sign = 0  # its clause may end in a verdict: 'anything that smells of school spoils my mood'
        own = False
    else:
        own = True
        for index, piece in enumerate(pieces):  # 'old films, no westerns': a bare thing before a no is liked
            verdict = next((later for later in pieces[index:] if later.cue), None)
            waits = verdict is not None and (verdict.back or not verdict.sign)
            if piece.sign is None and not waits and not _VERB.search(piece.content):
                piece.sign = 1
    return _wishes(pieces, moments, own)


def _pieces(plain: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    last, joint = 0, ""
    for match in [*_CUT.finditer(plain), None]:
        text = plain[last : match.start() if match else len(plain)].strip()
        if text:
            pieces.append(_Piece(text, joint))
        if match:
            last, joint = match.end(), " ".join(match.group(0).split())
    return pieces


def _judge(pieces: list[_Piece], moments: list[Moment | None], tone: Tone | None) -> None:
    """Give each piece its own verdict, or that of the piece before it."""
    current: int | None = None
    for index, piece in enumerate(pieces):
        turned = bool(_TURN.match(piece.text))
        text = _TURN.sub("", piece.text)
        piece.words, piece.content = text, text
        if _REASON.match(text):
            piece.sign, piece.cue, current = 0, True, 0
            continue
        if _EXCEPT.match(text):
            piece.content, piece.cue = _EXCEPT.sub("", text), True
            ahead = next((cue.sign for later in pieces[index + 1 :] if (cue := cues.find(later.text))), 1)
            piece.sign = -(current or ahead)
            continue
        if _ELIDED.search(text):
            current = -(current or 1)  # 'numbers bore me, colours do not'
            piece.sign, piece.cue, piece.back, piece.content = current, True, True, _ELIDED.sub("", text)
            continue
        if current == -1 and len(text.split()) < 4 and _ELIDED_YES.search(text):
            piece.sign, piece.cue, piece.back, piece.content = 1, True, True, _ELIDED_YES.sub("", text)
            current = 1  # 'drawing does not interest me, sewing does'
            continue
        if current == -1 and re.match(r"(?:only|just) ", text, re.I):
            current = 1  # 'nothing loud, only something small'
        cue = cues.find(text)
        bare = re.sub(r"⟦\d+⟧", " ", text).strip()
        if cue is not None and not (cue.inner and current):
            sign = cue.sign
            if tone is not None and bare:
                good, bad, _ = _chances(pieces[: index + 1], tone).min(axis=0)
                sign = 0 if (bad if sign > 0 else good) > VETO else sign
            # 'quizzes, riddles: no thanks' judges what was named; 'no: quizzes, riddles' what comes
            ends = index > 0 and not re.search(r"\w", cues.opened(cue.rest)) and not _headed(pieces, index)
            piece.sign, piece.cue, piece.back, piece.content = sign, True, cue.back or ends, cue.rest
            current = sign
        elif bare and _VERB.search(cues.blank_relative(bare)) and not (current and _GOES_ON.match(bare)):
            sign = _by_tone(pieces[: index + 1], tone)
            piece.sign, piece.cue, piece.back = sign, True, bool(sign)
            if sign or not (current and cues.pointing(bare)):  # 'I like old ones, and they are many: ...'
                current = sign
        else:
            piece.sign = None if turned else current


def _by_tone(pieces: list[_Piece], tone: Tone | None) -> int:
    """The sign of a main clause without a verdict that the rules know."""
    if tone is None:
        return 0
    good, bad, _ = _chances(pieces, tone).max(axis=0)
    return 1 if good > SURE > bad else -1 if bad > SURE > good else 0


def _chances(pieces: list[_Piece], tone: Tone) -> FloatArray:
    """What the classifier says of the last piece, read with the bare list before it and alone: shape (2, 3)."""
    first = len(pieces) - 1
    while first and pieces[first - 1].sign is None and not _TURN.match(pieces[first].text):
        first -= 1
    listed = " ".join(f"{piece.joint} {piece.text}" for piece in pieces[first:]).removeprefix(pieces[first].joint)
    texts = (listed, _TURN.sub("", pieces[-1].text))
    return tone.chances([re.sub(r"\s*⟦\d+⟧\s*", " ", text).strip() for text in texts])


def _headed(pieces: list[_Piece], index: int) -> bool:
    """Whether a list follows a piece as its head."""
    return any(piece.joint.startswith((":", "-")) for piece in pieces[index + 1 : index + 2])


def _reach_back(pieces: list[_Piece]) -> None:
    """A verdict behind a list signs the bare pieces before it."""
    for index, piece in enumerate(pieces):
        if not (piece.cue and piece.back and piece.sign):
            continue
        joined = piece.joint.lower() in ("and", "or", "nor")
        for earlier in range(index - 1, -1, -1):
            before = pieces[earlier]
            if before.cue or (before.sign is not None and not joined):
                break
            before.sign = piece.sign
            before.words = f"{before.words} {piece.words}"
            joined = before.joint.lower() in ("and", "or", "nor")
            if _TURN.match(before.text):
                break


def _wishes(pieces: list[_Piece], moments: list[Moment | None], own: bool) -> list[Wish]:
    """The pieces as wishes, each with the moment that governs it."""
    wishes: list[Wish] = []
    group: list[Wish] = []
    carried: int | None = None
    strong = hedged = firm = mild = False
    for position, piece in enumerate(pieces):
        marks = [(match.start(), int(match.group(1))) for match in re.finditer(r"⟦(\d+)⟧", piece.content)]
        content = re.sub(r"⟦\d+⟧", " ", piece.content).strip(" ,")
        alone = not re.search(r"\w", cues.opened(content)) and not piece.cue
        leading = [n for start, n in marks if not re.search(r"\w", cues.opened(piece.content[:start]))]
        trailing = [n for _, n in marks if n not in leading]
        if alone and marks:
            if any(not wish.moment for wish in group) and position > 0 and position == len(pieces) - 1:
                _bind(group, marks[-1][1], moments, all_back=True)
            else:
                carried = marks[-1][1]
            continue
        if leading:
            carried = leading[0]
        if piece.cue:
            words = piece.words
            strong, hedged = bool(_STRONG.search(words)), bool(_HEDGED.search(words)) and (piece.sign or 0) > 0
            mild, firm = bool(_MILD.search(words)), bool(_FIRM.search(words))
            if not piece.back:
                group = []
        told = re.sub(r"\s*⟦\d+⟧\s*", " ", piece.words).strip()
        wish = Wish(content, piece.sign or 0, told, own=own, hedged=hedged)
        wish.strong = strong or bool(_STRONG.search(content))
        wish.firm = firm and not mild and wish.sign < 0
        if carried is not None:
            wish.moment, wish.bound = moments[carried], True
        group.append(wish)
        wishes.append(wish)
        if trailing:
            stop = piece.joint.lower().startswith((", and", ", or")) and len(group) < 3
            _bind(group[-1:] if stop else group, trailing[-1], moments, all_back=False)
            group = []
    return wishes


def _bind(group: list[Wish], number: int, moments: list[Moment | None], *, all_back: bool) -> None:
    for wish in reversed(group):
        if wish.bound and not all_back:
            break
        if not wish.bound:
            wish.moment, wish.bound = moments[number], True
