"""
The composition root: the only place that picks an engine and puts the parts together.

What every verb of the command line needs is here and loads fast; the server, with its web
framework, is put together in `server.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.alerts.board import Board
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority.register import Register
from tocsin.commands import Desk
from tocsin.commands.desk import Aliases
from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.kernel.time import Clock, rfc3339
from tocsin.ledger.heads import Heads
from tocsin.ledger.port import Ledger
from tocsin.ledger.signing import Signer
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.views.projections import Projections

if TYPE_CHECKING:
    from tocsin.app.far_record import FarRecord
    from tocsin.channels.bus import Bus
    from tocsin.channels.feed import Feed
    from tocsin.ledger.postgres import PostgresLedger


def open_ledger(path: Path, *, read_only: bool = False) -> SqliteLedger:
    """Open the ledger in a file; make one where there is none, unless only for reading."""
    return SqliteLedger(path, read_only=read_only)


def open_shared_ledger(
    url: str, key_file: Path, *, core: bool = False, read_only: bool = False
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
    if find_spec("psycopg") is None:
        raise Unavailable(
            "ledger.no_psycopg", "A ledger in PostgreSQL needs psycopg: pip install tocsin[scale]."
        )
    # Only who shares a ledger has the package, and waits for it to load.
    from tocsin.ledger.postgres import PostgresLedger  # noqa: PLC0415
    from tocsin.ledger.postgres_link import Address  # noqa: PLC0415

    beside = key_file.with_name(key_file.name.removesuffix(".key"))
    return PostgresLedger(Address(url), beside=beside, core=core, read_only=read_only)


def open_bus(servers: str, feed: Feed) -> Bus:
    """
    Make the bus that carries a feed.

    Args:
        servers: URLs of one NATS cluster, comma-separated.

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
    """Make a desk that knows what stands; it owns copies of the board and the register."""
    known = Projections.load(ledger) if projections is None else projections
    board, register = Board.load(known.board.dump()), Register.load(known.register.dump())
    return Desk(ledger, gazetteer, clock, board=board, tokens=register, aliases=aliases)
