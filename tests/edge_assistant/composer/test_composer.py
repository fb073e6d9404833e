"""An idea's own sentences are said, put as the style asks; what a model writes is checked."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import pytest

from edge_assistant.composer.composer import AS_GOOD, Composer, Request, accepts, mend, wording, write
from edge_assistant.composer.faithfulness import is_form, keeps_idea, new_words
from edge_assistant.composer.prepared import emoji_of, expand, framed, prepared, sentences, variants
from edge_assistant.composer.style import broken, read_style, style_of
from edge_assistant.composer.style_model import StyleModel, vague_wishes
from edge_assistant.domain import STYLE_CHOICES, Context, Idea, Style
from edge_assistant.llm.protocols import Completion
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.ranker.ideas import load_packaged

STYLES = [Style(*values) for values in itertools.product(*STYLE_CHOICES.values())]
SAY = (
    "Boil two eggs for tomorrow's lunch.",
    "Boil two eggs and enjoy every bite tomorrow.",
    "Two eggs could go on now, if you fancy them tomorrow.",
    "Do you fancy two nice soft eggs for tomorrow?",
    "Perhaps put two eggs on to boil tonight, and tomorrow's lunch will be nice and simple with bread.",
    "Could two eggs boil for nine minutes and wait in the fridge, since it's a long day tomorrow?",
)


def _idea(text: str = "boil two eggs for tomorrow's lunch", say: tuple[str, ...] = SAY) -> Idea:
    return Idea("an-idea", text, "cooking", 0.2, 10, 0.0, 0.1, 0.1, 0.0, 0.5, ("cooking",), say=say)


def _context(activity: str = "making lunch", hour: int = 10) -> Context:
    return Context(datetime(2026, 1, 5, hour), activity)


def test_there_are_96_styles() -> None:
    assert len(set(STYLES)) == 96


def test_what_is_prepared_is_the_ideas_own_and_breaks_least() -> None:
    for number, style in enumerate(STYLES):
        said = prepared(_idea(), style, _context(), seed=number)
        assert said
        counts = {len(broken(text, style)) for text in said}
        others = [len(broken(text, style)) for text in variants(_idea(), _context(), seed=number)]
        assert counts == {min(others)}, (style, said)
        own = {wording(text) for text in SAY}
        assert {wording(text) for text in said} <= own


def test_packaged_ideas_keep_marks_and_formality_of_every_style() -> None:
    ideas = load_packaged().ideas
    for number, idea in enumerate(ideas[::25]):
        for style in STYLES[number % 7 :: 7]:
            for sentence in prepared(idea, style, _context(), seed=number):
                assert not {"formality", "emoji", "exclamation"}.intersection(broken(sentence, style)), (
                    sentence,
                    style,
                )


def test_same_seed_same_sentences() -> None:
    style = Style(emoji="yes")
    assert prepared(_idea(), style, _context(), seed=0) == prepared(_idea(), style, _context(), seed=0)
    assert len({prepared(_idea(), style, _context(), seed=seed) for seed in range(9)}) > 1


def test_a_sentence_about_a_part_of_the_day_is_said_only_then() -> None:
    idea = _idea(say=("Write a page this morning.", "Write a page tonight.", "Write a page."))
    assert sentences(idea, _context(hour=9)) == idea.say
    assert sentences(idea, _context(hour=15)) == idea.say[1:]
    assert sentences(idea, _context(hour=2)) == idea.say[2:]
    only = _idea(say=("Write a page this morning.",))
    assert sentences(only, _context(hour=15)) == only.say  # better than nothing


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("call my sister about the recipe", "You could call your sister about the recipe."),
        ("dentist on Tuesday at four", "Perhaps 'dentist on Tuesday at four' could be next."),
    ],
)
def test_an_idea_without_sentences_gets_frames_that_fit_its_grammar(text: str, said: str) -> None:
    assert said in framed(text)
    assert all(sentence[-1] in ".?" and "{" not in sentence and ": " not in sentence for sentence in framed(text))
    assert sentences(_idea(text, ()), _context()) == framed(text)


def test_frames_keep_every_style_where_the_text_is_short_enough() -> None:
    for style in STYLES:
        for text in ("mend the blue chair", "dentist at four"):
            for sentence in prepared(_idea(text, ()), style, _context(), seed=1):
                assert broken(sentence, style) == (), (sentence, style)


def test_contractions_in_full() -> None:
    assert expand("It's late, don't wait.") == "It is late, do not wait."
    assert expand("Isn't it late, and can't you rest?") == "Is it not late, and can you not rest?"


def test_every_category_of_the_knowledge_base_has_emoji() -> None:
    for idea in load_packaged().ideas:
        assert emoji_of(idea.category) and emoji_of(idea.category) != emoji_of("default")


def test_without_a_model_the_seed_picks_among_what_is_as_good() -> None:
    composed = Composer(None).compose(_idea(), _context(), Style(), 5)
    assert composed.text == SAY[2] and not composed.fallback
    assert composed == Composer(None).compose(_idea(), _context(), Style(), 5)
    twice = _idea(say=(*SAY, "You could boil two eggs today."))
    said = {Composer(None).compose(twice, _context(), Style(), seed).text for seed in range(20)}
    assert len(said) > 1


def _learned(text: str, times: int = 12) -> StyleModel:
    styles = StyleModel([vague_wishes()])
    for _ in range(times):
        styles.learn(text, (), 0.95, 0.05)
        styles.learn(
            "You might wish to enjoy this lovely sentence, which is far longer than it should be, my dear!",
            (),
            0.05,
            0.95,
        )
    return styles


def test_the_sentence_likeliest_to_be_well_put_is_chosen() -> None:
    styles = _learned(SAY[0])
    composed = Composer(None).choose(_idea(), _context(), styles.chance, 3)
    best = max(styles.chance(text, ()) for text in variants(_idea(), _context(), seed=3))
    assert styles.chance(composed.text, ()) >= best - AS_GOOD
    assert composed.style == style_of(composed.text) and not composed.fallback
    assert composed == Composer(None).choose(_idea(), _context(), styles.chance, 3)


def test_marks_come_where_the_learned_style_wants_them() -> None:
    styles = _learned("Boil two eggs for tomorrow's lunch! 🍳")
    said = Composer(None).choose(_idea(), _context(), styles.chance, 3).text
    assert read_style(said).emoji == "yes" and read_style(said).exclamation == "yes"


def test_contractions_are_written_out_where_that_is_better() -> None:
    said = (
        Composer(None)
        .choose(
            _idea(),
            _context(),
            lambda text, topics: float("?" in text) * (read_style(text).length == "long") * ("'s a" not in text),
            3,
        )
        .text
    )
    assert "since it is a long day" in said


def test_of_equals_the_wording_said_last_is_not_said_again() -> None:
    for seed in range(6):
        first = Composer(None).choose(_idea(), _context(), lambda text, topics: 0.5, seed).text
        again = Composer(None).choose(_idea(), _context(), lambda text, topics: 0.5, seed, last=first).text
        assert wording(again) != wording(first)
    only = _idea(say=SAY[:1])
    assert wording(Composer(None).choose(only, _context(), lambda t, k: 0.5, 1, last=SAY[0]).text) == wording(SAY[0])


def test_topics_reach_the_chance() -> None:
    seen = set()

    def chance(text: str, topics: tuple[str, ...]) -> float:
        seen.add(topics)
        return 0.5

    Composer(None).choose(_idea(), _context(), chance, 1)
    assert seen == {()}


def test_choosing_lets_a_model_write_in_the_best_style_and_falls_back() -> None:
    good = StandInModel(answers={"eggs": "Boil both eggs for tomorrow's lunch."})

    def direct(text: str, topics: tuple[str, ...]) -> float:
        return 0.9 if text.endswith(".") and read_style(text).directness == "direct" else 0.1

    written = Composer(good).choose(_idea(say=SAY[:1]), _context(), direct, 1)
    assert written.text == "Boil both eggs for tomorrow's lunch." and not written.fallback
    bad = StandInModel(answers={"eggs": "You could sing a song."})
    fallen = Composer(bad).choose(_idea(say=SAY[:1]), _context(), direct, 1)
    assert wording(fallen.text) == wording(SAY[0]) and fallen.fallback


def test_a_model_that_cannot_write_is_not_asked() -> None:
    model = StandInModel(can_write=False)
    composed = Composer(model).compose(_idea(), _context(), Style(), 5)
    assert composed == Composer(None).compose(_idea(), _context(), Style(), 5)
    assert model.counters.calls == 0


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
        Request(_idea("pay the gas bill", ()), _context(), Style(), 2),
    ]
    first, second = write(model, requests)
    assert first.text is not None and "eggs" in first.text
    assert second.text is None and second.first
    assert write(model, []) == []


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
    assert keeps_idea("How about boiling two eggs for lunch tomorrow", _idea().text)
    assert not keeps_idea("How about two songs", _idea().text)


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
    said = "While making lunch, boil two eggs, as the sea is blue."
    assert new_words(said, _idea().text, "making lunch") == ("blue", "sea")
