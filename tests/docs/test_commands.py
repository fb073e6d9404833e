"""Every command that a page shows is one that there is, with options that it has."""

from __future__ import annotations

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer

from edge_assistant import cli
from edge_assistant.commands import COMMANDS
from tests.docs.pages import PAGES, ROOT, code_lines, spans

NAME = "edge-assistant"
PACKAGES = ("edge_assistant", "quant", "simulator", "tui")

_BEFORE = re.compile(r"^(?:\$ )?(?:[A-Z_]+=\S* )*(?:nice )?(?:\.venv/bin/)?(?=edge-assistant )")
_AFTER = re.compile(r"(?:^|\s)(?:[|;]|&&|>|2>|#)(?:\s.*)?$|;$")


def _targets() -> dict[str, str]:
    """All commands, as this tree declares them, whatever is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {**project["entry-points"]["edge_assistant.commands"], **COMMANDS}


def _commands(lines: list[str]) -> list[str]:
    found = [_BEFORE.sub("", line) for line in lines]
    found = [part for line in found for part in re.split(r"\s&&\s", line)]
    return [_AFTER.sub("", re.split(r"\s[|>#]\s|\s2>", line)[0]) for line in found if line.startswith(f"{NAME} ")]


def _problem(line: str, whole: bool) -> str:
    """Why a line is no command of ours, or ''.

    Args:
        line: from 'edge-assistant' on.
        whole: that it must be complete; otherwise it only names a command and perhaps options.
    """
    words = shlex.split(line)[1:]
    if words[:1] == ["--home"]:
        words = words[2:]
    if not words or words[0] in ("--help", "--version", "--install-completion"):
        return ""
    targets = _targets()
    if words[0] not in targets:
        return f"no command {words[0]}"
    command, rest = cli.load_command(words[0], targets[words[0]]), words[1:]
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return f"no command {rest[0]} of {command.name}"
        command, rest = command.commands[rest[0]], rest[1:]
    known = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    unknown = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in {*known, "--help"}]
    if unknown:
        return f"no option {', '.join(unknown)}"
    if whole and "--help" not in rest:
        try:
            command.make_context(command.name, list(rest))
        except typer.TyperException as error:
            return error.format_message() if hasattr(error, "format_message") else str(error)
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_of_a_page_are_ours(page: Path) -> None:
    wrong = [(line, _problem(line, True)) for line in _commands(code_lines(page))]
    wrong += [(line, _problem(line, False)) for line in _commands([span for span in spans(page) if "..." not in span])]
    assert [f"{line}: {problem}" for line, problem in wrong if problem] == []


def test_a_wrong_command_is_seen() -> None:
    assert _problem("edge-assistant simulate --persons p01", True) == "no option --persons"
    assert _problem("edge-assistant runs tell runs/a", True) == "no command tell of runs"
    assert "Missing" in _problem("edge-assistant runs story", True)
    assert _commands(["PYTHONPATH=. edge-assistant doctor --json | tail -1", "make demo"]) == [
        "edge-assistant doctor --json"
    ]


def test_the_commands_that_the_program_names_are_ours() -> None:
    wrong = []
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            told = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
            for line in re.findall(r"'(edge-assistant [^'{}\n]*)'", told):
                if problem := _problem(line, False):
                    wrong.append(f"{path.relative_to(ROOT)}: {line}: {problem}")
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


def test_pages_have_their_length() -> None:
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in LONGEST}
    assert {name: length for name, length in lengths.items() if length > LONGEST[name]} == {}


LONGEST = {"README.md": 120, "docs/findings.md": 100}
