"""
26 January 2023, whole: the day that the demo plays.

The official and the volunteer record of that day, which ship with the package, together in one
ledger: an authority and an observer who often differ by some seconds and sometimes altogether.
Between them is told what was said of the shelters of an invented city (`morning`), and what one
company said of the power (`power_day`).
Source: `data/NOTICE.md`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from typing import Final

from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.time import rfc3339
from tocsin.ledger.port import Ledger
from tocsin.replay.load import File, Report, replay
from tocsin.replay.morning import morning
from tocsin.replay.power_day import power_day

BEGINS: Final = datetime(2023, 1, 25, 22, tzinfo=UTC)
ENDS: Final = datetime(2023, 1, 26, 22, tzinfo=UTC)
"""Midnight to midnight in Kyiv; before and after it the areas of the demo are unknown."""

_NAMES: Final = (
    "day_2023-01-26_official_data_uk.csv",
    "day_2023-01-26_volunteer_data_en.csv",
)


def day_files() -> tuple[File, ...]:
    """Read the files of the day that ship: the official one, then the volunteers'."""
    data = files("tocsin.replay").joinpath("data")
    return tuple(File(name, data.joinpath(name).read_bytes()) for name in _NAMES)


def build_day(ledger: Ledger, gazetteer: Gazetteer) -> Report:
    """
    Put the day into an empty ledger; one that holds it already is left as it is.

    The invented city's shelters are listed under the country as a whole and in none of its parts,
    so that no list of a real place has them.

    Raises:
        Refused, Unavailable, Corrupt: As `replay`.
    """
    root, begins = gazetteer.root.code, rfc3339(BEGINS)
    said = morning(root, begins), power_day(root, begins)
    return replay(ledger, gazetteer, day_files(), covers=(BEGINS, ENDS), strict=True, besides=said)
