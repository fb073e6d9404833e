"""When a word may come: windows, kinds of activity, pauses, and what is blocked, out of prose.

A time or an activity that is named as good weighs enough by itself; one named in passing needs another, and so do
a time and an activity named in one breath ('in the evening when I rest'). What is not understood has no effect:
nobody becomes receptive by a misreading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from simulator.importer import activities, clocks
from simulator.importer.clocks import DayTimes, Stretch
from simulator.importer.signs import clauses, plain
from simulator.importer.values import Notes
from simulator.importer.words import Clause, sentences
from simulator.persona import DAYS

GOOD, VAGUE = 1.1, 0.6
"""Above the threshold of 1 by itself; below it, but above in pairs."""

ALWAYS_BLOCKED = ("sleep", "bathing")

_FRAGMENT = re.compile(
    r"^(?:and |or |but |also |especially |particularly |preferably |ideally |mostly |usually |only |then "
    r"|perhaps |maybe |e\.g\. )*"
    r"(?:in|during|between|right|just|shortly|soon|after|before|while|whilst|when|whenever|at|on|around"
    r"|about|mid|early|late|mornings?|evenings?|afternoons?|"
    r"nights?|week|weekdays?|weekends?|any ?time|breaks?|lunch|over|from|first thing|as soon as|as i|once"
    r"|if|through|throughout|until|upon|idle|the (?:morning|evening|afternoon|hour|time|moment))\b",
    re.I,
)
_ABOUT_SPEECH = re.compile(
    r"\b(?:suggest\w*|recommend\w*|ideas?|nudges?|notifications?|remind\w*|messages?|prompts?|advice|tips?"
    r"|talk to me|hear|receive|get|contact|reach|interrupt\w*|disturb\w*|best|ideal\w*|prefer\w*|timing"
    r"|moments?|time)\b",
    re.I,
)
_ANYTIME = re.compile(
    r"\b(?:any ?time|whenever|all day|throughout the day|at all times|always|no (?:particular|special"
    r"|fixed) time|time does not matter|flexible)\b(?! (?:i|it|we|you|the|my|there)\b)",
    re.I,
)
_ONLY = re.compile(r"\bonly\b", re.I)
_PAUSE = re.compile(
    r"\b(?:between (?:my |the |two |different |one )?(?:(?:study|work|practice|training|reading|writing) )?"
    r"(?!meals|\d)[a-z]{2,}(?:s|ing|tasks?)\b(?! to (?:\d"
    r"|lunch|dinner|noon|bed))|finish\w*|complet\w+|done with|transition\w*|in[- ]between|switch\w*"
    r"|(?:just )?end(?:ed|ing) (?:something|a|my)|after (?:i |i've |i have )?(?:finish|complet|wrap)\w*"
    r"|wrap\w* up|before (?:i )?(?:start|begin)\w*|start(?:ing)? (?:something new|a new|the next)"
    r"|(?:start|beginning|end) of (?:an?|each|every|one|the) (?:new |next )?(?:activity|task|session|chore|project))\b",
    re.I,
)
_BETWEEN_BLOCKS = re.compile(
    r"\bbetween (?:my )?(?:study|work|practice|training|reading|writing) (?:blocks?|sessions?|tasks?|hours)\b", re.I
)
_FINISHED = re.compile(r"\b(?:finish\w*|complet\w+|done with|wrap\w* up)\b", re.I)
_ADJECTIVE = re.compile(r"\b(?:morning|midday|afternoon|evening|night|nightly)\s*$", re.I)
_CONDITION_LEFT = re.compile(r"\b(?:when|while|if)(?: i)?(?:'m| am| have)?$", re.I)
_ONLY_DAYS = re.compile(
    r"\bonly (?:on |at )?(?:the )?(?:\w+days?|weekends?)\b|\b(?:\w+days?|weekends?) only\b(?! (?:after|before"
    r"|from|in|at|during|between|when|while))",
    re.I,
)
_IDLE = re.compile(
    r"\b(?:idle|idling|free (?:time|moments?|minutes?)|spare (?:time|moments?|minutes?)|down[- ]?time|have "
    r"nothing to do|at a loose end|leisure|day off)\b",
    re.I,
)
_OUTSIDE_WORK = re.compile(r"\boutside (?:of )?(?:my )?(?:work\w*|office|school|class)\b", re.I)
_AFTER_ACTIVITY = re.compile(
    r"\b(?:right |just |shortly |soon |immediately )?after (?:i(?:'ve| have)? |my |a |an |the |doing "
    r"|having |finishing |some )*",
    re.I,
)
_BEFORE_ACTIVITY = re.compile(r"\bbefore (?:i |my |a |an |the |doing |starting )*$", re.I)
_WITHOUT_ACTIVITY = re.compile(
    r"\b(?:suggestions?|recommendations?|ideas?|advice|tips?) (?:about|on|for|related to|regarding|such as)\b.*", re.I
)


@dataclass
class Timing:
    """What the prose says about when, before it becomes a persona's timing."""

    windows: list[tuple[Stretch, float]] = field(default_factory=list)
    kinds: dict[str, float] = field(default_factory=dict)
    pause_weight: float = 0.0
    pause_minutes: float = 0.0
    blocked: list[Stretch] = field(default_factory=list)
    blocked_kinds: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def receptive_anywhere(self) -> bool:
        """Whether any words make a moment good."""
        return bool(self.windows or self.kinds or self.pause_weight)


