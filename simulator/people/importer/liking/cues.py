"""Verdicts on ideas: the words that welcome or refuse something, and where they point.

A cue is a word of valence ('like', 'bores me'), a negator ('no', 'never'), or both, which turn each other round. One
with nothing before it but its own subject ('I like', 'please no') points forward; one that follows what it judges
('... leave me cold', '... I love') points back as well. Relative clauses are blanked first, for what is said in them
('a book I have not read') narrows the thing and does not judge it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# phrases whose words would mislead, put plainly; each turns on fixed words of English, not on what is liked
_PLAINLY = tuple(
    (re.compile(pattern, re.I), instead)
    for pattern, instead in (
        (r"\b(no|never|nope|yes)\b(?:,?(?: and| or)? \1\b)+", r"\1"),
        (r"\bi know what i like\b", "I like"),
        (r"\b(?:can|could) (?:not|never) (?:get|have) enough (?:of)?|\bnever (?:get )?(?:tired?|bored|weary)(?: of"
            r"| with)?"
         r"|\bnever say no to|\bcan not (?:resist|wait for|live without|do without)|\bnothing beats|\bnever tire of",
         "I love"),
        (r"\b(?:can|could) take or leave\b", "know"),
        (r"\b(?:do|does|would|will) not (?:really )?(?:mind|object to|hurt|do any harm|bother me|come amiss|go amiss)"
         r"|\bnothing against|\bno objections? to|\bdoes no harm",
         "is fine"),
        (r"\b(?:never|not) fails? to\b", "always"),
        (r"\bnot a (?:day|week) (?:goes by|passes) (?:that |when )?(?:i do not|without)", "I love"),
        (r"\bnothing but|\bnone but", "only"),
        (r"\b(my \w+) and (?=(?:i|me)\b)", r"\1 & "),
        (r"\b(?:and |but )?nothing (?:else|off (?:the )?(?:subject|topic|point)|more)\b|\bno more and no less\b", ""),
        (r"\b(?:or|practical) nothing\b", ""),
        (r"\bnot only\b|\bnot just\b|\bno matter (?:what|how|when|if)\b|\bno doubt\b|\bno wonder\b|\bwhy not\b", ""),
        (r"\bany ?thing but\b|\beverything but\b", "no"),
        (r"\bcosts? (?:me |us )?(?:next to |nearly |almost |practically )?nothing\b", "is cheap"),
        (r"\bmade (?:from|of|out of) nothing\b", "cheap"),
        (r"\bnot (?:my|our|everybody'?s|everyone'?s) (?:cup of tea|thing|idea of fun|world|style|scene|bag|forte)\b",
         "not for me"),
        (r"\b(?:exactly |just |right )?(?:my cup of tea|up my (?:street|alley))\b", "pleasing to me"),
        (r"\bdo(?:es)? not care (?:for|about|much)", "dislike"),
        (r"\bin one ear and out (?:of )?the other\b", "bores me"),
        (r"\bin the (?:first|second) place\b|\bat all\b|\bwhatever you do\b|\bat my age\b"
            r"|(?<!no )(?<!no, )\bthank(?:s| you)\b"
         r"|\bif (?:you )?(?:please|possible|you (?:can|must|like|want|will))\b|\bfor instance\b|\bfor example\b"
         r"|\bsuch as\b|(?<=[,:] )like (?=an? |the |some )|\bby all means\b", " "),
        (r"\b(?:keep|leave|save|reserve) ([^,;:]{3,70}?) (?:to yourself|to (?:others|other people|her|him|them"
            r"|someone"
         r" else|my \w+)|out(?: of (?:it|this|my \w+))?|away(?: from \w+)?|alone|for (?:others|someone else"
         r"|somebody else))\b",
         r"no \1"),
        (r"\bno,(?= |$)|\bno (?=$)", "never "),
    )
)  # fmt: skip

_SUBJECT = r"(?:i|we|nobody|no one|everyone|everybody|people|others|you|he|she|they)"
_RELATIVE = re.compile(
    rf"(?<=\w) (?:(that|which|who|whom|whose|where)\b|(?<!\band )(?<!\bor )(?<!\bbut ){_SUBJECT}(?= |'))", re.I
)
_REPORTING = re.compile(
    r"\b(?:say|think|find|feel|know|hope|mind|so|glad|is|are|now|of|about|with|and|or|for"
    r"|like)$",
    re.I,
)
_LEADING = re.compile(r"^(?:and |but |so )*(?:as )?(?:for|with|among|of|about|on|in|at|to|from|out)\b", re.I)
_DETERMINED = re.compile(
    r"\b(?:an?|the|any|some|every|each|one|what|whatever|something|anything|things?|stuff|ideas?|suggestions?|tips|"
    r"all|everything|those|ones?|places?|sounds?|books?|films?|songs?|recipes?|anybody|anyone|people|nothing|no"
    r"|more)\b"
    r"(?: [\w'-]+){0,5}$",
    re.I,
)

_LIKING = (
    r"(?:(?<=\bi )|(?<=\bwe )|(?<=\bwould )|(?<='d )|(?<=\bdo )|(?<=\bnot )|(?<=ly )|(?<=\balso )|(?<=\balways )"
    r"|(?<=\bonly )|(?<=\bnever )|(?<=\bstill )|(?<=\bmost )|(?<=\bjust ))likes?\b|lov(?:e|es|ed)\b(?! (?:life|songs?"
    r"|stor\w+|letters?|poems?|affairs?))|enjoy\w*|wants?\b|wish for|welcom\w+|appreciat\w+|prefer\w*|fancy|adores?"
    r"|cherish\w*|treasure|relish\w*|accept\b|favou?rs?\b|(?<=\bi )need\b|(?<=\bnot )need\b|(?<=\balways )need\b"
    r"|hope for|long for|look(?:ing)? (?:forward|out) (?:to|for)|looking for|crave|thrive on|swear by|live for|"
    r"(?:would|'d|will|'ll) (?:rather|sooner)(?! (?:not|you did not))|"
    r"(?:could|can|will|'ll|'d|would) (?:gladly |happily |always )?(?:do with|use|listen|hear|take|go for)\b|"
    r"(?:am|'m|are|be|is) (?:\w+ ){0,2}?(?:fond|keen|into|happy|happiest|glad|grateful|open to|up for|game for|"
    r"a (?:\w+ )?(?:fan|lover|sucker|devotee)|all for|all ears|interested|partial|drawn|curious|passionate|"
    r"fascinated|mad about|crazy about|ready for|in the mood|hooked)\b|"
    r"(?:have|got) (?:\w+ ){0,3}?(?:soft spot|weakness|ear|ears|appetite|passion|patience|time|use|interest|need|"
    r"taste|desire|wish|stomach|room|head|nerve|talent|love)s? (?:for|in|of|to)\b"
)
_PLEASING = (
    r"(?:pleas|delight|suit|cheer|interest|excit|tempt|amus|calm|inspir|charm|warm|mov|fascinat|intrigu|thrill|relax"
    r"|sooth|entertain|comfort|help|appeal|work)(?:e?s|ed|ing)? (?:to |for )?(?:me|us)\b|"
    r"(?:pleas|delight|suit|cheer|interest|excit|tempt|amus|appeal)e?s? (?:up )?(?:me|us|to me)\b|pleasing to me|"
    r"(?<!\bnot )interests? me|cheers? (?:me|us) up|"
    r"mak(?:e|es|ing) (?:me|my day)(?: \w+){0,1}? (?:happ\w+|smile|laugh|glad|content|better|good)|makes? my day|"
    r"hits? the spot|goes? down (?:well|a treat)|(?:do|does) (?:me good|the trick)|the thing for me"
    r"|just the thing|(?:yes|sure|absolutely|gladly),?(?: please)?$|count me in|"
    r"(?:is|are|be|sounds?|seems?|feels?|were|was) (?:\w+ ){0,3}?(?:welcome|nice|good|great|lovely|fine|alright"
    r"|all right|gold|perfect|wonderful|pleasant|best|ideal|okay|ok|fun|appreciated|right|brilliant|super|magic"
    r"|delightful|useful|fair game|in order|favou?rites?|a (?:joy|delight|treat|pleasure|dream|gift|hit|bonus))\b"
)
_TELL = (
    r"(?:give|tell|show|bring|send|offer|hit|feed|surprise|teach|find|remind|inspire|challenge|provoke|amuse"
    r"|entertain|push|cheer|calm|ask|get|read|ply) (?:me|us)\b|talk to me|(?:you|it|they|ideas?|suggestions?|tips?)"
    r" (?:may|can|could|might|should|must|ought to)\b|feel free|bring on|think of me"
)
_IMPERATIVE = (
    r"(?:suggest|recommend|propose|mention|offer|stick to|focus on|keep (?:it|them|things)|make (?:it|them)|let it|"
    r"talk about|tell|show|share|throw|send|bring|give|help|provoke|surprise|challenge|inspire|include|"
    r"take (?:me|us)|point)\b"
)
_REFUSING = (
    r"hates?\b|loathe\w*|dislik\w+|detest\w*|dread\w*|resent\w*|despis\w*|abhor\w*|avoid\w*|skip\b|spare (?:me|us)|"
    r"refuse\b|decline\b|forget(?: about)?\b(?! me)|stop\b(?! by)|steer clear|(?:stay|keep|go) (?:away|off)\b|"
    r"hold (?:back|off)|leave (?:out|off)|keep your\b|away with|"
    r"(?:could|can|would) (?:\w+ )?(?:do|live) without|enough (?:of|about)|"
    r"(?:tired|sick|weary|fed up|bored|wary|afraid|scared|allergic|averse|(?:am|'m) (?:done|past|too old))"
    r" (?:of|with|to|by|for|the age)\b|gave up|given up|rather than|instead of|less\b|fewer\b|hardly|rarely|seldom|"
    r"little (?=interests|use|patience|time|taste|appeal|love)|(?:would|'d) (?:rather|sooner) (?:not|you did not)"
)
_ANNOYING = (
    r"(?:bor|annoy|irritat|tir|exhaust|frighten|scar|depress|drain|stress|upset|anger|disgust|worr|bother|distract"
    r"|overwhelm|embarrass|infuriat|frustrat|confus|repel|weary|wear)(?:e|es|s|ies|y)? (?:me|us)\b|"
    r"(?:turn|put)s? (?:me|us) (?:off|to sleep)|"
    r"leav(?:e|es|ing) (?:me|us) (?:\w+ )?(?:cold|indifferent|unmoved|flat|empty)|"
    r"(?:get|gets|grate|grates) on my nerves|driv(?:e|es) me (?:mad|crazy|nuts|up the wall|away)|"
    r"mak(?:e|es) (?:me|my) (?:\w+ ){0,3}?(?:hide|angry|anxious|sad|furious|cringe|yawn|tired|dizzy|sick|ill|nervous|"
    r"bad|old|stupid|guilty|boil|crawl|miserable|worse|run)\b|wast(?:e|es|ed|ing)\b(?: of (?:breath|\w+ ?\w*))?|"
    r"(?:is|are|be|sounds?|seems?) (?:\w+ ){0,2}?(?:boring|dull|pointless|useless|unwelcome|off[- ]limits|tedious|"
    r"annoying|irritating|too much|overrated|nonsense|rubbish|torture|a bore|a chore|tiresome|dreary|unbearable|"
    r"for (?:other|others|somebody else|someone else)\b[\w ]*|out\b|wasted|lost on me)|"
    r"mean nothing|means nothing|the last thing|no use to me|wear thin|nope\b|no way|count me out|"
    r"no,? thank(?:s| you)|hard pass|no chance|(?:i'll|i will) pass\b|keep (?:it|them|those|that)$"
)
_NEGATOR = r"^without\b|\b(?:not|never|(?<!with )no|nor|neither|none|nothing|no longer|least of all)\b"
_GOOD = re.compile(rf"\b(?:{_LIKING}|{_PLEASING}|{_TELL})", re.I)
_BAD = re.compile(rf"\b(?:{_REFUSING}|{_ANNOYING})", re.I)
_NO = re.compile(_NEGATOR, re.I)
_TELLS = re.compile(
    r"(?:give|tell|show|bring|send|offer|hit|feed|teach|find|remind|push|ask|get|read|ply) (?:me|us)\b", re.I
)
_SAYS_HOW = re.compile(r"^(?:surpris|provok|challeng|inspir|calm|sooth|amus|entertain|excit|thrill)\w* me", re.I)
_ORDER = re.compile(rf"^{_IMPERATIVE}", re.I)
_OPENING = re.compile(
    r"^(?:(?:and|or|but|so|then|also|please|just|yet|well|oh|instead|always|only|mostly|especially|above all|best of"
    r" all|most of all|honestly|usually|still|certainly|definitely|really|otherwise|besides|kindly|again|perhaps"
    r"|maybe"
    r"|what|there is|there are|it is|does|do|is|are|my|i|we|you|it|they|am|have|has|had|would|'d|'m|'ve|'ll|will|can|"
    r"could|may|might|should|must|be|being|been|to|of|for|with|about|too|very|much|rather|quite|one|got|even"
    r"|of course|"
    r"indeed|thing|things|⟦\d+⟧)(?:\b|(?<=⟧))[\s,]*)+",
    re.I,
)
_POINTING = re.compile(
    r"^(?:and |but |all |any |none |most |both )*(?:of )?(?:those|these|they|them|that|this|such (?:things|ideas"
    r"|stuff)|"
    r"that (?:sort|kind) of (?:thing|idea|stuff)|it all|all of (?:it|that|this)|it|the (?:lot|same))\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A verdict in a piece of a sentence: its sign, whether it reaches back, and the piece without it."""

    sign: int
    back: bool
    rest: str
    inner: bool = False
    """Whether it stands in a relative clause; then it counts only where nothing else has judged."""


