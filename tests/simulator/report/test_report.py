"""The report of a run: complete, self-contained, and made from whatever there is."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from edge_assistant.errors import StoreError
from simulator.report import write_report

VOID = {"meta", "br", "link", "img", "input", "hr"}


class _Checker(HTMLParser):
    """Collects unbalanced tags, ids and text."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def read_page(path: Path) -> tuple[str, _Checker]:
    text = path.read_text(encoding="utf-8")
    checker = _Checker()
    checker.feed(text)
    assert not checker.wrong
    assert not checker.open
    return text, checker


def test_writes_the_page_first_and_a_png_a_figure(written):
    files, _ = written
    assert files[0].name == "report.html"
    names = {path.name for path in files[1:]}
    assert names >= {
        "skill.png",
        "satisfaction.png",
        "suggestions.png",
        "dimensions.png",
        "timeline.png",
    }
    for path in files[1:]:
        assert path.read_bytes().startswith(b"\x89PNG")
    assert not list(files[0].parent.glob("*.partial"))


def test_page_refers_to_nothing_outside_itself(written):
    files, _ = written
    text, checker = read_page(files[0])
    assert "http" not in text
    assert not re.search(r"<(script|link|iframe|object)\b|@import|url\(|src=\"(?!data:image/png;base64,)", text)
    assert len(checker.ids) == len(set(checker.ids))
    for target in re.findall(r'aria-labelledby="([^"]+)"', text):
        assert target in checker.ids
    for name in set(re.findall(r"var\(--([\w-]+)\)", text)):
        assert f"--{name}:" in text, name


def test_every_figure_says_in_words_what_it_shows(written):
    files, summary = written
    text, _ = read_page(files[0])
    labels = re.findall(r'<img [^>]*alt="([^"]+)"', text)
    assert len(labels) == text.count("<img") == 5
    value = summary["overall"]["by_day"][0]["skill"]
    assert f"{value:.2f} on day 1" in labels[0]


def test_what_was_said_is_shown_as_text_and_never_as_markup(make_run, unpainted):
    out, summary = make_run()
    summary["assistant"] = "<script>alert(1)</script>"
    text, checker = read_page(write_report(out, summary)[0])
    assert "<script" not in text
    assert "<b>two</b>" not in text
    assert "Boil <b>two</b> eggs & keep one?" in checker.words


def test_same_run_gives_the_same_files(make_run):
    out, summary = make_run(people=1, days=1)
    before = [path.read_bytes() for path in write_report(out, summary)]
    assert [path.read_bytes() for path in write_report(out, summary)] == before


@pytest.mark.parametrize(("people", "days"), [(1, 1), (1, 3), (3, 1)])
def test_small_runs(make_run, unpainted, people, days):
    out, summary = make_run(people=people, days=days)
    _, checker = read_page(write_report(out, summary)[0])
    assert ("bootstrap 95 %" in " ".join(checker.words)) == (people > 1)


def test_a_silent_run_has_no_shares_and_says_that_nothing_was_said(make_run, unpainted):
    out, summary = make_run(said=0)
    summary["assistant"] = "silent"
    assert summary["overall"]["by_day"][0]["success_rate"] is None
    _, checker = read_page(write_report(out, summary)[0])
    words = " ".join(checker.words)
    assert "Nothing was said on this day." in words
    assert "nan" not in words.lower().split()


def test_days_without_needs_have_no_skill_but_are_listed(make_run, unpainted):
    out, summary = make_run(needs=0)
    assert summary["overall"]["by_day"][0]["skill"] is None
    _, checker = read_page(write_report(out, summary)[0])
    words = " ".join(checker.words)
    assert "nobody needed a suggestion" in words
    assert "without needs, left out of skill: 6, with" in words


def test_damaged_events_are_an_error_of_one_line(make_run, unpainted):
    out, summary = make_run()
    (out / "events.sqlite").write_bytes(b"not a database" * 100)
    for rest in out.glob("events.sqlite-*"):
        rest.unlink()
    with pytest.raises(StoreError, match=r"events\.sqlite"):
        write_report(out, summary)


def test_a_folder_that_refuses_is_an_error_of_one_line(make_run, unpainted):
    out, summary = make_run(people=1, days=1)
    (out / "report.html").mkdir()
    with pytest.raises(StoreError, match=r"report\.html"):
        write_report(out, summary)
    assert not list(out.glob("*.partial"))


def test_the_knower_is_drawn_where_it_is_given(make_run, unpainted, written):
    assert "knower: " not in written[0][0].read_text(encoding="utf-8")
    out, summary = make_run()
    for persona in summary["personas"]:
        for day in persona["days"]:
            day["knower"] = 0.75
    for row in summary["overall"]["by_day"]:
        row["knower"] = 0.75
    text, _ = read_page(write_report(out, summary)[0])
    assert "knower: 0.75 on day 1" in text
    assert "(the knower) reached 0.75" in text


def test_a_whole_cast_for_two_weeks_stays_small(make_run):
    out, summary = make_run(people=2, days=14)
    first = summary["personas"][0]["days"]
    summary["personas"] = [{"id": f"p{number:02d}", "days": first} for number in range(1, 33)]
    assert write_report(out, summary)[0].stat().st_size < 3_000_000


def test_matplotlib_and_jinja_are_loaded_only_to_write():
    code = "import sys, simulator.report; print([n for n in ('matplotlib', 'jinja2', 'rich') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
