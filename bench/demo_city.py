"""
The invented city of `tocsin demo`: the small city of `bench/city.py` with names, doors and a day.

What it writes ships with the package (`src/tocsin/replay/data`), and a test wants both the same
byte for byte. Everything is drawn from the place of a shelter in the list, and nothing by chance:

    python -m bench.demo_city [--to FOLDER]

`invented_city.walk` is its streets, `invented_city.json` its register, `invented_city_day.csv`
what was said there on the morning of 26 January 2023, which is as invented as the city.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec

from bench import demo_morning, demo_names
from bench.city import SOUTH, STEP, WEST, City, Shelter, Size, make
from tocsin.kernel.time import Moment
from tocsin.replay.invented_city import Edition, Spot
from tocsin.shelters.hours import always
from tocsin.shelters.messages import (
    Access,
    CapacityBasis,
    Entrance,
    Hours,
    Kind,
    Listing,
    Said,
    ShelterId,
    Span,
)
from tocsin.walking.network import About

DATA: Final = Path(__file__).resolve().parent.parent / "src/tocsin/replay/data"

ABOUT: Final = About(
    source="bench/demo_city.py",
    licence="CC0-1.0",
    attribution=demo_names.CITY,
    invented=True,
)

SIZE: Final = Size(60, 50, 3, 5 + len(demo_names.SHELTERS), 5, 14, 900, 30_000)
SEED: Final = 1389
"""With it the stations lie apart, one of them in the middle, and on both banks of the river."""

ROOM: Final = 0.9
"""Places for nine in ten, so that some shelters fill."""

REGISTER: Final = "invented-city"
LICENCE: Final = ABOUT.licence
RETRIEVED: Final = Moment("2023-01-25T21:00:00.000Z")
ZONE: Final = "Europe/Kyiv"
"""Its people live by the clock of the alerts that are played over it."""

KYIV: Final = "UA80000000000093317"
WITHIN_S: Final = 300

PLACES: Final = (
    Spot("Ринкова площа", "Market Square", 0.010, -29.989),
    Spot("Південний берег", "South bank", 0.003, -29.990),
    Spot("Північний берег", "North bank", 0.014, -29.990),
    Spot("Східна околиця", "East end", 0.008, -29.980),
)

_WORKDAYS: Final = (1, 2, 3, 4, 5)
_YES, _NO, _UNKNOWN = Said.YES, Said.NO, Said.UNKNOWN
_TURN: Final = (_YES, _NO, _UNKNOWN)


def city() -> City:
    """Draw the city."""
    return make(SIZE, SEED, ROOM)


def named(drawn: City) -> City:
    """Give its streets names: those from west to east of their own, the others by number."""
    streets = tuple(
        (one, other, flags, _street(one) if other == one + 1 else _line(one))
        for one, other, flags, _ in drawn.streets
    )
    return replace(drawn, streets=streets)


def edition(drawn: City) -> Edition:
    """List its shelters: the stations, then the others, the largest first."""
    stations = [one for one in drawn.shelters if one.metro]
    others = [one for one in drawn.shelters if not one.metro]
    stations.sort(key=_from_the_middle)
    others.sort(key=lambda one: (-one.capacity, one.number))
    listings = [_station(number, one, drawn) for number, one in enumerate(stations, 1)] + [
        _other(number, one, drawn) for number, one in enumerate(others, len(stations) + 1)
    ]
    return Edition(
        register=REGISTER,
        source=f"{demo_names.CITY} (bench/demo_city.py)",
        licence=LICENCE,
        retrieved_at=RETRIEVED,
        plays=KYIV,
        within_s=WITHIN_S,
        places=PLACES,
        listings=tuple(listings),
    )


def _station(number: int, drawn: Shelter, city: City) -> Listing:
    uk, en = demo_names.STATIONS[number - 1]
    lift = number in {1, 4}
    nodes = [drawn.node, *_beside(city, drawn.node)]
    doors = tuple(
        _door(city, node, f"Вихід {exit_} / Exit {exit_}", _YES if lift and exit_ == 2 else _NO)
        for exit_, node in enumerate(nodes, 1)
    )
    return _listing(
        number,
        demo_names.STATION.format(uk=uk, en=en),
        Kind.METRO,
        drawn,
        doors,
        hours=_hours(5 * 60 + 30, 23 * 60, "05:30–23:00"),
        access=Access.PUBLIC,
        capacity_basis=CapacityBasis.ESTIMATE,
        pets=_YES,
        water=_YES,
        toilet=_YES if lift else _NO,
        heating=_NO,
        first_aid=_YES,
        network=_YES,
        generator=_YES,
        fit={"air_raid": _YES, "artillery": _YES, "chemical": _UNKNOWN},
    )


def _other(number: int, drawn: Shelter, city: City) -> Listing:
    kind, name = demo_names.SHELTERS[number - 1 - len(demo_names.STATIONS)]
    easy = _YES if drawn.step_free else _NO
    step_free = _UNKNOWN if number % 6 == 0 else easy
    turn = _TURN[number % 3]
    cellar = kind in {Kind.BASEMENT, Kind.DUAL_USE, Kind.HOUSEHOLD}
    built = kind is Kind.DEDICATED
    return _listing(
        number,
        name,
        kind,
        drawn,
        (_door(city, drawn.node, "", step_free),),
        hours=_when(number, kind),
        access=_whom(number, kind),
        capacity_basis=CapacityBasis.PLACES if built else CapacityBasis.AREA,
        step_free=step_free,
        pets=_YES if kind in {Kind.UNDERPASS, Kind.PARKING} else turn,
        water=_YES if built else turn,
        toilet=_YES if built or number % 2 else _NO,
        heating=_YES if cellar or built else _NO,
        first_aid=_YES if built else _UNKNOWN,
        network=_TURN[(number + 1) % 3],
        generator=_YES if built or number == _HOSPITAL else _NO if number % 4 else _UNKNOWN,
        fit={"air_raid": _UNKNOWN if number == _CAFE else _YES},
        note=_NOTES.get(number, ""),
    )


_HOSPITAL: Final = 19
_ON_ORDER: Final = 11
_SCHOOL: Final = 24
_LIBRARY: Final = 23
_CAFE: Final = 35
_RESIDENTS: Final = frozenset({39, 41})
_NOBODY_KNOWS: Final = 40
_NOTES: Final = {
    _ON_ORDER: "Відчиняють за розпорядженням міста. / Opened when the city orders it.",
    _SCHOOL: "Лише для учнів і працівників. / For pupils and staff alone.",
    _LIBRARY: "Вхід з двору. / Enter from the yard.",
}


def _whom(number: int, kind: Kind) -> Access:
    if kind is Kind.HOUSEHOLD:
        return Access.RESIDENTS
    odd = {
        _ON_ORDER: Access.ON_ORDER,
        _SCHOOL: Access.PUPILS_AND_STAFF,
        _NOBODY_KNOWS: Access.UNKNOWN,
    }
    return odd.get(number, Access.PUBLIC)


def _when(number: int, kind: Kind) -> Hours | None:
    if kind in {Kind.UNDERPASS, Kind.MOBILE}:
        return always(ZONE, "цілодобово / day and night")
    if number == _LIBRARY:
        return _hours(9 * 60, 19 * 60, "пн–пт / Mon–Fri 09:00–19:00", _WORKDAYS)
    return None


def _hours(start: int, end: int, words: str, days: tuple[int, ...] = (*_WORKDAYS, 6, 7)) -> Hours:
    return Hours(zone=ZONE, spans=(Span(days=days, start=start, end=end),), words=words)


def _listing(
    number: int,
    name: str,
    kind: Kind,
    drawn: Shelter,
    doors: tuple[Entrance, ...],
    **more: object,
) -> Listing:
    return msgspec.convert(
        {
            "id": ShelterId(f"{REGISTER}.{number}"),
            "name": name,
            "kind": kind,
            "address": f"{_street(drawn.node)}, {_line(drawn.node)}",
            "entrances": doors,
            "capacity": _rounded(drawn.capacity),
            "register": REGISTER,
            "source_id": str(number),
            "source": demo_names.CITY,
            "licence": LICENCE,
            "retrieved_at": RETRIEVED,
            **more,
        },
        Listing,
    )


def _rounded(capacity: int) -> int:
    step = 100 if capacity > 1_000 else 10
    return max(10, round(capacity / step) * step)


def _street(node: int) -> str:
    return demo_names.STREETS[node // SIZE.columns]


def _line(node: int) -> str:
    return demo_names.LINE.format(number=node % SIZE.columns + 1)


def _door(drawn: City, node: int, name: str, step_free: Said) -> Entrance:
    row, column = divmod(node, drawn.size.columns)
    return Entrance(
        lat=SOUTH + row * STEP, lon=WEST + column * STEP, name=name, step_free=step_free
    )


def _beside(drawn: City, node: int) -> list[int]:
    """Find the two crossings next to one, for the other exits of a station."""
    ends = [(one, other) for one, other, *_ in drawn.streets if node in {one, other}]
    return sorted({end for pair in ends for end in pair if end != node})[:2]


def _from_the_middle(shelter: Shelter) -> int:
    row, column = divmod(shelter.node, SIZE.columns)
    return abs(row - SIZE.rows // 2) + abs(column - SIZE.columns // 2)


def write(folder: Path) -> None:
    """Write the three files."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = city()
    named(drawn).draft().write(folder / "invented_city.walk", ABOUT)
    listed = edition(drawn)
    (folder / "invented_city.json").write_text(_json(listed))
    (folder / "invented_city_day.csv").write_text(demo_morning.table(listed.listings))


def _json(listed: Edition) -> str:
    packed = msgspec.json.encode(listed, order="sorted")
    return msgspec.json.format(packed, indent=1).decode() + "\n"


def main() -> int:
    """Write the files where they ship from, or elsewhere."""
    parser = argparse.ArgumentParser(prog="python -m bench.demo_city")
    parser.add_argument("--to", type=Path, default=DATA)
    write(parser.parse_args().to)
    return 0


if __name__ == "__main__":
    sys.exit(main())
