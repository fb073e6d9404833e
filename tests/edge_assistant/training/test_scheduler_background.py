"""Training in the background of a running assistant: only with work, only when away, shown as a screen wants it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from edge_assistant.composer.prompts import sentence_prompt
from edge_assistant.domain import Style
from edge_assistant.paths import Paths
from edge_assistant.service.background_training import BackgroundTrainer
from edge_assistant.settings import ModelSettings, Settings, SourceSettings, TrainingSettings
from edge_assistant.storage.store import Store
from edge_assistant.training.jobs.idle import SlowSource
from edge_assistant.training.pairs.buffer import PairBuffer
from edge_assistant.training.pairs.pair import Pair
from edge_assistant.training.versions.registry import AdapterRegistry


def fill(paths: Paths, count: int) -> None:
    with Store.open(paths.store) as store:
        for number in range(count):
            prompt = sentence_prompt(f"boil {number} eggs", "making lunch", Style())
            texts = (prompt.system, prompt.user, "Perhaps boil eggs.", "Boil eggs!")
            PairBuffer(store).add([Pair(*texts, "rated", {}, "2026-03-02T10:00:00")])


def wait_for(trainer: BackgroundTrainer, *details: str) -> str:
    deadline = time.monotonic() + 60
    while not any(detail in trainer.view().detail for detail in details):
        assert time.monotonic() < deadline, trainer.view()
        time.sleep(0.02)
    return trainer.view().detail


def test_without_pairs_there_is_nothing_to_do() -> None:
    trainer = BackgroundTrainer(Paths.from_environment(), Settings(), sources=[lambda: 9999.0])
    trainer.start()
    wait_for(trainer, "nothing new to learn")
    assert trainer.view().state == "waiting"
    trainer.close()
    assert trainer.view().state == "off"


def test_with_pairs_it_waits_for_the_person_to_leave() -> None:
    paths = Paths.from_environment()
    fill(paths, 60)
    trainer = BackgroundTrainer(paths, Settings(), sources=[lambda: 3.0])
    trainer.start()
    wait_for(trainer, "you are here")
    trainer.pause()
    wait_for(trainer, "paused by you")
    assert trainer.view().state == "paused"
    trainer.close()
    assert AdapterRegistry(paths.adapters).versions("me") == []


def test_switched_off_it_does_not_even_look() -> None:
    looks = []
    settings = Settings(training=TrainingSettings(on=False))
    trainer = BackgroundTrainer(Paths.from_environment(), settings, sources=[lambda: looks.append(1)])
    trainer.start()
    time.sleep(0.2)
    assert trainer.view().state == "off" and not looks
    trainer.close()


def test_limits_and_sources_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    from edge_assistant.service import background_training as background

    monkeypatch.setattr(background, "system_sources", lambda: ("system",))
    assert background.sources_of(Settings(sources=SourceSettings(activitywatch=False))) == ("system",)  # type: ignore[comparison-overlap]
    system, watch = background.sources_of(Settings(sources=SourceSettings(activitywatch=True)))
    assert str(system) == "system" and isinstance(watch, SlowSource)
    training = TrainingSettings(away_minutes=2, least_charge=0.6, free_memory_mb=900, hottest=70, threads=3)
    trainer = BackgroundTrainer(Paths.from_environment(), Settings(training=training), sources=[])
    assert trainer.limits == training and trainer.order.threads == 3


def test_a_slow_source_is_never_waited_for() -> None:
    now, let, asked = [0.0], threading.Event(), []

    def slow() -> float:
        asked.append(now[0])
        let.wait(10)
        return 40.0

    source = SlowSource(slow, every=5.0, clock=lambda: now[0])
    assert source() is None and source() is None and asked == [0.0]
    let.set()
    source._asking.join()
    now[0] = 2.0
    assert source() == 42.0 and asked == [0.0]
    now[0] = 5.0
    source()
    source._asking.join()
    assert asked == [0.0, 5.0]
    now[0] = 100.0
    assert source() is None  # too old, and asked again


def test_a_source_that_fails_knows_nothing() -> None:
    def broken() -> float:
        raise OSError

    source = SlowSource(broken)
    source()
    source._asking.join()
    assert source() is None


@pytest.mark.study
@pytest.mark.timeout(1800)
def test_who_is_away_finds_a_new_version(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edge_assistant.training.jobs.idle.MOST_LOAD", 1e9)
    paths = Paths.from_environment()
    fill(paths, 60)
    settings = Settings(model=ModelSettings(path=str(tiny_model)), training=TrainingSettings(free_memory_mb=500))
    trainer = BackgroundTrainer(paths, settings, sources=[lambda: 9999.0])
    trainer.start()
    deadline = time.monotonic() + 1200
    while not AdapterRegistry(paths.adapters).versions("me"):
        assert (time.monotonic() < deadline and trainer.view().detail == "") or trainer.view().state != "waiting"
        time.sleep(0.2)
    wait_for(trainer, "nothing new to learn")
    trainer.close()
