"""The day table: the figures of the summary, in 80 columns, with a dash for what a day does not have."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from simulator.report import day_table
from simulator.report.reading import at_end, fixed


def day_table_text(summary) -> str:
    out = StringIO()
    console = Console(file=out, width=100, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(day_table(summary))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip("\n") + "\n"


def cells(text: str, label: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.split()[:1] == [label]]
    return line.split()


def test_a_row_holds_the_figures_of_its_day(make_run):
    _, summary = make_run()
    row = cells(day_table_text(summary), "2")
    day = summary["overall"]["by_day"][1]
    low, high = day["skill_ci"]
    dimensions = "/".join(f"{100 * day[name]:.0f}" for name in ("preference", "timing", "frequency", "communication"))
    assert row == [
        "2",
        fixed(day["skill"]),
        f"[{fixed(low)},{fixed(high)}]",
        f"{day['needs']:.1f}",
        f"{day['welcome']:.1f}",
        f"{day['false_alarms']:.1f}",
        f"{day['satisfaction']:.2f}/3.10/3.90",
        f"{day['suggestions_per_hour']:.2f}",
        f"{100 * day['success_rate']:.0f}",
        dimensions,
    ]


def test_the_last_row_is_the_mean_of_the_last_three_days(make_run):
    _, summary = make_run(days=5)
    skills = [[day["skill"] for day in persona["days"][2:]] for persona in summary["personas"]]
    expected = sum(sum(values) / 3 for values in skills) / len(skills)
    assert at_end(summary, "skill").mean == pytest.approx(expected)
    text = day_table_text(summary)
    assert cells(text, "end")[1] == fixed(expected)
    assert "days 3 to 5" in text


def test_it_fits_a_terminal_of_80_columns(make_run):
    _, summary = make_run(people=3, days=14)
    for day in summary["overall"]["by_day"]:
        day |= {"skill": -9.99, "skill_ci": [-9.99, -8.88], "success_rate": 1.0}
        day |= dict.fromkeys(("preference", "timing", "frequency", "communication"), 1.0)
    assert max(len(line) for line in day_table_text(summary).splitlines()) <= 80


def test_one_persona_has_no_interval_and_one_day_no_last_row(make_run):
    _, summary = make_run(people=1, days=1)
    text = day_table_text(summary)
    assert cells(text, "1")[2] == "–"
    assert "end" not in text.split()
    assert day_table(summary).row_count == 1


def test_days_without_values_show_dashes(make_run):
    _, summary = make_run(said=0, needs=0)
    row = cells(day_table_text(summary), "1")
    assert row[1] == "–"
    assert row[-1] == "–/–/–/–"
    assert "without needs" in day_table_text(summary)


@pytest.mark.parametrize(("value", "text"), [(-0.001, "0.00"), (None, "–"), (-0.5, "-0.50"), (3, "3.00")])
def test_numbers_in_words(value, text):
    assert fixed(value) == text
