"""
Text out of a register: cleaned, shortened, and without anybody's telephone, mail or name.

A register says where a shelter is, not whom to ring; yet numbers and names stand in every column
by mistake. What is taken out is counted, never kept. Streets are named after people, so a name is
taken for a person's only where it is written as registers write persons (initials, a patronymic,
"ФОП"), and never in an address.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

NAME: Final = 160
ADDRESS: Final = 240
NOTE: Final = 400
WORDS: Final = 200
"""Characters. A listing with all of them full is 1.2 kB of text; 200,000 of them are 240 MB."""

RAW: Final = 20_000
"""Characters of a cell that are looked at: no register writes 20,000 about one shelter."""

_NULLS: Final = frozenset(
    [
        "",
        "<null>",
        "null",
        "(null)",
        "none",
        "nan",
        "n/a",
        "na",
        "-",
        "--",
        "—",
        "–",
        ".",
        "…",
        "?",
        "не вказано",
        "невідомо",
        "немає даних",
        "дані відсутні",
        "unknown",
        "לא ידוע",
        "不明",
        "＜null＞",
    ]
)
_REMEMBERED: Final = 200
"""Characters of a text that is worth remembering folded: 16,384 of them are at most 13 MB."""

_GAP: Final = re.compile(r"\s+")
_PHONE: Final = re.compile(
    r"<phone>|(?<![\d.,])(?:\+\d{1,3}[\s-]?|[78][\s-])?"
    r"\(?\d{2,4}\)?(?:[\s‐–-]{0,2}\d{2,4}){2,4}(?![\d.,]*\d)"
    r"|(?<![\d-])\d{3}-\d{2}-\d{2}(?![\d-])"
)
_MAIL: Final = re.compile(r"[^\s@,;]{1,64}@[^\s@,;]{1,128}\.[^\s@,;.]{2,24}")
_CAPITAL = "[А-ЯІЇЄҐA-Z]"
_SMALL = "[а-яіїєґʼ'’a-z-]"
_PERSON: Final = re.compile(
    rf"<private person>|\bФОП\b[^,;]{{0,80}}"
    rf"|\b{_CAPITAL}{_SMALL}{{1,30}} {_CAPITAL}\. ?{_CAPITAL}\."
    rf"|\b{_CAPITAL}{_SMALL}{{1,30}} {_CAPITAL}{_SMALL}{{1,30}} "
    rf"{_CAPITAL}{_SMALL}{{1,30}}(?:ович|евич|йович|ївна|івна)\b"
)
_LEFT_OVER: Final = re.compile(
    r"\s*[(\[]\s*[)\]]|\s+[)\]](?=\s|$)|\s*(?:тел\.?|tel\.?|phone)\s*:?\s*$", re.IGNORECASE
)
"""What stood around a number or a name, and says nothing without it."""

_STREET: Final = re.compile(
    r"(?:вул|просп|пров|бульв|пл|площа|наб|ім|імені|st|street)\.?\s*$", re.IGNORECASE
)
_DIGITS_MIN: Final = 9


class Cleaned(NamedTuple):
    """
    A text that may be kept.

    Args:
        text: Printable, in one line; empty where nothing is said.
        removed: Codes of what was taken out or done: `phone_removed`, `mail_removed`,
            `person_removed`, `invisible_characters`, `cut_short`.
    """

    text: str
    removed: tuple[str, ...]


def plain(value: object) -> str:
    """
    Write a value of a cell or of JSON as text; nested objects and lists say nothing.

    Whole numbers lose their point (`5.0` is `5`), since tables of numbers grow one.
    """
    if isinstance(value, str):
        return value[:RAW]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**18 else ""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else f"{value:.10g}"
    return ""


def folded(value: object) -> str:
    """Write a value as it is compared: in one line, NFKC, lower case, apostrophes alike."""
    text = plain(value)
    return _folded(text) if len(text) <= _REMEMBERED else _folded.__wrapped__(text)


@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return _GAP.sub(" ", text.replace("’", "'").replace("ʼ", "'").replace("`", "'")).strip()


def is_null(value: object) -> bool:
    """Say whether a value says nothing, in the many ways in which nothing is written."""
    if isinstance(value, str) and len(value) > 40 and len(value.strip()) > 40:
        return False  # No word for nothing is that long.
    return folded(value) in _NULLS


def has_phone(value: object) -> bool:
    """Say whether a telephone number stands in a value, or stood there."""
    return any(_is_phone(found) for found in _PHONE.finditer(plain(value)))


def has_person(value: object) -> bool:
    """Say whether a person's name stands in a value, as registers write persons."""
    return _PERSON.search(plain(value)) is not None


def clean(value: object, limit: int, *, address: bool = False) -> Cleaned:
    """
    Make a text fit to be kept and shown.

    Args:
        value: A cell, or a value of JSON.
        limit: Characters at most; more are cut, with an ellipsis.
        address: Whether it is one: then names are streets, and stay.
    """
    if is_null(value):
        return Cleaned("", ())
    removed: list[str] = []
    text = unicodedata.normalize("NFC", plain(value))
    text = _without(_MAIL, text, "mail_removed", removed)
    text = _PHONE.sub(lambda found: _taken(found, removed), text)
    if not address:
        text = _PERSON.sub(lambda found: _unnamed(found, removed), text)
    if not text.isprintable() and any(not c.isprintable() and not c.isspace() for c in text):
        removed.append("invisible_characters")
        text = "".join(c for c in text if c.isprintable() or c.isspace())
    text = _GAP.sub(" ", text)
    if removed:
        text = _LEFT_OVER.sub("", text)
    text = text.strip(" ,;:") if removed else text.strip()
    if len(text) > limit:
        removed.append("cut_short")
        text = text[: limit - 1].rstrip() + "…"
    return Cleaned(text, tuple(dict.fromkeys(removed)))


def _without(pattern: re.Pattern[str], text: str, code: str, removed: list[str]) -> str:
    less, times = pattern.subn("", text)
    if times:
        removed.append(code)
    return less


def _taken(found: re.Match[str], removed: list[str]) -> str:
    if not _is_phone(found):
        return found[0]
    removed.append("phone_removed")
    return ""


def _unnamed(found: re.Match[str], removed: list[str]) -> str:
    if _STREET.search(found.string[: found.start()]):
        return found[0]
    removed.append("person_removed")
    return ""


def _is_phone(found: re.Match[str]) -> bool:
    text = found[0].strip(" ()")
    digits = sum(c.isdigit() for c in text)
    return (
        text == "<phone>"
        or _DIGITS_MIN <= digits <= 15
        or bool(re.fullmatch(r"\d{3}-\d{2}-\d{2}", text))
    )
