"""The real core of a person's assistant in this process, behind its real socket, with a clock that is set by hand."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widget import Widget

from edge_assistant.config import load_settings
from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.context.observation import Observation
from edge_assistant.domain import CalendarEntry
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.llm.stand_in import StandInModel
from edge_assistant.paths import Paths
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.service.building import build_service_state
from edge_assistant.service.clock import ManualClock
from edge_assistant.service.core import Core
from edge_assistant.service.model.host import SupervisedModel
from edge_assistant.service.model.worker import abilities
from edge_assistant.service.rpc.protocol import Entry
from edge_assistant.service.rpc.server import Server
from edge_assistant.service.sources import ToldSenses
from edge_assistant.storage.store import Store
from tui.app import AssistantApp
from tui.widgets.page import Page

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TICK = 2.5

LIMIT = 20.0
"""Seconds within which anything must have come true, on however busy a machine."""

TALKATIVE = "[costs]\nfalse_alarm = 0.03\n"


class StandInHost(SupervisedModel):
    """A model host whose model is the stand-in: it writes at once, and nothing sensible."""

    def __init__(self) -> None:
        super().__init__(load_settings().model, lambda: None)
        self.state, self.can_write, self.name = "ready", True, "stand-in"
        self.abilities = tuple(abilities(StandInModel()))
        self.written_by = StandInModel(answers={"slow": "one two three four five six"})

    def model(self):
        return self.written_by


@pytest.fixture(scope="session")
def features() -> FeatureMaker:
    embedder = HashEmbedder(64)
    return FeatureMaker(embedder, ActivityClassifier(embedder), knowledge.load_packaged())


@dataclass
class Served:
    """A core with its socket."""

    core: Core
    clock: ManualClock
    sources: ToldSenses
    server: Server
    loop: asyncio.AbstractEventLoop
    home: Path

    def live(self, minutes: float, activity: str = "writing a letter") -> list[Entry]:
        """Ticks for so long; what was said unasked."""
        said = []
        for _ in range(round(minutes / TICK)):
            self.clock.forward(minutes=TICK)
            if self.sources.observation.activity != activity:
                event = CalendarEntry(
                    "Tea with Ana", self.clock.now() + timedelta(hours=2), self.clock.now() + timedelta(hours=3)
                )
                self.sources.observation = Observation(
                    activity=activity, since=self.clock.now(), source="typed", next_event=event, calendar=(event,)
                )
            entry = self.core.tick()
            if entry is not None:
                said.append(entry)
        return said

    def suggest(self) -> Entry:
        """A suggestion on request."""
        return Entry.from_dict(self.core.call("suggest")["entry"])

    def entry(self, name: str) -> Entry:
        """How a suggestion stands in the store."""
        return self.core.service.feed.get(name).entry


@pytest.fixture
def serve(features: FeatureMaker) -> Iterator[Callable[..., Served]]:
    """Starts the core of this test's home and its socket; several times in a row, as after a restart."""
    stopping: list[Callable[[], None]] = []

    def begin(*, setup_done: bool = True, start: datetime = START, settings: str = TALKATIVE) -> Served:
        paths = Paths.from_environment()
        paths.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not paths.config.exists():
            paths.config.write_text(settings)
        store = Store.open(paths.store, durable=False)
        clock, sources = ManualClock(start), ToldSenses()
        embedder = features.embedder
        service = build_service_state(store, load_settings(), paths, clock=clock, features=features, embedder=embedder)
        service.presence.setup_done = setup_done
        service.model = StandInHost()
        core = Core(service, sources)
        loop = asyncio.new_event_loop()
        server = Server(paths.home, core.call)
        service.emit = server.emit
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(20)

        def stop() -> None:
            asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(20)
            loop.close()
            store.close()

        stopping.append(stop)
        return Served(core, clock, sources, server, loop, paths.home)

    yield begin
    for stop in stopping:
        stop()


@pytest.fixture
def served(serve: Callable[..., Served]) -> Served:
    return serve()


@dataclass
class Driven:
    """An app that runs, and how a test sees and moves it."""

    app: AssistantApp
    pilot: Pilot[None]

    @property
    def page(self) -> Page:
        """The screen that is up."""
        assert self.app.page is not None
        return self.app.page

    def find(self, kind: type[Widget]) -> Widget:
        """The one widget of a kind on it."""
        return self.app.screen.query_one(kind)

    def text(self) -> str:
        """All that is on the screen, line by line."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def until(self, true: Callable[[], bool]) -> None:
        """Let the app work until something is true."""
        try:
            async with asyncio.timeout(LIMIT):
                while not true():
                    await self.pilot.pause(0.02)
        except TimeoutError:
            raise AssertionError(f"this did not come true; the screen is:\n{self.text()}") from None

    async def shows(self, words: str) -> None:
        """Let the app work until these words are on the screen."""
        await self.until(lambda: words in self.text())


Running = Callable[..., AbstractAsyncContextManager[Driven]]


@pytest.fixture
def running() -> Running:
    """Runs the app on a core, and waits for its feed."""

    @asynccontextmanager
    async def run(served: Served, size: tuple[int, int] = (80, 24), first: str = "live") -> AsyncIterator[Driven]:
        app = AssistantApp(served.home, None, "dark", first)
        async with app.run_test(size=size, notifications=True) as pilot:
            driven = Driven(app, pilot)
            await driven.until(
                lambda: app.state.status is not None and app.state.status.time is not None and not app.busy
            )
            await pilot.pause()
            yield driven

    return run


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Tests that are coroutines have a loop of their own."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    named = pyfuncitem._fixtureinfo.argnames
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in named}))
    return True
