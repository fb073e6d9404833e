"""Assistants and judges of other packages: named as module:Class, in worker processes too, and listed by the help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from edge_assistant.errors import UsageError
from simulator.judges.judge import JUDGES
from simulator.policies.registry import POLICIES
from simulator.runs import events
from simulator.world.feedback import FEEDBACK_MODES, FeedbackChannel, feedback_names

MODULE = '''
from dataclasses import replace
from simulator.policies.policies import Proposal, Silent

class Noon(Silent):
    """Says the first idea once a day, at tick 100."""

    def __init__(self, setting):
        super().__init__(setting.style)

    def decide(self, tick, context):
        return Proposal(0, self.style) if tick == 100 else None

class Strict:
    """Finds nothing well timed."""

    def __init__(self, model):
        self.model = model

    def rate_spoken(self, agent, tick, idea, suggestion, exact):
        return replace(exact, timing=0)
'''


def test_an_assistant_and_a_judge_of_another_package_live_in_spawned_workers(
    command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "of_others.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    call = ("simulate", "--personas", "p01,p02", "--days", 1, "--language", "templates", "--workers", 2)
    ended = command(
        *call, "--assistant", "of_others:Noon", "--judge", "of_others:Strict", "--out", tmp_path / "run", "--json"
    )
    assert ended.code == 0, ended.error
    summary = json.loads(ended.out.splitlines()[-1])
    assert (summary["assistant"], summary["judge"]) == ("of_others:Noon", "of_others:Strict")
    with events.read(tmp_path / "run" / "events.sqlite") as log:
        for persona in ("p01", "p02"):
            unasked = [event for event in log.suggestions(persona) if not event["requested"]]
            assert [event["tick"] for event in unasked] == [100]
            assert all(event["judged"][1] == 0 for event in unasked)
    missing = command(*call, "--assistant", "of_others:Nobody", "--out", tmp_path / "none")
    assert missing.code == UsageError.exit_code
    assert "Nobody" in missing.error
    assert not (tmp_path / "none").exists()


def test_help_names_every_choice_with_its_summary(command) -> None:
    page = command("simulate", "--help").out
    listed = {line.split("  ")[1]: line for line in page.splitlines() if line.startswith("  ") and line.strip()}
    for registry in (POLICIES, JUDGES):
        for name, summary in registry.describe().items():
            assert summary in listed[name.strip()]
    for name, summary in zip(feedback_names(), FEEDBACK_MODES.describe().values(), strict=True):
        assert summary in listed[name]


@pytest.mark.parametrize("mode", ["reasons", "noisy:0.3", "sparse:1", "total"])
def test_settings_and_command_accept_the_same_feedback(mode: str) -> None:
    from edge_assistant.config import load_settings

    FeedbackChannel.of(mode)
    assert load_settings({"simulation": {"feedback": mode}}).simulation.feedback == mode


@pytest.mark.parametrize("mode", ["noisy:2", "sparse:", "noisy:x", "noisy:-1"])
def test_settings_and_command_refuse_the_same_shares(mode: str) -> None:
    from edge_assistant.config import load_settings
    from edge_assistant.errors import ConfigError

    with pytest.raises(UsageError):
        FeedbackChannel.of(mode)
    with pytest.raises(ConfigError):
        load_settings({"simulation": {"feedback": mode}})
