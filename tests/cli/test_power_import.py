"""
Schedules come into a ledger, what did not change does not, and what was wrong is told.

Method: the invented files, imported by the verb into a ledger of their own, and read back.
"""

from __future__ import annotations

import pytest
from tests.cli.terminal import tocsin
from tests.intake.schedules import HERE, gpv

from tocsin.app import open_ledger, open_projections


@pytest.fixture
def db(tmp_path):
    return tmp_path / "power.db"


def bring(db, *arguments):
    return tocsin("power", "import", *arguments, "--db", db)


def grid(db):
    ledger = open_ledger(db, read_only=True)
    found = open_projections(ledger).grid
    ledger.close()
    return found


def test_a_schedule_is_imported_and_again_changes_nothing(db):
    told = bring(db, HERE / "gpv.json", "--area", "UA-05", "--name", "Our grid")
    assert (told.code, told.err) == (0, "")
    assert "Versions read: 1 (rivne-demo)." in told.out
    assert "Recorded: 1 changed the schedule, 3 events." in told.out
    company = grid(db).companies["rivne-demo"]
    assert (company.name, company.zones[0].area) == ("Our grid", "UA05000000000010236")

    assert "All of it is so already." in bring(db, HERE / "gpv.json").out


def test_json_says_how_many_versions_changed_anything(db):
    told = bring(db, HERE / "revisions.jsonl", "--json", "--operator", "demo").json()

    assert told == {
        "formats": ["revisions"],
        "operators": ["demo"],
        "read": 4,
        "changed": 3,
        "unchanged": 1,
        "failed": 0,
        "shrunk": 0,
        "empty": 0,
        "remarks": {},
        "recorded": 4,
    }


def test_a_bad_reading_keeps_the_last_good_schedule_and_is_found_wanting(db):
    bring(db, HERE / "gpv.json")
    for name, words in (
        ("gpv-nothing.json", "Empty although cuts were told: 1."),
        ("gpv-failed.json", "The company could not be read: 1."),
    ):
        told = bring(db, HERE / name)
        assert (told.code, words in told.out) == (1, True), told.out
    (state,) = grid(db).zones()
    assert state.failing.since == "2026-01-26T06:00:00.000Z"
    assert {len(versions) for versions in state.versions.values()} == {1}


def test_a_shrunken_reading_is_taken_only_where_it_is_meant(db, tmp_path):
    file = tmp_path / "fetched.json"
    file.write_bytes(gpv({"1.1": "y" * 24, "1.2": "y" * 24}))
    assert bring(db, file, "--at", "2026-01-26T04:00:00Z").code == 0
    file.write_bytes(gpv({"1.1": "n" * 24}))

    told = bring(db, file, "--at", "2026-01-26T05:00:00Z")
    assert told.code == 1
    assert "Fewer groups than are known: 1." in told.out
    assert bring(db, file, "--at", "2026-01-26T05:00:00Z", "--fewer").code == 0


def test_a_file_that_cannot_be_read_is_noted_where_that_is_asked_for(db, tmp_path):
    bring(db, HERE / "gpv.json")
    page = tmp_path / "fetched.html"
    page.write_text("<html>Service Unavailable</html>")

    assert bring(db, page, "--operator", "rivne-demo").code == 1
    assert grid(db).zones()[0].failing is None
    for file, code in ((page, 1), (page, 1), (tmp_path / "nowhere", 2)):
        told = bring(db, file, "--operator", "rivne-demo", "--note-failure")
        assert told.code == code
        failing = grid(db).zones()[0].failing
        assert failing.reason in told.err
    bring(tmp_path / "empty.db", page, "--operator", "rivne-demo", "--note-failure")
    assert grid(tmp_path / "empty.db").companies == {}


def test_a_remark_is_told_with_its_place_in_the_readers_language(db, tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("group,date,start,end,state\n1.1,2026-01-26,8:99,,off\n1.1,2026-01-26,,,none\n")

    told = bring(db, file)
    assert told.code == 1
    assert "time not understood: 1 (2)" in told.out
    told = tocsin("--lang", "uk", "power", "import", file, "--db", db)
    assert "Прочитано версій: 1 (grid)." in told.out


def test_a_table_of_somebody_elses_is_read_by_its_mapping(db):
    told = bring(db, HERE / "month.csv", "--mapping", HERE / "month.toml", "--json")

    assert (told.code, told.json()["changed"]) == (0, 1), told.err
    assert grid(db).companies["grid"].clock == "Africa/Johannesburg"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere.json"], 2, "schedule.file_unreadable"),
        ([HERE / "month.toml"], 1, "schedule.not_a_schedule"),
        ([HERE / "month.csv"], 1, "schedule.not_a_schedule"),
        ([HERE / "month.csv", "--mapping", HERE / "month.csv"], 2, "schedule.mapping_malformed"),
        ([HERE / "gpv-failed.json"], 1, "schedule.read_failed"),
        ([HERE / "gpv.json", "--operator", "Our Grid"], 2, "power.company_malformed"),
        ([HERE / "gpv.json", "--area", "Atlantis"], 2, "area.unknown_name"),
        ([HERE / "gpv.json", "--clock", "Mars"], 2, "power.clock_unknown"),
        ([HERE / "gpv.json", "--at", "noon"], 2, "time.malformed"),
    ],
)
def test_what_cannot_be_taken_is_told_in_a_line_and_nothing_is_recorded(db, arguments, code, words):
    told = bring(db, *arguments)

    assert (told.code, told.out) == (code, "")
    assert words in told.err
    assert not db.exists() or not grid(db).companies
