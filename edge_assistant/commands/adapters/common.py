"""What the commands about adapters share: whose they are, the options that say so, how versions show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from edge_assistant.errors import UsageError

if TYPE_CHECKING:
    from edge_assistant.training.jobs.sources import PairSource
    from edge_assistant.training.versions.version import Version

RunOption = Annotated[
    Path | None, typer.Option("--run", help="Folder of a simulated run; without it, your own adapters.", metavar="DIR")
]
PersonaOption = Annotated[
    str, typer.Option("--persona", help="With --run: a persona, or several joined by commas.", metavar="ID")
]
StoreOption = Annotated[bool, typer.Option("--store", help="Your own store (what is meant without --run).")]
AllOption = Annotated[bool, typer.Option("--all", help="With --run: every persona of the run.")]
ModelOption = Annotated[
    str, typer.Option("--model", help="The base: a GGUF file or a name; without it the one in your settings.")
]
VersionArgument = Annotated[
    str, typer.Argument(metavar="VERSION", help="A version's name, number or hash; the one in use without it.")
]


def sources(run: Path | None, persona: str = "", everybody: bool = False, store: bool = False) -> list[PairSource]:
    """Whose adapters are meant.

    Raises:
        UsageError: options that contradict each other, or a persona that the run does not have.
    """
    from edge_assistant.training.jobs.sources import personal_source, run_sources

    if run is None:
        if persona:
            raise UsageError("--persona needs --run: name the folder of the run")
        return [personal_source()]
    if store:
        raise UsageError("--store and --run are two different places; choose one of them")
    found = {source.owner: source for source in run_sources(run)}
    if everybody:
        return list(found.values())
    names = [name.strip() for name in persona.split(",") if name.strip()]
    if not names and len(found) == 1:
        return list(found.values())
    if not names:
        raise UsageError(f"{run} holds {len(found)} personas; choose with --persona ID, or --all")
    unknown = [name for name in names if name not in found]
    if unknown:
        raise UsageError(f"{run} has no persona {', '.join(unknown)}; it has {', '.join(found)}")
    return [found[name] for name in dict.fromkeys(names)]


def one_source(run: Path | None, persona: str) -> PairSource:
    """The one whose adapters are meant.

    Raises:
        UsageError: several are.
    """
    found = sources(run, persona)
    if len(found) > 1:
        raise UsageError("this is done for one persona at a time; name one with --persona ID")
    return found[0]


def version_line(version: Version) -> tuple[str, ...]:
    """A version in the columns of `adapters list`."""
    measures = version.manifest.get("measures") or {}
    new, against = measures.get("new") or {}, measures.get("in_use") or measures.get("plain") or {}
    accuracy = "-"
    if isinstance(new.get("accuracy"), int | float):
        before = against.get("accuracy", 0.5)
        accuracy = f"{new['accuracy']:.0%} (before {before:.0%})"
    return (
        version.owner,
        version.name,
        version.status,
        str(version.manifest.get("date", ""))[:16],
        str(len(version.pair_hashes)),
        accuracy,
        f"damaged: {'; '.join(version.faults)}" if version.faults else version.note,
    )
