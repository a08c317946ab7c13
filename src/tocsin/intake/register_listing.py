"""
One row of a register becomes one listing, and what was not understood becomes a remark.

Nothing is guessed: a word that is not known is "unknown", a contradiction is "unknown", an empty
capacity is no capacity and not none. Where the register repeats a number or has none, one is made
from what the row says, so that it stays the same while the row does.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from tocsin.intake import register_hours, register_words
from tocsin.intake.register_mapping import Reader
from tocsin.intake.register_profile import Profile, columns_of
from tocsin.intake.register_report import Field, Report
from tocsin.intake.register_rows import Row
from tocsin.intake.register_text import (
    ADDRESS,
    NAME,
    NOTE,
    WORDS,
    clean,
    folded,
    has_phone,
    is_null,
    plain,
)
from tocsin.shelters.messages import Access, CapacityBasis, Hours, Kind, Said

CAPACITY: Final = 100_000
"""The deepest metro stations take 10,000; more than ten times that is a telephone number."""

SAID_FIELDS: Final = ("pets", "water", "toilet", "heating", "first_aid", "network", "generator")

_NOWHERE: Final = Field()
"""Where values of columns that a file does not have are counted, and never looked at."""

_PEOPLE: Final = re.compile(
    r"(\d{1,9})(?:[.,]0+)?\s*(?:осіб|особи|ос\.?|чол\.?|people|persons|名|人)?"
)
_NOT_READY: Final = ("не готов", "неготов", "לא כשיר", "not ready", "unfit")
_SLUG: Final = re.compile(r"[^a-z0-9._-]+")


@dataclass(slots=True)
class Understanding:
    """
    Reads the values of one register's rows, and keeps account of them.

    Args:
        profile: Whose columns they are.
        reader: Words of a mapping file.
        report: Where every value is counted.
        columns: Folded names of the columns that are there.
        hazards: All hazards that the file names anywhere: a row that does not list one of them
            says that it is not designated for it.
    """

    profile: Profile
    reader: Reader
    report: Report
    columns: frozenset[str]
    hazards: frozenset[str] = frozenset()
    _seen: set[tuple[str, bytes]] = field(default_factory=set)
    _taken: set[str] = field(default_factory=set)
    _times: Counter[str] = field(default_factory=Counter)
    _columns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def value(self, row: Row, name: str) -> object:
        """Give what a row says under a field, as the file has it; None where it says nothing."""
        present = self._present(name)
        return row.first(present) if present else None

    def account(self, *names: str) -> Field:
        """Give the counts of a field; a register without the column is not silent row by row."""
        return self.report.of(names[0]) if any(map(self._present, names)) else _NOWHERE

    def _present(self, name: str) -> tuple[str, ...]:
        """List the columns of a field that the file has."""
        found = self._columns.get(name)
        if found is None:
            asked = columns_of(self.profile, name)
            found = tuple(column for column in asked if column in self.columns)
            self._columns[name] = found
        return found

    def text(self, row: Row, name: str, limit: int) -> str:
        """Give a cleaned text, and note what was taken out of it."""
        return self._cleaned(row, self.value(row, name), name, limit)

    def address(self, row: Row) -> str:
        """Give the address, put together where the register has it in parts."""
        if not self.profile.joined:
            return self._cleaned(row, self.value(row, "address"), "address", ADDRESS)
        parts = (row.values.get(column) for column in self.profile.joined)
        said = [plain(part).strip() for part in parts if not is_null(part)]
        return self._cleaned(row, ", ".join(said), "address", ADDRESS)

    def identify(self, row: Row, address: str, room: int) -> tuple[str, str] | None:
        """
        Name a row: the register's number as it stands, and as part of a shelter's id.

        Args:
            room: Characters that the id has left beside the register's name.

        Returns:
            None for a row that was there before, with the same number and in the same words.
        """
        given = self.value(row, "id")
        said = _number(row.ident if given is None else given)
        key = _slug(said, room) if said else self._made(row, address)
        if said:
            told = (key, sha256(repr(row.values).encode()).digest())
            if told in self._seen:
                return None
            self._seen.add(told)
        times = 1
        numbered = key
        # Rooms of one building that nothing tells apart are numbered in the order of the file.
        while numbered in self._taken:
            self._times[key] += 1
            times = self._times[key] + 1
            numbered = f"{key[: room - 7]}-{times}"
        self._taken.add(numbered)
        if times > 1 and said:
            self.report.remark(row.number, "id_repeated", said)
        said = said or key
        return (said if times == 1 else f"{said}-{times}"), numbered

    def kind(self, row: Row) -> Kind:
        """Read what it is built as: the first of its columns that says so."""
        account = self.account("kind")
        strange = ""
        for column in self._present("kind"):
            value = row.values.get(column)
            if is_null(value) or not plain(value):
                continue
            found = register_words.kind(value, self.reader.kinds)
            if found is not None:
                account.understood(plain(value), found)
                return found
            strange = strange or clean(value, WORDS).text
        if strange:
            account.not_understood(strange)
            self.report.remark(row.number, "kind_not_understood", strange)
        else:
            account.says_nothing()
        return Kind.UNKNOWN

    def step_free(self, row: Row) -> Said:
        """Read whether there is a way in without steps; a ramp told in the kind counts too."""
        account = self.account("step_free")
        ramp = any(
            register_words.step_free_by_kind(row.values.get(column))
            for column in self._present("kind")
        )
        value = self.value(row, "step_free")
        found = None if value is None else register_words.said(value, self.reader.said)
        if value is not None and found is None:
            self._stray(row, value)
        if ramp and found is Said.NO:
            account.unknown()
            self.report.remark(row.number, "ramp_contradicted", plain(value))
            return Said.UNKNOWN
        if found is None and ramp:
            found = Said.YES
        if found is None:
            if value is None:
                account.says_nothing()
            elif has_phone(value):
                account.unknown()
            else:
                account.not_understood(clean(value, WORDS).text)
            return Said.UNKNOWN
        if value is None or has_phone(value):
            account.said[found] += 1
        else:
            account.understood(plain(value), found)
        return found

    def said(self, row: Row, name: str) -> Said:
        """Read a yes or no."""
        if not self._present(name):
            return Said.UNKNOWN
        account = self.report.of(name)
        value = self.value(row, name)
        if value is None:
            account.says_nothing()
            return Said.UNKNOWN
        found = register_words.said(value, self.reader.said)
        if found is None:
            strange = clean(value, WORDS).text
            account.not_understood(strange)
            self.report.remark(row.number, "value_not_understood", f"{name}: {strange}")
            return Said.UNKNOWN
        account.understood(plain(value), found)
        return found

    def hours(self, row: Row) -> tuple[Hours | None, Access | None]:
        """Read when it lets people in, and whom, where the hours say so."""
        account = self.account("hours")
        value = self.value(row, "hours")
        if value is None:
            account.says_nothing()
            return None, None
        words = self._cleaned(row, value, "hours", WORDS)
        meant = self.reader.hours.get(folded(value), value)
        found = register_hours.understand(meant, self.profile.zone, words)
        if found is None:
            account.not_understood(words)
            self.report.remark(row.number, "hours_not_understood", words)
            return None, None
        if found.code:
            self.report.remark(row.number, found.code, words)
        told = "hours" if found.hours else found.access or "unknown"
        if found.hours and found.hours.spans == (register_hours.ALWAYS,):
            told = "always"
        account.understood(words, told)
        admits = Access.PUBLIC if self.profile.hours_admit and found.hours else None
        return found.hours, found.access or admits

    def access(self, row: Row, by_hours: Access | None) -> Access:
        """Read whom it lets in: by its hours, else by its column, else as the register is."""
        account = self.report.of("access")  # Also where only the hours or the register say it.
        value = self.value(row, "access")
        if by_hours is not None or value is None:
            found = by_hours or self.profile.access
            account.said[found] += 1
            account.silent += found is Access.UNKNOWN
            return found
        found_ = register_words.access(value, self.reader.access)
        if found_ is None:
            open_to_all = register_words.said(value, self.reader.said)
            if open_to_all is not None:
                found_ = Access.PUBLIC if open_to_all is Said.YES else Access.UNKNOWN
        if found_ is None:
            strange = clean(value, WORDS).text
            account.not_understood(strange)
            self.report.remark(row.number, "access_not_understood", strange)
            return Access.UNKNOWN
        account.understood(plain(value), found_)
        return found_

    def capacity(self, row: Row) -> tuple[int | None, CapacityBasis | None]:
        """Read for how many people it has room; None where nobody has said."""
        account = self.account("capacity", "squares")
        value = self.value(row, "capacity")
        if value is not None:
            found = _PEOPLE.fullmatch(folded(value))
            people = int(found[1]) if found else -1
            if 0 <= people <= CAPACITY:
                account.said["known"] += 1
                if people == 0:
                    self.report.remark(row.number, "capacity_zero")
                return people, CapacityBasis.PLACES
            account.not_understood(clean(value, WORDS).text)
            self.report.remark(row.number, "capacity_not_understood", clean(value, WORDS).text)
            return None, None
        squares = _PEOPLE.fullmatch(folded(self.value(row, "squares")))
        if self.profile.squares and squares and 0 < int(squares[1]) <= CAPACITY:
            account.said["counted from area"] += 1
            return int(int(squares[1]) / self.profile.squares), CapacityBasis.AREA
        account.says_nothing()
        return None, None

    def fit(self, row: Row) -> dict[str, Said]:
        """Read for which hazards it is designated; what the register does not name is left out."""
        found = dict(self.profile.fit)
        for column, hazard in self.profile.hazards.items():
            if column not in self.columns:
                continue
            value = row.values.get(column)
            mark = Said.NO if is_null(value) else register_words.said(value, self.reader.said)
            if mark is None:
                self.report.remark(row.number, "hazard_not_understood", plain(value))
            else:
                found[hazard] = mark
        listed = self.value(row, "fit")
        if listed is not None:
            known, strange = register_words.hazards(listed)
            found |= dict.fromkeys(sorted(self.hazards), Said.NO)
            found |= dict.fromkeys(known, Said.YES)
            for word in strange:
                self.report.remark(row.number, "hazard_not_understood", word)
        for hazard, mark in found.items():
            self.report.of("fit").said[f"{hazard} {mark}"] += 1
        return found

    def note(self, row: Row) -> str:
        """Give the register's remark, and how ready it says that the shelter is."""
        text = self.text(row, "note", NOTE)
        ready = self._cleaned(row, self.value(row, "readiness"), "readiness", WORDS)
        if ready:
            self.report.of("readiness").understood(ready, "said")
            if any(words in folded(ready) for words in _NOT_READY):
                self.report.remark(row.number, "not_ready", ready)
        return "; ".join(part for part in (text, ready) if part)[:NOTE]

    def name(self, row: Row, kind: Kind, address: str, source_id: str) -> str:
        """Give a name; where the register has none, its address or its kind with its number."""
        text = self.text(row, "name", NAME)
        if self.profile.name.startswith("kyiv") and kind is Kind.METRO and address:
            return address[:NAME]  # "Станція метро «Нивки»" stands in the column of addresses.
        if text:
            return text
        self.report.remark(row.number, "name_made")
        words = clean(self.value(row, "kind"), NAME - 80).text
        return (address or f"{words} {source_id}".strip())[:NAME]

    def _made(self, row: Row, address: str) -> str:
        told = [self.value(row, name) for name in ("name", "kind")]
        if not address and told[0] is None:
            told += [row.lat, row.lon, self.value(row, "lat"), self.value(row, "lon")]
        return _made(address, *told)

    def _stray(self, row: Row, value: object) -> None:
        if has_phone(value):
            self.report.remark(row.number, "phone_in_access")
        else:
            self.report.remark(row.number, "step_free_not_understood", clean(value, WORDS).text)

    def _cleaned(self, row: Row, value: object, name: str, limit: int) -> str:
        if value is None:
            return ""
        text, removed = clean(value, limit, address=name == "address")
        for code in removed:
            self.report.remark(row.number, code, name)
        return text


