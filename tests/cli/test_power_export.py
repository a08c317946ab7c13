"""
What is known leaves in the shapes that others read, and can be brought in again from each.

Method: an invented schedule in a ledger, written in each shape and imported into another ledger.
"""

from __future__ import annotations

import pytest
from tests.cli.terminal import tocsin
from tests.intake.schedules import HERE

AT = "2026-01-26T05:00:00Z"


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    db = tmp_path_factory.mktemp("power") / "power.db"
    assert tocsin("power", "import", HERE / "gpv.json", "--db", db).code == 0
    return db


def export(db, shape, *more):
    told = tocsin("power", "export", "--db", db, "--format", shape, "--at", AT, *more)
    assert (told.code, told.err) == (0, "")
    return told


def states(db, at=AT):
    told = tocsin("power", "schedule", "--db", db, "--group", "1.1", "--at", at, "--json")
    return [slot["state"] for slot in told.json()["slots"]]


@pytest.mark.parametrize("shape", ["gpv", "yasno", "csv"])
def test_each_shape_can_be_brought_in_again(db, shape, tmp_path):
    file, again = tmp_path / "written", tmp_path / "again.db"
    file.write_text(export(db, shape).out)

    assert tocsin("power", "import", file, "--db", again).code == 0
    for at in (AT, "2026-01-27T05:00:00Z"):
        assert states(again, at) == states(db, at)


@pytest.mark.parametrize("shape", ["yasno", "csv"])
def test_what_usually_holds_is_written_apart(db, shape, tmp_path):
    file, again = tmp_path / "written", tmp_path / "again.db"
    file.write_text(export(db, shape, "--template").out)

    told = tocsin("power", "import", file, "--db", again, "--json", "--at", AT).json()
    assert (told["changed"], told["recorded"]) == (1, 2)


def test_other_days_are_asked_for_by_their_dates(db):
    assert list(export(db, "gpv", "--date", "2026-01-27").json()["fact"]["data"]) == ["1769464800"]
    told = tocsin("power", "export", "--db", db, "--format", "yasno", "--date", "2026-01-27")
    assert told.code == 2


def test_nothing_is_found_wanting_and_several_companies_are_not_mixed(db, tmp_path):
    told = tocsin("power", "export", "--db", db, "--format", "gpv", "--operator", "nobody")
    assert (told.code, told.out) == (1, "")

    several = tmp_path / "several.db"
    for name in ("one", "two"):
        tocsin("power", "import", HERE / "gpv.json", "--db", several, "--operator", name)
    told = tocsin("power", "export", "--db", several, "--format", "gpv")
    assert (told.code, "power.operator_ambiguous" in told.err) == (1, True)
