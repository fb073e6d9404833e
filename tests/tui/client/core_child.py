"""A real core in a process of its own that starts quickly: the stand-in embedding, no model. Run by tests."""

from __future__ import annotations

import asyncio

from edge_assistant.config import load_settings
from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.llm.embedding import HashEmbedder
from edge_assistant.paths import Paths
from edge_assistant.ranker import ideas as knowledge
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.service.building import build_service_state
from edge_assistant.service.core import Core
from edge_assistant.service.lock import HomeLock
from edge_assistant.service.rpc.server import Server
from edge_assistant.service.rpc.socket_path import private_folder
from edge_assistant.service.sources import ToldSenses
from edge_assistant.storage.store import Store


async def serve() -> None:
    paths = Paths.from_environment()
    private_folder(paths.home)
    with HomeLock(paths.home):
        embedder = HashEmbedder(64)
        features = FeatureMaker(embedder, ActivityClassifier(embedder), knowledge.load_packaged())
        store = Store.open(paths.store)
        service = build_service_state(store, load_settings(), paths, features=features, embedder=embedder)
        service.presence.setup_done = True
        core = Core(service, ToldSenses())
        core.tick_seconds = 3600
        server = Server(paths.home, core.call)
        service.emit = server.emit
        await server.start()
        core.start()
        await asyncio.Event().wait()


asyncio.run(serve())
