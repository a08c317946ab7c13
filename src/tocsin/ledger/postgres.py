"""
The ledger in PostgreSQL, for several machines: the same port, the same hashes, the same places.

A commit is on the database's disk before `append` returns, and PostgreSQL shows it to readers only
then. Every append locks the one row of `writer` first: so positions are dense and readable in
order, whoever writes, and what was decided without knowing the newest event is a `Conflict`. Of
several cores only the one with the newest term appends (`postgres_term`); a tool that an operator
runs beside it (`tocsin token new`) writes like any second opener of a file.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from os import getpid
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final

import psycopg

from tocsin.kernel.errors import Conflict, Corrupt, Refused, TocsinError, Unavailable
from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.limits import EVENTS_PER_READ
from tocsin.kernel.time import Moment
from tocsin.ledger import postgres_schema, snapshot
from tocsin.ledger.duty import Duty, refusal
from tocsin.ledger.event import GENESIS, Recorded, as_recorded
from tocsin.ledger.placing import Key, place
from tocsin.ledger.port import Answered, Batch, Head
from tocsin.ledger.postgres_link import LONG_ANSWER_S, Address, Kept, Link, Readers, named
from tocsin.ledger.postgres_term import Seat
from tocsin.ledger.tree import Tree

_TREE: Final = "ledger.tree"
_TREE_SHAPE: Final = 1
_TREE_EVERY: Final = 10_000
"""A start reads at most this many hashes again: about 60 ms."""

_HASHES_AT_ONCE: Final = 20_000
"""20,000 × 80 bytes = 1.6 MB of one answer."""

_VERSIONS_KEPT: Final = 20_000
"""10 rooms × 1,633 areas, rounded up; beyond it the index is asked again."""

_ARRAYS: Final = ", ".join(
    "%s::bigint[]" if name in {"position", "version"} else "%s::text[]" for name in Recorded._fields
)
_INSERT_EVENTS: Final = f"INSERT INTO events SELECT * FROM unnest({_ARRAYS})"  # noqa: S608  # Our own.
_INSERT_COMMANDS: Final = (
    "INSERT INTO commands SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::text[])"
)
_LAST: Final = "SELECT position, hash FROM events ORDER BY position DESC LIMIT 1"
_AFTER: Final = "SELECT position, hash FROM events WHERE position > %s ORDER BY position LIMIT %s"
_VERSIONS: Final = (
    "SELECT k.room, k.area, coalesce((SELECT max(version) FROM events AS e"
    " WHERE e.room = k.room AND e.area = k.area), 0)"
    " FROM unnest(%s::text[], %s::text[]) AS k (room, area)"
)


class PostgresLedger:
    """
    A ledger in a schema of a database; makes the schema where there is none.

    Args:
        beside: Path whose `.key` and `.heads` are this ledger's, on this machine.
        core: Append only while this opener is the active core (`stand`).
        read_only: Never write, and refuse to make a schema.

    Raises:
        Unavailable: `ledger.unreachable` and others of `postgres_link.named`.
        Refused: `ledger.not_a_ledger`, `ledger.too_new`, `ledger.postgres_too_old`,
            `ledger.postgres_unsafe`.
        Corrupt: `ledger.damaged`, `ledger.gap`.
    """

    def __init__(
        self,
        address: Address,
        *,
        beside: Path = Path("tocsin"),
        core: bool = False,
        read_only: bool = False,
    ) -> None:
        self.address = address
        self.path = beside
        self.read_only = read_only
        if not read_only:
            postgres_schema.create(address)
        self._readers = Readers(address)
        self._writer = Kept(address)
        self._keeper = Kept(address, answer_s=LONG_ANSWER_S)
        self._seat = Seat(address, f"{socket.gethostname()} {getpid()}") if core else None
        self._writing = Lock()
        self._keeping = Lock()
        self._growing = Lock()
        self._refusal: Unavailable | None = None
        if read_only:
            self._refusal = Unavailable("ledger.read_only", "The ledger was opened for reading.")
        try:
            kept: dict[str, str] = dict(self._readers.fetch("SELECT key, value FROM meta"))
            self._epoch = postgres_schema.recognise(kept, address)
            self._tree, self._end = self._tree_at_start()
            self._tree_kept = self._tree.size
            self._versions: dict[Key, int] = {}
            head = self.head()
        except TocsinError:
            self._readers.close()
            raise
        self._position, self._hash = head.position, head.hash

    @property
    def epoch(self) -> str:
        """Name this life of the ledger."""
        return self._epoch

    @property
    def duty(self) -> Duty:
        """Tell what this opener is: a tool that is no core may always append."""
        return Duty.ACTIVE if self._seat is None else self._seat.duty

    @property
    def term(self) -> int:
        """Count the times that a core became the active one, up to this core's last; 0 for none."""
        return 0 if self._seat is None else self._seat.term

    def stand(self) -> Duty:
        """
        Stand for the active core: ask for the lock, or say that one is still there to hold it.

        Raises:
            Unavailable: `ledger.closed`.
        """
        with self._writing:
            if self._refusal:
                raise self._refusal
            if self._seat is not None:
                self._seat.stand()
        if self.duty is not Duty.CUT_OFF:
            self._readers.awake()
        return self.duty

    def head(self) -> Head:
        """Tell the durable end, also of what others wrote."""
        while True:
            rows = self._readers.fetch(_AFTER, self._tree.size, _HASHES_AT_ONCE)
            with self._growing:
                self._grow(rows)
                if len(rows) < _HASHES_AT_ONCE:
                    return Head(*self._end, self._tree.head().hex())

    def append(self, batches: Sequence[Batch], recorded_at: Moment) -> tuple[Recorded, ...]:
        """
        Record all batches in one commit; return their events once they are on disk.

        Raises:
            Conflict: `ledger.conflict`, somebody else wrote since; the ledger now expects the
                caller to know everything up to `head()`.
            Refused: `ledger.version_gap`, `ledger.command_repeated`, `ledger.too_large`.
            Malformed: `ledger.not_one_line`.
            Unavailable: `ledger.standby`, `ledger.disk_full`, `ledger.locked`; or
                `ledger.unreachable`, after which a commit that was under way may turn out to be
                recorded. The next append says `Conflict` then, and a repeat of the same command is
                answered rightly either way.
        """
        versions: dict[Key, int] = {}
        with self._writes() as link:
            self._expect_nothing_new(link)
            self._look_up(link, batches)
            end = (self._position, self._hash)
            sealed, commands = place(
                batches, end, recorded_at, self._versions.__getitem__, versions
            )
            if sealed:
                columns = [list(column) for column in zip(*sealed, strict=True)]
                link.execute(_INSERT_EVENTS, columns, prepare=True)
            if commands:
                columns = [list(column) for column in zip(*commands, strict=True)]
                link.execute(_INSERT_COMMANDS, columns, prepare=True)
            link.execute(f"NOTIFY {channel(self.address)}".encode())
        self._settle(sealed, versions)
        return tuple(sealed)

    def answered(self, command_id: CommandId) -> Answered | None:
        """Look up what a command was answered with; None for a command never seen."""
        return self.answers([command_id]).get(command_id)

    def answers(self, command_ids: Sequence[CommandId]) -> dict[CommandId, Answered]:
        """Look up many commands at once; those never seen are left out."""
        rows = self._readers.fetch(
            "SELECT command_id, fingerprint, position, answer FROM commands"
            " WHERE command_id = ANY(%s::text[])",
            list(command_ids),
        )
        return {row[0]: Answered._make(row[1:]) for row in rows}

    def read(self, after: int, limit: int = EVENTS_PER_READ) -> list[Recorded]:
        """Read up to `limit` events with position > `after`, in order; empty at the end."""
        rows = self._readers.fetch(
            "SELECT * FROM events WHERE position > %s ORDER BY position LIMIT %s",
            after,
            min(limit, EVENTS_PER_READ),
        )
        return list(map(as_recorded, rows))

    def read_area(
        self, room: str, area: AreaCode, from_version: int = 1, to_version: int | None = None
    ) -> list[Recorded]:
        """Read one area's events in one room by version, both ends included, in order."""
        last = 2**62 if to_version is None else to_version
        rows = self._readers.fetch(
            "SELECT * FROM events WHERE room = %s AND area = %s AND version BETWEEN %s AND %s"
            " ORDER BY version",
            room,
            area,
            from_version,
            last,
        )
        return list(map(as_recorded, rows))

    def save_snapshot(self, name: str, position: int, shape: int, state: bytes) -> None:
        """
        Keep a projection's state as of `position`, in place of an earlier one of that name.

        It goes by a link of its own and needs no term: a state is bound to the chain.

        Raises:
            Refused: `ledger.snapshot_ahead`, where `position` is beyond the end.
            Unavailable: As `append`.
        """
        if self._refusal:
            raise self._refusal
        chain = self._chain(position)
        if chain is None:
            raise Refused("ledger.snapshot_ahead", f"There is no position {position} yet.")
        digest = snapshot.bound(name, position, shape, chain, state)
        with self._keeping:
            try:
                with self._keeper as link:
                    link.execute(
                        "INSERT INTO snapshots VALUES (%s, %s, %s, %s, %s)"
                        " ON CONFLICT (name) DO UPDATE SET position = excluded.position,"
                        " shape = excluded.shape, digest = excluded.digest, state = excluded.state",
                        (name, position, shape, digest, state),
                    )
            except psycopg.Error as error:
                raise named(error) from error

    def load_snapshot(self, name: str, shape: int) -> tuple[int, bytes] | None:
        """
        Fetch the kept state of that layout: (position, state).

        None where there's none, where it is damaged, or where it was made on another chain.
        """
        rows = self._readers.fetch(
            "SELECT position, digest, state FROM snapshots WHERE name = %s AND shape = %s",
            name,
            shape,
        )
        for position, digest, state in rows:
            chain = self._chain(position)
            if chain is not None and snapshot.bound(name, position, shape, chain, state) == digest:
                return position, state
        return None

    def close(self) -> None:
        """Close; appends and reads after it raise `Unavailable`, `ledger.closed`."""
        if self._refusal is None:
            with suppress(TocsinError):  # Also a mark of where the end was, for `verify`.
                self._keep_tree(1)
        with self._writing, self._keeping:
            self._refusal = Unavailable("ledger.closed", "The ledger is closed.")
            if self._seat is not None:
                self._seat.leave()
            self._writer.close()
            self._keeper.close()
            self._readers.close()

    @contextmanager
    def _writes(self) -> Iterator[Link]:
        """Run one transaction that holds the writer's row; what is raised in it leaves nothing."""
        if self._refusal is None and self.duty is not Duty.ACTIVE:
            raise refusal(self.duty)  # Without waiting for whoever just finds that out.
        with self._writing:
            if self._refusal:
                raise self._refusal
            asked_at = monotonic()
            try:
                with self._session() as link, link.transaction():
                    row = link.execute("SELECT term FROM writer FOR UPDATE").fetchone()
                    if self._seat is not None and row != (self._seat.term,):
                        self._seat.leave()
                        raise Unavailable(
                            "ledger.standby", "Another core has taken over.", retry_after_s=1
                        )
                    yield link
            except psycopg.Error as error:
                raise self._failed(named(error)) from error
            if self._seat is not None:
                self._seat.heard(asked_at)

    @contextmanager
    def _session(self) -> Iterator[Link]:
        if self._seat is not None:
            yield self._seat.link()
            return
        with self._writer as link:
            yield link

    def _failed(self, failure: TocsinError) -> TocsinError:
        if isinstance(failure, Conflict):
            self._versions.clear()
        if self._seat is not None and failure.code == "ledger.unreachable":
            self._seat.leave(reached=False)
        return failure

    def _expect_nothing_new(self, link: Link) -> None:
        position, last = link.execute(_LAST, prepare=True).fetchone() or (0, GENESIS)
        if position != self._position:
            self._position, self._hash = position, last
            self._versions.clear()
            raise Conflict("ledger.conflict", "Somebody else wrote in between.")

    def _look_up(self, link: Link, batches: Sequence[Batch]) -> None:
        """Learn at which versions the areas of a commit are, all at once."""
        keys = {(new.room, new.area) for batch in batches for new in batch.events}
        missing = [key for key in keys if key not in self._versions]
        if missing:
            rooms, areas = [room for room, _ in missing], [area for _, area in missing]
            for room, area, version in link.execute(_VERSIONS, (rooms, areas)):
                self._versions[room, area] = version

    def _settle(self, sealed: list[Recorded], versions: dict[Key, int]) -> None:
        """Follow in memory what is on disk now."""
        if not sealed:
            return
        if len(self._versions) > _VERSIONS_KEPT:
            self._versions.clear()
        self._versions.update(versions)
        with self._growing:
            if self._tree.size == self._position:  # Otherwise `head` reads what is missing.
                self._grow([(event.position, event.hash) for event in sealed])
        self._position, self._hash = sealed[-1].position, sealed[-1].hash
        if self._tree.size - self._tree_kept >= _TREE_EVERY:
            with suppress(Unavailable):  # Only a start takes longer without it.
                self._keep_tree(_TREE_EVERY)

    def _grow(self, rows: Sequence[tuple[int, str]]) -> None:
        """Add to the tree what is not in it yet; the caller holds `_growing`."""
        for position, digest in rows:
            if position <= self._tree.size:
                continue  # Another thread was faster.
            if position != self._tree.size + 1:
                raise Corrupt("ledger.gap", f"Position {self._tree.size + 1} is missing.")
            self._tree.append(bytes.fromhex(digest))
            self._end = (position, digest)

    def _tree_at_start(self) -> tuple[Tree, tuple[int, str]]:
        """Take the tree up where it was kept, with the place and hash of its last leaf."""
        kept = self.load_snapshot(_TREE, _TREE_SHAPE)
        tree = Tree.load(kept[1]) if kept else None
        if kept is None or tree is None or tree.size != kept[0]:
            return Tree(), (0, GENESIS)
        return tree, (tree.size, self._chain(tree.size) or GENESIS)

    def _keep_tree(self, every: int) -> None:
        """Keep the tree if it has grown by so much."""
        with self._growing:
            size, state = self._tree.size, self._tree.dump()
        if size - self._tree_kept >= every:
            self.save_snapshot(_TREE, size, _TREE_SHAPE, state)
            self._tree_kept = size

    def _chain(self, position: int) -> str | None:
        """Look up the hash at a position; None where there is no such place."""
        if position == 0:
            return GENESIS
        rows = self._readers.fetch("SELECT hash FROM events WHERE position = %s", position)
        return str(rows[0][0]) if rows else None


def channel(address: Address) -> str:
    """Name what a new event is announced on; who listens reads by position all the same."""
    return f"tocsin_{address.schema}"
