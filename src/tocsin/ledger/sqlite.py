"""
The ledger in one SQLite file: the default engine.

One connection writes, one reads; each has its lock. A commit is on disk before `append` returns,
and SQLite shows it to readers only then, so nothing that anybody reads can be lost again.
Positions of other processes' writes (`tocsin token new` beside a running server) are noticed
before anything is decided on top of them: `append` then raises `Conflict` and records nothing.
It never repairs, and after a disk error it takes no more appends until it was opened anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

import apsw

from tocsin.kernel.canonical import canonical
from tocsin.kernel.errors import Conflict, Corrupt, TocsinError, Unavailable
from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.limits import EVENTS_PER_READ
from tocsin.kernel.time import Moment
from tocsin.ledger import file, reserve, snapshot
from tocsin.ledger.event import GENESIS, Recorded, as_recorded
from tocsin.ledger.placing import CommandRow, Key, place
from tocsin.ledger.port import Answered, Batch, Head
from tocsin.ledger.tree import Tree

_TREE: Final = "ledger.tree"
_TREE_SHAPE: Final = 1
_TREE_EVERY: Final = 10_000
"""A start reads at most this many hashes again: about 30 ms."""

_VERSIONS_KEPT: Final = 20_000
"""10 rooms × 1,633 areas, rounded up; beyond it the index is asked again."""

_AFTER: Final = "SELECT position, hash FROM events WHERE position > ? ORDER BY position"
_LAST: Final = "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1"
_INSERT: Final = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"


class SqliteLedger:
    """
    A ledger in a file; makes the file where there is none.

    Args:
        path: The database; `-wal`, `-shm`, `.reserve`, `.heads` and `.key` lie beside it.
        read_only: Never write, and refuse to make a file.

    Raises:
        Unavailable: `ledger.sqlite_too_old`, `ledger.missing`, `ledger.cannot_open`,
            `ledger.disk_full`, `ledger.locked`.
        Refused: `ledger.not_a_ledger`, `ledger.too_new`.
        Corrupt: `ledger.damaged`, `ledger.gap`.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False) -> None:
        self.path = Path(path)
        self.read_only = read_only
        if not read_only:
            file.create(self.path)
            reserve.hold(self.path)
        self._reader = file.connect(self.path, read_only=read_only)
        self._writer = self._reader if read_only else file.connect_to_write(self.path)
        self._reading = Lock()
        self._writing = Lock()
        self._log_pages = 0
        # Not within a commit: there a failure to fold the log would look like one to commit.
        self._writer.wal_autocheckpoint(0)
        self._writer.set_wal_hook(self._note_log)
        self._refusal: Unavailable | None = None
        if read_only:
            self._refusal = Unavailable("ledger.read_only", "The ledger was opened for reading.")
        self._epoch = self._epoch_kept()
        self._tree, self._end = self._tree_at_start()
        self._tree_kept = self._tree.size
        self._versions: dict[Key, int] = {}
        head = self.head()
        self._position, self._hash = head.position, head.hash

    @property
    def epoch(self) -> str:
        """Name this life of the ledger."""
        return self._epoch

    def head(self) -> Head:
        """Tell the durable end, also of what other processes wrote."""
        with self._reads() as reader:
            # One statement is one moment: what is committed meanwhile is in the next answer.
            for position, digest in reader.execute(_AFTER, (self._tree.size,)):
                if position != self._tree.size + 1:
                    raise Corrupt("ledger.gap", f"Position {self._tree.size + 1} is missing.")
                self._tree.append(bytes.fromhex(digest))
                self._end = (position, digest)
            return Head(*self._end, self._tree.head().hex())

    def append(self, batches: Sequence[Batch], recorded_at: Moment) -> tuple[Recorded, ...]:
        """
        Record all batches in one commit; return their events once they are on disk.

        Raises:
            Conflict: `ledger.conflict`, another process wrote since; the ledger now expects the
                caller to know everything up to `head()`.
            Refused: `ledger.version_gap`, `ledger.command_repeated`, `ledger.too_large`.
            Malformed: `ledger.not_one_line`.
            Unavailable: `ledger.disk_full`, `ledger.locked`; or `ledger.io_error`, after which
                `ledger.needs_reopen` answers every append. A commit whose fdatasync failed may
                turn out to be on disk after all; opening anew tells, and a repeat of the same
                command is answered rightly either way.
        """
        with self._writes() as writer:
            versions: dict[Key, int] = {}
            self._expect_nothing_new(writer)
            sealed, commands = self._place(writer, batches, recorded_at, versions)
            try:
                writer.executemany(_INSERT, sealed)
                writer.executemany("INSERT INTO commands VALUES (?,?,?,?)", commands)
            except apsw.ConstraintError as error:
                raise self._conflict() from error
            kept = self._keep_tree(writer, _TREE_EVERY)
            writer.execute("COMMIT")
            self._tree_kept = kept
            self._settle(sealed, versions)
            return tuple(sealed)

    def answered(self, command_id: CommandId) -> Answered | None:
        """Look up what a command was answered with; None for a command never seen."""
        return self.answers([command_id]).get(command_id)

    def answers(self, command_ids: Sequence[CommandId]) -> dict[CommandId, Answered]:
        """Look up many commands at once; those never seen are left out."""
        with self._reads() as reader:
            rows = reader.execute(
                "SELECT command_id, fingerprint, position, answer FROM commands"
                " WHERE command_id IN (SELECT value FROM json_each(?))",
                (canonical(command_ids),),
            )
            return {row[0]: Answered._make(row[1:]) for row in rows}

    def read(self, after: int, limit: int = EVENTS_PER_READ) -> list[Recorded]:
        """Read up to `limit` (at most 2,000) events with position > `after`, in order."""
        with self._reads() as reader:
            rows = reader.execute(
                "SELECT * FROM events WHERE position > ? ORDER BY position LIMIT ?",
                (after, min(limit, EVENTS_PER_READ)),
            ).fetchall()
        return list(map(as_recorded, rows))

    def read_area(
        self, room: str, area: AreaCode, from_version: int = 1, to_version: int | None = None
    ) -> list[Recorded]:
        """Read the events of one area in one room by version, both ends included, in order."""
        with self._reads() as reader:
            rows = reader.execute(
                "SELECT * FROM events WHERE room = ? AND area = ? AND version BETWEEN ? AND ?"
                " ORDER BY version",
                (room, area, from_version, 2**62 if to_version is None else to_version),
            ).fetchall()
        return list(map(as_recorded, rows))

    def save_snapshot(self, name: str, position: int, shape: int, state: bytes) -> None:
        """
        Keep a projection's state as of `position`, in place of an earlier one of that name.

        Raises:
            Refused: `ledger.snapshot_ahead`, where `position` is beyond the end.
            Unavailable: As `append`.
        """
        with self._writes() as writer:
            snapshot.keep(writer, name, position, shape, state)
            writer.execute("COMMIT")

    def load_snapshot(self, name: str, shape: int) -> tuple[int, bytes] | None:
        """
        Fetch the kept state of that layout: (position, state).

        None where there's none, where it is damaged, or where it was made on another chain.
        """
        with self._reads() as reader:
            return snapshot.load(reader, name, shape)

    def hold_reserve(self) -> bool:
        """Make `FILE.reserve` again where it is missing and there's room; say if it is there."""
        return reserve.hold(self.path)

    def release_reserve(self) -> int:
        """Give `FILE.reserve` up, on a full disk, by a person's decision; tell the bytes freed."""
        return reserve.release(self.path)

    def close(self) -> None:
        """Close; appends and reads after it raise `Unavailable`, `ledger.closed`."""
        with self._writing:
            if self._refusal is None:
                with suppress(apsw.Error):  # Also a mark of where the end was, for `verify`.
                    self._keep_tree(self._writer, 1)
            self._refusal = Unavailable("ledger.closed", "The ledger is closed.")
            with self._reading:
                self._writer.close()
                self._reader.close()

    @contextmanager
    def _reads(self) -> Iterator[apsw.Connection]:
        with self._reading:
            try:
                yield self._reader
            except apsw.Error as error:
                raise file.named(error) from error

    @contextmanager
    def _writes(self) -> Iterator[apsw.Connection]:
        """Run one write transaction; whatever is raised in it, nothing of it stays."""
        with self._writing:
            if self._refusal:
                raise self._refusal
            writer = self._writer
            try:
                writer.execute("BEGIN IMMEDIATE")
                yield writer
            except apsw.Error as error:
                failure = file.named(error)
                if self._give_up_after(failure):
                    self._take_back(writer)
                raise failure from error
            finally:
                if writer.in_transaction:
                    writer.execute("ROLLBACK")
            if self._log_pages >= file.LOG_PAGES:
                self._fold_log(writer)

    def _fold_log(self, writer: apsw.Connection) -> None:
        """Move the log into the database. What's in it is durable already: a failure is no loss."""
        try:
            writer.wal_checkpoint()
        except apsw.Error as error:
            self._give_up_after(file.named(error))

    def _note_log(self, _connection: apsw.Connection, _database: str, pages: int) -> int:
        self._log_pages = pages
        return apsw.SQLITE_OK

    def _give_up_after(self, failure: TocsinError) -> bool:
        """Take no more appends after a failure of the disk; say whether it was one."""
        if failure.code not in {"ledger.io_error", "ledger.damaged"}:
            return False
        self._refusal = Unavailable(
            "ledger.needs_reopen", "The disk failed earlier; verify the ledger, then start again."
        )
        return True

    def _take_back(self, writer: apsw.Connection) -> None:
        """Try to empty the log, so that the failed commit cannot come back after a crash."""
        with suppress(apsw.Error):
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

    def _conflict(self) -> Conflict:
        self._versions.clear()
        return Conflict("ledger.conflict", "Somebody else wrote in between.")

    def _expect_nothing_new(self, writer: apsw.Connection) -> None:
        position, last = self._last(writer)
        if position != self._position:
            self._position, self._hash = position, last
            raise self._conflict()

    def _place(
        self,
        writer: apsw.Connection,
        batches: Sequence[Batch],
        recorded_at: Moment,
        versions: dict[Key, int],
    ) -> tuple[list[Recorded], list[CommandRow]]:
        """Give every event of the batches its place in the chain and in its area."""
        end = (self._position, self._hash)
        return place(batches, end, recorded_at, partial(self._last_version, writer), versions)

    def _last_version(self, writer: apsw.Connection, key: Key) -> int:
        """Tell the last recorded version of a room and area."""
        known = self._versions.get(key)
        if known is not None:
            return known
        version: int = writer.execute(
            "SELECT coalesce(max(version), 0) FROM events WHERE room = ? AND area = ?", key
        ).get
        return version

    def _settle(self, sealed: list[Recorded], versions: dict[Key, int]) -> None:
        """Follow in memory what is on disk now."""
        if not sealed:
            return
        if len(self._versions) > _VERSIONS_KEPT:
            self._versions.clear()
        self._versions.update(versions)
        with self._reading:
            if self._tree.size == self._position:  # Otherwise `head` reads what is missing.
                self._tree.extend([bytes.fromhex(event.hash) for event in sealed])
                self._end = (sealed[-1].position, sealed[-1].hash)
        self._position, self._hash = sealed[-1].position, sealed[-1].hash

    def _last(self, connection: apsw.Connection) -> tuple[int, str]:
        row = connection.execute(_LAST).fetchone()
        return (0, GENESIS) if row is None else row

    def _tree_at_start(self) -> tuple[Tree, tuple[int, str]]:
        """Take the tree up where it was kept, with the place and hash of its last leaf."""
        kept = self.load_snapshot(_TREE, _TREE_SHAPE)
        tree = Tree.load(kept[1]) if kept else None
        if kept is None or tree is None or tree.size != kept[0]:
            return Tree(), (0, GENESIS)
        with self._reads() as reader:
            last: str = reader.execute(
                "SELECT hash FROM events WHERE position = ?", (tree.size,)
            ).get
        return tree, (tree.size, last)

    def _keep_tree(self, writer: apsw.Connection, every: int) -> int:
        """Keep the tree if it has grown by so much; answer the size that is kept now."""
        with self._reading:
            size, state = self._tree.size, self._tree.dump()
        if size - self._tree_kept < every:
            return self._tree_kept
        snapshot.keep(writer, _TREE, size, _TREE_SHAPE, state)
        return size

    def _epoch_kept(self) -> str:
        with self._reads() as reader:
            epoch: str | None = reader.execute("SELECT value FROM meta WHERE key = 'epoch'").get
        if epoch is None:
            raise Corrupt("ledger.damaged", f"{self.path} does not say which epoch it is in.")
        return epoch
