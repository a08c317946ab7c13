"""
A walking network: streets and paths as one file that is mapped into memory and never changed.

A magic line, one line of JSON that says what it is and where each section lies, then the sections:
plain numbers, 8-byte aligned, so that opening a city costs one look at each number and no copy.
Every stretch is two arcs, one each way; the arcs of node `i` are `indptr[i]` to `indptr[i + 1]`.

A file may come from another person's machine, so nothing in it is believed: sizes and every index
are checked before anybody follows one, and what does not add up is `Malformed`, whatever the
bytes. A network is replaced by renaming a new file over it, never by writing into it.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import le
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from tocsin.kernel.errors import Malformed, Unavailable
from tocsin.walking.ground import DEGREE
from tocsin.walking.profile import Profile

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MAGIC: Final = b"TOCSIN-WALK 1\n"

NODES_MAX: Final = 20_000_000
"""
A node costs 24 bytes and 2.2 arcs of 13: 53 bytes, and its share of the grid 12. Twenty million
are 1.3 GB of mapped file, all of Ukraine's streets about twice over; a city has a million at most.
"""
ARCS_MAX: Final = 3 * NODES_MAX
BARRIERS_MAX: Final = NODES_MAX
CELLS_MAX: Final = NODES_MAX
NAMES_BYTES_MAX: Final = 64 * 1024 * 1024
HEADER_BYTES_MAX: Final = 65_536

NONE: Final = 0xFFFFFFFF

# Name, format and what it is counted by; the order is that of the file.
SECTIONS: Final[tuple[tuple[str, Literal["q", "i", "I", "B"], str], ...]] = (
    ("ident", "q", "nodes"),
    ("lat", "i", "nodes"),
    ("lon", "i", "nodes"),
    ("part", "I", "nodes"),
    ("indptr", "I", "nodes+1"),
    ("indices", "I", "arcs"),
    ("decimetres", "I", "arcs"),
    ("name", "I", "arcs"),
    ("flags", "B", "arcs"),
    ("name_ptr", "I", "names+1"),
    ("name_text", "B", "name_bytes"),
    ("barriers", "i", "4barriers"),
    ("cell_arcs_ptr", "I", "cells+1"),
    ("cell_arcs", "I", "listed_arcs"),
    ("cell_barriers_ptr", "I", "cells+1"),
    ("cell_barriers", "I", "listed_barriers"),
)
WIDTH: Final[Mapping[str, int]] = {"q": 8, "i": 4, "I": 4, "B": 1}


@dataclass(frozen=True, slots=True)
class About:
    """
    Where a network comes from; shown wherever anything made of it is.

    Args:
        source: What it was made from, as its maker calls it.
        licence: For instance `ODbL-1.0`.
        attribution: The line to be shown, for instance `© OpenStreetMap contributors`.
        invented: Whether no such place exists.
    """

    source: str
    licence: str
    attribution: str
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """The grid over a network: rows from the south, columns from the west, in stored units."""

    south: int
    west: int
    height: int
    width: int
    rows: int
    columns: int

    def row(self, lat: int) -> int:
        """Tell the row of a latitude; one outside the grid has a row outside it."""
        return (lat - self.south) // self.height

    def column(self, lon: int) -> int:
        """Tell the column of a longitude, likewise."""
        return (lon - self.west) // self.width

    def over(self, south: int, west: int, north: int, east: int) -> Iterator[int]:
        """Number the cells that a box touches, in stored units; what lies outside has none."""
        columns = range(max(0, self.column(west)), min(self.columns - 1, self.column(east)) + 1)
        for row in range(max(0, self.row(south)), min(self.rows - 1, self.row(north)) + 1):
            for column in columns:
                yield row * self.columns + column


class Network:
    """
    A network that was opened and found whole.

    All views are read-only: `lat`, `lon` (degrees × 10,000,000), `ident` (the node's id where it
    comes from), `part` (connected part, 0 the largest), `indptr`, `indices` (the node an arc leads
    to), `decimetres`, `flags` (`profile`), `name` (place in the list of street names, 0 for none).
    """

    def __init__(self, header: Mapping[str, Any], views: Mapping[str, memoryview]) -> None:
        """Take checked parts; `open` is how to get one."""
        self.about = About(**header["about"])
        self.nodes: int = header["counts"]["nodes"]
        self.arcs: int = header["counts"]["arcs"]
        self.barrier_count: int = header["counts"]["barriers"]
        self.parts: int = header["parts"]
        self.digest: str = header["sha256"]
        self.cells = Cells(**header["cells"])
        self.ident, self.lat, self.lon = views["ident"], views["lat"], views["lon"]
        self.part, self.indptr, self.indices = views["part"], views["indptr"], views["indices"]
        self.decimetres, self.flags = views["decimetres"], views["flags"]
        self.name, self.barriers = views["name"], views["barriers"]
        self.cell_arcs_ptr, self.cell_arcs = views["cell_arcs_ptr"], views["cell_arcs"]
        self.cell_barriers_ptr = views["cell_barriers_ptr"]
        self.cell_barriers = views["cell_barriers"]
        self._name_ptr, self._name_text = views["name_ptr"], views["name_text"]
        self._graphs: dict[int, csr_array] = {}

    @classmethod
    def open(cls, path: Path) -> Network:
        """
        Map a file and check all of it: a tenth of a second for a city of 200,000 nodes.

        Raises:
            Malformed: `walking.file_unreadable`, or `walking.file_malformed` whatever is wrong.
        """
        try:
            with path.open("rb") as file:
                held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:  # An empty file cannot be mapped.
            raise Malformed(
                "walking.file_unreadable", f"{path.name} cannot be read.", where=path.name
            ) from error
        try:
            header, start = _header(held)
            views = _views(held, header, start)
            if hashlib.sha256(memoryview(held)[aligned(start) :]).hexdigest() != header["sha256"]:
                raise ValueError("its bytes are not those that were written")
            _check(header, views)
            return cls(header, views)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise Malformed(
                "walking.file_malformed",
                f"{path.name} is no walking network, or is damaged: {error}.",
                where=path.name,
            ) from error

    def street(self, arc: int) -> str:
        """Tell the name of the street that an arc is part of; empty where it has none."""
        place = self.name[arc]
        raw = bytes(self._name_text[self._name_ptr[place] : self._name_ptr[place + 1]])
        text = raw.decode("utf-8", "replace")
        # A name from anywhere neither breaks a line nor turns the direction of writing.
        return text if text.isprintable() else "".join(filter(str.isprintable, text))

    def tail(self, arc: int) -> int:
        """Tell the node that an arc leads away from."""
        return bisect_right(self.indptr, arc) - 1

    def arc_between(self, tail: int, head: int) -> int | None:
        """Find the arc from one node to another beside it."""
        for arc in range(self.indptr[tail], self.indptr[tail + 1]):
            if self.indices[arc] == head:
                return arc
        return None

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north in degrees; all 0 for a network without nodes."""
        if not self.nodes:
            return (0.0, 0.0, 0.0, 0.0)
        edges = (min(self.lon), min(self.lat), max(self.lon), max(self.lat))
        west, south, east, north = (edge / DEGREE for edge in edges)
        return (west, south, east, north)

    def numpy_csr(self, profile: Profile) -> csr_array:
        """
        Give the graph of decimetres as scipy wants it, without what the profile avoids.

        Made once for each set of avoided flags and kept: 8 bytes an arc, 5 MB for a city. Whoever
        takes it does not write into it.

        Raises:
            Unavailable: `walking.no_geo` where numpy or scipy is not installed.
        """
        if profile.avoid not in self._graphs:
            self._graphs[profile.avoid] = self._csr(profile.avoid)
        return self._graphs[profile.avoid]

    def _csr(self, avoid: int) -> csr_array:
        try:
            import numpy as np  # noqa: PLC0415  # An extra: the core starts without it.
            from scipy.sparse import csr_array  # noqa: PLC0415
        except ImportError as error:
            raise no_geo() from error
        indptr = np.frombuffer(self.indptr, np.int32)
        indices = np.frombuffer(self.indices, np.int32)
        weights = np.frombuffer(self.decimetres, np.uint32).astype(np.float64)
        if avoid:
            kept = (np.frombuffer(self.flags, np.uint8) & avoid) == 0
            before = np.concatenate(([0], np.cumsum(kept, dtype=np.int32)))
            indptr, indices, weights = before[indptr], indices[kept], weights[kept]
        graph = csr_array((weights, indices, indptr), shape=(self.nodes, self.nodes))
        graph.has_sorted_indices = True  # The builder sorts each row.
        return graph


