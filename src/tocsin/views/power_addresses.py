"""
The address book: on which group of the grid a house hangs, from a file of the operator's.

CSV with the columns `operator, street, house_from, house_to, parity, group`, and `place` where a
company has the same street in several towns. A row without houses is the whole street; one without
`house_to` is one house. `parity` is `even`, `odd` or empty. Streets are compared without regard to
case, apostrophes, order of words and how the kind of street is written; a kind that is not asked
for may be any.

An address that is asked for is used here, and neither kept, logged nor repeated in an error.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from tocsin.kernel.errors import Malformed, Refused
from tocsin.power.messages import GroupCode, OperatorId

ROWS_MOST: Final = 300_000
"""Of a company of a million customers: 30 MB, and 2 s of a start."""

BYTES_MOST: Final = 64_000_000
COLUMNS: Final = ("operator", "street", "house_from", "house_to", "parity", "group")
CANDIDATES_MOST: Final = 20

_KINDS: Final[Mapping[str, str]] = {
    word: kind
    for kind, words in {
        "street": "вулиця вул street st str",
        "avenue": "проспект просп пр-т пр-кт прт avenue ave",
        "lane": "провулок пров пр-к lane",
        "boulevard": "бульвар бульв б-р boulevard blvd",
        "square": "площа пл майдан square sq",
        "highway": "шосе highway",
        "descent": "узвіз узв descent",
        "embankment": "набережна наб embankment",
        "passage": "проїзд passage",
        "dead_end": "тупик туп",
        "alley": "алея alley",
        "quarter": "мікрорайон мкр мкрн м-н",
    }.items()
    for word in words.split()
}
_DROPPED: Final = frozenset({"ім", "імені"})
_PARITIES: Final[Mapping[str, int | None]] = {
    "": None, "any": None, "all": None, "even": 0, "парні": 0, "odd": 1, "непарні": 1,
}  # fmt: skip
_HOUSE: Final = re.compile(
    r"(?P<number>[0-9]{1,5})\s*-?\s*(?P<letter>[^\W\d_]?)"
    r"(?:\s*(?:/|корп(?:ус)?\.?|к\.|блок)\s*(?P<part>[0-9]{1,4})\s*-?\s*(?P<last>[^\W\d_]?))?"
)
_ALIKE: Final = str.maketrans("abceihkmoptxy", "авсеінкмортху")  # codespell:ignore
"""Latin letters that look like the Ukrainian ones that stand behind a house's number."""


class House(NamedTuple):
    """A house's number, in the order that houses have along a street."""

    number: int
    letter: str = ""
    part: int = 0
    last: str = ""

    @property
    def plain(self) -> bool:
        """Say whether it is a number alone, which stands for all that begin with it."""
        return not (self.letter or self.part or self.last)


class Found(NamedTuple):
    """A group that a house may hang on."""

    operator: OperatorId
    group: GroupCode
    place: str = ""


class _Row(NamedTuple):
    found: Found
    kind: str
    span: tuple[House, House] | None
    parity: int | None

    def holds(self, house: House) -> bool:
        """Say whether a house is among those of the row."""
        if self.parity is not None and house.number % 2 != self.parity:
            return False
        if self.span is None:
            return True
        first, last = self.span
        upper = House(house.number) if last.plain else house
        return first <= house and upper <= last

    def width(self, house: House) -> int:
        """Tell how particular it is about a house: 0 names it, larger is vaguer."""
        if self.span is None:
            return 1_000_000
        first, last = self.span
        return 0 if first == last == house else 1 + last.number - first.number


class Street(NamedTuple):
    """A street as it is compared: its name's words in order of the alphabet, and its kind."""

    name: str
    kind: str


class AddressBook:
    """
    Find the group of a house.

    Args:
        rows: As the file has them, by column.

    Raises:
        Malformed: `power.addresses_malformed`, with the number of the row.
    """

    def __init__(self, rows: Iterable[Mapping[str, str | None]] = ()) -> None:
        self._rows: dict[str, list[_Row]] = {}
        self._count = 0
        reading = _Reading()
        for number, row in enumerate(rows, 2):
            street, read = reading.row(row, number)
            self._count += 1
            if self._count > ROWS_MOST:
                raise _malformed(f"there are more than {ROWS_MOST} rows", number)
            self._rows.setdefault(street.name, []).append(read)

    def __len__(self) -> int:
        """Count the rows."""
        return self._count

    def find(self, street: str, house: str) -> list[Found]:
        """
        List the groups that a house may hang on, each once; one where it is sure.

        Raises:
            Malformed: `power.house_malformed`.
            Refused: `power.address_unknown`, HTTP 404.
        """
        wanted, number = read_street(street), read_house(house)
        rows = self._rows.get(wanted.name, [])
        exact = [row for row in rows if not wanted.kind or row.kind in {wanted.kind, ""}]
        held = [row for row in exact if row.holds(number)]
        if not held:
            raise Refused("power.address_unknown", "That house is in no list here.", status=404)
        least = min(row.width(number) for row in held)
        named = (row.found for row in held if row.width(number) == least)
        return list(dict.fromkeys(named))[:CANDIDATES_MOST]


