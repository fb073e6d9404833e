"""The packaged ideas are many, varied and well formed; the validator names what is wrong with a file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from edge_assistant.commands.ideas import _print_table, app
from edge_assistant.domain import ACTIVITY_CLASSES, ATTRIBUTES, NATURES, PLACES, SENSITIVE_TOPICS
from edge_assistant.errors import DataError, UsageError
from edge_assistant.ranker.idea_files import REFUSED_FIRST_WORDS, duplicate_problems, text_problems
from edge_assistant.ranker.ideas import (
    CATEGORIES,
    CATEGORY_NAMES,
    KnowledgeBase,
    load,
    load_packaged,
    load_with_own,
    packaged_files,
    validate_file,
)

COMPUTER_KINDS = {"deep_work", "routine_work", "mail", "meeting", "browsing", "media", "gaming", "study"}

VERBS_LIKE_PARTICIPLES = {"bleed", "bring", "fly", "question", "feed", "ring", "sing", "string", "swing", "weed"}

SOUND = """
[[idea]]
id = "wind-the-barometer"
text = "tap the barometer and set its second hand"
category = "outdoors"
effort = 0.1
minutes = 2
social = 0
novelty = 0.6
stimulation = 0.1
cost = 0.0
health = 0.1
kinds = ["rest", "pause"]
topics = ["age"]
"""


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load_packaged()


def write(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_there_are_enough_ideas_in_enough_categories(base: KnowledgeBase) -> None:
    counts: defaultdict[str, int] = defaultdict(int)
    for idea in base.ideas:
        counts[idea.category] += 1
    assert len(base) >= 1500
    assert len(CATEGORIES) >= 24
    assert set(counts) == set(CATEGORIES)
    assert min(counts.values()) >= 40
    assert all(name == name.lower() and description for name, description in CATEGORIES.items())


def test_many_ideas_fit_life_at_a_computer(base: KnowledgeBase) -> None:
    mostly_there = [idea for idea in base.ideas if 2 * len(COMPUTER_KINDS & set(idea.kinds)) > len(idea.kinds)]
    assert len(mostly_there) >= 80
    for kind in COMPUTER_KINDS:
        assert sum(kind in idea.kinds for idea in base.ideas) >= 20, kind


def test_every_kind_of_waking_life_has_ideas(base: KnowledgeBase) -> None:
    for kind in set(ACTIVITY_CLASSES) - {"sleep", "unknown"}:
        assert sum(kind in idea.kinds for idea in base.ideas) >= 12, kind
    assert all(2 <= len(idea.kinds) <= 6 for idea in base.ideas)


def test_every_sensitive_topic_is_touched_and_most_ideas_touch_none(base: KnowledgeBase) -> None:
    assert {topic for idea in base.ideas for topic in idea.topics} == set(SENSITIVE_TOPICS)
    assert sum(not idea.topics for idea in base.ideas) > len(base) / 2


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attributes_vary_within_and_between_categories(base: KnowledgeBase, name: str) -> None:
    values: defaultdict[str, list[float]] = defaultdict(list)
    for idea in base.ideas:
        values[idea.category].append(getattr(idea, name))
    constant = [category for category, members in values.items() if max(members) == min(members)]
    assert len(constant) <= len(values) / 4, constant
    everything = [value for members in values.values() for value in members]
    if name == "minutes":
        assert min(everything) <= 1 and 100 <= max(everything) <= 240
    else:
        assert min(everything) <= 0.05 and max(everything) >= 0.75


def test_texts_are_bare_imperatives(base: KnowledgeBase) -> None:
    for idea in base.ideas:
        assert text_problems(idea.text) == [], idea.id
        assert 3 <= len(idea.text.split()) <= 20, idea.id
        first = idea.text.split()[0]
        assert first not in REFUSED_FIRST_WORDS, idea.id
        assert first in VERBS_LIKE_PARTICIPLES or not first.endswith(("ing", "ed", "ly", "tion")), idea.id
        assert "  " not in idea.text and "’" not in idea.text, idea.id


def test_ids_and_texts_differ(base: KnowledgeBase) -> None:
    assert len(base.by_id) == len(base)
    assert duplicate_problems(base.ideas) == []


def test_packaged_files_pass_their_own_validator() -> None:
    assert len(packaged_files()) >= 4
    for path in packaged_files():
        assert validate_file(path) == []


def test_arrays_follow_the_ideas(base: KnowledgeBase) -> None:
    assert base.attributes.shape == (len(base), len(ATTRIBUTES))
    np.testing.assert_allclose(base.attributes.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(base.attributes.std(axis=0), 1, atol=1e-9)
    raw = base.attributes * base.deviations + base.means
    for position in (0, len(base) // 2, len(base) - 1):
        idea = base.ideas[position]
        assert base.index(idea.id) == position
        assert CATEGORY_NAMES[base.category_index[position]] == idea.category
        assert {
            kind for kind, suits in zip(ACTIVITY_CLASSES, base.kinds_matrix[position], strict=True) if suits
        } == set(idea.kinds)
        assert np.exp(raw[position, ATTRIBUTES.index("minutes")]) == pytest.approx(idea.minutes)
        assert raw[position, ATTRIBUTES.index("health")] == pytest.approx(idea.health)


def test_arrays_are_read_only(base: KnowledgeBase) -> None:
    for array in (base.attributes, base.category_index, base.kinds_matrix):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]


FULL = (
    SOUND
    + """hours = [22, 2.5]
