"""What every test gets: folders of its own, no settings from outside, and no network but loopback."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Any

import pytest

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    # before numpy and torch are loaded: on a busy machine, threads that wait for each other made tests 3 times slower
    os.environ.setdefault(_variable, "1")

LOOPBACK = ("localhost", "127.", "::1")


class NetworkRefusedError(AssertionError):
    """A test tried to leave the machine. No OSError: code that retries on those must not hide it."""


def _refuse_unless_local(family: int, address: Any) -> None:
    """Raise unless the address is a Unix socket or on this machine's loopback."""
    if family == getattr(socket, "AF_UNIX", None):
        return
    host = str(address[0]) if isinstance(address, tuple) and address else str(address)
    if not host.startswith(LOOPBACK):
        raise NetworkRefusedError(f"a test tried to connect to {host}; tests may only use loopback and Unix sockets")


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache folder of the session: embeddings and lives."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return tmp_path_factory.mktemp("cache")
    cache = base.parent / "cache"  # test processes side by side share what is dear to make
    cache.mkdir(exist_ok=True)
    return cache


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Home and cache inside `tmp_path`, and no settings from the environment of whoever runs the tests."""
    for variable in list(os.environ):
        if variable.startswith("EDGE_ASSISTANT_"):
            monkeypatch.delenv(variable)
    home = tmp_path / "home"
    monkeypatch.setenv("EDGE_ASSISTANT_HOME", str(home))
    monkeypatch.setenv("EDGE_ASSISTANT_CACHE_DIR", str(tmp_path / "cache"))
    for variable in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable.lower()))
    # child processes, which the fixture below does not reach, must not ask a hub either
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TRANSFORMERS_OFFLINE", "1")
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    return home


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection and every name look-up that would leave the machine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_unless_local(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_unless_local(self.family, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        if host:
            _refuse_unless_local(socket.AF_INET, host.decode() if isinstance(host, bytes) else str(host))
        return getaddrinfo(host, *arguments, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