def read(text: str, frequency_text: str, times: DayTimes, notes: Notes) -> Timing:
    """All that the prose on timing says, and what the prose on frequency says about time.

    Args:
        text: the rubric's part on timing.
        frequency_text: the part on frequency, which may name parts of the day ('once in the evening').
        times: the person's day.
        notes: receives what was understood, and what was not.
    """
    timing = Timing()
    for sentence in sentences(text):
        if not _read_sentence(sentence, times, timing, notes, strict=False):
            notes.miss("timing", sentence)
    for sentence in sentences(frequency_text):
        _read_sentence(sentence, times, timing, notes, strict=True)
    for kind in list(timing.kinds):
        if kind in timing.blocked_kinds:
            notes.assume(
                "timing.kinds",
                f"{kind} blocked",
                f"both wished for and refused; refused: '{timing.blocked_kinds[kind]}'",
            )
            del timing.kinds[kind]
    return timing


def _read_sentence(sentence: str, times: DayTimes, timing: Timing, notes: Notes, strict: bool) -> bool:
    used = False
    unheard: list[str] = []
    parts = clauses(sentence)
    only = bool(_ONLY.search(sentence)) and not re.search(r"\bnot only\b", sentence, re.I)
    spoken = bool(_ABOUT_SPEECH.search(sentence))
    windows_before = len(timing.windows)
    kinds_before = dict(timing.kinds)
    # a list of good times begins as one, or after a yes; behind words that were not understood nothing is good
    opened = spoken or bool(_FRAGMENT.match(parts[0].text)) if parts else False
    for index, clause in enumerate(parts):
        sign = clause.sign
        opened = opened or sign > 0
        if sign == 0:
            # a bare 'during breaks, after lunch' in a list of good times; 'I work from nine to five' is none
            fragment = opened and (_FRAGMENT.match(clause.text) or (index > 0 and used))
            sign = (
                1
                if not strict
                and (fragment or spoken)
                and not re.search(
                    r"\bi (?:am|have|work|usually|often|tend|must)\b", _before_condition(clause.text), re.I
                )
                else 0
            )
        if sign == 0 or (strict and sign > 0 and not (spoken or _FRAGMENT.match(clause.text))):
            if not strict and _FRAGMENT.match(clause.text):
                unheard.append(clause.text)
            continue
        heard = _read_clause(clause, sign, times, timing, notes, strict)
        if (
            not heard
            and not strict
            and not _CONDITION_LEFT.search(clause.text)
            and re.search(r"\b(?:when|while|during|after|before)\b", clause.text, re.I)
        ):
            unheard.append(clause.text)
        used |= heard
    if not strict:
        used |= _complement(parts, sentence, timing, notes, windows_before, kinds_before)
    for text in unheard if used else ():
        notes.miss("timing (part)", text)
    new = timing.windows[windows_before:]
    if only and new and kinds_before == timing.kinds and not strict and len(new) == 1:
        _block_outside(new[0][0], timing, notes, sentence)
    return used


