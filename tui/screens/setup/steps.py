"""The questions of the first start, as data: what is asked, what can be answered, and what the answers become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from edge_assistant.service.rpc.protocol import LEVELS
from edge_assistant.service.rpc.setup_values import SetupState

LEVEL_WORDS = {
    "off": "only when you ask",
    "rare": "a few times a day, when I am sure",
    "normal": "when it is probably welcome",
    "chatty": "also when I am not so sure",
}

QUIET = (("none", 0.0, 0.0), ("22:00 to 7:00", 22.0, 7.0), ("23:00 to 8:00", 23.0, 8.0), ("0:00 to 9:00", 0.0, 9.0))

PER_DAY = (2, 4, 6, 8, 12)
"""Suggestions a day that can be chosen."""

DAYS_WORDS = {3: "a few days", 7: "a week", 14: "two weeks", 30: "a month"}

STRUCK = ".struck"
"""After the name of a question: places of its answers that are struck out."""

SOURCES = "sources"

LIKES, DISLIKES = 3, 2
"""How many ideas may be named."""


@dataclass(frozen=True, slots=True)
class SetupAnswer:
    """Something that can be chosen: its words, a fainter remark, and what it means."""

    label: str
    remark: str
    value: Any


@dataclass(frozen=True, slots=True)
class SetupStep:
    """One question.

    Attributes:
        name: of the answer.
        title, text: the question, and what it is for.
        answers: to choose from; none where there is only something to read.
        most: how many may be chosen; with 1, Enter chooses the marked one.
        preset: places of those that are chosen at the start.
        words: an example of an answer in one's own words; '' where there is none.
        strikes: answers can be struck out, too: names of the parameters of those chosen, and of those struck out.
        struck: places of those that are struck out at the start.
        series: several questions of one sort, which the summary counts together; '' for a question of its own.
    """

    name: str
    title: str
    text: str
    answers: tuple[SetupAnswer, ...] = ()
    most: int = 1
    preset: tuple[int, ...] = ()
    words: str = ""
    strikes: tuple[str, ...] = ()
    struck: tuple[int, ...] = ()
    series: str = ""


WELCOME = SetupStep(
    "welcome",
    "Good to meet you",
    "I live in this terminal, see what you allow me to see, and now and then suggest something. I learn from "
    "your answers, and nothing leaves this machine.",
)
"""What is read while the assistant is still being put together."""


def steps_of(state: SetupState, home: str) -> tuple[SetupStep, ...]:
    """The questions for what this machine offers; a question without a choice is left out."""
    kept = "\n".join(f"- {line}" for line in state.kept)
    where = f"\n\nAll of it is in {home}" if home and not any(home in line for line in state.kept) else ""
    welcome = replace(WELCOME, text=f"{WELCOME.text} What is kept:\n\n{kept}{where}")
    steps = [
        welcome,
        _sources(state),
        _model(state),
        _quiet(state),
        _level(state),
        _per_day(state),
        _repeat_days(state),
        _times(state, "hours", "Good hours", "When is a word from me welcome? Mark good hours, strike out bad ones."),
        _times(
            state,
            "occasions",
            "Good occasions",
            "And while you are doing what? Mark what suits, strike out what does not, leave the rest.",
        ),
        _likes(state),
        _dislikes(state),
    ]
    steps += [_things(state), *_groups(state), *_pairs(state)]
    return tuple(step for step in steps if step is welcome or step.answers)


def _sources(state: SetupState) -> SetupStep:
    """What was found on this computer, all of it marked."""
    home = str(Path.home())
    names = {"calendar": "Calendar", "notes": "Notes", "activitywatch": "ActivityWatch"}
    answers = tuple(
        SetupAnswer(f"{names[one.kind]} {one.where.replace(home, '~', 1)}", one.told, (one.kind, one.where))
        for one in state.found
    )
    text = (
        "I found this on your computer, and read what stands beside it. Leave out what I should not look at; all of it "
        "can be changed in the settings. Notes are taken up at the next start."
    )
    return SetupStep(SOURCES, "What may I look at?", text, answers, max(len(answers), 1), tuple(range(len(answers))))


def _model(state: SetupState) -> SetupStep:
    answers = tuple(
        SetupAnswer(
            model.name,
            f"{model.megabytes:.0f} MB"
            + ("" if model.fits else ", too large here")
            + (f"; {model.detail}" if model.detail else ""),
            model.path,
        )
        for model in state.models
    )
    text = "It words suggestions and answers questions."
    if state.pullable:
        others = [f"- {model.name}, {model.megabytes:.0f} MB; {model.detail}" for model in state.pullable]
        how = "Larger ones write better. These would fit after 'edge-assistant models pull NAME':"
        text = "\n".join([text, "", how, *others])
    return SetupStep("model", "Which model?", text, answers, 1, (0,))


def _quiet(state: SetupState) -> SetupStep:
    places = [
        index for index, (_, start, end) in enumerate(QUIET) if (start, end) == (state.quiet_from, state.quiet_to)
    ]
    answers = tuple(SetupAnswer(name, "", (start, end)) for name, start, end in QUIET)
    if not places:  # set otherwise in the settings: the first answer keeps it
        own = f"as now, {_clock(state.quiet_from)} to {_clock(state.quiet_to)}"
        answers = (SetupAnswer(own, "", (state.quiet_from, state.quiet_to)), *answers)
    text = "When should I always be quiet? You can choose other hours in the settings."
    return SetupStep("quiet", "Quiet hours", text, answers, 1, tuple(places) or (0,))


def _clock(hour: float) -> str:
    return f"{int(hour)}:{round(hour % 1 * 60):02d}"


def _level(state: SetupState) -> SetupStep:
    answers = tuple(SetupAnswer(level, LEVEL_WORDS[level], level) for level in LEVELS)
    place = LEVELS.index(state.level) if state.level in LEVELS else 2
    return SetupStep(
        "level", "How often should I speak up?", "I learn the rest from your answers.", answers, 1, (place,)
    )


def _per_day(state: SetupState) -> SetupStep:
    counts = sorted({*PER_DAY, state.per_day} - {None}) if state.per_day else PER_DAY
    answers = (SetupAnswer("I do not know yet", "", None), *(SetupAnswer(str(count), "", count) for count in counts))
    preset = next((at for at, answer in enumerate(answers) if answer.value == state.per_day), 0)
    text = "How many suggestions would be right on an ordinary day?"
    return SetupStep("per_day", "How many a day?", text, answers, 1, (preset,))


def _repeat_days(state: SetupState) -> SetupStep:
    days = sorted({*state.repeat_choices, state.repeat_days} - {None}) if state.repeat_days else state.repeat_choices
    choices = tuple(SetupAnswer(f"after {DAYS_WORDS.get(count, f'{count} days')}", "", count) for count in days)
    answers = (SetupAnswer("I do not know yet", "", None), *choices) if choices else ()
    preset = next((at for at, answer in enumerate(answers) if answer.value == state.repeat_days), 0)
    text = "How soon may I come up with the same thing again, if it was a good one?"
    return SetupStep("repeat_days", "The same thing again?", text, answers, 1, (preset,))


def _times(state: SetupState, sort: str, title: str, text: str) -> SetupStep:
    """Hours or occasions, of which some are good and some bad; what was said before is marked."""
    answers = tuple(SetupAnswer(words, "", name) for name, words in getattr(state, sort))
    good, bad = (
        tuple(place for place, answer in enumerate(answers) if answer.value in said)
        for said in (state.good_times, state.bad_times)
    )
    strikes = (f"good_{sort}", f"bad_{sort}")
    return SetupStep(sort, title, text, answers, max(len(answers), 2), good, strikes=strikes, struck=bad)


def _things(state: SetupState) -> SetupStep:
    answers = tuple(SetupAnswer(words, "", name) for name, words in state.things)
    preset = tuple(place for place, answer in enumerate(answers) if answer.value in state.has)
    text = "Mark what you have, so that I suggest nothing for a dog to somebody with a cat."
    if preset:
        text += f" So far: {', '.join(answers[place].label for place in preset)}."
    return SetupStep("has", "Which of these are part of your life?", text, answers, max(len(answers), 2), preset)


def _groups(state: SetupState) -> list[SetupStep]:
    """Three ideas at a time."""
    return [
        SetupStep(
            f"group{number}",
            "Would any of these please you?",
            f"{number} of {len(state.groups)}. Mark what would please you, strike out what would not, leave the rest.",
            tuple(SetupAnswer(idea.text, idea.category, idea.id) for idea in group),
            len(group),
            strikes=("picked", "struck"),
            series="Examples",
        )
        for number, group in enumerate(state.groups, 1)
    ]


def _pairs(state: SetupState) -> list[SetupStep]:
    """Two wordings at a time."""
    return [
        SetupStep(
            f"pair{number}",
            "Which do you prefer?",
            f"{number} of {len(state.pairs)}. The same suggestion in two wordings.",
            (
                SetupAnswer(first, "", ("wordings", (first, second))),
                SetupAnswer(second, "", ("wordings", (second, first))),
                SetupAnswer("They are alike to me.", "", ("alike", (first, second))),
            ),
            1,
            (2,),
            series="Wordings",
        )
        for number, (first, second) in enumerate(state.pairs, 1)
    ]


def _likes(state: SetupState) -> SetupStep:
    text = "Up to three things you like, ideally in your own words; or mark ideas. I learn from them first."
    return SetupStep(
        "likes",
        "Three likes",
        _with_said(text, state.likes),
        _ideas(state),
        LIKES,
        words="birds and binoculars, baking bread",
    )


def _with_said(text: str, said: Sequence[str]) -> str:
    """What was said before stands beside the question."""
    return f"{text} You said before: {', '.join(said)}; the learning screen changes that." if said else text


def _dislikes(state: SetupState) -> SetupStep:
    text = "Up to two things you would rather not hear about, in your own words or from this list."
    return SetupStep(
        "dislikes", "Two dislikes", _with_said(text, state.dislikes), _ideas(state), DISLIKES, words="football"
    )


def _ideas(state: SetupState) -> tuple[SetupAnswer, ...]:
    return tuple(SetupAnswer(idea.text, idea.category, idea.id) for idea in state.ideas)


def own_words(text: str) -> list[str]:
    """What stands between commas."""
    return [" ".join(part.split()) for part in text.split(",") if part.strip()]


def choices_of(
    steps: Sequence[SetupStep], chosen: Mapping[str, Sequence[int]], words: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Any]:
    """The answers as parameters of `setup.save`; what was skipped is left out.

    Args:
        steps: the questions.
        chosen: places of the chosen answers by the question's name; a skipped question is missing.
        words: answers in the person's own words, likewise.
    """
    found: dict[str, Any] = {}
    own = words or {}
    for step in steps:
        given = step.name in chosen or step.name + STRUCK in chosen or own.get(step.name)
        if not step.answers or not given:
            continue
        values = [step.answers[place].value for place in chosen.get(step.name, ())]
        if step.name == SOURCES:
            _add(found, SOURCES, [list(value) for value in values])
        elif step.strikes:
            struck = [step.answers[place].value for place in chosen.get(step.name + STRUCK, ())]
            for name, several in zip(step.strikes, (values, struck), strict=True):
                found[name] = [*found.get(name, ()), *several]
        elif step.series:
            for name, pair in values:
                _add(found, name, [list(pair)])
        elif step.most > 1:
            found[step.name] = [*own.get(step.name, ()), *values]
        elif step.name == "quiet" and values:
            found["quiet_from"], found["quiet_to"] = values[0]
        elif values and values[0] is not None:
            found[step.name] = values[0]
    # examples of which none was marked say nothing; times of which none is marked any more are taken back
    return {name: value for name, value in found.items() if value or name not in ("picked", "struck")}


def _add(found: dict[str, Any], name: str, values: Sequence[Any]) -> None:
    """More values under a name; none leave it out."""
    if values:
        found[name] = [*found.get(name, ()), *values]


def summary(
    steps: Sequence[SetupStep], chosen: Mapping[str, Sequence[int]], words: Mapping[str, Sequence[str]] | None = None
) -> list[tuple[str, str]]:
    """Each question's title and the words of its answers; a series is counted."""
    lines = []
    counted: dict[str, list[int]] = {}
    for step in steps:
        if step.series:
            picked, struck, asked = counted.setdefault(step.series, [0, 0, 0])
            marked, out = len(chosen.get(step.name, ())), len(chosen.get(step.name + STRUCK, ()))
            counted[step.series] = [picked + marked, struck + out, asked + 1]
        elif step.answers:
            own = (words or {}).get(step.name, ())
            told = [*own, *(step.answers[place].label for place in chosen.get(step.name, ()))]
            told += [f"not {step.answers[place].label}" for place in chosen.get(step.name + STRUCK, ())]
            lines.append((step.title, "; ".join(told) or "skipped"))
    for series, (picked, struck, asked) in counted.items():
        if series == "Examples":
            lines.append((series, f"{picked} picked, {struck} struck out" if picked + struck else "skipped"))
        else:
            lines.append((series, f"{picked} of {asked} answered" if picked else "skipped"))
    return lines
