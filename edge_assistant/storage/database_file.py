"""Opening, checking, migrating and copying the SQLite file behind `store.Store`."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from edge_assistant.errors import EdgeAssistantError, LockedError, StoreError
from edge_assistant.storage.migrations import MIGRATIONS
from edge_assistant.storage.private_folders import make_private
from quant.atomic import replacing
from quant.errors import QuantError, refused

APPLICATION_ID = 0x45414153
"""'EAAS' in the file's header: tells our files from those of other programs."""

BUSY_SECONDS = 10.0
"""How long a writer waits for another process."""

PAGE_BYTES = 8192
"""Five vectors of 384 float32 fit on a page of this size, only two on SQLite's usual one."""

SHARED_MEMORY_BYTES = 65_536

CACHE_KIB = 16_384
"""Vectors land all over the file; with SQLite's usual 2 MB every second page is read again."""


def explain(error: sqlite3.Error, path: Path | None) -> EdgeAssistantError:
    """What went wrong, where, and what to do, for any error of SQLite."""
    name = str(path or ":memory:")
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LockedError(f"store {name}: another process is writing; close it or try again")
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(path)):
        return StoreError(f"store {name}: the disk is full; nothing was changed, free some space and repeat")
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(path, str(error))
    if code == sqlite3.SQLITE_READONLY:
        return StoreError(f"store {name}: it is opened or protected for reading only; check the file's permissions")
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        return StoreError(f"store {name}: cannot be opened ({error}); check that the folder exists and is yours")
    if code == sqlite3.SQLITE_IOERR:
        return StoreError(f"store {name}: the disk failed ({error}); check the disk and its free space, then repeat")
    return StoreError(f"store {name}: {error}")


def _is_full(path: Path | None) -> bool:
    """Whether not even the memory that SQLite's connections share can be written, for which it has another error."""
    try:
        return path is not None and shutil.disk_usage(path.parent).free < SHARED_MEMORY_BYTES
    except OSError:
        return False


def damaged(path: Path | None, why: str) -> StoreError:
    """The error for a file that must not be touched again."""
    return StoreError(
        f"store {path or ':memory:'}: damaged ({why}) and left as it is; move the file away and restore a backup"
    )


def open_connection(path: Path | None, *, read_only: bool, durable: bool) -> sqlite3.Connection:
    """A checked and migrated connection; `path` None is a store in memory.

    Raises:
        StoreError, LockedError: see `store.Store.open`.
    """
    if path is not None:
        _prepare(path, read_only)
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(
            _uri(path, read_only),
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        _check(connection, path)
        if not read_only:
            connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            use_write_ahead_log(connection)
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            migrate(connection)
        elif connection.execute("PRAGMA user_version").fetchone()[0] < len(MIGRATIONS):
            raise StoreError(f"store {path}: made by an older version; open it once for writing to bring it up to date")
        return connection
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise explain(error, path) from error
    except StoreError:
        if connection is not None:
            connection.close()
        raise


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Run the migrations that the file has not seen, each in a transaction of its own."""
    while connection.execute("PRAGMA user_version").fetchone()[0] < len(migrations):
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Read again: another process may have been faster.
            done = connection.execute("PRAGMA user_version").fetchone()[0]
            if done < len(migrations):
                for statement in migrations[done]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {done + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def backup(source: sqlite3.Connection, path: Path, origin: Path | None) -> None:
    """Copy a whole database to `path` through a file aside, synced and renamed."""
    if origin is not None and path.exists() and path.samefile(origin):
        raise StoreError(f"store {origin}: cannot be backed up onto itself; name another file")
    try:
        make_private(path.parent)
        with replacing(path, mode=0o600) as aside:
            target = sqlite3.connect(aside)
            try:
                source.backup(target)
                # A copy is one file: no log beside it that could be left behind when it is carried away.
                target.execute("PRAGMA journal_mode = DELETE")
            finally:
                target.close()
    except sqlite3.Error as error:
        raise explain(error, path) from error
    except QuantError as error:
        raise StoreError(f"backup {error}") from error
    except OSError as error:
        raise StoreError(f"backup {path}: {refused(error, 'choose a folder of yours')}") from error


def _prepare(path: Path, read_only: bool) -> None:
    """Make folder and file with private modes, or see that a read-only file is there."""
    try:
        if read_only:
            if not path.is_file():
                raise StoreError(f"store {path}: there is no such file; check the path")
            return
        make_private(path.parent)
        # The log and its index inherit the mode of the main file.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"store {path}: {refused(error, 'choose a file in a folder that is yours')}") from error
    log = path.with_name(path.name + "-wal")
    if path.stat().st_size == 0 and log.exists() and log.stat().st_size > 0:
        # SQLite would take the file for a new one and delete the log, which may hold all that is left.
        raise damaged(path, "the main file is empty but its log is not")


def _uri(path: Path | None, read_only: bool) -> str:
    if path is None:
        return ":memory:"
    uri = f"file:{quote(os.fsencode(path.absolute()))}?mode={'ro' if read_only else 'rw'}"
    log = path.with_name(path.name + "-wal")
    if read_only and not os.access(path.parent, os.W_OK) and not log.exists():
        uri += "&immutable=1"  # a log cannot be made beside it, and nobody else can write either
    return uri


def _check(connection: sqlite3.Connection, path: Path | None) -> None:
    """Refuse what is damaged, foreign or newer, before anything is written."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables == 0 and version == 0 and owner in (0, APPLICATION_ID):
        return
    if owner != APPLICATION_ID:
        raise StoreError(f"store {path}: this is a database of another program; choose another file")
    if version > len(MIGRATIONS):
        raise StoreError(
            f"store {path}: schema {version} is newer than this version knows ({len(MIGRATIONS)}); "
            "update edge-assistant, or choose another store"
        )
    (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if result != "ok":
        raise damaged(path, " ".join(str(result).split()))


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch the log on; two processes that meet at a new file get an instant refusal, so try for a while."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
