"""When it is yes and when it is no: the clauses of a sentence on timing, each with the sign that governs it.

Words of yes and no are not enough: a list of moments is a list of good ones only when nothing else is said ('at lunch,
or while I iron'), and a main clause that holds no such word ('consider me absent') is judged by its tone. Words inside
'when ...' describe the moment and do not judge it. Where doubt remains the sign is 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.people.importer.language import activities, clocks
from simulator.people.importer.language.idioms import cut_conditions, plain
from simulator.people.importer.language.tone import Tone

SURE_GOOD, SURE_BAD, VETO = 0.75, 0.5, 0.6
"""Chances from which a tone is believed; a wish needs more than a refusal, and none stands against a sure refusal."""

_SUBORDINATE = (
    r"\b(?:when(?:ever(?!\s*$| you\b))?|while|whilst|if|once|as soon as|as long as|until|till|before|after|during"
    r"|unless|where|who|that|which|as(?= i\b))\b"
)
_NO_ORDERS = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nothing|nobody|avoid\w*|refrain\w*|(?<!\bi )stop|skip|hold off|stay away"
    r"|keep away"
    r"|leave (?:\w+ ){1,3}out|leave (?:it|that|off|me)\b|let me be|back (?:off|away)|hands off"
    r"|(?:bite|hold) (?:back|your|all|any)|give me (?:\w+ ){0,3}(?:space|room|peace|quiet|hour|minutes|time)"
    r"|steer clear|keep (?:quiet|silent|clear|out|off|schtum|mum|your distance)|(?:be|stay|remain) (?:quiet|silent)"
    r"|shut up|hush|spare me|rather than|instead of|keep it for (?:later|another)|save it|mute yourself|go away"
    r"|hear (?:only|nothing but|just)|get lost|(?:please|just|then|so|must|should|can|have to) wait"
    r"|i (?:hate|detest|loathe|resent|dislike)"
    r"|can ?not stand)\b"
    r"|^(?:and |or |but )?wait\b",
    re.I,
)
_NO_WORDS = re.compile(
    r"\b(?:without|annoy\w*|irritat\w*|intrud\w*|intrusive|pester\w*|nag\w*|alone|uninterrupted|undisturbed"
    r"|off[- ]limits|out of bounds|in peace|to myself|silence|worst|bad|poor|terrible|awful|unwelcome|wrong|busy"
    r"|occupied|concentrat\w*|sacred|sacrosanct|private|absent|unavailable|unreachable|inappropriate|unpleasant"
    r"|(?:my|need) quiet time|hectic|chaotic|chaos|frantic|stressful|too (?:early|late|tired|rushed|soon|much)|fewer"
    r"|hardly|rarely|seldom"
    r"|(?:need|want|wish|like) (?:to have )?(?:my |some )?(?:focus|quiet|peace|silence)"
    r"|belongs? to (?:me|us)|(?:only|just) for (?:me|us|my|the|our)\b|taboo|forbidden"
    r"|(?:we are|we're) (?:done|finished|through))\b",
    re.I,
)
_NO_SPEECH = re.compile(r"\b(?:disturb\w*|interrupt\w*|bother\w*|distract\w*)\b", re.I)
"""Words that speak of speaking: a no when nothing else judges."""
_YES_ORDERS = re.compile(
    r"\b(?:(?:catch|reach|ping|nudge|approach|tell|grab|try|find|hit|ask|message|text|surprise|get) (?:me|hold of me)"
    r"|(?:talk|speak|chat) (?:to me|up|freely|then|whenever|away)|(?:pipe|speak) up|(?:chime|chip|jump|join|weigh"
    r"|butt|step) in|go ahead|feel free|fire away|by all means|(?:give|send|bring|offer) (?:it|them|one|something"
    r"|things) to me"
    r"|(?:you|it|they|that|this|suggestions?|ideas?|tips?|nudges?|advice) (?:may|can|could|should|might)"
    r"|i (?:would |do |'d |really |always )*(?:prefer|welcome|appreciate|like|love|enjoy|want|favou?r|tolerate)"
    r"|i am (?:all )?(?:yours|ears|approachable|at your disposal|available|receptive|open|reachable|free|happy|glad)"
    r"|open to|receptive|approachable|free (?:from|between|at|after|then|most)|(?:stick|keep|limit it|keep it) to"
    r"|should (?:come|be|arrive)|suits? me|welcome to|okay with|only|best"
    r"|(?:is|are) (?:the|my|a) (?:right |ideal |good )?(?:time|moment|window|slot)s?)\b",
    re.I,
)
_YES_WORDS = re.compile(
    r"\b(?:best|idle|ideal\w*|perfect\w*|prefer\w*|love\w*|enjoy\w*|good|great|welcome|welcomed|appreciat\w*"
    r"|happy|happiest|glad|open|fine|ok|okay|all right|alright|suits?|favou?r\w*|available|opportune|helpful|useful"
    r"|convenient|nice|pleasant|wonderful|lovely|acceptable|tolerat\w*|possible|willing|in (?:the|a (?:good"
    r"|chatty|listening|talkative|sociable|receptive|great|better)) mood|right time|easiest"
    r"|any ?time|whenever|flexible|safe|excellent|brilliant|fair game|yes)\b",
    re.I,
)
_VAGUE = re.compile(
    r"\b(?:okay with|okay|ok|fine(?! (?:moment|time|hour|slot))|acceptable|tolerat\w*|possibl\w+|maybe|perhaps"
    r"|sometimes|occasionally|could|might|if (?:you )?(?:must|need)|at a pinch|not too bad|now and then"
    r"|once in a while|part of the (?:morning|afternoon|evening))\b",
    re.I,
)
_CUT = re.compile(
    r"\s*([,()]|:(?!\d)| - )\s*|\s+(?=(?:but|however|although|though|yet|whereas|except|unless|other than|apart from"
    r"|aside from|otherwise|rather than|instead of|and|or|nor|as well as|plus|because|(?<!and )so (?!that(?! is"
    r"|'s)|much|many|long|far|is|are|does|do))\b)",
    re.I,
)
_TURN = re.compile(r"^(?:but|however|although|though|yet|whereas|otherwise|instead)\b", re.I)
_EXCEPT = re.compile(r"^(?:except|unless|other than|apart from|aside from|save for|excluding)\b", re.I)
_SO = re.compile(r"^(?:and )?(?:so|therefore|hence)\b(?! (?:is|are|does|do|was)\b)", re.I)
_LIST = re.compile(r"^(?:and|or|nor|as well as|plus|also)\b", re.I)
_BETWEEN_ONE = re.compile(r"\bbetween (?:(?:my|the|a|our) (?!two\b)(?:\w+ ){0,2}\w+|\w+ \w+|\w+[^s\W])$", re.I)
_LEADING_NO = re.compile(
    r"^(?:and |or |but |please,? |just |definitely |certainly |absolutely |especially |ideally |then |also )*"
    r"(?:never|not|nor|no|avoid|without|rather than|instead of|do not|nothing|refrain)\b(?= \w)",
    re.I,
)
_ORDER_NOT = re.compile(
    r"^(?:and |but |please |so )*(?:i )?(?:do not|would rather not|would not) (?:want|like|wish|need|suggest|give"
    r"|send"
    r"|interrupt|disturb|bother|talk|speak|say|come|start|appear|even|you|try|expect|ask|ping|message|call)\b",
    re.I,
)
_OPENER = re.compile(
    r"^(?:and |or |but |also |especially |particularly |preferably |ideally |mostly |usually |only |then |perhaps "
    r"|maybe |either |just |right |straight |such as |again |so |both |say |any ?time )*"
    r"(?:in|during|between|shortly|soon|after|before|while|whilst|when|whenever|at|on|around|about|over|from"
    r"|first thing"
    r"|as soon as|as i|once|if|should i|through|throughout|until|till|upon|with|within|towards?|later|past)\b",
    re.I,
)
_FILLER = re.compile(
    r"\b(?:the|my|a|an|any|some|or|and|also|especially|particularly|preferably|ideally|mostly|usually|only|then|maybe"
    r"|early|late|mid|middle|slow|quiet|little|short|first|last|long|later|idle|time|times|hours?|moments?|week"
    r"|weekdays?|weekends?|breaks?|all|day|of|most|every|each|half|always|just|right|sometimes|again|one)\b",
    re.I,
)
_SUBJECT = r"(?:i|we|you|he|she|they|it|there)"
_FINITE = re.compile(
    rf"\b{_SUBJECT}(?:'m|'ve|'re|'s|'d|'ll)?\s+\w+|\b(?!(?:{_SUBJECT}|that|which|who|when|while|if|once|not)\b)\w+ "
    r"(?:is|are|has|have|am|was|were|will|can|does|do|gets?|goes|means?|becomes?|turns?)\b",
    re.I,
)
_CONJUNCTION = re.compile(
    rf"\b(?:when(?:ever)?|while|whilst|if|once|as soon as|as long as|until|till|where|who|that|which|as(?= i\b)"
    rf"|(?:before|after)(?= (?:{_SUBJECT}|my|the|his|her|our)\b))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A clause and its sign: 1 wished for, -1 refused, 0 not understood or neither."""

    text: str
    sign: int
    vague: bool = False
    """A lukewarm wish."""
    own: bool = False
    """The sign stands in the clause itself."""
    bare: bool = False
    """It names a moment and judges nothing."""
    local: bool = False
    """The 'not working' of 'when I am not working'."""
    comma: bool = False
    """A comma alone stands before it."""


