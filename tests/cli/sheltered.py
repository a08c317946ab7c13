"""
Shelters in a ledger for tests of the command line: three in Kyiv, and what was said of them.

No test is here. They are written as the machine's own operator would, beside a server or without.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import msgspec
from tests.serving import write
from tests.shelters.sayings import door, edition, listing, says

from tocsin.kernel.ids import AreaCode, CommandId
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.shelters.messages import Kind, Said, State, Visibility

KYIV = AreaCode("UA80000000000093317")
POINT = "50.45,30.52"
METRE = 1 / 111_195


def ago(seconds):
    return rfc3339(SystemClock().now() - timedelta(seconds=seconds))


def tell(db, *commands):
    """Write commands into a ledger, each with an id of its own."""
    write(
        db, [msgspec.structs.replace(one, command_id=CommandId(str(uuid4()))) for one in commands]
    )


def shelter(number, metres, **more):
    return listing(number, entrances=(door(50.45 + metres * METRE, 30.52),), **more)


def furnish(db):
    """
    List three shelters, and a fourth for staff alone.

    Station A is open and 240 m away, cellar B open and 400 m; of cellar C nobody has said.
    """
    listings = (
        shelter(1, 240, name="Station A", kind=Kind.METRO, step_free=Said.YES, capacity=100),
        shelter(2, 400, name="Cellar B", address="Main Street 2"),
        shelter(3, 600, name="Cellar C"),
        shelter(4, 10, name="Bunker D", visibility=Visibility.STAFF),
    )
    areas = {one.id: KYIV for one in listings}
    listed = edition(*listings, areas=areas, area=AreaCode("UA"), fewer=True)
    tell(
        db,
        msgspec.structs.replace(listed, at=ago(7_200)),
        at(says(State.OPEN, area=KYIV, number=1, occupancy=75), 3_600),
        at(says(State.OPEN, area=KYIV, number=2), 1_800),
    )


def at(command, seconds):
    return msgspec.structs.replace(command, at=ago(seconds))
