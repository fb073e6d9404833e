"""The words for times of day: clocks, parts of the day, and events such as meals to which people refer."""

from __future__ import annotations

import re

DAYPARTS: tuple[tuple[str, tuple[float, float]], ...] = (
    (r"night shifts?", (1320, 1800)),
    (r"(?:the )?(?:small|wee|early) hours", (1440, 1680)),
    (r"(?:at |around )?(?:midday|noon(?:time)?)", (705, 765)),
    (r"(?:at |around )?midnight", (1425, 1470)),
    (r"day ?break|(?:at )?dawn|sunrise", (330, 420)),
    (r"mid[- ]?mornings?|middle of the morning", (570, 660)),
    (r"(?:very )?early (?:in the )?mornings?|first light", (300, 480)),
    (r"late (?:in the )?mornings?", (630, 720)),
    (r"mornings?|a\.?m\.? hours|forenoons?", (360, 720)),
    (r"mid[- ]?afternoons?|middle of the afternoon", (840, 960)),
    (r"early (?:in the )?afternoons?", (720, 870)),
    (r"late (?:in the )?afternoons?", (930, 1080)),
    (r"afternoons?", (720, 1080)),
    (r"(?:golden hour|dusk|twilight|sunset|nightfall|sundown)", (1050, 1140)),
    (r"early (?:in the )?evenings?", (1020, 1170)),
    (r"late (?:in the )?evenings?", (1260, 1410)),
    (r"late (?:at )?nights?|late into the night", (1320, 1680)),
    (r"mid[- ]?evenings?", (1140, 1260)),
    (r"evenings?|after dark", (1080, 1320)),
    (r"(?:at |the |late )?nights?(?:[- ]?times?)?(?! shifts?)", (1260, 1680)),
    (r"mid[- ]?day", (690, 810)),
    (r"day ?time|during the day", (480, 1080)),
)
EVENTS: tuple[tuple[str, str], ...] = (
    (
        "breakfast",
        r"breakfast(?:s|[- ]?time)?|morning (?:coffee|tea)"
        r"|(?:my |the |that )?first (?:(?:two |few )?(?:cups?|glass(?:es)?|mugs?|pots?) (?:of )?)?(?:coffee|tea|brew)"
        r"|(?:i've |i have )?had (?:my |some |a |any )?(?:(?:cup|mug) of )?(?:coffee|tea|caffeine)",
    ),
    ("lunch", r"lunch(?:es|[- ]?(?:time|break|hour))?|midday meal"),
    ("dinner", r"dinner(?:s|[- ]?time)?|supper|evening meal"),
    ("tea", r"tea[- ]?time|afternoon tea|afternoon coffee"),
    (
        "work",
        r"(?:my |the )?(?:work(?:ing)?[- ]?(?:day|hours|shift|time)?|office(?: hours)?|shift|job)(?!\w|[- "
        r"]?(?:out|shop|ing))",
    ),
    ("school", r"school|class(?:es)?|lectures?|university|college"),
    (
        "waking",
        r"(?:i |he |she |they )?(?:wak(?:e|es|ing)(?! (?:me|him|her|them|the|my)\b)(?: up)?"
        r"|awak\w+|get(?:s|ting)? (?:up|out of bed)|rising"
        r"|(?:the )?(?:beginning|start) of (?:the|my) day|early in the day|first thing(?: in the (?:morning|day))?)",
    ),
    ("bed", r"(?:going to |i go to |go to |in )?(?:bed(?:[- ]?time)?|sleep(?:ing)?|falling asleep|turn(?:ing)? in)"),
)
CLOCK = (
    r"(?<![\d:.])(?:(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|o'?clock|h)?|\b(noon|midday|midnight)\b)(?![\d:%]|\.\d"
    r"|\s*(?:minutes?|mins?|hours?|hrs?|times?|a day|suggestions?|recommendations?)\b)"
)
_HALF = re.compile(r"\bhalf[- ]past (\w+)|\bquarter (past|to) (\w+)", re.I)
_HOUR_WORDS = {
    w: n
    for n, w in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}


_IN_THE_LATER_HALF = re.compile(
    r"\b(?:evenings?|nights?|afternoons?)\s+(?:after|before|from|until|till|at|around|between|by|past)\s+"
    r"(?:about |around |\d{1,2}(?:[:.]\d\d)? (?:to|and|until) )?$",
    re.I,
)


