"""
Links to PostgreSQL: how one is opened, how long it waits, and what its failures are called.

A link must not hang. A cut network says nothing, so both ends look for each other every second
(keepalives, `tcp_user_timeout`), the server ends statements, transactions and idle writers that
take too long, and this end closes a link whose answer does not come in time. All of it together
is what lets a core that was cut off stop being the active one before another starts.

A link speaks to PostgreSQL itself: a pooler between them would lend one session to many, and the
lock that makes a core the active one belongs to a session.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from threading import Lock
from time import monotonic
from typing import Any, Final, NamedTuple, Self

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from tocsin.kernel.errors import Conflict, Corrupt, Malformed, Refused, TocsinError, Unavailable

LEASE_S: Final = 3.0
"""The server ends a writer's session that says nothing for so long, and frees its lock."""

CONNECT_S: Final = 2
"""The least that libpq takes; a link within a country is made in 50 ms."""

ANSWER_S: Final = 3.0
"""One statement. The slowest honest one, 1,000 events behind a checkpoint, takes under 1 s."""

LONG_ANSWER_S: Final = 60.0
"""For snapshots: a year's history of 50 MB over 10 MB/s, twelve times over."""

USER_TIMEOUT_MS: Final = 2_500
"""What was sent and not confirmed by the other kernel for so long ends the link."""

STALE_WITHIN_S: Final = 0.5
"""A link that has gone stale says so at once; one that was late would be late again when renewed,
and an alarm may be waiting behind it to go into the spool."""

REST_S: Final = 0.5
"""After a failure the readers do not try again for so long, and say so at once."""

READERS: Final = 4
"""The follower, the writer's look-up of commands, and two for whoever asks about the past."""

_LINK: Final[dict[str, Any]] = {
    "connect_timeout": CONNECT_S,
    "keepalives": 1,
    "keepalives_idle": 1,
    "keepalives_interval": 1,
    "keepalives_count": 2,
    "tcp_user_timeout": USER_TIMEOUT_MS,
    "client_encoding": "UTF8",
}

_SESSION: Final[dict[str, str | int]] = {
    "synchronous_commit": "on",
    "default_transaction_isolation": "read\\ committed",
    "client_connection_check_interval": 1_000,
    "tcp_keepalives_idle": 1,
    "tcp_keepalives_interval": 1,
    "tcp_keepalives_count": 2,
    "tcp_user_timeout": USER_TIMEOUT_MS,
    "lock_timeout": 2_000,
    "idle_in_transaction_session_timeout": 2_000,
}


class Address(NamedTuple):
    """
    Where a ledger in PostgreSQL is.

    Args:
        url: `postgresql://…`, as libpq reads it; several hosts are tried in turn.
        schema: The ledger's own, so that a database may hold several.
    """

    url: str
    schema: str = "tocsin"

    def shown(self) -> str:
        """Name the place without its password."""
        try:
            parts = conninfo_to_dict(self.url)
        except psycopg.ProgrammingError:
            return "PostgreSQL"
        return f"{parts.get('dbname', '')} at {parts.get('host', 'this machine')}"


class Link(psycopg.Connection[TupleRow]):
    """A connection that is closed when an answer does not come in time."""

    answer_s = ANSWER_S

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401  # As the class it is of.
        """Wait for an answer; a link that is late is closed, since nobody knows where it stands."""
        late_s = self.answer_s if timeout is None else timeout
        try:
            return super().wait(gen, interval, late_s)
        except errors._WaitTimeout as error:  # noqa: SLF001  # There is no public name for it.
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError("no answer in time") from error


def connect(address: Address, *, lease: bool = False, answer_s: float = ANSWER_S) -> Link:
    """
    Open a link, autocommit.

    Args:
        lease: The server ends the session when it says nothing for `LEASE_S`.
        answer_s: Seconds that a statement may take.

    Raises:
        Malformed: `ledger.url_malformed`.
        Unavailable: `ledger.unreachable`.
    """
    session = {
        **_SESSION,
        "search_path": address.schema,
        "statement_timeout": round(answer_s * 1_000),
        "idle_session_timeout": round(LEASE_S * 1_000) if lease else 0,
    }
    said = " ".join(f"-c {name}={value}" for name, value in session.items())
    try:
        parts = conninfo_to_dict(address.url)
        said = f"{parts.get('options') or ''} {said}".strip()
        given = make_conninfo(address.url, **_LINK, options=said)
        link = Link.connect(given, autocommit=True)
    except psycopg.ProgrammingError as error:
        raise Malformed(
            "ledger.url_malformed", f"This is no address of a database: {error}.", where="ledger"
        ) from error
    except psycopg.Error as error:
        raise named(error) from error
    link.answer_s = answer_s + 0.5  # The server's own word, if it comes, is the better one.
    return link


