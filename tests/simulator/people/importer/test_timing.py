"""Good and bad moments in prose."""

import pytest

from simulator.people.importer.language.activities import WORK_KINDS
from simulator.people.importer.language.clocks import DayTimes
from simulator.people.importer.moments import timing
from simulator.people.importer.moments.timing import GOOD, VAGUE, Timing
from simulator.people.importer.values import Notes
from simulator.people.persona import DAYS

TIMES = DayTimes(wake=420, sleep=1380)


def read(text: str) -> Timing:
    return timing.read(text, "", TIMES, Notes())


def spans(found: Timing) -> list[tuple[str, float]]:
    return [(timing.show(stretch), weight) for stretch, weight in found.windows]


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("mid afternoon is best", "14:00-16:00 all"),
        ("late afternoon", "15:30-18:00 all"),
        ("at dusk", "17:30-19:00 all"),
        ("in the evenings", "18:00-22:00 all"),
        ("right after lunch", "13:10-14:10 all"),
        ("in the mornings before work", "07:00-09:00 all"),
        ("Between 2 and 4 in the afternoon", "14:00-16:00 all"),
        ("Between 14:00 and 16:00 is ideal.", "14:00-16:00 all"),
        ("from 7 to 9pm", "19:00-21:00 all"),
        ("I love a nudge around 3pm", "14:30-15:30 all"),
        ("at half past eight in the evening", "20:00-21:00 all"),
        ("Saturday afternoons are good", "12:00-18:00 sat"),
        ("weekend mornings", "06:00-12:00 weekend"),
        ("Weekday mornings before 8 are good", "07:00-08:00 weekday"),
        ("I'm most open right after waking up", "07:00-08:00 all"),
        ("before bed", "21:30-23:00 all"),
        ("Early evening works best.", "17:00-19:30 all"),
        ("between breakfast and lunch", "07:55-12:30 all"),
        ("when I get home from work", "17:00-19:00 all"),
        ("any time", "00:00-24:00 all"),
        ("Once the kids are in bed.", "21:00-23:30 all"),
        ("at the end of my workday", "17:00-19:00 all"),
        ("Please wait until the evening", "18:00-22:00 all"),
    ],
)
def test_good_times(text: str, window: str) -> None:
    assert spans(read(text)) == [(window, GOOD)]


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("Leave me be while revising, in the shower, or when friends are over.", {"study", "bathing", "company"}),
        ("Let me be while I read, or when guests visit", {"reading", "company"}),
        ("Back off when I cook, or when my sister calls", {"cooking", "call"}),
        ("Give me space while I write, and when I meditate", {"deep_work", "ritual"}),
        ("Anything but during meals", {"meal"}),
        ("Keep your distance while I paint, or when guests visit", {"craft", "company"}),
        ("Not during the news.", {"media"}),
    ],
)
def test_a_refusal_is_never_a_wish(text: str, blocked: set[str]) -> None:
    found = read(text)
    assert not found.receptive_anywhere
    assert set(found.blocked_kinds) == blocked


def test_an_exception_from_a_refusal_is_a_wish() -> None:
    assert set(read("Do not bother me unless I am resting").kinds) == {"rest"}
    assert set(read("Best between study blocks.").kinds) == {"pause"}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("while I bake", {"cooking"}),
        ("when I am winding down", {"rest"}),
        ("During breaks", {"pause"}),
        ("between tasks", {"pause"}),
        ("when I have a cup of tea", {"pause"}),
        ("When I'm not busy with anything", {"pause", "rest"}),
        ("while gardening or on a walk", {"garden", "walk"}),
        ("when I watch television", {"media"}),
        ("during my commute", {"errand"}),
        ("while scrolling on my phone", {"browsing"}),
        ("Catch me while I'm having coffee", {"pause"}),
        ("I'm fine with being interrupted when doing chores", {"tidying"}),
    ],
)
def test_good_activities(text: str, kinds: set[str]) -> None:
    found = read(text)
    assert found.kinds == dict.fromkeys(kinds, GOOD)
    assert not found.blocked_kinds


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("never before 9am", "04:00-09:00 all"),
        ("Nothing after 9 in the evening.", "21:00-04:00 all"),
        ("Please don't disturb me after 22:30.", "22:30-04:00 all"),
        ("not later than 8pm", "20:00-04:00 all"),
        ("no later than 8pm", "20:00-04:00 all"),
        ("Mornings are sacred.", "06:00-12:00 all"),
        ("avoid early mornings", "05:00-08:00 all"),
        ("leave me in peace until noon", "04:00-12:00 all"),
        ("I'd rather not hear anything until I have had my first coffee", "04:00-07:30 all"),
        ("Never on Sundays.", "00:00-24:00 sun"),
        ("In the evenings, leave me alone.", "18:00-22:00 all"),
        ("not during dinner", "18:15-19:25 all"),
    ],
)
def test_bad_times(text: str, span: str) -> None:
    found = read(text)
    assert [timing.show(stretch) for stretch in found.blocked] == [span]
    assert not found.receptive_anywhere


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Not while I am journaling.", {"ritual"}),
        ("Please leave me alone while I draw", {"craft"}),
        ("I hate being interrupted during meetings, meals and prayer.", {"meeting", "meal", "ritual"}),
        ("Don't interrupt me when I'm on the phone or with family", {"call", "company"}),
        ("While I read, please do not disturb.", {"reading"}),
        ("Never during a workout", {"exercise"}),
        ("not when I'm playing the piano", {"music"}),
        ("avoid interrupting a film", {"media"}),
        ("never while I work", set(WORK_KINDS)),
        ("Do not interrupt my morning meditation or evening prayers.", {"ritual"}),
    ],
)
def test_bad_activities(text: str, kinds: set[str]) -> None:
    found = read(text)
    assert set(found.blocked_kinds) == kinds
    assert not found.receptive_anywhere


