"""
Shelters as everybody may see them: a roll without status, the few nearest one point, one by its id.

What is prepared (the roll, the doors, their places on the walking network) is made anew when what
is listed changes, and not when a door opens: how a shelter is is looked up when it is asked for.
The point that is asked about goes no further than here, and is in no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from tocsin.alerts.messages import Level
from tocsin.areas.gazetteer import Gazetteer
from tocsin.authority.remit import (
    SHELTERS_KEEP,
    SHELTERS_READ,
    SHELTERS_SENSE,
    SHELTERS_WRITE,
    Grant,
)
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment, rfc3339
from tocsin.kernel.words import Relation, Status
from tocsin.shelters.map import ShelterMap
from tocsin.shelters.messages import DEGREE, Said
from tocsin.shelters.shelter import Shelter, unknown
from tocsin.views import shelter_near
from tocsin.views.live import Live
from tocsin.views.power_cuts import Cuts, cut_shape
from tocsin.views.shelter_doors import Doors
from tocsin.views.shelter_near import Asked, Found, Way
from tocsin.views.shelter_pack import pack_of
from tocsin.views.shelter_roll import Roll, Wanted, around
from tocsin.views.shelter_shapes import (
    degrees,
    feature,
    invented,
    state_of,
    status_shape,
    step_free,
)
from tocsin.views.shelter_walks import Walks
from tocsin.views.time_to_shelter import times_to_shelter
from tocsin.walking.ground import bearing

ABOUT_SHELTERS: Final = (SHELTERS_WRITE, SHELTERS_KEEP, SHELTERS_SENSE, SHELTERS_READ)
"""Whose owner may know of a shelter that the public is not told of; a sensor of its own."""


class Over(NamedTuple):
    """
    What the area of a point asks of those in it.

    Args:
        hazard: Of the most urgent alert that stands over it; None where none stands.
        within_s: How long people there have to reach shelter; None where nobody has said.
    """

    hazard: str | None
    within_s: int | None


NOWHERE = Over(None, None)


class Listed(NamedTuple):
    """All shelters as they are listed at one edition of the map."""

    edition: int
    shelters: tuple[Shelter, ...]


class Shelters:
    """
    Show shelters. Not thread-safe but for `nearest`: the event loop owns it.

    Args:
        shelters: Folded by whoever feeds `live`.
        walks: The walking network; None where there is none.
        at: A moment to show instead of now, by which `shelters` has been folded.
        dark: Tells which groups of the grid are without power; a shelter on one of them that is not
            known to have a generator is not surely fit. Asked from any thread.
        cuts: Tells when each group is cut, now or next; asked from any thread.
    """

    def __init__(
        self,
        shelters: ShelterMap,
        live: Live,
        walks: Walks | None = None,
        *,
        at: datetime | None = None,
        dark: Callable[[], frozenset[str]] = frozenset,
        cuts: Callable[[], Cuts] = dict,
    ) -> None:
        self.dark = dark
        self.cuts = cuts
        self.map = shelters
        self.walks = walks
        self._live = live
        self._at = at
        self._roll: Roll | None = None
        self._doors: Doors | None = None

    @property
    def gazetteer(self) -> Gazetteer:
        """Give the tree of areas that the shelters lie in."""
        return self._live.gazetteer

    @property
    def tag(self) -> str:
        """Name what is listed: another once anything of it changes."""
        return f"{self._live.place.epoch}-{self.map.edition}"

    def now(self) -> Moment:
        """Tell the moment that is shown."""
        return rfc3339(self._live.now() if self._at is None else self._at)

    def stale(self) -> Listed | None:
        """Tell what is listed where nothing is prepared of it yet; None where all is."""
        if self._roll is not None and self._doors is not None:
            edition = self.map.edition
            if self._roll.edition == edition == self._doors.edition:
                return None
        return Listed(self.map.edition, tuple(self.map.all()))

    def prepare(self, listed: Listed) -> None:
        """
        Make all that is asked of what is listed; runs on any thread, one at a time.

        A city of 3,000 shelters takes half a second the first time, for their places on the
        network, and some 30 ms for every edition after that.
        """
        if self._doors is not None and self._doors.edition >= listed.edition:
            return
        near = [one for one in listed.shelters if self.shows(one)]
        doors = Doors((one for one in near if one.entrances), listed.edition)
        if self.walks is not None:
            self.walks.prepare(doors)
        public = (one for one in near if self.in_bulk(one))
        self._roll = Roll(public, self.gazetteer, listed.edition)
        self._doors = doors

    # --- Facts, in bulk ---

    def roll(self) -> Roll:
        """Give the roll of what is listed now."""
        if self._roll is None or self._roll.edition != self.map.edition:
            self._roll = Roll.of(self.map, self.gazetteer)
        return self._roll

    def listed(self, wanted: Wanted) -> list[Shelter]:
        """List what a question fits, by its ids, without how anything is."""
        return list(self.roll().find(wanted))

    def feature(self, shelter: Shelter) -> dict[str, Any]:
        """Show what is known of a shelter that does not change by the hour."""
        return feature(shelter, self.gazetteer)

    def pack(self, lat: float, lon: float, metres: int) -> dict[str, Any]:
        """
        Show the public shelters and the streets around a point, to be kept; runs on any thread.

        `doors` or `prepare` has to be called before.
        """
        doors = self._doors
        assert doors is not None, "it was called before"
        point = round(lat * DEGREE), round(lon * DEGREE)
        near = (self.map.get(one.shelter) for one in doors.within(*point, metres, step_free=False))
        public = [one for one in near if one is not None and self.in_bulk(one)]
        return pack_of(public, self.gazetteer, self.walks, (lat, lon), metres) | {
            "made_at": self.now(),
            "position": self.map.position,
            "replay": self._live.replay,
        }

    # --- One shelter ---

    def find(self, name: str) -> Shelter:
        """
        Find a shelter that the public may be told of.

        Raises:
            Refused: `shelter.unknown`, also for one that is not for the public to know of.
        """
        shelter = self.map.get(name)
        if shelter is None or not self.shows(shelter):
            raise unknown(name)
        return shelter

    def shows(self, shelter: Shelter) -> bool:
        """Say whether the public may be told of a shelter that it asks for by its id."""
        return self.map.shown(shelter, self.lineage(shelter), near=True)

    def may_see(self, grant: Grant, shelter: Shelter) -> bool:
        """Say whether a token about shelters is good for the area of a shelter."""
        remit = grant.remit
        return remit.power in ABOUT_SHELTERS and remit.area in self.lineage(shelter)

    def in_bulk(self, shelter: Shelter) -> bool:
        """Say whether a shelter is on the roll; others are told one by one, or not at all."""
        return self.map.shown(shelter, self.lineage(shelter))

    def lineage(self, shelter: Shelter) -> tuple[AreaCode, ...]:
        """List a shelter's area and all it lies in, innermost first."""
        return around(shelter, self.gazetteer)

    def status(self, shelter: Shelter, *, counts: bool = False) -> dict[str, Any]:
        """
        Show how a shelter is said to be.

        Args:
            counts: For who may know how many are inside.
        """
        at = self.now()
        return status_shape(shelter, shelter.effective(at), at, counts=counts)

    # --- The few nearest one point ---

    def over(self, lat: float, lon: float) -> Over:
        """Tell what stands over a point, and how long people there have."""
        area = self._live.outlines.at(lat, lon)
        if area is not None:
            return self.over_area(area.code)
        stage = None if self.walks is None else self.walks.staged(lat, lon)
        if stage is None:
            return NOWHERE
        # An invented city lies in no area. A real one's alerts are played over it; the time that
        # people have there is its own, so that no made-up figure stands on a real area's board.
        return self.over_area(stage.area)._replace(within_s=stage.within_s)

    def over_area(self, code: AreaCode) -> Over:
        """Tell what stands over an area, and how long people in it have."""
        within_s = times_to_shelter(self.map, self.gazetteer)
        return Over(self._hazard(code), within_s(code))

    def doors(self) -> Doors:
        """Give the doors of what is listed now."""
        if self._doors is None or self._doors.edition != self.map.edition:
            self._doors = Doors.of(self.map, self.gazetteer)
        return self._doors

    def nearest(self, asked: Asked, over: Over) -> dict[str, Any]:
        """
        Show the few nearest one point, and what is best done; runs on any thread.

        `doors` or `prepare` has to be called before.
        """
        doors = self._doors
        assert doors is not None, "`doors` was called before"
        at = self.now()
        if asked.hazard is None:
            asked = asked._replace(hazard=over.hazard)
        cuts = self.cuts()
        judged = shelter_near.judge(self.map.get, asked.question(at, self.dark()))
        ways = None if self.walks is None else self.walks.ways(doors, asked, judged)
        way: Way = "straight_line" if ways is None else "on_foot"
        if ways is None:
            ways = shelter_near.straight(doors, asked, judged)
        found = shelter_near.order(ways, judged, over.within_s, asked.k, on_foot=way == "on_foot")
        made_up = any(invented(one.shelter) for one in found)
        return {
            "as_of": at,
            "position": self.map.position,
            "replay": self._live.replay,
            "invented": made_up or (self.walks is not None and self.walks.invented),
            "hazard": asked.hazard,
            "within_s": over.within_s,
            # In calm nobody is told to lie down because the next shelter is far.
            "advice": shelter_near.advice(found, over.within_s if asked.hazard else None),
            "way": way,
            "speed": asked.profile.name,
            "attribution": self.walks.attribution if self.walks and way == "on_foot" else "",
            "shelters": [self._near(one, asked, cuts) for one in found],
        }

    def _near(self, found: Found, asked: Asked, cuts: Cuts) -> dict[str, Any]:
        shelter, now, reached = found.shelter, found.now, found.reached
        listing, door = shelter.listing, reached.entrance
        path = None if self.walks is None else self.walks.path(reached)
        return {
            "id": listing.id,
            "name": listing.name,
            "kind": listing.kind.value,
            "address": listing.address,
            "access": listing.access.value,
            "state": state_of(now),
            "state_since": now.since,
            "state_by": now.source and now.source.value,
            "expires_at": now.expires_at,
            "closed_reports": now.closed_reports,
            "last_report_at": now.last_report_at,
            "doubted": now.doubted,
            "tier": "unsure" if found.suit.tier else "sure",
            "because": list(found.suit.because),
            "step_free": step_free(shelter).value,
            "pets": listing.pets.value,
            "no_power": None
            if listing.generator is Said.YES
            else cut_shape(cuts, listing.power_group),
            "entrance": {
                "lat": degrees(door.lat),
                "lon": degrees(door.lon),
                "name": door.name,
                "step_free": door.step_free.value,
            },
            "metres": round(reached.metres),
            "seconds": round(reached.seconds),
            "in_time": found.in_time,
            "bearing_deg": round(bearing(*asked.point, door.lat, door.lon)) % 360,
            "directions": None if path is None else path.directions,
            "path": None if path is None else path.line,
        }

    def _hazard(self, code: AreaCode) -> str | None:
        """Name the hazard of the most urgent alert over an area."""
        board = self._live.board(self._at, frozenset({code}))
        over = [
            alert
            for alert in board["alerts"]
            if alert["status"] == Status.ACTUAL
            and self._live.relation(code, alert["area"]["code"]) is not Relation.INSIDE
        ]
        over.sort(key=lambda alert: alert["level"] != Level.WARNING)
        return str(over[0]["hazard"]) if over else None