@dataclass
class _Piece:
    text: str
    comma: bool
    sign: int | None = None
    own: bool = False
    vague: bool = False
    bare: bool = False
    local: bool = False


def clauses(sentence: str, tone: Tone | None) -> list[Judged]:
    """The clauses of a sentence in order.

    Args:
        sentence: one sentence on when to speak.
        tone: judges what holds no plain sign, and may veto a wish; None leaves both undone.
    """
    pieces = _pieces(_plainer(sentence))
    for piece in pieces:
        piece.bare = is_bare(piece.text)
        piece.sign = -1 if piece.local else _sign(piece.text)
        piece.own = piece.sign is not None
        piece.vague = piece.sign == 1 and bool(_VAGUE.search(piece.text))
    if not any(piece.own and not piece.local for piece in pieces):
        _weak(pieces, heard_good=tone is not None and tone.chances([sentence])[0][0] >= SURE_GOOD)
    _govern(pieces, sentence, tone)
    if tone is not None:
        _veto(pieces, sentence, tone)
    return [Judged(p.text, p.sign or 0, p.vague and p.sign == 1, p.own, p.bare, p.local, p.comma) for p in pieces]


def _pieces(sentence: str) -> list[_Piece]:
    found: list[_Piece] = []
    parts = _CUT.split(sentence)
    because = False
    for index in range(0, len(parts), 2):
        text, mark = (parts[index] or "").strip(), parts[index - 1] if index else None
        if not text:
            continue
        # a reason tells why and not when; it lasts until the next punctuation
        because = bool(re.match(r"(?:because|since i\b(?!.*\bup\b))", text, re.I)) or (because and mark is None)
        if because:
            continue
        for number, (part, local) in enumerate(cut_conditions(text)):
            if part.strip(" .!?\"'"):
                part = part.strip(" .!?\"'")
                if found and mark is None and part.startswith("and ") and _BETWEEN_ONE.search(found[-1].text):
                    found[-1].text += f" {part}"  # 'between the lab | and the gym' is one stretch
                else:
                    found.append(_Piece(part, mark == "," and not number, local=local))
    return found


