"""
A file of coordinates: where the rows of a register lie that has none.

A table with columns for latitude and longitude and one of `id`, `row` and `address`. An address is
the same where its letters are, whatever their case and spacing; nothing is ranked by likeness. An
address that names no place ("entrance to a metro station") is never looked up, since all that are
called so would land on one spot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tocsin.intake.register_place import Point, read_point
from tocsin.intake.register_profile import GENERAL, columns_of
from tocsin.intake.register_rows import FILE_BYTES, Row
from tocsin.intake.register_table import read_table
from tocsin.intake.register_text import folded, plain
from tocsin.kernel.errors import Malformed, Refused

_SAYS_NOTHING: Final = frozenset(
    [
        "вхід до станції метро",
        "вхід в станцію метро",
        "вхід у станцію метро",
        "інформаційна позначка",
        "станція метро",
        "підземний перехід",
        "entrance to a metro station",
        "metro station",
    ]
)


def names_a_place(address: str) -> bool:
    """Say whether an address tells its place from others."""
    return bool(address) and folded(address) not in _SAYS_NOTHING


@dataclass(slots=True)
class Coordinates:
    """
    Points by what they are found by.

    Args:
        by_id: By the register's own number, folded, as the report and a shelter's id give it.
        by_row: By row number.
        by_address: By folded address.
        contradicted: Keys with two different points; they are not used.
        used: Keys that some row was located by.
    """

    by_id: dict[str, Point] = field(default_factory=dict)
    by_row: dict[str, Point] = field(default_factory=dict)
    by_address: dict[str, Point] = field(default_factory=dict)
    contradicted: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def find(self, row: Row, source_id: str, address: str) -> Point | None:
        """Find the point of a row: by its number, else its line, else its address."""
        keys = [
            (self.by_id, folded(source_id)),
            (self.by_row, str(row.number)),
            (self.by_address, folded(address) if names_a_place(address) else ""),
        ]
        for table, key in keys:
            if key and key in table and key not in self.contradicted:
                self.used.add(key)
                return table[key]
        return None

    def unused(self) -> int:
        """Count the points that no row was located by."""
        return len({*self.by_id, *self.by_row, *self.by_address} - self.used - self.contradicted)


def load_coordinates(path: Path) -> Coordinates:
    """
    Read a file of coordinates from the disk.

    Raises:
        Malformed: `register.coordinates_malformed`.
    """
    try:
        with path.open("rb") as file:
            return read_coordinates(file.read(FILE_BYTES + 1))
    except OSError as error:
        raise _wrong(f"{path.name}: {error.strerror or 'it cannot be read'}.") from None


def read_coordinates(data: bytes) -> Coordinates:
    """
    Read a file of coordinates.

    Raises:
        Malformed: `register.coordinates_malformed`, with the row that is wrong.
    """
    if len(data) > FILE_BYTES:
        raise _wrong(f"It has more than {FILE_BYTES:,} bytes.")
    try:
        rows = read_table(data)
    except Refused as error:
        raise _wrong(error.sentence) from None
    key = next((k for k in ("id", "row", "address", "адреса") if k in rows.columns), None)
    if key is None:
        raise _wrong("It has none of the columns id, row and address.")
    found = Coordinates()
    table = {"id": found.by_id, "row": found.by_row}.get(key, found.by_address)
    for row in rows.rows:
        point = read_point(
            row.first(columns_of(GENERAL, "lat")), row.first(columns_of(GENERAL, "lon"))
        )
        if isinstance(point, str) or not point.in_range:
            raise _wrong(f"Row {row.number} has no latitude and longitude in degrees.")
        said = folded(plain(row.values.get(key)))
        if said and table.setdefault(said, point) != point:
            found.contradicted.add(said)
    return found


def _wrong(why: str) -> Malformed:
    return Malformed("register.coordinates_malformed", why, where="--coordinates")
