"""
The invented city: streets, a river with bridges, shelters and people, the same for the same seed.

It lies in the open ocean, south-west corner at 0° N 30° W, 400 km from any rock, so that nobody
takes it for a place that exists; its network says `invented`. The large one is the city of the
targets: 448 × 447 crossings at 40 m, one street in five missing, six bridges, 3,000 shelters (60 %
of them in clusters, 45 of the size of a metro station), 100,000 places where 3.0 million live.

    python -m bench.city --to FOLDER [--small] [--seed N]     city.walk, shelters.csv, people.csv
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import pi, sin
from pathlib import Path
from random import Random
from typing import Final

from tocsin.walking.build import Built, Draft
from tocsin.walking.ground import DEGREE, UNIT_M
from tocsin.walking.network import About
from tocsin.walking.profile import BRIDGE, STAIRS

STEP_M: Final = 40
STEP: Final = round(STEP_M / UNIT_M)
"""One step of the grid in stored units; at the equator the same both ways."""

SOUTH: Final = 0
WEST: Final = -30 * DEGREE

ABOUT: Final = About(
    source="bench/city.py", licence="CC0-1.0", attribution="Invented city", invented=True
)

MISSING: Final = 0.20
STAIRS_SHARE: Final = 0.01
CLUSTERED: Final = 0.60
METRO_FACTOR: Final = 20
"""How many times the room of an ordinary shelter a metro station has."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a city is to be."""

    columns: int
    rows: int
    bridges: int
    shelters: int
    metro: int
    clusters: int
    homes: int
    people: int


LARGE: Final = Size(448, 447, 6, 3_000, 45, 60, 100_000, 3_000_000)
SMALL: Final = Size(60, 50, 2, 40, 4, 5, 900, 30_000)


@dataclass(frozen=True, slots=True)
class Shelter:
    """
    An invented shelter, at a crossing.

    Args:
        node: Number of the crossing in the network.
        capacity: Places.
    """

    number: int
    node: int
    lat: float
    lon: float
    metro: bool
    capacity: int
    step_free: bool


@dataclass(frozen=True, slots=True)
class Home:
    """Where people are: a crossing and how many."""

    node: int
    lat: float
    lon: float
    people: int


@dataclass(frozen=True, slots=True)
class City:
    """An invented city; `make` draws it."""

    size: Size
    seed: int
    streets: tuple[tuple[int, int, int, str], ...]
    river: tuple[tuple[int, int], ...]
    shelters: tuple[Shelter, ...]
    homes: tuple[Home, ...]

    def draft(self) -> Draft:
        """Give the streets as a network that can be written."""
        draft = Draft()
        for node in range(self.size.columns * self.size.rows):
            draft.node(node, *_place(self.size, node))
        for one, other, flags, name in self.streets:
            draft.edge(one, other, STEP_M, flags, name)
        for a, b in zip(self.river, self.river[1:], strict=False):
            draft.barrier(*a, *b)
        return draft

    def write(self, path: Path) -> Built:
        """Write the network."""
        return self.draft().write(path, ABOUT)

    def write_all(self, folder: Path) -> Built:
        """Write `city.walk`, `shelters.csv` and `people.csv`."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "shelters.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(("id", "name", "kind", "lat", "lon", "capacity", "step_free"))
            for s in self.shelters:
                name = f"Station {s.number + 1}" if s.metro else f"Shelter {s.number + 1}"
                kind = "metro" if s.metro else "basement"
                step_free = "yes" if s.step_free else "no"
                table.writerow((s.number + 1, name, kind, s.lat, s.lon, s.capacity, step_free))
        with (folder / "people.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(("lat", "lon", "people"))
            table.writerows((home.lat, home.lon, home.people) for home in self.homes)
        return self.write(folder / "city.walk")


def make(size: Size = LARGE, seed: int = 2026, room: float = 1.6) -> City:
    """
    Draw a city.

    Args:
        room: Places in all shelters together, as a multiple of the people.
    """
    chance = Random(seed)  # noqa: S311  # The same city each time, and no secret.
    bank = [
        round(size.rows / 2 + size.rows / 12 * sin(2 * pi * column / size.columns * 1.5))
        for column in range(size.columns)
    ]
    bridges = {round((n + 0.5) * size.columns / size.bridges) for n in range(size.bridges)}
    streets = tuple(_streets(size, chance, bank, bridges))
    joined = _largest_part(size, streets)
    shelters = tuple(_shelters(size, chance, room, joined))
    homes = tuple(_homes(size, chance, joined))
    return City(size, seed, streets, tuple(_river(bank)), shelters, homes)


def _place(size: Size, node: int) -> tuple[int, int]:
    row, column = divmod(node, size.columns)
    return SOUTH + row * STEP, WEST + column * STEP


def _degrees(size: Size, node: int) -> tuple[float, float]:
    lat, lon = _place(size, node)
    return lat / DEGREE, lon / DEGREE


def _streets(
    size: Size, chance: Random, bank: Sequence[int], bridges: set[int]
) -> Iterator[tuple[int, int, int, str]]:
    """Draw streets: none crosses the river but the bridges, which are never missing."""

    def south(row: int, column: int) -> bool:
        return row <= bank[column]

    for row in range(size.rows):
        for column in range(size.columns):
            node = row * size.columns + column
            for there, (r, c), name in (
                (node + 1, (row, column + 1), f"{row + 1} Street"),
                (node + size.columns, (row + 1, column), f"{column + 1} Avenue"),
            ):
                if r == size.rows or c == size.columns:
                    continue
                drawn = chance.random()
                if south(row, column) != south(r, c):
                    if c == column and column in bridges:
                        yield node, there, BRIDGE, name
                elif drawn >= MISSING:
                    stairs = drawn < MISSING + STAIRS_SHARE * (1 - MISSING)
                    yield node, there, STAIRS if stairs else 0, name


def _river(bank: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Draw the river half a step from the crossings on both banks, a little beyond the city."""
    half = STEP // 2
    for column, row in enumerate(bank):
        lat, lon = SOUTH + row * STEP + half, WEST + column * STEP
        yield lat, lon - (half if column else 20 * STEP)
        yield lat, lon + (half if column < len(bank) - 1 else 20 * STEP)


