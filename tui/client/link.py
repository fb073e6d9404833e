"""The way to the core, kept open: finds a running core or starts one, follows its events, and repairs itself.

    link = Link(home, on_event=..., on_condition=...)
    task = asyncio.create_task(link.run())
    why = await link.call("why", id="s3")

Nothing here draws anything; the screens and the linear mode share it.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edge_assistant.errors import EdgeAssistantError
from tui.client.core_process import CoreProcess

if TYPE_CHECKING:
    from edge_assistant.service.rpc.client import Client

STARTING, ALONE, READY, RESTARTING = "starting", "alone", "ready", "restarting"
"""The conditions: no core yet; none runs and none is started here; connected; there was one and it is gone."""

POLL = 0.05
"""Seconds between two looks whether a core that starts can be reached."""

SELDOM = 1.0
"""The same where nobody starts one."""

START_LIMIT = 60.0
"""Seconds within which a core that was started must answer; it does so before its model is loaded."""

WAITS = (0.2, 1.0, 3.0, 10.0)
"""Seconds before starting a core again after it ended early once, twice, and so on."""


class Link:
    """One connection to the core of a home folder.

    Args:
        home: whose core.
        on_event: gets each event of the core: its name and its data.
        on_condition: gets STARTING, ALONE, READY or RESTARTING whenever it changes.
        core: how to start a core; None never starts one.
    """

    def __init__(
        self,
        home: Path,
        on_event: Callable[[str, dict[str, Any]], None],
        on_condition: Callable[[str], None],
        core: CoreProcess | None = None,
    ) -> None:
        self.home = home
        self.condition = STARTING
        self.trouble = ""
        """Why no core can be reached, in one line, or ''."""
        self.core = core
        self._on_event = on_event
        self._on_condition = on_condition
        self._client: Client | None = None
        self._connected = asyncio.Event()

    # -- asking ------------------------------------------------------------------------------------------------------

    async def call(self, method: str, **parameters: Any) -> Any:
        """Call a method of the core, once it can be reached.

        Raises:
            EdgeAssistantError: the core says no, or died before it answered; the message is for the person. Whether it
                did what was asked, the feed tells once it is back.
        """
        from edge_assistant.service.rpc.client import NotRunningError

        while True:
            await self._connected.wait()
            client = self._client
            if client is None:
                continue
            try:
                return await client.call(method, **parameters)
            except NotRunningError:
                # `run` notices too; until it has, this connection must not be taken again
                if self._client is client:
                    self._lost()
                raise EdgeAssistantError("the assistant stopped before it answered; try again") from None

    # -- staying connected -------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Connect, follow the events, connect again; returns only by being cancelled."""
        from edge_assistant.service.rpc.client import NotRunningError

        early = 0
        while True:
            client = await self._reach()
            if client is None:
                await asyncio.sleep(WAITS[min(early, len(WAITS) - 1)])
                early += 1
                continue
            since = time.monotonic()
            self._client, self.trouble = client, ""
            try:
                await client.call("subscribe")
                self._connected.set()
                self._become(READY)
                async for name, data in client.events():
                    self._on_event(name, data)
            except NotRunningError:
                pass  # killed between our connection and its answer
            self._lost()
            self._become(RESTARTING)
            with contextlib.suppress(Exception):
                await client.close()
            early = early + 1 if time.monotonic() - since < START_LIMIT else 0
            await asyncio.sleep(WAITS[min(early, len(WAITS)) - 1] if early > 1 else 0)

    async def close(self) -> None:
        """End the connection, and the core where we started it."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):
                await client.close()
        if self.core is not None:
            await self.core.stop()

    def _lost(self) -> None:
        self._client = None
        self._connected.clear()

    def _become(self, condition: str) -> None:
        if condition != self.condition:
            self.condition = condition
            self._on_condition(condition)

    async def _reach(self) -> Client | None:
        """A connection to the core that runs, or to one that is started now; None when that failed."""
        from edge_assistant.service.rpc.client import Client, NotRunningError

        deadline = time.monotonic() + START_LIMIT
        started = False
        while time.monotonic() < deadline:
            try:
                return await Client.connect(self.home)
            except NotRunningError:
                pass
            if self.core is not None and not self.core.running:
                if started:
                    self._complain(self.core.last_words or "the assistant's core does not start")
                    return None
                await self.core.start()
                started = True
            if self.core is None and self.condition == STARTING:
                self._become(ALONE)
            await asyncio.sleep(POLL if self.core is not None else SELDOM)
        self._complain("the assistant's core does not answer")
        return None

    def _complain(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._on_condition(self.condition)
