"""
JSON of a schedule from a stranger: bounded, and told apart where it was cut off.

A cut-off answer must not pass for a company that has cancelled its cuts.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any, Final

from tocsin.intake.schedule_edition import cut_off, not_a_schedule
from tocsin.kernel.errors import Malformed
from tocsin.kernel.time import from_milliseconds, parse_rfc3339

_DIGITS: Final = 20
_ENDED: Final = re.compile(r"[+-]?\d*(?:\.\d*)?(?:[eE][+-]?\d*)?")
_LITERALS: Final = ("true", "false", "null")
_MILLISECONDS: Final = 100_000_000_000
"""Seconds since 1970 are less until the year 5138."""


def parse(data: bytes) -> object:
    """
    Read a JSON text.

    Raises:
        Refused: `schedule.cut_off` where it ends in the middle, else `schedule.not_a_schedule`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            cut_off()
        not_a_schedule(f"It is no UTF-8 from byte {error.start} on.")
    try:
        parsed: object = json.loads(text, parse_int=_whole)
        return parsed  # noqa: TRY300  # What follows are the ways in which it fails.
    except RecursionError:
        not_a_schedule("It is nested too deeply to be a schedule.")
    except json.JSONDecodeError as error:
        rest = text[error.pos :].strip()
        begun = any(word.startswith(rest) for word in _LITERALS)
        if begun or error.msg.startswith("Unterminated string") or _ENDED.fullmatch(rest):
            cut_off()
        not_a_schedule(f"It is not JSON: {error.msg} at line {error.lineno}.")


def table(value: object) -> dict[str, Any]:
    """Take an object; anything else, a list above all, is an empty one."""
    return value if isinstance(value, dict) else {}


def words(value: object, most: int) -> str:
    """Take a text in one printable line of at most so many characters; else an empty one."""
    text = value if isinstance(value, str) else ""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * most]).split())[:most]


def epoch(value: object) -> datetime | None:
    """Read seconds, or milliseconds, since 1970, written as a number or as digits."""
    digits = value if isinstance(value, str) else str(value)
    if isinstance(value, bool) or not re.fullmatch(r"\d{9,14}", digits, re.ASCII):
        return None
    number = int(digits)
    return from_milliseconds(number if number > _MILLISECONDS else 1000 * number)


def moment(value: object) -> datetime | None:
    """Read an RFC 3339 moment; None for anything else."""
    try:
        return parse_rfc3339(value) if isinstance(value, str) else None
    except Malformed:
        return None


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _DIGITS else float("inf")
