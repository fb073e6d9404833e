"""Prepared sentences keep every style; what a model writes is checked."""

from __future__ import annotations

import itertools
import re
from datetime import datetime
from typing import Any

import pytest

from edge_assistant.composer.composer import Composer, Request, accepts, mend, write
from edge_assistant.composer.faithfulness import is_form, keeps_idea, new_words
from edge_assistant.composer.prepared import contract, expand, gerund_activity, prepared, sentence_data, shorten
from edge_assistant.composer.style import broken, count_words
from edge_assistant.domain import STYLE_CHOICES, Context, Idea, Style
from edge_assistant.llm.protocols import Completion
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.ranker.ideas import load_packaged

STYLES = [Style(*values) for values in itertools.product(*STYLE_CHOICES.values())]
ACTIVITIES = (
    "drinking coffee at the kitchen window",
    "making lunch",
    "friends are here for board games",
    "I'm fixing my bike",
)


def _idea(text: str = "boil two eggs for tomorrow's lunch", category: str = "cooking") -> Idea:
    return Idea("an-idea", text, category, 0.2, 10, 0.0, 0.1, 0.1, 0.0, 0.5, ("cooking",))


def _context(activity: str = "making lunch", hour: int = 10) -> Context:
    return Context(datetime(2026, 1, 5, hour), activity)


def test_there_are_96_styles() -> None:
    assert len(set(STYLES)) == 96


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_every_style_is_kept(activity: str) -> None:
    ideas = [
        _idea(),
        _idea("treat yourself to a nice cup of cosy tea", "drinks"),
        _idea("don't-look stretch that you've missed", "stretching"),
        _idea("pay the bill", "finances"),
    ]
    for idea, (number, style) in itertools.product(ideas, enumerate(STYLES)):
        sentences = prepared(idea, style, _context(activity), seed=number)
        assert 4 <= len(sentences) <= 6 and len(set(sentences)) == len(sentences), (idea.text, style, sentences)
        for sentence in sentences:
            assert broken(sentence, style) == (), (sentence, style)


def test_packaged_ideas_keep_their_style_unless_they_cannot_be_short() -> None:
    ideas = load_packaged().ideas
    for number, idea in enumerate(ideas[::3]):
        for style in STYLES[number % 5 :: 5]:
            for sentence in prepared(idea, style, _context(), seed=number):
                faults = broken(sentence, style)
                assert not faults or (faults == ("length",) and count_words(idea.text) >= 9), (sentence, style)


def test_sentences_are_well_formed_for_every_style() -> None:
    for style in STYLES:
        for sentence in prepared(_idea(), style, _context(), seed=1):
            assert sentence[0].isupper() and "{" not in sentence and "  " not in sentence
            assert re.search(r"[.!?]", sentence[-4:])
            assert "boil two eggs" in sentence.lower()


def test_same_seed_same_sentences_and_seeds_differ() -> None:
    one = prepared(_idea(), Style(length="long"), _context(), seed=0)
    assert one == prepared(_idea(), Style(length="long"), _context(), seed=0)
    assert len({prepared(_idea(), Style(length="long"), _context(), seed=seed) for seed in range(6)}) > 1


def test_a_gerund_activity_is_linked_and_another_is_not() -> None:
    style = Style(length="long")
    linked = [s for seed in range(8) for s in prepared(_idea(), style, _context("I'm fixing my bike"), seed=seed)]
    assert any("fixing your bike" in sentence for sentence in linked)
    plain = [s for seed in range(8) for s in prepared(_idea(), style, _context("friends are here"), seed=seed)]
    assert not any("friends" in sentence for sentence in plain)


@pytest.mark.parametrize(
    ("activity", "said"),
    [
        ("making lunch", "making lunch"),
        ("I am washing my hair", "washing your hair"),
        ("calling her mother", ""),
        ("morning coffee", ""),
        ("eating, then reading", ""),
        ("", ""),
    ],
)
def test_activities_that_can_follow_after(activity: str, said: str) -> None:
    assert gerund_activity(activity) == said


def test_shortening_cuts_where_a_phrase_ends() -> None:
    assert shorten("stir the pot and call a friend for advice", 6) == "stir the pot"
    assert shorten("sort the black and white photos", 4) == "sort the black and white photos"
    assert shorten("put the phone in the hall", 3) == "put the phone in the hall"


def test_contractions_go_both_ways() -> None:
    assert contract("it is late and you are tired") == "it's late and you're tired"
    assert expand("it's late, don't wait") == "it is late, do not wait"


def test_every_category_of_the_knowledge_base_has_emoji_and_reasons() -> None:
    categories = sentence_data()["categories"]
    for idea in load_packaged().ideas:
        assert categories[idea.category]["emoji"] and categories[idea.category]["reasons"]


def test_without_a_model_the_seed_picks() -> None:
    composed = Composer(None).compose(_idea(), _context(), Style(), 5)
    assert composed.text in composed.candidates and not composed.fallback
    assert composed == Composer(None).compose(_idea(), _context(), Style(), 5)
    assert len({Composer(None).compose(_idea(), _context(), Style(), seed).text for seed in range(12)}) > 2


def test_a_model_that_cannot_write_chooses_by_score() -> None:
    model = StandInModel(can_write=False)
    composed = Composer(model).compose(_idea(), _context(), Style(), 5)
    assert composed.text in composed.candidates and not composed.fallback
    assert model.counters.generated_tokens == 0 and model.counters.calls == 1


