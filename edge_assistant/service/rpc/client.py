"""The clients' end of the socket. Imports nothing heavy: screens and scripts begin with it.

print(call_once(home, "status"))                # a script

client = await Client.connect(home)             # a screen
await client.call("subscribe")
async for event, data in client.events(): ...
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.socket_path import socket_path
from quant.json_lines import decode, encode

LONGEST_LINE = 64 << 20
"""Bytes; an export of years is one line."""


class NotRunningError(EdgeAssistantError):
    """No service answers on this home."""


class CoreError(EdgeAssistantError):
    """The service refused; the message is its own, `exit_code` that of the error there."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.exit_code = code


def not_running(home: Path) -> NotRunningError:
    """The error for a home on which nothing runs."""
    return NotRunningError(f"home {home}: no assistant is running here; start it with 'edge-assistant run' or 'tui'")


def call_once(home: Path, method: str, *, timeout: float | None = 60.0, **params: Any) -> Any:
    """Ask a running service one thing and wait for the answer.

    Raises:
        NotRunningError: no service answers.
        CoreError: the core refused, or gave no answer in time.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout)
            connection.connect(str(socket_path(home)))
            connection.sendall(encode({"id": 1, "method": method, "params": params}))
            with connection.makefile("rb") as stream:
                line = stream.readline()
    except TimeoutError as error:
        raise CoreError(f"service: no answer to {method!r} within {timeout:g} s; it is busy, try again", 1) from error
    except OSError as error:
        raise not_running(home) from error
    if not line:
        raise not_running(home)
    return _result(decode(line))


class Client:
    """A connection that stays. All methods belong to one event loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, home: Path) -> None:
        self.home = home
        self._reader = reader
        self._writer = writer
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._events: asyncio.Queue[tuple[str, dict[str, Any]] | None] = asyncio.Queue()
        self.closed = False
        self._task = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def connect(cls, home: Path) -> Self:
        """Connect to the service of a home.

        Raises:
            NotRunningError: no service answers.
        """
        try:
            reader, writer = await asyncio.open_unix_connection(str(socket_path(home)), limit=LONGEST_LINE)
        except OSError as error:
            raise not_running(home) from error
        return cls(reader, writer, home)

    async def call(self, method: str, **params: Any) -> Any:
        """Ask, and wait for the answer; other calls and events go on meanwhile.

        Raises:
            NotRunningError: the service has ended.
            CoreError: the core refused.
        """
        if self.closed:
            raise not_running(self.home)
        number = next(self._numbers)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._writer.write(encode({"id": number, "method": method, "params": params}))
            await self._writer.drain()
            return _result(await answer)
        except ConnectionError as error:
            raise not_running(self.home) from error
        finally:
            self._waiting.pop(number, None)

    async def events(self) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Every event and its data, after `call("subscribe")`; ends with the connection."""
        while (item := await self._events.get()) is not None:
            yield item

    async def close(self) -> None:
        """Let go of the service; it runs on."""
        self._task.cancel()
        self._end()
        self._writer.close()

    async def _read(self) -> None:
        try:
            while line := await self._reader.readline():
                message = decode(line)
                if "event" in message:
                    self._events.put_nowait((message["event"], message["data"]))
                    continue
                answer = self._waiting.get(message.get("id", 0))
                if answer is not None and not answer.done():
                    answer.set_result(message)
        except (ConnectionError, ValueError):
            pass  # killed in the middle of a line: the same as an end
        finally:
            self._end()

    def _end(self) -> None:
        if self.closed:
            return
        self.closed = True
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(not_running(self.home))
        self._events.put_nowait(None)


def _result(message: dict[str, Any]) -> Any:
    if "error" in message:
        raise CoreError(str(message["error"]["message"]), int(message["error"]["code"]))
    return message["result"]
