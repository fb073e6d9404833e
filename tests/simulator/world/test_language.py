"""The model's part in a simulated life: choosing, writing, repairing, and giving reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from edge_assistant.domain import ACTIVITY_CLASSES, DIMENSIONS, Feedback, Rating, Suggestion
from edge_assistant.llm.protocols import Score, ScoreRequest
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.ranker.ideas import load_packaged
from simulator.people.persona import Persona, packaged
from simulator.world.language import ModelFiller, language_key, parse_line, reason_in_words
from simulator.world.plan import FreeSlot, everyday, make_plan
from simulator.world.reasons import CANDIDATES

IDEA = load_packaged().ideas[0]


class Recorder(StandInModel):
    """The stand-in, which notes what it was asked to score."""

    def __init__(self, can_write: bool = False) -> None:
        super().__init__(can_write=can_write)
        self.asked: list[ScoreRequest] = []

    def score(self, requests: Sequence[ScoreRequest]) -> list[Score]:
        self.asked += requests
        return super().score(requests)


class Keywords:
    """Reads a kind by the first word that is one's name."""

    def probabilities(self, text: str) -> NDArray[np.float64]:
        chances = np.full(len(ACTIVITY_CLASSES), 0.01)
        named = [kind for kind in ACTIVITY_CLASSES if kind in text] or ["craft"]
        chances[ACTIVITY_CLASSES.index(named[0])] = 1.0
        return chances


def writer(line: str) -> StandInModel:
    """A stand-in that always writes this line."""
    return StandInModel(answers={"Now it is": line})


@pytest.fixture
def persona() -> Persona:
    return packaged()[0]


@pytest.fixture
def slot(persona: Persona) -> FreeSlot:
    options = persona.pastimes[:5]
    return FreeSlot(1, 9 * 60 + 10, 60, options, (1.0, 2.0, 1.0, 1.0, 0.5), ("making lunch",))


def picks(persona: Persona, slot: FreeSlot, temperature: float) -> list[str]:
    filler = ModelFiller(StandInModel(can_write=False), temperature=temperature)
    return [filler.choose(persona, slot, np.random.default_rng(seed)).text for seed in range(300)]


def test_a_cold_choice_is_the_score_s_and_a_hot_one_the_weights(persona: Persona, slot: FreeSlot) -> None:
    assert len(set(picks(persona, slot, 0.001))) == 1
    hot = picks(persona, slot, 1000.0)
    shares = [hot.count(option.text) / len(hot) for option in slot.options]
    assert shares == pytest.approx(np.array(slot.weights) / sum(slot.weights), abs=0.08)


def test_prompts_begin_with_the_person_and_end_with_the_clock(persona: Persona, slot: FreeSlot) -> None:
    model = Recorder()
    ModelFiller(model).choose(persona, slot, np.random.default_rng(0))
    assert {request.prefix.split("\n\n")[0] for request in model.asked} == {model.asked[0].prefix.split("\n\n")[0]}
    assert persona.occupation in model.asked[0].prefix.split("\n\n")[0]
    assert all("weekday" in request.prefix.split("\n\n")[1] for request in model.asked)
    assert all(option.text not in request.prefix for option in slot.options for request in model.asked)


def test_the_same_hour_is_asked_about_once(persona: Persona, slot: FreeSlot) -> None:
    model = Recorder()
    filler = ModelFiller(model)
    for seed in range(5):
        filler.choose(persona, slot, np.random.default_rng(seed))
    first = len(model.asked)
    assert first == 3  # the hour of the slot is one of those that it is compared with
    filler.choose(persona, FreeSlot(1, 11 * 60, 60, slot.options, slot.weights, ()), np.random.default_rng(0))
    assert len(model.asked) == first + 1


def test_a_chosen_life_is_the_persona_s_and_repeats_exactly(persona: Persona) -> None:
    plans = [make_plan(persona, 2, 7, ModelFiller(StandInModel(can_write=False))) for _ in range(2)]
    assert plans[0] == plans[1]
    assert plans[0].fallbacks == 0
    filled, own = {b.text for b in plans[0].blocks if not b.fixed}, {pastime.text for pastime in persona.pastimes}
    assert filled & own
    assert filled - own <= {pastime.text for pastime in everyday()}, "what anybody does in between"


def test_a_written_activity_becomes_part_of_the_day(persona: Persona, slot: FreeSlot) -> None:
    filler = ModelFiller(writer("mending the garden chair | balcony | 25"), Keywords())
    pastime = filler.choose(persona, slot, np.random.default_rng(0))
    assert (pastime.text, pastime.kind, pastime.room) == ("mending the garden chair", "garden", "balcony")
    assert pastime.minutes == (25.0, 25.0)
    assert filler.fallbacks == 0


@pytest.mark.parametrize(
    "line",
    [
        "I am sorry, as a language model",
        "mending a chair | balcony",
        "making lunch | kitchen | 20",  # what was done just now
        "going to sleep early | bedroom | 30",
    ],
)
def test_what_cannot_be_used_is_replaced_and_counted(persona: Persona, slot: FreeSlot, line: str) -> None:
    filler = ModelFiller(writer(line), Keywords())
    assert filler.choose(persona, slot, np.random.default_rng(0)) in slot.options
    assert filler.fallbacks == 1


def test_a_spoiled_day_counts_each_stretch(persona: Persona) -> None:
    plan = make_plan(persona, 1, 7, ModelFiller(writer("nonsense"), Keywords()))
    assert plan.fallbacks == sum(not block.fixed for block in plan.blocks) > 0


