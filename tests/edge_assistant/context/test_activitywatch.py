"""ActivityWatch: a real server fed by the real client, and servers that are dead, slow or lying."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.context import activitywatch_client
from edge_assistant.context.activitywatch_client import MOST_BYTES, loopback_address
from edge_assistant.context.hub import Hub
from edge_assistant.context.observation import Observation
from edge_assistant.context.source import SourceError, StaleError
from edge_assistant.context.sources.activitywatch import ActivityWatchSource

FOLDERS = ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME")
NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an aw-server that keeps everything in folders of its own."""
    folder = tmp_path_factory.mktemp("aw-server")
    port = free_port()
    environment = {**os.environ, **{name: str(folder / name.lower()) for name in FOLDERS}}
    # in memory: the tables of its SQLite storage cannot be read back with every release of peewee
    options = ["--testing", "--storage", "memory", "--host", "127.0.0.1", "--port", str(port)]
    command = [sys.executable, "-m", "aw_server", *options]
    with (folder / "log").open("wb") as log:
        child = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        for _ in range(600):
            if child.poll() is not None:
                pytest.fail((folder / "log").read_text(errors="replace")[-2000:])
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        child.terminate()
        child.wait(20)


@pytest.fixture
def watch(server: int, own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """aw-client as the watchers use it; every bucket is emptied afterwards. A busy machine may answer late."""
    monkeypatch.setenv("HOME", str(own_folders))
    for name in ("CONNECT_SECONDS", "READ_SECONDS", "WHOLE_SECONDS"):
        monkeypatch.setattr(activitywatch_client, name, 60.0)
    from aw_client import ActivityWatchClient

    client = ActivityWatchClient("test", testing=True, host="127.0.0.1", port=server)
    yield client
    for bucket in client.get_buckets():
        client.delete_bucket(bucket, force=True)


def feed(
    client: Any, kind: str, *events: tuple[float, float, dict[str, str]], host: str = "", now: datetime = NOW
) -> None:
    """Insert events given by minutes before now, minutes of length, and data."""
    from aw_core.models import Event

    client.client_hostname = host or socket.gethostname()
    name, event_type = {"window": ("aw-watcher-window", "currentwindow"), "afk": ("aw-watcher-afk", "afkstatus")}[kind]
    bucket = f"{name}_{client.client_hostname}"
    client.create_bucket(bucket, event_type)
    client.insert_events(
        bucket,
        [
            Event(timestamp=now - timedelta(minutes=ago), duration=timedelta(minutes=length), data=data)
            for ago, length, data in events
        ],
    )


def window(app: str, title: str = "") -> dict[str, str]:
    return {"app": app, "title": title}


def observe(port: int, now: datetime = NOW, **options: Any) -> Observation | None:
    return ActivityWatchSource("127.0.0.1", port, **options).observe(now)


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
    assert (told.activity, told.presence, told.idle_seconds) == ("", "away", 600.0)
    assert told.since is None and told.app == ""
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


# -- servers that are no ActivityWatch --------------------------------------------------------------------------------


class Server:
    """A socket on loopback that does to each caller what it is told."""

    def __init__(self, act: Callable[[socket.socket], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.stop = threading.Event()
        self.calls = 0
        self._act = act
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            threading.Thread(target=self._answer, args=(caller,), daemon=True).start()

    def _answer(self, caller: socket.socket) -> None:
        with caller, contextlib.suppress(OSError):
            self._act(caller)

    def close(self) -> None:
        self.stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(
                socket.SHUT_RDWR
            )  # a mere close leaves the accepting thread, and so the port, alive
        self._listener.close()


@pytest.fixture
def pretend() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(act: Callable[[socket.socket], None]) -> Server:
        servers.append(Server(act))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def saying(body: bytes | str, status: str = "200 OK", *headers: str) -> Callable[[socket.socket], None]:
    """An answer to any request."""
    content = body.encode() if isinstance(body, str) else body

    def act(caller: socket.socket) -> None:
        caller.recv(65_536)
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *headers]
        caller.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)

    return act


BUCKET = '{"aw-watcher-window_x": {"id": "aw-watcher-window_x", "type": "currentwindow", "hostname": "x"}}'


def bucket_then(events: str) -> Callable[[socket.socket], None]:
    """A server with one bucket and these events in it."""

    def act(caller: socket.socket) -> None:
        request = caller.recv(65_536).split(b"\r\n")[0]
        body = events.encode() if b"/events" in request else BUCKET.encode()
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)

    return act


def an_event(**changes: str) -> str:
    fields = {
        "timestamp": f'"{NOW.isoformat()}"',
        "duration": "60",
        "data": '{"app": "Code", "title": "x"}',
    } | changes
    return "[{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}]"


