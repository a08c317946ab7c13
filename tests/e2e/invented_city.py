"""
A server of the small invented city, for tests of the pages of shelters.

No test is here. The streets and shelters are those of `bench/city.py`, in the open ocean, and are
listed for Kyiv, so that an alert there is one for them. The ledger is written beside the server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from bench.city import SMALL, City, make
from tests.serving import Served, started, until, write

from tocsin.areas.gazetteer import load_pack
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.words import Rank, Status
from tocsin.shelters.messages import (
    DEGREE,
    Access,
    Entrance,
    Kind,
    Listing,
    ReplaceRegister,
    Said,
    SayStatus,
    ShelterId,
    SourceKind,
    State,
)

REGISTER = "invented-city"
KYIV = load_pack("UA").get("UA-30").code


def _common() -> dict[str, object]:
    return {
        "command_id": CommandId(str(uuid4())),
        "sender": SenderId("operator"),
        "rank": Rank.AUTHORITY,
        "area": KYIV,
        "at": rfc3339(SystemClock().now()),
    }


def name_of(number: int) -> ShelterId:
    """Give the id of a shelter of the city."""
    return ShelterId(f"{REGISTER}.{number}")


def listings(city: City) -> tuple[Listing, ...]:
    """List the city's shelters; every eighth is for residents alone, every fifth takes no pets."""
    now = rfc3339(SystemClock().now())
    return tuple(
        Listing(
            id=name_of(one.number),
            name=f"Station {one.number}" if one.metro else f"Cellar {one.number}",
            kind=Kind.METRO if one.metro else Kind.BASEMENT,
            address=f"{one.number} Ocean Street",
            entrances=(Entrance(lat=round(one.lat * DEGREE), lon=round(one.lon * DEGREE)),),
            access=Access.RESIDENTS if one.number % 8 == 7 else Access.PUBLIC,
            capacity=one.capacity,
            step_free=Said.YES if one.step_free else Said.NO,
            pets=Said.NO if one.number % 5 == 0 else Said.UNKNOWN,
            register=REGISTER,
            source_id=str(one.number),
            source="bench/city.py",
            licence="CC0-1.0",
            retrieved_at=now,
        )
        for one in city.shelters
    )


def say(
    served: Served, number: int, state: State, source: SourceKind = SourceKind.OFFICIAL
) -> None:
    """Say how a shelter is, and wait until the server knows."""
    said = SayStatus(
        **_common(), shelter=name_of(number), source=source, status=Status.ACTUAL, state=state
    )
    before = _position(served)
    write(served.db, [said])
    # How a shelter is may be asked only so often; where the record is, always.
    assert until(lambda: _position(served) > before)


def _position(served: Served) -> int:
    return int(served.get("/api/v1/shelters?limit=1").json()["position"])


@contextmanager
def invented_city(folder: Path, **settings: object) -> Iterator[tuple[Served, City]]:
    """Serve the small city from a folder of its own; settings are those of `tocsin.config`."""
    city = make(SMALL)
    city.write(folder / "city.walk")
    walking = str(folder / "city.walk")
    with started(folder / "tocsin.db", walking=walking, **settings) as served:
        edition = ReplaceRegister(
            **_common(),
            register=REGISTER,
            source="bench/city.py",
            licence="CC0-1.0",
            retrieved_at=rfc3339(SystemClock().now()),
            listings=listings(city),
        )
        write(served.db, [edition])
        listed = "/api/v1/shelters?limit=1"
        assert until(lambda: served.get(listed).json()["numberMatched"] == len(city.shelters))
        yield served, city
