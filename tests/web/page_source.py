"""
A source for the pages without a server: real areas, boards from the real day's file or by hand.

The fold is the simplest there is (a row stands from its start to its end), so that what pages
show does not depend on the rooms.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from tocsin.areas.gazetteer import Gazetteer, load_pack
from tocsin.areas.geometry import load_outlines
from tocsin.areas.lookup import find
from tocsin.kernel.time import rfc3339
from tocsin.kernel.wire import Place

DAY = Path(__file__).parents[2] / "src/tocsin/replay/data/day_2023-01-26_official_data_en.csv"
PERMANENT = {"UA-09": "2022-04-04T16:45:00+00:00", "UA-43": "2022-12-10T22:22:00+00:00"}


@lru_cache
def ukraine() -> Gazetteer:
    return load_pack("UA")


@lru_cache
def outlines():
    return load_outlines(ukraine())


@lru_cache
def rows() -> tuple[tuple[str, datetime, datetime | None], ...]:
    """The day's alerts as (area code, start, end), with the two permanent ones."""
    found = [
        (ukraine().get(iso).code, datetime.fromisoformat(since), None)
        for iso, since in PERMANENT.items()
    ]
    with DAY.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row["hromada"] or row["raion"] or row["oblast"]
            above = next(a for a in find(ukraine(), row["oblast"]) if a.level == 1)
            (area,) = (
                a
                for a in find(ukraine(), name)
                if a == above or above.code in ukraine().lineage(a.code)
            )
            started, finished = (
                datetime.fromisoformat(row[key]) for key in ("started_at", "finished_at")
            )
            found.append((area.code, started, finished))
    return tuple(found)


def alert(code: str, since: datetime, **changed) -> dict:
    area = ukraine().get(code)
    return {
        "id": f"{area.code}-1-00000000",
        "area": area.public() | {"parent": area.parent},
        "hazard": "air_raid",
        "level": "warning",
        "threat": None,
        "status": "Actual",
        "since": rfc3339(since),
        "version": 1,
        "sender": "official",
        "confirmations": [],
        "shelter_within_s": None,
        "text": {},
    } | changed


class Day:
    """The source: the real day by default, or the alerts and gaps that a test gives it."""

    lost_after_s = 12
    position = 100

    def __init__(self, now: str, *, alerts=None, unknown=(), replay=True):
        self.gazetteer, self.outlines, self.replay = ukraine(), outlines(), replay
        self.at, self.alerts, self.unknown = datetime.fromisoformat(now), alerts, unknown

    @property
    def place(self) -> Place:
        return Place("e1", self.position)

    def now(self) -> datetime:
        return self.at

    def board(self, at: datetime | None = None) -> dict:
        at = at or self.now()
        stood = self.alerts
        if stood is None:
            stood = [
                alert(code, start)
                for code, start, end in rows()
                if start <= at and not (end and end <= at)
            ]
        return {
            "epoch": "e1",
            "position": self.position,
            "as_of": rfc3339(at),
            "replay": self.replay,
            "alerts": stood,
            "unknown": [
                {"area": ukraine().get(code).public(), "since": since}
                for code, since in self.unknown
            ],
        }

    def changes(self, day: date) -> list[tuple[datetime, int]]:
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2)
        first = [row for row in rows() if ukraine().get(row[0]).level == 1]
        moments = sorted({start, *(t for row in first for t in row[1:] if t and t >= start)})
        return [(t, sum(1 for _, a, b in first if a <= t and not (b and b <= t))) for t in moments]

    def cleared(self, code, at: datetime) -> datetime | None:
        whole = {code, *ukraine().lineage(code)}
        ends = [end for area, _, end in rows() if area in whole and end and end <= at]
        return max(ends, default=None)
