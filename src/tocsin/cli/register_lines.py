"""
The report of a register, as lines that a person can read.

What forbids nothing is still told: totals first, then how each field was understood, then each kind
of remark with the first of its rows. All remarks with their rows are in `--json`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tocsin.cli.tongue import say, says

if TYPE_CHECKING:
    from tocsin.intake.register_report import Field, Remark, Report

ROWS_SHOWN: Final = 8
"""Of one kind of remark; a person looks at a few and mends the file, or asks for all in JSON."""

WORDS_SHOWN: Final = 12


def lines(report: Report, at: str, country: str) -> list[str]:
    """
    Tell a report.

    Args:
        at: When it was retrieved, as the reader tells times.
        country: Name of the country whose areas are in use.
    """
    return [*_totals(report, at, country), *_fields(report), *_remarks(report)]


def _totals(report: Report, at: str, country: str) -> Iterator[str]:
    what = {"register": report.register, "format": report.format, "profile": report.profile}
    yield say("register.what", **what)
    yield say("register.whence", source=report.source, licence=report.licence, at=at)
    rows = {"rows": _n(report.rows), "listed": _n(report.listed), "left_out": _n(report.left_out)}
    yield say("register.rows", **rows)
    unlocated = report.listed - report.located
    yield say("register.located", located=_n(report.located), unlocated=_n(unlocated))
    if report.addresses:
        yield say(
            "register.addresses",
            addresses=_n(report.addresses),
            written=_n(report.addresses_written),
            buildings=_n(report.buildings),
            repeats=_n(report.repeats),
        )
    capacity = report.fields.get("capacity")
    known = 0 if capacity is None else capacity.said.total() - capacity.said["unknown"]
    if known:
        yield say("register.capacity", capacity=_n(report.capacity), known=_n(known))
    if report.nulls:
        yield say("register.nulls", n=_n(report.nulls))
    if report.columns_dropped:
        yield say("register.dropped", columns=", ".join(report.columns_dropped))
    if report.columns_unread:
        yield say("register.unread", columns=_listed(list(report.columns_unread)))
    if report.judge != "nobody":
        yield say(f"register.judge.{report.judge}")
    for code in report.notices:
        yield say(f"register.notice.{code}", middle=_middle(report), country=country)


def _fields(report: Report) -> Iterator[str]:
    for name, field in report.fields.items():
        if field.silent == field.said.total():
            continue  # A column in which nothing stands has nothing to tell.
        told = [_said(field)]
        if len(field.spellings) > len(set(field.said)):
            told.append(say("register.spellings", n=len(field.spellings)))
        if field.silent:
            told.append(say("register.silent", n=_n(field.silent)))
        if field.strange:
            words = [f"{word} {_n(times)}" for word, times in field.strange.most_common()]
            told.append(say("register.strange", words=_listed(words)))
        yield f"{say(f'register.name.{name}')}: {'; '.join(told)}"


def _said(field: Field) -> str:
    return _listed([f"{_word(word)} {_n(times)}" for word, times in field.said.most_common()], 20)


def _word(word: str) -> str:
    """Say what was understood; hazards keep the word of the interface before their yes or no."""
    hazard, _, mark = word.partition(" ")
    if mark in {"yes", "no", "unknown"}:
        return f"{hazard} {say(f'register.said.{mark}')}"
    key = f"register.said.{word.replace(' ', '_')}"
    return say(key) if says(key) else word


def _remarks(report: Report) -> Iterator[str]:
    found: dict[str, list[Remark]] = {}
    for remark in report.remarks:
        shown = found.setdefault(remark.code, [])
        if len(shown) < ROWS_SHOWN:
            shown.append(remark)
    for code, times in Counter(report.counts).most_common():
        if not times:
            continue
        line = f"{_n(times)} × {say(f'register.at.{code}')}"
        yield line + _where(found.get(code, []), times)


def _where(remarks: list[Remark], times: int) -> str:
    """Say in which rows, and once what stands there, where it is the same in all."""
    if not remarks:
        return ""
    details = {remark.detail for remark in remarks}
    same = len(details) == 1
    rows = [
        str(remark.row) if same or not remark.detail else f"{remark.row} “{remark.detail}”"
        for remark in remarks
    ]
    if times > len(rows):
        rows.append(say("register.and_more", n=_n(times - len(rows))))
    told = say("register.in_rows", rows=", ".join(rows))
    return f" “{details.pop()}” ({told})" if same and any(details) else f" ({told})"


def _listed(words: list[str], most: int = WORDS_SHOWN) -> str:
    if len(words) > most:
        words = [*words[:most], say("register.and_more", n=_n(len(words) - most))]
    return ", ".join(words)


def _middle(report: Report) -> str:
    if report.middle is None:
        return ""
    lat, lon = report.middle
    return f"{abs(lat)}° {'N' if lat >= 0 else 'S'} {abs(lon)}° {'E' if lon >= 0 else 'W'}"


def _n(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