def no_geo() -> Unavailable:
    """Say that a thing needs packages that are not installed here."""
    return Unavailable(
        "walking.no_geo", "This needs numpy, scipy and osmium: pip install tocsin[geo]."
    )


def _header(held: mmap.mmap) -> tuple[dict[str, Any], int]:
    if held[: len(MAGIC)] != MAGIC:
        raise ValueError("its first line is another")
    end = held.find(b"\n", len(MAGIC), len(MAGIC) + HEADER_BYTES_MAX)
    if end < 0:
        raise ValueError("its header has no end")
    header = json.loads(held[len(MAGIC) : end])
    if header["byte_order"] != sys.byteorder:
        raise ValueError("it was made for another kind of machine")
    about = header["about"]
    texts = all(isinstance(about[key], str) for key in ("source", "licence", "attribution"))
    if not texts or not isinstance(about["invented"], bool) or len(about) != 4:
        raise ValueError("it does not say where it comes from")
    if not isinstance(header["sha256"], str) or type(header["parts"]) is not int:
        raise ValueError("its header lacks something")
    return header, end + 1


_BOUNDS: Final[Mapping[str, int]] = {
    "nodes": NODES_MAX,
    "arcs": ARCS_MAX,
    "names": ARCS_MAX,
    "name_bytes": NAMES_BYTES_MAX,
    "barriers": BARRIERS_MAX,
    "cells": CELLS_MAX,
    "listed_arcs": 4 * ARCS_MAX,
    "listed_barriers": 4 * BARRIERS_MAX,
}


