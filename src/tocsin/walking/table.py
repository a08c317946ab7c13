"""
Reads a network from tables: nodes, stretches and, if there are any, barriers, as CSV or CSV.gz.

Which table a file is, its columns say: `node_id,lon,lat` or `u,v,metres` (and, if given,
`highway`, `name`, `stairs`, `flags`) or `lon1,lat1,lon2,lat2`. Any order of files and columns.
A row that cannot be read fails the whole table with its line: a city with holes sends people round.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from typing import IO, Final, TypeAlias

from tocsin.kernel.errors import Malformed
from tocsin.walking.build import Draft
from tocsin.walking.ground import DEGREE
from tocsin.walking.profile import STAIRS

LINE_CHARACTERS_MAX: Final = 4_096
"""An edge with a long street name has 150; a table without line ends is none."""

NODES: Final = frozenset({"node_id", "lon", "lat"})
EDGES: Final = frozenset({"u", "v", "metres"})
BARRIERS: Final = frozenset({"lon1", "lat1", "lon2", "lat2"})

_Take: TypeAlias = Callable[[Draft, Mapping[str, str]], None]

_YES: Final = frozenset({"1", "yes", "true"})


def kind(path: Path) -> frozenset[str] | None:
    """Tell which table a file is by its first line; None where it is none of them."""
    columns = _columns(path)
    return next((found for found in (NODES, EDGES, BARRIERS) if found <= columns), None)


def speaks_osm(path: Path) -> bool:
    """Say whether stretches are of a kind as OpenStreetMap calls it."""
    return "highway" in _columns(path)


def _columns(path: Path) -> set[str]:
    with _lines(path) as lines:
        try:
            return set(next(csv.reader(lines), []))
        except csv.Error as error:
            raise _malformed(path, 1, str(error)) from error


def read(paths: Sequence[Path]) -> Draft:
    """
    Read tables into a network.

    Raises:
        Malformed: `walking.table_malformed` with the file and line; `walking.file_unreadable`.
        Refused: `walking.too_large`.
    """
    kinds = {path: kind(path) for path in paths}
    for path, found in kinds.items():
        if found is None:
            raise _malformed(path, 1, "its columns are not those of nodes, stretches or barriers")
    draft = Draft()
    for wanted, take in ((NODES, _node), (EDGES, _edge), (BARRIERS, _barrier)):
        for path in (path for path, found in kinds.items() if found is wanted):
            _read(path, draft, take)
    return draft


def _read(path: Path, draft: Draft, take: _Take) -> None:
    with _lines(path) as lines:
        rows = csv.DictReader(lines, restkey="", restval="")
        try:
            for row in rows:
                take(draft, row)
        except (ValueError, KeyError, OverflowError, csv.Error) as error:
            raise _malformed(path, rows.line_num, str(error)) from error
        except Malformed as error:
            if error.where:  # A line without an end has said where it is.
                raise
            raise _malformed(path, rows.line_num, error.sentence) from error


def _node(draft: Draft, row: Mapping[str, str]) -> None:
    draft.node(int(row["node_id"]), _units(row["lat"]), _units(row["lon"]))


def _edge(draft: Draft, row: Mapping[str, str]) -> None:
    flags = int(row.get("flags") or 0)
    if not 0 <= flags <= 255:
        raise ValueError(f"{flags} are no flags")
    if row.get("highway") == "steps" or row.get("stairs", "").lower() in _YES:
        flags |= STAIRS
    length = float(row["metres"]) if row["metres"] else None
    draft.edge(int(row["u"]), int(row["v"]), length, flags, row.get("name") or "")


def _barrier(draft: Draft, row: Mapping[str, str]) -> None:
    draft.barrier(*(_units(row[column]) for column in ("lat1", "lon1", "lat2", "lon2")))


def _units(text: str) -> int:
    degrees = float(text)
    if not isfinite(degrees) or abs(degrees) > 180:
        raise ValueError(f"{text} is no coordinate")
    return round(degrees * DEGREE)


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[str]]:
    try:
        with _opened(path) as file:
            yield _bounded(file, path)
    except (OSError, EOFError, zlib.error) as error:
        raise Malformed(
            "walking.file_unreadable", f"{path.name} cannot be read: {error}.", where=path.name
        ) from error


def _opened(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def _bounded(file: IO[str], path: Path) -> Iterator[str]:
    number = 0
    while line := file.readline(LINE_CHARACTERS_MAX):
        number += 1
        if len(line) == LINE_CHARACTERS_MAX:
            raise _malformed(path, number, "the line has no end")
        yield line


def _malformed(path: Path, line: int, why: str) -> Malformed:
    return Malformed(
        "walking.table_malformed",
        f"{path.name}, line {line}: {why.rstrip('.')}.",
        where=f"{path.name}:{line}",
    )
