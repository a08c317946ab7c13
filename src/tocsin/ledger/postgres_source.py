"""
A ledger in PostgreSQL as `verify` reads it, and the way there from a file.

A village that grows moves its record: every event, command and snapshot goes over as it is, in one
transaction, so that chain, tree and ids are the same. The epoch is new, as after a restore: the
file may have been written after the copy, and those who follow by `epoch:position` get a board.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, cast

import apsw
import psycopg

from tocsin.kernel.errors import Corrupt, Refused
from tocsin.kernel.limits import EVENTS_PER_READ
from tocsin.ledger import file, postgres_schema
from tocsin.ledger.postgres_link import LONG_ANSWER_S, Address, Link, Readers, connect, named
from tocsin.ledger.verify import Row, verify

_TABLES: Final = {
    # What goes over, and by what it is ordered.
    "events": "position",
    "commands": "command_id",
    "snapshots": "name",
}

Progress = Callable[[int, int], None]


class PostgresSource:
    """What a ledger in PostgreSQL holds, for `verify`. Raises as `postgres_link.named`."""

    def __init__(self, address: Address) -> None:
        self._readers = Readers(address)

    def epoch(self) -> str | None:
        """Tell what the ledger says its epoch is."""
        rows = self._readers.fetch("SELECT value FROM meta WHERE key = 'epoch'")
        return str(rows[0][0]) if rows else None

    def structure(self) -> Iterator[tuple[str, str]]:
        """Look for the rules against change having been taken out or put to sleep."""
        rows = self._readers.fetch(
            "SELECT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgfoid = to_regproc('append_only') AND tgenabled = 'A'"
        )
        guarded = {str(row[0]).rpartition(".")[2] for row in rows}
        for table in postgres_schema.GUARDED:
            if table not in guarded:
                yield "verify.schema", f"The database has lost a rule: {table} are not changed."
        indexes = self._readers.fetch(
            "SELECT to_regclass('events_by_area') IS NOT NULL AND to_regclass('events_pkey')"
            " IS NOT NULL AND to_regclass('commands_pkey') IS NOT NULL"
        )
        if indexes != [(True,)]:
            yield "verify.schema", "The database has lost a rule: places and versions are unique."

    def promised(self) -> Iterator[tuple[int, str]]:
        """Tell what else than heads says that a position existed."""
        for (last,) in self._readers.fetch("SELECT max(position) FROM commands"):
            if last:
                yield int(last), "a recorded command"
        for name, position in self._readers.fetch("SELECT name, position FROM snapshots"):
            yield int(position), f"the snapshot {name}"

    def total(self) -> int:
        """Tell the last position."""
        return int(self._readers.fetch("SELECT max(position) FROM events")[0][0] or 0)

    def rows(self) -> Iterator[list[Row]]:
        """Read all events, in order, a piece at a time."""
        after = 0
        while rows := self._readers.fetch(
            "SELECT * FROM events WHERE position > %s ORDER BY position LIMIT %s",
            after,
            EVENTS_PER_READ,
        ):
            events = cast("list[Row]", rows)
            yield events
            after = events[-1][0]

    def commandless(self, limit: int) -> Iterator[int]:
        """Tell which events come from no command that was answered after them."""
        for (position,) in self._readers.fetch(
            "SELECT position FROM events AS e WHERE NOT EXISTS (SELECT 1 FROM commands AS c"
            " WHERE c.command_id = e.command_id AND c.position >= e.position)"
            " ORDER BY position LIMIT %s",
            limit,
        ):
            yield int(position)

    def close(self) -> None:
        """Close the links."""
        self._readers.close()


def copy_from_file(
    path: Path, address: Address, on_progress: Progress = lambda _done, _of: None
) -> int:
    """
    Copy the ledger of a file that adds up into an empty one in PostgreSQL, in a new epoch.

    Stop the server of the file first: what it records later is not there.

    Returns:
        The position up to which it goes.

    Raises:
        Corrupt: `ledger.backup_damaged`; nothing was copied.
        Refused: `ledger.not_empty`.
        Unavailable: Of opening either.
    """
    findings = verify(path)
    if not findings.whole:
        sentence = f"The file does not add up: {findings.faults[0].sentence}"
        raise Corrupt("ledger.backup_damaged", sentence)
    postgres_schema.create(address)
    try:
        with (
            closing(file.connect(path, read_only=True)) as source,
            closing(connect(address, answer_s=LONG_ANSWER_S)) as target,
        ):
            source.execute("BEGIN")
            with target.transaction():
                target.execute("SELECT term FROM writer FOR UPDATE")
                if target.execute("SELECT 1 FROM commands LIMIT 1").fetchone() is not None:
                    raise Refused("ledger.not_empty", f"{address.shown()} holds a ledger already.")
                total = int(source.execute("SELECT max(position) FROM events").get or 0)
                for table, order in _TABLES.items():
                    rows = source.execute(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608
                    _copy(target, table, rows, lambda done: on_progress(done, total))
                postgres_schema.new_epoch(target)
    except apsw.Error as error:
        raise file.named(error) from error
    except psycopg.Error as error:
        raise named(error) from error
    return total


def _copy(
    target: Link, table: str, rows: Iterable[tuple[object, ...]], told: Callable[[int], None]
) -> None:
    with target.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
        for number, row in enumerate(rows, 1):
            copy.write_row(row)
            if table == "events" and number % EVENTS_PER_READ == 0:
                told(number)
