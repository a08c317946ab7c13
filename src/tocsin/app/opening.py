"""Opening: everything that a server needs before it can run, the edge's own process first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tocsin import __version__
from tocsin.app import open_ledger, open_shared_ledger, read_bus
from tocsin.app.edge import Edge, open_edge
from tocsin.app.sockets import allow_files, certified, locked, run_directory
from tocsin.areas.gazetteer import Gazetteer, load_pack
from tocsin.config import Settings
from tocsin.edge.settings import EdgeSettings
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ops.log import log_to_stderr
from tocsin.views.shelter_walks import Walks
from tocsin.walking.network import Network
from tocsin.web.tile_archive import TileArchive

if TYPE_CHECKING:  # Only who shares a ledger has the package.
    from tocsin.ledger.postgres import PostgresLedger


class Land(NamedTuple):
    """
    The land that a server speaks of.

    Args:
        walks: Its ways on foot; None where no network of them is named.
        tiles: Its map tiles; None where none are named.
    """

    gazetteer: Gazetteer
    walks: Walks | None
    tiles: TileArchive | None = None


@contextmanager
def opened(
    settings: Settings, *, lives_on: bool = True
) -> Iterator[tuple[Path, Edge, SqliteLedger | PostgresLedger, Land]]:
    """Open everything; the edge first, which starts in a process of its own meanwhile."""
    if settings.bus:
        read_bus(settings.bus)  # What is wrong there must not leave a new ledger behind.
    walks = open_walks(settings.walking)  # As above.
    tiles = None if settings.tiles is None else TileArchive.open(settings.tiles)  # As above.
    log_to_stderr()
    allow_files()
    run = run_directory(settings.key_file if settings.ledger else settings.db)
    with ExitStack() as stack:
        stack.enter_context(locked(run))
        edge = stack.enter_context(open_edge(run, edge_settings(settings, run, lives_on=lives_on)))
        gazetteer = load_pack(settings.country)
        ledger = _open(settings)
        stack.callback(ledger.close)
        yield run, edge, ledger, Land(gazetteer, walks, tiles)


def _open(settings: Settings) -> SqliteLedger | PostgresLedger:
    if settings.ledger:
        return open_shared_ledger(settings.ledger, settings.key_file, core=True)
    return open_ledger(settings.db)


def edge_settings(settings: Settings, run: Path, *, lives_on: bool) -> EdgeSettings:
    """Tell what a server's own edge is to do."""
    certificate, key = certified(settings.tls_certificate, settings.tls_key)
    return EdgeSettings(
        version=__version__,
        host=settings.host,
        port=settings.port,
        listen=(),
        source=f"unix:{run / 'feed.sock'}",
        core=(f"unix:{run / 'core.sock'}",),
        control=str(run / "edge.sock"),
        lives_on=lives_on,
        connections_max=settings.connections_max,
        connections_per_address=settings.connections_per_address,
        tls_certificate=certificate,
        tls_key=key,
    )


def open_walks(path: Path | None) -> Walks | None:
    """
    Open a network of ways on foot; None where none is named.

    Raises:
        Malformed: `walking.file_unreadable`, `walking.file_malformed`.
    """
    return None if path is None else Walks(Network.open(path))
