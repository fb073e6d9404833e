"""`edge-assistant run`: the service with its socket, until it is told to end.

The socket answers at once; what needs the service waits until it has been put together.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from edge_assistant.domain import TICK_SECONDS
from edge_assistant.errors import EdgeAssistantError, EngineError
from edge_assistant.paths import Paths
from edge_assistant.service.lock import HomeLock
from edge_assistant.service.rpc.protocol import Status
from edge_assistant.service.rpc.server import Server
from edge_assistant.service.rpc.socket_path import private_folder
from edge_assistant.settings import Settings

PARENT_SECONDS = 1.0
"""How often an attached service looks whether its screen is still there."""

LONGEST_START = 120.0
"""Seconds that a client's first request may wait for the core."""


@dataclass
class Running:
    """The process of a service. Its socket answers clients also before the core is there.

    Attributes:
        attached: it ends with the process that has started it.
        tick_seconds: length of a tick in real time.
        on_ready: told once everything is there.
    """

    settings: Settings
    paths: Paths
    attached: bool = False
    tick_seconds: float = TICK_SECONDS
    on_ready: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.core: Any = None
        self.failed: EdgeAssistantError | None = None
        self._ready = threading.Event()

    def run(self) -> None:
        """Run until SIGTERM, SIGINT, the method `shutdown`, or (attached) the end of the parent process.

        Raises:
            LockedError: another service runs on this home.
            StoreError: the home cannot be used.
        """
        os.umask(0o077)  # whatever is written here is this user's alone
        with HomeLock(self.paths.home):
            private_folder(self.paths.home)
            asyncio.run(self._serve())

    def call(self, method: str, params: dict[str, Any]) -> Any:
        """See `core.Core.call`."""
        if self.core is None and method == "status":
            return Status(state="loading", pid=os.getpid(), home=str(self.paths.home)).to_dict()
        if not self._ready.wait(LONGEST_START):
            raise EngineError("the service is still starting; ask again in a moment")
        if self.failed is not None:
            raise self.failed
        return self.core.call(method, params)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, stop.set)
        server = Server(self.paths.home, self.call)
        await server.start()
        watch = loop.create_task(_watch_parent(stop)) if self.attached else None
        building = loop.run_in_executor(None, self._build, server, loop)
        core = None
        try:
            stopping = loop.create_task(stop.wait())
            await asyncio.wait({building, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not stop.is_set():
                core = await building
                if self.on_ready is not None:
                    self.on_ready()
                ended = loop.run_in_executor(None, core.ended.wait)
                await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
                core.ended.set()
            stopping.cancel()
        finally:
            if watch is not None:
                watch.cancel()
            with contextlib.suppress(Exception):  # it is on its way already
                core = core or await building
            if core is not None:
                from edge_assistant.service.building import close_core

                await loop.run_in_executor(None, close_core, core)
            await server.stop()

    def _build(self, server: Server, loop: asyncio.AbstractEventLoop) -> Any:
        """Import what is heavy and put the service together, in a thread."""
        try:
            from edge_assistant.service.building import build_core
            from edge_assistant.service.system.notifications import DesktopNotifications

            def wanted() -> bool:
                told = core.service.settings.notifications
                return told.on and (told.always or server.subscribers == 0)

            def answer(entry_id: str, reaction: str) -> None:
                with contextlib.suppress(EdgeAssistantError):
                    core.call("feedback", {"id": entry_id, "reaction": reaction})

            core = build_core(self.settings, self.paths, server.emit)
            core.notifier = notifier = DesktopNotifications(loop, wanted, answer)
            core.tick_seconds = self.tick_seconds
            core.start()
            if self.settings.notifications.on and not self.attached:
                asyncio.run_coroutine_threadsafe(notifier.look(), loop)
        except Exception as error:
            words = f"the service cannot start: {type(error).__name__}: {error}"
            self.failed = error if isinstance(error, EdgeAssistantError) else EdgeAssistantError(words)
            self._ready.set()
            raise
        self.core = core
        self._ready.set()
        core.tell_state()
        return core


async def _watch_parent(stop: asyncio.Event) -> None:
    """An attached service ends with the screen that has started it, however that ends."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_SECONDS)
    stop.set()