def _complement(
    parts: list[Clause], sentence: str, timing: Timing, notes: Notes, windows: int, kinds: dict[str, float]
) -> bool:
    """'I like suggestions when I am not working': good at any other time."""
    if len(timing.windows) > windows or timing.kinds != kinds or (not timing.blocked_kinds and not timing.blocked):
        return False
    wished = any(
        first.sign > 0
        and first.own
        and second.sign < 0
        and _CONDITION_LEFT.search(first.text)
        and re.match(r"(?:not|no longer|outside)\b", second.text, re.I)
        for first, second in pairwise(parts)
    )
    if not wished and not (
        _OUTSIDE_WORK.search(sentence) and not re.search(r"\b(?:not|never|no|avoid)\b", sentence, re.I)
    ):
        return False
    span = Stretch(clocks.DAY_TURN, clocks.DAY_TURN + 1440, sentence)
    timing.windows.append((span, GOOD))
    timing.words[f"window {show(span)}"] = sentence
    notes.understand("timing.window", f"any other time weight {GOOD:g}", sentence)
    return True


def _before_condition(text: str) -> str:
    return re.split(r"\b(?:when|while|whenever|if|once|as)\b", text, maxsplit=1, flags=re.I)[0]


def _read_clause(clause: Clause, sign: int, times: DayTimes, timing: Timing, notes: Notes, strict: bool) -> bool:
    text = _WITHOUT_ACTIVITY.sub("", clause.text) if sign > 0 else clause.text
    spans = clocks.find(text, times, wish=sign > 0)
    bare = without_times(text)
    kinds, after = _kinds(_BETWEEN_BLOCKS.sub(" ", bare), sign)
    if sign < 0:
        return _block(clause, spans, kinds, after, timing, notes, strict)
    weight = VAGUE if clause.vague or strict else GOOD
    pause = bool(_PAUSE.search(bare))
    if pause and _FINISHED.search(bare) and any(kind not in ("pause", *activities.WORK_KINDS) for kind in kinds):
        pause, after = False, True  # 'when I have finished a run' is narrower than any fresh start
    if pause and not strict:
        kinds = list(dict.fromkeys(["pause", *(kind for kind in kinds if kind not in activities.WORK_KINDS)]))
    if _IDLE.search(text):
        kinds = list(dict.fromkeys([*kinds, "pause", "rest"]))
    used = False
    together = bool(spans) and (bool(kinds) or pause) and not after
    if together:
        weight = VAGUE
    for span in spans:
        timing.windows.append((span, weight))
        notes.understand("timing.window", f"{show(span)} weight {weight:g}", clause.text)
        timing.words[f"window {show(span)}"] = clause.text
        used = True
    if strict:
        return used
    for kind in [] if after else kinds:
        if kind in ALWAYS_BLOCKED:
            continue
        timing.kinds[kind] = max(timing.kinds.get(kind, 0.0), weight)
        notes.understand(f"timing.kinds.{kind}", f"{weight:g}", clause.text)
        timing.words.setdefault(f"kind {kind}", clause.text)
        used = True
    if pause:
        timing.pause_minutes = 7.5
        timing.pause_weight = max(timing.pause_weight, weight)
        notes.understand("timing.pause_weight", f"{weight:g} for the first 7.5 min of something new", clause.text)
        timing.words.setdefault("pause", clause.text)
        used = True
    elif after and kinds:
        # 'after a run': what went before is not in the data; a fresh start alone must not be enough
        timing.pause_minutes = 7.5
        timing.pause_weight = max(timing.pause_weight, VAGUE)
        notes.assume(
            "timing.pause_weight",
            f"{VAGUE:g}",
            f"what went before cannot be told, a fresh start counts half: '{clause.text}'",
        )
        timing.words.setdefault("pause", clause.text)
        used = True
    if _ANYTIME.search(text) and not used:
        span = Stretch(clocks.DAY_TURN, clocks.DAY_TURN + 1440, clause.text)
        timing.windows.append((span, weight))
        notes.understand("timing.window", f"all day weight {weight:g}", clause.text)
        timing.words[f"window {show(span)}"] = clause.text
        used = True
    return used


