"""Sentences put plainly: double negations and idioms of idleness, and the 'not' inside a condition cut off."""

from __future__ import annotations

import re

from simulator.people.importer.language.words import normalise

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


def cut_conditions(piece: str) -> list[tuple[str, bool]]:
    """Cut 'best when I am not working' before the 'not', which then governs the working alone."""
    match = _CONDITION_NOT.search(piece)
    if not match or _NO.search(piece[: match.start()]):
        return [(piece, False)]
    cut = re.search(r"\b(?:not|no longer|nothing)\b[^,]*$", piece[match.start() :], re.I)
    start = match.start() + (cut.start() if cut else 0)
    return [(piece[:start].strip(), False), (piece[start:].strip(), True)] if piece[:start].strip() else [(piece, True)]
