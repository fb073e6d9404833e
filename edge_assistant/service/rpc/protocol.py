"""What the service and its clients say to each other: JSON lines over a unix socket, and the values inside them.

    -> {"id": 1, "method": "status", "params": {}}
    <- {"id": 1, "result": {...}}            or {"id": 1, "error": {"message": "...", "code": 2}}
    <- {"event": "suggestion", "data": {...}}    pushed after the method `subscribe`

Imports nothing heavy: a screen reads this file before it draws its first frame. `code` is an exit code of `errors.py`.

`core.Core.methods` lists the methods; each takes the parameters of the function behind it, and answers with the value
that this one returns, or with a `Status`. `subscribe` belongs to the socket: from then on a connection receives EVENTS.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from edge_assistant.context.observation import SourceState
from edge_assistant.domain import CalendarEntry, Reason
from edge_assistant.service.rpc.values import Value

VERSION = 2
"""Of the protocol; `Status.protocol` tells the service's."""

EVENTS = ("suggestion", "state", "token", "training", "feed")
"""suggestion: a new Entry. state: a Status. token: {"ask", "text"}. training: a Training. feed: a changed Entry."""

STATES = ("loading", "ready", "choosing-only", "restarting", "paused")
"""Of the core. choosing-only: the model may not write, it only chooses among prepared sentences."""

LEVELS = ("off", "rare", "normal", "chatty")
ENTRY_STATES = ("open", "accepted", "dismissed", "snoozed", "ignored", "expired")
OUTCOMES = ("done", "did_not")
SNOOZES = (15, 60, 240)
"""Minutes that the screen offers for 'later'."""

LONGEST_SNOOZE = 7 * 24 * 60
LONGEST_PAUSE = 366 * 24 * 60
"""Minutes."""

LONGEST_TEXT = 400
"""Characters of a suggestion in other words."""

REASON_WORDS = {
    "timing": "bad time",
    "frequency": "too often",
    "preference": "not for me",
    "communication": "badly put",
}
"""What a person calls the dimensions when dismissing."""


@dataclass(frozen=True, slots=True)
class ActivityView(Value):
    """What it thinks the person does now.

    Attributes:
        text, kind: in words, and of `domain.ACTIVITY_CLASSES`.
        source: which source says so.
        since: since when, or None when unknown.
        confidence: 0 to 1.
    """

    text: str = ""
    kind: str = "unknown"
    source: str = ""
    since: datetime | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class AbilityView(Value):
    """Something that the model may do or not: in words, and why, with a task in which it failed."""

    name: str
    words: str
    able: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ModelView(Value):
    """The model: its file's name, whether it may write, state none, loading, ready, restarting or failed."""

    name: str = ""
    can_write: bool = False
    state: str = "loading"
    detail: str = ""
    abilities: tuple[AbilityView, ...] = ()


@dataclass(frozen=True, slots=True)
class Training(Value):
    """Training of an adapter: state idle, waiting, running, paused or off; step of steps; `detail` one line."""

    state: str = "idle"
    step: int = 0
    steps: int = 0
    loss: float | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Today(Value):
    """Unasked suggestions of this day and of the last hour, and their caps."""

    suggestions: int = 0
    this_hour: int = 0
    per_day: int = 0
    per_hour: int = 0


@dataclass(frozen=True, slots=True)
class Status(Value):
    """The state of the core.

    Attributes:
        state: of `STATES`.
        paused_until: when a pause ends by itself, or None.
        chance, threshold: that speaking now is welcome, and what is needed, 0 to 1; None before the first tick.
        forbidden: the hard limit that keeps it silent now, or ''.
        notice: one line that the screen shall show, or ''.
        setup_done: the first start's questions were answered or skipped.
        review: today's review waits for whoever likes to answer it; for a quiet line, never for a notification.
        likes, dislikes: what the person said so of, in their own words.
    """

    state: str = "loading"
    paused_until: datetime | None = None
    private: bool = False
    activity: ActivityView = ActivityView()
    chance: float | None = None
    threshold: float | None = None
    forbidden: str = ""
    next_event: CalendarEntry | None = None
    level: str = "normal"
    sources: tuple[SourceState, ...] = ()
    model: ModelView = ModelView()
    adapter: str = ""
    training: Training = Training()
    today: Today = Today()
    time: datetime | None = None
    pid: int = 0
    home: str = ""
    notice: str = ""
    setup_done: bool = True
    review: bool = False
    undo: str = ""
    likes: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    protocol: int = VERSION