def open_addresses(path: Path | None) -> AddressBook | None:
    """
    Read the file of addresses; None where none is named.

    Raises:
        Malformed: `power.addresses_malformed`.
    """
    if path is None:
        return None
    try:
        if path.stat().st_size > BYTES_MOST:
            raise _malformed(f"the file is larger than {BYTES_MOST // 1_000_000} MB", 0)
        with path.open(encoding="utf-8-sig", newline="") as file:
            return AddressBook(_rows(csv.DictReader(file, strict=True)))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _malformed(f"the file cannot be read ({type(error).__name__})", 0) from None


def read_street(text: str) -> Street:
    """Read the name of a street, in whatever way it is written."""
    words = re.sub(r"[’'ʼ`´]", "", text.casefold().strip())
    parts = [part for part in re.split(r"[\s.,;:«»\"()]+", words) if part]
    kind = next((_KINDS[part] for part in parts if part in _KINDS), "")
    names = [_numeral(part) for part in parts if part not in _KINDS and part not in _DROPPED]
    # A street may be called nothing but its kind, as "Набережна" is.
    return Street(" ".join(sorted(names)) or " ".join(parts), kind if names else "")


def read_house(text: str) -> House:
    """
    Read a house's number: `12`, `12а`, `12-А`, `12/3`, `12 корп. 3`.

    Raises:
        Malformed: `power.house_malformed`.
    """
    found = _HOUSE.fullmatch(text.casefold().strip())
    if found is None:
        raise Malformed(
            "power.house_malformed",
            "That is no number of a house; write it like 12, 12а or 12/3.",
            where="house",
        )
    letter, last = (str(found[one] or "").translate(_ALIKE) for one in ("letter", "last"))
    return House(int(found["number"]), letter, int(found["part"] or 0), last)


def _rows(reader: csv.DictReader[str]) -> Iterator[Mapping[str, str | None]]:
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise _malformed(f"the column “{missing[0]}” is missing", 1)
    yield from reader


class _Reading:
    """
    Read the rows of one file.

    A file names a street and a house many times; each is read once. Nothing that is asked later
    is kept so.
    """

    def __init__(self) -> None:
        self._streets: dict[str, Street] = {}
        self._houses: dict[str, House] = {}
        self._found: dict[Found, Found] = {}
        self._spans: dict[tuple[House, House], tuple[House, House]] = {}

    def row(self, row: Mapping[str, str | None], number: int) -> tuple[Street, _Row]:
        """
        Read a row.

        Raises:
            Malformed: `power.addresses_malformed`.
        """
        operator, street, first, last, parity, group = (
            (row[name] or "").strip() for name in COLUMNS
        )
        if not (operator and street and group) or parity.casefold() not in _PARITIES:
            raise _malformed(
                "company, street and group are needed, and parity is even or odd", number
            )
        if last and not first:
            raise _malformed("there is a last house and no first one", number)
        span = None
        if first:
            span = self._house(first, number), self._house(last or first, number)
            if span[0].number > span[1].number:
                raise _malformed("the first house comes after the last", number)
            span = self._spans.setdefault(span, span)
        place = (row.get("place") or "").strip()
        found = Found(OperatorId(operator), GroupCode(group), place)
        found = self._found.setdefault(found, found)
        where = self._street(street)
        return where, _Row(found, where.kind, span, _PARITIES[parity.casefold()])

    def _street(self, text: str) -> Street:
        if text not in self._streets:
            self._streets[text] = read_street(text)
        return self._streets[text]

    def _house(self, text: str, number: int) -> House:
        if text not in self._houses:
            try:
                self._houses[text] = read_house(text)
            except Malformed:
                raise _malformed("a house's number cannot be read", number) from None
        return self._houses[text]


def _numeral(word: str) -> str:
    """Write `1-го` and `1-а` as `1`."""
    return re.sub(r"^([0-9]+)-?[^\W\d_]{1,3}$", r"\1", word)


def _malformed(what: str, row: int) -> Malformed:
    where = f"row {row}" if row else "power_addresses"
    return Malformed("power.addresses_malformed", f"Addresses, {where}: {what}.", where=where)
