"""Every version of every adapter: what it was made of, how good it is, which one is in use.

    registry = AdapterRegistry(paths.adapters)
    version = registry.add("me", folder_with_files, manifest)
    registry.promote("me", version.name)
    registry.current("me")                  # None: the model without a personal adapter

A version is a folder `NNNN-<hash8>/` below its owner's: files first, `manifest.json` last, then renamed to its name, so
that a version is there whole or not at all. Which one is in use is one small file, replaced at once. Owners are 'me'
and the ids of personas.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from edge_assistant.errors import DataError, ModelError, UsageError
from edge_assistant.storage.private_folders import make_private
from edge_assistant.training import files
from edge_assistant.training.versions.version import CARD, MENDING, PERSONAL, SERVED, Version, read_version

STATE = "state.json"
STATUSES = ("rejected", "trained", "promoted", "retired", "marked")
"""Never in use, since it was not better; not yet decided; in use; once in use; trained on what must be forgotten."""

_VERSION = re.compile(r"(\d{4,})-([0-9a-f]{8})")
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class AdapterRegistry:
    """The versions below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def versions(self, owner: str) -> list[Version]:
        """All complete versions, the oldest first."""
        return [version for version in self.listed(owner) if not version.faults]

    def listed(self, owner: str) -> list[Version]:
        """All versions, the oldest first; damaged ones too, with their faults.

        Raises:
            ModelError: what is in use cannot be told.
        """
        folder = self._folder(owner)
        if not folder.is_dir():
            return []
        state = self._state(owner)
        # a folder that has no manifest and no status is what a killed deletion left
        names = {
            path.name
            for path in folder.iterdir()
            if _VERSION.fullmatch(path.name) and ((path / files.MANIFEST).is_file() or path.name in state["statuses"])
        }
        if state["current"]:
            names.add(state["current"])
        statuses = state["statuses"]
        found = [read_version(owner, folder / name, *statuses.get(name, ("trained", ""))) for name in names]
        return sorted(found, key=lambda version: (version.number, version.name))

    def get(self, owner: str, name: str = "") -> Version:
        """A version by its name, its number, or its hash; '' is the one in use, otherwise the newest.

        Raises:
            ModelError: it is damaged.
            UsageError: there is none.
        """
        versions = self.listed(owner)
        if not versions:
            raise UsageError(f"adapters of {owner}: there are none; train one with 'adapters train'")
        found = _chosen(versions, name or self._state(owner)["current"] or "")
        if found is None:
            known = ", ".join(version.name for version in versions)
            raise UsageError(f"adapters of {owner}: no version {name!r}; there are {known}")
        if found.faults:
            raise ModelError(f"adapter {owner}/{found.name} is damaged: {'; '.join(found.faults)}; {MENDING}")
        return found

    def current(self, owner: str) -> Version | None:
        """The version in use, or None."""
        name = self._state(owner)["current"]
        return next((version for version in self.versions(owner) if version.name == name), None)

    def add(self, owner: str, folder: Path, manifest: dict[str, Any]) -> Version:
        """Take a copy of a folder's files as a new version; the same content is taken only once.

        Args:
            owner: whose.
            folder: holds `SERVED`, `PERSONAL` and `CARD`.
            manifest: what is known of it, JSON-ready; checksums are added.

        Raises:
            ModelError: a file is missing.
        """
        missing = [name for name in (SERVED, PERSONAL, CARD) if not (folder / name).is_file()]
        if missing:
            raise ModelError(f"adapter {folder}: {', '.join(missing)} missing; train it again")
        digest = files.sha256_of(folder / PERSONAL)
        place = self._folder(owner)
        with files.locked(place / ".lock", f"adapters of {owner}"):
            for version in self.versions(owner):
                same = version.manifest["files"][PERSONAL]["sha256"] == digest
                if same and version.manifest.get("pairs_hash") == manifest.get("pairs_hash"):
                    return version  # killed between adding and deciding: nothing is added twice
            there = self.listed(owner)
            number = 1 + max((version.number for version in there), default=0)
            for version in there:
                if version.faults and version.name.endswith(f"-{digest[:8]}"):
                    number = version.number  # the same content was damaged: it is made whole
            name = f"{number:04d}-{digest[:8]}"
            for left in place.glob(f"{files.PARTIAL}-*"):
                shutil.rmtree(left, ignore_errors=True)
            aside = place / f"{files.PARTIAL}-{name}"
            aside.mkdir(mode=0o700)
            for path in folder.iterdir():
                if path.is_file() and path.name != files.MANIFEST:
                    shutil.copyfile(path, aside / path.name)
            parent = self.current(owner)
            document = {"parent": parent.name if parent else None, **manifest, "schema": 1, "version": name}
            files.write_json(aside / files.MANIFEST, document | {"owner": owner, "files": files.checksums(aside)})
            files.put_in_place(aside, place / name)
        return self.get(owner, name)

    def promote(self, owner: str, name: str, note: str = "") -> Version:
        """Use this version from now on.

        Raises:
            ModelError: it is damaged, or was trained on what must be forgotten.
            UsageError: there is none.
        """
        version = self.get(owner, name)
        version.require_sound()
        with self._changing(owner) as state:
            if state["current"] != version.name:
                state["history"] = [*state["history"], state["current"]]
                if state["current"]:
                    state["statuses"][state["current"]] = ["retired", f"replaced by {version.name}"]
            state["current"] = version.name
            state["statuses"][version.name] = ["promoted", note]
        return self.get(owner, version.name)

    def reject(self, owner: str, name: str, note: str) -> Version:
        """Keep this version out, and say why. The one in use stays."""
        version = self.get(owner, name)
        with self._changing(owner) as state:
            state["statuses"][version.name] = ["rejected", note]
        return self.get(owner, version.name)

    def rollback(self, owner: str) -> Version | None:
        """Back to what was in use before: an older version, or (None) the model without a personal adapter.

        Raises:
            UsageError: nothing is in use.
        """
        usable = {version.name for version in self.versions(owner) if version.status != "marked"}
        with self._changing(owner) as state:
            if not state["current"]:
                raise UsageError(f"adapters of {owner}: none is in use, so there is nothing to roll back")
            state["statuses"][state["current"]] = ["retired", "rolled back"]
            _step_back(state, usable, "rolled back to")
        return self.current(owner)

    def mark(self, owner: str, pair_hashes: Iterable[str], note: str) -> list[Version]:
        """Take every version that was trained on any of these pairs out of use for good; returns them."""
        gone = set(pair_hashes)
        complete = {version.name: version for version in self.versions(owner)}
        names = [name for name, version in complete.items() if gone.intersection(version.pair_hashes)]
        if not names:
            return []
        with self._changing(owner) as state:
            state["statuses"] |= {name: ["marked", note] for name in names}
            if state["current"] in names:
                usable = {name for name in complete if state["statuses"].get(name, [""])[0] != "marked"}
                _step_back(state, usable, "what followed was forgotten")
            state["history"] = [name for name in state["history"] if name not in names]
        return [self.get(owner, name) for name in names]

    def work_folder(self, owner: str) -> Path:
        """Where trainings of this owner keep their checkpoints."""
        folder = self._folder(owner) / ".work"
        make_private(folder)
        return folder

    # Inside

    def _folder(self, owner: str) -> Path:
        if not _OWNER.fullmatch(owner):
            raise UsageError(f"owner {owner!r}: expected 'me' or the id of a persona (letters, digits, - _ .)")
        return self.root / owner

    def _state(self, owner: str) -> dict[str, Any]:
        """What is in use, what was before, and the status of each.

        Raises:
            ModelError: the file is damaged.
        """
        path = self._folder(owner) / STATE
        advice = "move it away, and say with 'adapters promote' what is to be used"
        try:
            known = files.read_json(path) if path.exists() else {}
        except DataError as error:
            raise ModelError(f"{path}: is damaged; {advice}") from error
        state = {"current": None, "history": [], "statuses": {}} | known
        if not _is_state(state):
            raise ModelError(f"{path}: is damaged; {advice}")
        return {name: state[name] for name in ("current", "history", "statuses")}

    @contextmanager
    def _changing(self, owner: str) -> Iterator[dict[str, Any]]:
        """The state of one owner under its lock, written at the end unless something was raised."""
        with files.locked(self._folder(owner) / ".lock", f"adapters of {owner}"):
            state = self._state(owner)
            yield state
            files.write_json(self._folder(owner) / STATE, state)