_POST = re.compile(r"\b(post|pre)[- ](?=lunch|dinner|work|breakfast|bed|supper)", re.I)


def _plainer(sentence: str) -> str:
    """The sentence without inversion and 'post-lunch'."""
    sentence = re.sub(r"^should i\b", "if i", _POST.sub(_posted, plain(sentence)), flags=re.I)
    return _UNBEATEN.sub("best is", sentence)


_UNBEATEN = re.compile(
    r"\b(?:nothing (?:beats|like|better than)|there is nothing like|(?:there is )?no better (?:time|moment"
    r"|place) than"
    r"|(?:can not|you can not) beat|never (?:happier|more \w+) than)\b",
    re.I,
)


def _posted(match: re.Match[str]) -> str:
    return "after " if match.group(1).lower() == "post" else "before "


def is_bare(text: str) -> bool:
    """Whether a piece only names moments: 'in the gaps when I get stuck', 'late breakfast', and no main clause."""
    if len(_FINITE.findall(text)) > len(_CONJUNCTION.findall(text)):
        return False
    if _OPENER.match(text):
        return True
    head = re.split(r"\b(?:in|during|after|before|while|when(?:ever)?|at|on|around|over|from|until|with)\b", text)[0]
    for term in reversed(clocks.find_terms(clocks.plain_clocks(head), clocks.DayTimes())):
        head = head[: term.first] + " " + head[term.last :]
    for word in reversed(activities.find(head)):
        head = head[: word.start] + " " + head[word.start + len(word.words) :]
    names = head != re.split(r"\b(?:in|during|after|before|while|when(?:ever)?|at|on)\b", text)[0]
    return names and not re.search(r"[a-z]", _FILLER.sub(" ", head), re.I)