def test_an_unknown_room_and_an_endless_activity_are_mended(persona: Persona, slot: FreeSlot) -> None:
    filler = ModelFiller(writer("gluing a torn map | spaceship | 300"), Keywords())
    pastime = filler.choose(persona, slot, np.random.default_rng(0))
    assert pastime.room in persona.rooms
    assert pastime.minutes == (60.0, 60.0)
    assert filler.fallbacks == 1


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Sorting old letters | the study | 30 min", ("sorting old letters", "study", 30.0, False)),
        ("- sorting old letters | on the sofa | 30", ("sorting old letters", "living room", 30.0, True)),
        ("sorting old letters | study | 2", ("sorting old letters", "study", 5.0, True)),
        ("sorting old letters | moon | 20", ("sorting old letters", "", 20.0, True)),
        ("old letters | study | 30", None),
        ("sorting letters. Then eating | study | 30", None),
        ("sorting old letters | study | a while", None),
        ("sorting | study | 30", None),
        ("sorting old letters | study | 30 | alone", None),
        ("", None),
    ],
)
def test_lines_are_read_strictly(persona: Persona, line: str, read: tuple[str, str, float, bool] | None) -> None:
    written = parse_line(line, persona)
    found = None if written is None else (written.text, written.room, written.minutes, written.mended)
    assert found == read


def test_models_never_share_a_life() -> None:
    keys = [
        language_key(None),
        language_key(StandInModel("a", can_write=False)),
        language_key(StandInModel("a", can_write=True)),
        language_key(StandInModel("b", can_write=False)),
    ]
    assert len(set(keys)) == 4


# -- reasons ----------------------------------------------------------------------------------------------------------

OUTCOMES = [
    (Rating(1, 1, 1, 1), Feedback(reaction="accepted")),
    (Rating(1, 1, 1, 0), Feedback(reaction="accepted")),
    (Rating(0, 0, 1, 1), Feedback(reaction="ignored")),
    (Rating(1, 0, 1, 1), Feedback(reaction="dismissed", reason="timing", turns=("later",))),
    *[
        (Rating(**{name: int(name != failed) for name in DIMENSIONS}), Feedback(reaction="dismissed", reason=failed))
        for failed in DIMENSIONS
    ],
]


@pytest.mark.parametrize(("rating", "feedback"), OUTCOMES)
def test_every_outcome_has_words_for_every_persona(rating: Rating, feedback: Feedback) -> None:
    for persona in packaged():
        said = {
            reason_in_words(persona, rating, feedback, Suggestion(f"1-{n}", "Hey, water the basil!", IDEA.id), idea)
            for n in range(6)
            for idea in (IDEA, None)
        }
        assert len(said) > 1
        assert all(text and text[0].isupper() and "{" not in text for text in said)


def test_a_shout_is_named_as_such(persona: Persona) -> None:
    feedback, rating = Feedback(reaction="dismissed", reason="communication"), Rating(1, 1, 1, 0)
    said = reason_in_words(persona, rating, feedback, Suggestion("1-1", "Lovely, water the basil!"), None)
    assert any(word in said.lower() for word in ("shout", "exclamation", "calm", "loud"))


def test_reasons_repeat_and_a_choosing_model_takes_one_of_a_few(persona: Persona) -> None:
    rating, feedback = Rating(0, 1, 1, 1), Feedback(reaction="dismissed", reason="preference")
    suggestion, model = Suggestion("3-44", "Maybe water the basil."), Recorder()
    first = reason_in_words(persona, rating, feedback, suggestion, IDEA, model)
    assert first == reason_in_words(persona, rating, feedback, suggestion, IDEA, model)
    assert len(model.asked[0].continuations) <= CANDIDATES
    assert f" {first}" in model.asked[0].continuations


def test_a_writing_model_speaks_unless_it_talks_nonsense(persona: Persona) -> None:
    rating, feedback = Rating(1, 1, 1, 1), Feedback(reaction="accepted")
    suggestion, answer = Suggestion("1-1", "Water the basil."), "Yes, the basil has waited long enough."
    prepared = reason_in_words(persona, rating, feedback, suggestion, IDEA)
    good = StandInModel(answers={"Your answer": answer})
    assert reason_in_words(persona, rating, feedback, suggestion, IDEA, good) == answer
    bad = StandInModel(answers={"Your answer": "<|end|> yes yes | yes"})
    assert reason_in_words(persona, rating, feedback, suggestion, IDEA, bad) == prepared


# -- the packaged model -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine() -> Iterator[object]:
    from edge_assistant.composer.capability import can_write
    from edge_assistant.llm.engine import LlamaEngine

    with LlamaEngine.open(None, n_threads=1, examiner=can_write) as model:
        yield model


@pytest.mark.model
@pytest.mark.timeout(900)
def test_the_packaged_model_fills_a_day_within_its_budget(engine: object, persona: Persona) -> None:
    from edge_assistant.llm.engine import LlamaEngine

    assert isinstance(engine, LlamaEngine)
    assert not engine.can_write
    before = engine.counters
    plan = make_plan(persona, 1, 7, ModelFiller(engine))
    spent = engine.counters.sub(before)
    assert spent.prompt_tokens > 0
    assert spent.prompt_tokens <= 1500
    assert spent.generated_tokens == 0
    assert plan.fallbacks == 0
    assert plan.blocks[0].start == pytest.approx(plan.wake)
    assert all(block.end - block.start >= 5 for block in plan.blocks)
    assert make_plan(persona, 1, 7, ModelFiller(engine)) == plan  # a warm cache changes nothing