LIES: dict[str, Callable[[socket.socket], None]] = {
    "garbage": lambda caller: caller.sendall(bytes(range(256)) * 40),
    "nothing at all": lambda caller: None,
    "a web page": saying("<html>hello</html>"),
    "an error": saying("{}", "500 Internal Server Error"),
    "a list of buckets": saying("[1, 2, 3]"),
    "buckets that are none": saying('{"aw-watcher-window_x": 7}'),
    "half an answer": lambda caller: caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
    "endless brackets": saying("[" * 200_000),
    "a huge answer": saying(b"{}" + b" " * (MOST_BYTES + 70_000)),
    "elsewhere": saying("", "302 Found", "Location: http://192.0.2.1/"),
    "events that are none": bucket_then("7"),
    "events in a table": bucket_then('{"a": 1}'),
    "an event with odd fields": bucket_then(an_event(colour='"red"')),
    "an event without data": bucket_then(an_event(data='"x"')),
    "no time": bucket_then(an_event(timestamp='"soon"')),
    "a length that is no number": bucket_then(an_event(duration="NaN")),
    "an endless length": bucket_then(an_event(duration="1e300")),
    "the year 9999": bucket_then(an_event(timestamp='"9999-12-31T23:59:59+00:00"')),
}


@pytest.mark.parametrize("act", LIES.values(), ids=LIES.keys())
def test_a_lying_server_is_a_failed_source_and_nothing_else(
    act: Callable[[socket.socket], None], pretend: Callable[..., Server]
) -> None:
    from edge_assistant.context.sources.clock import ClockSource

    server = pretend(act)
    hub = Hub([ActivityWatchSource("127.0.0.1", server.port), ClockSource()])
    reading = hub.context(NOW)
    assert [state.state for state in reading.states] == ["failed", "ok"]
    assert reading.observation.source == "clock"
    assert server.calls >= 1
    detail = reading.states[0].detail
    assert detail.isprintable() and "broke off" not in detail


@pytest.mark.parametrize(
    "data", ['{"app": 7, "title": []}', '{"app": null}', "{}", '{"app": "loginwindow", "title": "x"}']
)
def test_windows_without_a_name_tell_nothing(data: str, pretend: Callable[..., Server]) -> None:
    server = pretend(bucket_then(an_event(data=data)))
    assert observe(server.port) is None


def test_a_negative_length_tells_nothing(pretend: Callable[..., Server]) -> None:
    assert observe(pretend(bucket_then(an_event(duration="-600"))).port) is None


def test_a_server_that_hangs_or_drips_holds_up_only_its_own_thread(pretend: Callable[..., Server]) -> None:
    from edge_assistant.context.sources.clock import ClockSource

    def hang(caller: socket.socket) -> None:
        hanging.stop.wait(30)

    def drip(caller: socket.socket) -> None:
        caller.recv(65_536)
        caller.sendall(b"HTTP/1.1 200 OK\r\n")
        while not dripping.stop.wait(0.2):
            caller.sendall(b"X-Slow: yes\r\n")

    hanging, dripping = pretend(hang), pretend(drip)
    sources = [ActivityWatchSource("127.0.0.1", server.port) for server in (hanging, dripping)]
    for source in sources:
        source.patience = 0.2
    hub = Hub([*sources, ClockSource()])
    for tick in range(5):
        reading = hub.context(NOW + timedelta(seconds=150 * tick))
        assert reading.observation.source == "clock"
    assert reading.states[1].state == "slow"
    assert hanging.calls <= 5 and dripping.calls == 1


def test_a_server_that_was_never_there_is_no_failure() -> None:
    reading = Hub([ActivityWatchSource("127.0.0.1", free_port())]).context(NOW)
    assert reading.news == ()
    assert reading.states[0].state == "nothing"
    assert reading.states[0].detail.startswith("no ActivityWatch at http://127.0.0.1:")


def test_a_server_that_dies_is_said_once(pretend: Callable[..., Server]) -> None:
    server = pretend(saying("{}"))
    hub = Hub([ActivityWatchSource("127.0.0.1", server.port)])
    assert hub.context(NOW).states[0].state == "stale"
    server.close()
    dead = hub.context(NOW + timedelta(minutes=5))
    assert dead.states[0].state == "failed" and "no ActivityWatch at" in dead.news[0]
    assert hub.context(NOW + timedelta(hours=1)).news == ()


def test_redirects_are_not_followed(pretend: Callable[..., Server]) -> None:
    target = pretend(saying("{}"))
    server = pretend(saying("", "302 Found", f"Location: http://127.0.0.1:{target.port}/"))
    with pytest.raises(SourceError, match="status 302"):
        observe(server.port)
    assert (server.calls, target.calls) == (1, 0)


def test_proxies_of_the_environment_are_not_used(
    pretend: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, proxy = pretend(saying("{}")), pretend(saying("{}"))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
    with pytest.raises(StaleError):
        observe(server.port)
    assert (server.calls, proxy.calls) == (1, 0)


@pytest.mark.parametrize(
    "host", ["192.0.2.7", "example.org", "0.0.0.0", "localhost.example.org", "::", "", "127.0.0.1.nip.io"]
)
def test_other_machines_are_refused_before_anything_is_asked(host: str) -> None:
    with pytest.raises(SourceError, match="not on this machine"):
        ActivityWatchSource(host, 5600).observe(NOW)


def test_this_machine_is_known_by_all_its_names() -> None:
    assert loopback_address("LOCALHOST") == "127.0.0.1"
    assert loopback_address("127.1.2.3") == "127.1.2.3"
    assert loopback_address("[::1]") == loopback_address("::1") == "[::1]"


def test_reading_writes_no_file_of_aw_client(server: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FOLDERS:
        monkeypatch.setenv(name, str(tmp_path / "elsewhere" / name))
    with pytest.raises(StaleError):
        observe(server)
    assert not list((tmp_path / "elsewhere").rglob("*aw-client*"))
