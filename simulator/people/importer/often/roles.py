"""What a number in a sentence on how often is: a limit, a floor, a gap, a longest silence, or a plain wish.

The words that say so stand before or behind it; the nearest count.
"""

from __future__ import annotations

import re

from simulator.people.importer.often.rates import Mention

_END = r"(?:[\s,:(]+(?!more\b|less\b|fewer\b)[\w'-]+){0,4}[\s,:(-]*$"
_CEILING_BEFORE = re.compile(
    r"\b(?:(?:no|not|never|without)\b[^.]{0,45}?\b(?:more|above|exceed\w*|beyond|over|past)\b(?:[^.]{0,30}?\bthan\b)?"
    r"|more (?:\w+ ){0,2}than|anything (?:over|above|beyond|past)|exceed\w*|beyond|above"
    r"|at (?:the )?(?:very |absolute )?(?:most|maximum|max|outside)|max(?:imum)?|up to|limit\w*|cap(?:ped|s)?|ceiling"
    r"|(?:keep|kept|stick|hold|held|confine\w*|restrict\w*|ration\w*|reduce\w*)\b[^.]{0,25}?\b(?:to|at)|within)" + _END
)
_BELOW_BEFORE = re.compile(r"\b(?<!no )(?<!not )(?:fewer than|less than|under|below)" + _END)
_FLOOR_BEFORE = re.compile(
    r"\b(?:at (?:the )?(?:very )?least|no fewer than|no less than|not (?:less|fewer) than|minimum|more than)" + _END
)
_DENYING = re.compile(r"\b(?:not|never|no)\b")
_BAD_BEHIND = re.compile(
    r"^(?:(?!\b(?:not|no|never|but)\b)[^,:(])*\b(?:too|annoy\w*|excessive|overkill|spam|noise|nuisance|mad"
    r"|crazy|nuts|insane"
    r"|nightmare|hell|irritat\w*|stress\w*|overwhelm\w*|distract\w*|unbearable|unwelcome|hate|tiring|exhausting"
    r"|a bother)\b"
)
"""What is said of a rate that nobody asks for: 'hourly would drive me mad'."""
_VERDICT = re.compile(
    r"^\s*(?:would (?!do\b|suit|work|please|like|love|help|make)|will be|is|are|feels?|seems?|sounds?)\b([^,:(]*)"
)
_GOOD_VERDICT = re.compile(
    r"\b(?:good|great|fine|ok|okay|ideal\w*|perfect\w*|right|best|better|enough|plenty|lovely|nice|welcome|splendid|fair"
    r"|reasonable|comfortable|suits?|sufficient|ample|all|what|just|wonderful|helpful|happy|love\w*|like|sweet|decent"
    r"|civili[sz]ed|healthy|natural|bearable|acceptable|manageable|doable|optimal|alright|cool|appreciated|pleasant|useful"
    r"|not (?:be )?too|about|around)\b"
)
_WANTS_MORE = re.compile(r"\b(?<!not )(?:want|like|need|expect|enjoy|prefer)\b[^.]*\bmore than" + _END)
_BEHIND = r"^[\s,(-]*(?:(?:and|but)\s+)?"
_CEILING_BEHIND = re.compile(
    _BEHIND + r"(?:at (?:the )?(?:very |absolute )?(?:most|maximum|max|outside)|max(?:imum)?|tops|or (?:fewer|less)"
    r"|(?:and )?(?:no|not)(?: a single| 1)? (?:more|further)(?! than| often| frequently)"
    r"|(?:in \w+ )?(?:is|are|would be|being)[^.,;]{0,20}?\b(?:limit|maximum|most|ceiling|cap|max)\b"
    r"|(?:\w+ ){0,3}(?:is|are|would be) (?:far |way |already )?too (?:often|many|much"
    r"|frequent))\b(?!\s*(?:of )?(?:\d|an?\b|every|each))"
)
_FLOOR_BEHIND = re.compile(_BEHIND + r"(?:at (?:the )?(?:very )?least|minimum|or more)\b(?!\s*(?:\d|an?\b|every|each))")
_DENIED = re.compile(
    r"\b(?:not|never|no|nor|avoid\w*|hate\w*|dislike\w*|without|rather than|instead of)\b(?:\s+[\w'-]+){0,6}\s*$"
)
_GAP_BEHIND = re.compile(
    r"^\W*(?:(?:or (?:more|so|longer)|at (?:least|minimum)|minimum)\W+)?(?:(?!without\b)\w+\W+){0,3}?(?:apart"
    r"|(?:in )?between"
    r"|gaps?|breaks?|breathers?|breathing|spacing|pause|since|distance|after (?:each|every|1|the|a)"
    r"|of (?:peace|quiet|silence|rest)|before (?:the next|another|you))\b"
)
_GAP_BEFORE = re.compile(
    r"\b(?:gaps?|spac\w+|wait|leave|pauses?|breaks?|intervals?|apart|separated|(?:quiet|peace|rest|silence|silent) for"
    r"|distance|clos\w+ (?:together )?than|another \w+ (?:within|in|inside|for|until)"
    r"|(?:not|never|no) (?:\w+ ){0,4}(?:again|another)\b[^.]{0,25})\W*(?:\w+\W+){0,4}$"
)
_SILENCE_BEHIND = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:without|of (?:silence|nothing|quiet)|silent|unheard|go(?:es)? by|pass(?:es)?"
    r"|with nothing)\b"
)
_LONGER = re.compile(r"\b(?:no|not|never)\b[^.]*\b(?:more|longer|over)\b(?: than)?\W*(?:\w+\W+){0,2}$|\bat most\W*$")
_IF_BEFORE = re.compile(r"\b(?:if|when|whenever|after)\b\W*(?:\w+\W+){0,3}$")


