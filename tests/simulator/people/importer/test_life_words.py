"""Activities, gerunds, list items, waking and sleeping."""

import pytest

from simulator.people.importer.language import activities, gerunds
from simulator.people.importer.language.words import duration, items
from simulator.people.importer.life import day_times
from simulator.people.importer.life.entries import read_entries
from simulator.people.importer.propersim import Source
from simulator.people.importer.values import Notes


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("working out", "exercise"), ("working on a report", "routine_work"), ("a video call with my sister", "call"),
        ("playing video games", "gaming"), ("playing the piano", "music"), ("walking the dog", "walk"),
        ("journaling", "ritual"), ("baking rye bread", "cooking"), ("having lunch", "meal"), ("watching birds", "rest"),
        ("watching a film", "media"), ("reading in bed", "reading"), ("knitting", "craft"), ("drinking tea", "pause"),
        ("washing the dishes", "tidying"), ("taking a shower", "bathing"), ("answering emails", "mail"),
        ("helping the children", "care"), ("watering the plants", "garden"), ("writing code", "deep_work"),
        ("studying for an exam", "study"), ("grocery shopping", "errand"), ("scrolling social media", "browsing"),
        ("florping", "unknown"),
    ],
)  # fmt: skip
def test_kinds(text: str, kind: str) -> None:
    assert activities.main_kind(text) == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("listening to hockey", "media"),
        ("watching a tennis match", "media"),
        ("playing hockey", "exercise"),
        ("watching birds", "rest"),
        ("looking at the stars", "rest"),
        ("meeting two friends at the harbour cafe", "company"),
        ("meeting the team", "meeting"),
        ("watching the children", "care"),
        ("listening to old jazz records", "music"),
    ],
)
def test_what_is_watched_is_not_done(text: str, kind: str) -> None:
    assert activities.kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Two hours of drawing before lunch", "drawing"),
        ("Feed the sourdough in the afternoon for 10 minutes", "feeding the sourdough"),
        ("Reads travel journals in bed before midnight", "reading travel journals"),
        ("Drawing imaginary coastlines", "drawing imaginary coastlines"),
        ("Take a 20 minute walk after lunch", "taking a walk"),
        ("Sort and answer emails between 9 and 10", "sorting and answering emails"),
        ("30 minutes of yoga at 7am", "doing yoga"),
        ("Run along the canal", "running along the canal"),
        ("Work on client accounts from 9am to 5pm", "working on client accounts"),
    ],
)
def test_activity_phrases(text: str, phrase: str) -> None:
    assert gerunds.phrase(text) == phrase


def test_items_and_durations() -> None:
    assert items("Rowan enjoys 1) Maps. 2) Rye bread. 3) Waking at 6:30.") == ["Maps", "Rye bread", "Waking at 6:30"]
    assert items("1. Maps\n2. Bread") == ["Maps", "Bread"]
    assert [duration(text) for text in ("two hours", "half an hour", "10 minutes", "an hour and a half", "soon")] == [
        120,
        30,
        10,
        90,
        None,
    ]


@pytest.mark.parametrize(
    ("lifestyle", "wake", "sleep"),
    [
        ("Isabel goes to bed around 11pm, awakes up around 6am, eats dinner around 5pm.", "06:00", "23:00"),
        ("1) Gets up around 8:30am without an alarm. 2) Reads in bed before midnight.", "08:30", "23:45"),
        ("Gets up at 6am. Watches a film in bed from 9:30pm.", "06:00", "22:30"),
        ("stays up until 2am and wakes up at 10", "10:00", "02:00"),
        ("Gets up at 6am. Switches off the lamp at 11:15pm.", "06:00", "23:15"),
        ("Gets up at 6am. Bedtime for the twins at 7pm. Works on a puzzle until he sleeps at 11pm.", "06:00", "23:00"),
        ("She goes to bed at half past eleven and gets up at 7.", "07:00", "23:30"),
        ("Wakes at 6. In bed by 10.", "06:00", "22:00"),
        ("sleeps from 8am to 3pm", "15:00", "08:00"),
        ("Sleeps from 8 in the morning until about two in the afternoon.", "14:00", "08:00"),
        ("Sleeps from 11 at night until 6 in the morning.", "06:00", "23:00"),
        ("Gets up around 3pm. Goes to bed around 7:30am.", "15:00", "07:30"),
        ("Goes to bed at 7 in the morning after work and gets up at 2pm.", "14:00", "07:00"),
        ("Works night shifts at the bakery.", "15:00", "07:30"),
        ("An early riser.", "06:30", "22:30"),
        ("A night owl.", "09:00", "01:00"),
        ("", "07:00", "23:00"),
    ],
)
def test_waking_and_sleeping(lifestyle: str, wake: str, sleep: str) -> None:
    frames = day_times.read_frames(Source("Isabel", 30, {"lifestyle": lifestyle}), Notes())
    assert (frames.weekday.wake, frames.weekday.sleep) == (wake, sleep)


def test_hours_of_work_come_from_clocks_not_from_parts_of_the_day() -> None:
    told = "Deep work in the morning. Wakes up at 7, walks the dog, and works from 9 to 6 with a break at 12:30."
    source = Source("Wei", 30, {"lifestyle": told})
    times = day_times.read_times(source, day_times.read_frames(source, Notes()), Notes())
    assert times.event("work") == (540, 1080)


@pytest.mark.parametrize(
    ("told", "work"),
    [
        ("Starts his shift at 11 at night.", (1380, 1860)),
        ("Starts work at 9am.", (540, 1020)),
        ("Her night shift begins at 10pm.", (1320, 1800)),
        ("Works nights at the harbour.", (1320, 1800)),
        ("Works from 10pm to 6am.", (1320, 1800)),
    ],
)
def test_hours_of_which_little_is_said_are_filled_in(told: str, work: tuple[float, float]) -> None:
    source, notes = Source("Gus", 30, {"lifestyle": told}), Notes()
    times = day_times.read_times(source, day_times.read_frames(source, notes), notes)
    assert times.event("work") == work
    entries = [entry for entry in read_entries(source, times, notes) if entry.kind == "routine_work"]
    if "nights" not in told:
        (stretch,) = [entry.stretch for entry in entries]
        assert stretch is not None and (stretch.start, stretch.end) == work


@pytest.mark.parametrize(
    "told",
    ["Goes to the gym before work at 7am.", "Starts work on a novel at 9am.", "Starts the day with work mail at 8."],
)
def test_what_only_mentions_work_is_not_its_beginning(told: str) -> None:
    assert not day_times.STARTS_WORK.search(told)
