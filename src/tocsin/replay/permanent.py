"""
The permanent alerts: those that stand since one day and are in no alert history.

An absent record is not an absent alert, so a replay weaves these in. Which they are, and who says
so, stands in `data/permanent.toml` and nowhere in the code.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Final, NamedTuple

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode, SenderId
from tocsin.kernel.time import Moment, rfc3339
from tocsin.kernel.words import Rank
from tocsin.replay.air_alerts import Row

SENDER: Final = SenderId("permanent")
"""Nobody else's name: none of the senders in the files ends these alerts."""


class Permanent(NamedTuple):
    """An alert without an end; `source` says in words where it is known from."""

    area: AreaCode
    since: Moment
    source: str


def load() -> tuple[Permanent, ...]:
    """Read the permanent alerts that ship, by the time they began."""
    kept = tomllib.loads(files("tocsin.replay").joinpath("data/permanent.toml").read_text("utf-8"))
    found = [
        Permanent(AreaCode(one["area"]), rfc3339(one["since"]), one["source"])
        for one in kept["alert"]
    ]
    return tuple(sorted(found, key=lambda one: (one.since, one.area)))


def rows(gazetteer: Gazetteer, until: Moment) -> list[Row]:
    """Give them as rows without an end, those that this country has and that began in time."""
    return [
        Row(one.area, one.since, None, SENDER, Rank.AUTHORITY, estimated=False, line=0)
        for one in load()
        if one.area in gazetteer and one.since <= until
    ]