@dataclass(frozen=True, slots=True)
class Entry(Value):
    """One suggestion of the feed.

    Attributes:
        id: 's1', 's2', ...
        text: as it stands now; `edited` tells whether the person reworded it.
        idea: the idea's id, '' for a free sentence; `idea_text` its words.
        state: of `ENTRY_STATES`.
        reason: the dimension named in a dismissal, or ''.
        rating: {dimension: 0 or 1} where the person rated it, else None.
        snoozed_until, remind_at: times, or None.
        outcome: of `OUTCOMES`, or ''.
        reminder: this entry was shown again because of a reminder or after a snooze: reminder, snooze or ''.
    """

    id: str
    text: str
    time: datetime
    idea: str = ""
    idea_text: str = ""
    state: str = "open"
    reason: str = ""
    requested: bool = False
    rating: dict[str, int] | None = None
    edited: bool = False
    liked: bool = False
    snoozed_until: datetime | None = None
    remind_at: datetime | None = None
    outcome: str = ""
    reminder: str = ""
    turns: tuple[str, ...] = ()
    activity: str = ""


@dataclass(frozen=True, slots=True)
class Learned(Value):
    """What was learned from which feedback: when, after which suggestion, what was said back."""

    time: datetime
    text: str
    feedback: str


@dataclass(frozen=True, slots=True)
class Why(Value):
    """Why something was said, or why nothing is.

    Attributes:
        entry: the suggestion, None for the present silence.
        chance, threshold: as they were.
        chances: of the four dimensions, 0 to 1.
        reasons: for and against, the strongest first.
        idea: its text; `category` and `neighbours`: ideas that were next best.
        memories: texts that were near.
        learned: earlier feedback on this idea or ideas of its category.
        adapter: version that worded it, or ''.
        model: that worded it.
        silent_if: sentences: what would have kept it silent.
        context: what it saw: time, activity, gaps, counts.
    """

    entry: Entry | None = None
    chance: float = 0.0
    threshold: float = 1.0
    chances: dict[str, float] = field(default_factory=dict)
    reasons: tuple[Reason, ...] = ()
    idea: str = ""
    category: str = ""
    neighbours: tuple[str, ...] = ()
    memories: tuple[str, ...] = ()
    learned: tuple[Learned, ...] = ()
    adapter: str = ""
    model: str = ""
    silent_if: tuple[str, ...] = ()
    context: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemoryRow(Value):
    """One memory; kind action, suggestion, score, reason, or a summary's; `score` where it was searched for."""

    id: int
    kind: str
    time: datetime
    text: str
    importance: float = 0.0
    pinned: bool = False
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Forgotten(Value):
    """What a `memory.forget` takes away, or took away.

    Attributes:
        preview: nothing was removed yet.
        memories, feed, pairs: how many.
        rows: the first of the memories.
        entries: the first of the suggestions' texts.
        adapters: versions that were trained on what goes; they are marked for training anew.
    """

    preview: bool
    memories: int = 0
    feed: int = 0
    pairs: int = 0
    rows: tuple[MemoryRow, ...] = ()
    entries: tuple[str, ...] = ()
    adapters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer(Value):
    """The answer to a question.

    Attributes:
        ask: its id.
        state: done, cancelled, restarted (the engine died: ask again) or cannot-write (memories instead of words).
        text: the whole answer.
        memories: what it was made from.
    """

    ask: str
    state: str = "done"
    text: str = ""
    memories: tuple[MemoryRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn(Value):
    """A question of the conversation and its answer."""

    time: datetime
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class TimeTotal(Value):
    """An activity, its class, and how many minutes it took."""

    text: str
    kind: str
    minutes: float


@dataclass(frozen=True, slots=True)
class Setting(Value):
    """One setting: kind bool, int, float, text, choice or list; `source`: file, environment, command or default."""

    section: str
    field: str
    value: Any
    default: Any = None
    kind: str = "text"
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    help: str = ""
    source: str = "default"
    restart: bool = False
