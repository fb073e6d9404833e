"""What an operating system is given: unit files and notifications."""

from __future__ import annotations

import asyncio
import plistlib
from datetime import UTC, datetime
from pathlib import Path

from edge_assistant.paths import Paths
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.system.notifications import DesktopNotifications
from edge_assistant.service.system.service_files import launchd_plist, systemd_unit

PATHS = Paths(Path('/home/anna/my "data" 100%'), Path("/cache"))
ENTRY = Entry("s1", "Have some tea.", datetime(2026, 3, 2, 8, tzinfo=UTC))


def test_the_unit_quotes_what_systemd_would_read_otherwise():
    unit = systemd_unit(PATHS)
    assert 'Environment="EDGE_ASSISTANT_HOME=/home/anna/my \\"data\\" 100%%"' in unit
    (line,) = [line for line in unit.splitlines() if line.startswith("ExecStart=")]
    assert line.endswith('"run"') and line.startswith('ExecStart="/')


def test_the_plist_is_one():
    document = plistlib.loads(launchd_plist(PATHS).encode())
    assert document["EnvironmentVariables"]["EDGE_ASSISTANT_HOME"] == str(PATHS.home)
    assert document["ProgramArguments"][-1] == "run" and document["Umask"] == 0o077


def test_a_desktop_without_notifications_is_no_error_and_told_once(monkeypatch, capfd, caplog):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/bus")
    failures: list[object] = []

    async def show() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: failures.append(context))
        notifications = DesktopNotifications(loop, lambda: True, lambda _id, _reaction: None)
        await notifications.look()  # at the start, so that nobody waits for notifications that cannot come
        assert "no desktop notifications (" in caplog.text
        for _ in range(2):
            notifications.show(ENTRY)
            await asyncio.sleep(0)
            await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)

    asyncio.run(show())
    assert failures == []
    assert caplog.text.count("no desktop notifications") == 1
    assert "Traceback" not in capfd.readouterr().err


def test_unwanted_ones_are_not_shown():
    async def show() -> bool:
        notifications = DesktopNotifications(asyncio.get_running_loop(), lambda: False, lambda _id, _reaction: None)
        notifications.show(ENTRY)
        await asyncio.sleep(0.05)
        return notifications._notifier is None

    assert asyncio.run(show())
