"""Who says yes and who says no: sentences cut into clauses, each with the sign that governs it.

A no reaches forward to the end of its sentence, unless a 'but' or a yes ends it. A no that stands behind what it
forbids ('in the mornings, leave me alone') reaches back as well, as far as no other sign stands in the way.
"""

from __future__ import annotations

import re

from simulator.importer.language.words import Clause, normalise

_NO = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nothing|without|avoid\w*|refrain\w*|stop|skip|don'?t|isn'?t|aren'?t|hate\w*|"
    r"dislike\w*|detest\w*|loathe\w*|resent\w*|disturb\w*|interrupt\w*|bother\w*|distract\w*|annoy\w*"
    r"|irritat\w*|intrud\w*|intrusive|"
    r"pester\w*|nag\w*|alone|uninterrupted|undisturbed|off[- ]limits|in peace|to myself|hold off|stay away"
    r"|keep away|leave (?:\w+ ){1,3}out|stay (?:quiet|silent)|leave me (?:be|to)|let me be|back (?:off|away)"
    r"|hands off|hold (?:back|your|all|any)|give me (?:some |my |a bit of )?(?:space|room|peace)|"
    r"steer clear|leave out|keep (?:quiet|silent)|silence|hush|do not disturb|worst|bad|poor|terrible|awful|unwelcome|"
    r"wrong time|busy|occupied|concentrat\w*|sacred|tired of|sick of|fed up|can ?not stand|rather than|instead of|"
    r"inappropriate|unpleasant|spare me|keep off|quiet time|fewer|less|hardly|rarely|seldom|outside (?:of )?(?:my )?"
    r"(?:work|office|school)\w*|wait until|need (?:my )?(?:focus|quiet|peace|silence)|bore[sd]?|boring)\b",
    re.I,
)
_FIRM = re.compile(
    r"\b(?:never|avoid\w*|please no|please not|absolutely|under no circumstances|off[- ]limits|nothing about)\b",
    re.I,
)
_YES = re.compile(
    r"\b(?:(?:catch|reach|ping|nudge|approach|tell) me|talk to me|go ahead|flexible|best|ideal\w*"
    r"|perfect\w*|prefer\w*|preference is|like|likes|love\w*|enjoy\w*|good|great|welcome"
    r"|welcomed|appreciat\w*|happy|"
    r"happiest|glad|open to|open|receptive|fine|ok|okay|suits?|works? (?:well|best)|works for|favou?r\w*"
    r"|want\w*|please|"
    r"feel free|available|okay with|opportune|helpful|useful|convenient|nice|pleasant|wonderful|lovely|acceptable|"
    r"tolerat\w*|possible|only|most willing|in the mood|keen|fond|interested|delight\w*|can (?:come|reach"
    r"|interrupt)|may|"
    r"could|would be|should (?:come|be|arrive)|time for|moments? (?:is|are)|right time|any ?time|whenever)\b",
    re.I,
)
_VAGUE = re.compile(
    r"\b(?:okay with|okay|ok|fine|acceptable|tolerat\w*|possible|possibly|maybe|perhaps|sometimes|occasionally|could|"
    r"may|might|if (?:you )?(?:must|need)|at a pinch|not too bad|now and then|once in a while)\b",
    re.I,
)
_HARMLESS = (
    (re.compile(r"\b(?:do|does|would|will|should) not (?:really )?(?:mind|object)\b", re.I), "okay with"),
    # 'it does not bother me', 'words do not bother me'; 'do not bother me' is an order
    (re.compile(r"(?:\b(?:does|would|will)|(?<=[a-z] )do) not (?:really )?(?:bother me|hurt)\b", re.I), "okay with"),
    (re.compile(r"\b(?:never mind|not mind|no problem|not a problem|no issue|nothing against|not bad)\b", re.I),
     "okay"),
    (re.compile(
        r"\b(?:fine|okay?|happy|glad|good|comfortable) (?:with|to|for) (?:being |be )?(?:interrupted|disturbed"
        r"|distracted|interruptions)\b", re.I),
     "open to suggestions"),
    (re.compile(
        r"\b(?:please )?(?:wait|hold off) (?:until|till) (the (?:late |early )?(?:morning|afternoon"
        r"|evening))(?=[, ]|$)", re.I), r"best in \1"),
    (re.compile(r"\b(?:please )?(?:wait|hold off) (?:until|till) after\b", re.I), "not before"),
    (re.compile(
        r"\b(?:instead,? )?(?:wait|hold off) (?:until|till|for) (?!it\b|that\b|this\b|them\b|after|before|\d|noon"
        r"|midday|lunch|dinner"
        r"|breakfast|the (?:morning|afternoon|evening))", re.I),
     "best when "),
    (re.compile(
        r"\bonce (?:the |my )?(?:kids|children|baby|little ones|family|others|everyone) (?:are|is) (?:in bed"
        r"|asleep|sleeping)\b", re.I),
     "in the late evening"),
    (re.compile(r"\bat the end of (?:my|the) work(?:ing)?[- ]?day\b", re.I), "after work"),
    (re.compile(r"\b(?:at )?the end of (?:my|the) day\b", re.I), "late in the evening"),
    (re.compile(r"\bnot only\b", re.I), "both"),
    (re.compile(r"\b(any ?thing|any ?time|any moment|whenever|always) but\b", re.I), r"\1 except"),
    (re.compile(r"\bfeel free to (?:interrupt|disturb|bother)\b", re.I), "welcome"),
    (re.compile(r"\b(?:can|may|could) (?:interrupt|disturb|bother)\b", re.I), "can reach"),
    (re.compile(
        r"\b(?:not (?:too |so |very |that |really )?(?:busy|occupied|engaged)(?: with (?:anything|something))?"
        r"|not doing (?:anything|much)(?: in particular| important| special)?|"

                    r"nothing (?:else )?(?:to do|going on|planned|much)(?: to do)?|not in the middle of "
                    r"(?:anything|something|things)|not focus\w* on anything|"
                r"not concentrat\w*(?: on anything)?|do not have (?:anything|much) to do)\b", re.I), "idle"),
    (re.compile(r"\bless (?:busy|focused|occupied|engaged|hectic)\b", re.I), "idle"),
    (re.compile(r"\bbored\b", re.I), "idle"),
    (re.compile(r"\bno (?:earlier|sooner) than\b|\bnot (?:earlier|sooner) than\b", re.I), "not before"),
    (re.compile(r"\bno later than\b|\bnot later than\b", re.I), "not after"),
    (re.compile(r"\bwithout an alarm\b|\bwithout a break\b", re.I), ""),
    (re.compile(r"\b(?:do|does) not work (?:well |best )?for me\b", re.I), "is bad"),
    (re.compile(r"\bworks? (?:(?:very |really )?(?:well|best|fine|great|perfectly)(?: for me)?|for me)\b", re.I),
     "suits me"),
    (re.compile(
        r"\bbetween ((?:[\w:.]+ ){1,3}?)and (?=(?:the next|another|about |around )?(?:\d|lunch|dinner|supper"
        r"|breakfast|noon|midnight|midday|bed|work|the next|another|one\b|two\b|three\b|four\b|five\b|six\b"
        r"|seven\b|eight\b|nine\b|ten\b|eleven\b|twelve\b))", re.I), r"between \1to "),
    (re.compile(r"\bno matter (?:what|when|how|where|if)?\b", re.I), ""),
    (re.compile(r"\bliving alone\b|\blives? alone\b|\bwhen(?:ever)? (?:i am|i'm) alone\b|\bwhile alone\b", re.I),
     "by myself"),
)  # fmt: skip
_LIKE_AS = re.compile(
    r"\b(?:things|ideas|something|activities|topics|tasks|moments|times|stuff|suggestions|recommendations"
    r"|pastimes|hobbies) like\b",
    re.I,
)
_TURN = re.compile(r"^(?:but|however|although|though|yet|whereas|otherwise|instead)\b", re.I)
_EXCEPT = re.compile(r"^(?:except|unless|other than|apart from|aside from|save for|excluding)\b", re.I)
_LEADING_NO = re.compile(
    r"^(?:and |or |but |please,? |just |definitely |certainly |absolutely |especially |ideally |preferably "
    r"|then |also )*"
    r"(?:never|not|nor|no|avoid|without|rather than|instead of|do not|nothing|refrain)\b",
    re.I,
)
_CUT = re.compile(
    r"\s*(?:[,()]|:(?!\d)| - )\s*|\s+(?=(?:but|however|although|though|yet|whereas|except|unless|other than"
    r"|apart from|aside from|otherwise|without|rather than|instead of)\b)"
    r"|\s+(?=(?:and|or|nor|as well as|plus)\b)",
    re.I,
)
_CONDITION_NOT = re.compile(
    r"\b(?:when|while|whenever|if|as long as|once)\b(?:(?!\b(?:when|while|if)\b).)*?\b(?:not|no longer|am "
    r"not|nothing)\b",
    re.I,
)


