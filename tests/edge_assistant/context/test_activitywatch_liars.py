"""Servers that are no ActivityWatch: dead, slow, lying, or on another machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta

import pytest

from edge_assistant.context.activitywatch_client import MOST_BYTES, loopback_address
from edge_assistant.context.hub import Hub
from edge_assistant.context.source import SourceError, StaleError
from edge_assistant.context.sources.activitywatch import ActivityWatchSource
from tests.edge_assistant.context.activitywatch_servers import NOW, Server, free_port, observe, saying

BUCKET = '{"aw-watcher-window_x": {"id": "aw-watcher-window_x", "type": "currentwindow", "hostname": "x"}}'


def bucket_then(events: str | bytes) -> Callable[[socket.socket], None]:
    """A server with one bucket and these events in it."""

    def act(caller: socket.socket) -> None:
        request = caller.recv(65_536).split(b"\r\n")[0]
        told = events if b"/events" in request else BUCKET
        body = told.encode() if isinstance(told, str) else told
        caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)

    return act


def an_event(**changes: str) -> str:
    fields = {
        "timestamp": f'"{NOW.isoformat()}"',
        "duration": "60",
        "data": '{"app": "Code", "title": "x"}',
    } | changes
    return "[{" + ", ".join(f'"{name}": {value}' for name, value in fields.items()) + "}]"


def ago(minutes: float) -> str:
    return f'"{(NOW - timedelta(minutes=minutes)).isoformat()}"'


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


BROKEN = [
    '{"timestamp": "soon", "duration": 1, "data": {}}',
    '{"colour": "red"}',
    "7",
    '{"timestamp": "2026-11-24T13:59:00Z", "duration": "long", "data": {}}',
    '{"timestamp": "2026-11-24T13:59:00Z", "duration": 1, "data": ["x"]}',
    '{"timestamp": "9999-12-31T23:59:59Z", "duration": 9e9, "data": {}}',
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_event_costs_only_itself(broken: str, pretend: Callable[..., Server]) -> None:
    events = f"[{broken}, {an_event(timestamp=ago(1))[1:-1]}, {broken}]"
    told = observe(pretend(bucket_then(events)).port)
    assert told.kind == "deep_work" and len(told.left_out) == 1


def test_a_byte_that_is_no_text_costs_its_own_letter(pretend: Callable[..., Server]) -> None:
    for byte in (0x80, 0xC3, 0xE9, 0xFE, 0xFF):
        events = an_event(timestamp=ago(1)).encode().replace(b'"x"', b'"caf' + bytes([byte]) + b'"')
        told = observe(pretend(bucket_then(events)).port, full_titles=True)
        assert (told.kind, told.title[:3], told.left_out) == ("deep_work", "caf", ())


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
