"""Good and bad moments of whole people and of single sentences, as a careful reader understands them.

A probe is 'day HH:MM kind mark'; the mark is '+' receptive, 'v' a reason for but perhaps not enough, '0' not
receptive, '-' blocked.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from edge_assistant.llm.embedding import default_embedder
from edge_assistant.paths import Paths
from simulator.people.importer import propersim
from simulator.people.importer.language.clocks import DayTimes, Stretch
from simulator.people.importer.language.tone import LABELS, Tone, examples
from simulator.people.importer.life import day_times
from simulator.people.importer.moments import landmarks, timing
from simulator.people.importer.moments.landmarks import Landmark
from simulator.people.importer.moments.timing import Timing
from simulator.people.importer.propersim import Source
from simulator.people.importer.values import Notes

PEOPLE = Path(__file__).parent / "people"

EXPECTED = {
    "callum": "10:35 pause +|19:45 craft 0|11:00 garden 0|13:00 walk 0|17:00 errand 0",
    "devraj": "13:00 meal +|20:00 cooking +|10:00 deep_work -|15:00 deep_work -|15:00 meeting -|08:10 rest v"
    "|09:30 mail 0|07:30 exercise 0",
    "dolores": "10:00 craft +|21:30 rest +|14:45 company +|12:40 meal -|20:05 care -|07:50 care -|06:35 pause -"
    "|16:30 care 0|18:00 tidying 0",
    "hana": "10:40 meal +|18:15 rest +|20:30 deep_work -|22:30 deep_work -|00:40 rest v|14:00 study 0"
    "|14:00 deep_work 0|12:00 mail 0",
    "ingrid": "08:00 deep_work -|16:30 deep_work -|13:30 pause v|13:00 rest v|20:30 craft v|20:30 music -"
    "|14:30 mail 0|22:30 reading 0",
    "kofi": "10:00 pause +|12:30 meal +|16:20 tidying +|06:05 ritual -|20:15 care -|09:00 deep_work 0"
    "|14:00 craft 0|17:30 exercise 0|22:15 rest 0",
    "lucia": "08:00 care +|11:00 walk +|13:00 rest +|18:35 bathing -|19:40 care -|20:30 rest +|15:00 care 0"
    "|17:00 cooking 0",
    "meiling": "14:30 pause v|06:10 exercise -|18:10 rest v|11:00 meeting 0|20:30 craft 0|21:40 rest 0",
    "mira": "10:00 deep_work -|12:00 routine_work -|08:00 meal -|16:10 rest -|18:00 meal +|20:00 craft +"
    "|17:15 walk +|19:00 tidying +|21:15 media 0",
    "pauline": "06:35 routine_work +|10:00 routine_work v|16:30 routine_work -|20:45 gaming -|18:15 exercise 0"
    "|22:00 media 0",
    "rafael": "11:00 music -|15:00 study -|18:15 rest v|13:45 meal +|22:00 music -|20:00 pause v|20:00 deep_work 0",
    "samuel": "12:00 reading +|15:30 study -|14:00 sleep -|14:00 rest 0|20:10 rest v|21:00 media -"
    "|11:00 reading 0|18:00 gaming 0",
    "tomasz": "15:30 tidying +|17:00 rest +|08:00 cooking -|13:30 sleep -|19:00 media -|04:30 meal 0|20:15 rest 0",
    "walter": "10:30 craft +|16:05 pause +|08:30 gaming -|13:30 sleep -|17:10 call -|19:00 media 0|14:00 rest 0"
    "|21:00 rest 0",
    "yusuf": "14:30 garden +|16:00 gaming +|12:35 meal 0|18:10 meal -|22:00 errand -|07:00 rest 0|19:00 rest 0",
    "zoe": "12:20 meal +|10:30 pause +|20:00 craft +|10:00 study -|08:40 rest -|15:00 study 0|23:30 rest 0"
    "|14:30 craft 0",
}

SOMEBODY = {
    "name": "Kim Roe",
    "lifestyle": "Kim Roe typically 1) Gets up at 7:00am. 2) Sleeps at 11:00pm.",
    "daily_plan_req": "1) Yoga at 7:15am for 30 minutes. 2) Lab from 9:00am to 1:00pm. 3) Lunch at 1:15pm. "
    "4) Cello practice from 4:00pm to 5:30pm. 5) Walk the dog at 6:00pm for 40 minutes. 6) Dinner at 7:15pm. "
    "7) Evening news at 9:00pm for half an hour.",
}


def mark_of(found: Timing, day: str, minute: float, kind: str) -> str:
    def holds(span: Stretch) -> bool:
        return day in span.days and any(span.start <= at < span.end for at in (minute, minute + 1440))

    if kind in (*timing.ALWAYS_BLOCKED, *found.blocked_kinds) or any(map(holds, found.blocked)):
        return "-"
    weight = sum(w for span, w in found.windows if holds(span)) + found.kinds.get(kind, 0.0)
    return "+" if weight >= 1 else "v" if weight + found.pause_weight > 0 else "0"


ALLOWED = {"+": {"+"}, "v": {"+", "v"}, "0": {"0", "v", "-"}, "-": {"-"}}


def failures(found: Timing, probes: str) -> list[str]:
    wrong = []
    for probe in probes.split("|"):
        *day, clock, kind, mark = probe.split()
        minute = int(clock[:2]) * 60 + int(clock[3:])
        got = mark_of(found, day[0] if day else "mon", minute, kind)
        if got not in ALLOWED[mark]:
            wrong.append(f"{probe} is {got}")
    return wrong


@cache
def tone() -> Tone:
    return Tone.of("timing", default_embedder(Paths.from_environment().cache))


def read(source: Source, text: str, frequency: str = "") -> tuple[Timing, Notes]:
    notes = Notes()
    times = day_times.read_times(source, day_times.read_frames(source, notes), notes)
    notes = Notes()
    plan = landmarks.read(source, times)
    return timing.read(text, frequency, times, notes, tone(), plan), notes


@pytest.mark.parametrize("name", EXPECTED)
def test_a_person(name: str) -> None:
    (source,) = propersim.read(PEOPLE / f"{name}.json")
    found, notes = read(source, source.criteria["timing"], source.criteria["frequency"])
    assert not failures(found, EXPECTED[name]), (found, notes.not_understood)


def test_sentences_in_other_words(tmp_path: Path) -> None:
    lines = (Path(__file__).parent / "timing_sentences.tsv").read_text(encoding="utf-8").splitlines()
    wrong, opened = [], []
    for line in lines[1:]:
        probes, _, text = line.partition("\t")
        path = tmp_path / "kim.json"
        path.write_text(json.dumps({**SOMEBODY, "criteria": {"Timing": text}}), encoding="utf-8")
        (source,) = propersim.read(path)
        found, notes = read(source, text)
        failed = failures(found, probes)
        wrong += [(text, failed, notes.not_understood)] if failed else []
        opened += [(text, probe) for probe in failed if probe.endswith("is +")]
    assert len(lines) > 150
    assert len(wrong) <= 0.1 * len(lines), wrong
    assert not opened, "a misreading made somebody receptive"


@pytest.mark.parametrize(
    ("text", "blocked"),
    [
        ("Once in the morning and twice in the evening.", []),
        ("No more than three times a day: once in the morning, once at night.", []),
        ("Four a day, and nothing after 9 in the evening.", ["21:00-04:00 all"]),
        ("Two in the afternoon at most.", []),
    ],
)
def test_how_often_says_nothing_on_when(text: str, blocked: list[str]) -> None:
    found = timing.read("", text, DayTimes(), Notes())
    assert not found.receptive_anywhere
    assert [timing.show(span) for span in found.blocked] == blocked


def test_words_refer_to_the_plan() -> None:
    plan = (
        Landmark(frozenset({"swim"}), 720, 765, "exercise"),
        Landmark(frozenset({"film"}), 1230, 1320, "media"),
        Landmark(frozenset({"knit"}), 1170, 1260, "craft"),
    )
    for text, window in (
        ("After the swim is good.", "12:45-13:45 all"),
        ("Half an hour after the swim is good.", "12:45-13:15 all"),
        ("Before the film starts is best.", "19:30-20:30 all"),
        ("From the swim until I put my knitting away is best.", "12:00-21:00 all"),
        ("Between the swim and the film is best.", "12:45-20:30 all"),
    ):
        found = timing.read(text, "", DayTimes(), Notes(), None, plan)
        assert [timing.show(span) for span, _ in found.windows] == [window], text
    found = timing.read("Never after the film.", "", DayTimes(), Notes(), None, plan)
    assert [timing.show(span) for span in found.blocked] == ["22:00-04:00 all"]


def test_the_examples_are_many_and_each_is_known_once() -> None:
    labels, texts = examples("timing")
    assert len(texts) >= 500 and len({text.lower() for text in texts}) == len(texts)
    assert all(labels.count(label) >= 100 for label in LABELS)
