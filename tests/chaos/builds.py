"""
The real ledger, and the weakened builds that the harness must catch.

A harness that finds nothing proves nothing unless it finds what is broken on purpose. Each build
here breaks one promise the way somebody in a hurry would break it; none of it is in `src/`.
"""

from __future__ import annotations

from tocsin.ledger.placing import place
from tocsin.ledger.postgres import PostgresLedger
from tocsin.ledger.sqlite import SqliteLedger


class AnswersFirst(SqliteLedger):
    """Says "accepted" and commits afterwards, with the next append."""

    def __init__(self, path):
        super().__init__(path)
        self._late = None

    def append(self, batches, recorded_at):
        if self._late:
            super().append(*self._late)
        self._late = (batches, recorded_at)
        sealed, _ = self._place(self._writer, batches, recorded_at, {})
        return tuple(sealed)

    def close(self):
        if self._late:
            super().append(*self._late)
            self._late = None
        super().close()


class SyncsNormal(SqliteLedger):
    """Leaves the log in the page cache at a commit: the "fast and still safe" of many a guide."""

    LEVEL = "NORMAL"

    def __init__(self, path):
        super().__init__(path)
        self._writer.execute(f"PRAGMA synchronous = {self.LEVEL}")


class SyncsOff(SyncsNormal):
    """Never asks for the disk at all."""

    LEVEL = "OFF"


class CommitsApart(SqliteLedger):
    """Commits each command by itself, where a door was promised all or none."""

    def append(self, batches, recorded_at):
        recorded = [super(CommitsApart, self).append([batch], recorded_at) for batch in batches]
        return tuple(event for events in recorded for event in events)


class CommitsLater(PostgresLedger):
    """Asks PostgreSQL to answer a commit before it is on disk: "faster, and hardly ever lost"."""

    def append(self, batches, recorded_at):
        with self._writer as link:
            link.execute("SET synchronous_commit = off")
        return super().append(batches, recorded_at)


class AnswersFirstShared(PostgresLedger):
    """Says "accepted" and commits afterwards, with the next append."""

    def __init__(self, address):
        super().__init__(address)
        self._late = None

    def append(self, batches, recorded_at):
        if self._late:
            super().append(*self._late)
        self._late = (batches, recorded_at)
        with self._writer as link:
            self._look_up(link, batches)
        end = (self._position, self._hash)
        sealed, _ = place(batches, end, recorded_at, self._versions.__getitem__, {})
        return tuple(sealed)

    def close(self):
        if self._late:
            super().append(*self._late)
            self._late = None
        super().close()


BUILDS = {
    build.__name__: build
    for build in (
        SqliteLedger,
        AnswersFirst,
        SyncsNormal,
        SyncsOff,
        CommitsApart,
        PostgresLedger,
        CommitsLater,
        AnswersFirstShared,
    )
}
