"""The service's end of the socket: JSON lines from any number of clients, each request answered when it is done.

Requests run in threads, so that a client's question to the model keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from edge_assistant.errors import EdgeAssistantError
from edge_assistant.service.rpc.socket_path import private_folder, socket_path
from quant.json_lines import decode, encode

LONGEST_LINE = 4 << 20
MOST_WAITING = 8 << 20
"""Bytes that a client may leave unread before it is let go: it must not cost the service its memory."""
THREADS = 8
PARTING = 2.0
"""Seconds that clients have to go when the service ends."""

Call = Callable[[str, dict[str, Any]], Any]


class Server:
    """Serves one core. Use from one event loop."""

    def __init__(self, home: Path, call: Call) -> None:
        """
        Args:
            home: decides where the socket is.
            call: answers a method with its parameters; runs in a thread.
        """
        self.path = socket_path(home)
        self._call = call
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="client")
        self._subscribers: set[asyncio.StreamWriter] = set()
        self._clients: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None

    @property
    def subscribers(self) -> int:
        """Clients that are told every event: attached screens."""
        return len(self._subscribers)

    async def start(self) -> None:
        """Listen. A socket that a killed service has left is taken over; the home's lock says that it is ours."""
        self._loop = asyncio.get_running_loop()
        private_folder(self.path.parent)
        self.path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, path=str(self.path), limit=LONGEST_LINE)
        finally:
            os.umask(mask)

    async def stop(self) -> None:
        """Stop listening, let all clients go."""
        if self._server is not None:
            self._server.close()
        serving = [task for task in self._clients.values() if task is not None]
        for writer in list(self._clients):
            writer.close()
        # each ends by itself once its connection is closed; cancelled with the loop, it would be told as a failure
        if serving:
            await asyncio.wait(serving, timeout=PARTING)
        self.path.unlink(missing_ok=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def emit(self, event: str, data: dict[str, Any]) -> None:
        """Tell all subscribers; from any thread, never waits."""
        if self._loop is None or not self._subscribers:
            return
        line = encode({"event": event, "data": data})
        try:
            self._loop.call_soon_threadsafe(self._broadcast, line)
        except RuntimeError:
            return  # the loop is closed: nobody is there any more

    def _broadcast(self, line: bytes) -> None:
        for writer in list(self._subscribers):
            self._write(writer, line)

    def _write(self, writer: asyncio.StreamWriter, line: bytes) -> None:
        if writer.is_closing():
            self._subscribers.discard(writer)
            return
        if writer.transport.get_write_buffer_size() > MOST_WAITING:
            self._subscribers.discard(writer)
            writer.transport.abort()
            return
        writer.write(line)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients[writer] = asyncio.current_task()
        tasks: set[asyncio.Task[None]] = set()
        try:
            while True:
                try:
                    line = await reader.readline()
                except (ValueError, ConnectionError):  # a line without end, or a client that was killed
                    break
                if not line:
                    break
                task = asyncio.create_task(self._answer(line, writer))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        finally:
            self._subscribers.discard(writer)
            self._clients.pop(writer, None)
            writer.close()

    async def _answer(self, line: bytes, writer: asyncio.StreamWriter) -> None:
        number: Any = None
        try:
            message = decode(line)
            number = message["id"]
            method, params = str(message["method"]), message.get("params") or {}
            if not isinstance(params, dict):
                raise TypeError("params is not an object")
        except (ValueError, KeyError, TypeError) as error:
            self._write(writer, encode({"id": number, "error": {"message": f"request: {error}", "code": 2}}))
            return
        if method == "subscribe":
            self._subscribers.add(writer)
            self._write(writer, encode({"id": number, "result": {}}))
            return
        loop = asyncio.get_running_loop()
        try:
            result = await loop.run_in_executor(self._pool, self._call, method, params)
            answer: dict[str, Any] = {"id": number, "result": result}
        except EdgeAssistantError as error:
            answer = {"id": number, "error": {"message": str(error), "code": error.exit_code}}
        except Exception as error:  # a client must get an answer, whatever it has hit upon
            answer = {"id": number, "error": {"message": f"{method}: {type(error).__name__}: {error}", "code": 1}}
        self._write(writer, encode(answer))
