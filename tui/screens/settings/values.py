"""Settings as people read and type them: 'on', '22:30', 'work, money'."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from edge_assistant.service.rpc.protocol import Setting

SECTIONS = {
    "presence": "How often I speak up",
    "limits": "Limits",
    "topics": "Topics",
    "person": "What you have",
    "sources": "What I may look at",
    "place": "Where you are",
    "notifications": "Notifications",
    "screen": "This screen",
    "model": "Model",
    "training": "Training",
    "costs": "When a suggestion is worth it",
    "embedding": "How texts are compared",
    "simulation": "Simulation",
}
"""The sections in the order of the screen, with their titles; others follow under their own names."""

LABELS = {
    "presence.level": "how often",
    "person.has": "you have",
    "person.lacks": "you do not have",
    "limits.least_gap": "minutes between two",
    "limits.per_hour": "at most an hour",
    "limits.per_day": "at most a day",
    "limits.before_appointment": "minutes before meetings",
    "topics.never": "never mention",
    "topics.variety": "variety of topics",
    "sources.typed": "what you type",
    "sources.typed_minutes": "valid for, minutes",
    "sources.calendars": "calendar files",
    "sources.activitywatch": "ActivityWatch",
    "sources.activitywatch_host": "its address",
    "sources.activitywatch_port": "its port",
    "sources.full_titles": "full window titles",
    "sources.idle": "keys and mouse",
    "sources.away_minutes": "away after, minutes",
    "sources.notes": "folder of notes",
    "sources.plugins": "other sources",
    "place.works_at": "works on weekdays",
    "place.latitude": "degrees north",
    "place.longitude": "degrees east",
    "notifications.on": "on the desktop",
    "notifications.always": "also beside this screen",
    "model.path": "model",
    "model.n_ctx": "context, tokens",
    "model.sequences": "parallel sentences",
    "model.prefix_cache_mb": "prompt cache, MB",
    "model.threads": "processor threads",
    "model.task_adapter": "suggestion adapter",
    "training.on": "train while idle",
    "training.hours_from": "from",
    "training.hours_to": "until",
    "training.away_minutes": "away for, minutes",
    "training.least_charge": "least battery charge",
    "training.free_memory_mb": "free memory, MB",
    "training.hottest": "hottest, degrees",
    "training.threads": "processor threads",
    "embedding.path": "model for meaning",
    "embedding.threads": "processor threads",
    "costs.false_alarm": "cost of a false alarm",
    "costs.missed_need": "cost of a missed one",
    "costs.badly_put": "lost when badly worded",
}
"""Settings whose field alone says too little; the others are called as in the file."""

HOURS = ("quiet_from", "quiet_to", "from_hour", "to_hour", "hours_from", "hours_to")
"""Fields that are hours of the day: 22.5 is written 22:30."""


def section_title(section: str) -> str:
    """A section as the screen names it."""
    return SECTIONS.get(section, section)


def in_order(settings: Iterable[Setting]) -> list[Setting]:
    """By section, in the order of the screen."""
    order = list(SECTIONS)
    return sorted(settings, key=lambda one: order.index(one.section) if one.section in order else len(order))


def is_hour(setting: Setting) -> bool:
    """Whether a number is an hour of the day."""
    return setting.kind in ("float", "int") and setting.field in HOURS


def label(setting: Setting) -> str:
    """The setting in a few words."""
    return LABELS.get(f"{setting.section}.{setting.field}", setting.field.replace("_", " "))


def shown(setting: Setting, value: Any = None) -> str:
    """A value in words; without one, the setting's own."""
    value = setting.value if value is None else value
    if setting.kind == "bool":
        return "on" if value else "off"
    if setting.kind == "list":
        return ", ".join(str(item) for item in value) or "none"
    if is_hour(setting):
        minutes = round(float(value) * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    if setting.kind in ("int", "float"):
        return f"{float(value):.10g}"
    if value in ("", None):
        return "as packaged" if setting.section in ("model", "embedding") else "none"
    return str(value)


def editable(setting: Setting) -> str:
    """A value as the line to edit begins with it."""
    if setting.kind == "list":
        return ", ".join(str(item) for item in setting.value)
    return "" if setting.value in ("", None) else shown(setting)


def parse_value(setting: Setting, text: str) -> Any:
    """What was typed as a value; the core checks ranges.

    Raises:
        ValueError: it cannot be one; the message says what can.
    """
    text = text.strip()
    if setting.kind == "bool":
        if text.lower() in ("on", "yes", "true", "1", "off", "no", "false", "0"):
            return text.lower() in ("on", "yes", "true", "1")
        raise ValueError("on or off")
    if setting.kind == "list":
        return [item.strip() for item in text.split(",") if item.strip()]
    if setting.kind == "choice":
        if text not in setting.choices:
            raise ValueError("one of " + "; ".join(setting.choices))
        return text
    if setting.kind in ("int", "float"):
        return _number(setting, text)
    return text


def _number(setting: Setting, text: str) -> float | int:
    try:
        if is_hour(setting) and ":" in text:
            hours, _, minutes = text.partition(":")
            number = int(hours) + int(minutes) / 60
        else:
            number = float(text.replace(",", "."))
    except ValueError:
        raise ValueError("a time such as 22:30" if is_hour(setting) else "a number") from None
    low = setting.low if setting.low is not None else number
    high = setting.high if setting.high is not None else number
    if not low <= number <= high:
        raise ValueError(f"{shown(setting, low)} to {shown(setting, high)}" if high != number else f"{low:g} or more")
    return int(number) if setting.kind == "int" else number


def stepped(setting: Setting, step: int) -> Any:
    """The value one step on (1) or back (-1); None where stepping makes no sense."""
    if setting.kind == "bool":
        return not setting.value
    if setting.kind == "choice" and setting.choices:
        place = setting.choices.index(setting.value) if setting.value in setting.choices else 0
        return setting.choices[min(max(place + step, 0), len(setting.choices) - 1)]
    if setting.kind in ("int", "float"):
        size = 0.5 if is_hour(setting) else 1 if setting.kind == "int" or abs(float(setting.value)) >= 5 else 0.1
        number = round(float(setting.value) + step * size, 6)
        low = setting.low if setting.low is not None else number
        high = setting.high if setting.high is not None else number
        number = min(max(number, low), high)
        return int(number) if setting.kind == "int" else number
    return None
