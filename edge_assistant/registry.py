"""Named choices that register themselves where they are defined, and that other packages can add to.

    POLICIES = Registry[Policy]("policy", "simulator.policies", "edge_assistant.policies")

    @POLICIES.register("silent", "says nothing unasked")
    class Silent: ...

    POLICIES.get("silent")            # the class
    POLICIES.get("my_package:Mine")   # any module's object, without registration
    POLICIES.describe()               # {"silent": "says nothing unasked", ...} for help, settings and documentation

The modules of the package are imported when the registry is first asked, so whoever adds a choice adds one file. What
other packages offer is imported when it is first wanted, so that one that is broken costs only itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint, entry_points
from typing import Generic, TypeVar, cast

from edge_assistant.errors import UsageError

T = TypeVar("T")
D = TypeVar("D")


@dataclass
class Registry(Generic[T]):
    """Choices of one sort by name.

    Attributes:
        what: the sort, as an error names it: 'policy'.
        package: all modules of this package may register choices; '' where they are registered on import anyway.
        group: entry point group through which other packages add theirs; '' for none.
    """

    what: str
    package: str = ""
    group: str = ""
    _found: dict[str, tuple[T, str]] = field(default_factory=dict)
    _offered: dict[str, EntryPoint] = field(default_factory=dict)
    _loaded: bool = False

    def register(self, name: str, summary: str) -> Callable[[D], D]:
        """Decorator: the object is the choice `name`; the summary is its line in help and documentation."""

        def keep(choice: D) -> D:
            self.add(name, cast("T", choice), summary)
            return choice

        return keep

    def add(self, name: str, choice: T, summary: str) -> None:
        """Register a choice.

        Raises:
            ValueError: the name is taken by another one.
        """
        if name in self._found and self._found[name][0] is not choice:
            raise ValueError(f"{self.what} {name!r} is registered twice")
        self._found[name] = (choice, summary)

    def names(self) -> tuple[str, ...]:
        """All names, in the order of registration."""
        self._load()
        return (*self._found, *self._offered)

    def offered(self) -> tuple[str, ...]:
        """The names that other packages offer; ours win where a name is taken."""
        self._load()
        return tuple(self._offered)

    def describe(self) -> dict[str, str]:
        """The summary of each choice."""
        self._load()
        summaries = {name: summary for name, (_, summary) in self._found.items()}
        return summaries | {name: f"from {_package(point)}" for name, point in self._offered.items()}

    def get(self, name: str) -> T:
        """The choice of this name, or the object that 'module:Name' points to.

        Raises:
            UsageError: there is none; the message names the choices.
        """
        self._load()
        if name in self._found:
            return self._found[name][0]
        if name in self._offered:
            return self._import(self._offered[name])
        module, colon, attribute = name.partition(":")
        if colon and attribute.isidentifier():
            try:
                return cast("T", getattr(importlib.import_module(module), attribute))
            except (ImportError, AttributeError) as error:
                raise UsageError(f"{self.what} {name}: {error}; give MODULE:NAME of an installed package") from error
        raise UsageError(f"{self.what} {name!r} is unknown; choose one of {', '.join(self.names())}")

    def _load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        if self.package:
            package = importlib.import_module(self.package)
            for module in pkgutil.walk_packages(package.__path__, f"{self.package}."):
                importlib.import_module(module.name)
        for point in entry_points(group=self.group) if self.group else ():
            if point.name not in self._found:
                self._offered[point.name] = point

    def _import(self, point: EntryPoint) -> T:
        try:
            return cast("T", point.load())
        except Exception as error:  # another package's module may raise anything
            raise UsageError(
                f"{self.what} {point.name}: {_package(point)} cannot be loaded ({type(error).__name__}: {error}); "
                "update or remove that package"
            ) from error


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value
