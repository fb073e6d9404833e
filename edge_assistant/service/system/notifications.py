"""Suggestions as desktop notifications with 'yes' and 'no', for whoever has no screen of ours open.

A desktop without notifications, or without a desktop, costs nothing but the notification. Desktops come later than a
service that starts with the session, daemons are restarted: each suggestion tries anew.
"""

from __future__ import annotations

import asyncio
import html
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from edge_assistant.paths import APPLICATION
from edge_assistant.service.rpc.protocol import Entry

log = logging.getLogger(__name__)

Answer = Callable[[str, str], None]
"""Told the suggestion's id and the reaction; runs in a thread."""

PATIENCE = 10.0
"""Seconds that the desktop has for an answer."""


class DesktopNotifications:
    """Shows suggestions through the desktop's own notification daemon."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wanted: Callable[[], bool], answer: Answer) -> None:
        """
        Args:
            loop: on which the daemon is spoken to.
            wanted: whether notifications are to be shown at this moment.
            answer: told what the person pressed.
        """
        self._loop = loop
        self._wanted = wanted
        self._answer = answer
        self._notifier: Any = None
        self._told_why_not = False
        self._tasks: set[asyncio.Task[None]] = set()

    def show(self, entry: Entry) -> None:
        """Show one; returns at once, from any thread."""
        if not self._wanted():
            return
        with suppress(RuntimeError):  # the loop has ended with everything else
            self._loop.call_soon_threadsafe(self._begin, entry)

    async def look(self) -> None:
        """Say now whether the desktop takes notifications, rather than with the first one that it does not."""
        try:
            await asyncio.wait_for(self._connect(), PATIENCE)
        except Exception as error:  # as in `_send`
            self._let_go()
            self._tell_why_not(str(error) or type(error).__name__)

    def _begin(self, entry: Entry) -> None:
        task = self._loop.create_task(self._send(entry))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, entry: Entry) -> None:
        """Try, and once more with a new connection where there was one: the desktop may have been restarted."""
        for _ in range(1 if self._notifier is None else 2):
            try:
                why_not = await asyncio.wait_for(self._sent(entry), PATIENCE)
            except Exception as error:  # whatever the desktop does, the feed holds the suggestion
                why_not = str(error) or type(error).__name__
            if not why_not:
                self._told_why_not = False
                return
            self._let_go()
        self._tell_why_not(why_not)

    def _tell_why_not(self, why_not: str) -> None:
        if not self._told_why_not:
            self._told_why_not = True
            log.warning("no desktop notifications (%s); suggestions wait in 'edge-assistant tui'", why_not)

    async def _sent(self, entry: Entry) -> str:
        """Show one; returns why that failed, or ''."""
        from desktop_notifier import Button

        reads_markup = await self._connect()
        buttons = [
            Button("Yes", on_pressed=lambda: self._told(entry.id, "accepted")),
            Button("No", on_pressed=lambda: self._told(entry.id, "dismissed")),
        ]
        title = "Reminder" if entry.reminder == "reminder" else "Suggestion"
        text = html.escape(entry.text, quote=False) if reads_markup else entry.text
        name = await self._notifier.send(title=title, message=text, buttons=buttons)
        shown = await self._notifier.get_current_notifications()
        return "" if name in shown else "the desktop's notification daemon did not take it"

    async def _connect(self) -> bool:
        """Reach the daemon; whether it takes '<' and '&' in a text for markup, as most on Linux do."""
        from desktop_notifier import DesktopNotifier

        if self._notifier is None:
            # it writes whole tracebacks where there is no desktop
            logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
            self._notifier = DesktopNotifier(app_name=APPLICATION)
        backend = self._notifier._backend  # the library tells only the capabilities that it uses itself
        if not hasattr(backend, "_init_dbus"):
            return False
        if backend.interface is None:
            await backend._init_dbus()
        return "body-markup" in await backend.interface.call_get_capabilities()

    def _let_go(self) -> None:
        """Forget a connection that does not work."""
        notifier, self._notifier = self._notifier, None
        bus = getattr(getattr(notifier, "_backend", None), "bus", None)
        if bus is not None:
            with suppress(Exception):
                bus.disconnect()

    def _told(self, entry_id: str, reaction: str) -> None:
        self._loop.run_in_executor(None, self._answer, entry_id, reaction)
