"""
What the tests of the command line share: a ledger of the day, and a server of their own.

The ledger is made by the verbs themselves, once for each worker, and nobody writes to it.
"""

from __future__ import annotations

import os

import pytest
from tests.cli.terminal import run, tocsin
from tests.conftest import ROOT
from tests.serving import started

os.environ["TOCSIN_LANG"] = "en"  # Help is written when the program is first imported.

from tocsin.cli.tongue import speak

DAY = ROOT / "src" / "tocsin" / "replay" / "data" / "day_2023-01-26_official_data_uk.csv"


@pytest.fixture(scope="session")
def day(tmp_path_factory):
    """The official day of 26 January 2023 in a ledger."""
    db = tmp_path_factory.mktemp("day") / "day.db"
    told = run("replay", DAY, "--db", db)
    assert told.code == 0, told.err
    return db


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server on a ledger of its own, for the tests of one file."""
    with started(tmp_path_factory.mktemp("served") / "tocsin.db") as served:
        yield served


@pytest.fixture
def live(tmp_path):
    """A ledger in which one authority speaks for the whole country, and nothing stands."""
    db = tmp_path / "live.db"
    assert tocsin("token", "new", "--db", db, "--name", "kmva", "--scope", "alerts:write:UA").out
    return db


@pytest.fixture(autouse=True)
def _english():
    """Leave the language as it was found."""
    yield
    speak("en")
