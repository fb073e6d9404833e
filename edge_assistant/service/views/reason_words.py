"""What spoke for and against, in words that a person understands: the names of features are the learner's own."""

from __future__ import annotations

from collections.abc import Iterable

from edge_assistant.domain import Reason

CLASS_WORDS = {
    "meal": "a meal",
    "errand": "an errand",
    "walk": "a walk",
    "deep_work": "deep work",
    "routine_work": "routine work",
    "media": "watching or listening",
    "craft": "making something",
    "garden": "plants and pets",
    "care": "looking after somebody",
    "call": "a call",
    "ritual": "a ritual",
    "pause": "a pause",
    "meeting": "a meeting",
    "unknown": "something that I cannot name",
}
"""Activity classes that do not read well as they are called."""

ATTRIBUTES = {
    "effort": "how much effort it takes",
    "minutes": "how long it takes",
    "social": "whether others are part of it",
    "novelty": "how new it would be to you",
    "stimulation": "how lively it is",
    "cost": "what it costs",
    "health": "what it does for your health",
}

PARTS = {"weekend": "at the weekend", "morning": "in the morning", "evening": "in the evening"}

WHOLE = {
    "always": "how often any suggestion is welcome",
    "ideas in general": "how often any idea pleases",
    "weekends": "it is the weekend",
    "just after a change of activity": "you have just begun something",
    "early in an activity": "you have just begun something",
    "an occasion you named": "you said that this suits you",
    "an occasion you ruled out": "you said that this does not suit you",
    "an hour you named": "you said that this hour suits you",
    "an hour you ruled out": "you said that this hour does not suit you",
    "false alarms of late": "unwelcome suggestions of late",
    "suits the activity": "it goes with what you are doing",
    "times heard this week": "how often you have heard it this week",
    "like what you said you like": "it is like what you said you like",
    "shares words with what you said you like": "it is like what you said you like",
    "like what you said you do not like": "it is like what you said you do not like",
    "like something you do": "it is like something that you do",
    "like several things you do": "it is like several things that you do",
    "like what you do now": "it is like what you are doing",
    "this very activity": "this very activity of yours",
    "this very idea": "this very idea",
}


def plain_reason(name: str) -> str:
    """A feature's name in words; one that is unknown stays as it is."""
    if name in WHOLE:
        return WHOLE[name]
    if name.startswith("what the activity is about"):
        return "what you are doing"
    if name.startswith("what the idea is about"):
        return "what the idea is about"
    if name.startswith(("around ", "at ")):
        return "the time of day"
    if name.startswith("weekends around "):
        return "the time of day at weekends"
    if name.startswith("like what you do ("):
        kind = name.removeprefix("like what you do (").removesuffix(")")
        return "it is like other things you do: " + CLASS_WORDS.get(kind, kind.replace("_", " "))
    if name.startswith("while "):
        kind = name.removeprefix("while ")
        return "the kind of activity: " + CLASS_WORDS.get(kind, kind.replace("_", " "))
    part, colon, rest = name.partition(": ")
    if colon and part in PARTS:
        return f"{_about(rest)}, {PARTS[part]}"
    if colon and part == "suits the activity":
        return f"{_about(rest)}, where they go with what you are doing"
    return _about(name)


def plain_reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Reasons in words, those that read alike added up, the strongest first; what cancels out is left out."""
    found: dict[str, float] = {}
    for reason in reasons:
        words = plain_reason(reason.text)
        found[words] = found.get(words, 0.0) + reason.weight
    ordered = sorted(found.items(), key=lambda item: -abs(item[1]))
    return tuple(Reason(words, weight) for words, weight in ordered if weight)


def _about(name: str) -> str:
    category = name.removeprefix("category ")
    return ATTRIBUTES.get(name, name) if category == name else f"ideas about {category.replace('_', ' ')}"
