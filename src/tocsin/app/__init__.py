"""
The composition root: the only place that picks an engine and puts the parts together.

What every verb of the command line needs is here and loads fast; the server, with its web
framework, is put together in `server.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.alerts.board import Board
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority.register import Register
from tocsin.commands import Desk
from tocsin.commands.desk import Aliases
from tocsin.commands.rooms import Rooms
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.time import Clock, rfc3339
from tocsin.ledger.heads import Heads, read_heads
from tocsin.ledger.port import Ledger
from tocsin.ledger.signing import Signer
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.views.projections import Projections

if TYPE_CHECKING:
    from tocsin.app.far_record import FarRecord
    from tocsin.channels.bus import Bus
    from tocsin.channels.feed import Feed
    from tocsin.ledger.postgres import PostgresLedger
    from tocsin.ledger.verify import Findings


def open_ledger(path: Path, *, read_only: bool = False) -> SqliteLedger:
    """Open the ledger in a file; make one where there is none, unless only for reading."""
    return SqliteLedger(path, read_only=read_only)


def open_shared_ledger(
    url: str, key_file: Path = Path("tocsin.key"), *, core: bool = False, read_only: bool = False
) -> PostgresLedger:
    """
    Open the ledger that several machines share, in PostgreSQL; make one where there is none.

    Args:
        url: `postgresql://…`.
        key_file: `NAME.key`; heads and spool lie beside it as `NAME.heads` and `NAME.spool`.
        core: Append only while this is the active core.

    Raises:
        Unavailable: `ledger.no_psycopg`, `ledger.unreachable`.
        Refused, Malformed: As of `PostgresLedger`.
    """
    _want_psycopg()
    # Only who shares a ledger has the package, and waits for it to load.
    from tocsin.ledger.postgres import PostgresLedger  # noqa: PLC0415
    from tocsin.ledger.postgres_link import Address  # noqa: PLC0415

    return PostgresLedger(Address(url), beside=_beside(key_file), core=core, read_only=read_only)


def open_record(record: Path | str, *, read_only: bool = False) -> SqliteLedger | PostgresLedger:
    """Open a ledger beside whoever serves it, in a file or in PostgreSQL, as its name says."""
    if isinstance(record, Path):
        return open_ledger(record, read_only=read_only)
    return open_shared_ledger(record, read_only=read_only)


def name_record(record: Path | str) -> str:
    """
    Name a ledger for whoever starts something on it: its file, or its database without a password.

    Raises:
        Unavailable: `ledger.no_psycopg`.
    """
    if isinstance(record, Path):
        return str(record)
    _want_psycopg()
    from tocsin.ledger.postgres_link import Address  # noqa: PLC0415  # As above.

    return Address(record).shown()


def verify_record(
    record: Path | str,
    key_file: Path,
    witnessed: Sequence[Mapping[str, object]],
    on_progress: Callable[[int, int], None],
) -> Findings:
    """
    Read a whole ledger and say what does not add up.

    Args:
        record: Its file, or where it is in PostgreSQL.
        key_file: Of one in PostgreSQL; heads lie beside it.
        witnessed: Signed heads from elsewhere.

    Raises:
        Unavailable, Refused: As of opening it.
    """
    # It loads the file's engine, which starts of other verbs need not wait for.
    from tocsin.ledger.verify import verify, verify_source  # noqa: PLC0415

    if isinstance(record, Path):
        return verify(record, witnessed=witnessed, on_progress=on_progress)
    _want_psycopg()
    from tocsin.ledger.postgres_link import Address  # noqa: PLC0415  # As below.
    from tocsin.ledger.postgres_source import PostgresSource  # noqa: PLC0415

    beside = _beside(key_file)
    heads = read_heads(beside)  # First: what is appended from now on may not be in them.
    source = PostgresSource(Address(record))
    return verify_source(source, beside, heads, witnessed=witnessed, on_progress=on_progress)


def restore_record(copy: Path, record: Path | str, on_progress: Callable[[int, int], None]) -> int:
    """
    Make a ledger of a copy, in a file or in PostgreSQL; give its last position.

    Raises:
        Corrupt: `ledger.backup_damaged`.
        Refused: `ledger.not_empty` and others; nothing is written over.
    """
    from tocsin.ledger.backup import restore  # noqa: PLC0415  # As above.

    if isinstance(record, Path):
        return restore(copy, record, on_progress)
    _want_psycopg()
    from tocsin.ledger.postgres_link import Address  # noqa: PLC0415  # As below.
    from tocsin.ledger.postgres_source import copy_from_file  # noqa: PLC0415

    return copy_from_file(copy, Address(record), on_progress)


def _want_psycopg() -> None:
    if find_spec("psycopg") is None:
        raise Unavailable(
            "ledger.no_psycopg", "A ledger in PostgreSQL needs psycopg: pip install tocsin[scale]."
        )


def _beside(key_file: Path) -> Path:
    return key_file.with_name(key_file.name.removesuffix(".key"))


def read_bus(servers: str) -> list[str]:
    """
    Read the URLs of one NATS cluster, comma-separated; nothing is opened.

    Raises:
        Malformed: `bus.malformed`.
        Unavailable: `bus.no_nats`.
    """
    urls = [url.strip() for url in servers.split(",")]
    if not all(url.startswith(("nats://", "tls://")) for url in urls):
        raise Malformed(
            "bus.malformed",
            "A bus is named as nats://HOST:4222, or several by commas.",
            where="bus",
        )
    if find_spec("nats") is None:
        raise Unavailable("bus.no_nats", "A bus needs nats-py: pip install tocsin[scale].")
    return urls


def open_bus(servers: str, feed: Feed) -> Bus:
    """
    Make the bus that carries a feed.

    Raises:
        Malformed, Unavailable: As of `read_bus`.
    """
    urls = read_bus(servers)
    # Only who has a bus has the package, and waits for it to load.
    from tocsin.channels.bus import Bus  # noqa: PLC0415

    return Bus(feed, urls)


def open_far_record(
    ledger: PostgresLedger,
    gazetteer: Gazetteer,
    clock: Clock,
    projections: Projections,
    wake: Callable[[], None],
) -> FarRecord:
    """Make a core's part in a shared ledger, whose folded state is `projections`."""
    from tocsin.app.far_record import FarRecord  # noqa: PLC0415  # As above.

    return FarRecord(
        ledger,
        gazetteer,
        lambda aliases: open_desk(ledger, gazetteer, clock, projections, aliases),
        board=lambda: projections.board,
        wake=wake,
    )