def _largest_part(size: Size, streets: Sequence[tuple[int, int, int, str]]) -> list[int]:
    """List the crossings of the largest connected part: nobody lives on a street to nowhere."""
    above = list(range(size.columns * size.rows))

    def top(node: int) -> int:
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for one, other, _, _ in streets:
        above[top(one)] = top(other)
    parts: dict[int, list[int]] = {}
    for node in range(len(above)):
        parts.setdefault(top(node), []).append(node)
    return max(parts.values(), key=len)


def _shelters(size: Size, chance: Random, room: float, joined: Sequence[int]) -> Iterator[Shelter]:
    possible = set(joined)
    centres = [chance.choice(joined) for _ in range(size.clusters)]
    taken: dict[int, None] = {}  # In the order drawn, unlike a set.
    while len(taken) < size.shelters:
        if len(taken) < size.shelters * CLUSTERED:
            row, column = divmod(chance.choice(centres), size.columns)
            row = round(chance.gauss(row, size.rows / 30))
            column = round(chance.gauss(column, size.columns / 30))
            inside = 0 <= row < size.rows and 0 <= column < size.columns
            if inside and row * size.columns + column in possible:
                taken[row * size.columns + column] = None
        else:
            taken[chance.choice(joined)] = None
    metro = set(chance.sample(range(size.shelters), size.metro))
    weights = [
        chance.lognormvariate(0, 0.8) * (METRO_FACTOR if number in metro else 1)
        for number in range(size.shelters)
    ]
    share = size.people * room / sum(weights)
    for number, (node, weight) in enumerate(zip(taken, weights, strict=True)):
        capacity = max(10, round(weight * share))
        step_free = chance.random() < 0.4
        yield Shelter(number, node, *_degrees(size, node), number in metro, capacity, step_free)


def _homes(size: Size, chance: Random, joined: Sequence[int]) -> Iterator[Home]:
    nodes = chance.sample(joined, size.homes)
    weights = [chance.lognormvariate(0, 0.6) for _ in nodes]
    total, before, so_far = sum(weights), 0, 0.0
    for node, weight in zip(nodes, weights, strict=True):
        so_far += weight
        upto = round(size.people * so_far / total)  # Rounded as a sum, so that all are placed.
        yield Home(node, *_degrees(size, node), upto - before)
        before = upto


def main() -> int:
    """Write a city's files."""
    parser = argparse.ArgumentParser(prog="python -m bench.city")
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--room", type=float, default=1.6)
    asked = parser.parse_args()
    city = make(SMALL if asked.small else LARGE, asked.seed, asked.room)
    print(city.write_all(asked.to))
    return 0


if __name__ == "__main__":
    sys.exit(main())
