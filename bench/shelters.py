"""
What the way to a shelter costs: for one person, for a whole city, and from a raw map.

On the invented city (`bench/city.py`). The five nearest of 2,000 points anywhere in it are timed
from latitude and longitude to ways, and each answer is then checked: scipy, which shares no code
with the search, finds every shelter up to the distance of the fifth, and they must be the same.
Memory is that of a process of its own that maps the city and sweeps it. The real towns are read in
a process of their own too, started from nothing.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final

import numpy as np
from scipy.sparse.csgraph import dijkstra

from bench import city as invented
from bench.measure import Figure, percentile, seconds
from tocsin.planning.streets import nearest as to_nearest
from tocsin.planning.streets import on_foot
from tocsin.walking.doors import Doors
from tocsin.walking.nearest import LIMIT_M, Way, nearest
from tocsin.walking.network import Network
from tocsin.walking.profile import WALK
from tocsin.walking.snap import Snap, Snapper

POINTS: Final = 2_000
NEAREST: Final = 5


def shelters(folder: Path, towns: Path, runs: int) -> Iterator[Figure]:
    """Measure all that is promised of ways to shelters."""
    city = invented.make()
    path, doors = folder / "city.walk", folder / "city.doors"
    built = city.write(path)
    doors.write_text(json.dumps([shelter.node for shelter in city.shelters]))
    where = f"{built.nodes:,} nodes, {built.edges:,} stretches, {len(city.shelters):,} shelters"
    yield from _one_person([_child("ask", path, doors, n) for n in range(runs)], where)
    yield from _whole_city([_child("sweep", path, doors) for _ in range(runs)], where)
    yield from _from_raw_maps(folder, towns, runs)


def _one_person(told: Sequence[dict[str, Any]], where: str) -> Iterator[Figure]:
    yield Figure(
        f"Five nearest shelters of {POINTS:,} points, p99", "ms",
        tuple(t["p99_ms"] for t in told), "at most", 8,
        f"{where}; from latitude and longitude to ways; p50 {told[-1]['p50_ms']:.2f} ms, of the"
        f" processor's time alone p99 {told[-1]['p99_cpu_ms']:.2f} ms",
    )  # fmt: skip
    yield Figure(
        "Answers that differ from an exhaustive search", "", tuple(t["wrong"] for t in told),
        "at most", 0,
        f"each of {POINTS:,} points, every shelter up to the fifth's distance found by scipy",
    )  # fmt: skip


def _ask(path: Path, at: Path, seed: int) -> dict[str, float]:
    """Ask for the five nearest of points anywhere in the city, and check each answer."""
    network, snapper, doors = _opened(path, at)
    every = _Exhaustive(network, doors)
    west, south, east, north = network.box
    chance = Random(seed)  # noqa: S311  # The same points each time.
    spent, worked, answers = [], [], []
    for _ in range(POINTS):
        lat, lon = chance.uniform(south, north), chance.uniform(west, east)
        start, begun = time.perf_counter(), time.thread_time()
        snap = snapper.snap(lat, lon)
        ways = [] if snap is None else nearest(network, snap, doors, k=NEAREST)
        worked.append(time.thread_time() - begun)
        spent.append(time.perf_counter() - start)
        answers.append((snap, ways))
    wrong = sum(snap is not None and not every.agrees(snap, ways) for snap, ways in answers)
    return {
        "p50_ms": 1000 * percentile(spent, 0.5),
        "p99_ms": 1000 * percentile(spent, 0.99),
        "p99_cpu_ms": 1000 * percentile(worked, 0.99),
        "wrong": float(wrong),
    }


def _opened(path: Path, at: Path) -> tuple[Network, Snapper, Doors]:
    network = Network.open(path)
    snapper = Snapper(network)
    nodes = json.loads(at.read_text())
    doors = Doors.of((number, snapper.at_node(node)) for number, node in enumerate(nodes))
    return network, snapper, doors


class _Exhaustive:
    """Every shelter within a distance, by scipy; shares no code with the search."""

    def __init__(self, network: Network, doors: Doors) -> None:
        ends = [
            (target, node, further)
            for target, snap in zip(doors.targets, doors.snaps, strict=True)
            for node, further in snap.starts
        ]
        self._targets, self._nodes, self._further = np.array(ends).T
        self._graph = network.numpy_csr(WALK)

    def agrees(self, snap: Snap, ways: Sequence[Way]) -> bool:
        """Say whether these are the nearest, and none is left out."""
        last = round(ways[-1].metres * 10) if len(ways) == NEAREST else 10 * LIMIT_M
        found: dict[int, float] = {}
        for node, off in snap.starts:
            reach = dijkstra(self._graph, indices=node, limit=last)
            lengths = off + reach[self._nodes] + self._further
            for place in np.flatnonzero(lengths <= last).tolist():
                target, length = int(self._targets[place]), float(lengths[place])
                found[target] = min(length, found.get(target, length))
        wanted = sorted((length, target) for target, length in found.items())[:NEAREST]
        return [(way.metres * 10, way.target) for way in ways] == wanted


def _whole_city(told: Sequence[dict[str, Any]], where: str) -> Iterator[Figure]:
    yield Figure(
        "Whole city with owners", "ms", tuple(1000 * t["sweep_s"] for t in told), "at most", 120,
        f"{where}; of the processor's time alone {1000 * told[-1]['worked_s']:.0f} ms; the first"
        f" one, which also makes the graph, {1000 * told[0]['first_s']:.0f} ms",
    )  # fmt: skip
    yield Figure(
        "Memory of the process that sweeps it", "MB", tuple(t["peak_mb"] for t in told), "at most",
        200, "highest resident size, the mapped city and scipy included",
    )  # fmt: skip


def _from_raw_maps(folder: Path, towns: Path, runs: int) -> Iterator[Figure]:
    for name, files in (
        ("Monaco from raw OSM", ["monaco.osm.gz"]),
        ("Liechtenstein from raw OSM", ["liechtenstein-2013-08-03.osm.pbf"]),
        ("Andorra from node and edge files", ["andorra_nodes.csv.gz", "andorra_edges.csv.gz"]),
    ):
        paths = [towns / file for file in files]
        if not all(path.exists() for path in paths):
            continue
        spent, told = [], {}
        for _ in range(runs):
            start = time.perf_counter()
            told = _child("first", folder / "town.walk", *paths)
            spent.append(time.perf_counter() - start)
        yield Figure(
            f"{name} to the first answer", "s", tuple(spent), "at most", 20,
            f"{told['nodes']:,} nodes, {told['edges']:,} stretches, {told['parts']:,} parts;"
            " from the start of the process",
        )  # fmt: skip


def _child(*asked: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.shelters", *map(str, asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _sweep_once(path: Path, at: Path) -> dict[str, float]:
    """Map a city in this process and walk it from the crossings that are named."""
    network, nodes = Network.open(path), np.array(json.loads(at.read_text()), np.int32)
    first = seconds(lambda: to_nearest(on_foot(network, WALK)[0], nodes))
    streets, _ = on_foot(network, WALK)
    again = sorted(seconds(lambda: to_nearest(streets, nodes)) for _ in range(5))[2]
    begun = time.process_time()
    to_nearest(streets, nodes)
    worked = time.process_time() - begun
    # Not `ru_maxrss`, which begins at what the parent had.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    peak_mb = int(peak[1]) * 1024 / 1e6
    return {"first_s": first, "sweep_s": again, "worked_s": worked, "peak_mb": peak_mb}


def _first_answer(to: Path, files: list[Path]) -> dict[str, int]:
    """Make a network of files, map it, and ask for the five nearest of twenty doors."""
    from tocsin.walking.source import make  # noqa: PLC0415  # Counted, as a person would wait.

    built = make(files, to).built
    network = Network.open(to)
    snapper = Snapper(network)
    chance = Random(1)  # noqa: S311  # As above.
    inside = [n for n in range(network.nodes) if network.part[n] == 0]
    doors = Doors.of((n, snapper.at_node(chance.choice(inside))) for n in range(20))
    start = snapper.at_node(chance.choice(inside))
    assert start is not None
    assert len(nearest(network, start, doors, limit_metres=100_000)) == NEAREST
    return {"nodes": built.nodes, "edges": built.edges, "parts": built.parts}


def main() -> None:
    """Be the process that is measured."""
    what, path, *rest = sys.argv[1:]
    match what:
        case "ask":
            told: dict[str, Any] = _ask(Path(path), Path(rest[0]), int(rest[1]))
        case "sweep":
            told = _sweep_once(Path(path), Path(rest[0]))
        case _:
            told = _first_answer(Path(path), [Path(file) for file in rest])
    print(json.dumps(told))


if __name__ == "__main__":
    main()
