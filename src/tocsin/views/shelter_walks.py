"""
Walks: the doors of the shelters on the walking network, and the ways to them.

Where a door joins the network is worked out once for each door: at the nearest street whatever it
is, so that wheels are shown no way to a door that only steps lead to. A point that does not join
the network has no ways: whoever asks there is told of straight lines, and that they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

from tocsin.alerts.wording import LANGUAGES
from tocsin.kernel.ids import AreaCode
from tocsin.shelters.messages import DEGREE, Entrance, ShelterId
from tocsin.views.shelter_doors import Doors, fit_for_wheels
from tocsin.views.shelter_near import Asked, Judge, Reached, widening
from tocsin.views.shelter_shapes import degrees
from tocsin.walking.directions import plain
from tocsin.walking.doors import Doors as WalkingDoors
from tocsin.walking.nearest import nearest
from tocsin.walking.network import Network
from tocsin.walking.path import path
from tocsin.walking.profile import WALK, WHEELS
from tocsin.walking.snap import Snap, Snapper


class Spot(NamedTuple):
    """A named place of an invented city; WGS 84 degrees."""

    name: Mapping[str, str]
    lat: float
    lon: float


class Stage(NamedTuple):
    """
    What is played over an invented city, which lies in no area.

    Args:
        area: The area whose alerts stand over it.
        within_s: How long people there have to reach shelter; on no real area's board.
        places: Where one may stand in it.
    """

    area: AreaCode
    within_s: int
    places: tuple[Spot, ...]


class Path(NamedTuple):
    """
    A way as it is shown.

    Args:
        line: `[lon, lat]` of each turn, from the street at the point to the door.
        directions: One plain line, by language.
    """

    line: list[list[float]]
    directions: dict[str, str]


class _Placed(NamedTuple):
    """The doors of one edition on the network; targets are numbers of `names`."""

    doors: Doors
    names: tuple[ShelterId, ...]
    walking: WalkingDoors


class Walks:
    """
    Ways on one walking network, for any number of threads.

    Args:
        stage: What is played over it, where it is of an invented city.
    """

    def __init__(self, network: Network, stage: Stage | None = None) -> None:
        self.network = network
        self.stage = stage
        self._snapper = Snapper(network)
        self._snaps: dict[tuple[int, int], Snap | None] = {}
        self._placed: dict[bool, _Placed] = {}
        self._placing = Lock()

    @property
    def invented(self) -> bool:
        """Say whether no such place exists."""
        return self.network.about.invented

    @property
    def attribution(self) -> str:
        """Give the line that has to be shown beside every way."""
        return self.network.about.attribution

    def staged(self, lat: float, lon: float) -> Stage | None:
        """Tell what is played over a point; None where nothing is, and beyond the streets."""
        cells = self.network.cells
        row, column = cells.row(round(lat * DEGREE)), cells.column(round(lon * DEGREE))
        inside = 0 <= row < cells.rows and 0 <= column < cells.columns
        return self.stage if inside else None

    def ready(self, doors: Doors) -> bool:
        """Say whether these doors have been put on the network, so that an answer is quick."""
        placed = self._placed.get(False)
        return placed is not None and placed.doors is doors

    def prepare(self, doors: Doors) -> None:
        """Put doors on the network, for all who walk; 0.1 ms for each that is new."""
        self._on_network(doors, wheels=False)

    def ways(self, doors: Doors, asked: Asked, judged: Judge) -> list[Reached] | None:
        """Find up to k ways to sure shelters and k to others; None where the point joins none."""
        profile = WHEELS if asked.wheels else WALK
        start = self._snapper.snap(asked.lat, asked.lon, profile)
        if start is None:
            return None
        placed = self._on_network(doors, wheels=asked.wheels)
        names, walking = placed.names, placed.walking

        def admit(target: int) -> int | None:
            one = judged(names[target])
            return None if one is None else one.suit.tier

        def look(most_m: float) -> list[Reached]:
            return [
                Reached(
                    shelter=names[way.target],
                    entrance=self._entrance(doors, names[way.target], way.door),
                    metres=way.metres,
                    seconds=asked.profile.seconds(way.metres),
                    sure_s=asked.profile.seconds(way.metres),
                    walked=way,
                )
                for way in nearest(
                    self.network,
                    start,
                    walking,
                    k=asked.k,
                    profile=profile,
                    limit_metres=most_m,
                    admit=admit,
                )
            ]

        return widening(look, asked.k)

    def path(self, reached: Reached) -> Path | None:
        """Show a way; None for one that is a straight line."""
        if reached.walked is None:
            return None
        points = path(self.network, reached.walked)
        directions = {
            language: plain(self.network, reached.walked, language) for language in LANGUAGES
        }
        return Path([[lon, lat] for lat, lon in points], directions)

    def _on_network(self, doors: Doors, *, wheels: bool) -> _Placed:
        placed = self._placed.get(wheels)
        if placed is None or placed.doors is not doors:
            with self._placing:
                placed = self._placed.get(wheels)
                if placed is None or placed.doors is not doors:
                    placed = self._placed[wheels] = self._place(doors, wheels=wheels)
        return placed

    def _place(self, doors: Doors, *, wheels: bool) -> _Placed:
        names = tuple(doors.of_shelter)
        joined = [
            (number, self.snap(entrance))
            for number, name in enumerate(names)
            for entrance in (
                fit_for_wheels(doors.of_shelter[name]) if wheels else doors.of_shelter[name]
            )
        ]
        return _Placed(doors, names, WalkingDoors.of(joined))

    def snap(self, entrance: Entrance) -> Snap | None:
        """Tell where a door joins the network; None where it joins none."""
        key = (entrance.lat, entrance.lon)
        if key not in self._snaps:
            lat, lon = degrees(entrance.lat), degrees(entrance.lon)
            self._snaps[key] = self._snapper.snap(lat, lon)
        return self._snaps[key]

    @staticmethod
    def _entrance(doors: Doors, name: ShelterId, snap: Snap) -> Entrance:
        """Tell which door it is that a way ends at."""
        return next(
            one for one in doors.of_shelter[name] if (one.lat, one.lon) == (snap.lat, snap.lon)
        )