def _step_back(state: dict[str, Any], usable: Container[str], note: str) -> None:
    """Put into use what was before: the latest usable version, or none."""
    history = list(state["history"])
    while history and history[-1] is not None and history[-1] not in usable:
        history.pop()
    state["current"] = history.pop() if history else None
    state["history"] = history
    if state["current"]:
        state["statuses"][state["current"]] = ["promoted", note]


def _chosen(versions: list[Version], name: str) -> Version | None:
    """The version of a name, number or hash; for '' the newest, best a sound one."""
    if not name:
        return next((version for version in reversed(versions) if not version.faults), versions[-1])
    for version in versions:
        number, _, digest = version.name.partition("-")
        if name in (version.name, digest) or (name.isdecimal() and int(name) == int(number)):
            return version
    return None


def _is_state(state: Mapping[str, Any]) -> bool:
    """Whether a state has the form that is written."""
    current, history, statuses = state["current"], state["history"], state["statuses"]
    if not isinstance(history, list) or not isinstance(statuses, dict):
        return False
    named = all(name is None or (isinstance(name, str) and _VERSION.fullmatch(name)) for name in (current, *history))
    return named and all(
        isinstance(row, list) and len(row) == 2 and row[0] in STATUSES and isinstance(row[1], str)
        for row in statuses.values()
    )
