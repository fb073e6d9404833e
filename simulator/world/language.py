"""The model's part in a simulated life: it fills the free stretches of the day plan.

A model that may only choose weighs the persona's pastimes by how much the hour speaks for them; one that may write
writes each activity as a line `activity | room | minutes`, which is parsed strictly, mended, or replaced and counted.

    filler = ModelFiller(model)
    day = live_day(persona, 1, seed=7, filler=filler)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES
from edge_assistant.llm.protocols import GenerateRequest, LanguageModel, ScoreRequest, adapter_key, is_narrow
from simulator.people.domains import objects_of
from simulator.people.persona import Persona
from simulator.people.routine import Pastime
from simulator.world.calendar import date_of, is_weekend
from simulator.world.embedding import activity_classifier
from simulator.world.plan import LONGEST, SHORTEST, FreeSlot
from simulator.world.reasons import reason_in_words

__all__ = ["KindReader", "ModelFiller", "Written", "language_key", "parse_line", "reason_in_words"]

TEMPERATURE = 1.0
"""Of the choice: a pastime whose score lies one standard deviation above the mean is e times likelier."""

WRITING_TEMPERATURE = 0.8
_LINE_TOKENS = 40
_EXAMPLES = 6  # pastimes that show the model what a line looks like
_RECENT = 5  # activities of today that the model is told of
_SHORTEST_TEXT, _LONGEST_TEXT = 2, 12  # words

_OTHER_MOMENTS = (
    "It is a weekday, 9 in the morning",
    "It is a weekday, 2 in the afternoon",
    "It is a weekday, 8 in the evening",
)
"""What a pastime's likelihood is compared with; written as `_moment` does, so that two uses share one computation."""

_NEVER = frozenset({"unknown", "sleep"})
"""Kinds that a written activity of the waking day cannot have."""


class KindReader(Protocol):
    """Reads an activity's kind from its text; see `edge_assistant.context.activity_classes.KindModel`."""

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """(len(ACTIVITY_KINDS),) chances."""


def language_key(model: LanguageModel | None) -> str:
    """Names what fills the free stretches, for `life_cache.LifeCache`: two models never share a life."""
    if model is None:
        return "templates"
    adapter = f"-{adapter_key(model)}" if adapter_key(model) else ""
    return f"{'write' if writes_lives(model) else 'choose'}-{model.sha256}{adapter}"


def writes_lives(model: LanguageModel) -> bool:
    """Whether a model may write what somebody does: one that was made for our narrow prompts only chooses."""
    return model.can_write and not is_narrow(model)


class ModelFiller:
    """Fills free stretches with a language model; implements `plan.Filler`.

    Attributes:
        fallbacks: written activities that had to be mended or replaced.
    """

    def __init__(self, model: LanguageModel, kinds: KindReader | None = None, temperature: float = TEMPERATURE) -> None:
        """
        Args:
            model: asked under whatever adapter is attached; lives are the same for all policies only without one.
            kinds: reads the kinds of written activities; None takes the packaged reader when it is first needed.
            temperature: of the choice among options, above 0.
        """
        if temperature <= 0:
            raise ValueError(f"filler: temperature is {temperature}, expected more than 0")
        self.fallbacks = 0
        self._model = model
        self._kinds = kinds
        self._temperature = temperature
        self._known: dict[tuple[str, str], dict[str, float]] = {}

    def choose(self, persona: Persona, slot: FreeSlot, rng: np.random.Generator) -> Pastime:
        """One pastime: written where the model may write, otherwise chosen among the slot's options."""
        if not writes_lives(self._model):
            return slot.options[self._draw(slot.weights, rng, self._fit(persona, slot))]
        seed = int(rng.integers(1 << 31))
        written = parse_line(self._write(persona, slot, seed), persona)
        if written is not None and written.text not in slot.done[-1:]:
            pastime = self._pastime(written, persona)
            if pastime is not None:
                return pastime
        self.fallbacks += 1
        return slot.options[self._draw(slot.weights, rng, None)]

    # -- choosing -------------------------------------------------------------------------------------------------

    def _draw(self, weights: Sequence[float], rng: np.random.Generator, fit: NDArray[np.float64] | None) -> int:
        """An index with p proportional to weight x exp(z(fit) / temperature)."""
        chance = np.asarray(weights, dtype=float)
        if fit is not None and len(fit) > 1:
            spread = float(fit.std())
            chance = chance * np.exp((fit - fit.max()) / (spread if spread > 1e-9 else 1.0) / self._temperature)
        return int(rng.choice(len(chance), p=chance / chance.sum()))

    def _fit(self, persona: Persona, slot: FreeSlot) -> NDArray[np.float64]:
        """(options,) how much more likely the hour makes each text than other hours do, in nats a token.

        The difference keeps common phrases from winning every hour. All scores are kept: the clock is read by the hour,
        so that a fortnight meets the same moments again and costs little more than its first days.
        """
        texts = list(dict.fromkeys(option.text for option in slot.options))
        here = self._scores(persona, _moment(slot), texts)
        others = [self._scores(persona, moment, texts) for moment in _OTHER_MOMENTS]
        return np.array([here[o.text] - np.mean([scores[o.text] for scores in others]) for o in slot.options])

    def _scores(self, persona: Persona, moment: str, texts: Sequence[str]) -> dict[str, float]:
        known = self._known.setdefault((_who(persona), moment), {})
        unknown = tuple(text for text in texts if text not in known)
        if unknown:
            prefix = f"{_who(persona)}\n\n{moment}, and {_first_name(persona)} is now"
            score = self._model.score([ScoreRequest(prefix, tuple(f" {text}" for text in unknown))])[0]
            known.update(zip(unknown, score.mean, strict=True))
        return known

    # -- writing --------------------------------------------------------------------------------------------------

    def _write(self, persona: Persona, slot: FreeSlot, seed: int) -> str:
        moment = _writing_moment(persona, slot)
        prompt = self._model.chat(_instructions(persona), moment)
        cut = max(prompt.rfind(moment), 0)  # everything before the moment is the same all life long
        request = GenerateRequest(
            prompt[cut:], _LINE_TOKENS, WRITING_TEMPERATURE, seed, stop=("\n",), prefix=prompt[:cut]
        )
        return self._model.generate([request])[0].text

    def _pastime(self, written: Written, persona: Persona) -> Pastime | None:
        """The pastime of a parsed line; None when its kind cannot be told. What had to be mended is counted."""
        if self._kinds is None:
            self._kinds = activity_classifier()
        kind = ACTIVITY_CLASSES[int(np.argmax(self._kinds.probabilities(written.text)))]
        if kind in _NEVER:
            return None
        room = written.room or _usual_room(persona, kind)
        self.fallbacks += int(written.mended)
        return Pastime(text=written.text, kind=kind, room=room, minutes=(written.minutes, written.minutes))


