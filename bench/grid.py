"""
The invented grid: 500 feeders, 467 of which may be cut, 12 queues, peak 1,153 MW.

No real country's grid is behind it. Like the one in the shared knowledge it has up to 323 MW to
take off, 28 % of the load by day and 12 % by night. Built from a seed, always the same.
"""

from __future__ import annotations

import json
from math import cos, exp, pi
from pathlib import Path
from random import Random
from typing import Any, Final

from tocsin.planning.feeders import WATTS, Class, Feeder

SEED: Final = 5
FEEDERS: Final = 500
PROTECTED: Final = 33
PEAK_MW: Final = 1_153.0
BY_DAY: Final = 0.28
BY_NIGHT: Final = 0.12
QUEUES: Final = tuple(f"{queue}.{part}" for queue in range(1, 7) for part in (1, 2))

NETWORKS: Final = ("case33bw", "case118", "iceland", "mv_oberrhein")


def grid() -> tuple[Feeder, ...]:
    """Make the grid."""
    random = Random(SEED)  # noqa: S311  # No secret.
    kinds = _kinds(random)
    shapes = [[_home, _work, _mixed][random.choices((0, 1, 2), (5, 2, 3))[0]] for _ in kinds]
    sizes = [random.lognormvariate(0.0, 0.45) for _ in kinds]
    raw = [
        [size * shape(half / 2) * random.uniform(0.95, 1.05) for half in range(48)]
        for size, shape in zip(sizes, shapes, strict=True)
    ]
    scale = PEAK_MW / max(sum(row[half] for row in raw) for half in range(48))
    return tuple(
        Feeder(
            id=f"f{at:03}",
            queue=QUEUES[at % len(QUEUES)],
            zone=f"z{at % 4 + 1}",
            watts=tuple(round(load * scale * 1000) * 1000 for load in raw[at]),
            kind=kind,
            shelters=random.choices((0, 1, 2), (80, 15, 5))[0],
            people=round(sizes[at] * 4_000),
            off_hours=random.randrange(0, 33) / 2,
        )
        for at, kind in enumerate(kinds)
    )


def reduction(feeders: tuple[Feeder, ...], part: float = 1.0) -> tuple[int, ...]:
    """Say how many watts must go in each half-hour: more by day than by night."""
    wanted = []
    for half in range(48):
        share = BY_DAY if 14 <= half < 46 else BY_NIGHT
        wanted.append(round(part * share * sum(one.load(half) for one in feeders)))
    return tuple(wanted)


def network(path: Path) -> tuple[Feeder, ...]:
    """Read the loads of a pandapower network as feeders; every tenth is one to protect."""
    whole: dict[str, Any] = json.loads(path.read_text())
    loads: dict[str, Any] = json.loads(whole["_object"]["load"]["_object"])
    at = loads["columns"].index("p_mw")
    random = Random(path.stem)  # noqa: S311  # No secret.
    return tuple(
        Feeder(
            id=f"l{number:03}",
            queue=QUEUES[number % len(QUEUES)],
            zone="z1",
            watts=tuple(
                round(row[at] * WATTS * _mixed(half / 2) / _mixed(19)) for half in range(48)
            ),
            kind=Class.PROTECTED if number % 10 == 7 else Class.ORDINARY,
            off_hours=random.randrange(0, 33) / 2,
        )
        for number, row in enumerate(loads["data"])
    )


def _kinds(random: Random) -> list[Class]:
    kinds = [Class.PROTECTED] * PROTECTED + [Class.HEATING] * 30 + [Class.TELECOM] * 25
    kinds += [Class.ORDINARY] * (FEEDERS - len(kinds))
    random.shuffle(kinds)
    return kinds


def _bump(hour: float, at: float, wide: float) -> float:
    return exp(-(((hour - at) / wide) ** 2))


def _home(hour: float) -> float:
    return 0.55 + 0.25 * _bump(hour, 8, 1.8) + 0.45 * _bump(hour, 20, 2.8)


def _work(hour: float) -> float:
    return 0.5 + 0.5 * _bump(hour, 13, 5)


def _mixed(hour: float) -> float:
    return 0.75 - 0.2 * cos((hour - 4) * pi / 12) + 0.1 * _bump(hour, 19, 2)
