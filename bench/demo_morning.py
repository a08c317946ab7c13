"""
What was said of the invented city's shelters on the morning of 26 January 2023: all made up.

The stations are open since the first train. The alarm sounds at 05:45:43 UTC; keepers come and
open within twenty minutes, people come in until about 07:10, some shelters are full by then, and
after the all-clear of 10:08:08 they leave and most doors are shut again. Besides: a door that two
phones report closed and the city then confirms, one that opens by order, one that is damaged, one
that only a sensor knows, and some of which nobody ever speaks.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from tocsin.kernel.time import Moment, rfc3339
from tocsin.replay.morning import COLUMNS, Row
from tocsin.shelters.messages import Kind, Listing, ShelterId, SourceKind, State

DAY: Final = datetime(2023, 1, 26, tzinfo=UTC)

DAMAGED: Final = 14
ON_ORDER: Final = 11
REPORTED: Final = 26
SENSED: Final = 13
SILENT: Final = frozenset({28, 33, 38, 40, 41})
"""Of these nobody speaks; nobody knows whether they are open."""

BUSY: Final = (1.0, 0.97, 0.84, 0.55, 0.4)
"""How full the stations get, from the one in the middle outwards."""
SHARES: Final = (0.97, 0.55, 0.78, 0.35, 0.62, 0.9, 0.45)
"""How full the others get, in turn."""

_OFFICIAL, _KEEPER, _SENSOR = SourceKind.OFFICIAL, SourceKind.OPERATOR, SourceKind.SENSOR


def table(listings: Sequence[Listing]) -> str:
    """Write the morning, in the order in which things were said."""
    rows = [row for number, one in enumerate(listings, 1) for row in _told(number, one)]
    rows.sort(key=lambda row: (row.at, int(row.shelter.rpartition(".")[2])))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()


def _told(number: int, listing: Listing) -> Iterator[Row]:
    name = listing.id
    if number in SILENT:
        return
    if number == DAMAGED:
        said = "Тріщина в перекритті, не заходьте. / The ceiling is cracked, keep out."
        yield _says(_at("00:00:30"), name, _OFFICIAL, State.DAMAGED, reason=said)
    elif number == SENSED:
        yield from _sensed(listing)
    elif listing.kind is Kind.UNDERPASS:
        yield _says(_at("05:52:00", 4 * number), name, _OFFICIAL, State.OPEN)
    elif listing.kind is Kind.METRO:
        yield _says(_at("03:40:00", 7 * number), name, _KEEPER, State.OPEN, inside=0)
        yield from _counted(number, listing, _at("05:46:40"), BUSY[number - 1], every_s=240)
        if number == 1:
            said = "Чекаємо, поки звільниться місце. / Nobody more until there is room."
            yield _says(_at("06:58:20"), name, _KEEPER, State.FULL, reason=said)
            yield _says(_at("10:12:30"), name, _KEEPER, State.OPEN)
    elif number == REPORTED:
        yield from _locked(name)
    else:
        by_order = number == ON_ORDER
        opened = _at("06:04:00") if by_order else _at("05:48:00", 71 * number % 1_140)
        yield _says(opened, name, _OFFICIAL if by_order else _KEEPER, State.OPEN, inside=0)
        yield from _counted(number, listing, opened, SHARES[number % 7], every_s=480)
        yield _says(_at("10:22:00", 97 * number % 1_500), name, _KEEPER, State.CLOSED, inside=0)


def _locked(name: ShelterId) -> Iterator[Row]:
    yield _says(_at("05:57:10"), name, _KEEPER, State.OPEN)
    for clock in ("06:14:10", "06:19:40"):
        phone = sha256(f"{name} {clock}".encode()).hexdigest()[:16]
        yield Row(_at_moment(_at(clock)), name, "phone", State.CLOSED.value, phone=phone)
    said = "Двері замкнено, ключа немає. / The door is locked, there is no key."
    yield _says(_at("06:41:30"), name, _OFFICIAL, State.CLOSED, reason=said)


def _sensed(listing: Listing) -> Iterator[Row]:
    """A sensor speaks every ten minutes; its word lasts fifteen."""
    now = _at("05:50:00")
    while now < _at("10:41:00"):
        inside = _inside(now, listing.capacity or 0, 0.62, _at("05:50:00"), _at("07:05:00"))
        yield _says(now, listing.id, _SENSOR, State.OPEN, inside=inside)
        now += timedelta(minutes=10)


def _counted(
    number: int, listing: Listing, opened: datetime, share: float, *, every_s: int
) -> Iterator[Row]:
    """Somebody at the door counts who came and left, and tells it now and then."""
    filled = _at("06:45:00", 113 * number % 1_800)
    now, before = opened + timedelta(seconds=every_s // 2 + 17 * number % 60), 0
    while now < _at("10:45:00"):
        inside = _inside(now, listing.capacity or 0, share, opened, filled)
        change = inside - before
        if change:
            came, left = (change, 0) if change > 0 else (0, -change)
            yield Row(_at_moment(now), listing.id, _KEEPER.value, came=str(came), left=str(left))
        before = inside
        now += timedelta(seconds=every_s)


def _inside(now: datetime, capacity: int, share: float, opened: datetime, filled: datetime) -> int:
    came = _eased((now - opened) / (filled - opened))
    left = _eased((now - _at("10:09:00")) / timedelta(minutes=18))
    return round(capacity * share * (came - left))


def _eased(part: float) -> float:
    """Go from 0 to 1, slowly at both ends."""
    part = min(1.0, max(0.0, part))
    return part * part * (3 - 2 * part)


def _says(
    at: datetime,
    name: ShelterId,
    source: SourceKind,
    state: State,
    *,
    inside: int | None = None,
    reason: str = "",
) -> Row:
    known = "" if inside is None else str(inside)
    return Row(_at_moment(at), name, source.value, state.value, inside=known, reason=reason)


def _at(clock: str, later_s: int = 0) -> datetime:
    hours, minutes, seconds = map(int, clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds + later_s)


def _at_moment(at: datetime) -> Moment:
    return rfc3339(at)
