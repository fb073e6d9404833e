"""The guards that all other tests rely on."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from edge_assistant.paths import Paths


def test_a_connection_to_the_world_is_refused() -> None:
    with socket.socket() as client, pytest.raises(AssertionError, match=r"192\.0\.2\.1"):
        client.connect(("192.0.2.1", 80))


def test_a_name_look_up_is_refused() -> None:
    with pytest.raises(AssertionError, match=r"example\.org"):
        socket.create_connection(("example.org", 80), timeout=1)


def test_loopback_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            client.sendall(b"x")
        accepted, _ = server.accept()
        with accepted:
            assert accepted.recv(1) == b"x"


def test_unix_sockets_and_event_loops_are_allowed() -> None:
    first, second = socket.socketpair()
    with first, second:
        first.sendall(b"x")
        assert second.recv(1) == b"x"
    asyncio.run(asyncio.sleep(0))


def test_folders_are_the_tests_own(tmp_path: Path) -> None:
    paths = Paths.from_environment()
    assert paths.home.is_relative_to(tmp_path)
    assert paths.cache.is_relative_to(tmp_path)
