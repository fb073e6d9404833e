"""Where the system refuses or changes under a running service: locks, disks, sessions, notification daemons."""

# mypy: disable-error-code="valid-type,name-defined"
# ruff: noqa: F722, F821, N802, UP037 - signatures of D-Bus stand where Python has types

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import psutil
import pytest

from edge_assistant.errors import LockedError, StoreError
from edge_assistant.service.lock import HomeLock
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.system import session
from edge_assistant.service.system.notifications import DesktopNotifications
from edge_assistant.service.system.session import follow_session, parsed

# -- locks and disks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOLCK, "has no locks"),
        (errno.ENOSYS, "has no locks"),
        (errno.EOPNOTSUPP, "has no locks"),
        (errno.EINVAL, "has no locks"),
        (errno.EIO, "choose another folder"),
    ],
)
def test_a_file_system_without_locks_is_no_other_process(tmp_path, monkeypatch, code, words):
    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    before = psutil.Process().num_fds()
    with pytest.raises(StoreError, match=words) as caught, HomeLock(tmp_path):
        pass
    assert not isinstance(caught.value, LockedError) and "process" not in str(caught.value)
    assert psutil.Process().num_fds() == before


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
        (errno.EPERM, "cannot be written"),
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.ENOTDIR, "choose another folder"),
    ],
)
def test_a_home_that_cannot_be_written_is_told_as_such(tmp_path, monkeypatch, code, words):
    def refuse(*_arguments: object) -> int:
        raise OSError(code, os.strerror(code), str(tmp_path))

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(StoreError, match=words), HomeLock(tmp_path):
        pass


def test_a_disk_that_is_full_when_the_lock_is_written_leaves_no_lock_behind(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(StoreError, match="the disk is full"), HomeLock(tmp_path):
            pass
    with HomeLock(tmp_path):
        pass


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("feedback", {"reaction": "accepted"}),
        ("snooze", {"minutes": 30}),
        ("more_like", {}),
        ("edit", {"text": "Tea?"}),
        ("remind", {"at": "2026-03-02T20:00"}),
    ],
)
def test_a_full_disk_undoes_a_change_as_a_whole(person, monkeypatch, method, params):
    person.live(10)
    entry = person.ask_for_one()
    kept = person.core.call("feed"), person.core.call("status")["undo"]

    def full(*_arguments: object, **_named: object) -> None:
        raise StoreError("store: the disk is full; nothing was changed, free some space and repeat")

    with monkeypatch.context() as patch:
        patch.setattr(person.core.service.feed, "put", full)
        with pytest.raises(StoreError, match="disk is full"):
            person.core.call(method, {"id": entry.id, **params})
    assert (person.core.call("feed"), person.core.call("status")["undo"]) == kept
    assert person.core.call(method, {"id": entry.id, **params})["id"] == entry.id


def test_the_reason_of_a_failed_tick_goes_with_it(person, monkeypatch):
    fails = [StoreError("store x: the disk is full; free some space")]

    def look(_now: datetime) -> Any:
        person.core.ended.set()
        person.core.wake()
        raise fails[0]

    with monkeypatch.context() as patch:
        patch.setattr(person.sources, "look", look)
        person.core._run()
    assert person.core.status().notice == "store x: the disk is full; free some space"
    person.core.tick()
    assert person.core.status().notice == ""


def test_an_index_that_cannot_be_saved_does_not_keep_the_service_from_ending(person, monkeypatch, caplog):
    def full() -> bool:
        raise StoreError("memory index: cannot be saved")

    monkeypatch.setattr(person.core.service.memory, "save_index", full)
    person.core.stop()
    assert person.core.ended.is_set() and caplog.messages == ["memory index: cannot be saved"]


# -- what text the system takes and gives ------------------------------------------------------------------------------