def named(error: psycopg.Error) -> TocsinError:  # noqa: PLR0911  # One for each class of state.
    """Give what PostgreSQL raised its place in the error tree."""
    state = error.sqlstate or ""
    match error:
        case errors.DiskFull():
            return Unavailable("ledger.disk_full", "The database's disk is full; nothing was kept.")
        case errors.LockNotAvailable():
            return Unavailable("ledger.locked", "Another process is writing.", retry_after_s=1)
        case errors.UniqueViolation() | errors.SerializationFailure() | errors.DeadlockDetected():
            return Conflict("ledger.conflict", "Somebody else wrote in between.")
        case errors.ReadOnlySqlTransaction():
            return Unavailable("ledger.read_only", "The ledger can only be read here.")
        case errors.UntranslatableCharacter() | errors.CharacterNotInRepertoire():
            return Malformed("ledger.not_one_line", "A text cannot be recorded as it is.")
        case psycopg.DataError() if not state:  # A NUL, which psycopg refuses by itself.
            return Malformed("ledger.not_one_line", "A text cannot be recorded as it is.")
    if state.startswith("XX"):
        return Corrupt("ledger.damaged", f"The database is damaged ({_line(error)}).")
    if state.startswith("58"):
        return Unavailable("ledger.io_error", f"The database's disk failed ({_line(error)}).")
    if state in {"42501", "42P01", "3F000"}:
        return Refused("ledger.not_a_ledger", f"There is no ledger here ({_line(error)}).")
    sentence = f"The database cannot be reached ({_line(error)})."
    return Unavailable("ledger.unreachable", sentence, retry_after_s=1)


def _line(error: psycopg.Error) -> str:
    """Take the first line of what was said, which names no password."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]


class Readers:
    """
    A few links that are lent one at a time, from any thread.

    After a failure nobody tries again for `REST_S`: one caller waits for a dead database, not all.
    """

    def __init__(self, address: Address) -> None:
        self._address = address
        self._free: list[Link | None] = [None] * READERS
        self._waiting: deque[SimpleQueue[Link | None]] = deque()
        self._lending = Lock()
        self._closed = False
        self._rests_until = 0.0

    def fetch(self, query: str, *parameters: object) -> list[TupleRow]:
        """
        Ask once; a link that had gone stale meanwhile is made anew.

        Raises:
            Unavailable: `ledger.closed`, `ledger.unreachable` and others of `named`.
        """
        with self._lent() as lent:
            return lent.ask(query, parameters)

    def awake(self) -> None:
        """Say that the database answers again."""
        self._rests_until = 0.0

    def close(self) -> None:
        """Close what is free now, and the rest when it comes back."""
        with self._lending:
            self._closed = True
            free, self._free = self._free, []
        for link in free:
            _end(link)

    @contextmanager
    def _lent(self) -> Iterator[_Lent]:
        if self._closed:
            raise Unavailable("ledger.closed", "The ledger is closed.")
        if monotonic() < self._rests_until:
            raise Unavailable("ledger.unreachable", "The database cannot be reached.")
        lent = _Lent(self._address, self._take())
        try:
            yield lent
        except psycopg.Error as error:
            failure = named(error)
            raise self._noted(failure) from error
        except Unavailable as failure:  # From making a link.
            raise self._noted(failure) from None
        finally:
            self._give(lent.link)

    def _take(self) -> Link | None:
        """Take a link that is free, or the next one given back: first come, first served."""
        with self._lending:
            if self._free:
                return self._free.pop()
            mine: SimpleQueue[Link | None] = SimpleQueue()
            self._waiting.append(mine)
        try:
            return mine.get(timeout=ANSWER_S)
        except Empty:
            with self._lending:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                    raise Unavailable(
                        "ledger.busy", "Too many read at once.", retry_after_s=1
                    ) from None
            return mine.get()  # It came in the moment between.

    def _give(self, link: Link | None) -> None:
        with self._lending:
            if self._waiting:
                self._waiting.popleft().put(link)
                return
            if not self._closed:
                self._free.append(link)
                return
        _end(link)

    def _noted(self, failure: TocsinError) -> TocsinError:
        if failure.code == "ledger.unreachable":
            self._rests_until = monotonic() + REST_S
        return failure


class _Lent:
    """A link while somebody has it; None where it has to be made first."""

    def __init__(self, address: Address, link: Link | None) -> None:
        self._address = address
        self.link = link

    def ask(self, query: str, parameters: tuple[object, ...]) -> list[TupleRow]:
        """Ask; where the link turns out to be gone, once more on a new one."""
        if self.link is not None:
            began = monotonic()
            try:
                return self._ask(self.link, query, parameters)
            except psycopg.OperationalError:
                if not self._broken() or monotonic() - began > STALE_WITHIN_S:
                    raise
        self.link = connect(self._address)
        try:
            return self._ask(self.link, query, parameters)
        except psycopg.Error:
            self._broken()
            raise

    def _ask(self, link: Link, query: str, parameters: tuple[object, ...]) -> list[TupleRow]:
        return link.execute(query.encode(), parameters).fetchall()

    def _broken(self) -> bool:
        """Let go of a link that is closed."""
        if self.link is None or not self.link.closed:
            return False
        self.link = None
        return True


class Kept:
    """
    One link for one purpose, made when it is first needed and again after it broke.

    Not thread-safe: its owner holds a lock.
    """

    def __init__(self, address: Address, *, answer_s: float = ANSWER_S) -> None:
        self._address = address
        self._answer_s = answer_s
        self._link: Link | None = None

    def __enter__(self) -> Link:
        if self._link is None or self._link.closed:
            self._link = connect(self._address, answer_s=self._answer_s)
        return self._link

    def __exit__(self, *_: object) -> None:
        if self._link is not None and self._link.closed:
            self._link = None

    def close(self) -> Self:
        """Close it; it's made again where it is asked for again."""
        _end(self._link)
        self._link = None
        return self


def _end(link: Link | None) -> None:
    if link is not None:
        with suppress(psycopg.Error):
            link.close()
