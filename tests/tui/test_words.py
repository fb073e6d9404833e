"""What screens say of values: spans, states, bars, settings, the questions of the first start."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge_assistant.context.observation import SourceState
from edge_assistant.service.rpc.protocol import Entry, Setting, Status
from edge_assistant.service.rpc.setup_values import IdeaChoice, ModelChoice, SetupState
from edge_assistant.service.views.settings import setting_rows
from edge_assistant.settings import Settings
from tui.client.wording import (
    banner_words,
    day_name,
    entry_details,
    moment_words,
    source_words,
    span_words,
    state_forms,
    state_words,
)
from tui.screens.settings.screen import LABEL
from tui.screens.settings.values import SECTIONS, label, parse_value, shown, stepped
from tui.screens.setup.rows import row_content, text_content
from tui.screens.setup.steps import SetupAnswer, SetupStep, choices_of, own_words, steps_of, summary
from tui.themes import choose
from tui.widgets.chance_bar import EMPTY, FULL, bar, chance_content
from tui.widgets.hints import fit

NOW = datetime(2026, 11, 24, 14, 30)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.2, "less than a minute"), (42, "42 min"), (60, "1 h"), (150, "2 h 30 min"), (720, "12 h"), (4320, "3 days")],
)
def test_spans(minutes: float, words: str) -> None:
    assert span_words(minutes) == words


def test_days_have_names() -> None:
    assert day_name(NOW, NOW) == "today"
    assert day_name(NOW - timedelta(days=1), NOW) == "yesterday"
    assert day_name(NOW + timedelta(days=1), NOW) == "tomorrow"
    assert day_name(NOW - timedelta(days=2), NOW) == "Sun 22 Nov"
    assert day_name(NOW - timedelta(days=400), NOW) == "Mon 20 Oct 2025"
    assert moment_words(NOW.replace(hour=9), NOW) == "09:30"


def test_the_head_line_knows_no_core_and_a_busy_one() -> None:
    assert state_words(None, "starting") == "starting"
    assert state_words(Status(level="rare", state="ready"), "ready") == "speaks: rare"
    assert state_words(Status(state="paused", paused_until=NOW, private=True), "ready").startswith(
        "paused until 14:30, private"
    )


def test_the_banner_says_what_must_not_be_overlooked() -> None:
    assert banner_words(None, "restarting", "").startswith("the assistant stopped; restarting")
    assert "ask your question again" in banner_words(Status(state="restarting"), "ready", "")
    assert banner_words(Status(state="restarting", private=True), "ready", "").endswith("no record is kept.")
    assert banner_words(Status(state="ready"), "ready", "") == ""
    assert banner_words(None, "starting", "no core") == "no core"


def test_a_suggestion_tells_what_became_of_it() -> None:
    entry = Entry("s1", "A walk?", NOW, state="dismissed", reason="timing", rating={"preference": 1, "timing": 0})
    assert entry_details(entry, NOW) == "dismissed, bad time · rated 1 of 2"


def test_what_went_on_meanwhile_is_told_in_short() -> None:
    entry = Entry("s1", "A walk?", NOW, activity="sorting the old photographs from the attic into albums " * 8)
    assert len(entry_details(entry, NOW)) < 120 and entry_details(entry, NOW).endswith("…")


def test_the_state_gets_shorter_from_its_end() -> None:
    assert state_forms("paused until 19:40, speaks: normal") == [
        "paused until 19:40, speaks: normal",
        "paused until 19:40",
    ]


def test_the_bar_shows_chance_and_threshold_without_colour() -> None:
    before, after = bar(0.5, 0.75, 20)
    assert len(before) + len(after) == 19
    assert before.count(FULL) == 10 and set(after) == {EMPTY}
    above = bar(1.0, 0.5, 20)
    assert set("".join(above)) == {FULL}


@pytest.mark.parametrize("width", [40, 71, 150])
def test_the_chance_fits_its_line(width: int) -> None:
    assert chance_content(0.314, 0.52, "quiet hours until 07:00", width).cell_length <= max(width, 52)
    assert "31 %" in chance_content(0.314, 0.52, "", width).plain
    assert chance_content(None, None, "paused", width).plain == "paused"


def test_hints_that_do_not_fit_are_left_out_from_the_end() -> None:
    pairs = [("a", "accept"), ("l", "later"), ("d", "dismiss")]
    assert fit(pairs, 80, 2) == [pairs]
    assert fit(pairs, 18, 2) == [pairs[:2], pairs[2:]]
    assert fit(pairs, 10, 2) == [pairs[:1], pairs[1:2]]
    assert fit(pairs, 10, 2, last=2) == [pairs[-2:-1], pairs[-1:]], "how to leave is never left out"


def test_auto_asks_what_the_terminal_says() -> None:
    assert choose("auto", {"COLORFGBG": "0;15"}) == "edge-light"
    assert choose("auto", {"COLORFGBG": "15;0"}) == "edge-dark"
    assert choose("auto", {}) == "edge-dark"
    assert choose("light", {"COLORFGBG": "15;0"}) == "edge-light"
    assert choose("nord") == "nord" and choose("no such look", {}) == "edge-dark"


def test_settings_are_read_as_they_are_shown() -> None:
    hour = Setting("limits", "quiet_from", 22.5, 0.0, "float", low=0, high=24)
    assert shown(hour) == "22:30"
    assert parse_value(hour, "21:15") == 21.25
    assert stepped(hour, 1) == 23.0
    with pytest.raises(ValueError, match="00:00 to 24:00"):
        parse_value(hour, "25")
    topics = Setting("topics", "never", ["work", "money"], [], "list")
    assert parse_value(topics, shown(topics)) == ["work", "money"]
    switch = Setting("notifications", "on", True, True, "bool")
    assert shown(switch) == "on" and stepped(switch, 1) is False and parse_value(switch, "off") is False


def test_every_setting_is_named_in_the_list() -> None:
    rows = setting_rows(Settings(), Path("no such file"), Settings())
    names = [f"{row.section}: {label(row)}" for row in rows]
    assert len(set(names)) == len(names) and all(len(label(row)) < LABEL for row in rows)
    assert {row.section for row in rows} <= set(SECTIONS)


def test_stepping_stays_within_bounds() -> None:
    level = Setting("presence", "level", "chatty", "normal", "choice", ("off", "rare", "normal", "chatty"))
    assert stepped(level, 1) == "chatty" and stepped(level, -1) == "normal"
    cap = Setting("limits", "per_hour", 1, 3, "int", low=1, high=60)
    assert stepped(cap, -1) == 1 and stepped(cap, 1) == 2
    assert stepped(Setting("model", "path", "", ""), 1) is None


def setup_state() -> SetupState:
    ideas = tuple(IdeaChoice(f"i{n}", f"idea {n}") for n in range(5))
    pairs = (("Boil eggs.", "Do boil some eggs."), ("Boil eggs.", "Boil eggs?"))
    return SetupState(pairs=pairs, groups=(ideas[:3],), ideas=ideas, level="rare", quiet_from=22.0, quiet_to=7.0)


def test_things_that_are_known_to_be_there_are_marked() -> None:
    known = replace(setup_state(), things=(("dog", "a dog"), ("cat", "a cat")), has=("cat", "horse"))
    (step,) = [step for step in steps_of(known, "") if step.name == "has"]
    assert step.preset == (1,) and step.text.endswith("So far: a cat.")
    assert choices_of([step], {"has": [0, 1]}) == {"has": ["dog", "cat"]}
    assert choices_of([step], {"has": []}) == {"has": []} and choices_of([step], {}) == {}


def test_questions_without_a_choice_are_left_out() -> None:
    names = [step.name for step in steps_of(setup_state(), "/home")]
    assert names == ["welcome", "quiet", "level", "per_day", "likes", "dislikes", "group1", "pair1", "pair2"]


def test_models_that_would_fit_are_named_with_the_way_to_get_them() -> None:
    here = ModelChoice("", "packaged", 101)
    other = ModelChoice("", "qwen2.5-1.5b", 1120, detail="writes well")
    (step,) = [
        step for step in steps_of(replace(setup_state(), models=(here,), pullable=(other,)), "") if step.answers
    ][:1]
    assert [answer.label for answer in step.answers] == ["packaged"]
    assert "edge-assistant models pull NAME" in step.text
    assert "- qwen2.5-1.5b, 1120 MB; writes well" in step.text
    alone = steps_of(replace(setup_state(), models=(here,)), "")[1]
    assert "pull" not in alone.text


def test_answers_become_parameters() -> None:
    steps = steps_of(setup_state(), "")
    chosen = {"quiet": [1], "level": [1], "likes": [0, 3], "per_day": []}
    assert choices_of(steps, chosen) == {"quiet_from": 22.0, "quiet_to": 7.0, "level": "rare", "likes": ["i0", "i3"]}
    assert ("How many a day?", "skipped") in summary(steps, chosen)
    assert {("Examples", "skipped"), ("Wordings", "skipped")} <= set(summary(steps, chosen))
    assert choices_of(steps, {}) == {}
    words = {"likes": own_words(" old  tango records,, orchids "), "dislikes": []}
    assert choices_of(steps, {"likes": [2]}, words) == {"likes": ["old tango records", "orchids", "i2"]}
    assert choices_of(steps, {}, words) == {"likes": ["old tango records", "orchids"]}
    assert ("Three likes", "old tango records; orchids") in summary(steps, {}, words)


def test_picked_struck_and_preferred_become_parameters() -> None:
    steps = steps_of(setup_state(), "")
    chosen = {"per_day": [3], "group1": [0], "group1.struck": [2], "pair1": [1], "pair2": [2]}
    assert choices_of(steps, chosen) == {
        "per_day": 6,
        "picked": ["i0"],
        "struck": ["i2"],
        "wordings": [["Do boil some eggs.", "Boil eggs."]],
        "alike": [["Boil eggs.", "Boil eggs?"]],
    }
    told = dict(summary(steps, chosen))
    assert told["Examples"] == "1 picked, 1 struck out" and told["Wordings"] == "2 of 2 answered"
    assert choices_of(steps, {"per_day": [0]}) == {}
    again = {step.name: step for step in steps_of(replace(setup_state(), per_day=5), "")}["per_day"]
    assert again.answers[again.preset[0]].value == 5


def test_how_soon_the_same_may_come_again_is_chosen_in_words() -> None:
    offered = replace(setup_state(), repeat_choices=(3, 7), repeat_days=5)
    step = {step.name: step for step in steps_of(offered, "")}["repeat_days"]
    words = [answer.label for answer in step.answers]
    assert words == ["I do not know yet", "after a few days", "after 5 days", "after a week"]
    assert step.preset == (2,) and choices_of([step], {"repeat_days": [3]}) == {"repeat_days": 7}


def test_good_and_bad_times_are_marked_and_struck_and_what_was_said_is_shown() -> None:
    hours = (("8-10", "8:00 to 10:00"), ("10-12", "10:00 to 12:00"), ("22-24", "22:00 to 24:00"))
    offered = replace(setup_state(), hours=hours, good_times=("10-12",), bad_times=("22-24",))
    step = {step.name: step for step in steps_of(offered, "")}["hours"]
    assert (step.preset, step.struck) == ((1,), (2,))
    assert choices_of([step], {"hours": [0], "hours.struck": [2]}) == {"good_hours": ["8-10"], "bad_hours": ["22-24"]}
    assert choices_of([step], {"hours": []}) == {"good_hours": [], "bad_hours": []}, "taken back"
    assert choices_of([step], {}) == {}, "skipped"
    assert summary([step], {"hours": [0], "hours.struck": [2]}) == [("Good hours", "8:00 to 10:00; not 22:00 to 24:00")]


def test_rows_stand_in_columns_where_there_is_room() -> None:
    step = SetupStep(
        "level", "", "", (SetupAnswer("off", "only when asked", 0), SetupAnswer("normal", "when welcome", 1))
    )
    rows = [row_content(step, n, marked=n == 1, chosen=False, note="", width=60).plain for n in (0, 1)]
    assert rows == ["  off     only when asked", "▸ normal  when welcome"]


def test_rows_without_room_go_on_below_their_own_words() -> None:
    step = SetupStep(
        "likes",
        "",
        "",
        (SetupAnswer("copy a favourite poem by hand", "writing", 0), SetupAnswer("rest", "x" * 30, 1)),
        3,
    )
    long, other = [row_content(step, n, marked=False, chosen=False, note="", width=34).plain for n in (0, 1)]
    assert long == "  [ ] copy a favourite poem by\n      hand  writing"
    assert other == "  [ ] rest\n      " + "x" * 30
    noted = row_content(step, 0, marked=False, chosen=False, note="you like it", width=80).plain
    assert noted.endswith("you like it") and "writing" not in noted
    assert text_content("Kept:\n\n- one two three\n- four", 12).plain == "Kept:\n\n  - one two\n    three\n  - four"


def test_sources_that_tell_nothing_are_named_apart() -> None:
    sources = (
        SourceState("clock"),
        SourceState("typed", state="nothing"),
        SourceState("activitywatch", state="failed", detail="no answer"),
        SourceState("calendar", on=False, state="off"),
    )
    assert (
        source_words(Status(sources=sources)) == "clock; nothing from what you type; ActivityWatch failed (no answer)"
    )
    assert source_words(Status()) == "none"


def test_presets_are_what_is_set() -> None:
    presets = {step.name: step.preset for step in steps_of(setup_state(), "")}
    assert presets["quiet"] == (1,) and presets["level"] == (1,)
