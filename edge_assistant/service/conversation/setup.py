"""The first start: a few questions, every one of which may be skipped; the answers are evidence for the learner."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from edge_assistant.composer.composer import Composer, Request
from edge_assistant.domain import Context, Manner
from edge_assistant.errors import EdgeAssistantError, UsageError
from edge_assistant.feedback.stated_taste import DISLIKED, LIKED, state_tastes
from edge_assistant.service.rpc.protocol import LEVELS
from edge_assistant.service.rpc.setup_values import IdeaChoice, MannerExample, ModelChoice, SetupChoices, SetupState
from edge_assistant.service.settings_file import write_settings
from edge_assistant.service.state import Body
from edge_assistant.service.views.beliefs import COMMON, WELCOME
from edge_assistant.settings import Settings

EXAMPLE_IDEA = "put the kettle on and drink a cup of tea by the window"
EXAMPLES = (
    ("short and plain", Manner("short", "casual", "direct", "plain")),
    ("gentle and warm", Manner("long", "casual", "gentle", "warm")),
    ("a polite question", Manner("short", "formal", "question", "plain")),
    ("lively", Manner("short", "casual", "direct", "warm", "yes", "yes")),
)
"""Four ways to say one thing, as far apart as they can be."""

OFFERED = 24
"""Ideas to choose likes and dislikes from, one of each category first."""
MOST_PULLABLE = 4
"""Models of the catalogue that are named."""
MOST_TASTES = 200
"""Likes and dislikes together."""

KEPT = (
    "What you do, in short words such as 'writing code', with the time; window titles only if you ask for it.",
    "What was suggested, what you answered, and what was learned from it.",
    "Everything lies in {home}, readable by you alone; nothing ever leaves this machine.",
    "You can see, correct and forget all of it on the memory screen; a private mode keeps nothing.",
)


class Setup:
    """Offers the questions and takes the answers."""

    def __init__(self, body: Body) -> None:
        self.body = body

    def state(self) -> SetupState:
        """What can be chosen from."""
        body = self.body
        settings = body.settings
        return SetupState(
            done=body.presence.setup_done,
            models=tuple(self._models()),
            pullable=tuple(self._pullable()),
            manners=tuple(self._examples()),
            ideas=tuple(self._ideas()),
            level=settings.presence.level,
            quiet_from=settings.limits.quiet_from,
            quiet_to=settings.limits.quiet_to,
            kept=tuple(line.format(home=body.home) for line in KEPT),
        )

    def save(self, choices: SetupChoices) -> Settings:
        """Take the answers: settings go to the file, tastes to the learner. Returns the settings.

        Raises:
            UsageError: an answer that cannot be; nothing is changed then.
        """
        body = self.body
        if choices.level and choices.level not in LEVELS:
            raise UsageError(f"setup: level {choices.level!r} is unknown; choose one of {', '.join(LEVELS)}")
        if len(choices.likes) + len(choices.dislikes) > MOST_TASTES:
            raise UsageError(f"setup: more than {MOST_TASTES} likes and dislikes; a few are enough")
        try:
            manner = Manner(**choices.manner) if choices.manner else None
        except (TypeError, ValueError) as error:
            raise UsageError(f"setup: {error}") from error
        changes: dict[str, dict[str, object]] = {"presence": {}, "limits": {}, "model": {}, "topics": {}}
        if choices.level:
            changes["presence"]["level"] = choices.level
        for name in ("quiet_from", "quiet_to"):
            value = getattr(choices, name)
            if value is not None:
                changes["limits"][name] = float(value)
        if choices.model:
            changes["model"]["path"] = choices.model
        if choices.never:
            changes["topics"]["never"] = list(choices.never)
        wanted = {section: fields for section, fields in changes.items() if fields}
        settings = write_settings(body.paths.config, wanted) if wanted else body.settings
        with body.lock, body.store.transaction():
            now = Context(body.clock.now(), COMMON)
            for words, likelihoods in ((choices.likes, LIKED), (choices.dislikes, DISLIKED)):
                state_tastes(body.assistant.learner, now, words, likelihoods)
            if manner is not None:
                self._learn_manner(manner)
            body.assistant.learner.settle()
            body.learned.save()
            body.presence.setup_done = True
            body.save_presence()
            if not body.presence.private:
                body.store.add_event("setup", body.clock.now(), asdict(choices))
        return settings

    # Inside

    def _learn_manner(self, manner: Manner) -> None:
        """The chosen version is well put, the others perhaps not."""
        manners = self.body.assistant.learner.manners
        for example in self._examples():
            chosen = Manner(**example.manner) == manner
            manners.learn(example.text, (), *(WELCOME if chosen else (0.45, 0.55)))

    def _examples(self) -> list[MannerExample]:
        base = self.body.assistant.base
        wanted = self.body.assistant.learner.features.embedder.embed([EXAMPLE_IDEA])[0]
        idea = base.ideas[int(np.argmax(self.body.assistant.learner.features.idea_vectors @ wanted))]
        context = Context(self.body.clock.now(), "a pause")
        requests = [Request(idea, context, manner, 0) for _, manner in EXAMPLES]
        composed = Composer(None).compose_many(requests)
        return [
            MannerExample(name, said.text, asdict(manner))
            for (name, manner), said in zip(EXAMPLES, composed, strict=True)
        ]

    def _ideas(self) -> list[IdeaChoice]:
        """One idea of each category, the one nearest to its middle, then a second of each."""
        base = self.body.assistant.base
        vectors = self.body.assistant.learner.features.idea_vectors
        chosen: list[int] = []
        for depth in range(2):
            for category in sorted(set(base.category_index.tolist())):
                places = np.flatnonzero(base.category_index == category)
                middle = vectors[places].mean(axis=0)
                order = places[np.argsort(-(vectors[places] @ middle), kind="stable")]
                if len(order) > depth:
                    chosen.append(int(order[depth]))
        ideas = [base.ideas[index] for index in chosen[:OFFERED]]
        return [IdeaChoice(idea.id, idea.text, idea.category) for idea in ideas]

    def _models(self) -> list[ModelChoice]:
        """The packaged model and those in the models folder."""
        from edge_assistant.llm import models

        found = []
        folder = self.body.paths.models
        names = ["", *sorted(str(path) for path in folder.glob("*.gguf"))] if folder.is_dir() else [""]
        for name in names:
            try:
                file = models.resolve(name or None)
            except EdgeAssistantError as error:
                if name:
                    found.append(ModelChoice(name, name.rpartition("/")[2], fits=False, detail=str(error)))
                continue
            settings = self.body.settings.model
            needed = file.needed_bytes(settings.n_ctx, min(settings.sequences, 4))
            detail = f"{file.quantization}, about {needed / 2**20:.0f} MB in memory"
            found.append(
                ModelChoice(name, file.name, round(file.size / 2**20, 1), needed < models.available_bytes(), detail)
            )
        return found

    def _pullable(self) -> list[ModelChoice]:
        """Models of the catalogue that fit and are not here, from small to large; nothing is fetched by itself."""
        from edge_assistant.llm import models
        from edge_assistant.llm.catalogue.entries import catalogue

        free = models.available_bytes()
        here = {path.name for path in self.body.paths.models.glob("*.gguf")}
        fitting = [entry for entry in catalogue() if entry.fits(free) and entry.file not in here]
        places = {round(place) for place in np.linspace(0, len(fitting) - 1, MOST_PULLABLE)} if fitting else set()
        return [
            ModelChoice("", fitting[place].name, round(fitting[place].file_gb * 1000), detail=fitting[place].note)
            for place in sorted(places)
        ]
