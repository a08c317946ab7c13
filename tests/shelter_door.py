"""
A shelter's door: shelters put into a server's record, and the server asked what it believes of one.

No test is here.
"""

from __future__ import annotations

from uuid import uuid4

from tests.serving import until, write

KEEP = "shelters:keep:UA-30"


def listed(db, *names):
    """Put shelters of invented schools into a record, as an import does."""
    from tocsin.areas.gazetteer import load_pack
    from tocsin.kernel.ids import CommandId, SenderId
    from tocsin.kernel.time import SystemClock, rfc3339
    from tocsin.kernel.words import Rank
    from tocsin.shelters.messages import DEGREE, Entrance, Listing, ReplaceRegister, ShelterId

    now = rfc3339(SystemClock().now())
    listings = tuple(
        Listing(
            id=ShelterId(f"schools.{name}"),
            name=f"School {name}",
            entrances=(Entrance(lat=int(50.45 * DEGREE), lon=int(30.52 * DEGREE)),),
            capacity=100,
            register="schools",
            source_id=name,
            source="Invented",
            licence="CC0",
            retrieved_at=now,
        )
        for name in names
    )
    replace = ReplaceRegister(
        command_id=CommandId(str(uuid4())),
        sender=SenderId("operator"),
        rank=Rank.AUTHORITY,
        area=load_pack("UA").get("UA-30").code,
        at=now,
        register="schools",
        source="Invented",
        licence="CC0",
        retrieved_at=now,
        listings=listings,
    )
    write(db, [replace])


class Door:
    """One shelter of a server, and how to look at it from behind."""

    def __init__(self, served, name):
        self.served, self.id = served, f"schools.{name}"
        self.token = served.speaker("keeper", KEEP)

    def status(self, token=""):
        """What is said of it to whoever has a token; None where the token is void."""
        headers = {"authorization": f"Bearer {token or self.token}"}
        answer = self.served.get(f"/api/v1/shelters/{self.id}/status", headers=headers)
        assert answer.status_code in {200, 401}, answer.text
        return answer.json() if answer.status_code == 200 else None

    def inside(self):
        return self.status()["occupancy"]

    def becomes(self, number):
        assert until(lambda: self.inside() == number), (self.inside(), number)

    def link(self, base=None, **said):
        more = "".join(f"&{key}={value}" for key, value in said.items())
        where = base or self.served.url
        return f"{where}/keeper?lang=en#token={self.token}&shelter={self.id}&status=Actual{more}"
