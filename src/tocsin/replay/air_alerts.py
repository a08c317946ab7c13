"""
The upstream CSV of air-raid alerts: bytes of one file to rows, and a sentence for each bad line.

Two forms, told apart by their columns: official (oblast, raion, hromada, level, started_at,
finished_at, source) and volunteer (region, started_at, finished_at, naive); Ukrainian or English
names, gzip or not, a byte order mark tolerated. Nothing is guessed: a line whose area or times
cannot be read is reported with its number and left out. The data have no kind of alert, so every
row means an air raid; see decision 0014.

Source: README of github.com/Vadimkin/ukrainian-air-raid-sirens-dataset (MIT licence).
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from io import BytesIO
from typing import BinaryIO, Final, NamedTuple

from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.lookup import resolve
from tocsin.kernel.errors import Malformed
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.time import Moment, parse_rfc3339, rfc3339
from tocsin.kernel.words import Rank

FILE_BYTES: Final = 134_217_728
"""Unpacked. The whole history to 2026 is 110,000 rows × 110 bytes = 12 MB; ten times that."""

LINE_CHARACTERS: Final = 1_000
"""The longest line of the upstream files has 190 characters; five names of the longest, 400."""

PROBLEMS_KEPT: Final = 1_000
"""Past it they are counted, no longer worded: a person reads the first few."""

OFFICIAL: Final = SenderId("air_alert_ua")
"""The state's alert channel, which the official form was read from."""

VOLUNTEER: Final = SenderId("etryvoga")
"""The volunteers' alert application, which the volunteer form was read from."""

_OFFICIAL_COLUMNS: Final = ("oblast", "raion", "hromada", "level", "started_at", "finished_at")
_VOLUNTEER_COLUMNS: Final = ("region", "started_at", "finished_at", "naive")
_LEVELS: Final = {"oblast": 1, "raion": 2, "hromada": 3}
_INVENTED: Final = timedelta(hours=1)
"""An official row of exactly this length was never seen to end; its end was made up upstream."""

_USUAL: Final = re.compile(r"\d{4}-\d\d-\d\d[ T](?:[01]\d|2[0-3]):\d\d:\d\d\+00:00", re.ASCII)
"""As all times of the upstream are written; another offset or form takes a longer way."""


class Row(NamedTuple):
    """
    One alert as a file tells it.

    Args:
        started: RFC 3339, UTC, milliseconds.
        finished: Later than `started`; None where the file has no end.
        estimated: The end was made up by whoever kept the data, not announced.
        line: In its file, from 1; the header is line 1.
    """

    area: AreaCode
    started: Moment
    finished: Moment | None
    sender: SenderId
    rank: Rank
    estimated: bool
    line: int


