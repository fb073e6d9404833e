"""The lives of sixteen people, held against what a careful reader takes from them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.llm.embedding import default_embedder
from simulator.people.importer import convert
from simulator.people.importer.language.clocks import Stretch
from simulator.people.importer.life import person as about
from simulator.people.importer.moments.timing import Timing
from simulator.people.importer.values import Notes
from tests.simulator.people.importer.lives import WORK, Point, near, oddities, person, problems, read


@dataclass(frozen=True)
class Life:
    """A life as told: waking and sleeping, fixed points, what occurs once a day, and who it is."""

    wake: str
    sleep: str
    points: tuple[Point, ...]
    once: str
    occupation: str
    household: str
    culture: str


P = Point
LIVES = {
    "callum": Life(
        "06:45", "22:00/22:45",
        (
            P("06:45", "^letting the dog out$", "garden walk"), P("07:00", "^walking Bracken$", "walk"),
            P("08:00-15:30", "garden", WORK), P("10:30", "flask", "pause"),
            P("~15:40", "^soaking in the bath$", "bathing"), P("16:30", "allotment$", "garden"),
            P("18:30", r"^having tea$", "meal"), P("19:30", "^whittling", "craft"),
        ),
        "Bracken|whittl|allotment"
        "|flask", "^Jobbing gardener$", "^[Ss]ingle, shares a terraced house with his collie", "not stated",
    ),
    "devraj": Life(
        "07:00", "23:30",
        (
            P("07:15-08:00", "^running$", "exercise"), P("09:00-12:30", "^coding$", "deep_work"),
            P("12:30", "^having lunch and coffee$", "meal"), P("13:30-18:00", r"calls and cod(?:e|ing)$", WORK),
            P("19:00", "^cooking .*with partner$|^cooking a proper dinner", "cooking"),
        ),
        "^running|^cooking|lunch", "^Backend programmer", "^[Ll]ives with his partner$", "not stated",
    ),
    "dolores": Life(
        "06:20", "23:00",
        (
            P("06:30", "^having coffee alone$", "pause"), P("07:45", "father's breakfast and medicine$", "care"),
            P("09:30-11:00", "watercolour", "craft"), P("12:30", "^having lunch together$", "meal"),
            P("15:00", "^listening to music with father$", "music care company"),
            P("20:00", "^putting father to bed$", "care"), P("21:00", "star", "rest media"),
        ),
        "star|watercolour|coffee|lunch|to bed", "^[Ss]chool librarian, now looking after her father$",
        "father", "not stated",
    ),
    "hana": Life(
        "10:00", "01:30",
        (
            P("11:00", "^answering supervisor emails$", "mail"),
            P("13:00-16:00", "^analysing survey data$", "deep_work study"),
            P("17:00", "^climbing or walking$", "exercise"),
            P("20:00-23:30", "^writing the thesis$", "deep_work study"),
            P("~10:30", "over breakfast$", "meal"),
        ),
        "^writing|breakfast|climb", "^Fourth-year PhD student in marine ecology$",
        "^sharing a kitchen with two flatmates$", "^(from )?Sendai$",
    ),
    "ingrid": Life(
        "06:00", "23:00/23:30",
        (
            P("07:00-11:30", "^translating four pages$", WORK), P("12:00-12:45", "^swimming$", "exercise", chance=0.43),
            P("14:30", "correspondence with publishers$", "mail"), P("16:00-18:00", "^revising", WORK + " study"),
            P("20:00", "pens or .*music$", "craft music"), P("~22:00-23:00", "^reading$", "reading"),
        ),
        "^swimming|^revising|^translating|pens", "^Literary translator from Hungarian and French$",
        "^[Ll]ives alone", "not stated",
    ),
    "kofi": Life(
        "05:45", "22:30",
        (
            P("06:00", "^praying|prayer", "ritual"), P("07:30-16:30", "^working in the workshop$", WORK),
            P("12:00-13:00", "^(having|eating) lunch", "meal"), P("17:00", "football", "exercise care", "tue thu"),
            P("21:00-21:30", "guitar$", "music"),
        ),
        "guitar|lunch|pray", "^Carpenter$|^Carpenter with a workshop behind the house$",
        "^[Mm]arried with three kids$", "^(from |born in )?Kumasi$",
    ),
    "lucia": Life(
        "06:00", "22:30",
        (
            P("07:00", "^having breakfast with the children$", "meal care"),
            P("09:30-11:00", "playground$", "care errand walk", chance=0.75),
            P("12:30-14:00", "hour to herself|baby's nap", "rest pause care"), P("18:30", "[Bb]ath", "care bathing"),
            P("19:30", "stories and bed", "care reading"), P("20:15", "^painting a tile$", "craft"),
        ),
        "playground|painting|[Bb]ath|breakfast", "^[Ff]ormer events planner",
        "wife|four-year-old", "^(from )?Porto$",
    ),
    "meiling": Life(
        "06:00", "22:00",
        (
            P("06:30", "tai chi", "exercise"),
            P("09:30-18:00", "shop$|check", WORK, "tue wed thu fri sat sun"),
            P("14:00", "^checking stock and orders$", WORK), P("18:00", "^closing the till$", WORK + " tidying"),
            P("19:00", "^having dinner$", "meal"), P("20:00-21:15", "calligraphy", "craft"),
        ),
        "tai chi|calligraphy|till|dinner$", "^Owner of a stationery and gift shop",
        "^[Ll]ives with her husband", "not stated",
    ),
    "mira": Life(
        "05:30", "21:30",
        (
            P("07:00-15:30", "^working on the ward$", WORK), P("17:00-17:40", "^walking Pim$", "walk"),
            P("18:00", "^cooking and eating dinner$", "cooking meal"),
            P("19:30-21:00", "^knitting", "craft"), P("~16:00", "^lying down$", "rest"), P("06:15", "ward$", "errand"),
        ),
        "Pim|knitting|dinner|lying down", "^Surgical ward nurse",
        "^[Ll]ives with her sister", "not stated",
    ),
    "pauline": Life(
        "06:15", "22:45",
        (
            P("06:30", "^reviewing the day's list$", "routine_work"),
            P("08:30-12:00", "[Mm]onth-end reconciliations$", WORK), P("12:00", "^having lunch", "meal"),
            P("~12:40-17:00", "client files$", WORK), P("18:00", "^spinning|spinning$", "exercise", "mon wed fri"),
            P("20:30-21:30", "puzzle", "gaming"),
        ),
        "spinning|puzzle|list|lunch", "^Senior accountant at an insurance office$", "husband", "not stated",
    ),
    "rafael": Life(
        "10:00", "01:30/02:30",
        (
            P("10:30-12:00", "long tones and scales$", "music"), P("14:00-16:00", "pupils$", WORK),
            P("17:00", "^skat", "exercise"), P("18:30", "^arranging on the laptop$", "music " + WORK),
            P("21:00-01:00", "gig or jam$", "music"),
        ),
        "tones|skat|gig|arranging", "^Session trumpeter and arranger$", "^[Ss]hares a loft with a drummer$",
        "^(from )?Arequipa$",
    ),
    "samuel": Life(
        "05:30/08:00", "00:00",
        (
            P("08:30-09:30", "^reading newspapers and listening to the radio$", "reading media"),
            P("10:00-12:30", "archive", "deep_work routine_work study reading"),
            P("15:00", "^tutoring$", WORK + " study", "tue thu"), P("17:30", "chess", "gaming"),
            P("20:30", "^watching a film$", "media"),
        ),
        "^tutoring$|archive|chess|^watching a film", "^Semi-retired history teacher$",
        "^[Ll]ives with his second wife", "not stated",
    ),
    "tomasz": Life(
        "04:00", "20:30",
        (
            P("04:00", "^drinking one black coffee", "pause"), P("04:30-12:00", "^baking( at the bakery)?$", WORK),
            P("13:00-14:30", "^napping$", "sleep"), P("15:00-17:00", "motorcycle.* in the garage$", "craft tidying"),
            P("17:30", "^having supper$", "meal"), P("18:30-20:00", "cards .*or .*football", "gaming"),
        ),
        "napping|motorcycle|supper|coffee", "^Third-generation baker$", "^[Dd]ivorced", "^(from )?Krakow$",
    ),
    "walter": Life(
        "06:30", "21:45",
        (
            P("07:30", "^filling the bird feeders$", "garden"), P("08:00-09:00", "crossword$", "gaming"),
            P("10:00-12:00", "model railway$", "craft"), P("12:30", "^having lunch$", "meal"),
            P("~13:05-14:30", "^resting|^dozing in the armchair", "rest sleep"),
            P("17:00", "^telephoning one of the girls$", "call"),
        ),
        "railway|crossword|feeders|^having lunch", "^Retired railway signalman$", "^[Ll]ives alone", "not stated",
    ),
    "yusuf": Life(
        "12:00", "05:30",
        (
            P("12:30", "^having .*breakfast", "meal"), P("14:00", "^watering the tomatoes$", "garden"),
            P("15:00-17:00", "backgammon", "gaming"), P("18:00", "^having family dinner$", "meal"),
            P("20:00-04:30", "^driving", WORK),
        ),
        "breakfast|backgammon|dinner|watering", "^Night taxi driver$", "mother-in-law", "not stated",
    ),
    "zoe": Life(
        "08:20", "00:30",
        (
            P("09:00-12:00", "lectures$", "study"), P("12:15", "^having lunch with friends$", "meal"),
            P("14:00-17:00", "studio$", "study deep_work"), P("18:00", "derby practice$", "exercise", "wed"),
            P("20:30-22:30", "^sewing or building models$", "craft"),
        ),
        "lectures|studio|derby|sewing", "^First-year architecture student$", "college dorm", "^Cretan$",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def kinds() -> ActivityClassifier:
    return ActivityClassifier(default_embedder())


def checks(name: str, kinds: ActivityClassifier | None) -> list[list[str]]:
    """Every check of one life, each with its problems."""
    told, source = LIVES[name], person(name)
    found = read(source, kinds)
    frame = found.frames.weekday
    made = [[] if near(frame.wake, told.wake) else [f"wakes at {frame.wake}"]]
    made += [[] if near(frame.sleep, told.sleep) else [f"sleeps at {frame.sleep}"]]
    made += [problems(found, point) for point in told.points]
    made += [oddities(found, [word]) for word in told.once.split("|")]
    made += [["unknown: " + text] for text, kind in found.done if kind == "unknown"]
    return made + facts(name)


def facts(name: str) -> list[list[str]]:
    """Occupation, household and culture of one life."""
    told, source = LIVES[name], person(name)
    made = []
    for field in ("occupation", "household", "culture"):
        value = getattr(about, field)(source, Notes())
        made.append([] if re.search(getattr(told, field), value) else [f"{field}: {value!r}"])
    return made


@pytest.mark.model
@pytest.mark.parametrize("name", LIVES)
def test_a_life_is_read_as_a_person_reads_it(name: str, kinds: ActivityClassifier) -> None:
    wrong = [problem for check in checks(name, kinds) for problem in check]
    assert not wrong, "\n".join(wrong)


def test_without_a_model_the_rules_alone_keep_the_times() -> None:
    for name, told in LIVES.items():
        found = read(person(name))
        missing = [problem for point in told.points for problem in problems(found, point) if ": is " not in problem]
        assert len(missing) <= 1, f"{name}: {missing}"


def test_nobody_is_given_a_break_away_from_home() -> None:
    breaks = [point for point in read(person("yusuf")).points if "short break" in point.text]
    assert breaks == []


def test_work_that_is_baking_is_blocked_where_baking_is() -> None:
    when, notes = Timing(blocked_kinds={"cooking": "during the bake"}), Notes()
    shift = Stretch(270, 720, "Bake from 4:30am to 12:00pm")
    convert._block_work([("cooking", shift), ("garden", Stretch(900, 960, "weeds"))], when, notes)
    assert when.blocked == [shift]