def plainly(sentence: str) -> str:
    """The sentence without idioms that would mislead."""
    for pattern, instead in _PLAINLY:
        sentence = pattern.sub(instead, sentence)
    return re.sub(r"\s+", " ", sentence).strip(" ,")


def blank_relative(piece: str) -> str:
    """The piece with its relative clauses blanked; its length stays, and what judges the whole stays readable."""
    for match in _RELATIVE.finditer(piece):
        before = piece[: match.start()]
        if match.group(1):
            relative = not _REPORTING.search(before)
        else:  # 'a book I have not read', but not 'for the shop I like ...'
            relative = bool(_DETERMINED.search(before)) and not (_LEADING.match(before) and not _judged(before))
        if relative:
            end = _verdict_after(piece, match.start() + 1) or len(piece)
            return before + " " * (end - match.start()) + piece[end:]
    return piece


def _judged(text: str) -> bool:
    return bool(_GOOD.search(text) or _BAD.search(text) or _NO.search(text) or _ORDER.search(_OPENING.sub("", text)))


def _verdict_after(piece: str, start: int) -> int | None:
    """Where the verdict on the whole begins behind a relative clause ('what I heard this week | bores me')."""
    later = re.compile(
        rf"\s(?:(?:always|really|just|never|do not|does not) )*(?:{_ANNOYING}|{_PLEASING}|can (?:leave|go|wait"
        rf"|stay|keep))",
        re.I,
    )  # fmt: skip
    found = [match.start() for match in later.finditer(piece, start + 3)]
    # 'ideas that involve crowds are not ...', but not 'ideas that are not ...'
    refusals = [match.start() for match in re.finditer(r"\s(?:is|are|do|does|would be) not\b", piece)]
    found += [place for place in refusals if piece[start:place].count(" ") > 1]
    return max(found, default=None)