def plain(sentence: str) -> str:
    """The sentence with double negations and idioms of idleness put plainly."""
    sentence = normalise(sentence)
    for pattern, instead in _HARMLESS:
        sentence = pattern.sub(instead, sentence)
    return _LIKE_AS.sub(lambda match: match.group(0)[:-4] + "such as", sentence)


def _sign_of(piece: str) -> int:
    if _NO.search(piece):
        return -1
    return 1 if _YES.search(piece) else 0


def cut_conditions(piece: str) -> list[tuple[str, bool]]:
    """Cut 'best when I am not working' before the 'not', which then governs the working alone."""
    match = _CONDITION_NOT.search(piece)
    if not match or _NO.search(piece[: match.start()]):
        return [(piece, False)]
    cut = re.search(r"\b(?:not|no longer|nothing)\b[^,]*$", piece[match.start() :], re.I)
    start = match.start() + (cut.start() if cut else 0)
    return [(piece[:start].strip(), False), (piece[start:].strip(), True)] if piece[:start].strip() else [(piece, True)]


def clauses(sentence: str) -> list[Clause]:
    """The clauses of a sentence with their signs, in order."""
    pieces = [piece.strip() for piece in _CUT.split(plain(sentence)) if piece and piece.strip()]
    cut = [part for piece in pieces for part in cut_conditions(piece)]
    signs: list[int | None] = []
    vague: list[bool] = []
    firm: list[bool] = []
    own: list[bool] = []
    current: int | None = None
    lukewarm = absolute = False
    for piece, local in cut:
        sign = _sign_of(piece)
        if local:
            signs.append(-1)
            vague.append(False)
            firm.append(False)
            own.append(True)
            continue
        if sign:
            current, lukewarm, absolute = sign, bool(_VAGUE.search(piece)) and sign > 0, bool(_FIRM.search(piece))
        elif _EXCEPT.match(piece) or _TURN.match(piece):
            # a turn away from a no is a yes only when nothing else was said; away from a yes it is a no
            current, lukewarm, absolute = (-current if current else None), False, False
        if _EXCEPT.match(piece) and sign >= 0:
            previous = next((s for s in reversed(signs) if s), None)
            current = -previous if previous else -1
        signs.append(current)
        vague.append(lukewarm)
        firm.append(absolute)
        own.append(bool(sign))
    _reach_back(cut, signs, vague, firm, own)
    return [
        Clause(piece, sign or 0, vague=v, own=o, firm=f)
        for (piece, _), sign, v, o, f in zip(cut, signs, vague, own, firm, strict=True)
    ]


def _reach_back(
    cut: list[tuple[str, bool]], signs: list[int | None], vague: list[bool], firm: list[bool], own: list[bool]
) -> None:
    """Give the pieces before the first sign that sign, unless it opens a new thought ('noon, never late')."""
    first = next((index for index, sign in enumerate(signs) if sign is not None), None)
    if first is None:
        return
    piece = cut[first][0]
    opens = (bool(_LEADING_NO.match(piece)) and len(_LEADING_NO.sub("", piece).split()) > 0) or cut[first][1]
    wished_for = re.match(
        r"(?:and |but |please )*(?:i )?do not (?:want|like|wish|need|suggest|give|send|interrupt|disturb|bother)\b",
        piece,
        re.I,
    )
    if signs[first] == -1 and opens and not wished_for:
        return
    if _TURN.match(piece) or _EXCEPT.match(piece):
        return
    for index in range(first):
        signs[index], vague[index], firm[index] = signs[first], vague[first], firm[first]
