"""Everything that must not be lost in one file, to be carried to another machine.

A compressed tar archive: the store as one consistent copy, settings, own ideas, adapters, and a manifest with a hash of
each file. Models are left out: they are large, and can be had again.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import tarfile
import tempfile
import zlib
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from edge_assistant.errors import DataError, StoreError
from edge_assistant.paths import Paths
from edge_assistant.service.lock import HomeLock
from edge_assistant.storage.private_folders import make_private
from edge_assistant.storage.store import Store
from edge_assistant.training.files import sha256_of
from quant.atomic import replacing, sync
from quant.errors import refused

MANIFEST = "manifest.json"
STORE = "store.sqlite"
SINGLE_FILES = ("config.toml", "ideas.toml", "rules.toml")
FOLDERS = ("adapters",)
FORMAT = 1
CHUNK = 1 << 20


def write_backup(paths: Paths, target: Path, store: Store | None = None) -> int:
    """Write a backup; also while a service runs on the home. Returns its size in bytes.

    Args:
        paths: of the home.
        target: the file; a former one is replaced at the end.
        store: an open one of the home; None opens it.

    Raises:
        UsageError: the file is a folder, or one of the home's own.
        StoreError: there is nothing to keep, or the disk refused.
    """
    if not paths.home.is_dir() or not any(paths.home.iterdir()):
        raise StoreError(f"home {paths.home}: there is nothing to back up yet")
    paths.refuse_own(target)
    if paths.store.is_dir():
        raise StoreError(f"store {paths.store}: is a folder; move it away, or restore a backup")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".edge-assistant-") as folder:
            copy = Path(folder) / STORE
            files = _own_files(paths)
            if paths.store.is_file():
                _copy_store(paths, copy, store)
                files[STORE] = copy
            with replacing(target, mode=0o600) as aside, aside.open("wb") as file:
                _write_archive(file, files)
        return target.stat().st_size
    except OSError as error:
        raise StoreError(f"backup {target}: {refused(error, 'choose a folder of yours')}") from error


def restore_backup(paths: Paths, source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Bring a backup into the home. What was there is moved beside it, never deleted.

    Args:
        paths: of the home.
        source: a file of `write_backup`.
        replace: also where the home holds something.

    Returns:
        The manifest, with 'moved' naming the folder that holds what was there before, or ''.

    Raises:
        LockedError: a service runs on the home.
        DataError: no backup, damaged, or from a newer version.
        StoreError: the home holds something, or the disk refused.
    """
    home = paths.home
    occupied = home.is_dir() and any(path.name != "core.lock" for path in home.iterdir())
    if occupied and not replace:
        raise StoreError(
            f"home {home}: it is not empty; add --replace to move its content aside, or choose another home"
        )
    _make_home(home)
    try:
        with HomeLock(home):
            fresh = Path(tempfile.mkdtemp(dir=home.parent, prefix=".edge-assistant-restore-"))
            try:
                manifest = _unpack(source, fresh)
                _check_store(fresh / STORE)
                moved = _exchange(home, fresh)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        place = error.filename or source
        advice = "check that it exists and that you may use it"
        raise StoreError(f"restore {place}: {refused(error, advice)}") from error
    return {**manifest, "moved": str(moved) if moved else ""}


def _make_home(home: Path) -> None:
    try:
        make_private(home)
    except OSError as error:
        raise StoreError(f"home {home}: {refused(error, 'choose another folder with --home')}") from error


def _own_files(paths: Paths) -> dict[str, Path]:
    """Names in the archive and where the files are."""
    found = {name: paths.home / name for name in SINGLE_FILES if (paths.home / name).is_file()}
    for folder in FOLDERS:
        root = paths.home / folder
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            parts = path.relative_to(paths.home).parts
            unfinished = any(part.startswith((".", "partial")) for part in parts)
            if path.is_file() and not path.is_symlink() and not unfinished:
                found["/".join(parts)] = path
    return found


