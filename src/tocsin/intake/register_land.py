"""
Whether a point may lie on land, by a table of one-degree cells.

It is the last judge of coordinates, for places that neither the area tree nor a `--bbox` knows: a
cell is land where any part of it is, so that no shelter on a coast is called a mistake, and "at
sea" means tens of kilometres from any shore.

Source: `data/land.txt`, which names its own.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

_TABLE: Final = Path(__file__).parent / "data" / "land.txt"


def on_land(lat: float, lon: float) -> bool:
    """
    Say whether any land lies in the one-degree cell of a point.

    Args:
        lat: Latitude, WGS 84 degrees, -90 to 90.
        lon: Longitude, WGS 84 degrees, -180 to 180.
    """
    rows = _rows()
    row = rows[min(179, int(lat + 90))]
    return bool(row[min(359, int(lon + 180))])


@lru_cache(maxsize=1)
def _rows() -> tuple[bytes, ...]:
    """Unpack the table: 180 rows of 360 bytes, 65 kB."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    return tuple(_row(line) for line in lines if not line.startswith("#"))


def _row(line: str) -> bytes:
    cells = bytearray()
    for place, run in enumerate(line.split()):
        cells += bytes([place % 2]) * int(run)
    return bytes(cells)
