"""
The SQLite file of a ledger: how it is made, opened and told from any other file.

SQLite older than 3.51.3 can corrupt a WAL file that two connections write; it's refused. Every
connection runs with `synchronous=FULL` (a commit returns after fdatasync) and without memory
mapping (a disk error must be an error code, never a signal). The triggers stop mistakes, not a
person with an editor: for that there are the chain, the tree and the signed heads (`verify`).
Source: https://sqlite.org/wal.html, section "The WAL-Reset Bug"; design, section 3.
"""

from __future__ import annotations

import os
import re
from contextlib import closing, suppress
from pathlib import Path
from tempfile import mkstemp
from typing import Final

import apsw

from tocsin.kernel.errors import Corrupt, Refused, TocsinError, Unavailable

OLDEST_SQLITE: Final = (3, 51, 3)
APPLICATION_ID: Final = 0x544F4353
"""`TOCS`, at byte 68 of the file."""

SCHEMA_VERSION: Final = 1

_SHARED_BYTES: Final = 32_768
"""The index of a log of up to 4,000 pages."""

BUSY_MS: Final = 5_000
"""The longest honest wait: a commit of 1,000 events behind a checkpoint on a slow disk, < 1 s."""

_PAGE_BYTES: Final = 4_096
_CACHE_KIB: Final = 16_384
LOG_PAGES: Final = 1_000
"""The log is folded into the database at this length and begun anew: 300 alerts, about 10 ms."""

_LOG_BYTES: Final = LOG_PAGES * _PAGE_BYTES

_SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    command_id TEXT NOT NULL,
    room TEXT NOT NULL,
    area TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    sender TEXT NOT NULL,
    happened_at TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_area ON events (room, area, version);
CREATE TABLE commands (
    command_id TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    position INTEGER NOT NULL,
    answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE snapshots (
    name TEXT NOT NULL UNIQUE,
    position INTEGER NOT NULL,
    shape INTEGER NOT NULL,
    digest BLOB NOT NULL,
    state BLOB NOT NULL
) STRICT;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER commands_are_not_changed BEFORE UPDATE ON commands
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER commands_are_not_deleted BEFORE DELETE ON commands
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
"""


def connect(path: Path, *, read_only: bool) -> apsw.Connection:
    """
    Open one connection to an existing file, with every setting that durability rests on.

    Raises:
        Unavailable: `ledger.sqlite_too_old`, `ledger.missing`, `ledger.cannot_open` and others of
            `named`.
        Refused: `ledger.not_a_ledger`, `ledger.too_new`.
    """
    require_sqlite(apsw.sqlite_lib_version())
    if not path.is_file():
        raise Unavailable("ledger.missing", f"There is no ledger at {path}.")
    flags = apsw.SQLITE_OPEN_READONLY if read_only else apsw.SQLITE_OPEN_READWRITE
    try:
        _require_room(path)
        connection = apsw.Connection(str(path), flags=flags)
        connection.set_busy_timeout(BUSY_MS)
        _recognise(connection, path)
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")  # A backup put in place isn't yet.
        _configure(connection)
    except apsw.Error as error:
        raise named(error) from error
    except OSError as error:
        raise Unavailable("ledger.cannot_open", f"{path}: {error.strerror}.") from error
    return connection


def create(path: Path) -> None:
    """
    Make an empty ledger, mode 0600, that appears whole and survives a power cut.

    Where there is one already it stays as it is; an empty file becomes one. Several processes may
    do this at once: one of them makes it. The database is never opened but through SQLite, since
    closing any other handle to it would drop the locks of every connection in this process.

    Raises:
        Unavailable: `ledger.cannot_open`, `ledger.disk_full` and others of `named`.
        Refused: `ledger.not_a_ledger`, where the file is something else.
    """
    require_sqlite(apsw.sqlite_lib_version())
    try:
        _require_room(path)
        if not path.exists():
            _appear(path)
        with closing(_opened(path)) as connection:
            if not _tables(connection):
                _fill(connection)
        sync_directory(path.parent)  # Always: who made the file may have been killed just here.
    except apsw.Error as error:
        raise named(error) from error
    except OSError as error:
        raise Unavailable("ledger.cannot_open", f"{path}: {error.strerror}.") from error


def _appear(path: Path) -> None:
    """Make the file under another name and give it its own when it's done."""
    handle, name = mkstemp(prefix=f".{path.name}.", dir=path.parent)  # Mode 0600.
    os.close(handle)
    try:
        with closing(_opened(Path(name))) as connection:
            _fill(connection)
        with suppress(FileExistsError):  # Somebody else was faster, and it is as good.
            os.link(name, path)
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(name + ending).unlink(missing_ok=True)


def _opened(path: Path) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.set_busy_timeout(BUSY_MS)
    return connection


def connect_to_write(path: Path) -> apsw.Connection:
    """Open the one connection that appends. Raises as `connect`."""
    connection = connect(path, read_only=False)
    try:
        if _size(path.with_name(path.name + "-wal")) < _LOG_BYTES:
            _stretch(connection, path)
    except apsw.Error as error:
        raise named(error) from error
    return connection


def _stretch(connection: apsw.Connection, path: Path) -> None:
    """
    Bring the write-ahead log to its working size, by a transaction that spills and is undone.

    A commit that makes a file longer syncs the file system's own journal too, and takes half as
    long again as one that writes over old frames. Where room is short the log stays short too.
    """
    if _room_bytes(path) < 2 * _LOG_BYTES:
        return
    connection.execute("PRAGMA cache_size = 10")
    with suppress(apsw.FullError, apsw.BusyError):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO snapshots VALUES ('', 0, 0, x'', zeroblob(?))",
            (_LOG_BYTES + 50 * _PAGE_BYTES,),  # A few pages stay in memory.
        )
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")


