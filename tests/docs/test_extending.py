"""The examples of docs/extending.md, run as they stand there."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge_assistant.context.making import make_hub
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.own.store import OwnThings
from edge_assistant.paths import Paths
from edge_assistant.ranker.source import Wanted, gathered
from edge_assistant.settings import Settings, SourceSettings
from edge_assistant.storage.store import Store
from simulator.runs import events
from tests.docs.pages import ROOT, fenced
from tests.simulator.conftest import command, shop, warm

__all__ = ["command", "shop", "warm"]

LONGEST = 30
"""Lines of an example."""


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The modules of the page in a folder that can be imported from; their names."""
    names = []
    for text in fenced(ROOT / "docs" / "extending.md", "python"):
        name = text.partition("\n")[0].removeprefix("# ")
        assert len(text.splitlines()) <= LONGEST
        (tmp_path / name).write_text(text, encoding="utf-8")
        names.append(name.removesuffix(".py"))
    monkeypatch.syspath_prepend(tmp_path)
    yield names
    for name in names:
        sys.modules.pop(name, None)


def test_the_policy_and_the_judge_live_a_day(examples, command, tmp_path: Path) -> None:
    assert examples == ["my_policy", "my_judge", "my_source", "my_ideas"]
    ended = command(
        *("simulate", "--personas", "p01", "--days", 2, "--language", "templates", "--workers", 1, "--json"),
        *("--assistant", "my_policy:AfterMeals", "--judge", "my_judge:Evenings", "--out", tmp_path / "run"),
    )
    assert ended.code == 0, ended.error
    summary = json.loads(ended.out.splitlines()[-1])
    assert (summary["assistant"], summary["judge"]) == ("my_policy:AfterMeals", "my_judge:Evenings")
    with events.read(tmp_path / "run" / "events.sqlite") as log:
        said = [event for event in log.suggestions("p01") if not event["requested"]]
    assert len(said) >= 2
    late = [event for event in said if datetime.fromisoformat(event["time"]).hour >= 18]
    assert late
    assert all(event["judged"][1] == 1 for event in late if "judged" in event)
    assert any("judged" in event for event in late)


def test_the_source_tells_what_is_playing(examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = SourceSettings(
        plugins=("my_source:RecordPlayer",), activitywatch=False, idle=False, do_not_disturb=False, full_screen=False
    )
    now = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
    silent = make_hub(settings).context(now)
    assert silent.observation.activity != "listening to a record"
    assert next(state for state in silent.states if state.name == "my_source:RecordPlayer").state == "nothing"
    (tmp_path / "now-playing.txt").write_text("Bitches Brew, side B\n", encoding="utf-8")
    assert make_hub(settings).context(now).observation.activity == "listening to a record"


def test_the_cookbook_has_ideas(examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = Settings(sources=SourceSettings(suggestions=("my_ideas:Cookbook", "nobody:Nothing")))
    now = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
    own = OwnThings(Store.open(":memory:"))
    wanted = Wanted(settings, Paths.from_environment(), HashEmbedder(64), own, now)
    _, problems = gathered(wanted)
    assert len(problems) == 2
    assert "there is no cookbook" in problems[-1]
    (tmp_path / "cookbook.txt").write_text("bake bread with walnuts\n", encoding="utf-8")
    base, problems = gathered(wanted)
    assert (base.ideas[-1].text, base.ideas[-1].hours) == ("bake bread with walnuts", (10.0, 18.0))
    assert ["nobody" in problem for problem in problems] == [True]
