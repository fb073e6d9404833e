"""Puts a real service together: store, ideas, embedding, learner, memory, sources, model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from edge_assistant.context.activity_classes import ActivityClassifier
from edge_assistant.domain import ACTIVITY_CLASSES
from edge_assistant.errors import StoreError
from edge_assistant.learning import prior as priors
from edge_assistant.learning.prior import Prior
from edge_assistant.llm.embedding import Embedder, HashEmbedder, default_embedder
from edge_assistant.loop.assistant import Assistant
from edge_assistant.loop.learner import Learner
from edge_assistant.memory import MemoryStore
from edge_assistant.own.store import OwnThings
from edge_assistant.paths import Paths
from edge_assistant.ranker.features import FeatureMaker
from edge_assistant.service.clock import Clock, SystemClock
from edge_assistant.service.core import Core
from edge_assistant.service.idea_supply import IdeaSupply
from edge_assistant.service.model.host import SupervisedModel
from edge_assistant.service.rpc.protocol import Training
from edge_assistant.service.rpc.socket_path import private_folder
from edge_assistant.service.settings.speech import costs_of, limits_of
from edge_assistant.service.sources import LiveContextSources
from edge_assistant.service.state import Emit, ServiceState, ignore_event
from edge_assistant.service.views.adapters import served_adapter
from edge_assistant.settings import Settings
from edge_assistant.storage.store import Store

STAND_IN = "stand-in"
"""As the path of the embedding model: the one for tests, which is there at once and knows words, not meanings."""


def build_service_state(
    store: Store,
    settings: Settings,
    paths: Paths,
    *,
    clock: Clock | None = None,
    features: FeatureMaker | None = None,
    embedder: Embedder | None = None,
    prior: Prior | None = None,
    emit: Emit = ignore_event,
) -> ServiceState:
    """A loaded service state without a model.

    Args:
        store: open for writing.
        settings: to begin with.
        paths: of the home and the cache.
        clock: None is the computer's.
        features: None makes them from the ideas that are there.
        embedder: None takes the packaged one.
        prior: of a stranger; None takes the packaged one of everybody.
        emit: told every event.

    Raises:
        StoreError: what the store holds is not understood.
    """
    embedder, clock = embedder or make_embedder(paths, settings), clock or SystemClock()
    supply = IdeaSupply(OwnThings(store), paths, embedder, clock)
    if features is None:
        features = FeatureMaker(embedder, ActivityClassifier(embedder), supply.gather(settings))
    learner = Learner(
        prior or priors.load(), features, costs_of(settings), limits_of(settings), variety=settings.topics.variety
    )
    memory = MemoryStore(store, embedder, paths.index)
    assistant = Assistant(learner)
    service = ServiceState(store, assistant, memory, clock, settings, paths, supply, emit=emit)
    try:
        service.load()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise StoreError(
            f"store {paths.store}: what was learned is not understood ({type(error).__name__}: {error}); "
            "move the file away, or restore a backup"
        ) from error
    return service


def build_core(
    settings: Settings,
    paths: Paths,
    emit: Emit,
    clock: Clock | None = None,
) -> Core:
    """The core of a home, with its model on the way. The caller holds the home's lock and starts it."""
    private_folder(paths.home)
    store = Store.open(paths.store)
    service = build_service_state(store, settings, paths, clock=clock, emit=emit)
    core = Core(service, LiveContextSources(settings, store, activity_class_of(service)))
    attach_model(core)
    attach_trainer(core)
    core.on_settings = partial(follow_settings, core)
    return core


def attach_model(core: Core) -> None:
    """Begin to load the model that the settings name, in place of the former one."""
    service = core.service
    former = service.model
    host = SupervisedModel(service.settings.model, core.tell_state, partial(served_adapter, service.paths))
    service.model = host
    if former is not None:
        former.close()
    host.start()


def attach_trainer(core: Core) -> None:
    """Begin to watch for idle hours to train adapters in, in place of a former watch."""
    from edge_assistant.service.background_training import BackgroundTrainer

    if core.trainer is not None:
        core.trainer.close()
    service = core.service

    def changed(training: Training) -> None:
        service.emit("training", training.to_dict())

    trainer = BackgroundTrainer(service.paths, service.settings, reply_due=lambda: core.asking.busy, on_change=changed)
    core.trainer = trainer
    if service.presence.training_paused:
        trainer.pause()
    trainer.start()


def follow_settings(core: Core, before: Settings) -> None:
    """Let changed settings have their effect on the model and on training."""
    settings = core.service.settings
    if settings.model != before.model:
        attach_model(core)
    if settings.training != before.training or settings.model.path != before.model.path:
        attach_trainer(core)


def close_core(core: Core) -> None:
    """End everything that `build_core` has begun."""
    core.stop()
    if core.trainer is not None:
        core.trainer.close()
    if core.service.model is not None:
        core.service.model.close()
    with core.service.lock:
        core.service.store.close()


def make_embedder(paths: Paths, settings: Settings) -> Embedder:
    """The embedder that the settings name."""
    if settings.embedding.path == STAND_IN:
        return HashEmbedder(64)
    return default_embedder(paths.cache, settings.embedding.path or None, threads=settings.embedding.threads or None)


def activity_class_of(service: ServiceState) -> Callable[[str], str]:
    """Tells the likeliest class of an activity."""

    def likeliest(text: str) -> str:
        if service.presence.private:  # a cache would keep a vector of what is nobody's business
            return "unknown"
        chances, _ = service.assistant.learner.features.texts.read(text)
        return ACTIVITY_CLASSES[int(chances.argmax())]

    return likeliest