@dataclass(frozen=True, slots=True)
class Written:
    """A line that a model wrote: room '' when it named none of the home's, `mended` when it kept not to the form."""

    text: str
    room: str
    minutes: float
    mended: bool


def parse_line(line: str, persona: Persona) -> Written | None:
    """Read `activity | room | minutes`.

    The activity must be one phrase of 2 to 12 words that begins with an -ing form. A room that the home lacks is found
    by a thing that stands in it or left open, minutes are brought into 5 to 60; either counts as mended. None when the
    line has another form.
    """
    fields = [field.strip(" \t\"'`*.") for field in line.strip().lstrip("-*• ").split("|")]
    if len(fields) != 3:
        return None
    text, place, length = re.sub(r"\s+", " ", fields[0]), fields[1].lower(), fields[2].lower()
    text = text[:1].lower() + text[1:]
    words = text.split()
    minutes = re.fullmatch(r"(\d{1,3})(?: ?(?:min|mins|minutes))?", length)
    if minutes is None or not _SHORTEST_TEXT <= len(words) <= _LONGEST_TEXT:
        return None
    if not re.fullmatch(r"[a-z]{2,}(?:-[a-z]+)*ing", words[0]) or re.search(r"[.!?;:<>{}\[\]#*\\|\d]", text):
        return None
    room = re.sub(r"^(?:in |at |on )?(?:the |her |his )?", "", place)
    exact = room in persona.rooms
    asked, kept = float(minutes.group(1)), float(np.clip(float(minutes.group(1)), SHORTEST, LONGEST))
    return Written(text, room if exact else _room_of(place, persona), kept, mended=not exact or kept != asked)


def _room_of(place: str, persona: Persona) -> str:
    """The room of the home that a place names by a part of it or by a thing in it, or ''."""
    for room in persona.rooms:
        if room in place or any(re.search(rf"\b{thing}\b", place) for thing in objects_of(room)):
            return room
    return ""


def _usual_room(persona: Persona, kind: str) -> str:
    """Where the person does something of this kind, or else spends free time."""
    rooms = [pastime.room for pastime in persona.pastimes if pastime.kind == kind]
    rooms += [point.room for point in persona.routine if point.kind == kind]
    return rooms[0] if rooms else persona.pastimes[0].room


# -- prompts ----------------------------------------------------------------------------------------------------------


def _first_name(persona: Persona) -> str:
    return persona.name.split()[0]


def _who(persona: Persona) -> str:
    """Who the person is: the part that all prompts of a life share."""
    return (
        f"{persona.name}, {persona.age}, {persona.occupation}, {persona.culture}; {persona.household}. "
        f"Likes {'; '.join(persona.interests)}."
    )


def _moment(slot: FreeSlot) -> str:
    """The clock to the hour: 'It is a weekday, 7 in the morning'."""
    return f"It is {'the weekend' if is_weekend(slot.day) else 'a weekday'}, {_hour_in_words(slot.start)}"


def _hour_in_words(minute: float) -> str:
    hour = int(minute // 60) % 24
    if hour in (0, 12):
        return "midnight" if hour == 0 else "noon"
    if not 4 <= hour < 22:
        return f"{hour % 12} at night"
    return f"{hour % 12} in the {'morning' if hour < 12 else 'afternoon' if hour < 18 else 'evening'}"


def _instructions(persona: Persona) -> str:
    examples = persona.pastimes[:_EXAMPLES]
    lines = "\n".join(f"{p.text} | {p.room} | {(p.minutes[0] + p.minutes[1]) / 2:.0f}" for p in examples)
    return (
        f"You write down what {_first_name(persona)} does in free time.\n{_who(persona)}\n{persona.background}\n"
        f"{persona.goals}\nRooms: {', '.join(persona.rooms)}.\n"
        "Answer with one line and nothing else: activity | room | minutes. The activity begins with an -ing word and "
        f"has 3 to 9 words, the room is one of the rooms, the minutes are 5 to 60. Such lines are:\n{lines}\n"
        "Write something that suits the hour and has not been done today; it may be new."
    )


def _writing_moment(persona: Persona, slot: FreeSlot) -> str:
    today = "; ".join(slot.done[-_RECENT:]) or "nothing yet"
    hour, minute = divmod(int(slot.start) % 1440, 60)
    return (
        f"Today so far: {today}.\nNow it is {date_of(slot.day):%A} {hour:02d}:{minute:02d}, with "
        f"{int(slot.room_for)} minutes free. {_first_name(persona)}'s line:"
    )
