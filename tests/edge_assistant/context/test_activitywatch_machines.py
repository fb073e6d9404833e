"""ActivityWatch over hosts that were renamed, machines that share a server, keys, clocks, and watchers that died."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge_assistant.context.activitywatch_buckets import ClockSkew, pick
from edge_assistant.context.hub import Hub
from edge_assistant.context.source import SourceError, StaleError
from edge_assistant.context.sources.activitywatch import ActivityWatchSource
from tests.edge_assistant.context.activitywatch_servers import (
    NOW,
    Server,
    feed,
    observe,
    rust_server,
    saying,
    seen,
    window,
)

HERE = {"status": "not-afk"}
GONE = {"status": "afk"}
Pretend = Callable[..., Server]


def bucket(host: str | None, end: timedelta, watcher: str = "window", rust: bool = True, **more: Any) -> dict[str, Any]:
    types = {"window": "currentwindow", "afk": "afkstatus"}
    written = (NOW - end).isoformat()
    alive = {"last_updated": None, "metadata": {"end": written}} if rust else {"last_updated": written}
    return {"type": types[watcher], "hostname": host, **alive, **more}


DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

MACHINES = {
    "renamed by the router": ("atlas", {"atlas.local": 60 * DAY, "atlas.fritz.box": MINUTE}, "atlas.fritz.box"),
    "renamed to an older name again": ("atlas", {"atlas": MINUTE, "atlas.local": DAY}, "atlas"),
    "renamed altogether": ("atlas", {"old-name": 30 * DAY, "new-name": MINUTE}, "new-name"),
    "renamed, watchers not restarted": ("atlas", {"atlas": 20 * DAY, "kims-laptop": MINUTE}, "kims-laptop"),
    "two machines, ours": ("atlas", {"desktop": timedelta(0), "atlas": 2 * MINUTE}, "atlas"),
    "two machines, ours asleep since yesterday": ("atlas", {"desktop": timedelta(0), "atlas": DAY}, "atlas"),
    "two machines, neither ours": ("elsewhere", {"desktop": 3 * MINUTE, "atlas": MINUTE}, "atlas"),
    "in capitals": ("ATLAS", {"desktop": timedelta(0), "Atlas": MINUTE}, "Atlas"),
}


@pytest.mark.parametrize(("ours", "machines", "expected"), MACHINES.values(), ids=MACHINES.keys())
@pytest.mark.parametrize("rust", [True, False])
def test_the_machine_is_ours_or_else_the_liveliest(
    monkeypatch: pytest.MonkeyPatch, ours: str, machines: dict[str, timedelta], expected: str, rust: bool
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: ours)
    buckets = {f"aw-watcher-window_{host}": bucket(host, end, rust=rust) for host, end in machines.items()}
    buckets |= {f"aw-watcher-afk_{host}": bucket(host, end, "afk", rust) for host, end in machines.items()}
    assert pick(buckets, NOW) == {
        "currentwindow": f"aw-watcher-window_{expected}",
        "afkstatus": f"aw-watcher-afk_{expected}",
    }


def test_both_buckets_are_of_one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "atlas")
    buckets = {
        "aw-watcher-window_atlas": bucket("atlas", MINUTE),
        "aw-watcher-window_desktop": bucket("desktop", timedelta(0)),
        "aw-watcher-afk_desktop": bucket("desktop", timedelta(0), "afk"),
    }
    assert pick(buckets, NOW) == {"currentwindow": "aw-watcher-window_atlas"}


ODD = {
    "no host": bucket(None, MINUTE),
    "an unknown host": bucket("unknown", MINUTE),
    "a host of another sort": {**bucket("x", MINUTE), "hostname": 7},
    "no type": {**bucket("x", MINUTE), "type": ""},
    "times that are none": {**bucket("x", MINUTE), "metadata": {"end": "soon"}},
    "no metadata": {**bucket("x", MINUTE), "metadata": "none"},
    "times without a zone": {**bucket("x", MINUTE), "last_updated": "2026-11-24T13:59:00"},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_what_a_bucket_leaves_open_costs_nothing(odd: dict[str, Any]) -> None:
    assert pick({"aw-watcher-window_x": odd, "aw-watcher-web-firefox": {}}, NOW) == {
        "currentwindow": "aw-watcher-window_x"
    }


def test_a_real_server_with_an_old_and_a_new_name_of_this_host(server: int, watch: Any) -> None:
    name = socket.gethostname().partition(".")[0]
    feed(watch, "window", (170, 100, window("vlc")), host=f"{name}.local")
    feed(watch, "afk", (170, 100, GONE), host=f"{name}.local")
    feed(watch, "window", (30, 30, window("Code")), host=f"{name}.fritz.box")
    feed(watch, "afk", (30, 29, HERE), host=f"{name}.fritz.box")
    told = observe(server)
    assert (told.kind, told.presence) == ("deep_work", "here")


def test_a_server_in_rust(pretend: Pretend) -> None:
    now = datetime.now(UTC)
    events = {
        "window atlas.fritz.box": [seen(20, 19.9, app="Zoom", title=None)],
        "afk atlas.fritz.box": [seen(20, 19.5, **HERE)],
    }
    old = now - timedelta(days=60)
    buckets = [("window", "atlas.local", old), ("window", "atlas.fritz.box", now), ("afk", "atlas.fritz.box", now)]
    told = observe(pretend(rust_server(*buckets, events=events)).port, now)
    assert (told.activity, told.presence) == ("in a video meeting", "here")


@pytest.mark.parametrize("host", ["kim's mac", "lab #2", "50%", "what?", "büro"])
def test_a_host_of_any_name_is_asked_for_its_events(pretend: Pretend, host: str) -> None:
    now = datetime.now(UTC)
    events = {f"window {host}": [seen(20, 19.9, app="mpv", title="x") | {"bucket": host, "$category": ["Media"]}]}
    told = observe(pretend(rust_server(("window", host, now), events=events)).port, now)
    assert told.kind == "media" and told.left_out == ()  # and what a later server tells besides costs nothing


@pytest.mark.parametrize("title", [None, 7, [], {}, "\ud83d half a letter", "bell \x07 and zero \x00", ""])
@pytest.mark.parametrize("app", ["mpv", "mpv\udcff", "MPV.exe"])
def test_the_program_alone_must_do_and_no_title_hurts(pretend: Pretend, title: object, app: str) -> None:
    now = datetime.now(UTC)
    events = {"window atlas": [seen(20, 19.9, app=app, title=title)]}
    told = observe(pretend(rust_server(("window", "atlas", now), events=events)).port, now, full_titles=True)
    assert told.kind in ("media", "unknown") and told.app.startswith("mpv")
    told.title.encode()


# -- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_is_shown_where_one_is_asked_for(pretend: Pretend) -> None:
    now = datetime.now(UTC)
    events = {"window atlas": [seen(20, 19.9, app="mpv", title="film")]}
    server = pretend(rust_server(("window", "atlas", now), events=events, key="open sesame"))
    assert observe(server.port, now, key="open sesame").kind == "media"
    with pytest.raises(SourceError, match=r"asks for an API key \(status 401\).*sources\.activitywatch_key"):
        observe(server.port, now)
    with pytest.raises(SourceError, match=r"refuses the key in sources\.activitywatch_key"):
        observe(server.port, now, key="wrong")


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden"])
def test_a_refusal_is_not_told_as_a_wrong_port(pretend: Pretend, status: str) -> None:
    state = Hub([ActivityWatchSource("127.0.0.1", pretend(saying("{}", status)).port)]).context(NOW).states[0]
    assert state.state == "failed" and "key" in state.detail and "port" not in state.detail


# -- clocks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [-5400.0, -600.0, 400.0, 7200.0, 20_000.0])
def test_a_server_whose_clock_says_so_is_set_right(pretend: Pretend, ahead: float) -> None:
    now = datetime.now(UTC)
    theirs = now + timedelta(seconds=ahead)
    events = {
        "window atlas": [seen(20, 19.9, theirs, app="Code", title="")],
        "afk atlas": [seen(20, 19.5, theirs, **HERE)],
    }
    buckets = [("window", "atlas", theirs), ("afk", "atlas", theirs)]
    told = observe(pretend(rust_server(*buckets, events=events, ahead=ahead)).port, now)
    assert (told.kind, told.presence) == ("deep_work", "here")
    assert abs(told.since - (now - timedelta(minutes=20))) < timedelta(seconds=3)
    assert told.idle_seconds == pytest.approx(30, abs=3)
    assert len(told.left_out) == 1 and ("ahead of" if ahead > 0 else "behind") in told.left_out[0]


@pytest.mark.parametrize("ahead", [-3600, -240, 120, 3600])
def test_watchers_whose_clock_alone_is_wrong_are_found_by_their_heartbeat(ahead: float) -> None:
    skew, offset = ClockSkew(), timedelta(seconds=ahead)
    assert skew.measure(NOW + offset, NOW, timedelta(0)) == timedelta(0)
    later = NOW + timedelta(seconds=30)
    found = skew.measure(later + offset - timedelta(seconds=4), later, timedelta(0))
    assert abs(found - offset) <= timedelta(seconds=5)


@pytest.mark.parametrize(
    ("last", "passed"), [(timedelta(hours=-2), 0), (timedelta(hours=-2), 30), (timedelta(days=-9), 30)]
)
def test_a_watcher_that_stands_still_is_not_one_with_a_wrong_clock(last: timedelta, passed: float) -> None:
    skew = ClockSkew()
    for look in range(5):
        assert skew.measure(NOW + last, NOW + timedelta(seconds=passed * look), timedelta(0)) == timedelta(0)


# -- watchers that died -----------------------------------------------------------------------------------------------


def test_a_dead_watcher_is_told_with_its_name_and_its_last_word(server: int, watch: Any) -> None:
    feed(watch, "window", (60, 20, window("Code")))
    feed(watch, "afk", (60, 59.5, HERE))
    hub = Hub([ActivityWatchSource("127.0.0.1", server)])
    first = hub.context(NOW)
    assert first.observation.presence == "here" and first.observation.activity == ""
    (line,) = first.states[0].left_out
    assert line == "ActivityWatch runs, but test has told it nothing since 13:20; start that watcher again"
    assert first.news == (f"activitywatch: {line}",)
    assert hub.context(NOW + timedelta(seconds=60)).news == ()


def test_a_source_that_is_alive_but_stale_says_so_and_is_asked_at_its_pace(server: int, watch: Any) -> None:
    feed(watch, "window", (170, 20, window("Code")))
    source = ActivityWatchSource("127.0.0.1", server)
    hub = Hub([source])
    for minutes in (0, 2.5, 5, 7.5, 10):
        reading = hub.context(NOW + timedelta(minutes=minutes))
        assert reading.states[0].state == "stale" and "nothing since 11:30" in reading.states[0].detail
        assert bool(reading.news) is (minutes == 0)
    feed(watch, "window", (-10, 2.5, window("vlc")))
    assert hub.context(NOW + timedelta(minutes=12.5)).observation.kind == "media"


def test_a_computer_that_has_just_woken_does_not_call_its_watchers_dead(server: int, watch: Any) -> None:
    feed(watch, "window", (30, 30, window("Code")))
    source = ActivityWatchSource("127.0.0.1", server)
    assert source.observe(NOW).kind == "deep_work"
    woken = NOW + timedelta(hours=8)
    assert source.observe(woken) is None
    with pytest.raises(StaleError):
        source.observe(woken + timedelta(seconds=150))


@pytest.mark.parametrize(
    ("ago", "length", "stale"), [(60, 59.9, False), (60, 58, False), (60, 56.5, True), (60, 0, True), (400, 1, True)]
)
def test_stale_begins_after_three_minutes(server: int, watch: Any, ago: float, length: float, stale: bool) -> None:
    feed(watch, "window", (ago, length, window("Code")))
    if stale:
        with pytest.raises(StaleError):
            observe(server)
    else:
        assert observe(server).kind == "deep_work"