def length_of(counted: str, counts: Mapping[str, int]) -> int:
    """Tell how many numbers a section has: `nodes`, `nodes+1`, `4barriers`."""
    if counted.endswith("+1"):
        return counts[counted[:-2]] + 1
    if counted.startswith("4"):
        return 4 * counts[counted[1:]]
    return counts[counted]


def aligned(offset: int) -> int:
    """Tell the next multiple of 8."""
    return -(-offset // 8) * 8


def _views(held: mmap.mmap, header: Mapping[str, Any], start: int) -> dict[str, memoryview]:
    counts = header["counts"]
    for key, most in _BOUNDS.items():
        if type(counts[key]) is not int or not 0 <= counts[key] <= most:
            raise ValueError(f"it promises an impossible number of {key}")
    if len(counts) != len(_BOUNDS):
        raise ValueError("it counts something unheard of")
    whole, views, offset = memoryview(held), {}, aligned(start)
    for name, form, counted in SECTIONS:
        size = WIDTH[form] * length_of(counted, counts)
        if offset + size > len(whole):
            raise ValueError("it is cut off")
        views[name] = whole[offset : offset + size].cast(form)
        offset = aligned(offset + size)
    if offset != aligned(len(whole)):
        raise ValueError("it is longer than it says")
    return views


def _check(header: Mapping[str, Any], views: Mapping[str, memoryview]) -> None:
    counts, cells = header["counts"], Cells(**header["cells"])
    for pointers, listed, below in (
        ("indptr", "indices", counts["nodes"]),
        ("name_ptr", "name_text", None),
        ("cell_arcs_ptr", "cell_arcs", counts["arcs"]),
        ("cell_barriers_ptr", "cell_barriers", counts["barriers"]),
    ):
        steps, values = views[pointers], views[listed]
        rises = all(map(le, steps, steps[1:]))
        if steps[0] != 0 or steps[-1] != len(values) or not rises:
            raise ValueError(f"{pointers} does not fit")
        if below is not None and len(values) and max(values) >= below:
            raise ValueError(f"{listed} leads out of it")
    if counts["arcs"] and max(views["name"]) >= counts["names"]:
        raise ValueError("a street has no such name")
    for name, most in (("lat", 90), ("lon", 180)):
        if counts["nodes"] and max(map(abs, (min(views[name]), max(views[name])))) > most * DEGREE:
            raise ValueError("a node lies off the Earth")
    numbers = (cells.south, cells.west, cells.height, cells.width, cells.rows, cells.columns)
    if any(type(n) is not int or abs(n) > 2**32 for n in numbers) or min(numbers[2:]) < 1:
        raise ValueError("its grid has no size")
    if cells.rows * cells.columns != counts["cells"]:
        raise ValueError("its grid does not fit")
