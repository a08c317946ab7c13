"""
One table of states, which every dialect of an existing client is spoken from.

The dialects share one space of region ids (the gazetteer's `uid`). Where an alert's area has none
(a raion of Crimea, a community of Luhansk oblast), it is shown as an alert for a part of the
nearest area around it that has one; an alert for the whole country at each first-level area.

Only what these dialects have words for is in the table: actual alerts to take shelter from what
they name. A drill, a `watch`, a flood would sound as an air raid in a device that knows nothing
else (decision 0018). An area that nobody is heard about is unknown here, never calm.

Source: decision 0018; docs/reference/compat.md has the dialects themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, NamedTuple

from tocsin.alerts.alert import Standing
from tocsin.alerts.board import Board
from tocsin.alerts.coverage import Unknown, heard, unknown
from tocsin.alerts.messages import Hazard, Level, Threat
from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode

NAMED: Final = frozenset(
    {Hazard.AIR_RAID, Hazard.ARTILLERY, Hazard.URBAN_FIGHTING, Hazard.CHEMICAL, Hazard.NUCLEAR}
)
"""The hazards that the dialects have words for."""

VERSIONS_MOST: Final = 1 << 20
"""
An alert's number is `uid << 20 | version`: below 2^31 for every uid up to 2,047, so that an ESP32
reads it; 1,804 is the largest known. Versions up to the middle are an area's own: half a million
changes of it are 14 years of 100 a day.
"""

LIFTED_MOST: Final = 1 << 18
"""Numbers from the middle on are for what stands for several; those from the end, counted down."""


class Region(NamedTuple):
    """
    An area as the dialects know it.

    Args:
        lineage: What it lies in, nearest first, its oblast last.
        children: Ids of what lies directly in it.
    """

    uid: int
    area: Area
    title: str
    lineage: tuple[Region, ...]
    children: tuple[int, ...]

    @property
    def up(self) -> tuple[Region, ...]:
        """List the region and all that it lies in, nearest first."""
        return (self, *self.lineage)

    @property
    def oblast(self) -> Region:
        """Give the first-level region that it lies in, or is."""
        return self.up[-1]


class Regions:
    """All areas that have a uid, the country's order kept; never changes."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self._by_uid: dict[int, Region] = {}
        for area in gazetteer:
            if area.uid is not None:
                self._by_uid[area.uid] = self._region(area, area.uid)
        self.first = tuple(r for r in self._by_uid.values() if r.area.level == 1)
        self.last_uid = max(self._by_uid, default=0)

    def _region(self, area: Area, uid: int) -> Region:
        gazetteer = self.gazetteer
        above = (gazetteer.get(code).uid for code in gazetteer.lineage(area.code))
        below = (gazetteer.get(code).uid for code in gazetteer.children(area.code))
        return Region(
            uid=uid,
            area=area,
            title=_title(area, gazetteer),
            lineage=tuple(self._by_uid[known] for known in above if known is not None),
            children=tuple(known for known in below if known is not None),
        )

    def __iter__(self) -> Iterator[Region]:
        """Go through all regions, each before what lies in it."""
        return iter(self._by_uid.values())

    def __len__(self) -> int:
        return len(self._by_uid)

    def find(self, uid: int) -> Region | None:
        """Look up a region; None where no area has that uid."""
        return self._by_uid.get(uid)

    def get(self, uid: int) -> Region:
        """Look up a region that is known to be there."""
        return self._by_uid[uid]

    def around(self, code: AreaCode) -> tuple[Region, ...]:
        """Tell where an alert for an area is shown: there, around it, or all over the country."""
        if code == self.gazetteer.root.code:
            return self.first
        if code not in self.gazetteer:  # Only an older tree knew it; its place is not known.
            return ()
        for above in (code, *self.gazetteer.lineage(code)):
            uid = self.gazetteer.get(above).uid
            if uid is not None:
                return (self._by_uid[uid],)
        return ()


class Placed(NamedTuple):
    """
    An alert at the region where the dialects show it.

    Args:
        area: What it was raised for; the region itself where it was raised for the country.
        number: Names the alert there for good.
    """

    alert: Standing
    region: Region
    area: Area
    number: int

    @property
    def yellow(self) -> bool:
        """Say whether its level is yellow; all that is not only drones is red."""
        return is_yellow(self.alert)


def is_yellow(alert: Standing) -> bool:
    """Say whether an alert is for drones, which Ukraine's levels call yellow."""
    return alert.threat is Threat.DRONES


def is_served(alert: Standing) -> bool:
    """Say whether the dialects can say an alert at all without saying something else."""
    actual_warning = not alert.status.drill and alert.level is Level.WARNING
    return actual_warning and alert.hazard in NAMED


