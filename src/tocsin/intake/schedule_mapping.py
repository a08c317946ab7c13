"""
A mapping file: how a table of a schedule is to be read that Tocsin did not write.

TOML or JSON, chosen by content. It names columns and says once what holds for the whole table. By
it somebody answers for it that a time in no line is one with power (`rest = "on"`); without that it
is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from tocsin.intake.mapping_file import read_mapping
from tocsin.intake.schedule_edition import read_group
from tocsin.kernel.errors import Malformed
from tocsin.power.day import read_date, zone_of
from tocsin.power.messages import GroupCode, Power

MAPPING_BYTES: Final = 100_000
FIELDS: Final = (
    "group", "date", "day_of_month", "start", "end", "state", "stage", "known_at", "published_at",
)  # fmt: skip
SAYS: Final = ("on", "off", "maybe", "unknown", "none", "waiting", "emergency")

_KEYS: Final = frozenset({"columns", "words", "group", "month", "stage", "state", "rest", "clock"})


@dataclass(frozen=True, slots=True)
class Mapping:
    """
    What a mapping file says.

    Args:
        columns: By field, the column's heading, folded.
        words: By word of the table, folded, one of `SAYS`.
        group: Of the whole table, where no column tells it.
        month: `YYYY-MM`, that days of a month are in.
        stage: Lines up to this stage hold.
        state: What a line says that has no state.
        rest: What holds on a day of the table in no line's time.
        clock: IANA name of its zone; empty: Kyiv's.
    """

    columns: Table[str, str] = field(default_factory=dict)
    words: Table[str, str] = field(default_factory=dict)
    group: GroupCode | None = None
    month: str = ""
    stage: int | None = None
    state: Power = Power.OFF
    rest: Power = Power.UNKNOWN
    clock: str = ""


def folded(text: str) -> str:
    """Write a heading or a word as it is compared."""
    return " ".join(text.casefold().split())


def load_mapping(source: Path | bytes) -> Mapping:
    """
    Read a mapping file.

    Raises:
        Malformed: `schedule.mapping_malformed`, `power.clock_unknown`.
    """
    parsed = read_mapping(source, _KEYS, MAPPING_BYTES, _malformed)
    columns = {name: folded(heading) for name, heading in _texts(parsed, "columns").items()}
    strange = sorted(set(columns) - set(FIELDS))
    if strange:
        _wrong(f"“columns.{strange[0][:40]}” is none of {', '.join(FIELDS)}.")
    words = {folded(word): meant for word, meant in _texts(parsed, "words").items()}
    if not set(words.values()) <= set(SAYS):
        _wrong(f"“words” are translated into one of {', '.join(SAYS)}.")
    written = parsed.get("group")
    group = None if written is None else read_group(written)
    if (group is None) == ("group" not in columns):
        _wrong("The group is told by a column, or once for the whole table.")
    stage, month = parsed.get("stage"), _text(parsed.get("month", ""))
    if stage is not None and (isinstance(stage, bool) or not isinstance(stage, int)):
        _wrong("“stage” is a number.")
    if month:
        read_date(f"{month}-01")
    if ("day_of_month" in columns) != bool(month):
        _wrong("Days of a month need “month”, written like 2026-01, and nothing else does.")
    clock = _text(parsed.get("clock", ""))
    if clock:
        zone_of(clock)
    return Mapping(
        columns, words, group, month, stage,
        state=_power(parsed, "state", Power.OFF, ("off", "maybe")),
        rest=_power(parsed, "rest", Power.UNKNOWN, ("on", "unknown")),
        clock=clock,
    )  # fmt: skip


def _texts(parsed: dict[str, Any], key: str) -> dict[str, str]:
    value = parsed.get(key, {})
    if not isinstance(value, dict):
        _wrong(f"“{key}” is no table.")
    return {name: _text(one) for name, one in value.items()}


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > 200 or not re.fullmatch(r"[^\x00-\x1f]*", value):
        _wrong("A value that should be text is not, or is too long.")
    return value.strip()


def _power(parsed: dict[str, Any], key: str, usual: Power, allowed: tuple[str, ...]) -> Power:
    value = _text(parsed.get(key, str(usual)))
    if value not in allowed:
        _wrong(f"“{key}” is one of {', '.join(allowed)}.")
    return Power(value)


def _wrong(why: str) -> NoReturn:
    raise _malformed(why)


def _malformed(why: str) -> Malformed:
    return Malformed("schedule.mapping_malformed", why, where="--mapping")