def role(before: str, behind: str, rest: str, mention: Mention) -> tuple[str, int]:
    """What a number is by the words beside it, and how many letters behind it say so: the nearest word counts."""
    if mention.sort == "stretch":
        return _of_stretch(before, behind), 0
    for name, pattern in (("ceiling", _CEILING_BEHIND), ("floor", _FLOOR_BEHIND)):
        match = pattern.match(rest)
        if (
            match
            and match.end() <= len(behind)
            and not re.search(r"\bnot\b[^.]*\btoo (?:often|many|much)", match.group(0))
        ):
            return "too much" if " too " in match.group(0) else name, match.end()
    places: list[tuple[int, str]] = []
    for name, pattern in (("below", _BELOW_BEFORE), ("floor", _FLOOR_BEFORE), ("ceiling", _CEILING_BEFORE)):
        match = pattern.search(before)
        if match:
            places.append((match.start(), name))
    if places:
        if _WANTS_MORE.search(before) and not _DENYING.search(before):
            return "floor", 0
        names = [name for _, name in places]
        if names == ["floor", "ceiling"] and "more than" in before:
            return "ceiling", 0
        return max(places)[1], 0
    if _BAD_BEHIND.match(behind):
        return "too much", 0
    verdict = _VERDICT.match(behind)
    if verdict and mention.sort != "thing" and verdict.group(1).strip() and not _GOOD_VERDICT.search(verdict.group(1)):
        return "unclear", 0
    return ("denied" if _DENIED.search(re.split(r"[,:(]|\bbut\b", before)[-1]) else ""), 0


def _of_stretch(before: str, behind: str) -> str:
    silence = bool(_SILENCE_BEHIND.match(behind))
    gap = bool(_GAP_BEHIND.match(behind) or _GAP_BEFORE.search(before))
    if _LONGER.search(before) and (silence or gap):
        return "maximum"
    if silence and not _FLOOR_BEFORE.search(before) and not _GAP_BEFORE.search(before) and _IF_BEFORE.search(before):
        return "maximum"
    return "minimum" if gap else ""
