"""A sentence on the manner cut into pieces, each wished for or refused.

A no governs what follows it in its piece and the list that goes on behind it. 'X rather than Y', 'X is off limits' and
the many ways to say that something is borne are brought into one form first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulator.people.importer.language.words import normalise

_MENTIONED = (
    r"(?:be (?:mentioned|brought up|discussed|raised|named|touched(?: up?on)?|talked (?:about|of)|spoken (?:about|of)"
    r"|joked about|asked about|referred to|commented on)|come up)\b"
)
_REWORDED = tuple(
    (re.compile(pattern, re.I), instead)
    for pattern, instead in (
        (r"\b(?:do|does|will|would|can) not (?:really |much )?(?:mind|object to|bother me|kill me|hurt|harm|offend me"
         r"|trouble me|upset me|annoy me)", "is okay"),
        (r"\b(?:no need (?:to|for)|need not|not (?:necessary|needed|required|essential)|unnecessary)\b", "optional"),
        (r"\b(?:every )?(?:now and (?:then|again)|once in a while|from time to time)\b", "sometimes"),
        (r"\bno[- ]nonsense\b", "straightforward"),
        (rf"\b(?:should|must|need|may|can|ought to|shall|will|is|are) (?:not"
         rf"|never) (?:to )?{_MENTIONED}", "are off limits"),
        (r"\b(?:is|are) (?:not|never) (?:open|up for|a (?:subject|topic|matter))\b(?: (?:for|to) [\w ]+| [\w]+)?",
         "are off limits"),
        (r"\b(?:(?:should|must|will|has to|have to) stay|stays?) out\b(?! of)", "are off limits"),
        (r"\b(?:swap|trade|exchange|replace) ([^,;]+?) (?:for|with|by) ([^,;]+?)(?=$|[,;]"
         r"| and\b)", r"\2 rather than \1"),
        (r"\bask,? (?:and )?(?:do not|never) (?:just )?tell\b(?: me)?", "ask me"),
        (r"\bi(?: am|'m) (?:[\w-]+ )?too old for\b", "no"),
        (r"\bask(?:ing)? (?=(?:rather than|instead of) )", "ask me "),
        (r"\bno ([\w-]+(?: marks?)?) (?:spam|overload|overkill|floods?|storms?|orgy|confetti)\b", r"\1 sparingly"),
        (r"\bno[- ]frills\b", "matter-of-fact"),
        (r"\b(?:goes|go) a long way\b", "is welcome"),
        (r"\b(?:is|are) (?:[\w-]+ ){0,3}(?:subjects?|topics?|things?|matters?|something)(?: that)? i (?:will"
        r"|would|do|can|refuse"
         r"|prefer|never)\b.*", "are off limits"),
        (r"\bi (?:will|would|do|can) (?:not|never) (?:want to |wish to |like to |care to )?(?:discuss"
        r"|talk about|hear about"
         r"|speak of)(?=$|[,.])", "are off limits"),
        (r"\b(?:is|are) none of (?:your|any\w+(?:'s)?) (?:business|concern)\b", "is private"),
        (r"\bnot (?:just|only)\b", ""),
        (r"\b(?:is|are) (?:very |much |always )?(?:encouraged|appreciated)\b", "is wished"),
        (r"\b(?:is|are) (?:not|never) (?:fine|ok|okay|welcome|wanted|allowed|appreciated|acceptable|cool)\b"
        r"|\b(?:is|are) not$",
         "is unwelcome"),
        (r"[:,]?\s+(?:none|never|no)(?=$|[,.])", " is unwelcome"),
        (r":\s*yes\b", " yes"),
        (r",?\s+(?=(?:max(?:imum)?|tops|at most|please|ever|though)\b(?! \w))", " "),
        (r"\bprefer (.+?) to ", r"\1 rather than "),
        (r"\brather (?:you |me |be |being |were |was |to |would |they |it |that )*([\w-]+)(?: me)? than (?:be "
        r"|being |you )?",
         r"be \1 rather than be "),
        (r"\b(?:no more than|at most|not more than|up to) (?:1|one|a single)\b", "a tolerable single"),
        (r"\b(?:more|over) ([\w-]+) than ", r"\1 rather than "),
        (r"\b(?:as|so) long as it (?:needs|takes|has|wants)\b[^,.]*?(?= but\b|$|[,.])", "of okay length"),
        (r"\bno longer\b(?! than)", ""),
        (r"\b(?:as|so) long as\b|\bfor (?:as )?long\b|\blong-?(?:term|standing|time)\b", "if"),
        (r"\b(?:dry|black|dark|deadpan|gallows) (?:humou?r|wit)\b", "wit"),
        (r"\bthe odd\b", "an occasional"),
        (r"\bdo not (?:be |get |sound )?(?:afraid|shy|worried) (?:of|to|about)\b", ""),
    )
)  # fmt: skip
_NO = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nothing|without|avoid\w*|refrain\w*|skip|drop|cut|omit|stop|ditch|minus|zero"
    r"|leave (?:out|off|aside)|spare me|keep off|stay off|(?:steer|stay|keep) (?:well )?(?:clear|away)"
    r"|go easy on|hold the"
    r"|hates?|dislikes?|detest|loathe|abhor|despise|resent|can ?not (?:stand|bear|abide)|except(?:ing)?"
    r"|other than|apart from"
    r"|aside from|save for|rather than|instead of|free of|less|fewer"
    r"|anything but"
    r"|(?:tired|sick) of|allergic to|no use for|under no circumstances)\b",
    re.I,
)
_EXCEPT = re.compile(r"(?:except(?:ing)?|other than|apart from|aside from|save for)\b", re.I)
_LIKEWISE = re.compile(
    r"^(?:the )?same (?:goes|is true) for\b|^so (?:do|does|is|are)\b|\b(?:too|as well|either|likewise)$", re.I
)
_LOATHED = re.compile(
    r"(?:avoid\w*|refrain\w*|skip|drop|cut|omit|ditch|hates?|dislikes?|detest|loathe|abhor|despise|resent"
    r"|can ?not (?:stand|bear|abide)"
    r"|spare me|leave (?:out|off|aside)|go easy on|hold the|keep off|stay off|(?:tired|sick) of|allergic to)\b",
    re.I,
)
"""A no that governs an 'and' as well: 'spare me the slogans and the slang'."""
_QUOTED = re.compile(
    r"(?<!\w)'(?!(?:maybe|perhaps|possibly|you could|if you)\b)[^']*(?:\w'\w[^']*)*'(?!\w)|\"[^\"]*\"", re.I
)
_JOINT = re.compile(r"(?:and|or|nor|but|though|although)\b", re.I)
_EXCESS = re.compile(r"\b(?:too|overly|excessive(?:ly)?|forced|fake|false|hollow|empty)\b", re.I)
_NO_BEHIND = re.compile(
    r"\b(?:unwelcome|off[- ]limits|taboo|private|(?:nobody|no one)(?:'s| else's) (?:business|concern)|annoy\w*"
    r"|irritat\w*"
    r"|(?:gets?|grates?) on my nerves|childish|puts? me off|(?:is|are) silly"
    r"|out of (?:it|our|the|this|my|your)|leave (?:[\w'-]+ ){1,4}out"
    r"|too [\w-]+ for (?:me|us|my \w+)|leaves? me cold|makes? me (?:cringe|uncomfortable|anxious)|forbidden"
    r"|banned|cringe\w*|turns? me off)\b",
    re.I,
)
_KEEP_OUT = re.compile(r"(?:please )?(?:keep|leave)\b", re.I)
_ALLOWED = re.compile(
    r"\b(?:fine|ok|okay|acceptable|allowed|tolerat\w*|tolerable|optional|now and then|here and there|sometimes"
    r"|sparing\w*"
    r"|occasional\w*|a little|if (?:it )?fits|if (?:you|it) (?:really )?(?:must|have to|has to)\b|you may"
    r"|max(?:imum)?|tops|feel free|cool|is nice|can be)\b",
    re.I,
)
_FRESH = re.compile(
    r"^(?:and |then |so )*(?:please|keep|use|be|i|i'd|you|it|write|make|give|just|then|let|stay|always|rather"
    r"|say|talk|speak"
    r"|get|tell|ask|treat|put|address|call|with|prefer|instead|only|but|(?:a bit |a little )?more)\b",
    re.I,
)
_CUT = re.compile(
    r"\s*[,;:()]\s*|\s+-\s+|\s+(?=(?:but|although|though|and|or|nor|rather than|instead of|without|not as"
    r"|except|other than|apart from|aside from)\b)",
    re.I,
)
_SELF = re.compile(r"^(?:and |but |since |because )*i(?: am|'m| was| have been)\b", re.I)
_GOOD = re.compile(
    r"\b(?:like|love|enjoy|appreciate\w*|prefer|want|wish\w*|fond|glad|smile|laugh|happy|fun|good|great|nice"
    r"|lovely|best|cheer\w*"
    r"|brighten|sweet|welcome|better|please\w*|cool|yes|perfect|delight\w*|important|so (?:are|is|do))\b",
    re.I,
)
_CAUSE = re.compile(r"\b(?:since|because|so that|even if|unless) .*$", re.I)


_DONE_TO_ME = re.compile(
    r"\w \b(?!(?:to|with|for|at|about|tell|give|show|ask|asks|treat|let|call|called|from|like|towards?|address"
    r"|write|send|suits?"
    r"|helps?|text|texting|spare|than|make|rather|by|cheer|order)\b)[\w']+ me\b",
    re.I,
)
WISHED, LISTED, REFUSED, UNCLEAR = 1, 0, -1, 2


@dataclass(slots=True)
class Piece:
    """A piece of a sentence and its sign.

    `WISHED`, `REFUSED`, or `LISTED`: a list going on behind a no, of which the nouns are refused; `UNCLEAR` where what
    is told of it is neither.
    """

    text: str
    sign: int
    joint: str = ""


def pieces(sentence: str) -> list[Piece]:
    """The pieces of a sentence in order, none empty."""
    text = _QUOTED.sub(" ", normalise(sentence))
    for pattern, instead in _REWORDED:
        text = pattern.sub(instead, text)
    text = _CAUSE.sub("", text)
    found: list[Piece] = []
    state, loathed = WISHED, False
    for raw in _CUT.split(text):
        match = _JOINT.match(raw)
        joint = match.group(0).lower() if match else ""
        no = _NO.search(raw)
        if no:
            state, loathed = REFUSED, bool(_LOATHED.match(raw, no.start()))
            lead = raw[: no.start()].strip()
            if lead:
                found.append(Piece(lead, WISHED, joint))
            sign = (
                WISHED if _EXCEPT.match(no.group(0)) and found and found[-1].sign == REFUSED and not lead else REFUSED
            )
            found.append(Piece(raw[no.start() :], sign, "" if lead else joint))
        elif _NO_BEHIND.search(raw):
            state = WISHED
            found.append(Piece(raw, REFUSED, joint))
            _reach_back(found)
        elif (_SELF.match(raw) and not _GOOD.search(raw)) or (state == UNCLEAR and joint in ("and", "or")):
            state = UNCLEAR  # what somebody tells of themselves asks for nothing
        else:
            if is_borne(raw):
                state = WISHED  # 'no slang, an emoji is fine'
            if joint in ("but", "though", "although") or _FRESH.match(raw) or state == UNCLEAR:
                state = WISHED
            goes_on = joint in ("or", "nor") or (joint == "and" and loathed) or bool(_EXCESS.search(raw))
            found.append(Piece(raw, state if state == WISHED else REFUSED if goes_on else LISTED, joint))
            if joint in ("or", "nor"):
                _close_list(found)
    _doubt(found)
    return [piece for piece in found if re.search(r"\w", piece.text)]


def _doubt(found: list[Piece]) -> None:
    """'Long, flowery sentences tire me' is no wish for long ones, whatever it is."""
    unclear = False
    for piece in reversed(found):
        bare = len(piece.text.split()) < 3 and not _FRESH.match(piece.text)
        unclear = piece.sign == WISHED and (
            bool(_DONE_TO_ME.search(piece.text) and not is_wish(piece.text)) or (unclear and bare)
        )
        if unclear:
            piece.sign = UNCLEAR


def _reach_back(found: list[Piece]) -> None:
    """'Slang and jokes are off limits': what a list holds before its no."""
    for before, behind in zip(found[-2::-1], found[::-1], strict=False):
        listed = behind.joint in ("and", "or") or (behind is not found[-1] and len(before.text.split()) < 4)
        opens = bool(_FRESH.match(before.text))
        if not listed or before.sign != WISHED or (opens and not _KEEP_OUT.match(before.text)):
            return
        before.sign = REFUSED


def _close_list(found: list[Piece]) -> None:
    """'No slang, long words or jokes': an 'or' makes one list of what stands since the no."""
    for piece in reversed(found[:-1]):
        if piece.sign != LISTED:
            return
        piece.sign = REFUSED


def is_borne(text: str) -> bool:
    """Whether a piece says that something may be, not that it is wished for."""
    return bool(_ALLOWED.search(text))


def is_wish(text: str) -> bool:
    """Whether a piece says of what it names that it is good, or tells somebody to do it."""
    return bool(_GOOD.search(text) or _ALLOWED.search(text) or _FRESH.match(text))


def is_likewise(sentence: str) -> bool:
    """Whether a sentence only adds to the one before it: 'the same goes for jokes'."""
    return bool(_LIKEWISE.search(sentence)) and not _NO.search(sentence)
