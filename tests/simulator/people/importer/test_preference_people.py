"""Sixteen people's tastes as a careful reader understands them, and sentences in other words (see `tastes_said`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge_assistant.llm.embedding import default_embedder
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.language.tone import Tone, examples
from simulator.people.importer.liking import preference
from simulator.people.importer.liking.preference import Liking
from simulator.people.importer.values import Notes
from simulator.people.persona import DAYS
from tests.simulator.people.importer.tastes_said import KNOWN, LATER

PEOPLE = Path(__file__).parent / "people"

PEOPLE_SAY = {
    "callum": "+plants +outdoors +audio -effort -social"
        "|-friends -tidying !+social !+friends !-audio !-plants !+tidying",
    "devraj": "+drinks@pause|+drinks@cooking|+drinks +cooking@cooking -health|-rest"
        "|-mindfulness -tinkering !+tinkering"
    " !+health !-drinks !-cooking",
    "dolores": "+art +writing +crafts +outdoors +music@time +family@time"
        "|+social@time !+health !+rest !-family !-music",
    "hana": "+novelty +learning@meal +photography@meal +reading@meal +cooking +learning@deep_work"
        "|+learning@routine_work"
    "|+learning@study|+learning -work_breaks !-learning !-photography !-reading !-novelty !+work_breaks !+drinks",
    "ingrid": "+languages +music +reading|+writing +learning -cooking -reflection|-mindfulness !-learning !+cooking"
    " !-music !+reflection !-reading",
    "kofi": "+crafts@craft"
        "|+crafts@deep_work +family +music -cost !+cost !+mindfulness !-mindfulness !-crafts !-music",
    "lucia": "+family +games +crafts +cooking|+nutrition +music +art +outdoors|-minutes -tidying !-family !+sleep"
    " !-sleep !+tidying !+music@care !-music",
    "meiling": "+creativity -effort +cooking@cooking +novelty@cooking +writing@craft !-cooking !-social !-friends"
    " !+social !+friends",
    "mira": "+drinks +exercise +cooking -stimulation +crafts@craft +film@craft -novelty@days !+stimulation !-crafts"
    " !-film !-drinks",
    "pauline": "+focus +finances +repairs@time|+style@time|+cooking@time -writing -mindfulness !+writing"
    " !+mindfulness !-focus !-finances",
    "rafael": "+novelty +music +cooking@cooking -finances -focus !+finances !+focus !-music !-novelty",
    "samuel": "+stimulation +film +heritage -games !+games !-family !-film !-heritage !-stimulation",
    "tomasz": "+repairs|+tinkering +cooking@cooking -mindfulness -reflection -baking !-novelty !+art !+mindfulness"
    " !+reflection !-cooking !+baking",
    "walter": "+outdoors +music@pause|+music@meal -tinkering -novelty !+health !+novelty !+tinkering !-outdoors",
    "yusuf": "+social +cooking +music +games +plants@garden -exercise -nutrition !+exercise !+nutrition !-plants"
        " !-cooking",
    "zoe": "+crafts +social +art -focus|-learning !-crafts !-social !-art !+focus !+learning",
}  # fmt: skip


@pytest.fixture(scope="module")
def tone(tmp_path_factory: pytest.TempPathFactory) -> Tone:
    return Tone.of("preference", default_embedder(tmp_path_factory.mktemp("cache")))


def signs(found: Liking) -> set[str]:
    """Everything read, as facts with and without their moments."""
    facts = {f"{'+' if weight > 0 else '-'}{name}" for name, weight in {**found.categories, **found.attributes}.items()}
    facts |= {f"-{name}" for name in found.avoid_categories}
    for rule in found.interactions:
        bare = f"{'+' if rule.weight > 0 else '-'}{rule.of}"
        facts |= {bare, *(f"{bare}@{kind}" for kind in rule.kinds)}
        facts |= {f"{bare}@time"} if (rule.start, rule.end) != ("00:00", "24:00") else set()
        facts |= {f"{bare}@days"} if tuple(rule.days) != tuple(DAYS) and rule.days != "all" else set()
    return facts


def faults(text: str, facts: str, tone: Tone | None = None) -> list[str]:
    """The facts that a reading of the text misses or, where they stand behind '!', breaks."""
    found = signs(preference.read(text, (), "", DayTimes(), Notes(), tone))
    return [
        fact
        for fact in facts.split()
        if not any((f.lstrip("!") in found) != f.startswith("!") for f in fact.split("|"))
    ]


def taste(name: str) -> str:
    text = json.loads((PEOPLE / f"{name}.json").read_text(encoding="utf-8"))["criteria"]["Personal_Preference"]
    return str(text)


@pytest.mark.parametrize("name", PEOPLE_SAY)
def test_people_are_understood(name: str, tone: Tone) -> None:
    assert faults(taste(name), PEOPLE_SAY[name], tone) == []


@pytest.mark.parametrize("name", PEOPLE_SAY)
def test_without_tone_people_may_be_missed_but_not_misread(name: str) -> None:
    assert [fact for fact in faults(taste(name), PEOPLE_SAY[name]) if fact.startswith("!")] == []


@pytest.mark.parametrize(("sentences", "least"), [(KNOWN, 0.95), (LATER, 0.9)])
def test_sentences_in_other_words(sentences: tuple[tuple[str, str], ...], least: float, tone: Tone) -> None:
    wrong = {text: found for text, facts in sentences if (found := faults(text, facts, tone))}
    assert len(wrong) <= (1 - least) * len(sentences), wrong
    assert not [text for text, found in wrong.items() if any(fact.startswith("!") for fact in found)], wrong


def test_the_examples_are_many_varied_and_not_the_sentences_of_the_tests() -> None:
    labels, texts = examples("preference")
    assert len(set(texts)) == len(texts) >= 500
    assert min(labels.count(label) for label in ("good", "bad", "neither")) > 150
    judged = " ".join([*map(taste, PEOPLE_SAY), *(text for text, _ in (*KNOWN, *LATER))]).lower()
    assert not [text for text in texts if text.lower() in judged and len(text.split()) > 3]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Jazz and blues, no opera.", "+music"),
        ("Nothing with flour, only soups.", "+cooking"),
        ("Quizzes, riddles: no thanks.", "-games"),
        ("Recipes? Hardly. Films? Yes please.", "-cooking +film"),
        ("No meat dishes.", "-cooking"),
        ("Small talk is fine.", "!-effort"),
        ("The rest of the day is mine.", "!+rest"),
        ("Show me the rest.", "!+film !+rest"),
        ("Look at the record of my week.", "!+music"),
        ("Out of my comfort zone, please.", "!+rest"),
        ("I dislike outings that need a car or that bring new duties.", "!+novelty"),
        ("I like a new tea. I do not want ideas that are costly or that mean a new duty.", "+novelty -cost"),
        ("Jazz, gardening, card tricks: never, never and never.", "-music -plants -games"),
        ("Opera and jogging: no, no and no.", "-music -exercise"),
        ("I enjoy a drink that is not tea.", "+drinks"),
        ("Suggest a hobby which does not involve films.", "!+film"),
        ("I would love something to wake me up that is not another coffee.", "!+drinks"),
        ("Family theories bore me.", "!-family !+family"),
        ("I want no new diets.", "!-novelty !+novelty"),
        ("Show me where the light on the water is lovely.", "!-effort"),
        ("While I rest I enjoy a clever remark.", "!+rest"),
        ("Some football gossip is welcome.", "!+exercise"),
        ("I like tuning my old moped.", "!+music"),
        ("I like tuning a violin and the tuning of bells.", "+music"),
        ("Tax advice and diet plans? Hard pass.", "-finances -nutrition"),
        ("Old maps? Count me in.", "+heritage"),
        ("After running I like a fruit smoothie.", "+drinks|+nutrition !+exercise"),
        ("Give me a stitch, a part for the mower, draughts puzzles, a hymn.", "+crafts +repairs +games +music"),
        ("I know what I like, and it is loud: a band, a chess puzzle.", "+music +games"),
        ("Sums bore me, pottery does not.", "!-crafts"),
        ("Dancing does not interest me, pottery does.", "-exercise +crafts !-crafts"),
        ("No hints on relaxing.", "-rest !+stimulation"),
    ],
)
def test_scope_and_sense_of_words(text: str, facts: str) -> None:
    assert faults(text, facts) == []


def test_a_narrower_thing_is_disliked_less() -> None:
    whole, part = (
        preference.read(text, (), "", DayTimes(), Notes()) for text in ("Films bore me.", "War films bore me.")
    )
    assert whole.categories["film"] < part.categories["film"] < 0


@pytest.mark.parametrize(
    ("text", "facts"), [("Pottery? Any time.", "+crafts"), ("Jogging? In your dreams.", "-exercise")]
)
def test_a_short_answer_is_told_by_its_tone(text: str, facts: str, tone: Tone) -> None:
    assert faults(text, facts, tone) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "!!! ???",
        ":",
        "No.",
        "\u27e60\u27e7 jazz \u27e67\u27e7",
        "when",
        "and, or, but",
        "I like " + "x, " * 2000,
    ],
)
def test_odd_text_is_survived(text: str) -> None:
    liking = preference.read(text, (), "", DayTimes(), Notes())
    assert set(liking.categories) <= {"music"} and not liking.avoid_categories and not liking.interactions
