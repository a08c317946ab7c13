"""
JSON from a stranger: bounded, and told apart when it was cut off.

Depth, length and size of numbers are bounded before anything is believed. A file that ends in the
middle is a cut-off download, which is told as such: it must not be taken for a small city.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NoReturn

from tocsin.kernel.errors import Refused

_NUMBER_DIGITS: Final = 40
_NUMBER_BEGUN: Final = re.compile(r"\.|[eE][+-]?")
_LITERALS: Final = ("true", "false", "null", "NaN", "Infinity", "-Infinity")


def parse(data: bytes) -> object:
    """
    Read a JSON text; NaN is read as such, and judged where it stands.

    Raises:
        Refused: `register.cut_off` where it ends in the middle, else `register.not_a_register`.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            cut_off()
        raise Refused(
            "register.not_a_register", f"It is no UTF-8 from byte {error.start} on."
        ) from None
    try:
        parsed: object = json.loads(text, parse_int=_whole, parse_float=_fraction)
        return parsed  # noqa: TRY300  # What follows are the ways in which it fails.
    except RecursionError:
        raise Refused(
            "register.not_a_register", "It is nested too deeply to be a register."
        ) from None
    except json.JSONDecodeError as error:
        rest = text[error.pos :].strip()
        ended = not rest or error.msg.startswith("Unterminated string")
        begun = any(word.startswith(rest) for word in _LITERALS)
        if ended or begun or _NUMBER_BEGUN.fullmatch(rest):
            cut_off()
        raise Refused(
            "register.not_a_register",
            f"It is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
        ) from None


def cut_off(why: str = "The file ends in the middle") -> NoReturn:
    """
    Refuse a file that is not whole.

    Raises:
        Refused: `register.cut_off`.
    """
    raise Refused("register.cut_off", f"{why}: it was cut off. Fetch it again.")


def records(value: object) -> list[dict[str, Any]] | None:
    """Take a list of objects; None for anything else. What is no object in it becomes empty."""
    if not isinstance(value, list):
        return None
    return [member if isinstance(member, dict) else {} for member in value]


def count(value: object) -> int | None:
    """Take a count that an answer gives of itself; None for what is none."""
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= _NUMBER_DIGITS else float("inf")


def _fraction(digits: str) -> float:
    return float(digits) if len(digits) <= 10 * _NUMBER_DIGITS else float("inf")