season = ["winter"]
daylight = false
place = "home"
nature = "habit"
say = ["Tap the barometer before bed.", "Would the barometer like a tap?"]
"""
)


def test_a_file_may_say_when_an_idea_fits_and_how_to_say_it(tmp_path: Path) -> None:
    path = write(tmp_path, FULL)
    assert validate_file(path) == []
    idea = load([path]).ideas[-1]
    when = (idea.hours, idea.season, idea.daylight, idea.place, idea.nature)
    assert when == ((22, 2.5), ("winter",), False, "home", "habit")
    assert idea.say == ("Tap the barometer before bed.", "Would the barometer like a tap?")
    plain = KnowledgeBase([replace(idea, say=())])
    assert plain.sha256 != KnowledgeBase([idea]).sha256 != KnowledgeBase([replace(idea, hours=())]).sha256


def test_an_idea_refuses_values_that_do_not_exist(base: KnowledgeBase) -> None:
    for changes in ({"hours": (1.0,)}, {"hours": (1.0, 30.0)}, {"place": "moon"}, {"nature": "x"}, {"season": ("x",)}):
        with pytest.raises(ValueError, match=next(iter(changes))):
            replace(base.ideas[0], **changes)


def test_packaged_ideas_say_where_and_how_often(base: KnowledgeBase) -> None:
    assert all(idea.place in PLACES and idea.nature in NATURES for idea in base.ideas)
    for nature in NATURES:
        assert sum(idea.nature == nature for idea in base.ideas) >= 100, nature


def test_an_unknown_id_is_a_clear_error(base: KnowledgeBase) -> None:
    with pytest.raises(DataError, match="'no-such-idea' is unknown"):
        base.index("no-such-idea")


def test_hash_is_of_content_and_order(base: KnowledgeBase) -> None:
    assert KnowledgeBase(base.ideas).sha256 == base.sha256
    changed = (replace(base.ideas[0], effort=base.ideas[0].effort + 0.01), *base.ideas[1:])
    assert KnowledgeBase(changed).sha256 != base.sha256
    assert KnowledgeBase(base.ideas[::-1]).sha256 != base.sha256


def test_hash_is_the_same_in_another_process(base: KnowledgeBase) -> None:
    code = "from edge_assistant.ranker.ideas import load_packaged; print(load_packaged().sha256)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == base.sha256


def test_loading_is_cached() -> None:
    assert load_packaged() is load_packaged()
    assert load() is load_packaged()


OTHER = SOUND.replace("wind-the-barometer", "oil-the-gate").replace(
    "tap the barometer and set its second hand", "oil the squeaking hinges of every garden gate"
)
BAD_NEIGHBOURS = {
    "no number": SOUND.replace("effort = 0.1", 'effort = "low"'),
    "an unknown key": SOUND + "colour = 1\n",
    "a packaged id": None,
    "the same id": OTHER,
    "the same words": OTHER.replace("oil-the-gate", "oil-gates"),
}


@pytest.mark.parametrize("bad", BAD_NEIGHBOURS)
def test_a_bad_idea_costs_itself_alone_and_is_told(tmp_path: Path, base: KnowledgeBase, bad: str) -> None:
    neighbour = BAD_NEIGHBOURS[bad] or SOUND.replace("wind-the-barometer", base.ideas[3].id)
    more, problems = load_with_own(write(tmp_path, f"{OTHER}\n{neighbour}"))
    assert [idea.id for idea in more.ideas[len(base.ideas) :]] == ["oil-the-gate"]
    assert problems and all(problem.startswith(str(tmp_path)) for problem in problems)


def test_a_persons_file_is_added_on_the_same_scale(tmp_path: Path, base: KnowledgeBase) -> None:
    path = write(tmp_path, SOUND)
    assert validate_file(path) == []
    more = load([path])
    assert more.ideas[:-1] == base.ideas
    assert more.ideas[-1].text == "tap the barometer and set its second hand"
    np.testing.assert_array_equal(more.attributes[:-1], base.attributes)
    assert np.isfinite(more.attributes).all()
    assert more.sha256 != base.sha256
    path.write_text("# a remark does not matter\n" + SOUND, encoding="utf-8")
    assert load([path]).sha256 == more.sha256


def test_a_text_is_enough(tmp_path: Path, base: KnowledgeBase) -> None:
    texts = ("Boil some eggs for the picnic.", "ring up Aunt Agatha", "frobnicate the quux widget")
    path = write(tmp_path, "\n".join(f'[[idea]]\ntext = "{text}"' for text in texts) + "\nminutes = 7\n")
    assert validate_file(path) == []
    eggs, aunt, unheard = load([path]).ideas[-3:]
    assert (eggs.id, eggs.text) == ("boil-some-eggs-for-the-picnic", "boil some eggs for the picnic")
    assert eggs.category in ("cooking", "baking") and "cooking" in eggs.kinds and 5 <= eggs.minutes <= 60
    assert aunt.kinds and unheard.minutes == 7
    assert load([path]).ideas[-3] == eggs


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('id = "wind-the-barometer"', 'id = "Wind It"', "id is 'Wind It'"),
        ("effort = 0.1", "effort = 1.5", "effort is 1.5, expected a number from 0 to 1"),
        ("effort = 0.1", "effort = nan", "effort is nan"),
        ("effort = 0.1", "effort = true", "effort is True"),
        ("effort = 0.1", 'effort = "low"', "effort is 'low'"),
        ("minutes = 2", "minutes = 0.5", "minutes is 0.5, expected a number from 1 to 240"),
        ("topics =", "topic =", "unknown key 'topic'; did you mean 'topics'?"),
        ('"outdoors"', '"outdors"', "category is 'outdors'; did you mean 'outdoors'?"),
        ('"pause"', '"pausing"', "kinds has unknown 'pausing'; did you mean 'pause'?"),
        ('"pause"', '"rest"', "kinds names 'rest' twice"),
        ('["rest", "pause"]', "[]", "kinds is empty"),
        ('["rest", "pause"]', '"rest"', "kinds must be a list"),
        ('["rest", "pause"]', "[3, {}]", "kinds has unknown 3"),
        ('["age"]', '["ages"]', "topics has unknown 'ages'; did you mean 'age'?"),
        ("second hand", "second hand!", "text ends with '!'"),
        ("tap the", "try tapping the", "text starts with 'try'"),
        ("tap the barometer and set its second hand", "tap it", "text has 2 words"),
        ("tap the barometer", "tap  the barometer", "single spaces"),
        ('"tap the barometer and set its second hand"', "7", "text must be a sentence"),
        ("[[idea]]", "[idea]", "write [[idea]], with two brackets"),
        ("[[idea]]", "colour = 1\n[[idea]]", "unknown key 'colour' at the top"),
        ("[[idea]]", "[[idea]", "is not TOML"),
        ("cost = 0.0", "cost = 0.0\nhours = [8]", "hours is [8], expected two different hours from 0 to 24"),
        ("cost = 0.0", "cost = 0.0\nhours = [8, 8]", "hours is [8, 8], expected two different hours"),
        ("cost = 0.0", "cost = 0.0\nhours = [8, 25]", "hours is [8, 25]"),
        ("cost = 0.0", 'cost = 0.0\nseason = ["fall"]', "season has unknown 'fall'"),
        ("cost = 0.0", 'cost = 0.0\nseason = "winter"', "season must be a list"),
        ("cost = 0.0", 'cost = 0.0\ndaylight = "yes"', "daylight is 'yes', expected true or false"),
        ("cost = 0.0", 'cost = 0.0\nplace = "kitchn"', "place is 'kitchn'; did you mean 'kitchen'?"),
        ("cost = 0.0", 'cost = 0.0\nnature = "daily"', "nature is 'daily'; expected one of habit"),
        ("cost = 0.0", 'cost = 0.0\nsay = "Tap it."', "say must be a list of sentences"),
        (
            "cost = 0.0",
            'cost = 0.0\nneeds = ["dog or unicorn"]',
            "needs has unknown 'unicorn'; expected one of dog, cat",
        ),
        ("cost = 0.0", 'cost = 0.0\nsay = ["tap it"]', "say 1 is no whole sentence ('tap it')"),
        ("cost = 0.0", 'cost = 0.0\nsay = ["Tap  it."]', "say 1 must be one line"),
        ("cost = 0.0", 'cost = 0.0\nsay = ["Tap it.", "Tap it."]', "say has 'Tap it.' twice"),
        (SOUND, "", "holds no idea"),
        (SOUND, "idea = [1]", "idea 1: is not a table"),
        ("wind-the-barometer", "boil-two-eggs-tomorrow", "id is already taken"),
        (
            "tap the barometer and set its second hand",
            "boil two eggs for your lunch tomorrow",
            "text says nearly the same as 'boil-two-eggs-tomorrow'",
        ),
    ],
)
def test_each_fault_is_named_with_its_file(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in SOUND
    path = write(tmp_path, SOUND.replace(old, new, 1))
    problems = validate_file(path)
    assert any(problem in line for line in problems), problems
    assert all(line.startswith(f"{path}: ") for line in problems)
    with pytest.raises(DataError) as caught:
        load([path])
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    second = SOUND.replace("wind-the-barometer", "second").replace("effort = 0.1", "effort = 9")
    first = SOUND.replace("outdoors", "indoors").replace("cost = 0.0", "cost = -1")
    with pytest.raises(DataError) as caught:
        load([write(tmp_path, first + second)])
    for part in ("category is 'indoors'", "cost is -1", "idea 'second': effort is 9", "3 problems"):
        assert part in str(caught.value)


def test_repeats_within_a_file_are_found(tmp_path: Path) -> None:
    problems = validate_file(write(tmp_path, SOUND + SOUND))
    assert len(problems) == 1 and "id is already taken" in problems[0]
    other = SOUND.replace("wind-the-barometer", "other").replace("and set its", "then set the")
    problems = validate_file(write(tmp_path, SOUND + other))
    assert len(problems) == 1 and "nearly the same as 'wind-the-barometer'" in problems[0]


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, SOUND)
    with pytest.raises(DataError, match="already taken"):
        load([path, path])


def test_unreadable_files_are_named(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    assert validate_file(missing) == [f"{missing}: does not exist; check the path"]
    assert "is a folder" in validate_file(tmp_path)[0]
    latin = tmp_path / "latin.toml"
    latin.write_bytes(SOUND.replace("tap", "täp").encode("latin-1"))
    assert "is not UTF-8" in validate_file(latin)[0]
    deep = write(tmp_path, "idea = " + "[" * 50_000)
    assert "is not TOML" in validate_file(deep)[0]
    big = write(tmp_path, "#" * 5_000_000)
    assert "is larger than" in validate_file(big)[0]


def test_a_copy_of_a_packaged_file_clashes_with_the_package(tmp_path: Path) -> None:
    copy = tmp_path / packaged_files()[0].name
    shutil.copy(packaged_files()[0], copy)
    assert any("already taken" in problem for problem in validate_file(copy))


def test_no_ideas_or_an_id_twice_is_refused(base: KnowledgeBase) -> None:
    with pytest.raises(DataError, match="no ideas"):
        KnowledgeBase([])
    with pytest.raises(DataError, match=f"ids used twice: {base.ideas[0].id}"):
        KnowledgeBase([base.ideas[0], base.ideas[1], base.ideas[0]])


def test_list_filters_and_prints_json(base: KnowledgeBase) -> None:
    result = CliRunner().invoke(app, ["list", "--category", "plants", "--kind", "pause", "--json"])
    assert result.exit_code == 0
    listed = [idea["id"] for idea in json.loads(result.stdout)]
    assert listed == [idea.id for idea in base.ideas if idea.category == "plants" and "pause" in idea.kinds]
    assert listed


def test_list_gives_a_pipe_whole_lines(base: KnowledgeBase) -> None:
    result = CliRunner().invoke(app, ["list"])
    rows = [line.split("\t") for line in result.stdout.splitlines()]
    assert [(row[0], row[3]) for row in rows] == [(idea.id, idea.text) for idea in base.ideas]


def test_ids_are_whole_in_a_narrow_terminal(
    base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    _print_table(base.ideas)
    said = capsys.readouterr().out
    assert all(idea.id in said for idea in base.ideas)


@pytest.mark.parametrize("name", ["list", "show", "validate"])
def test_every_help_has_an_example(name: str) -> None:
    help_text = " ".join(CliRunner().invoke(app, [name, "--help"]).stdout.split())
    assert f"For example 'edge-assistant ideas {name}" in help_text


def test_list_refuses_an_unknown_category() -> None:
    result = CliRunner().invoke(app, ["list", "--category", "plantz"])
    assert isinstance(result.exception, UsageError)
    assert "did you mean 'plants'?" in str(result.exception)


def test_show_prints_one_idea_or_says_which_was_meant() -> None:
    result = CliRunner().invoke(app, ["show", "boil-two-eggs-tomorrow"])
    assert "boil two eggs for tomorrow's lunch" in result.stdout and "minutes      12" in result.stdout
    assert "hours        16 to 22" in result.stdout and "  Boil two eggs tonight" in result.stdout
    wrong = CliRunner().invoke(app, ["show", "boil-two-egs-tomorrow"])
    assert "did you mean 'boil-two-eggs-tomorrow'?" in str(wrong.exception)


def test_validate_reports_on_the_right_stream_with_the_right_code(tmp_path: Path) -> None:
    good = CliRunner().invoke(app, ["validate", str(write(tmp_path, SOUND))])
    assert good.exit_code == 0 and "no problems" in good.stdout
    path = write(tmp_path, SOUND.replace("effort = 0.1", "effort = 9"))
    bad = CliRunner().invoke(app, ["validate", str(path)])
    assert bad.exit_code == DataError.exit_code
    assert bad.stdout == "" and "effort is 9" in bad.stderr
    piped = CliRunner().invoke(app, ["validate", "--json", str(path)])
    assert piped.exit_code == DataError.exit_code
    assert len(json.loads(piped.stdout)["problems"]) == 1