def test_a_no_ends_at_a_but_and_a_yes_at_a_never() -> None:
    first = read("Not while I cook, but right after dinner is good.")
    assert (set(first.blocked_kinds), spans(first)) == ({"cooking"}, [("19:10-20:10 all", GOOD)])
    second = read("During breaks or after lunch is great, never while I am journaling.")
    assert (set(second.kinds), set(second.blocked_kinds)) == ({"pause"}, {"ritual"})
    assert spans(second) == [("13:10-14:10 all", GOOD)]


def test_a_no_behind_a_list_reaches_all_of_it() -> None:
    found = read("In the mornings, while I read, or before bed, please leave me alone.")
    assert set(found.blocked_kinds) == {"reading"}
    assert len(found.blocked) == 2
    assert not found.receptive_anywhere


def test_unless_and_except_turn_the_sign() -> None:
    assert set(read("Avoid interrupting me unless I'm taking a break.").kinds) == {"pause"}
    found = read("Any time except while I'm eating or after 9pm.")
    assert (set(found.blocked_kinds), [timing.show(s) for s in found.blocked]) == ({"meal"}, ["21:00-04:00 all"])
    assert spans(found) == [("00:00-24:00 all", GOOD)]


def test_double_negation_is_a_lukewarm_yes() -> None:
    assert read("I don't mind suggestions while cooking.").kinds == {"cooking": VAGUE}


def test_when_i_am_not_working_is_any_other_time() -> None:
    found = read("I prefer suggestions when I am not working.")
    assert set(found.blocked_kinds) == set(WORK_KINDS)
    assert spans(found) == [("00:00-24:00 all", GOOD)]


def test_a_time_and_an_activity_in_one_breath_need_each_other() -> None:
    found = read("Suggestions should come when I am relaxing in the evening.")
    assert (spans(found), found.kinds) == ([("18:00-22:00 all", VAGUE)], {"rest": VAGUE})


def test_only_blocks_the_rest_of_the_day() -> None:
    found = read("Only in the evenings.")
    assert [timing.show(stretch) for stretch in found.blocked] == ["22:00-18:00 all"]


def test_a_kind_both_good_and_bad_is_blocked_and_said_so() -> None:
    notes = Notes()
    found = timing.read("While knitting is good. Never while I sew.", "", TIMES, notes)
    assert found.kinds == {}
    assert any("blocked" in finding.value for finding in notes.assumed)


@pytest.mark.parametrize(
    "text",
    [
        "Zorg blimp fnord.",
        "Whichever glarb the zorbles find apt.",
        "I am at work from 9 to 5.",
        "I usually have meetings in the afternoon.",
        "My timing is my own affair.",
        "",
    ],
)
def test_what_is_not_understood_or_not_wished_is_never_receptive(text: str) -> None:
    assert not read(text).receptive_anywhere


def test_only_after_an_hour_on_weekdays_says_nothing_of_weekends() -> None:
    found = read("Weekends are fine; on weekdays only after 6pm.")
    assert [timing.show(stretch) for stretch in found.blocked] == ["23:00-18:00 weekday"]


def test_after_an_activity_a_fresh_start_is_not_enough_by_itself() -> None:
    found = read("Just after I've finished a run.")
    assert (found.kinds, found.pause_weight) == ({}, VAGUE)


def test_all_days_unless_some_are_named() -> None:
    assert read("in the evening").windows[0][0].days == DAYS
