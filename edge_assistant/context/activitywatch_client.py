"""A reader of ActivityWatch that stays on this machine and cannot be held up or flooded.

aw-client's own class waits for ever, follows redirects to anywhere, uses proxies, keeps a queue, a lock and a file of
settings, and ends the process when a second one runs. Reading needs none of that: only its requests and its events are
used.
"""

from __future__ import annotations

import ipaddress
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from aw_client import ActivityWatchClient
from aw_core.models import Event

from edge_assistant.context.source import AbsentError, SourceError

CLIENT = "edge-assistant"
CONNECT_SECONDS, READ_SECONDS, WHOLE_SECONDS = 1.0, 2.0, 4.0
MOST_BYTES = 4_000_000
ADVICE = "check sources.activitywatch_port"


def loopback_address(host: str) -> str:
    """The address of this machine that a setting names; nothing is looked up.

    Raises:
        SourceError: it is not a loopback address.
    """
    name = host.strip().strip("[]").lower()
    if name == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise SourceError(
            f"ActivityWatch at {host!r} is not on this machine; set sources.activitywatch_host to 127.0.0.1"
        )
    return f"[{address}]" if address.version == 6 else str(address)


class _Answer:
    """What aw-client expects of a response, wholly read."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def text(self) -> str:
        return self._content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        return json.loads(self._content)


class LoopbackClient(ActivityWatchClient):  # type: ignore[misc]
    """ActivityWatch on this machine, to be read only.

    Attributes:
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
        # not the base class's constructor: it writes files, takes a lock, and may end the process
        self.client_name = CLIENT
        self.testing = False
        self.server_address = f"http://{loopback_address(host)}:{port}"
        self.ahead = timedelta(0)
        self._key = key

    def _get(self, endpoint: str, params: dict[str, Any] | None = None) -> _Answer:
        """Ask, within limits of time and size.

        Raises:
            AbsentError: there is no server.
            SourceError: it gives no useful answer.
        """
        import requests
        from urllib3.exceptions import NewConnectionError

        began = time.monotonic()
        try:
            with requests.Session() as session:
                session.trust_env = False  # no proxy: it would be another machine
                response = session.get(
                    self._url(endpoint),
                    params=params,
                    headers={"Authorization": f"Bearer {self._key}"} if self._key else None,
                    timeout=(CONNECT_SECONDS, READ_SECONDS),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    if response.status_code in (401, 403):
                        raise SourceError(self._refused(response.status_code))
                    if response.status_code != 200:
                        raise SourceError(f"{self.server_address} answers with status {response.status_code}; {ADVICE}")
                    self.ahead = _ahead(response.headers.get("Date", ""))
                    content = bytearray()
                    for chunk in response.iter_content(65_536):
                        content += chunk
                        if len(content) > MOST_BYTES:
                            raise SourceError(f"{self.server_address} sends more than {MOST_BYTES} bytes; {ADVICE}")
                        if time.monotonic() - began > WHOLE_SECONDS:
                            raise SourceError(f"{self.server_address} sends too slowly; {ADVICE}")
                    return _Answer(bytes(content))
        except requests.ConnectionError as error:
            if isinstance(getattr(error.args[0] if error.args else None, "reason", None), NewConnectionError):
                nobody = f"no ActivityWatch at {self.server_address}; start it, or switch this source off"
                raise AbsentError(nobody) from error
            raise SourceError(f"{self.server_address} breaks off its answers; {ADVICE}") from error
        except requests.RequestException as error:
            raise SourceError(f"{self.server_address} gives no answer ({type(error).__name__}); {ADVICE}") from error

    def _refused(self, status: int) -> str:
        wanted = "refuses the key in sources.activitywatch_key" if self._key else "asks for an API key"
        return (
            f"ActivityWatch at {self.server_address} {wanted} (status {status}); "
            "copy api_key from its config.toml to sources.activitywatch_key"
        )

    def buckets(self) -> dict[str, dict[str, Any]]:
        """The server's buckets by id.

        Raises:
            SourceError: something else than ActivityWatch answers.
        """
        found = self._understood(lambda: self._get("buckets/").json())
        if not isinstance(found, dict) or not all(isinstance(value, dict) for value in found.values()):
            raise SourceError(f"{self.server_address} is no ActivityWatch; {ADVICE}")
        return found

    def events(self, bucket: str, limit: int, **period: Any) -> list[Event]:
        """The latest events of a bucket, in no promised order.

        Raises:
            SourceError: what comes is no list of events.
        """
        found = self._understood(lambda: self.get_events(bucket, limit=limit, **period))
        if not all(isinstance(event.data, dict) for event in found):
            raise SourceError(f"{self.server_address} sends events without data; {ADVICE}")
        return list(found)[:limit]

    def _understood(self, ask: Any) -> Any:
        try:
            return ask()
        except SourceError:
            raise
        except Exception as error:  # whatever the parsers of JSON, dates and durations raise
            raise SourceError(
                f"{self.server_address} sends what cannot be understood ({type(error).__name__}); {ADVICE}"
            ) from error


def _ahead(date: str) -> timedelta:
    """How far the clock of who sent this header is ahead of ours; 0 where it says nothing."""
    try:
        told = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return timedelta(0)
    return (told if told.tzinfo else told.replace(tzinfo=UTC)) - datetime.now(UTC)
