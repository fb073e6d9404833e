"""Imports personas written as ProPerSim writes them: JSON with prose, turned into this project's persona files.

for imported in import_file(Path("rowan.json"), Path("my-personas")):
    print(render(imported))
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from edge_assistant.errors import DataError, ModelError, UsageError
from edge_assistant.llm.embedding import Embedder, default_embedder
from edge_assistant.paths import Paths
from edge_assistant.ranker.ideas import load_packaged
from simulator.people import persona as form
from simulator.people.domains import domains
from simulator.people.hardness import RECEPTIVE
from simulator.people.importer import adjust, convert, propersim, toml_writer
from simulator.people.importer.report import render
from simulator.people.importer.values import Finding, Imported, Notes

__all__ = ["Finding", "Imported", "import_file", "render"]


def import_file(
    path: Path, out: Path, embedder: Embedder | None = None, say: Callable[[str], None] = lambda _: None
) -> list[Imported]:
    """Read a JSON file and write one TOML file a persona into `out`: all of them, or none.

    The id is the file's stem; of a list with several personas, the stem and a number.

    Args:
        path: the JSON file.
        out: the folder to write to; made when missing.
        embedder: for the hardness check; the packaged one when absent.
        say: told whose turn it is.

    Raises:
        UsageError: `out` is or goes through a file.
        DataError: the file is missing, not JSON or holds no persona, or an id is taken in `out` or by the package.
        StoreError: the disk refused.
    """
    path, out = Path(path), Path(out)
    there = next(folder for folder in (out, *out.absolute().parents) if folder.exists())
    if not there.is_dir():
        raise UsageError(f"--out {out}: {there} is a file; name a folder")
    sources = propersim.read(path)
    identifiers = (
        [path.stem] if len(sources) == 1 else [f"{path.stem}-{number}" for number in range(1, len(sources) + 1)]
    )
    for identifier in identifiers:
        _refuse_clash(identifier, path, out)
    judge = adjust.Judge(load_packaged(), embedder or default_embedder(Paths.from_environment().cache))
    results: list[Imported] = []
    texts: list[tuple[Path, str]] = []
    for source, identifier in zip(sources, identifiers, strict=True):
        say(f"{identifier}: {len(results) + 1} of {len(sources)}, held against all ideas; the first time takes longest")
        notes = Notes()
        where = f"{path}" + (f" ({source.name})" if len(sources) > 1 else "")
        draft = convert.convert(source, identifier, where, notes, judge.embedder)
        persona, problems = _judged(draft.persona, judge, notes)
        for key in source.unused:
            notes.miss("key without a use", key)
        target = out / f"{identifier}.toml"
        imported = Imported(target, persona, notes.understood, notes.assumed, notes.not_understood, problems)
        text = toml_writer.to_toml(persona, draft.words, toml_writer.header(path.name, imported))
        form.parse(text, identifier, str(target))  # what is written can be read, or nothing is written
        results.append(imported)
        texts.append((target, text))
    toml_writer.write_all(texts)
    return results


def _refuse_clash(identifier: str, path: Path, out: Path) -> None:
    if "," in identifier or identifier.startswith(".") or not identifier.strip():
        raise DataError(
            f"{path}: the id {identifier!r} comes from the file's name and cannot hold a comma or begin "
            f"with a stop; rename the file"
        )
    if (form.PACKAGED / f"{identifier}.toml").exists():
        raise DataError(f"{path}: the id {identifier!r} is one of the packaged personas; rename the file")
    if any(identifier in domain.people for domain in domains()):
        raise DataError(f"{path}: the id {identifier!r} is one of a packaged domain's personas; rename the file")
    if (out / f"{identifier}.toml").exists():
        raise DataError(f"{out / f'{identifier}.toml'}: exists already; rename {path.name}, or choose another --out")


def _judged(persona: form.Persona, judge: adjust.Judge, notes: Notes) -> tuple[form.Persona, list[str]]:
    """The persona with its preference fitted, and what the hardness check still holds against it."""
    try:
        persona, hardness = adjust.fit_preference(persona, judge, notes)
    except ModelError as error:
        share = adjust.receptive_share(persona)
        problems = [f"taste unchecked: {error}"]
        if not RECEPTIVE[0] <= share <= RECEPTIVE[1]:
            problems.append(f"receptive at {share:.1%} of awake ticks, expected 5 to 35 %: mend [timing]")
        return persona, problems
    if not hardness.receptive:  # the rest is measured at receptive moments and means nothing without one
        return persona, [hardness.problems[0]]
    return persona, list(hardness.problems)