def _copy_store(paths: Paths, copy: Path, store: Store | None) -> None:
    if store is not None:
        store.backup(copy)
        return
    # for writing where that is possible: only so a store of an older version is brought up to date
    may_write = os.access(paths.home, os.W_OK) and os.access(paths.store, os.W_OK)
    with Store.open(paths.store, read_only=not may_write) as opened:
        opened.backup(copy)


def _write_archive(file: Any, files: dict[str, Path]) -> None:
    listed = {}
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:
        for name, path in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.mtime = path.stat().st_size, 0o600, int(path.stat().st_mtime)
            with path.open("rb") as content:
                archive.addfile(info, content)
            listed[name] = {"bytes": info.size, "sha256": sha256_of(path)}
        manifest = {"format": FORMAT, "application": "edge-assistant", "time": _now(), "files": listed}
        data = json.dumps(manifest, indent=1).encode()
        info = tarfile.TarInfo(MANIFEST)
        info.size, info.mode = len(data), 0o600
        archive.addfile(info, io.BytesIO(data))


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Take the files out and check each; nothing outside of `folder` is ever written."""
    try:
        with tarfile.open(source, mode="r:gz") as archive:
            for info in archive:
                name = PurePosixPath(info.name)
                if not info.isreg() or name.is_absolute() or ".." in name.parts or not _expected(name):
                    raise DataError(
                        f"backup {source}: holds {info.name!r}, which our backups never do; nothing was restored"
                    )
                target = folder.joinpath(*name.parts)
                make_private(target.parent)
                content = archive.extractfile(info)
                assert content is not None, "regular files have content"
                with os.fdopen(os.open(target, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as file:
                    shutil.copyfileobj(content, file, CHUNK)
                    file.flush()
                    os.fsync(file.fileno())
    except (tarfile.TarError, EOFError, FileExistsError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"backup {source}: is not a backup, or is damaged ({error}); take another copy") from error
    return _checked_manifest(source, folder)


def _checked_manifest(source: Path, folder: Path) -> dict[str, Any]:
    """The manifest, after each file has been held against it."""
    path = folder / MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version, time = manifest["format"], manifest["time"]
        hashes = {name: str(facts["sha256"]) for name, facts in manifest["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DataError(f"backup {source}: its manifest is missing or damaged; take another copy") from error
    if type(version) is not int or not isinstance(time, str):
        raise DataError(f"backup {source}: its manifest is missing or damaged; take another copy")
    if version > FORMAT:
        raise DataError(f"backup {source}: written by a newer version; update edge-assistant first")
    path.unlink()
    there = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
    # both ways: what the manifest does not know was added by somebody else
    problems = {*hashes} ^ {*there} | {name for name in {*hashes} & {*there} if sha256_of(there[name]) != hashes[name]}
    if problems:
        raise DataError(
            f"backup {source}: {', '.join(sorted(problems))} missing, damaged or not in its manifest; take another copy"
        )
    return manifest


def _expected(name: PurePosixPath) -> bool:
    return str(name) in (MANIFEST, STORE, *SINGLE_FILES) or (len(name.parts) > 1 and name.parts[0] in FOLDERS)


def _check_store(path: Path) -> None:
    """Open it, which checks and migrates it; a backup may be older than this version."""
    if path.is_file():
        Store.open(path).close()
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _exchange(home: Path, fresh: Path) -> Path | None:
    """Put the restored files in place; what was there goes to a folder beside the home."""
    names = [STORE, f"{STORE}-wal", f"{STORE}-shm", *SINGLE_FILES, *FOLDERS]
    there = [name for name in names if (home / name).exists()]
    moved = None
    if there:
        moved = home.with_name(f"{home.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
        moved.mkdir(mode=0o700)
        for name in there:
            (home / name).replace(moved / name)
    # the store comes last: its existence means that everything else is there
    for path in sorted(fresh.iterdir(), key=lambda path: path.name == STORE):
        path.replace(home / path.name)
    sync(home)
    return moved


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