def test_a_terminal_that_is_not_utf8_shows_what_it_can():
    done = subprocess.run(
        [sys.executable, "-m", "edge_assistant.cli", "ideas", "show", "no-such-idea-☕"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        check=False,
    )
    assert done.returncode == 2 and b"Traceback" not in done.stderr and b"\\u2615" in done.stderr


# -- the session ------------------------------------------------------------------------------------------------------

SERVICE = {"INVOCATION_ID": "1"}
SHELL = {**SERVICE, "SYSTEMD_EXEC_PID": "1"}


@pytest.mark.parametrize(
    ("own", "manager", "expected"),
    [
        (SERVICE, {"WAYLAND_DISPLAY": "wayland-0", "PATH": "/bin"}, {"WAYLAND_DISPLAY": "wayland-0"}),  # started early
        ({**SERVICE, "DISPLAY": ":0"}, {"DISPLAY": ":1"}, {"DISPLAY": ":1"}),  # a new login
        ({**SERVICE, "DISPLAY": ":0"}, {"LANG": "de_DE.UTF-8"}, {"LANG": "de_DE.UTF-8"}),  # the desktop has ended
        ({**SERVICE, "LANG": "C"}, {"XDG_SESSION_ID": "4"}, {"LANG": "C", "XDG_SESSION_ID": "4"}),
        ({**SERVICE, "DISPLAY": ":0"}, {}, {"DISPLAY": ":0"}),  # systemd does not answer
        ({"DISPLAY": ":7"}, {"DISPLAY": ":0"}, {"DISPLAY": ":7"}),  # started in a terminal: right from the beginning
        ({**SHELL, "DISPLAY": ":7"}, {"DISPLAY": ":0"}, {**SHELL, "DISPLAY": ":7"}),
    ],
)
def test_a_service_follows_the_session(own, manager, expected):
    environment = dict(own)
    changed = follow_session(environment, manager)
    assert environment == {**expected, **{name: own[name] for name in SERVICE if name in own}}
    assert bool(changed) == (environment != own)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A=1\nB=two words", {"A": "1", "B": "two words"}),
        ("XAUTHORITY=$'/run/user/1000/.auth \\'x\\''", {"XAUTHORITY": "/run/user/1000/.auth 'x'"}),
        ("LANG=$'d\\303\\251'", {"LANG": "dé"}),
        ("", {}),
        ("nonsense\nDISPLAY=", {"DISPLAY": ""}),
    ],
)
def test_what_systemd_prints_is_read(text, expected):
    assert parsed(text) == expected


def test_no_systemd_is_no_error(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert session.manager_environment() == {}


# -- notifications ----------------------------------------------------------------------------------------------------

needs_bus = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon (apt: dbus)")


class Daemon:
    """A notification daemon on the session bus."""

    def __init__(self, markup: bool = True) -> None:
        from dbus_fast.aio import MessageBus
        from dbus_fast.service import ServiceInterface, dbus_method

        told = self.told = []  # type: list[str]

        class Notifications(ServiceInterface):
            @dbus_method()
            def GetCapabilities(self) -> "as":
                return ["actions", "body", *(["body-markup"] if markup else [])]

            @dbus_method()
            def GetServerInformation(self) -> "ssss":
                return ["test", "test", "1", "1.2"]

            @dbus_method()
            def Notify(self, a: "s", b: "u", c: "s", d: "s", body: "s", f: "as", g: "a{sv}", h: "i") -> "u":
                told.append(body)
                return len(told)

        assert len((Notifications.GetCapabilities, Notifications.GetServerInformation, Notifications.Notify)) == 3
        self._interface = Notifications("org.freedesktop.Notifications")
        self._bus = MessageBus()

    async def __aenter__(self) -> Daemon:
        await self._bus.connect()
        self._bus.export("/org/freedesktop/Notifications", self._interface)
        await self._bus.request_name("org.freedesktop.Notifications")
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A session bus of the test's own."""
    process = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", process.stdout.readline().strip())
    yield
    process.kill()
    process.wait()


def notifying(play: Callable[[Callable[[str], Awaitable[None]]], Awaitable[None]]) -> None:
    async def run() -> None:
        shown = DesktopNotifications(asyncio.get_running_loop(), lambda: True, lambda _id, _reaction: None)

        async def show(text: str) -> None:
            shown.show(Entry("s1", text, datetime(2026, 3, 2, 8, tzinfo=UTC)))
            await asyncio.sleep(0)
            await asyncio.gather(*shown._tasks)

        await play(show)

    asyncio.run(run())


@needs_bus
@pytest.mark.parametrize("markup", [True, False])
def test_a_text_arrives_as_it_was_said(bus, markup):
    texts = ["Fish & chips?", "<b>Tea</b>", "is 3 < 5 > 4?", "a &amp; b", 'say "hi" to Zoë ☕']
    escaped = ["Fish &amp; chips?", "&lt;b&gt;Tea&lt;/b&gt;", "is 3 &lt; 5 &gt; 4?", "a &amp;amp; b", texts[4]]

    async def play(show: Callable[[str], Awaitable[None]]) -> None:
        async with Daemon(markup) as daemon:
            for text in texts:
                await show(text)
        assert daemon.told == (escaped if markup else texts)

    notifying(play)


@needs_bus
def test_a_daemon_may_come_late_and_come_back(bus, caplog):
    async def play(show: Callable[[str], Awaitable[None]]) -> None:
        for _ in range(3):
            await show("nobody sees this")
        async with Daemon() as daemon:
            await show("first")
            assert daemon.told == ["first"]
        await show("nobody sees this either")
        async with Daemon() as again:
            await show("second")
            assert again.told == ["second"]

    notifying(play)
    assert len([record for record in caplog.records if "no desktop notifications" in record.message]) == 2


@needs_bus
def test_a_bus_that_is_there_only_later_is_found(bus, monkeypatch):
    address = os.environ["DBUS_SESSION_BUS_ADDRESS"]

    async def play(show: Callable[[str], Awaitable[None]]) -> None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
        monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
        await show("nobody sees this")
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        async with Daemon() as daemon:
            await show("now")
            assert daemon.told == ["now"]

    notifying(play)
