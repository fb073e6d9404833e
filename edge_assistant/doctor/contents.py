"""What the assistant works with: the store, the ideas and the commands."""

from __future__ import annotations

import importlib.util
import sqlite3
from collections.abc import Mapping

from edge_assistant.config import load_settings
from edge_assistant.context.observation import TROUBLED
from edge_assistant.doctor.finding import BROKEN, NOTE, OK, WARNING, Finding
from edge_assistant.errors import EdgeAssistantError, LockedError
from edge_assistant.paths import Paths
from edge_assistant.service.clock import SystemClock
from edge_assistant.storage.store import Store


def check_store() -> Finding:
    """The store opens and every page of it is sound. Reads only."""
    path = Paths.from_environment().store
    details: dict[str, object] = {"path": str(path), "exists": path.exists()}
    if not path.exists():
        return Finding("store", NOTE, f"{path} will be made when it is needed", details=details)
    try:
        with Store.open(path, read_only=True) as store:
            verdict = str(store.connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            details["events"] = store.connection.execute("SELECT count(*) FROM events").fetchone()[0]
    except LockedError as error:
        return Finding("store", WARNING, str(error), "close the other program and repeat", details)
    except (EdgeAssistantError, sqlite3.Error) as error:
        return Finding("store", BROKEN, str(error), "move the file away or restore a backup", details)
    if verdict != "ok":
        return Finding("store", BROKEN, f"{path}: {verdict}", "move the file away or restore a backup", details)
    return Finding("store", OK, f"{path}, sound, {details['events']} events", details=details)


def check_ideas() -> Finding:
    """The packaged ideas, and the user's own, load."""
    from edge_assistant.ranker import ideas as knowledge

    own, base = Paths.from_environment().ideas, knowledge.load()
    wrong: tuple[str, ...] = ()
    if own.exists():
        base, wrong = knowledge.load_with_own(own)
    details: dict[str, object] = {"count": len(base.ideas), "own": str(own), "left_out": list(wrong)}
    whose = f"{own} among them" if own.exists() else "all from the package"
    summary = "\n".join([f"{len(base.ideas)} ideas, {whose}", *(f"left out: {problem}" for problem in wrong)])
    advice = "correct what is named; the others serve" if wrong else ""
    return Finding("ideas", WARNING if wrong else OK, summary, advice, details)


def check_rules() -> Finding:
    """The person's own hard rules are understood."""
    from edge_assistant.context.rules import read_rules

    path = Paths.from_environment().rules
    found = read_rules(path)
    details = {"path": str(path), "rules": len(found.rules), "problems": list(found.problems)}
    if found.broken:
        return Finding("rules", BROKEN, found.broken, "mend the file; until then nothing is said unasked", details)
    if found.problems:
        return Finding("rules", BROKEN, "\n".join(found.problems), "mend the lines that are named", details)
    if any("title" in rule.words for rule in found.rules) and not load_settings().sources.full_titles:
        advice = "switch on sources.full_titles, or use activity in its place"
        return Finding("rules", WARNING, f"{path}: a rule about titles never holds", advice, details)
    told = ", ".join(rule.because for rule in found.rules)
    return Finding("rules", OK, (told and f"never: {told}") or "none of your own", details=details)


def check_sources() -> Finding:
    """The sources of the moment that are switched on, each asked once."""
    from edge_assistant.context.making import make_hub

    states = [state for state in make_hub(load_settings().sources).context(SystemClock().now()).states if state.on]
    details = {state.name: {"state": state.state, "left_out": list(state.left_out)} for state in states}
    wrong = [f"{state.name} is {state.state}: {state.detail}" for state in states if state.state in TROUBLED]
    wrong += [f"{state.name}: {line}" for state in states if state.state not in TROUBLED for line in state.left_out]
    if wrong:
        advice = "see above; 'edge-assistant status' shows the same while the assistant runs"
        return Finding("sources", WARNING, "\n".join(wrong), advice, details)
    told = ", ".join(state.name for state in states if state.state == "ok") or "nothing"
    silent = ", ".join(state.name for state in states if state.state == "nothing")
    return Finding("sources", OK, f"{told}" + (f"; nothing from {silent}" if silent else ""), details=details)


def check_own_files() -> Finding:
    """The person's todos, tasks and notes, read as the assistant reads them."""
    from edge_assistant.own.files.reading import OwnFiles
    from edge_assistant.own.store import OwnThings

    with Store.open(":memory:") as store:
        own = OwnThings(store)
        wrong = OwnFiles(own).read(load_settings().sources, SystemClock().now())
        open_things = len(own.all())
    details: dict[str, object] = {"open": open_things, "left_out": list(wrong)}
    if wrong:
        lines = "\n".join(f"left out: {line}" for line in wrong)
        return Finding("own files", WARNING, lines, "correct what is named; the rest is read", details)
    return Finding("own files", OK, f"{open_things} things to do in your todos, tasks and notes", details=details)


def check_commands(targets: Mapping[str, str]) -> Finding:
    """Every command of the root has its module. Imports only the packages above the modules.

    Args:
        targets: 'module:attribute' by the command's name.
    """
    missing = []
    for name, target in targets.items():
        try:
            found = importlib.util.find_spec(target.partition(":")[0])
        except ImportError:
            found = None
        if found is None:
            missing.append(name)
    details = {"missing": missing}
    if missing:
        summary = f"without a module: {', '.join(missing)}"
        return Finding("commands", WARNING, summary, "install the project again: make setup", details)
    return Finding("commands", OK, ", ".join(targets), details=details)
