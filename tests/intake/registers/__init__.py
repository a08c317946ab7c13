"""
Small registers of every wire format, written for these tests: no row of them is a real place.

`read` takes them as the command line would, with Ukraine's tree of areas.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from tocsin.areas.gazetteer import load_pack
from tocsin.areas.geometry import load_outlines
from tocsin.intake.register_reading import read_register
from tocsin.intake.register_whole import Wanted

HERE = Path(__file__).parent
FETCHED = "2026-11-22T00:00:00.000Z"


@lru_cache(maxsize=1)
def ukraine():
    country = load_pack("UA")
    return country, load_outlines(country)


def read(*files, **wanted):
    """Read registers, by the name of a sample, a path, or bytes."""
    named = [HERE / file if isinstance(file, str) else file for file in files]
    wanted.setdefault("register", "" if named and isinstance(named[0], Path) else "test")
    return read_register(named, Wanted(retrieved_at=FETCHED, **wanted), *ukraine())