def null_words(row: Row) -> int:
    """Count the cells of a row in which a word stands for nothing."""
    told = (value for value in row.values.values() if isinstance(value, str) and value.strip())
    return sum(map(is_null, told))


def says_anything(row: Row) -> bool:
    """Say whether any value of a row says something."""
    told: Any = (*row.values.values(), row.lat, row.lon)
    return any(not is_null(value) for value in told if not isinstance(value, list | dict))


def _number(value: object) -> str:
    """Take a register's number as it stands; one of nine digits is no telephone here."""
    text = "" if is_null(value) else plain(value)
    return " ".join("".join(c for c in text if c.isprintable() or c.isspace()).split())[:80]


def _slug(text: str, room: int) -> str:
    lower = folded(text)
    slug = _SLUG.sub("-", lower).strip("-._")
    lossy = any(c.isalnum() and not c.isascii() for c in lower)
    if slug and not lossy and len(slug) <= room - 7:
        return slug
    return "x" + sha256(lower.encode()).hexdigest()[:10]


def _made(address: str, *told: object) -> str:
    """
    Make a number from what a row says that lasts: hours and owners change, its place does not.

    What somebody said of a shelter hangs on its id, also where its doors are.
    """
    lasting = "\n".join(folded(value) for value in (address, *told))
    return "m" + sha256(lasting.encode()).hexdigest()[:10]
