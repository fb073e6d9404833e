"""The core as a child process: started, killed, started again; the screen stays and shows the same feed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from tui.app import AssistantApp
from tui.client.core_process import CoreProcess
from tui.screens.live.feed import FeedList
from tui.screens.live.now_panel import NowPanel

LIMIT = 90.0
CHILD = [sys.executable, str(Path(__file__).with_name("core_child.py"))]


async def until(pilot, true) -> None:
    async with asyncio.timeout(LIMIT):
        while not true():
            await pilot.pause(0.02)


async def test_a_killed_core_is_started_again_and_nothing_is_lost(own_folders) -> None:
    core = CoreProcess(own_folders, CHILD)
    app = AssistantApp(own_folders, core, "dark")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.state.status is not None and app.state.status.time is not None)
        await pilot.press("s")
        await until(pilot, lambda: len(app.state.entries) == 1)
        await pilot.press("d", "b")
        await until(pilot, lambda: app.state.status.undo != "")
        before, first = [entry.to_dict() for entry in app.state.entries], core.process.pid
        banner = app.page.query_one("#banner")

        os.kill(first, signal.SIGKILL)
        await until(pilot, lambda: app.state.link.condition == "restarting")
        assert banner.has_class("-shown") and "the assistant stopped; restarting" in str(banner.render())
        await pilot.press("i", *"tea", "escape")  # the screen lives on
        assert isinstance(app.focused, FeedList)

        await until(pilot, lambda: app.state.link.condition == "ready" and core.process.pid != first)
        await until(pilot, lambda: not app.busy)
        assert [entry.to_dict() for entry in app.state.entries] == before
        assert not banner.has_class("-shown")
        last = core.process.pid
    assert core.process.returncode is not None and not Path(f"/proc/{last}").exists()


async def test_a_core_that_cannot_start_says_why(own_folders) -> None:
    says = "import sys; sys.exit('error: config.toml: limits.per_hour is -1')"
    core = CoreProcess(own_folders, [sys.executable, "-c", says])
    app = AssistantApp(own_folders, core, "dark")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.state.link.trouble != "")
        assert app.state.link.trouble == "config.toml: limits.per_hour is -1"
        banner = app.page.query_one("#banner")
        await until(pilot, lambda: "limits.per_hour" in str(banner.render()))
        assert "does not start" in str(app.page.query_one(NowPanel).render())
        assert banner.has_class("-shown")
