"""
What every kind of file is read into: rows of named values, and nothing understood yet.

A row keeps what stood in the file under the names that the file gives. Names are compared folded
(`register_text.folded`), so that `Latitude`, `LATITUDE` and `latitude ` are one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from tocsin.intake.register_text import folded, is_null
from tocsin.kernel.errors import Refused

ROWS: Final = 200_000
"""Japan's whole register has 115,000 places, Ukraine's about 60,000."""

FILE_BYTES: Final = 96_000_000
"""60,000 rows of the State Emergency Service at 1,500 bytes are 90 MB, read into about 700 MB."""

COLUMNS: Final = 200
"""Its record has 90 members; the others have up to 35."""


@dataclass(slots=True)
class Row:
    """
    One row as it stands in the file.

    Args:
        number: Where a person finds it: a table's line from 1 with its heading, else from 1.
        values: By folded name; JSON values, or text from a table.
        ident: What the format itself calls the row, beside its values.
        lat: Latitude where the format has a place for it; likewise `lon`.
    """

    number: int
    values: dict[str, Any]
    ident: object = None
    lat: object = None
    lon: object = None

    def first(self, names: Iterable[str]) -> object:
        """Give the first value under these names that says something; None without any."""
        for name in names:
            value = self.values.get(name)
            if value is not None and not is_null_or_empty(value):
                return value
        return None


@dataclass(slots=True)
class Rows:
    """
    A whole file, or several that are pages of one register.

    Args:
        format: What kind of file it is.
        columns: Folded names, as first met, with the file's own writing.
        total: How many rows its maker says there are in all; None where nobody says.
        more: Whether its maker says that more rows follow.
        odd: Rows that are too long or too short, by row number.
        notices: Codes of what is worth knowing about the file as a whole.
    """

    format: str
    rows: list[Row] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    total: int | None = None
    more: bool = False
    odd: list[int] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def add(
        self,
        values: dict[str, Any],
        *,
        number: int | None = None,
        ident: object = None,
        point: tuple[object, object] = (None, None),
    ) -> None:
        """
        Add a row; `point` is latitude and longitude.

        Raises:
            Refused: `register.too_large`, at one row more than may be.
        """
        if len(self.rows) >= ROWS:
            raise Refused("register.too_large", f"It has more than {ROWS:,} rows.")
        named: dict[str, Any] = {}
        for name, value in list(values.items())[:COLUMNS]:
            key = folded(name)
            if key not in self.columns:
                if len(self.columns) >= 2 * COLUMNS:
                    raise Refused("register.too_large", f"It has more than {2 * COLUMNS} columns.")
                self.columns[key] = str(name)[:100]
            if key not in named or is_null_or_empty(named[key]):
                named[key] = value
        place = len(self.rows) + 1 if number is None else number
        self.rows.append(Row(place, named, ident, *point))


def is_null_or_empty(value: object) -> bool:
    """Say whether a value says nothing; a list does not where it is empty."""
    return not value if isinstance(value, list | dict) else is_null(value)
