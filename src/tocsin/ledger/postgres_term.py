"""
Which core is the active one: a lock, a term, and a session that must keep talking.

Whoever holds the ledger's advisory lock is the active core and has the newest term. The lock
belongs to the very session that appends, and every append checks the term in its own transaction,
so a core that lost the lock cannot write, whatever it believes. The server ends a session that
has said nothing for 3 s; its core has by then given up, 2.5 s after its last word was answered,
and another takes over half a second later.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import Final, Protocol

import psycopg

from tocsin.kernel.errors import TocsinError, Unavailable
from tocsin.ledger.duty import Duty, refusal
from tocsin.ledger.postgres_link import LEASE_S, Address, Link, connect, named
from tocsin.ledger.postgres_schema import lock_key

STAND_EVERY_S: Final = 0.5
"""Six words within a lease of 3 s: two may be lost. A standby looks as often."""

GIVES_UP_AFTER_S: Final = LEASE_S - STAND_EVERY_S
"""By its own clock, from the moment it asked: before the server's 3 s have begun, let alone run."""

LEASED_ANSWER_S: Final = 2.0
"""For a core's own session: an alarm that waits for a dead database goes elsewhere after that."""


class Seat:
    """
    A core's session with the ledger, and with it the lock, where it holds that.

    Not thread-safe, but for `duty`: the ledger calls it under its own lock.

    Args:
        holder: Name of the core for whoever looks into the database; for people alone.
    """

    def __init__(self, address: Address, holder: str) -> None:
        self._address = address
        self._holder = holder
        self._link: Link | None = None
        self._until = 0.0
        self._otherwise = Duty.CUT_OFF
        self.term = 0

    @property
    def duty(self) -> Duty:
        """Tell what this core is now; from any thread, without asking anybody."""
        if monotonic() < self._until:
            return Duty.ACTIVE
        return self._otherwise

    def stand(self) -> Duty:
        """Ask for the lock, or say that one is still there to hold it."""
        asked_at = monotonic()
        try:
            link = self._link
            if link is None or link.closed:
                self._until = 0.0
                link = self._link = connect(self._address, lease=True, answer_s=LEASED_ANSWER_S)
            if self._until == 0.0:
                self._run(link, asked_at)
            else:
                link.execute("SELECT")
                self.heard(asked_at)
        except psycopg.Error as error:
            self.leave(reached=_answers(error))
        except Unavailable:
            self.leave(reached=False)
        return self.duty

    def heard(self, asked_at: float) -> None:
        """Note that the session was alive when something was asked: it holds the lock as long."""
        self._until = max(self._until, asked_at + GIVES_UP_AFTER_S)

    def link(self) -> Link:
        """
        Give the session that may append.

        Raises:
            Unavailable: `ledger.standby`, `ledger.unreachable`.
        """
        if self._link is None or self._link.closed or self.duty is not Duty.ACTIVE:
            raise refusal(self.duty)
        return self._link

    def leave(self, *, reached: bool = True) -> None:
        """Give the lock up, by ending the session."""
        self._until = 0.0
        self._otherwise = Duty.STANDBY if reached else Duty.CUT_OFF
        link, self._link = self._link, None
        if link is not None:
            with suppress(psycopg.Error):
                link.close()

    def _run(self, link: Link, asked_at: float) -> None:
        """Try for the lock; whoever gets it begins the next term."""
        self._otherwise = Duty.STANDBY
        if link.execute(
            "SELECT pg_try_advisory_lock(%s)", (lock_key(self._address),)
        ).fetchone() != (True,):
            return
        row = link.execute(
            "UPDATE writer SET term = term + 1, holder = %s RETURNING term", (self._holder,)
        ).fetchone()
        assert row is not None  # An invariant: `create` makes the one row.
        self.term = int(row[0])
        self._otherwise = Duty.CUT_OFF  # What it is when its lease runs out unheard.
        self._until = asked_at + GIVES_UP_AFTER_S


def _answers(error: psycopg.Error) -> bool:
    """Say whether a failure came from a database that is there."""
    return named(error).code != "ledger.unreachable"


class Stands(Protocol):
    """What can stand for the active core: a ledger in PostgreSQL that was opened for a core."""

    def stand(self) -> Duty:
        """Ask for the lock, or say that one is still there to hold it."""
        ...

    @property
    def duty(self) -> Duty:
        """Tell what this core is now."""
        ...


class Candidate:
    """
    Stand for the active core twice a second, on a thread of its own.

    Args:
        changed: Told each change of duty, on that thread. A new active core's ledger answers its
            first append with `Conflict` where others have written, so that its desk catches up.
        failed: Told what else than a change went wrong.
    """

    def __init__(
        self,
        ledger: Stands,
        changed: Callable[[Duty], None],
        failed: Callable[[TocsinError], None] = lambda _error: None,
    ) -> None:
        self._ledger = ledger
        self._changed = changed
        self._failed = failed
        self._ends = Event()
        self._told: Duty | None = None
        self._thread = Thread(target=self._run, name="ledger-candidate", daemon=True)

    def start(self) -> None:
        """Begin; the first word about the duty comes as soon as it is known."""
        self._thread.start()

    def close(self) -> None:
        """End; the duty stays as it is until the ledger is closed."""
        self._ends.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ends.is_set():
            began = monotonic()
            try:
                duty = self._ledger.stand()
            except TocsinError as error:
                self._failed(error)
                duty = self._ledger.duty
            if duty is not self._told:
                self._told = duty
                self._changed(duty)
            self._ends.wait(max(0.0, STAND_EVERY_S - (monotonic() - began)))