def place(alert: Standing, regions: Regions) -> Iterator[Placed]:
    """Place an alert where the dialects show it, one that they have no words for nowhere."""
    if not is_served(alert):
        return
    version = int(alert.id.rsplit("-", 2)[1]) % VERSIONS_MOST
    for region in regions.around(alert.area):
        own = region.area.code == alert.area
        # Counted down for what was raised around or inside, so that no two have one number.
        number = region.uid << 20 | (version if own else VERSIONS_MOST - 1 - version)
        country = alert.area == regions.gazetteer.root.code
        area = region.area if country else regions.gazetteer.get(alert.area)
        yield Placed(alert, region, area, number)


class Table:
    """What the dialects say at one position of the board."""

    def __init__(self, board: Board, regions: Regions) -> None:
        self.position = board.position
        self.replay = board.replay
        self.regions = regions
        standing = (a for code in sorted(board.alerted_areas) for a in board.area(code).standing)
        self.placed = tuple(p for alert in standing for p in place(alert, regions))
        self._sources = board.sources
        self._gaps = unknown(board.sources, regions.gazetteer)
        self._own: dict[int, list[Placed]] = {}
        self._inside: dict[int, list[Placed]] = {}
        for placed in self.placed:
            covers = placed.area is placed.region.area
            if covers:
                self._own.setdefault(placed.region.uid, []).append(placed)
            for above in placed.region.lineage if covers else placed.region.up:
                self._inside.setdefault(above.uid, []).append(placed)

    def over(self, region: Region) -> tuple[Placed, ...]:
        """List the alerts that cover a region: its own, then those of what it lies in."""
        return tuple(p for up in region.up for p in self._own.get(up.uid, ()))

    def inside(self, region: Region) -> tuple[Placed, ...]:
        """List the alerts for parts of a region."""
        return tuple(self._inside.get(region.uid, ()))

    def air(self, region: Region) -> list[Placed]:
        """List the air raids over a region, then those over its parts."""
        return _air((*self.over(region), *self.inside(region)))

    def letter(self, region: Region, *, levels: bool = False, lifted: bool = False) -> str:
        """
        Say the air-raid state in one letter.

        `A` covered (`R` or `Y` with levels), `P` only a part of it, `N` none, a space where
        nobody is heard about the region or some part of it.

        Args:
            lifted: An oblast counts as covered as soon as a part of it is.
        """
        whole = lifted and region.area.level == 1
        over = self.air(region) if whole else _air(self.over(region))
        if over:
            if not levels:
                return "A"
            return "Y" if all(p.yellow for p in over) else "R"
        if _air(self.inside(region)):
            return "P"
        return "N" if self.known(region) else " "

    def lifted(self) -> tuple[Placed, ...]:
        """
        List what an oblast would be under if its parts' alerts were its own: one for each hazard.

        Only where no alert for it covers the oblast; the oldest of the parts' stands for all.
        """
        found: dict[tuple[int, Hazard], Placed] = {}
        for region in self.regions.first:
            covered = {p.alert.hazard for p in self.over(region)}
            for placed in sorted(self.inside(region), key=lambda p: p.alert.since):
                if placed.alert.hazard not in covered:
                    number = region.uid << 20 | VERSIONS_MOST // 2 + placed.number % LIFTED_MOST
                    stands = Placed(placed.alert, region, region.area, number)
                    found.setdefault((region.uid, placed.alert.hazard), stands)
        return tuple(found.values())

    def known(self, region: Region) -> bool:
        """Say whether somebody is heard about the whole of a region."""
        return region.uid not in self.unknown

    def heard(self, region: Region) -> bool:
        """Say whether somebody is heard about a region itself, whatever of its parts."""
        code = region.area.code
        return heard(self._sources, (code, *self.regions.gazetteer.lineage(code)))

    @property
    def nobody(self) -> bool:
        """Say whether nobody is heard about any area of the country."""
        return any(gap.area == self.regions.gazetteer.root.code for gap in self._gaps)

    @cached_property
    def unknown(self) -> frozenset[int]:
        """List the regions that nobody is heard about as a whole."""
        return frozenset(_unheard(self._gaps, self.regions.gazetteer))


def _air(placed: Iterable[Placed]) -> list[Placed]:
    return [p for p in placed if p.alert.hazard is Hazard.AIR_RAID]


def _unheard(gaps: Iterable[Unknown], gazetteer: Gazetteer) -> Iterator[int]:
    """Go through what lies in a gap, and what a gap lies in: neither is known as a whole."""
    for gap in gaps:
        related = (gap.area, *gazetteer.lineage(gap.area), *gazetteer.descendants(gap.area))
        for code in related:
            uid = gazetteer.get(code).uid
            if uid is not None:
                yield uid


def _title(area: Area, gazetteer: Gazetteer) -> str:
    """Find the name by which the dialects call an area: a city's begins with the word for it."""
    for alias in gazetteer.aliases.get(area.code, ()):
        if alias.startswith("м. "):
            return alias
    return area.name["uk"]
