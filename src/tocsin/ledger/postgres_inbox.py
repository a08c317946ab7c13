"""
The inbox: how what one core has spooled comes to the core that may decide it.

A core that reaches the database again lays its spooled commands here, in their order; the active
core, whichever that is, decides them one after the other and writes beside each what came of it.
Every step may be repeated after a crash at any point, since a command id acts once in the ledger.
Nothing is taken away: what a sender was told, and what it was recorded as, stays here, so that an
alert can be ended by the id under which it was spooled. A country's worst week is some thousands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Final, NamedTuple

import psycopg

from tocsin.kernel.ids import CommandId
from tocsin.ledger.postgres_link import Address, Kept, Link, named
from tocsin.ledger.spool import Spooled

AT_ONCE: Final = 500
"""500 × 2 kB = 1 MB of one statement."""


class Handed(NamedTuple):
    """A command that waits for the active core; `request` as in `Spooled`."""

    command_id: CommandId
    request: str


class Inbox:
    """The inbox of a ledger's database. Safe from any thread; a call may take seconds."""

    def __init__(self, address: Address, channel: str) -> None:
        self._kept = Kept(address)
        self._channel = channel
        self._lock = Lock()

    def put(self, commands: Sequence[Spooled]) -> None:
        """
        Lay commands in, in their order; those that lie there already stay as they are.

        Raises:
            Unavailable: `ledger.unreachable` and others of `postgres_link.named`.
        """
        for start in range(0, len(commands), AT_ONCE):
            part = commands[start : start + AT_ONCE]
            with self._use() as link, link.transaction():
                # One at a time and whole: the numbers of two cores may mix, but not one's order.
                link.execute("LOCK TABLE inbox IN SHARE ROW EXCLUSIVE MODE")
                link.execute(
                    "INSERT INTO inbox (command_id, request, told)"
                    " SELECT c, r, t FROM unnest(%s::text[], %s::text[], %s::text[])"
                    " WITH ORDINALITY AS u (c, r, t, n) ORDER BY n"
                    " ON CONFLICT (command_id) DO NOTHING",
                    [
                        [one.command_id for one in part],
                        [one.request for one in part],
                        [one.answer for one in part],
                    ],
                )
                link.execute(f"NOTIFY {self._channel}".encode())

    def waiting(self) -> list[Handed]:
        """List the commands that no active core has decided yet, in order, 500 at the most."""
        with self._use() as link:
            rows = link.execute(
                "SELECT command_id, request FROM inbox WHERE outcome IS NULL"
                " ORDER BY number LIMIT %s",
                (AT_ONCE,),
            ).fetchall()
        return [Handed._make(row) for row in rows]

    def settle(self, command_id: CommandId, outcome: str) -> None:
        """Write beside a command what came of it: its answer, or the error's code."""
        with self._use() as link:
            link.execute(
                "UPDATE inbox SET outcome = %s WHERE command_id = %s AND outcome IS NULL",
                (outcome, command_id),
            )

    def outcomes(self, command_ids: Sequence[CommandId]) -> Mapping[CommandId, str]:
        """Tell what came of commands; those not decided yet are left out."""
        with self._use() as link:
            rows = link.execute(
                "SELECT command_id, outcome FROM inbox"
                " WHERE command_id = ANY(%s::text[]) AND outcome IS NOT NULL",
                (list(command_ids),),
            ).fetchall()
        return dict(rows)

    def told(self, text: str) -> list[tuple[str, str]]:
        """List what senders were told that holds a text, and what came of it."""
        with self._use() as link:
            rows = link.execute(
                "SELECT told, outcome FROM inbox"
                " WHERE position(%s::text IN told) > 0 AND outcome IS NOT NULL LIMIT 10",
                (text,),
            ).fetchall()
        return [(str(row[0]), str(row[1])) for row in rows]

    def close(self) -> None:
        """Close the link; it's made again where it is asked for again."""
        with self._lock:
            self._kept.close()

    @contextmanager
    def _use(self) -> Iterator[Link]:
        with self._lock:
            try:
                with self._kept as link:
                    yield link
            except psycopg.Error as error:
                raise named(error) from error
