"""A reader of ActivityWatch that stays on this machine and cannot be held up or flooded.

aw-client's own class waits for ever, follows redirects to anywhere, uses proxies, keeps a queue, a lock and a file of
settings, and ends the process when a second one runs. Reading needs none of that: only its events are used.
"""

from __future__ import annotations

import ipaddress
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

import requests
from aw_core.models import Event
from urllib3.exceptions import NewConnectionError

from edge_assistant.context.source import AbsentError, SourceError

CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 1.0, 2.0, 4.0
MOST_BYTES = 4_000_000
ADVICE = "check sources.activitywatch_port"


def loopback_address(host: str) -> str:
    """The address of this machine that a setting names; nothing is looked up.

    Raises:
        SourceError: it is not a loopback address.
    """
    name = host.strip().strip("[]").lower()
    try:
        address = ipaddress.ip_address("127.0.0.1" if name == "localhost" else name)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise SourceError(
            f"ActivityWatch at {host!r} is not on this machine; set sources.activitywatch_host to 127.0.0.1"
        )
    return f"[{address}]" if address.version == 6 else str(address)


class LoopbackClient:
    """ActivityWatch on this machine, to be read only.

    Attributes:
        address: of the server, as a URL.
        ahead: how far the server's clock was ahead of ours when it answered last.
    """

    def __init__(self, host: str, port: int, key: str = "") -> None:
        """
        Args:
            host: 'localhost' or a loopback address.
            port: of the server.
            key: for a server that asks for one; '' for none.

        Raises:
            SourceError: the host is another machine.
        """
        self.address = f"http://{loopback_address(host)}:{port}"
        self.ahead = timedelta(0)
        self._key = key

    def buckets(self) -> dict[str, dict[str, Any]]:
        """The server's buckets by id.

        Raises:
            AbsentError: there is no server.
            SourceError: something else than ActivityWatch answers.
        """
        told = self._parsed("buckets/")
        sound = {name: each for name, each in told.items() if isinstance(each, dict)} if isinstance(told, dict) else {}
        if told != {} and not sound:
            raise SourceError(f"{self.address} is no ActivityWatch; {ADVICE}")
        return sound

    def events(self, bucket: str, limit: int, start: datetime) -> tuple[list[Any], int]:
        """The latest events of a bucket since a time, in no promised order, and how many others made no sense.

        Raises:
            SourceError: what comes is no list of events, or none of them makes sense.
        """
        told = self._parsed(
            f"buckets/{quote(bucket, safe='')}/events", {"limit": str(limit), "start": start.isoformat()}
        )
        sound = [event for event in map(_event, told[:limit]) if event is not None] if isinstance(told, list) else []
        if told != [] and not sound:
            raise SourceError(f"{self.address} sends events that cannot be understood; {ADVICE}")
        return sound, min(len(told), limit) - len(sound)

    def _parsed(self, path: str, params: dict[str, str] | None = None) -> Any:
        try:
            # a byte that is no text costs its own letter
            return json.loads(self._get(path, params).decode(errors="replace"))
        except (ValueError, RecursionError) as error:
            what = f"{self.address} sends what cannot be understood ({type(error).__name__}); {ADVICE}"
            raise SourceError(what) from error

    def _get(self, path: str, params: dict[str, str] | None = None) -> bytes:
        """Ask, within limits of time and size."""
        began = time.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy: it would be another machine
                response = session.get(
                    f"{self.address}/api/0/{path}",
                    params=params,
                    headers={"Authorization": f"Bearer {self._key}"} if self._key else None,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    return self._content(response, began)
        except requests.ConnectionError as error:
            if isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError):
                nobody = f"no ActivityWatch at {self.address}; start it, or switch this source off"
                raise AbsentError(nobody) from error
            raise SourceError(f"{self.address} breaks off its answers; {ADVICE}") from error
        except requests.RequestException as error:
            raise SourceError(f"{self.address} gives no answer ({type(error).__name__}); {ADVICE}") from error

    def _content(self, response: requests.Response, began: float) -> bytes:
        status = response.status_code
        if status in (401, 403):
            wanted = "refuses the key in sources.activitywatch_key" if self._key else "asks for an API key"
            raise SourceError(
                f"ActivityWatch at {self.address} {wanted} (status {status}); "
                "copy api_key from its config.toml to sources.activitywatch_key"
            )
        if status != 200:
            raise SourceError(f"{self.address} answers with status {status}; {ADVICE}")
        self.ahead = _ahead(response.headers.get("Date", ""))
        content = bytearray()
        for chunk in response.iter_content(65_536):
            content += chunk
            if len(content) > MOST_BYTES:
                raise SourceError(f"{self.address} sends more than {MOST_BYTES} bytes; {ADVICE}")
            if time.monotonic() - began > WHOLE_SECONDS:
                raise SourceError(f"{self.address} sends too slowly; {ADVICE}")
        return bytes(content)


def _ahead(date: str) -> timedelta:
    """How far the clock of who sent this header is ahead of ours; 0 where it says nothing."""
    try:
        told = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return timedelta(0)
    return (told if told.tzinfo else told.replace(tzinfo=UTC)) - datetime.now(UTC)


def _event(told: Any) -> Event | None:
    """An event; None for what makes no sense."""
    try:
        event = Event(timestamp=told["timestamp"], duration=told["duration"], data=told["data"])
    except Exception:  # whatever the parsers of dates and durations raise
        return None
    return event if isinstance(event.data, dict) else None
