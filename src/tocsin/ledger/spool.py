"""
The spool: what a core takes while its ledger cannot be reached, on this machine's own disk.

It is no ledger: what lies in it has no position, and waits to be handed to the active core by
command id, in the order in which it came. A line is on disk before `put` returns (as everywhere,
`synchronous=FULL`), and it stays until the ledger has answered its command, and then for a while,
so that a sender who asks again is answered as before. It never drops what it has taken: at its
bound it refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple

import apsw

from tocsin.kernel.canonical import canonical
from tocsin.kernel.errors import Refused, Unavailable
from tocsin.kernel.ids import CommandId
from tocsin.ledger import file

APPLICATION_ID: Final = 0x544F5350
"""`TOSP`, at byte 68 of the file."""

WAITING_MOST: Final = 10_000
"""Every area of a country six times over: 10,000 × 2 kB = 20 MB."""

SETTLED_KEPT: Final = 10_000
"""As many answers are kept for those who ask again."""

_SCHEMA: Final = """
CREATE TABLE spooled (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    command_id TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX spooled_waiting ON spooled (number) WHERE settled = 0;
"""


class Spooled(NamedTuple):
    """
    A command that was taken without the ledger.

    Args:
        fingerprint: As of a `Batch`.
        request: What is handed to the active core, one line of JSON.
        answer: What its sender was answered; positions in it are null.
    """

    command_id: CommandId
    fingerprint: str
    request: str
    answer: str


class Spool:
    """
    A spool in a file; makes the file where there is none. Safe from any thread.

    Args:
        path: The file, mode 0600, `FILE.spool`; on this machine's own disk.

    Raises:
        Unavailable: `ledger.cannot_open`, `ledger.disk_full` and others of opening a file.
        Refused: `spool.not_a_spool`.
    """

    def __init__(self, path: Path) -> None:
        file.require_sqlite(apsw.sqlite_lib_version())
        self._lock = Lock()
        try:
            path.touch(mode=0o600)
            self._connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
            self._prepare(path)
            file.sync_directory(path.parent)
        except apsw.Error as error:
            raise file.named(error) from error
        except OSError as error:
            raise Unavailable("ledger.cannot_open", f"{path}: {error.strerror}.") from error
        with self._use() as connection:
            self._waiting = _waiting(connection)

    @property
    def waiting_ids(self) -> AbstractSet[CommandId]:
        """Name the commands that wait to be handed over, without a look at the disk."""
        return self._waiting

    def put(self, commands: Sequence[Spooled]) -> None:
        """
        Take commands; they are on disk when this returns, all or none.

        Raises:
            Unavailable: `spool.full`, `ledger.disk_full`, `ledger.io_error`.
            Refused: `ledger.command_repeated`, where one of them is there already.
        """
        with self._use() as connection:
            if len(self._waiting) + len(commands) > WAITING_MOST:
                raise Unavailable("spool.full", f"{WAITING_MOST} commands wait for the ledger.")
            try:
                with connection:
                    connection.executemany(
                        "INSERT INTO spooled (command_id, fingerprint, request, answer)"
                        " VALUES (?,?,?,?)",
                        commands,
                    )
            except apsw.ConstraintError as error:
                raise Refused("ledger.command_repeated", "A command is there twice.") from error
            self._waiting |= {one.command_id for one in commands}

    def answers(self, command_ids: Sequence[CommandId]) -> dict[CommandId, Spooled]:
        """Look up commands taken before, also settled ones; those never seen are left out."""
        with self._use() as connection:
            rows = connection.execute(
                "SELECT command_id, fingerprint, request, answer FROM spooled"
                " WHERE command_id IN (SELECT value FROM json_each(?))",
                (canonical(command_ids),),
            )
            return {row[0]: Spooled._make(row) for row in rows}

    def waiting(self, limit: int = WAITING_MOST) -> list[Spooled]:
        """List what waits to be handed over, the oldest first."""
        with self._use() as connection:
            rows = connection.execute(
                "SELECT command_id, fingerprint, request, answer FROM spooled"
                " WHERE settled = 0 ORDER BY number LIMIT ?",
                (limit,),
            )
            return [Spooled._make(row) for row in rows]

    def settle(self, command_ids: Sequence[CommandId]) -> None:
        """Note that the ledger has answered these; a repeat of this changes nothing."""
        with self._use() as connection:
            with connection:
                connection.execute(
                    "UPDATE spooled SET settled = 1"
                    " WHERE command_id IN (SELECT value FROM json_each(?))",
                    (canonical(command_ids),),
                )
                connection.execute(
                    "DELETE FROM spooled WHERE settled = 1 AND number <="
                    " (SELECT max(number) FROM spooled) - ?",
                    (SETTLED_KEPT,),
                )
            self._waiting = _waiting(connection)

    def close(self) -> None:
        """Close; what comes after raises `Unavailable`, `ledger.closed`."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _use(self) -> Iterator[apsw.Connection]:
        with self._lock:
            try:
                yield self._connection
            except apsw.Error as error:
                raise file.named(error) from error

    def _prepare(self, path: Path) -> None:
        connection = self._connection
        connection.set_busy_timeout(file.BUSY_MS)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA mmap_size = 0")
        with connection:
            if (
                connection.pragma("application_id") == 0
                and not connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").get
            ):
                connection.execute(_SCHEMA)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        if connection.pragma("application_id") != APPLICATION_ID:
            raise Refused("spool.not_a_spool", f"{path} is something else.")


def spool_path(ledger: Path) -> Path:
    """Name the spool of a core: `FILE.spool`."""
    return ledger.with_name(ledger.name + ".spool")


def _waiting(connection: apsw.Connection) -> frozenset[CommandId]:
    rows = connection.execute("SELECT command_id FROM spooled WHERE settled = 0")
    return frozenset(row[0] for row in rows)
