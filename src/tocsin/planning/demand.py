"""
Where people are: points or grid cells from a table, each put on the walking network.

The table has a row for each point or cell: latitude, longitude, people, and, if it has one, the
area's code. What is too far from any street is counted apart and never dropped in silence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from tocsin.kernel.errors import Malformed
from tocsin.planning.streets import Streets, plane
from tocsin.planning.table import Counts, Floats, Ints

NAMES: Final = {
    "lat": ("lat", "latitude", "y"),
    "lon": ("lon", "lng", "long", "longitude", "x"),
    "people": ("people", "population", "persons", "pop"),
    "area": ("area", "code"),
}
"""How a column may be called, in any case; `area` may be missing."""

ROWS_MAX: Final = 2_000_000
"""A city of 1,000 km² in cells of 100 m is 100,000 rows; a country by 500 m is 2,400,000 / 2."""

PEOPLE_MAX: Final = 1_000_000_000
"""In one row. More is a slip of the pen, and sums stay far below 2⁶³."""

SNAP_M: Final = 300.0
"""Whoever lives farther than this from every street is not put on one."""


@dataclass(frozen=True, slots=True)
class Points:
    """
    People as the table has them.

    Args:
        lat: Degrees WGS 84; `lon` as well.
        people: Whole people, 0 or more.
        areas: Code of each row's area, empty where the table has none.
    """

    lat: Floats
    lon: Floats
    people: Counts
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demand:
    """
    People on the network: one row for each node of each area, by node, then area.

    Args:
        nodes: Where they are.
        people: How many, above 0.
        area: Which of `areas` each row lies in.
        areas: Codes, in order; one of them may be empty: no area was said.
        off_network: People whom no street is near enough to; they are in no row.
        lat: Degrees of each row's node; `lon` as well.
    """

    nodes: Ints
    people: Counts
    area: Ints
    areas: tuple[str, ...]
    off_network: int
    lat: Floats
    lon: Floats

    @property
    def total(self) -> int:
        """All people, those whom no street is near enough to included."""
        return int(self.people.sum()) + self.off_network


def read_points(path: Path) -> Points:
    """
    Read a table of people from a CSV file.

    Raises:
        Malformed: `planning.people_malformed`, with the line, and nothing is read by halves.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return points(file)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Malformed(
            "planning.people_malformed", f"{path.name} cannot be read as a table of people."
        ) from error


def points(lines: Iterable[str]) -> Points:
    """
    Read a table of people, its first line naming the columns.

    Fractions of people, as grids have them, are carried on to the next row, so that the sum is
    right to one half.

    Raises:
        Malformed: `planning.people_malformed`, with the line.
    """
    rows = csv.reader(lines)
    columns = _columns(next(rows, []))
    lat, lon, people, areas = [], [], [], []
    carried = 0.0
    for number, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        if number > ROWS_MAX:
            raise _malformed(f"There are more than {ROWS_MAX:,} rows.", number)
        here, many, area = _row(row, columns, number)
        lat.append(here[0])
        lon.append(here[1])
        whole = round(many + carried)
        carried += many - whole
        people.append(whole)
        areas.append(area)
    return Points(
        np.array(lat, np.float64), np.array(lon, np.float64), np.array(people, np.int64),
        tuple(areas),
    )  # fmt: skip


def place_on(streets: Streets, points: Points, nodes: Ints | None = None) -> Demand:
    """
    Put people on the network.

    Args:
        nodes: The node of each point, -1 for none, from whoever knows where water is; None takes
            the nearest within `SNAP_M` as the crow flies.
    """
    snapped = near(streets, points.lat, points.lon) if nodes is None else nodes
    on = snapped >= 0
    codes = sorted(set(points.areas)) or [""]
    index = {code: number for number, code in enumerate(codes)}
    area = np.fromiter((index[code] for code in points.areas), np.int64, len(points.areas))
    keys = snapped[on].astype(np.int64) * len(codes) + area[on]
    rows, row_of = np.unique(keys, return_inverse=True)
    people = np.zeros(len(rows), np.int64)
    np.add.at(people, row_of, points.people[on])
    held = people > 0
    at = (rows[held] // len(codes)).astype(np.int32)
    return Demand(
        nodes=at,
        people=people[held],
        area=(rows[held] % len(codes)).astype(np.int32),
        areas=tuple(codes),
        off_network=int(points.people[~on].sum()),
        lat=streets.lat[at],
        lon=streets.lon[at],
    )


def near(streets: Streets, lat: Floats, lon: Floats, within_m: float = SNAP_M) -> Ints:
    """Find the node nearest to each point as the crow flies; -1 where none is near enough."""
    if not streets.nodes:
        return np.full(len(lat), -1, np.int32)
    middle = float(streets.lat.mean())
    tree = cKDTree(np.column_stack(plane(streets.lat, streets.lon, middle)))
    _, found = tree.query(np.column_stack(plane(lat, lon, middle)), distance_upper_bound=within_m)
    return np.where(found < streets.nodes, found, -1).astype(np.int32)


def _columns(header: list[str]) -> dict[str, int]:
    named = [cell.strip().casefold() for cell in header]
    found = {
        meaning: named.index(name)
        for meaning, names in NAMES.items()
        for name in reversed(names)
        if name in named
    }
    missing = [meaning for meaning in ("lat", "lon", "people") if meaning not in found]
    if missing:
        raise _malformed(f"There is no column {' and no column '.join(missing)}.", 1)
    return found


def _row(
    row: list[str], columns: dict[str, int], number: int
) -> tuple[tuple[float, float], float, str]:
    try:
        lat, lon, people = (float(row[columns[name]]) for name in ("lat", "lon", "people"))
    except (IndexError, ValueError) as error:
        raise _malformed("A latitude, a longitude or a number of people is missing.", number) from (
            error
        )
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise _malformed("There is no such place on Earth.", number)
    if not (isfinite(people) and 0 <= people <= PEOPLE_MAX):
        raise _malformed("So many people there cannot be.", number)
    area = row[columns["area"]].strip() if "area" in columns and len(row) > columns["area"] else ""
    return (lat, lon), people, area


def _malformed(why: str, line: int) -> Malformed:
    return Malformed("planning.people_malformed", f"Line {line}: {why}", where=f"line {line}")
