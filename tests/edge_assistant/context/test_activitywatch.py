"""A real ActivityWatch server, fed by the real client."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.context.hub import Hub
from edge_assistant.context.source import SourceError, StaleError
from edge_assistant.context.sources.activitywatch import ActivityWatchSource
from tests.edge_assistant.context.activitywatch_servers import FOLDERS, NOW, feed, observe, window


def test_an_empty_server_has_nothing_to_tell(server: int, watch: Any) -> None:
    with pytest.raises(StaleError, match="no watcher tells it anything"):
        observe(server)


def test_the_window_in_front_becomes_an_activity_and_its_title_stays_there(server: int, watch: Any) -> None:
    feed(watch, "window", (40, 40, window("Code", "secret-project.py")))
    told = observe(server)
    assert (told.activity, told.kind, told.app) == ("writing code in an editor", "deep_work", "code")
    assert told.since == NOW - timedelta(minutes=40)
    assert told.confidence == 0.8
    assert "secret" not in repr(told)


def test_full_titles_are_kept_only_when_asked_for(server: int, watch: Any) -> None:
    feed(watch, "window", (5, 5, window("firefox", "Inbox (1) - Gmail")))
    assert observe(server).title == ""
    told = observe(server, full_titles=True)
    assert told.title == "Inbox (1) - Gmail" and told.kind == "mail"
    assert told.activity == "reading and answering email"


def test_a_glance_does_not_end_an_activity_and_a_change_does(server: int, watch: Any) -> None:
    feed(
        watch,
        "window",
        (60, 20, window("firefox", "a page")),
        (40, 20, window("Code", "a.py")),
        (20, 1, window("firefox", "Wikipedia")),
        (19, 10, window("Code", "b.py")),
        (9, 1, window("Slack", "general")),
        (8, 7.5, window("Code", "c.py")),
        (0.5, 0.5, window("Slack", "general")),
    )
    told = observe(server)
    assert told.activity == "writing code in an editor"
    assert told.since == NOW - timedelta(minutes=40)


def test_heartbeats_as_a_watcher_sends_them(server: int, watch: Any) -> None:
    from aw_core.models import Event

    now = datetime.now(UTC)
    feed(watch, "window", now=now)
    bucket = f"aw-watcher-window_{socket.gethostname()}"
    for second in range(-120, 1, 10):
        event = Event(timestamp=now + timedelta(seconds=second), data=window("mpv", "film.mkv"))
        watch.heartbeat(bucket, event, pulsetime=11)
    told = observe(server, now)
    assert told.kind == "media"
    assert abs(told.since - (now - timedelta(seconds=120))) < timedelta(seconds=1)


def test_nobody_there_means_away_except_for_what_is_only_watched(server: int, watch: Any) -> None:
    feed(watch, "afk", (60, 50, {"status": "not-afk"}), (10, 10, {"status": "afk"}))
    assert observe(server).presence == "away"
    feed(watch, "window", (60, 60, window("Code", "a.py")))
    told = observe(server)
    assert (told.presence, told.idle_seconds) == ("away", 600.0)
    assert Hub([ActivityWatchSource("127.0.0.1", server)]).context(NOW).observation.activity == ""
    watch.delete_bucket(f"aw-watcher-window_{socket.gethostname()}", force=True)
    feed(watch, "window", (60, 60, window("vlc", "film")))
    told = observe(server)
    assert told.kind == "media" and told.confidence < 0.6 and told.idle_seconds == 600.0


def test_a_film_of_many_hours_without_a_key_is_an_empty_chair(server: int, watch: Any) -> None:
    feed(watch, "window", (170, 170, window("vlc", "film")))
    feed(watch, "afk", (150, 150, {"status": "afk"}))
    assert observe(server).presence == "away"


def test_somebody_there_is_a_sign_of_life(server: int, watch: Any) -> None:
    feed(watch, "afk", (30, 29.5, {"status": "not-afk"}))
    assert observe(server).idle_seconds == pytest.approx(30.0)


def test_watchers_that_stopped_tell_nothing(server: int, watch: Any) -> None:
    feed(watch, "window", (90, 60, window("Code", "a.py")))
    feed(watch, "afk", (90, 60, {"status": "not-afk"}))
    with pytest.raises(StaleError, match=r"has told it nothing since 13:30; start that watcher again"):
        observe(server)


def test_this_machine_is_preferred_to_another_whose_data_were_imported(server: int, watch: Any) -> None:
    feed(watch, "window", (30, 30, window("vlc")), host="zzz-other")
    assert observe(server).kind == "media"
    feed(watch, "window", (30, 30, window("Code")))
    assert observe(server).kind == "deep_work"


def test_the_assistants_own_window_hides_nothing(server: int, watch: Any) -> None:
    feed(watch, "window", (30, 29, window("Code")), (1, 1, window("kitty", "edge-assistant")))
    assert observe(server).activity == "writing code in an editor"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Europe/Berlin"])
def test_times_are_told_in_the_form_of_the_question(
    server: int, watch: Any, system_zone: Callable[[str], None], zone: str
) -> None:
    system_zone(zone)
    feed(watch, "window", (30, 30, window("Code")))
    naive = NOW.astimezone().replace(tzinfo=None)
    told = observe(server, naive)
    assert told.since == naive - timedelta(minutes=30)
    assert observe(server, NOW).since == NOW - timedelta(minutes=30)


def test_events_from_the_future_are_not_believed(server: int, watch: Any) -> None:
    feed(watch, "window", (-120, 30, window("vlc")), (-5, 1, window("vlc")))
    with pytest.raises(SourceError, match="check the clock"):
        observe(server)
    feed(watch, "window", (30, 30, window("Code")))
    told = observe(server)
    assert told.kind == "deep_work" and "future" in told.left_out[0]


def test_through_the_hub_it_beats_the_calendar_and_yields_to_the_person(server: int, watch: Any) -> None:
    from edge_assistant.context.sources.typed import TypedSource

    feed(watch, "window", (30, 30, window("Code")))
    typed = TypedSource(half_life_minutes=60)
    hub = Hub([typed, ActivityWatchSource("localhost", server)])
    assert hub.context(NOW).observation.source == "activitywatch"
    typed.tell("tuning the piano", NOW)
    reading = hub.context(NOW)
    assert reading.observation.activity == "tuning the piano" and reading.observation.app == ""
    assert [state.state for state in reading.states] == ["ok", "ok"]


def test_reading_writes_no_file_of_aw_client(server: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / "elsewhere" / name))
    with pytest.raises(StaleError):
        observe(server)
    assert not list((tmp_path / "elsewhere").rglob("*aw-client*"))