def plain_clocks(text: str) -> str:
    """The text with 'half past nine' and 'nine in the morning' in figures."""

    def half(match: re.Match[str]) -> str:
        word = (match.group(1) or match.group(3)).lower()
        if match.group(1) and word in ("midnight", "noon", "midday"):
            return "00:30" if word == "midnight" else "12:30"
        hour = _HOUR_WORDS.get(word, int(word) if word.isdigit() else None)
        if hour is None:
            return match.group(0)
        if match.group(1):
            return f"{hour}:30"
        return f"{hour}:15" if (match.group(2) or "").lower() == "past" else f"{(hour - 1) or 12}:45"

    text = _HALF.sub(half, text)
    names = "|".join(list(_HOUR_WORDS)[1:])
    pair = rf"\b(between|from) (about |around )?({names}) (and|to|until|till) (about |around )?({names}|\d{{1,2}})\b"

    def both(match: re.Match[str]) -> str:
        hours = [str(_HOUR_WORDS.get(word.lower(), word)) for word in (match.group(3), match.group(6))]
        return f"{match.group(1)} {hours[0]} {'to' if match.group(4) == 'and' else match.group(4)} {hours[1]}"

    quarters = {"fifteen": "15", "thirty": "30", "forty-five": "45"}
    text = re.sub(
        rf"\b({names})[ -](fifteen|thirty|forty-five)\b(?! (?:minutes|times))",
        lambda match: f"{_HOUR_WORDS[match.group(1).lower()]}:{quarters[match.group(2).lower()]}",
        text,
        flags=re.I,
    )
    text = re.sub(pair + r"(?! (?:times|hours?|minutes?))", both, text, flags=re.I)
    return re.sub(
        rf"\b({names})(?=\s*(?:am\b|pm\b|o'?clock|thirty\b|in the (?:morning|afternoon|evening)))|"
        rf"(?<=\bat )({names})\b(?! (?:or|times|per|a|an|hours?|minutes?))|(?<=\b(?:before|around) "
        rf")({names})\b(?! (?:or|times|hours?|minutes?))|"
        rf"(?<=\b(?:after|until|about|since) )({names})\b(?=\s*(?:$|[,.;]|in the|at night|and |or |is\b|i\b|on\b))|"
        rf"(?<=\b(?:past|till) )({names})\b(?=\s*(?:$|[,.;]|in the|at night|please|is\b|i\b))",
        lambda match: str(_HOUR_WORDS[match.group(0).lower()]),
        text,
        flags=re.I,
    )


def clock_minutes(match: re.Match[str], text: str) -> float | None:
    """Minutes after midnight; an hour without 'am' or 'pm' is taken as one people are awake at."""
    if match.group(4):
        return 1440.0 if match.group(4).lower() == "midnight" else 720.0
    hour, minute = int(match.group(1)), int(match.group(2) or 0)
    mark = (match.group(3) or "").lower()
    if hour > 24 or minute > 59:
        return None
    before, after = (
        text[max(0, match.start() - 12) : match.start()].lower(),
        text[match.end() : match.end() + 26].lower(),
    )
    if not mark and match.group(2) is None:
        preposition = re.search(
            r"(?:\b(?:at|before|after|until|till|by|from|between|around|about|past|since|to|and|or|than|near)|-|~)\s*$",
            before,
        )
        if not preposition:
            return None
        if re.match(r"\s*(?:or|to|-|and)\s*\d+\s*(?:minutes?|hours?|times?|mins?|hrs?)", after):
            return None
    if not mark and _IN_THE_LATER_HALF.search(text[: match.start()]) and hour < 12:
        mark = "pm"  # 'evenings after 7:30'
    if mark not in ("am", "pm"):
        if re.match(r"\s*(?:in the |at )?(?:evening|night|afternoon|at night)", after):
            mark = "pm"
        elif re.match(r"\s*(?:in the )?morning", after):
            mark = "am"
        else:
            partner = re.match(
                r"\s*(?:-|to|and|until|till)\s*\d{1,2}(?:[:.]\d{2})?\s*(?:(am|pm)|(in the morning)|in the|at night)",
                after,
            )
            if partner:
                end = int(re.findall(r"\d+", partner.group(0))[0]) % 12
                half = partner.group(1) or ("am" if partner.group(2) else "pm")
                mark = half if hour % 12 < end or half == "am" else "am"
    if mark == "pm" and hour < 12:
        hour += 12
    elif mark == "am" and hour == 12:
        hour = 24
    elif mark not in ("am", "pm") and match.group(2) is None and 1 <= hour <= 6:
        hour += 12
    elif mark not in ("am", "pm") and match.group(2) is not None and 1 <= hour <= 4 and len(match.group(1)) == 1:
        hour += 12  # '3:30' is the afternoon, '03:30' is not
    return float(hour * 60 + minute)
