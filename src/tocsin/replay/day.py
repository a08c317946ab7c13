"""
26 January 2023, whole: the day that the demo plays.

The official and the volunteer record of that day, which ship with the package, together in one
ledger: an authority and an observer who often differ by some seconds and sometimes altogether.
Source: `data/NOTICE.md`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from typing import Final

from tocsin.areas.gazetteer import Gazetteer
from tocsin.ledger.port import Ledger
from tocsin.replay.load import File, Report, replay

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

    Raises:
        Refused, Unavailable, Corrupt: As `replay`.
    """
    return replay(ledger, gazetteer, day_files(), covers=(BEGINS, ENDS), strict=True)
