"""Imports personas written as ProPerSim writes them: JSON with prose, turned into this project's persona files.

for imported in import_file(Path("rowan.json"), Path("my-personas")):
    print(render(imported))
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from edge_assistant.errors import DataError, UsageError
from edge_assistant.llm.embedding import default_embedder
from edge_assistant.paths import Paths
from simulator.people import persona as form
from simulator.people.domains import domains
from simulator.people.importer import convert, fitting, source, writing
from simulator.people.importer.meaning import Meaning
from simulator.people.importer.values import Finding, Imported, Notes
from simulator.people.importer.writing import render
from simulator.world.derived_files import put

__all__ = ["Finding", "Imported", "import_file", "render"]


def import_file(
    path: Path,
    out: Path,
    meaning: Meaning | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[Imported]:
    """Read a file and write one TOML file a persona into `out`: all of them, or none.

    The id is the file's stem; of a list with several personas, the stem and a number. `say` is told whose turn it is.
    `meaning` is made where none is given; many files in turn may share one.

    Raises:
        UsageError: `out` is or goes through a file.
        DataError: the file is missing, damaged or holds no persona, or an id is taken in `out` or by the package.
        StoreError: the disk refused.
    """
    path, out = Path(path), Path(out)
    there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not there.is_dir():
        raise UsageError(f"--out {out}: {there} is a file; name a folder")
    found = source.read(path)
    many = len(found) > 1
    targets = [out / f"{path.stem}{f'-{number}' if many else ''}.toml" for number in range(1, len(found) + 1)]
    for target in targets:
        _refuse_clash(path, target)
    meaning = meaning or Meaning(default_embedder(Paths.from_environment().cache))
    results: list[Imported] = []
    texts: list[tuple[Path, str]] = []
    for one, target in zip(found, targets, strict=True):
        say(f"{target.stem}: {len(results) + 1} of {len(found)}, held against all ideas; the first takes longest")
        notes = Notes()
        where = f"{path} ({one.name})" if many else str(path)
        persona = convert.convert(one, target.stem, where, notes, meaning)
        persona, hardness = fitting.fit_preference(persona, meaning.embedder, notes)
        # the rest of the check is measured at receptive moments and means nothing without one
        problems = hardness.problems if hardness.receptive else hardness.problems[:1]
        understood, assumed, clauses = tuple(notes.understood), tuple(notes.assumed), len(notes.clauses)
        results.append(Imported(target, persona, understood, assumed, notes.unread, clauses, problems))
        head = (
            f"Imported from {path.name}: {clauses - len(notes.unread)} of {clauses} clauses are read, "
            f"{len(assumed)} values are assumed.",
            "A comment names the words that a value came from.",
        )
        text = writing.to_toml(persona, understood, notes.unread, head)
        form.parse(text, target.stem, str(target))  # what is written can be read, or nothing is written
        texts.append((target, text))
    for target, text in texts:
        put(target, text)
    return results


def _refuse_clash(path: Path, target: Path) -> None:
    name = target.stem
    if "," in name or name.startswith(".") or not name.strip():
        raise DataError(f"{path}: the file's name is the id, which cannot hold a comma or begin with a stop; rename it")
    if (form.PACKAGED / target.name).exists() or any(name in domain.people for domain in domains()):
        raise DataError(f"{path}: the id {name!r} is that of a packaged persona; rename the file")
    if target.exists():
        raise DataError(f"{target}: exists already; rename {path.name}, or choose another --out")