def pointing(piece: str) -> bool:
    """Whether the piece only points at what was named before ('those', 'such things')."""
    return bool(_POINTING.match(piece.strip()))


def find(piece: str) -> Cue | None:
    """The verdict in a piece, or None when it holds none."""
    seen = blank_relative(piece)
    cue = _find(piece, seen)
    if cue is None and len(seen.rstrip()) < len(piece):
        # 'things that bore me: ...', 'what I do not want: ...': with no other verdict the one in the clause counts
        inner = piece[len(seen.rstrip()) :]
        judged = _find(inner, inner)
        if judged and judged.sign < 0 and (_BAD.search(inner) or _GOOD.search(inner)):
            return Cue(-1, False, seen.strip(), inner=True)
    return cue


def _find(piece: str, seen: str) -> Cue | None:
    start = match.end() if (match := _OPENING.match(seen)) else 0
    bad, good = _BAD.search(seen), _GOOD.search(seen)
    order = re.match(rf"{_IMPERATIVE}", seen[start:], re.I)
    no = list(_NO.finditer(seen))
    if bad and good and good.start() < bad.start() and re.match(r"(?:less|fewer|stop)\b", bad.group(0), re.I):
        bad = None  # 'I like it less noisy' narrows; 'less noise, please' judges
    valence = bad or good
    if valence is None and order is None:
        return _cue(piece, seen, -1, no[0].start(), no[0].end()) if no else None
    if valence is None:
        sign, first, last = 1, start, start + order.end() if order else start
        word = first
    else:
        sign, first, last = (-1 if valence is bad else 1), valence.start(), valence.end()
        if _TELLS.match(valence.group(0)) and _content(seen[:first]):
            return None  # 'crowds give me hives' asks for nothing
        word = first
        last = first if _SAYS_HOW.search(valence.group(0)) else last
    turning = [m for m in no if m.start() < last and (valence is None or valence is good or m.start() < first)]
    if turning:
        first = min(first, turning[0].start())
        between = _NO.sub(" ", piece[first : max(first, word)])
        return Cue(-sign, _content(seen[:first]), f"{piece[:first]} {between} {piece[last:]}".strip())
    if sign > 0:
        # 'give me nothing loud', 'I want no company'
        after = next((m for m in no if m.start() >= last), None)
        gap = seen[last : after.start()] if after else ""
        if after and len(gap.split()) <= 2 and not re.search(r"\b(?:that|which|and|or)\b", gap, re.I):
            sign, last = -1, after.end()
    return _cue(piece, seen, sign, first, last)


def _cue(piece: str, seen: str, sign: int, first: int, last: int) -> Cue:
    return Cue(sign, _content(seen[:first]), f"{piece[:first]} {piece[last:]}".strip())


def _content(before: str) -> bool:
    """Whether anything stands before a verdict but its own subject and small words."""
    return bool(re.search(r"\w", _OPENING.sub("", _NO.sub(" ", re.sub(r"⟦\d+⟧", " ", before)).strip())))


def opened(text: str) -> str:
    """The text without the small words that open a clause."""
    return _OPENING.sub("", text.strip())
