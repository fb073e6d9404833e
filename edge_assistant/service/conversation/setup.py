"""The first start: a few questions, every one of which may be skipped; the answers are evidence for the learner."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from edge_assistant.errors import EdgeAssistantError, UsageError
from edge_assistant.feedback import setup as questions
from edge_assistant.feedback.undo import CORRECTED_KEY
from edge_assistant.ranker.ideas import KnowledgeBase
from edge_assistant.service.conversation.correcting import MOST_TASTES
from edge_assistant.service.finding_sources import FOUND_KINDS, find_sources
from edge_assistant.service.rpc.protocol import LEVELS
from edge_assistant.service.rpc.setup_values import IdeaChoice, ModelChoice, SetupChoices, SetupState
from edge_assistant.service.settings.file import write_settings
from edge_assistant.service.state import ServiceState
from edge_assistant.service.stated_tastes import PER_DAY, StatedTaste, StatedTastes
from edge_assistant.service.views.evidence import WORDINGS_SAID
from edge_assistant.settings import Settings
from edge_assistant.things import Thing, asked_of
from edge_assistant.trigger.good_times import HOURS, OCCASIONS, GoodTimes

MOST_A_DAY = 24
"""Suggestions a day that can be named."""
MOST_DAYS = 90
"""After which the same thing may come again."""
AGAIN = "gaps.again"
"""The belief that the named number of days is."""

OFFERED = 24
"""Ideas to choose likes and dislikes from, one of each category first."""
MOST_PULLABLE = 4
"""Models of the catalogue that are named."""

KEPT = (
    "What you do, in short words such as 'writing code', with the time; window titles only if you ask for it.",
    "What was suggested, what you answered, and what was learned from it.",
    "Everything lies in {home}, readable by you alone; nothing ever leaves this machine.",
    "You can see, correct and forget all of it on the memory screen; a private mode keeps nothing.",
)


class Setup:
    """Offers the questions and takes the answers."""

    def __init__(self, service: ServiceState) -> None:
        self.service = service

    def state(self) -> SetupState:
        """What can be chosen from."""
        service = self.service
        settings = service.settings
        said = [taste for taste in StatedTastes(service).all() if not taste.picked]
        said_numbers = service.store.get_state(CORRECTED_KEY) or {}
        return SetupState(
            done=service.presence.setup_done,
            found=find_sources(settings.sources, service.clock.now()),
            models=tuple(self._models()),
            pullable=tuple(self._pullable()),
            ideas=tuple(self._ideas()),
            groups=tuple(self._groups()),
            pairs=questions.PAIRS,
            likes=tuple(self._words(taste) for taste in said if taste.liked),
            dislikes=tuple(self._words(taste) for taste in said if not taste.liked),
            per_day=said_numbers.get(PER_DAY),
            repeat_days=said_numbers.get(AGAIN),
            repeat_choices=questions.REPEAT_DAYS,
            hours=tuple((name, f"{start}:00 to {end}:00") for name, (start, end) in HOURS.items()),
            occasions=tuple((name, words) for name, (words, _) in OCCASIONS.items()),
            good_times=tuple(sorted(service.assistant.learner.good_times.good)),
            bad_times=tuple(sorted(service.assistant.learner.good_times.bad)),
            things=tuple((thing.name, thing.ask) for thing in self._things()),
            has=tuple(sorted(service.assistant.learner.has)),
            level=settings.presence.level,
            quiet_from=settings.limits.quiet_from,
            quiet_to=settings.limits.quiet_to,
            kept=tuple(line.format(home=service.home) for line in KEPT),
        )

    def save(self, choices: SetupChoices) -> Settings:
        """Take the answers: settings go to the file, tastes to the learner. Returns the settings.

        Raises:
            UsageError: an answer that cannot be; nothing is changed then.
        """
        service = self.service
        if choices.level and choices.level not in LEVELS:
            raise UsageError(f"setup: level {choices.level!r} is unknown; choose one of {', '.join(LEVELS)}")
        if len(choices.likes) + len(choices.dislikes) > MOST_TASTES:
            raise UsageError(f"setup: more than {MOST_TASTES} likes and dislikes; a few are enough")
        _check(choices, service.assistant.base)
        changes: dict[str, dict[str, object]] = {"presence": {}, "limits": {}, "model": {}, "topics": {}, "person": {}}
        if choices.level:
            changes["presence"]["level"] = choices.level
        for name in ("quiet_from", "quiet_to"):
            value = getattr(choices, name)
            if value is not None:
                changes["limits"][name] = float(value)
        if choices.sources:
            changes["sources"] = _sources(choices, service.settings)
        if choices.model:
            changes["model"]["path"] = choices.model
        if choices.never:
            changes["topics"]["never"] = list(choices.never)
        if choices.has is not None:
            changes["person"] = self._person(choices.has)
        wanted = {section: fields for section, fields in changes.items() if fields}
        settings = write_settings(service.paths.config, wanted) if wanted else service.settings
        with service.lock, service.store.transaction():
            service.undo.remember("what you told at the first start", None, True, service.memory.last_id())
            tastes = StatedTastes(service)
            tastes.say(choices.likes, True)
            tastes.say(choices.dislikes, False)
            tastes.pick(choices.picked, True)
            tastes.pick(choices.struck, False)
            self._learn_wordings_and_number(choices)
            service.assistant.learner.good_times = _good_times(choices, service.assistant.learner.good_times)
            service.assistant.learner.learned()
            service.assistant.learner.settle()
            service.learned.save()
            service.presence.setup_done = True
            service.save_presence()
            if not service.presence.private:
                service.store.add_event("setup", service.clock.now(), asdict(choices))
        return settings

    # Inside

    def _learn_wordings_and_number(self, choices: SetupChoices) -> None:
        """Which wordings are liked and how many a day are right; shown among the beliefs as the person's own word."""
        wordings = tuple((better, worse) for better, worse in choices.wordings)
        alike = tuple((first, second) for first, second in choices.alike)
        kept = dict(self.service.store.get_state(CORRECTED_KEY) or {})
        numbers = {PER_DAY: choices.per_day, AGAIN: choices.repeat_days}
        # a number that was named before and is confirmed is not said twice
        new = {name: value for name, value in numbers.items() if value is not None and value != kept.get(name)}
        told = questions.SetupAnswers(
            wordings=wordings, alike=alike, per_day=new.get(PER_DAY), repeat_days=new.get(AGAIN)
        )
        questions.apply(self.service.assistant.learner, told)
        kept |= new
        if wordings or alike:
            kept[WORDINGS_SAID] = [list(pair) for pair in (*wordings, *alike)]
        self.service.store.set_state(CORRECTED_KEY, kept)

    def _things(self) -> tuple[Thing, ...]:
        return asked_of(idea.needs for idea in self.service.assistant.base.ideas)

    def _person(self, has: tuple[str, ...]) -> dict[str, object]:
        """The settings for an answer: what was shown as there and is not chosen any more, the person lacks."""
        asked = {thing.name for thing in self._things()}
        learner, former = self.service.assistant.learner, self.service.settings.person
        kept = {thing for thing in former.has if thing not in asked}
        lacks = (asked & learner.has) | learner.lacks
        return {"has": sorted(kept.union(has)), "lacks": sorted(lacks.difference(has))}

    def _words(self, taste: StatedTaste) -> str:
        idea = self.service.assistant.base.by_id.get(taste.words)
        return idea.text if idea is not None else taste.words

    def _groups(self) -> list[tuple[IdeaChoice, ...]]:
        features = self.service.assistant.learner.features
        ideas = features.base.ideas
        return [
            tuple(IdeaChoice(ideas[place].id, ideas[place].text, ideas[place].category) for place in group)
            for group in questions.groups(features)
        ]

    def _ideas(self) -> list[IdeaChoice]:
        """Ideas near the middle of each category; the very nearest are asked about in the groups."""
        base = self.service.assistant.base
        vectors = self.service.assistant.learner.features.idea_vectors
        chosen: list[int] = []
        for depth in (1, 2):
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
        folder = self.service.paths.models
        names = ["", *sorted(str(path) for path in folder.glob("*.gguf"))] if folder.is_dir() else [""]
        for name in names:
            try:
                file = models.resolve(name or None)
            except EdgeAssistantError as error:
                if name:
                    found.append(ModelChoice(name, name.rpartition("/")[2], fits=False, detail=str(error)))
                continue
            settings = self.service.settings.model
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
        here = {path.name for path in self.service.paths.models.glob("*.gguf")}
        fitting = [entry for entry in catalogue() if entry.fits(free) and entry.file not in here]
        places = {round(place) for place in np.linspace(0, len(fitting) - 1, MOST_PULLABLE)} if fitting else set()
        return [
            ModelChoice("", fitting[place].name, round(fitting[place].file_gb * 1000), detail=fitting[place].note)
            for place in sorted(places)
        ]


