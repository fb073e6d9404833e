"""Whether what a person does is their work, for their children, or a hobby: the kind that it has beside its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from edge_assistant.context.activity_classes import ActivityClassifier
from simulator.people.importer.language import activities
from simulator.people.importer.language.stems import same_root, stems
from simulator.people.importer.life.entry import Entry
from simulator.people.importer.propersim import Source
from simulator.people.persona import DAYS

LONG_WORK = 180.0
"""Minutes from which on an activity that the background names is taken for the person's work."""
_AS_LONG_AS_WORK = {"errand": 240.0, "unknown": 240.0, "tidying": 240.0} | dict.fromkeys(
    ("craft", "music", "garden", "cooking", "exercise", "walk"), 300.0
)
"""Minutes from which on even what no background names must be work."""


def kept(entry: Entry, source: Source, hobbies: Sequence[str], model: ActivityClassifier | None) -> Entry:
    """The entry with the kind that it has in this person's life.

    Args:
        entry: as its own words tell it.
        source: all that is known of the person.
        hobbies: phrases in -ing of what they like to do.
        model: tells kinds where the lists of words do not.
    """
    return _as_hobby(_at_home(_as_work(entry, source), source), hobbies, model)


_SMALL = re.compile(r"\b(?:bab(?:y|ies)|toddlers?|children|kids?|twins|\w+-(?:year|month)-old|little ones?)\b", re.I)


def _at_home(entry: Entry, source: Source) -> Entry:
    """'Bath time' and stories before bed are for the children, where there are any."""
    if not _SMALL.search(f"{source.text('background')} {source.text('household')}"):
        return entry
    if re.match(r"doing bathtime$", entry.text):
        return replace(entry, text="doing bathtime with the children", kind="care", own_kind="care")
    if re.match(r"reading (?:bedtime )?stor(?:y|ies) and bed", entry.text):
        return replace(entry, kind="care", own_kind="care")
    return entry


def _as_hobby(entry: Entry, hobbies: Sequence[str], model: ActivityClassifier | None) -> Entry:
    """'Working on the railway' of somebody who likes building model railways is no work."""
    if not re.match(r"(?:working|spending time) on\b", entry.text) or entry.kind not in (
        *activities.WORK_KINDS,
        "unknown",
    ):
        return entry
    about = [stem for stem in stems(entry.text, all_words=True) if len(stem) >= 4]
    for hobby in hobbies:
        kind = activities.kind_of(hobby, model)
        alike = any(same_root(one, other) for one in about for other in stems(hobby, all_words=True))
        if alike and kind not in (*activities.WORK_KINDS, "unknown"):
            return replace(entry, kind=kind, own_kind=kind)
    return entry


_JOB_PLACES = re.compile(
    r"\bworking (?:in|on|at|behind) (?:the |his |her )?(?:\w+ ){0,2}(?:shop|office|ward|workshop|stall|counter"
    r"|caf\u00e9|cafe|clinic|salon|surgery|bakery|lab|laboratory|restaurant|pharmacy|bookshop|bench)\b"
    r"|\b(?:seeing|teaching) (?:\w+ )?(?:clients|patients|customers|pupils|students)\b"
)


_RELATIVE = re.compile(
    r"\b(?:grand)?(?:sons?|daughters?|child(?:ren)?|kids?|baby|babies|twins|father|mother|mum|mom|dad|parents?)\b", re.I
)


def _as_work(entry: Entry, source: Source) -> Entry:
    """What the person does for a living is a kind of work, whatever else it is."""
    learner = re.search(r"\b(?:students?|apprentice|pupil)\b", source.text("background"), re.I)
    if learner and entry.kind in ("routine_work", "deep_work") and re.match(r"working (?:in|at)\b", entry.text):
        return replace(entry, kind="study", own_kind="study")
    if not learner and re.match(r"revising\b(?!.*\b(?:exam|test|for)\b)", entry.text):
        return replace(entry, kind="deep_work", own_kind="deep_work")  # what students learn, others rework
    if entry.mark or entry.kind in (*activities.WORK_KINDS, "sleep", "meal", "bathing"):
        return entry
    length = entry.stretch.minutes if entry.stretch else 0.0
    if entry.when.end is None:
        length = entry.minutes or 0.0
    if re.search(r"\b(?:work|job|shift|duty|clients?)\b", entry.words, re.I) and entry.kind in (
        "unknown",
        "garden",
        "errand",
    ):
        job = True
    elif _JOB_PLACES.search(entry.text):
        job = entry.kind not in ("study",) or not re.search(r"\bstudent|pupil at\b", source.text("background"), re.I)
    elif _RELATIVE.search(entry.text):
        job = False
    else:
        own = {stem for stem in stems(entry.text, all_words=True) if len(stem) >= 3}
        told = set(stems(f"{source.text('background')} {source.text('occupation')}", all_words=True))
        job = length >= LONG_WORK and any(same_root(one, other) for one in own for other in told)
        free = re.search(r"\b(?:retired|unemployed|pensioner|semi-retired)\b", source.text("background"), re.I)
        job = job or (
            not free
            and len(set(entry.when.days) - set(DAYS[5:])) > 1
            and length >= _AS_LONG_AS_WORK.get(entry.kind, 1e9)
        )
    if not job:
        return entry
    return replace(entry, kind="deep_work" if entry.kind in ("craft", "music", "study") else "routine_work")
