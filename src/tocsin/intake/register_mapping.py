"""
A mapping file: how a register is to be read that Tocsin does not know.

TOML or JSON, chosen by content. It names columns, translates words, and says once what holds for
the whole register. Whatever it names must be known, and a column that it names must be there: a
misspelt mapping would quietly make a register of unknowns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from tocsin.intake.mapping_file import read_mapping
from tocsin.intake.register_place import Box, read_box
from tocsin.intake.register_profile import GENERAL, Profile, fields
from tocsin.intake.register_text import folded
from tocsin.kernel.errors import Malformed
from tocsin.shelters.messages import Access, Kind, Said

MAPPING_BYTES: Final = 200_000
"""200 columns and 2,000 words of 50 bytes."""

_KEYS: Final = frozenset(
    [
        "register",
        "source",
        "licence",
        "zone",
        "area",
        "fit",
        "access",
        "hours_admit",
        "columns",
        "square_metres_a_person",
        "bbox",
        "hazards",
        "words",
    ]
)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Reader:
    """
    What a mapping file says.

    Args:
        profile: How to read the register.
        register: Name of the register, or empty.
        kinds: By folded word; likewise `access`, `said`; `hours` gives another text to read.
    """

    profile: Profile = GENERAL
    register: str = ""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    access: Mapping[str, Access] = field(default_factory=dict)
    said: Mapping[str, Said] = field(default_factory=dict)
    hours: Mapping[str, str] = field(default_factory=dict)


def load_mapping(source: Path | bytes) -> Reader:
    """
    Read a mapping file.

    Raises:
        Malformed: `register.mapping_malformed`, with what is wrong and where.
    """
    parsed = read_mapping(source, _KEYS, MAPPING_BYTES, _wrong)
    words = _table(parsed, "words")
    strange = sorted(set(words) - {"kind", "access", "said", "hours"})
    if strange:
        raise _wrong(f"“words.{strange[0][:40]}” is none of kind, access, said and hours.")
    return Reader(
        profile=_profile(parsed),
        register=_text(parsed, "register"),
        kinds=_words(words, "kind", Kind),
        access=_words(words, "access", Access),
        said=_words(words, "said", Said),
        hours={folded(key): _is_text(value) for key, value in _table(words, "hours").items()},
    )


def _profile(parsed: dict[str, Any]) -> Profile:
    columns: dict[str, tuple[str, ...]] = {}
    joined: tuple[str, ...] = ()
    for name, value in _table(parsed, "columns").items():
        if name not in fields():
            raise _wrong(f"“columns.{name[:40]}” is no field of a shelter.")
        given = value if isinstance(value, list) else [value]
        names = tuple(folded(_is_text(one)) for one in given)
        if name == "address" and len(names) > 1:
            joined = names
        columns[name] = names
    zone = _text(parsed, "zone")
    fit = parsed.get("fit", [])
    if not isinstance(fit, list):
        raise _wrong("“fit” is not a list of hazards.")
    hazards = _table(parsed, "hazards")
    squares = parsed.get("square_metres_a_person")
    if squares is not None and (
        isinstance(squares, bool) or not isinstance(squares, int | float) or not 0 < squares < 100
    ):
        raise _wrong("“square_metres_a_person” is not a number from 0 to 100.")
    return replace(
        GENERAL,
        name="mapping",
        columns=columns,
        joined=joined,
        hazards={folded(column): _hazard(value) for column, value in hazards.items()},
        zone=_zone(zone) if zone else None,
        box=_box(parsed["bbox"]) if "bbox" in parsed else None,
        area=_text(parsed, "area"),
        fit={_hazard(hazard): Said.YES for hazard in fit},
        access=_one(_text(parsed, "access") or "unknown", "access", Access),
        hours_admit=parsed.get("hours_admit") is True,
        squares=squares,
        source=_text(parsed, "source"),
        licence=_text(parsed, "licence"),
    )


def _table(parsed: dict[str, Any], key: str) -> dict[str, Any]:
    value = parsed.get(key, {})
    if not isinstance(value, dict):
        raise _wrong(f"“{key}” is no table.")
    return value


def _text(parsed: dict[str, Any], key: str) -> str:
    return _is_text(parsed.get(key, ""))


def _is_text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 300:
        raise _wrong("A value that should be text is not, or is too long.")
    return value.strip()


def _hazard(value: object) -> str:
    text = _is_text(value)
    if not 0 < len(text) <= 32 or not text.isascii() or not text.replace("_", "a").islower():
        raise _wrong(f"“{text[:40]}” is no hazard: write it like air_raid.")
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise _wrong(f"“{name[:40]}” is no time zone: write it like Europe/Kyiv.") from None
    return name


def _box(value: object) -> Box:
    corners = value if isinstance(value, list) else []
    try:
        return read_box(",".join(str(corner) for corner in corners))
    except Malformed as error:
        raise _wrong(error.sentence) from None


def _one(text: str, key: str, kind: Callable[[str], _T]) -> _T:
    try:
        return kind(text)
    except ValueError:
        raise _wrong(f"“{text[:40]}” is no word for {key}.") from None


def _words(words: dict[str, Any], key: str, kind: Callable[[str], _T]) -> dict[str, _T]:
    return {folded(k): _one(_is_text(v), key, kind) for k, v in _table(words, key).items()}


def _wrong(why: str) -> Malformed:
    return Malformed("register.mapping_malformed", why, where="--mapping")
