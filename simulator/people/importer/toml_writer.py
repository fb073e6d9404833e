"""A persona as TOML that a person can read and change, with the words behind each value as comments."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError, StoreError
from simulator.people import persona as form
from simulator.people.importer.values import Imported
from simulator.people.persona import DAY_GROUPS, Persona, Span

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\b": "\\b", "\f": "\\f"}


def quote(text: str) -> str:
    """A basic TOML string."""
    out = "".join(
        _ESCAPES.get(letter, letter if ord(letter) >= 32 and ord(letter) != 127 else f"\\u{ord(letter):04x}")
        for letter in text
    )
    return f'"{out}"'


def value(entry: Any) -> str:
    """A TOML value on one line."""
    if isinstance(entry, bool):
        return "true" if entry else "false"
    if isinstance(entry, int):
        return str(entry)
    if isinstance(entry, float):
        return f"{entry:.4f}".rstrip("0").rstrip(".") if entry != int(entry) else f"{entry:.1f}"
    if isinstance(entry, str):
        return quote(entry)
    return "[" + ", ".join(value(part) for part in entry) + "]"


def _comment(text: str) -> str:
    """Words for a comment: one line, nothing that TOML refuses there."""
    plain = "".join(letter if ord(letter) >= 32 and ord(letter) != 127 else " " for letter in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= 160 else plain[:157] + "..."


def _days(days: tuple[str, ...] | str) -> str | tuple[str, ...]:
    return next((name for name in ("all", "weekday", "weekend") if DAY_GROUPS[name] == tuple(days)), tuple(days))


def _table(name: str, pairs: Iterable[tuple[str, Any]], words: str = "", many: bool = False) -> list[str]:
    lines = ["", f"[[{name}]]" if many else f"[{name}]"]
    if words:
        lines.insert(1, f"# {_comment(words)}")
    return lines + [f"{key} = {value(entry)}" for key, entry in pairs]


def _span(span: Span, weighted: bool) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = [] if _days(span.days) == "all" else [("days", _days(span.days))]
    pairs += [("from", span.start), ("to", span.end)]
    return [*pairs, ("weight", span.weight)] if weighted else pairs


def _defaults(model: Any, names: Iterable[str]) -> list[tuple[str, Any]]:
    """Fields that differ from their default."""
    fields = type(model).model_fields
    return [(name, getattr(model, name)) for name in names if getattr(model, name) != fields[name].default]


def to_toml(persona: Persona, words: dict[str, str], head: str = "") -> str:
    """The file's text.

    Args:
        persona: what to write.
        words: comments by place, such as 'window 14:00-16:00 all' or 'category film'.
        head: lines above everything, without '#'.
    """
    lines = [f"# {_comment(line)}" for line in head.splitlines()]
    for key in ("name", "age", "occupation", "household", "culture", "chronotype", "background", "goals"):
        lines.append(f"{key} = {value(getattr(persona, key))}")
    lines += ["interests = [", *(f"  {quote(interest)}," for interest in persona.interests), "]"]
    lines.append(f"rooms = {value(persona.rooms)}")
    lines += _table("traits", [(name, persona.traits[name]) for name in form.TRAITS], words.get("traits", ""))
    lines += _table(
        "prose", [(key, getattr(persona.prose, key)) for key in ("preference", "timing", "frequency", "communication")]
    )
    for name in ("weekday", "weekend"):
        frame = getattr(persona.day, name)
        lines += _table(
            f"day.{name}",
            [("wake", frame.wake), ("sleep", frame.sleep), ("jitter", frame.jitter)],
            words.get(f"day {name}", ""),
        )
    for point in persona.routine:
        pairs = [
            ("text", point.text),
            ("kind", point.kind),
            ("room", point.room),
            ("start", point.start),
            ("minutes", point.minutes),
            ("days", _days(point.days)),
        ]
        lines += _table(
            "routine",
            [*pairs, *_defaults(point, ("jitter", "chance"))],
            _because(words.get(f"{point.text} {point.start}")),
            many=True,
        )
    for pastime in persona.pastimes:
        pairs = [("text", pastime.text), ("kind", pastime.kind), ("room", pastime.room), ("minutes", pastime.minutes)]
        if _days(pastime.days) != "all":
            pairs.append(("days", _days(pastime.days)))
        if (pastime.start, pastime.end) != ("00:00", "24:00"):
            pairs += [("from", pastime.start), ("to", pastime.end)]
        lines += _table(
            "pastime", [*pairs, ("weight", pastime.weight)], _because(words.get(f"pastime {pastime.text}")), many=True
        )
    lines += _preference(persona, words) + _timing(persona, words) + _rest(persona, words)
    return "\n".join(lines) + "\n"


def _because(words: str | None) -> str:
    """The comment of an entry: its words, or that it is ordinary and assumed."""
    return f"words: {words}" if words else "assumed: ordinary"


def _preference(persona: Persona, words: dict[str, str]) -> list[str]:
    liking = persona.preference
    names = ("pleasing", "interest_weight", "fitting_weight", "habituation")
    pairs: list[tuple[str, Any]] = [(name, getattr(liking, name)) for name in names]
    pairs += [(name, getattr(liking, name)) for name in ("avoid_categories", "avoid_topics") if getattr(liking, name)]
    lines = _table("preference", pairs, words.get("preference", ""))
    for title, weights, prefix in (
        ("categories", liking.categories, "category"),
        ("attributes", liking.attributes, "attribute"),
    ):
        if weights:
            lines += ["", f"[preference.{title}]"]
            for name, weight in weights.items():
                lines += [f"# {_comment(words[f'{prefix} {name}'])}"] if words.get(f"{prefix} {name}") else []
                lines.append(f"{name} = {value(weight)}")
    for number, rule in enumerate(liking.interactions, 1):
        rows: list[tuple[str, Any]] = [("of", rule.of), ("weight", rule.weight)]
        rows += [("kinds", rule.kinds)] if rule.kinds else []
        rows += [("days", _days(rule.days))] if _days(rule.days) != "all" else []
        rows += [("from", rule.start), ("to", rule.end)] if (rule.start, rule.end) != ("00:00", "24:00") else []
        rows += [(name, level) for name, level in (("energy", rule.energy), ("mood", rule.mood)) if level]
        lines += _table("preference.interaction", rows, words.get(f"interaction {number}", ""), many=True)
    return lines


def _timing(persona: Persona, words: dict[str, str]) -> list[str]:
    timing = persona.timing
    names = ("threshold", "pause_minutes", "pause_weight", "blocked_kinds", "energy", "mood", "focus", "annoyance")
    lines = _table("timing", [(name, getattr(timing, name)) for name in names], words.get("pause", ""))
    if timing.kinds:
        lines += ["", "[timing.kinds]"]
        for kind, weight in timing.kinds.items():
            lines += [f"# {_comment(words[f'kind {kind}'])}"] if words.get(f"kind {kind}") else []
            lines.append(f"{kind} = {value(weight)}")
    for name, spans in (("window", timing.windows), ("blocked", timing.blocked)):
        for index, span in enumerate(spans):
            lines += _table(
                f"timing.{name}", _span(span, name == "window"), words.get(f"timing.{name} {index}", ""), many=True
            )
    return lines


def _rest(persona: Persona, words: dict[str, str]) -> list[str]:
    frequency = [(name, getattr(persona.frequency, name)) for name in ("min_gap", "max_gap", "daily_max")]
    manner: list[tuple[str, Any]] = [
        (name, getattr(persona.manner, name))
        for name in ("length", "formality", "directness", "warmth", "emoji", "exclamation")
    ]
    manner += [("forbidden_topics", persona.manner.forbidden_topics)] if persona.manner.forbidden_topics else []
    return _table("frequency", frequency, words.get("frequency", "")) + _table(
        "manner", manner, words.get("manner", "")
    )


def _settle(aside: str, path: Path) -> None:
    """Give the finished file its name, and refuse when somebody took the name meanwhile."""
    try:
        os.link(aside, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError(None, None, str(path)) from None
        Path(aside).replace(path)


def write_all(imported: list[tuple[Path, str]]) -> None:
    """Write all files or none that is half a file: each aside first, then renamed; an existing file is never touched.

    Raises:
        DataError: a file of that name is there already.
        StoreError: the disk refused.
    """
    done: list[Path] = []
    try:
        for path, text in imported:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, aside = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".part", dir=path.parent)
            try:
                with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                Path(aside).chmod(0o644)
                _settle(aside, path)
            finally:
                Path(aside).unlink(missing_ok=True)
            done.append(path)
    except OSError as error:
        for path in done:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            raise DataError(
                f"{imported[len(done)][0]}: exists already; choose another --out or rename the JSON file"
            ) from error
        raise StoreError(
            f"{imported[len(done)][0]}: cannot be written ({error.strerror}); free space or choose another --out"
        ) from error


def header(imported_from: str, findings: Imported) -> str:
    """Lines that open the file."""
    return (
        f"Imported from {imported_from}. Comments name the words that a value came "
        f"from.\n{len(findings.assumed)} values are assumed; change them freely."
    )
