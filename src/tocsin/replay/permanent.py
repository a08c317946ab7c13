"""
The permanent alerts: those that stand since one day and are in no alert history.

An absent record is not an absent alert, so a replay weaves these in. Which they are, and who says
so, stands in `data/permanent.toml` and nowhere in the code.
"""

from __future__ import annotations

import tomllib
from datetime import datetime
from importlib.resources import files
from typing import NamedTuple

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.time import Moment, rfc3339
from tocsin.kernel.words import Rank
from tocsin.replay.air_alerts import Row


class Permanent(NamedTuple):
    """An alert without an end; `source` says in words where it is known from."""

    area: AreaCode
    since: Moment
    sender: SenderId
    source: str


def load() -> tuple[Permanent, ...]:
    """Read the permanent alerts that ship, by the time they began."""
    kept = tomllib.loads(files("tocsin.replay").joinpath("data/permanent.toml").read_text("utf-8"))
    sender = SenderId(kept["sender"])
    found = [
        Permanent(AreaCode(one["area"]), _moment(one["since"]), sender, one["source"])
        for one in kept["alert"]
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.area)))


def rows(gazetteer: Gazetteer, until: Moment) -> list[Row]:
    """Give them as rows without an end, those that this country has and that began in time."""
    return [
        Row(one.area, one.since, None, one.sender, Rank.AUTHORITY, False, 0)  # noqa: FBT003
        for one in load()
        if one.area in gazetteer and one.since <= until
    ]


def _moment(value: datetime) -> Moment:
    return rfc3339(value)