def test_a_written_sentence_that_passes_is_said_mended() -> None:
    model = StandInModel(answers={"eggs": '"you could boil two eggs for tomorrow\'s lunch!"'})
    composed = Composer(model).compose(_idea(), _context(), Style(), 1)
    assert composed.text == "You could boil two eggs for tomorrow's lunch." and not composed.fallback


def test_a_written_sentence_that_loses_the_idea_falls_back() -> None:
    model = StandInModel(answers={"eggs": "You could sing a song."})
    composed = Composer(model).compose(_idea(), _context(), Style(), 1)
    assert composed.fallback and composed.text in composed.candidates


def test_many_keep_their_order_and_pass_and_fail_side_by_side() -> None:
    model = StandInModel(answers={"eggs": "You could boil two eggs for lunch tomorrow."})
    requests = [
        Request(_idea(), _context(), Style(), 1),
        Request(_idea("pay the gas bill", "finances"), _context(), Style(), 2),
    ]
    first, second = Composer(model).compose_many(requests)
    assert "eggs" in first.text and not first.fallback
    assert "bill" in second.text and second.fallback
    assert Composer(model).compose_many([]) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "You could boil two eggs. They are for lunch.",
        "You could boil eggs and " + "then boil eggs for lunch tomorrow " * 8,
        "Boil two eggs for tomorrow's lunch.",
        "You could boil two eggs for tomorrow's lunch 🥚",
    ],
)
def test_faulty_sentences_are_refused(text: str) -> None:
    assert not accepts(text, _idea(), Style())


def test_an_interjection_is_not_a_second_sentence() -> None:
    style = Style(directness="question", exclamation="yes")
    assert accepts(
        "Nice idea! Want to boil two eggs for tomorrow's lunch?",
        _idea(),
        Style(directness="question", warmth="warm", exclamation="yes"),
    )
    assert accepts("Hey! Want to boil two eggs for tomorrow's lunch?", _idea(), style)


def test_mending_adds_and_takes_away_what_the_style_asks() -> None:
    assert mend("you could rest now 😌", Style(), "rest") == "You could rest now."
    assert mend("You could rest now.", Style(exclamation="yes"), "rest") == "You could rest now!"
    assert mend("You could rest now.", Style(emoji="yes"), "rest").startswith("You could rest now. ")
    assert mend("", Style(), "rest") == ""


def test_an_idea_survives_in_other_forms_of_its_words() -> None:
    assert keeps_idea("How about boiling two eggs for lunch tomorrow", _idea())
    assert not keeps_idea("How about two songs", _idea())


@pytest.mark.model
def test_the_real_model_chooses_one_of_the_prepared() -> None:
    from edge_assistant.composer.capability import can_write
    from edge_assistant.llm.engine import LlamaEngine

    with LlamaEngine.open(None, examiner=can_write) as model:
        if model.can_write:
            pytest.skip("this model writes")
        first = Composer(model).compose(_idea(), _context(), Style(length="long"), 0)
        assert first.text in first.candidates
        assert first == Composer(model).compose(_idea(), _context(), Style(length="long"), 0)


class Drawn(StandInModel):
    """Writes given texts in their order, and finds longer ones less likely."""

    def __init__(self, *texts: str) -> None:
        super().__init__("drawn")
        self.texts = list(texts)
        self.asked: list[Any] = []

    def generate(self, requests, cancel=None, on_token=None):
        self.asked += requests
        return [Completion(self.texts.pop(0), 5, "stop") for _ in requests]

    def score(self, requests, cancel=None):
        scores = super().score(requests)
        return [
            type(score)(tuple(-float(len(text)) for text in request.continuations), score.token_counts)
            for score, request in zip(scores, requests, strict=True)
        ]


def test_of_what_passes_the_likeliest_without_new_words_is_said() -> None:
    request = Request(_idea(), _context(), Style(), 3)
    model = Drawn(
        "Boil two eggs!",
        "Maybe you could now boil two eggs for tomorrow's lunch.",
        "You could boil two eggs for tomorrow's lunch.",
        "You could boil two eggs, giraffe lunch.",
    )
    (written,) = write(model, [request])
    assert written.text == "You could boil two eggs for tomorrow's lunch."
    assert written.first == "Boil two eggs!"
    assert [one.temperature for one in model.asked] == [0.0, 0.7, 0.7, 0.7]
    assert len({one.seed for one in model.asked}) == 4


def test_where_nothing_passes_it_writes_once_more_and_more_freely() -> None:
    request = Request(_idea(), _context(), Style(), 3)
    wrong, right = ["Sing."] * 4, "You could boil two eggs for tomorrow's lunch."
    model = Drawn(*wrong, "Sing.", right, right, "Sing.")
    (written,) = write(model, [request])
    assert written.text == right
    assert [one.temperature for one in model.asked[4:]] == [1.0] * 4
    assert len({one.seed for one in model.asked}) == 8
    assert write(Drawn(*wrong, *wrong), [request])[0].text is None


def test_words_from_nowhere() -> None:
    assert is_form("boiling", "boil") and is_form("baking", "bake") and is_form("cutting", "cut")
    assert not is_form("cutlery", "cut") and not is_form("amazing", "tea")
    said = "While making lunch, boil two eggs, since the sea is blue."
    assert new_words(said, _idea().text, "making lunch") == ("blue", "sea")
