"""
The table of who can walk where, as a plan needs it: numbers alone, and what they are made of.

How it is found out is in `reach`. Nothing here walks, so that the process which solves a plan
starts without what does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int32]
Counts: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Metres: TypeAlias = npt.NDArray[np.float32]
Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reach:
    """
    The nearest places of each row, nearest first.

    Args:
        places: Number of the place, rows × k; -1 where there is none.
        metres: The way to it on foot; infinite where there is none.
    """

    places: Ints
    metres: Metres

    def way(self, rows: Ints, places: Ints) -> Metres:
        """Tell how far it is from rows to places beside them; infinite where out of reach."""
        found = self.places[rows] == places[:, None]
        ways: Metres = np.where(found, self.metres[rows], np.float32(np.inf))
        return np.asarray(ways.min(axis=1, initial=np.inf), np.float32)


def listed(rows: Ints, places: Ints, metres: Metres, count: int, nearest: int) -> Reach:
    """Make a table of `count` rows from one entry for each row and place."""
    table = Reach(
        np.full((count, nearest), -1, np.int32), np.full((count, nearest), np.inf, np.float32)
    )
    rank = ranks(rows, places, metres)
    kept = rank < nearest
    table.places[rows[kept], rank[kept]] = places[kept]
    table.metres[rows[kept], rank[kept]] = metres[kept]
    return table


def ranks(rows: Ints, places: Ints, metres: Metres) -> Counts:
    """Tell which of its row's places each entry is: 0 the nearest; the lower number where equal."""
    order = np.lexsort((places, metres, rows))
    first = np.flatnonzero(np.diff(rows[order], prepend=-1))
    lengths = np.diff(first, append=len(rows))
    rank = np.empty(len(rows), np.int64)
    rank[order] = numbered(lengths)
    return rank


def numbered(lengths: Counts) -> Counts:
    """Count 0, 1, 2 … through each of some stretches laid end to end."""
    starts = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) - np.repeat(starts, lengths)


def ahead(groups: Ints, people: Counts) -> Counts:
    """Tell how many people of its own group stand before each entry; groups are in one piece."""
    before = np.cumsum(people) - people
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    waiting: Counts = before - np.repeat(before[first], np.diff(first, append=len(groups)))
    return waiting


def joined(found: list[tuple[Ints, Ints, Metres]]) -> tuple[Ints, Ints, Metres]:
    """Put what was found tile by tile end to end: rows, places, metres."""
    if not found:
        return np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.float32)
    rows, places, metres = zip(*found, strict=True)
    return np.concatenate(rows), np.concatenate(places), np.concatenate(metres)
