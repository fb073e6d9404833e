"""Check machine, packages, settings, models, engine, store, cache, and that all of it works offline.

Works on an empty home and writes nothing there. The exit code is 0 unless something is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Annotated

import typer

from edge_assistant.commands import Json, print_json
from edge_assistant.doctor.finding import BROKEN, NOTE, OK, WARNING, Check, Finding
from edge_assistant.errors import EdgeAssistantError

app = typer.Typer()

MARKS = {OK: "[green]ok[/]", NOTE: "[cyan]note[/]", WARNING: "[yellow]warning[/]", BROKEN: "[red bold]broken[/]"}


def check_commands() -> Finding:
    """See `contents.check_commands`."""
    from edge_assistant.commands import command_targets
    from edge_assistant.doctor.contents import check_commands as check

    return check(command_targets())


def checks(quick: bool) -> list[Check]:
    """All checks, cheap ones first; `quick` leaves out those that load a model."""
    from edge_assistant.doctor import contents, machine, models

    cheap: list[Check] = [
        machine.check_machine,
        machine.check_python,
        machine.check_packages,
        machine.check_settings,
        machine.check_home,
        machine.check_cache,
        contents.check_store,
        contents.check_ideas,
        contents.check_rules,
        contents.check_sources,
        contents.check_own_files,
        check_commands,
        models.check_language_model,
    ]
    return cheap if quick else [*cheap, models.check_engine, models.check_offline]


def run(quick: bool) -> Iterator[Finding]:
    """Run the checks one by one. One that fails in an unexpected way is a finding too: the others still run."""
    for check in checks(quick):
        try:
            yield check()
        except Exception as error:  # whatever it was, the user wants to see the rest
            name = check.__name__.removeprefix("check_").replace("_", " ")
            yield Finding(name, BROKEN, f"{type(error).__name__}: {error}", "please report this")


@app.command()
def doctor(
    as_json: Json = False,
    quick: Annotated[bool, typer.Option("--quick", help="Leave out the checks that load a model.")] = False,
) -> None:
    """Check that everything works on this machine, offline.

    For example 'edge-assistant doctor', or 'edge-assistant doctor --quick --json' for a program.
    """
    findings = list(run(quick)) if as_json else _print_table(run(quick))
    broken = [finding.name for finding in findings if finding.status == BROKEN]
    if as_json:
        entries = [asdict(finding) for finding in findings]
        print_json({"schema": 1, "ok": not broken, "checks": entries})
    if broken:
        where = "each check's 'advice' says" if as_json else "the lines above say"
        raise EdgeAssistantError(f"doctor: broken: {', '.join(broken)}; {where} what to do")


def _print_table(findings: Iterator[Finding]) -> list[Finding]:
    """Print each finding as soon as it is known, and return them all."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(highlight=False)
    seen = []
    for finding in findings:
        # one table a line: the columns have fixed widths, and nothing waits for the slowest check
        line = Table.grid(padding=(0, 1))
        line.add_column(width=8)
        line.add_column(width=18)
        line.add_column(overflow="fold")
        advice = f"\n[yellow]-> {escape(finding.advice)}[/]" if finding.advice else ""
        line.add_row(MARKS[finding.status], finding.name, escape(finding.summary) + advice)
        console.print(line)
        seen.append(finding)
    return seen
