"""ActivityWatch for tests: a real server fed by the real client, and sockets that answer whatever they are told to."""

from __future__ import annotations

import contextlib
import email.utils
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge_assistant.context import activitywatch_client
from edge_assistant.context.observation import Observation
from edge_assistant.context.sources.activitywatch import ActivityWatchSource

FOLDERS = ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "HOME")
NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_server(folder: Path) -> Iterator[int]:
    """The port of an aw-server that keeps everything in folders of its own."""
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
                raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        child.terminate()
        child.wait(20)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running_server(tmp_path_factory.mktemp("aw-server")) as port:
        yield port


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


def saying(body: bytes | str, status: str = "200 OK", *headers: str) -> Callable[..., None]:
    """An answer to any request."""
    content = body.encode() if isinstance(body, str) else body

    def act(caller: socket.socket, request: str = "") -> None:
        if not request:
            caller.recv(65_536)
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", "Connection: close", *headers]
        caller.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)

    return act


def rust_server(
    *buckets: tuple[str, str, datetime], events: dict[str, list[dict[str, Any]]], key: str = "", ahead: float = 0.0
) -> Callable[[socket.socket], None]:
    """Answers as aw-server-rust does: `last_updated` is null, `metadata.end` tells when a bucket was written to.

    Args:
        buckets: watcher ('window', 'afk'), host and last word of each.
        events: by '{watcher} {host}'.
        key: without it everything is refused.
        ahead: seconds by which the server's clock, as it tells it, is ahead of ours.
    """
    types = {"window": "currentwindow", "afk": "afkstatus"}

    def about(watcher: str, host: str, end: datetime) -> dict[str, Any]:
        name = f"aw-watcher-{watcher}_{host}"
        metadata = {"start": "2020-01-01T00:00:00Z", "end": end.isoformat().replace("+00:00", "123456Z")}
        told = {"id": name, "type": types[watcher], "client": f"aw-watcher-{watcher}", "hostname": host}
        return told | {"created": None, "data": {}, "metadata": metadata, "last_updated": None, "events": None}

    described = {f"aw-watcher-{watcher}_{host}": about(watcher, host, end) for watcher, host, end in buckets}

    def act(caller: socket.socket) -> None:
        request = caller.recv(65_536).decode()
        path = urllib.parse.unquote(urllib.parse.urlsplit(request.split()[1]).path)
        date = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
        if key and f"Authorization: Bearer {key}\r\n" not in request:
            return saying('{"message": "Missing or invalid API key"}', "401 Unauthorized")(caller, request)
        found = re.search(r"/buckets/aw-watcher-(\w+)_([^/]+)/events", path)
        body = events.get(f"{found[1]} {found[2]}", []) if found else described
        return saying(json.dumps(body), "200 OK", f"Date: {date}")(caller, request)

    return act


def seen(ago: float, length: float, now: datetime | None = None, **data: Any) -> dict[str, Any]:
    """An event as a server tells it, in minutes before now and of length."""
    begin = (now or datetime.now(UTC)) - timedelta(minutes=ago)
    return {"id": 1, "timestamp": begin.isoformat(), "duration": length * 60, "data": data}
