"""
A ledger opened to be looked at, and closed again: what reading verbs share.

The views are the server's own (`tocsin.views`), so that a terminal beside the file and a browser
far away cannot be told different things.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.kernel.time import SystemClock

if TYPE_CHECKING:
    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.ledger.port import Ledger
    from tocsin.views.live import Live
    from tocsin.views.projections import Projections


@dataclass(frozen=True, slots=True)
class Record:
    """An open ledger with everything that is folded from it."""

    ledger: Ledger
    gazetteer: Gazetteer
    projections: Projections
    live: Live


@contextmanager
def reading(record: Path | str, gazetteer: Gazetteer) -> Iterator[Record]:
    """
    Open a ledger for reading, beside a server or without one.

    Args:
        record: Its file, or where it is in PostgreSQL.

    Raises:
        Unavailable: `ledger.missing`, `ledger.unreachable` and others of opening one.
        Refused: `ledger.not_a_ledger`, `ledger.too_new`.
    """
    from tocsin.app import open_projections, open_record
    from tocsin.areas.geometry import load_outlines
    from tocsin.delivery.audience import Audience
    from tocsin.views.live import Live

    ledger = open_record(record, read_only=True)
    try:
        projections = open_projections(ledger)
        live = Live(
            ledger=ledger,
            gazetteer=gazetteer,
            outlines=load_outlines(gazetteer),
            clock=SystemClock(),
            board=projections.board,
            history=projections.history,
            topics=Audience(gazetteer).topics,
        )
        yield Record(ledger, gazetteer, projections, live)
    finally:
        ledger.close()
