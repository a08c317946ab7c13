"""
What is settled for a register as a whole: its name, where it belongs, how its columns are read.

What the operator says goes before what a mapping file says, and that before what is known of the
register by its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.names import fold
from tocsin.intake import register_words
from tocsin.intake.register_coordinates import Coordinates
from tocsin.intake.register_mapping import Reader
from tocsin.intake.register_place import Box
from tocsin.intake.register_profile import (
    GENERAL,
    PERSONAL,
    Profile,
    columns_of,
    fields,
    named,
    recognise,
)
from tocsin.intake.register_report import Report, shown
from tocsin.intake.register_rows import Rows
from tocsin.intake.register_text import has_person, has_phone, plain
from tocsin.kernel.errors import Malformed, Refused
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment

_REGISTER: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    What the operator says about a register.

    Args:
        retrieved_at: When the file was fetched.
        register: Its name, `[a-z0-9][a-z0-9-]{0,31}`; empty: from the mapping, else the file.
        source: Whom to name for it; empty: from the mapping, else the known register's own.
        licence: As `source`; where nobody says, it is recorded as "not stated".
        format: A format to be taken in place of the one that the content shows.
        reader: What a mapping file says, or None without one.
        area: Code of the area that it belongs to; empty: the finest that holds all its points.
    """

    retrieved_at: Moment
    register: str = ""
    source: str = ""
    licence: str = ""
    format: str = ""
    reader: Reader | None = None
    bbox: Box | None = None
    coordinates: Coordinates | None = None
    area: str = ""


def profile(rows: Rows, wanted: Wanted, forced: str) -> Profile:
    """
    Choose how a file is to be read: by a mapping, a forced format, or its columns.

    Raises:
        Malformed: `register.mapping_malformed`, where it names a column that is not there.
    """
    if wanted.reader is not None:
        read = wanted.reader.profile
        asked = {c for names in read.columns.values() for c in names} | set(read.hazards)
        missing = sorted(asked - set(rows.columns))
        if missing:
            raise Malformed(
                "register.mapping_malformed",
                f"The register has no column “{shown(missing[0])}”.",
                where="--mapping",
            )
        return read
    return named(forced) or recognise(rows.columns)


def must_be_a_register(rows: Rows, profile: Profile) -> None:
    """
    Refuse a table that says nothing about shelters, such as the nodes of a network.

    Raises:
        Refused: `register.not_a_register`.
    """
    present = {
        name
        for name in fields()
        if any(column in rows.columns for column in columns_of(profile, name))
    }
    placed = {"lat", "lon"} <= present or any(row.lat is not None for row in rows.rows)
    told = present & {"name", "kind", "address", "capacity", "access"} or profile.joined
    if not rows.rows:
        raise Refused("register.not_a_register", "It has no rows.")
    if not told or not (placed or "address" in present or profile.joined):
        heads = shown(", ".join(list(rows.columns.values())[:6]))
        raise Refused(
            "register.not_a_register",
            f"No column is known that says where a shelter is and what ({heads}); "
            "name them in a mapping file.",
        )


def tell_columns(rows: Rows, profile: Profile, report: Report) -> None:
    """
    Tell which columns were left unread, those with persons apart, and how addresses vary.

    Of telephones and persons in columns that are not read only how many is told, not where.
    """
    read = {c for name in fields() for c in columns_of(profile, name)}
    read |= set(profile.joined) | set(profile.hazards)
    unread = [shown(said) for key, said in rows.columns.items() if key not in PERSONAL | read]
    personal = [key for key in rows.columns if key in PERSONAL and key not in read]
    for key in personal:
        cells = [row.values.get(key) for row in rows.rows]
        report.count("phone_dropped", sum(map(has_phone, cells)))
        report.count("person_dropped", sum(map(has_person, cells)))
    present = [name for name in columns_of(profile, "address") if name in rows.columns]
    if present:
        report.addresses_written = len({plain(row.first(present)) for row in rows.rows})
    report.columns_dropped = tuple(shown(rows.columns[key]) for key in personal)
    report.columns_unread = tuple(unread)


def hazards(rows: Rows, profile: Profile) -> frozenset[str]:
    """Gather the hazards that any row of a file lists."""
    names = columns_of(profile, "fit")
    found: set[str] = set()
    for row in rows.rows:
        listed = row.first(names)
        if listed is not None:
            found.update(register_words.hazards(listed)[0])
    return frozenset(found)


_ANYBODYS: Final = frozenset({"shelters", "shelter", "data", "register", "export", "query"})


def name(wanted: Wanted, reader: Reader, files: tuple[str, ...], profile: Profile = GENERAL) -> str:
    """
    Name the register: as the operator says, or the mapping, or its first file is called.

    Where the file is called what any of them might be, whose columns it has goes before that.

    Raises:
        Malformed: `register.name_malformed`.
    """
    given = wanted.register or reader.register
    stem = files[0].partition(".")[0] if files else ""
    own = "" if profile is GENERAL or stem.casefold() not in _ANYBODYS else f"{profile.name}-"
    called = given or re.sub(r"[^a-z0-9]+", "-", own + fold(stem).full)[:32].strip("-")
    if not _REGISTER.fullmatch(called):
        raise Malformed(
            "register.name_malformed",
            f"“{called[:40]}” names no register: lower-case Latin letters, digits and hyphens.",
            where="--register",
        )
    return called


def area(wanted: Wanted, profile: Profile, gazetteer: Gazetteer) -> AreaCode | None:
    """
    Say where the register belongs, if anybody does.

    Raises:
        Malformed: `area.unknown`.
    """
    if wanted.area:
        return gazetteer.get(wanted.area).code
    if profile.area:
        try:
            return gazetteer.get(profile.area).code
        except Malformed:
            return None  # A register of one country, beside the tree of another.
    return None


def around(areas: Iterable[AreaCode], gazetteer: Gazetteer) -> AreaCode:
    """Find the finest area that all lie in; the country where nothing is known."""
    common: list[AreaCode] | None = None
    for area in set(areas):
        line = [area, *gazetteer.lineage(area)]
        common = line if common is None else [code for code in common if code in line]
    return common[0] if common else gazetteer.root.code