class Problem(NamedTuple):
    """A line that was left out, and why, in one sentence."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.sentence}"


class Sheet(NamedTuple):
    """
    What one file holds.

    Args:
        rows: As they stand in the file.
        problems: At most 1,000; `skipped` counts all lines that were left out.
    """

    name: str
    sender: SenderId
    rank: Rank
    rows: Sequence[Row]
    problems: Sequence[Problem]
    skipped: int


class _Unreadable(Exception):
    """A line that is left out; its text says why."""


def read(name: str, content: bytes, gazetteer: Gazetteer) -> Sheet:
    """
    Read one file.

    Args:
        name: How the file is called in reports.
        content: The file as it lies on the disk, gzip or not.
        gazetteer: Whose areas the file names.

    Raises:
        Malformed: `replay.not_gzip`, `replay.too_large` or `replay.unknown_columns`: this is not
            such a file at all.
    """
    lines = _lines(name, content)
    header = next(lines, "")
    try:
        columns = _cells(header)
    except _Unreadable:
        columns = []
    places = {column.strip(): place for place, column in enumerate(columns)}
    place = partial(_resolve, gazetteer)
    if set(_OFFICIAL_COLUMNS) <= places.keys():
        wanted = [places[column] for column in _OFFICIAL_COLUMNS]
        return _sheet(name, OFFICIAL, Rank.AUTHORITY, _official(wanted, place), lines)
    if set(_VOLUNTEER_COLUMNS) <= places.keys():
        wanted = [places[column] for column in _VOLUNTEER_COLUMNS]
        return _sheet(name, VOLUNTEER, Rank.OBSERVER, _volunteer(wanted, place), lines)
    raise Malformed(
        "replay.unknown_columns",
        f"{name} is no air-alert history: it needs the columns {', '.join(_OFFICIAL_COLUMNS)}, "
        f"or {', '.join(_VOLUNTEER_COLUMNS)}.",
        where=f"{name}, line 1",
    )


def read_bounded(stream: BinaryIO | gzip.GzipFile) -> bytes:
    """Read a stream to its end, or to one byte more than a file may have, a megabyte at a time."""
    chunks: list[bytes] = []
    left = FILE_BYTES + 1
    while left > 0 and (chunk := stream.read(min(left, 1_048_576))):
        chunks.append(chunk)
        left -= len(chunk)
    return b"".join(chunks)


_Reader = Callable[[list[str], int], Row]
_Place = Callable[[str, str, str, str], AreaCode]


def _sheet(name: str, sender: SenderId, rank: Rank, reader: _Reader, lines: Iterator[str]) -> Sheet:
    rows: list[Row] = []
    problems: list[Problem] = []
    skipped = 0
    for number, line in enumerate(lines, 2):
        if not line:
            continue
        try:
            rows.append(reader(_cells(line), number))
        except _Unreadable as error:
            skipped += 1
            if skipped <= PROBLEMS_KEPT:
                problems.append(Problem(name, number, str(error)))
    return Sheet(name, sender, rank, rows, problems, skipped)


def _official(wanted: list[int], place: _Place) -> _Reader:
    oblast, raion, hromada, level, start, end = wanted
    find = _remember(place)

    def read_row(cells: list[str], line: int) -> Row:
        try:
            area = find(cells[oblast], cells[raion], cells[hromada], cells[level])
            started, finished, invented = _times(cells[start], cells[end])
        except IndexError:
            raise _Unreadable("The line has too few columns.") from None
        return Row(area, started, finished, OFFICIAL, Rank.AUTHORITY, invented, line)

    return read_row


def _volunteer(wanted: list[int], place: _Place) -> _Reader:
    region, start, end, naive = wanted
    find = _remember(place)

    def read_row(cells: list[str], line: int) -> Row:
        try:
            area = find(cells[region], "", "", "")
            started, finished, _ = _times(cells[start], cells[end])
            flag = cells[naive].strip().lower()
        except IndexError:
            raise _Unreadable("The line has too few columns.") from None
        if flag not in {"true", "false", ""}:
            raise _Unreadable(f"“{flag[:40]}” in the column “naive” is neither True nor False.")
        return Row(area, started, finished, VOLUNTEER, Rank.OBSERVER, flag == "true", line)

    return read_row


def _remember(place: _Place) -> _Place:
    """Resolve each set of names once; what cannot be resolved is told anew for each line."""
    return lru_cache(maxsize=4_096)(place)


def _resolve(gazetteer: Gazetteer, oblast: str, raion: str, hromada: str, level: str) -> AreaCode:
    """
    Find the area that a line means: the deepest that it names, at the level that it names.

    A raion that stands in the column of the oblast is taken as what it is; the oblast it lies in
    may then stand in the column of the raion. All names must lie on one line down the tree.
    """
    depth = _LEVELS.get(level.strip().lower())
    if level.strip() and depth is None:
        raise _Unreadable(f"“{level[:40]}” is no level (oblast, raion, hromada).")
    try:
        area = resolve(gazetteer, oblast, level=1)
    except Malformed as error:
        area = _raion_instead(gazetteer, oblast, raion, error)
        raion = ""
    try:
        if raion.strip():
            area = resolve(gazetteer, raion, within=area.code, level=2)
        if hromada.strip():
            area = resolve(gazetteer, hromada, within=area.code, level=3)
    except Malformed as error:
        raise _Unreadable(error.sentence) from None
    if depth is not None and depth != area.level and not (depth == 1 and area.level == 2):
        raise _Unreadable(f"The line names “{area.name['en']}” but its level is {level.strip()}.")
    return area.code


def _raion_instead(gazetteer: Gazetteer, oblast: str, raion: str, error: Malformed) -> Area:
    try:
        found = resolve(gazetteer, oblast, level=2)
        if raion.strip():
            above = resolve(gazetteer, raion, level=1)
            found = resolve(gazetteer, oblast, within=above.code, level=2)
    except Malformed:
        raise _Unreadable(error.sentence) from None
    return found


def _times(start: str, end: str) -> tuple[Moment, Moment | None, bool]:
    """Read start and end; say whether they are exactly as far apart as the upstream invents."""
    started, begin = _moment(start)
    if not end.strip():
        return started, None, False
    finished, over = _moment(end)
    if over <= begin:
        if over == begin:
            raise _Unreadable(f"It ends in the second in which it starts ({end[:40]}).")
        raise _Unreadable(f"It ends ({end[:40]}) before it starts ({start[:40]}).")
    return started, finished, over - begin == _INVENTED


def _moment(text: str) -> tuple[Moment, datetime]:
    try:
        if _USUAL.fullmatch(text):
            return Moment(f"{text[:10]}T{text[11:19]}.000Z"), datetime.fromisoformat(text)
        moment = parse_rfc3339(text.strip())
    except (ValueError, Malformed):
        raise _Unreadable(f"“{text[:40]}” is not a time with an offset.") from None
    return rfc3339(moment), moment


def _cells(line: str) -> list[str]:
    if len(line) > LINE_CHARACTERS:
        raise _Unreadable(f"The line is longer than {LINE_CHARACTERS} characters.")
    if "\ufffd" in line:
        raise _Unreadable("The line is not UTF-8.")
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except (csv.Error, StopIteration):
        raise _Unreadable("A quotation mark has no partner.") from None


def _lines(name: str, content: bytes) -> Iterator[str]:
    if content[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=BytesIO(content)) as packed:
                content = read_bounded(packed)
        except (OSError, EOFError, zlib.error):
            raise Malformed(
                "replay.not_gzip", f"{name} is a damaged gzip file.", where=name
            ) from None
    if len(content) > FILE_BYTES:
        raise Malformed(
            "replay.too_large", f"{name} has more than {FILE_BYTES} bytes.", where=name, status=413
        )
    text = content.decode("utf-8-sig", errors="replace")
    return (line.removesuffix("\r") for line in text.split("\n"))