_FIRST_CUP = re.compile(r"\b(?:my |the )?first (?:cup of )?(?:coffee|tea)\b", re.I)


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
    text = re.sub(r"\blunch[- ]?(?:break|hour|time)s?\b", " ", text, flags=re.I)
    return re.sub(
        r"\b(?:i |when i |once i )?(?:wake up|get up|am in bed|go to bed|going to bed)\b", " ", text, flags=re.I
    )


def _kinds(text: str, sign: int) -> tuple[list[str], bool]:
    """Kinds that a clause names, and whether it speaks of the time after them."""
    after = _AFTER_ACTIVITY.search(text)
    if after and activities.find(text[after.end() :]) and not re.search(r"\b(?:while|during)\b", text, re.I):
        return activities.kinds(text[after.end() :]), True
    names = activities.kinds(text)
    before = re.search(r"\bbefore (?:i |my |a |an |the |starting |going )*", text, re.I)
    if sign > 0 and before and activities.find(text[before.end() :]):
        return activities.kinds(text[: before.start()]), False
    return names, False


def _block(
    clause: Clause, spans: list[Stretch], kinds: list[str], after: bool, timing: Timing, notes: Notes, strict: bool
) -> bool:
    text = clause.text
    if (
        re.search(
            r"\b(?:busy|occupied|mid-\w+|in the middle of (?:something|anything|things)|focus\w*|concentrat\w*|deep)\b",
            plain(text),
            re.I,
        )
        and not kinds
    ):
        kinds = ["deep_work", "study", "meeting"]
    used = False
    if any(_ADJECTIVE.search(text[: word.start]) for word in activities.find(text)):
        spans = []  # 'my evening prayers' are the prayers, not the evening
    if not (kinds and spans and not _time_alone(text)):
        for span in spans:
            timing.blocked.append(span)
            notes.understand("timing.blocked", show(span), text)
            timing.words[f"blocked {show(span)}"] = text
            used = True
    if strict and not re.search(r"\b(?:while|when|during)\b", text, re.I):
        return used
    for kind in [] if after and spans else kinds:
        if kind in ("pause", "rest") and re.search(r"\b(?:without|no) (?:a )?(?:break|rest|pause)s?\b", text, re.I):
            continue
        timing.blocked_kinds.setdefault(kind, text)
        notes.understand("timing.blocked_kinds", kind, text)
        used = True
    return used


def _time_alone(text: str) -> bool:
    """Whether a refused clause names its time for itself ('before nine'), not as part of an activity."""
    return not re.search(r"\b(?:while|when|during)\b", text, re.I)


def _block_outside(span: Stretch, timing: Timing, notes: Notes, words: str) -> None:
    """'Only in the evenings': the rest of the day is blocked, on other days all of it."""
    start, end = span.start % 1440, span.end % 1440
    if span.minutes < 1440 and start != end:
        rest = Stretch(end, start if start > end else start + 1440, words, span.days)
        timing.blocked.append(rest)
        notes.understand("timing.blocked", show(rest), words)
        timing.words[f"blocked {show(rest)}"] = words
    others = tuple(day for day in DAYS if day not in span.days) if _ONLY_DAYS.search(words) else ()
    if others:
        whole = Stretch(0, 1440, words, others)
        timing.blocked.append(whole)
        notes.understand("timing.blocked", show(whole), words)
        timing.words[f"blocked {show(whole)}"] = words


def show_days(days: tuple[str, ...]) -> str:
    """'weekday', 'weekend', 'all' or the days themselves."""
    if days == DAYS:
        return "all"
    return {DAYS[:5]: "weekday", DAYS[5:]: "weekend"}.get(days, ", ".join(days))


def show(span: Stretch) -> str:
    """A span as text: '14:00-16:00 all'."""
    edges = ("00:00", "24:00") if span.minutes >= 1440 else (clocks.clock(span.start), clocks.clock(span.end))
    return f"{edges[0]}-{edges[1]} {show_days(span.days)}"