def _judging(text: str) -> tuple[str, str]:
    """The part of a piece that can judge, and the part that describes a moment."""
    match = re.search(_SUBORDINATE, text, re.I)
    if not match:
        return text, ""
    head, tail = text[: match.start()], text[match.start() :]
    preposition = bool(re.match(r"(?:before|after|during|until|till)\b", tail, re.I))
    for copula in re.finditer(r"\b(?:is|are|would be|will be|works?|suits?|means?|becomes?|feels?)\b", tail, re.I):
        subject = tail[match.end() - match.start() : copula.start()].strip()
        verb_before = re.search(r"\w{3,}(?:s|ing|ed)$", subject, re.I) and copula.group(0).lower() == "is"
        own_subject = re.match(r"(?:i|we)\b", subject, re.I) and len(subject.split()) > 1
        if subject and (preposition or verb_before or own_subject):
            return head + " " + tail[copula.start() :], tail[: copula.start()]
    subjects = list(re.finditer(r"(?<!\band )(?<!\bor )(?<!\bthat )\b(?:i|we|you)\b", tail, re.I))
    first = 0 if preposition and not re.match(r"\w+ (?:i|we|you)\b", tail, re.I) else 1
    if len(subjects) > first:  # 'before breakfast | I prefer silence', 'when it rains and I sit there | I like a word'
        return head + " " + tail[subjects[first].start() :], tail[: subjects[first].start()]
    return head, tail


def _sign(text: str) -> int | None:
    judging, described = _judging(text)
    if _NO_ORDERS.search(text) or _NO_WORDS.search(judging):
        return -1
    if _YES_ORDERS.search(text if not described else judging) or _YES_WORDS.search(judging):
        return 1
    if described and re.search(
        r"\b(?:i prefer|i like|i love|(?:talk|speak) to me|(?:catch|ping|tell) me)\b", described
    ):
        return 1
    return None


def _weak(pieces: list[_Piece], heard_good: bool) -> None:
    """Words that judge only where nothing else does."""
    for piece in pieces:
        if not piece.own and ((_NO_SPEECH.search(piece.text) and not heard_good) or _NO_WORDS.search(piece.text)):
            piece.sign, piece.own = -1, True


