"""
What was understood of a register and what was not: row by row, and in all.

A row that is left out is never seen by anybody who seeks shelter, and a value that is not
understood becomes "unknown"; whoever keeps the register must be able to see both. Every remark is
counted; of each kind so many are kept with their rows as a person can read. A remark is a code,
so that each door says it in its own language.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

REMARKS_KEPT: Final = 1_000
"""Of each of 40 codes: 40,000 remarks of 200 bytes are 8 MB. All are counted."""

SPELLINGS_KEPT: Final = 200
"""Distinct ways of writing one field; a column with more is no list of choices."""

SHOWN_CHARACTERS: Final = 80

LEFT_OUT: Final = frozenset({"empty", "excluded", "repeated", "no_place"})
"""Remarks on rows that are not listed at all."""


@dataclass(frozen=True, slots=True)
class Remark:
    """
    One thing worth knowing about one row.

    Args:
        row: As a person finds it: a line of a table counts from 1 with its heading, a member of
            JSON from 1.
        code: `[a-z_]+`; what each says is in docs/reference/registers.md.
        detail: What stood there, shortened and without anything personal; may be empty.
    """

    row: int
    code: str
    detail: str = ""


@dataclass(slots=True)
class Field:
    """
    How one field was written, and what it was taken to say.

    Args:
        said: Rows by what they were taken to say: `yes`, `metro`, `public`, `unknown`.
        silent: Rows that say nothing; they are among the unknown.
        spellings: Rows by the way it was written, for what was understood.
        strange: Rows by the way it was written, for what was not understood.
    """

    said: Counter[str] = field(default_factory=Counter)
    silent: int = 0
    spellings: Counter[str] = field(default_factory=Counter)
    strange: Counter[str] = field(default_factory=Counter)

    def understood(self, written: str, said: str) -> None:
        """Count a value that was understood, under the way it was written."""
        self.said[said] += 1
        _count(self.spellings, written)

    def says_nothing(self) -> None:
        """Count a row that is silent here."""
        self.said["unknown"] += 1
        self.silent += 1

    def unknown(self) -> None:
        """Count a value that says something, but nothing that can be relied on."""
        self.said["unknown"] += 1

    def not_understood(self, written: str) -> None:
        """Count a value that was not understood, and so is unknown."""
        self.said["unknown"] += 1
        _count(self.strange, written)


@dataclass(slots=True)
class Report:
    """
    All that was found out about a register's file.

    Args:
        format: What kind of file it is; `profile` whose columns it has.
        rows: Rows in the file; `listed` of them are shelters, the others are left out.
        counts: Remarks by code, also those beyond what `remarks` keeps.
        fields: By the name of a listing's field.
        judge: Who judged the coordinates: `bbox`, `areas`, `country`, `land`; `nobody` without any.
        located: Listed shelters with coordinates; the others are yet to be located.
        addresses: Distinct addresses of listed shelters; `repeats` is by how much the shelters with
            an address outnumber them (rooms of one building), `buildings` are the addresses that
            have several, `addresses_written` the ways of writing one, spaces and silence included.
        nulls: Cells in which a word stands for nothing, such as `<Null>`.
        capacity: Places in all, of the shelters whose number of places is known.
        columns_dropped: Columns that hold persons or telephones and were not read.
        middle: Middle latitude and longitude of all points, rounded to a degree.
    """

    files: tuple[str, ...] = ()
    format: str = ""
    profile: str = ""
    register: str = ""
    source: str = ""
    licence: str = ""
    retrieved_at: str = ""
    area: str = ""
    rows: int = 0
    listed: int = 0
    located: int = 0
    judge: str = "nobody"
    addresses_written: int = 0
    addresses: int = 0
    repeats: int = 0
    buildings: int = 0
    nulls: int = 0
    capacity: int = 0
    columns_dropped: tuple[str, ...] = ()
    columns_unread: tuple[str, ...] = ()
    middle: tuple[int, int] | None = None
    counts: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    fields: dict[str, Field] = field(default_factory=dict)
    _kept: Counter[str] = field(default_factory=Counter)

    @property
    def left_out(self) -> int:
        """Count the rows that are not listed."""
        return self.rows - self.listed

    def remark(self, row: int, code: str, detail: str = "") -> None:
        """Note something about a row, or count it where there are enough lines of its kind."""
        self.counts[code] += 1
        if self._kept[code] < REMARKS_KEPT:
            self._kept[code] += 1
            self.remarks.append(Remark(row, code, shown(detail)))

    def count(self, code: str, times: int) -> None:
        """Count what is not told row by row."""
        if times:
            self.counts[code] += times

    def notice(self, code: str) -> None:
        """Note something about the file as a whole, once."""
        if code not in self.notices:
            self.notices.append(code)

    def of(self, name: str) -> Field:
        """Give the counts of one field."""
        found = self.fields.get(name)
        if found is None:
            found = self.fields[name] = Field()
        return found

    def as_json(self) -> dict[str, Any]:
        """Give the whole report as JSON holds it; remarks in the order of the rows."""
        told = {
            name: getattr(self, name)
            for name in self.__slots__
            if name not in {"_kept", "remarks", "fields", "counts"}
        }
        return {
            **told,
            "left_out": self.left_out,
            "counts": dict(sorted(self.counts.items())),
            "fields": {
                name: {
                    "said": dict(found.said.most_common()),
                    "silent": found.silent,
                    "spellings": dict(found.spellings.most_common()),
                    "not_understood": dict(found.strange.most_common()),
                }
                for name, found in self.fields.items()
            },
            "remarks": [
                {"row": remark.row, "code": remark.code, "detail": remark.detail}
                for remark in sorted(self.remarks, key=lambda remark: remark.row)
            ],
        }


def shown(text: str) -> str:
    """Make what stood in a file fit for a line: printable, and not too long."""
    cut = text[: 4 * SHOWN_CHARACTERS].replace("\n", "↵")
    plain = "".join(c if c.isprintable() else " " for c in cut)
    return plain if len(plain) <= SHOWN_CHARACTERS else plain[: SHOWN_CHARACTERS - 1] + "…"


def _count(counter: Counter[str], written: str) -> None:
    key = shown(written)
    if key in counter or len(counter) < SPELLINGS_KEPT:
        counter[key] += 1
    else:
        counter["…"] += 1