def _sources(choices: SetupChoices, settings: Settings) -> dict[str, object]:
    """The settings with what may be looked at beside what is looked at already."""
    places = {kind: [place for each, place in choices.sources if each == kind] for kind, _ in choices.sources}
    changes: dict[str, object] = {}
    if "calendar" in places:
        changes |= {"calendar": True, "calendars": [*settings.sources.calendars, *places["calendar"]]}
    if "notes" in places:
        changes["notes"] = places["notes"][0]
    if "activitywatch" in places:
        changes["activitywatch"] = True
    return changes


def _good_times(choices: SetupChoices, said: GoodTimes) -> GoodTimes:
    """When a word is welcome, as answered now; what was not asked or was skipped stays as it was said."""

    def now(answered: tuple[tuple[str, ...] | None, ...], before: frozenset[str]) -> frozenset[str]:
        pairs = zip(answered, (frozenset(HOURS), frozenset(OCCASIONS)), strict=True)
        return frozenset().union(*(before & known if new is None else new for new, known in pairs))

    return GoodTimes(
        now((choices.good_hours, choices.good_occasions), said.good),
        now((choices.bad_hours, choices.bad_occasions), said.bad),
    )


def _check(choices: SetupChoices, base: KnowledgeBase) -> None:
    """Raises `UsageError` for an answer that cannot be."""
    for name in (*choices.picked, *choices.struck):
        if name not in base.by_id:
            raise UsageError(f"setup: there is no idea {name!r}; 'setup.get' lists those that can be picked or struck")
    if both := set(choices.picked) & set(choices.struck):
        raise UsageError(f"setup: {', '.join(sorted(both))} cannot be both picked and struck")
    for source in choices.sources:
        if len(source) != 2 or source[0] not in FOUND_KINDS:
            raise UsageError(
                f"setup: {list(source)} cannot be looked at; give one of {', '.join(FOUND_KINDS)} and a place"
            )
    for good, bad, among in (
        (choices.good_hours, choices.bad_hours, HOURS),
        (choices.good_occasions, choices.bad_occasions, OCCASIONS),
    ):
        named = [*(good or ()), *(bad or ())]
        if wrong := [name for name in named if name not in among]:
            raise UsageError(f"setup: {', '.join(wrong)} cannot be a good or bad time; one of {', '.join(among)} can")
        if len(set(named)) < len(named):
            raise UsageError("setup: one time cannot be both good and bad, or be named twice")
    known = {frozenset(pair) for pair in questions.PAIRS}
    for pair in (*choices.wordings, *choices.alike):
        if len(pair) != 2 or frozenset(pair) not in known:
            raise UsageError(f"setup: {list(pair)} is none of the pairs of wordings that 'setup.get' lists")
    if choices.per_day is not None and not 1 <= choices.per_day <= MOST_A_DAY:
        raise UsageError(f"setup: {choices.per_day} suggestions a day cannot be; give 1 to {MOST_A_DAY}")
    if choices.repeat_days is not None and not 1 <= choices.repeat_days <= MOST_DAYS:
        raise UsageError(f"setup: {choices.repeat_days} days until the same thing cannot be; give 1 to {MOST_DAYS}")
