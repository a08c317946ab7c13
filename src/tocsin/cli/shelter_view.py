"""
What a ledger knows of shelters, opened to be looked at: what reading verbs about them share.

The view is the server's own (`tocsin.views.shelters`), so that a terminal beside the file and a
browser far away are told the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from tocsin.cli.tongue import say

if TYPE_CHECKING:
    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.ledger.port import Ledger
    from tocsin.shelters.map import ShelterMap
    from tocsin.views.shelters import Shelters

Network: TypeAlias = Annotated[
    Path | None,
    typer.Option("--network", metavar="FILE", envvar="TOCSIN_WALKING", help=say("o.network")),
]


@contextmanager
def seeing(
    record: Path | str,
    gazetteer: Gazetteer,
    *,
    network: Path | None = None,
    at: datetime | None = None,
) -> Iterator[Shelters]:
    """
    Open a ledger and see its shelters.

    Args:
        record: Its file, or where it is in PostgreSQL.
        network: A file of `tocsin shelters network`; None for straight lines.
        at: As they were known at that moment; now otherwise.

    Raises:
        Malformed: `walking.…`, where the file is no network.
        Refused, Unavailable: As of `tocsin.cli.record.reading`.
    """
    from tocsin.cli.record import reading
    from tocsin.views.shelter_walks import Walks
    from tocsin.views.shelters import Shelters
    from tocsin.walking.network import Network as WalkingNetwork

    walks = None if network is None else Walks(WalkingNetwork.open(network))
    with reading(record, gazetteer) as opened:
        now = opened.projections.shelters
        known = now if at is None else _known_at(opened.ledger, at)
        yield Shelters(known, opened.live, walks, at=at)


def _known_at(ledger: Ledger, at: datetime) -> ShelterMap:
    """Fold what had happened by a moment; what was recorded later about it counts too."""
    from tocsin.kernel.time import rfc3339
    from tocsin.shelters.map import ShelterMap

    known, position, until = ShelterMap(), 0, rfc3339(at)
    while events := ledger.read(position):
        for event in events:
            position = event.position
            if event.happened_at <= until:
                known.apply(event)
    return known
