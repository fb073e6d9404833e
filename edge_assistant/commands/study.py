"""A log without any text, which you may give to a study.

edge-assistant study export > my-log.jsonl
edge-assistant study export --out my-log.jsonl
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from quant.atomic import replacing

app = typer.Typer(help="A log without any text: times, activity classes, decisions, ratings.", no_args_is_help=True)


@app.callback()
def study() -> None:
    """Logs for studies; nothing is sent anywhere."""


@app.command()
def export(
    out: Annotated[Path | None, typer.Option(help="The file; without it, standard output.", metavar="FILE")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array instead of a line each.")] = False,
) -> None:
    """Write times, activity classes, decisions and ratings, and no text. An empty home gives an empty log.

    For example 'edge-assistant study export --out log.jsonl'. Look at the file before you give it away.
    """
    from edge_assistant.paths import Paths, expanded

    target = None if out is None else expanded(out)
    if target is not None:
        Paths.from_environment().refuse_own(target)
    lines = list(_lines())
    if as_json:
        text = json.dumps(lines, ensure_ascii=False, indent=1) + "\n"
    else:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    if target is None:
        typer.echo(text, nl=False)
        return
    _write(target, text)
    print(f"{out}: {len(lines)} lines", file=sys.stderr)


def _write(target: Path, text: str) -> None:
    """Aside first, so that a former log is whole until the new one is; a pipe or device is written to as it is."""
    if target.exists() and not target.is_file():
        target.write_text(text, encoding="utf-8")
        return
    with replacing(target) as aside:
        aside.write_text(text, encoding="utf-8")


def _lines() -> Iterator[dict[str, Any]]:
    from edge_assistant.paths import Paths

    paths = Paths.from_environment()
    if not paths.store.is_file():
        return
    import tempfile

    from edge_assistant.config import load_settings
    from edge_assistant.service.building import build_service_state, make_embedder
    from edge_assistant.service.views.study import study_lines
    from edge_assistant.storage.store import Store

    # a copy, so that a running assistant is not disturbed and nothing of it is changed
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store.sqlite"
        with Store.open(paths.store, read_only=True) as store:
            store.backup(copy)
        with Store.open(copy) as store:
            settings = load_settings()
            # texts that were embedded before need not be again; but the index of memories is of the running one's store
            embedder, elsewhere = make_embedder(paths, settings), replace(paths, cache=Path(folder))
            yield from study_lines(build_service_state(store, settings, elsewhere, embedder=embedder))