def _govern(pieces: list[_Piece], sentence: str, tone: Tone | None) -> None:
    """Every piece that has no sign of its own takes that of the words which govern it."""
    current: int | None = None
    vague = False
    for index, piece in enumerate(pieces):
        if piece.local:
            continue
        if piece.own:
            if _EXCEPT.match(piece.text) and piece.sign == 1:
                piece.sign = -current if current else -1
            if _SO.match(piece.text):
                _back_over(pieces[:index], piece)
            current, vague = piece.sign, piece.vague
            continue
        if _EXCEPT.match(piece.text):
            piece.sign, current, vague = (-current, -current, False) if current else (-1, -1, False)
            continue
        if _TURN.match(piece.text):
            current, vague = (-current if current and piece.bare else None), False
        short = len(piece.text.split()) <= 3 and any(p.own for p in pieces)
        if piece.bare or ((short or _LIST.match(piece.text)) and not _FINITE.search(piece.text)):
            piece.sign, piece.vague = current, vague
            continue
        # a main clause of its own, judged by its tone
        said = _around(pieces, index) if len({p.sign for p in pieces if p.own}) <= 1 else piece.text
        piece.sign = _by_tone(said, tone)
        if _SO.match(piece.text) and piece.sign:
            _back_over(pieces[:index], piece)
        current, vague = piece.sign, False
    _reach_back(pieces)
    if all(piece.sign is None for piece in pieces) and pieces:
        open_list = pieces[0].bare and all(p.bare or _LIST.match(p.text) for p in pieces)
        verdict = _by_tone(sentence, tone) or 0
        if open_list and (verdict > 0 or tone is None or tone.chances([sentence])[0][1] < SURE_BAD):
            verdict = 1
        for piece in pieces:
            piece.sign = verdict


def _around(pieces: list[_Piece], index: int) -> str:
    """The words between the turns on either side of a piece."""
    turns = [number for number, piece in enumerate(pieces) if _TURN.match(piece.text)]
    first = max((turn for turn in turns if turn <= index), default=0)
    last = min((turn for turn in turns if turn > index), default=len(pieces))
    return ", ".join(piece.text for piece in pieces[first:last])


def moment_part(text: str) -> str:
    """What a clause says of the moment, without the main clause behind it ('after the news | I am ready for bed')."""
    judging, described = _judging(text)
    return described if described and text.startswith(described) and len(judging.split()) > 1 else text


def _back_over(earlier: list[_Piece], piece: _Piece) -> None:
    """'..., so stay away' judges all that stands before it and was not judged by itself."""
    names = activities.find(piece.text) or clocks.find_terms(clocks.plain_clocks(piece.text), clocks.DayTimes())
    if piece.sign == 1 and names:
        return  # 'so stick to lunch' tells its own moment
    for before in earlier:
        if not before.own and not (piece.sign == 1 and before.sign == -1):
            before.sign, before.vague = piece.sign, piece.vague


def _reach_back(pieces: list[_Piece]) -> None:
    """Moments before the first sign take it, unless it opens a thought of its own ('at noon, never at night')."""
    first = next((index for index, piece in enumerate(pieces) if piece.sign is not None), None)
    if not first:
        return
    piece = pieces[first]
    if piece.text.startswith("best when "):
        return  # 'if I look tired, wait until I rest' tells the rest alone
    opens = bool(_LEADING_NO.match(piece.text)) and not _ORDER_NOT.match(piece.text)
    if piece.local or _TURN.match(piece.text) or _EXCEPT.match(piece.text) or (piece.sign == -1 and opens):
        if all(before.bare for before in pieces[:first]):
            for before in pieces[:first]:
                before.sign = 1
        return
    for before in pieces[:first]:
        if before.bare or piece.sign == -1 or piece.own:
            before.sign, before.vague = piece.sign, piece.vague


def _by_tone(text: str, tone: Tone | None) -> int | None:
    if tone is None:
        return None
    good, bad, _ = tone.chances([text])[0]
    return 1 if good >= SURE_GOOD else -1 if bad >= SURE_BAD else 0


def _veto(pieces: list[_Piece], sentence: str, tone: Tone) -> None:
    """A wish that sounds like a refusal is none."""
    wished = [piece for piece in pieces if piece.sign == 1]
    if not wished:
        return
    one = len({piece.sign for piece in pieces}) == 1
    texts = [sentence if one else piece.text for piece in wished]
    for piece, (_, bad, _) in zip(wished, tone.chances(texts), strict=True):
        if bad >= (VETO if not piece.own else VETO + 0.15):
            piece.sign = 0
