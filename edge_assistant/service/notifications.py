"""Suggestions as desktop notifications with 'yes' and 'no', for whoever has no screen of ours open.

A desktop without notifications, or without a desktop, costs nothing but the notification.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from edge_assistant.paths import APPLICATION
from edge_assistant.service.rpc.protocol import Entry

log = logging.getLogger(__name__)

Answer = Callable[[str, str], None]
"""Told the suggestion's id and the reaction; runs in a thread."""


class DesktopNotifications:
    """Shows suggestions through the desktop's own service."""

    def __init__(self, loop: asyncio.AbstractEventLoop, wanted: Callable[[], bool], answer: Answer) -> None:
        """
        Args:
            loop: on which the desktop's service is spoken to.
            wanted: whether notifications are to be shown at this moment.
            answer: told what the person pressed.
        """
        self._loop = loop
        self._wanted = wanted
        self._answer = answer
        self._service: Any = None
        self._broken = False

    def show(self, entry: Entry) -> None:
        """Show one; returns at once, from any thread."""
        if self._broken or not self._wanted():
            return
        try:
            self._loop.call_soon_threadsafe(self._begin, entry)
        except RuntimeError:
            return  # the loop has ended with everything else

    def _begin(self, entry: Entry) -> None:
        task = self._loop.create_task(self._send(entry))
        task.add_done_callback(self._settle)

    async def _send(self, entry: Entry) -> None:
        from desktop_notifier import Button, DesktopNotifier

        if self._service is None:
            # it writes whole tracebacks where there is no desktop
            logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)
            self._service = DesktopNotifier(app_name=APPLICATION)
        buttons = [
            Button("Yes", on_pressed=lambda: self._told(entry.id, "accepted")),
            Button("No", on_pressed=lambda: self._told(entry.id, "dismissed")),
        ]
        title = "Reminder" if entry.reminder == "reminder" else "Suggestion"
        await self._service.send(title=title, message=entry.text, buttons=buttons)

    def _told(self, entry_id: str, reaction: str) -> None:
        self._loop.run_in_executor(None, self._answer, entry_id, reaction)

    def _settle(self, task: asyncio.Task[None]) -> None:
        """Whatever went wrong is written once to the log; the feed holds the suggestion anyway."""
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self._broken = True
            log.info("no desktop notifications: %s", error)
