"""Frozen dataclasses that survive a round trip through JSON: times become ISO texts, tuples become lists.

Those of other rooms may lie inside a value.
"""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any, Self, Union, get_args, get_origin, get_type_hints

from edge_assistant.context.merging import without_controls


class Value:
    """Base of the values that travel over the socket. A field that is missing in a dict takes its default."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict with all fields."""
        result: dict[str, Any] = plain(self)
        return result

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Inverse of `to_dict`; keys that this version does not know are passed over.

        Raises:
            TypeError: a field without a default is missing.
        """
        made: Self = _typed(data, cls)
        return made


_KNOWN: dict[type, dict[str, Any]] = {}


def _hints(kind: type) -> dict[str, Any]:
    """The types of a dataclass's fields by name, worked out once."""
    if kind not in _KNOWN:
        hints = get_type_hints(kind)
        _KNOWN[kind] = {field.name: hints[field.name] for field in fields(kind)}
    return _KNOWN[kind]


def plain(value: Any) -> Any:
    """JSON-ready form of a value, or of whatever holds values."""
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _hints(type(value))}
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def readable(value: Any) -> Any:
    """A value with all its texts as text: without controls; bytes that were no UTF-8 are those of Latin-1."""
    if isinstance(value, dict):
        return {readable(key): readable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [readable(each) for each in value]
    if not isinstance(value, str):
        return value
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        try:
            value = value.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
        except UnicodeEncodeError:  # halves of letters that no byte stands for
            value = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return without_controls(value)


def _typed(value: Any, hint: Any) -> Any:
    """`value`, as it came from JSON, in the form that `hint` asks for."""
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _typed(value, next(part for part in get_args(hint) if part is not type(None)))
    if origin is tuple:
        return tuple(_typed(item, get_args(hint)[0]) for item in value)
    if origin is dict:
        return {key: _typed(item, get_args(hint)[1]) for key, item in value.items()}
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**{name: _typed(value[name], kind) for name, kind in _hints(hint).items() if name in value})
    if hint is float and isinstance(value, int):
        return float(value)
    return value
