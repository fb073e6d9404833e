"""When a word may come: windows, kinds of activity, pauses, and what is blocked, out of prose.

A time or an activity that is named as good weighs enough by itself; one named in passing needs another, and so do
a time and an activity named in one breath ('in the evening when I rest'). What is not understood has no effect:
nobody becomes receptive by a misreading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.people.importer.language import activities, clocks
from simulator.people.importer.language.clocks import DayTimes, Stretch
from simulator.people.importer.language.idioms import plain
from simulator.people.importer.language.tone import Tone
from simulator.people.importer.language.words import sentences
from simulator.people.importer.moments import judgement, mentions
from simulator.people.importer.moments.judgement import Judged
from simulator.people.importer.moments.landmarks import Landmark
from simulator.people.importer.moments.mentions import without_times
from simulator.people.importer.values import Notes
from simulator.people.persona import DAYS

__all__ = ["ALWAYS_BLOCKED", "GOOD", "VAGUE", "Timing", "read", "show", "show_days", "without_times"]

GOOD, VAGUE = 1.1, 0.6
"""Above the threshold of 1 by itself; below it, but above in pairs."""

ALWAYS_BLOCKED = ("sleep", "bathing")
PAUSE_MINUTES = 7.5

_ANYTIME = re.compile(
    r"\b(?:any ?time|whenever|all day|throughout the day|at all times|always|no (?:particular|special"
    r"|fixed) time|time does not matter|flexible)\b(?! (?:i|it|we|the|my|there)\b)",
    re.I,
)
_ONLY = re.compile(r"(?<!\bnot )\bonly\b", re.I)
_ONLY_DAYS = re.compile(
    r"\bonly (?:on |at )?(?:the )?(?:\w+days?|weekends?)\b|\b(?:\w+days?|weekends?) only\b(?! (?:after|before"
    r"|from|in|at|during|between|when|while))",
    re.I,
)
_OUTSIDE_WORK = re.compile(r"\boutside (?:of )?(?:my )?(?:work\w*|office|school|class)\b", re.I)
_AT_ONE = re.compile(r"\b(?:while|when|during)\b", re.I)
_DEEP = re.compile(
    r"\b(?:busy|occupied|mid-\w+|in the middle of (?:something|anything|things)|focus\w*|concentrat\w*|deep)\b", re.I
)
_SAME = re.compile(
    r"^(?:(?:the )?same (?:goes |holds |is true |applies )?(?:for|to|with|of)|likewise|ditto(?: for)?"
    r"|(?:and )?so (?:is|are|does|do)(?= ))\s*",
    re.I,
)
_THEN = re.compile(r"\b(?:then|(?:in|at|during) (?:those|these|such) (?:times?|hours|moments))\b", re.I)
_LET_ME = re.compile(
    r"\b(?:let|allow) me (?:first )?(?:have|finish|get through|drink|eat|do)\b ([^,]*?)(?: first)?"
    r"(?:, (?:and )?(?:then )?|(?: and)? then )",
    re.I,
)
_COUNTED = re.compile(
    r"\b(?:more|less|fewer|than|most|times?|once|twice|thrice|one|two|three|four|five|six|seven|eight|nine|ten|\d+)\b"
    r"(?! ?(?:am|pm|o'?clock|:))",
    re.I,
)


_DAY_ALONE = re.compile(
    r"^(?:and |but |on |at |the )*(?:weekdays?|weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)$", re.I
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


def read(
    text: str,
    frequency_text: str,
    times: DayTimes,
    notes: Notes,
    tone: Tone | None = None,
    plan: Sequence[Landmark] = (),
) -> Timing:
    """All that the prose on timing says, and what the prose on frequency refuses.

    Args:
        text: the rubric's part on timing.
        frequency_text: the part on frequency; 'nothing after nine' blocks, a count by parts of the day says nothing.
        times: the person's day.
        notes: receives what was understood, and what was not.
        tone: judges clauses without a plain sign; without it they stay neutral.
        plan: the entries of the person's day to which words may refer.
    """
    reader = _Reader(times, notes, tone, plan)
    for sentence in _sentences(text, reader):
        if not reader.read(sentence):
            notes.miss("timing", sentence)
    for sentence in sentences(frequency_text):
        reader.read_frequency(sentence)
    timing = reader.timing
    if reader.lukewarm and not timing.pause_weight:
        timing.pause_minutes, timing.pause_weight = PAUSE_MINUTES, VAGUE
        why = f"a fresh start makes up for half a yes: '{reader.lukewarm}'"
        notes.assume("timing.pause_weight", f"{VAGUE:g}", why)
    for kind in list(timing.kinds):
        if kind in timing.blocked_kinds:
            notes.assume(
                "timing.kinds",
                f"{kind} blocked",
                f"both wished for and refused; refused: '{timing.blocked_kinds[kind]}'",
            )
            del timing.kinds[kind]
    return timing


def _from_then(sentence: str) -> str:
    """'It is over at three, and from then ...' with the time that 'then' stands for."""
    then = re.search(r"\bfrom then(?= |$)", sentence, re.I)
    if then is None:
        return sentence
    told = [m.group(0) for m in re.finditer(clocks.CLOCK, clocks.plain_clocks(sentence[: then.start()]), re.I)]
    return sentence[: then.start()] + (f"from {told[-1]}" if told else "") + sentence[then.end() :]


def _sentences(text: str, reader: _Reader) -> list[str]:
    """Sentences, those that only point back ('leave me be then', 'same for dinner') joined with what they point to."""
    found: list[str] = []
    for sentence in sentences(re.sub(r"\?\s+", ": ", text)):
        sentence = _from_then(_LET_ME.sub(r"after I finish \1, ", sentence))
        same = _SAME.match(sentence)
        if found and same:
            found[-1] += f", and {sentence[same.end() :]}"
        elif found and _THEN.search(sentence) and not reader.names(sentence):
            found[-1] += f" - {sentence}"
        else:
            found.append(sentence)
    return found


@dataclass
class _Reader:
    """Reads sentence by sentence into `timing`."""

    times: DayTimes
    notes: Notes
    tone: Tone | None
    plan: Sequence[Landmark]
    timing: Timing = field(default_factory=Timing)
    lukewarm: str = ""
    """Words that made a time half good, with nothing beside it."""

    def names(self, text: str) -> bool:
        """Whether a text names any moment."""
        named = mentions.read(text, self.times, self.plan, wish=False)
        return bool(named.spans or named.kinds)

    def read(self, sentence: str) -> bool:
        """Take in a sentence on timing; False when it had no effect."""
        timing, used, unheard = self.timing, False, list[str]()
        parts = judgement.clauses(sentence, self.tone)
        first, blocked, kinds_before = len(timing.windows), len(timing.blocked), dict(timing.kinds)
        topic = scope = ""
        for index, part in enumerate(parts):
            text = _pointed(part.text, topic)
            if not index and 1 < len(parts) < 4 and _DAY_ALONE.match(text):
                scope = f" on {text}"  # 'weekdays, only after six'
                continue
            text += scope
            follower = parts[index + 1] if index + 1 < len(parts) else None
            if part.sign > 0:
                heard = self._wish(part, text, first, _is_apposed(part, follower) and index > 0, index)
            elif part.sign < 0:
                gloss = index > 0 and parts[index - 1].sign < 0 and len(timing.blocked) > blocked
                gloss = gloss and _is_apposed(part, follower) and text.lower().startswith(("when", "while"))
                heard = gloss or self._refuse(text)
            else:
                heard = False
            if not heard and not part.local and (part.bare or self.names(text)):
                unheard.append(part.text)
            used |= heard
            topic = text if activities.find(text) or part.bare else topic
        used |= self._complement(parts, sentence, first, kinds_before)
        for text in unheard if used else ():
            self.notes.miss("timing (part)", text)
        new = timing.windows[first:]
        if len(new) == 1 and kinds_before == timing.kinds and _ONLY.search(sentence):
            self._block_outside(new[0][0], sentence)
        return used

    def read_frequency(self, sentence: str) -> None:
        """'Nothing after nine' is a refusal; how often in the morning tells nothing about the morning."""
        for part in judgement.clauses(sentence, None):
            bare = re.sub(clocks.CLOCK, " ", clocks.plain_clocks(part.text), flags=re.I)
            if part.sign < 0 and part.own and not _COUNTED.search(bare):
                for span in mentions.read(part.text, self.times, self.plan, wish=False).spans:
                    self._block_span(span, part.text)

    def _wish(self, part: Judged, text: str, first: int, apposed: bool, index: int) -> bool:
        timing = self.timing
        named = mentions.read(text, self.times, self.plan, wish=True)
        kinds = [kind for kind in named.kinds if kind not in ALWAYS_BLOCKED]
        until = re.search(r"\b(?:until|till)\b", text, re.I)
        if until and index and named.spans and not re.search(r"\bfrom\b", text, re.I):
            return self._limit(named.spans[0].end, first, text)
        weight = VAGUE if part.vague else GOOD
        if named.half_known or (named.spans and (kinds or named.pause) and not named.after):
            weight = VAGUE  # a time and an activity in one breath need each other
        if apposed and len(timing.windows) > first:
            if any(self._narrow(span, text) for span in named.spans):
                return True
            if kinds and not named.after and re.match(r"when|while", text, re.I):
                weight = VAGUE
                timing.windows[-1] = (timing.windows[-1][0], VAGUE)
        used = False
        for span in named.spans:
            self._add_window(span, weight, text)
            used = True
            if weight < GOOD and not kinds and not named.half_known:
                self.lukewarm = self.lukewarm or text
        if not named.after:
            for kind in kinds:
                timing.kinds[kind] = max(timing.kinds.get(kind, 0.0), weight)
                self.notes.understand(f"timing.kinds.{kind}", f"{weight:g}", text)
                timing.words.setdefault(f"kind {kind}", text)
                used = True
        if named.pause:
            timing.pause_minutes, timing.pause_weight = PAUSE_MINUTES, max(timing.pause_weight, weight)
            why = f"{weight:g} for the first {PAUSE_MINUTES} min of something new"
            self.notes.understand("timing.pause_weight", why, text)
            timing.words.setdefault("pause", text)
            used = True
        elif named.after and named.kinds and not named.spans:
            # 'after a run': what went before is not in the data; a fresh start alone must not be enough
            timing.pause_minutes, timing.pause_weight = PAUSE_MINUTES, max(timing.pause_weight, VAGUE)
            why = f"what went before or comes next cannot be told, a fresh start counts half: '{text}'"
            self.notes.assume("timing.pause_weight", f"{VAGUE:g}", why)
            timing.words.setdefault("pause", text)
            used = True
        if _ANYTIME.search(text) and not used:
            self._add_window(Stretch(clocks.DAY_TURN, clocks.DAY_TURN + 1440, text), weight, text)
            used = True
        return used

    def _add_window(self, span: Stretch, weight: float, text: str) -> None:
        if any(span == other and weight <= had for other, had in self.timing.windows):
            return
        self.timing.windows.append((span, weight))
        self.notes.understand("timing.window", f"{show(span)} weight {weight:g}", text)
        self.timing.words[f"window {show(span)}"] = text

    def _limit(self, end: float, first: int, text: str) -> bool:
        """'..., until dinner' ends what was named before it and opens nothing by itself."""
        if len(self.timing.windows) <= first:
            return False
        span, weight = self.timing.windows[-1]
        end += 1440 if end <= span.start else 0
        self.timing.windows[-1] = (Stretch(span.start, end, span.words, span.days), weight)
        self.notes.understand("timing.window", f"{show(self.timing.windows[-1][0])} weight {weight:g}", text)
        return True

    def _narrow(self, span: Stretch, text: str) -> bool:
        """'Around three, before we start the music' is where both hold."""
        last, weight = self.timing.windows[-1]
        start, end = max(last.start, span.start), min(last.end, span.end)
        if end - start < 15 or last.days != span.days:
            return False
        self.timing.windows[-1] = (Stretch(start, end, last.words, last.days), weight)
        self.notes.understand("timing.window", f"{show(self.timing.windows[-1][0])} weight {weight:g}", text)
        return True

    def _refuse(self, text: str) -> bool:
        named = mentions.read(text, self.times, self.plan, wish=False)
        kinds, used = named.kinds, False
        if _DEEP.search(plain(text)) and not kinds:
            kinds = ["deep_work", "study", "meeting"]
        landmark = any(re.search(r"\d\d:\d\d", span.words) for span in named.spans)
        if not (kinds and named.spans and _AT_ONE.search(text) and not landmark):
            for span in named.spans:
                self._block_span(span, text)
                used = True
        for kind in [] if named.after and named.spans else kinds:
            if kind in ("pause", "rest") and re.search(r"\b(?:without|no) (?:a )?(?:break|rest|pause)s?\b", text, re.I):
                continue
            self.timing.blocked_kinds.setdefault(kind, text)
            self.notes.understand("timing.blocked_kinds", kind, text)
            used = True
        return used

    def _block_span(self, span: Stretch, text: str) -> None:
        self.timing.blocked.append(span)
        self.notes.understand("timing.blocked", show(span), text)
        self.timing.words[f"blocked {show(span)}"] = text

    def _complement(self, parts: list[Judged], sentence: str, first: int, kinds: dict[str, float]) -> bool:
        """'I like suggestions when I am not working': good at any other time."""
        timing = self.timing
        if len(timing.windows) > first or timing.kinds != kinds or not (timing.blocked_kinds or timing.blocked):
            return False
        wished = any(part.local for part in parts) and any(part.sign > 0 and part.own for part in parts)
        outside = _OUTSIDE_WORK.search(sentence) and not re.search(r"\b(?:not|never|no|avoid)\b", sentence, re.I)
        if not wished and not outside:
            return False
        self._add_window(Stretch(clocks.DAY_TURN, clocks.DAY_TURN + 1440, sentence), GOOD, sentence)
        return True

    def _block_outside(self, span: Stretch, words: str) -> None:
        """'Only in the evenings': the rest of the day is blocked, on other days all of it."""
        start, end = span.start % 1440, span.end % 1440
        if span.minutes < 1440 and start != end:
            self._block_span(Stretch(end, start if start > end else start + 1440, words, span.days), words)
        others = tuple(day for day in DAYS if day not in span.days) if _ONLY_DAYS.search(words) else ()
        if others:
            self._block_span(Stretch(0, 1440, words, others), words)


def _is_apposed(part: Judged, follower: Judged | None) -> bool:
    """Whether a clause tells more of the one before it ('around three, before we eat, is good'), as no list does."""
    lists = follower is not None and bool(re.match(r"(?:and|or|nor|plus)\b", follower.text, re.I))
    opens = re.match(r"(?:when|while|before|after|once|as soon as|around|at|from)\b", part.text, re.I)
    return part.comma and part.bare and bool(opens) and not lists


def _pointed(text: str, topic: str) -> str:
    """'During it' is during what was named last."""
    named = activities.find(topic)
    return (
        re.sub(r"\b(during|before|after|while) (?:it|that|them|this)\b", rf"\1 {named[-1].words}", text)
        if named
        else text
    )


def show_days(days: tuple[str, ...]) -> str:
    """'weekday', 'weekend', 'all' or the days themselves."""
    if days == DAYS:
        return "all"
    return {DAYS[:5]: "weekday", DAYS[5:]: "weekend"}.get(days, ", ".join(days))


def show(span: Stretch) -> str:
    """A span as text: '14:00-16:00 all'."""
    edges = ("00:00", "24:00") if span.minutes >= 1440 else (clocks.clock(span.start), clocks.clock(span.end))
    return f"{edges[0]}-{edges[1]} {show_days(span.days)}"