def keep_head(ledger: SqliteLedger | PostgresLedger, clock: Clock) -> None:
    """
    Sign the end of a ledger and keep it in `FILE.heads`, as a running server does every 5 s.

    What was written by a command of its own is then as safe against a cut tail as the rest.

    Raises:
        Unavailable: `ledger.heads_unwritable`, `ledger.cannot_open`.
        Corrupt: `ledger.key_unreadable`.
    """
    head = ledger.head()
    signed = Signer.open(ledger.path).sign(
        {
            "epoch": ledger.epoch,
            "position": head.position,
            "tree_head": head.tree_head,
            "at": rfc3339(clock.now()),
            "status": "ok",
        }
    )
    Heads(ledger.path).note(signed)


def open_projections(ledger: Ledger) -> Projections:
    """Fold the ledger into its projections, starting from their snapshots."""
    return Projections.load(ledger)


def open_desk(
    ledger: Ledger,
    gazetteer: Gazetteer,
    clock: Clock,
    projections: Projections | None = None,
    aliases: Aliases = lambda _alert: None,
) -> Desk:
    """Make a desk that knows what stands; it owns copies of what is folded."""
    known = Projections.load(ledger) if projections is None else projections
    board, register = Board.load(known.board.dump()), Register.load(known.register.dump())
    rooms = Rooms(known.shelters, known.grid).copy()
    return Desk(
        ledger, gazetteer, clock, board=board, tokens=register, rooms=rooms, aliases=aliases
    )
