"""What moments a clause names: spans of the day, kinds of activity, a fresh start, or the time after something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.people.importer.language import activities, clocks
from simulator.people.importer.language.clocks import DayTimes, Stretch
from simulator.people.importer.moments import judgement, landmarks
from simulator.people.importer.moments.landmarks import Landmark

_PAUSE = re.compile(
    r"\b(?:between (?:my |the |two |different |one )?(?:(?:study|work|practice|training|reading|writing) )?"
    r"(?!meals|\d)[a-z]{2,}(?:s|ing|tasks?)\b(?! to (?:\d"
    r"|lunch|dinner|noon|bed))|finish\w*|complet\w+|done with|transition\w*|in[- ]between|switch\w*"
    r"|(?:just )?end(?:ed|ing) (?:something|a|my)|after (?:i |i've |i have )?(?:finish|complet|wrap)\w*"
    r"|wrap\w* up|start(?:ing)? (?:something new|a new|the next)"
    r"|(?:start|beginning|end) of (?:an?|each|every|one|the) (?:new |next )?(?:activity|task|session|chore|project))\b",
    re.I,
)
_BEFORE_START = re.compile(r"\bbefore (?:i (?:start|begin|get going|set off)|starting|beginning)\b", re.I)
_BETWEEN_BLOCKS = re.compile(
    r"\bbetween (?:my )?(?:study|work|practice|training|reading|writing) (?:blocks?|sessions?|tasks?|hours)\b", re.I
)
_FINISHED = re.compile(r"\b(?:finish\w*|complet\w+|done with|wrap\w* up)\b", re.I)
_IDLE = re.compile(
    r"\b(?:idle|idling|free (?:time|moments?|minutes?)|spare (?:time|moments?|minutes?)|down[- ]?time|have "
    r"nothing to do|at a loose end|leisure|day off)\b",
    re.I,
)
_AFTER_ACTIVITY = re.compile(
    r"\b(?:right |just |shortly |soon |immediately |straight )?(?:after|out of|back from|once|fresh from)"
    r" (?:i(?:'ve|'m| have| am)? |my |a |an |the |doing |having |finishing |some )*",
    re.I,
)
_ENDED = re.compile(r"\b(?:done|over|finished|out|through|away|cleared|dried|ended|back)\b", re.I)
_REWORDED = tuple(
    (re.compile(pattern, re.I), instead)
    for pattern, instead in (
        (r"\b(?:wak\w+|rous\w+|drag\w*|pull\w*|tear\w*|call\w*) me (?:up )?(?:away )?(?:from|out of)\b", "during"),
        (
            r"\b(machines?|engines?|motors?|taps?|water|washer|dishwasher|films?|programmes?|radio|tv|television|music"
            r"|meters?|timers?) (?:is |are )?running\b",
            r"\1",
        ),
        (
            r"\b(?:put(?:s|ting)?|get(?:s|ting)?|settl(?:e|ing)|tuck(?:s|ing)?) (?:the |my |our )?(?:him|her|them|kids"
            r"|children|baby|babies|father|mother|dad|mum|twins|little ones?|son|daughter|boys|girls|toddler)"
            r"(?: (?:in|to bed|to sleep|down))\b|\b(?:the |my |our )?bedtime stor(?:y|ies)\b",
            "looking after the children",
        ),
        (r"\bbreak(?:s|ing)? (?=my|the|me\b|in\b|off\b)", "spoil "),
        (r"\b(?:write|writing|message|messaging|text|texting) (?:to )?me\b", "tell me"),
        (r"\bwashing[- ]up\b", "doing the dishes"),
        (r"\b(?:during|watching|while) (?:a|the|any) match\b", "while watching a match"),
        (r"\b(?:gaps|in-betweens|in-between moments|dead time|slack moments?)\b", "pauses"),
        (r"\bon the (?:tele)?phone (?:with|to) .*", "on the phone"),
        (
            r"\bwork(?:ing)? on (?:an?|my) (?!\w* ?(?:report|paper|thesis|project|code|presentation|case|article|book"
            r"|chapter|assignment|essay|computer|laptop|shift|brief|deadline|job|client|task|problem|lesson))",
            "tinkering with a ",
        ),
    )
)
_WHILE_I = re.compile(r"\b(?:while|whilst|when|as) i\b", re.I)
_ADJECTIVE = re.compile(r"\b(?:morning|midday|afternoon|evening|night|nightly)\s*$", re.I)
_FOR_SOMETHING = re.compile(r"\b(?:is|are|was) (?:\w+ )?(?:for|about)\b.*$", re.I)
_ABOUT_ACTIVITY = re.compile(
    r"\b(?:suggestions?|recommendations?|ideas?|advice|tips?) (?:about|on|for|related to|regarding|such as)\b.*", re.I
)


@dataclass(frozen=True)
class Moments:
    """What a clause names; `after` when the kinds are those of what went before."""

    spans: list[Stretch]
    kinds: list[str]
    pause: bool
    after: bool
    half_known: bool = False
    """A time is bound to something that the person does, and that was not understood."""


def read(text: str, times: DayTimes, plan: Sequence[Landmark], wish: bool) -> Moments:
    """The moments that a clause names, good ones narrowly and bad ones widely."""
    text = _ABOUT_ACTIVITY.sub("", text) if wish else text
    text = judgement.moment_part(text)
    if not wish:  # 'evenings are for my family' refuses the evenings, not the family
        subject = _FOR_SOMETHING.sub("", text)
        if _names(subject, times, plan):
            text = subject
    for pattern, instead in _REWORDED[:1]:
        text = pattern.sub(instead, text)
    text = landmarks.resolve(text, plan, wish)
    for pattern, instead in _REWORDED[1:]:
        text = pattern.sub(instead, text)
    spans = clocks.find(text, times, wish=wish)
    bare = without_times(text)
    kinds, after = _kinds(_BETWEEN_BLOCKS.sub(" ", bare), wish)
    if not wish:
        if any(_ADJECTIVE.search(text[: word.start]) for word in activities.find(text)):
            spans = []  # 'my evening prayers' are the prayers, not the evening
        if kinds:  # 'in lectures' is what is done there; their hours hold the breaks as well
            hours = [times.event(name) for name in ("work", "school")]
            spans = [span for span in spans if (span.start + 15, span.end - 15) not in hours]
        return Moments(spans, kinds, False, after)
    pause = bool(_PAUSE.search(bare))
    if pause and _FINISHED.search(bare) and any(kind not in ("pause", *activities.WORK_KINDS) for kind in kinds):
        pause, after = False, True  # 'when I have finished a run' is narrower than any fresh start
    if pause:
        kinds = list(dict.fromkeys(["pause", *(kind for kind in kinds if kind not in activities.WORK_KINDS)]))
    elif _BEFORE_START.search(bare) and not spans:
        kinds, after = kinds or ["pause"], True
    if _IDLE.search(text):
        kinds = list(dict.fromkeys([*kinds, "pause", "rest"]))
    unknown = _WHILE_I.search(text)
    half_known = bool(spans and not kinds and unknown and not clocks.find_terms(text[unknown.end() :], times))
    return Moments(spans, kinds, pause, after, half_known)


def _names(text: str, times: DayTimes, plan: Sequence[Landmark]) -> bool:
    return bool(clocks.find(text, times) or activities.find(text) or landmarks.named(text, plan))


_FIRST_CUP = re.compile(
    r"\b(?:my |the |that )?first (?:(?:two |few )?(?:cups?|glass(?:es)?|mugs?|pots?) of )?(?:coffee|tea)\b"
    r"|\bhad (?:my |some |a |any )?(?:(?:cup|mug) of )?(?:coffee|tea|caffeine)\b",
    re.I,
)


def without_times(text: str) -> str:
    """The text without what has been read as a time, so that 'before work' or 'after lunch' is no activity."""
    landmark = (
        r"\b(?:right |just |shortly |soon |immediately )?(?:before|after|around|until|till|from|at|during|over"
        r"|by|in)\s+(?:the |my |i |have |had |having |finished |eating |start |starting |begin "
        r")*(?:breakfast|lunch|dinner|supper"
        r"|tea[- ]?time|work(?:ing hours|ing day|day)?|school|bed(?:time)?|waking(?: up)?|i wake up|getting up"
        r"|going to (?:bed|sleep)|going to work|sleep|class)(?:[- ]?(?:time|hours?))?(?![-\w]| ?outs?\b)"
    )
    meal = r"(?:breakfast|lunch|dinner|supper|noon|bed(?:time)?)"
    text = re.sub(rf"\b(?:between|from) (?:my )?{meal} (?:and|to|until) (?:my )?{meal}\b", " ", text, flags=re.I)
    text = _FIRST_CUP.sub(" ", re.sub(landmark, " ", text, flags=re.I))
    text = re.sub(r"\b(?:after|once|when) i (?:have )?finish(?:ed)?\s*$", " ", text, flags=re.I)
    text = re.sub(r"\blunch[- ]?(?:break|hour|time)s?\b", " ", text, flags=re.I)
    return re.sub(
        r"\b(?:i |when i |once i )?(?:wake up|get up|am in bed|go to bed|going to bed)\b", " ", text, flags=re.I
    )


def _kinds(text: str, wish: bool) -> tuple[list[str], bool]:
    """Kinds that a clause names, and whether it speaks of the time after them."""
    after = _AFTER_ACTIVITY.search(text)
    if after and re.match(r"once\b", after.group(0), re.I) and not _ENDED.search(text[after.end() :]):
        after = None  # 'once I am at the piano' is at the piano
    if after and activities.find(text[after.end() :]) and not re.search(r"\b(?:while|during)\b", text, re.I):
        return activities.kinds(text[after.end() :]), True
    names = activities.kinds(text)
    before = re.search(r"\bbefore (?:i |my |a |an |the |starting |going )*", text, re.I)
    if wish and before and activities.find(text[before.end() :]):
        return activities.kinds(text[: before.start()]), False
    return names, False
