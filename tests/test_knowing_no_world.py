"""The assistant knows no constant of a simulated world or person: it cannot read them, and lends them none."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import edge_assistant
import simulator
from simulator.people import persona
from simulator.world import constants
from simulator.world.constants import World

ASSISTANT = Path(next(iter(edge_assistant.__path__)))
SIMULATOR = Path(next(iter(simulator.__path__)))
SHARED = {"TICK_MINUTES", "REPEAT_DAYS", "HOURS"}
"""The clock is the same for both, and so are the answers that a question offers."""


def trees(root: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(root.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def docstrings(tree: ast.Module) -> set[int]:
    """Strings that stand for themselves, as documentation."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def borrowed(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(module, name) of what is imported from the assistant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "edge_assistant":
            yield from ((str(node.module), alias.name) for alias in node.names)


def numbers_in(value: object) -> bool:
    if isinstance(value, (int, float)):
        return not isinstance(value, bool)
    if isinstance(value, dict):
        return any(numbers_in(part) for part in value.values())
    return isinstance(value, (list, tuple, set, frozenset)) and any(numbers_in(part) for part in value)


def test_the_assistant_imports_nothing_of_the_simulator() -> None:
    found = [(path, name) for path, tree in trees(ASSISTANT) for name in imported(tree)]
    assert len(found) > 500
    assert not [pair for pair in found if pair[1].partition(".")[0] in ("simulator", "tui")]


def test_the_assistant_names_no_file_of_the_simulator() -> None:
    """Neither as a path, nor as a module to load, nor by the names of its data."""
    files = {path.stem for path in (*persona.PACKAGED.glob("*.toml"), *constants.PACKAGED.glob("*.toml"))} - {"default"}
    keys = {key for key in World.model_fields if "_" in key}
    wrong = re.compile(r"simulator[./\\]|\bworlds?/|\bpersonas/")
    for path, tree in trees(ASSISTANT):
        told = docstrings(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                assert not wrong.search(node.value), f"{path}:{node.lineno}: {node.value!r}"
                assert not re.fullmatch(r"p\d\d", node.value), f"{path}:{node.lineno}: a persona"
                assert node.value not in keys, f"{path}:{node.lineno}: a constant of a world"
                assert not node.value.endswith(".toml") or Path(node.value).stem not in files, f"{path}:{node.lineno}"


def test_the_assistants_data_holds_no_person_and_no_world() -> None:
    for path in sorted((ASSISTANT / "data").rglob("*")):
        assert path.name.removesuffix(path.suffix) not in World.model_fields
        if path.suffix == ".toml":
            text = path.read_text(encoding="utf-8")
            keys = set(re.findall(r"(?m)^(\w+) = ", text))
            assert not keys & (set(World.model_fields) - {"name"}), path
            assert not re.search(r"(?m)^\[(timing|preference|frequency|manner)\]", text), path


def test_no_number_of_the_assistant_enters_a_world_or_a_person() -> None:
    """What judges and reacts takes the questions and the vocabulary from the assistant, and no number."""
    seen = 0
    for folder in ("world", "people", "judges"):
        for path, tree in trees(SIMULATOR / folder):
            for module, name in borrowed(tree):
                value = getattr(importlib.import_module(module), name, None)
                seen += 1
                assert name in SHARED or not numbers_in(value), f"{path}: {module}.{name}"
            for node in ast.walk(tree):
                # 'frequency.SLIP' of an imported module is the same by another way
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr.isupper():
                    modules = [module for module, name in borrowed(tree) if name == node.value.id]
                    owners = [f"{module}.{node.value.id}" for module in modules]
                    for owner in owners:
                        try:
                            loaded = importlib.import_module(owner)
                        except ModuleNotFoundError:
                            continue
                        assert not numbers_in(getattr(loaded, node.attr)), f"{path}:{node.lineno}"
    assert seen > 40


def test_worlds_and_people_are_made_of_their_own_numbers() -> None:
    """The defaults are written down where they are, and nobody gives a world a number of the assistant's."""
    source = SIMULATOR / "world" / "constants.py"
    tree = ast.parse(source.read_text(encoding="utf-8"))
    (world,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "World"]
    fields = [node for node in world.body if isinstance(node, ast.AnnAssign)]
    assert len(fields) == len(World.model_fields)
    for field in fields:
        names = {node.id for node in ast.walk(field.value) if isinstance(node, ast.Name)} if field.value else set()
        assert names <= {"Field"}, f"{ast.unparse(field)} is computed"
    assert {module for module, _ in borrowed(tree)} == {"edge_assistant.errors"}
    calls = 0
    for path, other in trees(SIMULATOR):
        lent = {name for _, name in borrowed(other)}
        for node in ast.walk(other):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "World":
                calls += 1
                used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
                assert not used & lent, f"{path}:{node.lineno}"
    assert calls >= 2