def new_epoch(connection: apsw.Connection) -> str:
    """Begin a new life of the ledger, inside the caller's transaction; answer its name."""
    epoch = os.urandom(8).hex()
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('epoch', ?)", (epoch,))
    return epoch


def schema_statements() -> list[str]:
    """Give the statements that made the file, each as SQLite keeps it."""
    return [part.strip().removesuffix(";") for part in re.split(r";\n(?=CREATE|\Z)", _SCHEMA)][:-1]


def sync_directory(directory: Path) -> None:
    """Make the names in a directory durable, as fsync of a file does for its content."""
    handle = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def require_sqlite(version: str) -> None:
    """
    Refuse an SQLite that can corrupt a ledger.

    Raises:
        Unavailable: `ledger.sqlite_too_old`.
    """
    if tuple(map(int, version.split("."))) < OLDEST_SQLITE:
        needed = ".".join(map(str, OLDEST_SQLITE))
        raise Unavailable(
            "ledger.sqlite_too_old",
            f"This SQLite ({version}) can corrupt a ledger; {needed} or newer is needed.",
        )


def named(error: apsw.Error) -> TocsinError:
    """Give what SQLite raised its place in the error tree."""
    match error:
        case apsw.FullError():
            return _full()
        case apsw.BusyError() | apsw.LockedError():
            return Unavailable("ledger.locked", "Another process is writing.", retry_after_s=1)
        case apsw.CorruptError():
            return Corrupt("ledger.damaged", f"The ledger's file is damaged ({error}).")
        case apsw.NotADBError():
            return Refused("ledger.not_a_ledger", "This file is not a ledger.")
        case apsw.CantOpenError() | apsw.PermissionsError():
            return Unavailable("ledger.cannot_open", f"The ledger cannot be opened ({error}).")
        case apsw.ReadOnlyError():
            return Unavailable("ledger.read_only", "The ledger can only be read here.")
        case apsw.ConnectionClosedError() | apsw.CursorClosedError():
            return Unavailable("ledger.closed", "The ledger is closed.")
        case _:
            return Unavailable("ledger.io_error", f"The disk failed ({error}).")


def _fill(connection: apsw.Connection) -> None:
    """Make the tables in a file that has none."""
    connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode = WAL")
    _configure(connection)
    connection.execute("BEGIN IMMEDIATE")
    if not _tables(connection):
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        new_epoch(connection)
    connection.execute("COMMIT")
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


def _require_room(path: Path) -> None:
    """
    Refuse to open a ledger where its shared memory (`-shm`, 32 KiB) has no room.

    SQLite maps that file; where a page of it cannot be put on the disk, the process would be ended
    by a signal instead of being told. Eight times its size is asked for, since a file system may
    count room that other files have written into but not yet been given blocks of.
    """
    placed = _size(path.with_name(path.name + "-shm")) >= _SHARED_BYTES
    if not placed and _room_bytes(path) < 8 * _SHARED_BYTES:
        raise _full()


def _size(beside: Path) -> int:
    """Tell the room a file takes up; another process may just be taking it away."""
    try:
        return beside.stat().st_blocks * 512
    except FileNotFoundError:
        return 0


def _room_bytes(path: Path) -> int:
    room = os.statvfs(path.parent)
    return room.f_bavail * room.f_frsize


def _full() -> Unavailable:
    return Unavailable(
        "ledger.disk_full",
        "The disk is full; nothing was recorded. Release the reserve: tocsin doctor.",
    )


def _configure(connection: apsw.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")


def _recognise(connection: apsw.Connection, path: Path) -> None:
    version = connection.pragma("user_version")
    if connection.pragma("application_id") != APPLICATION_ID:
        raise Refused("ledger.not_a_ledger", f"{path} is not a ledger.")
    if version > SCHEMA_VERSION:
        raise Refused("ledger.too_new", f"{path} was written by a newer Tocsin.")


def _tables(connection: apsw.Connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").get)
