"""
Every verb that reads or writes a record takes one in PostgreSQL as it takes a file.

Method: the day's file is moved into a real database by the verb; what each verb says of it is held
against what it says of the file.
"""

import pytest
from tests.cli.terminal import tocsin
from tests.intake.schedules import HERE
from tests.postgres import cluster

pytestmark = pytest.mark.postgres


@pytest.fixture
def url():
    with cluster() as found:
        yield found.url


@pytest.fixture
def moved(url, day):
    told = tocsin("restore", day, "--ledger", url, "--json")
    assert told.code == 0, told.err
    assert told.json()["position"] == 143
    return url


def test_the_morning_reads_the_same_from_the_database_and_adds_up(moved, day):
    at = ("--at", "2023-01-26T06:15:00Z", "--json")
    file, database = tocsin("board", "--db", day, *at), tocsin("board", "--ledger", moved, *at)
    here, there = file.json(), database.json()
    assert here.pop("epoch") != there.pop("epoch")
    assert here == there
    named = tocsin("board", *at, TOCSIN_LEDGER=moved)
    assert named.json()["position"] == 143
    past = ("history", "--area", "UA-46")
    told = tocsin(*past, "--db", day).out
    assert told
    assert told == tocsin(*past, "--ledger", moved).out
    assert tocsin("verify", "--ledger", moved, "--json").json()["events"] == 143
    again = tocsin("restore", day, "--ledger", moved)
    assert (again.code, "ledger.not_empty" in again.err) == (1, True)


def test_an_organisation_is_let_speak_and_stopped_again(url):
    new = tocsin("token", "new", "--ledger", url, "--name", "kmva", "--scope", "alerts:write:UA-30")
    public = new.out.strip()[4:16]
    listed = tocsin("token", "list", "--ledger", url, "--json").json()["tokens"]
    assert [(one["token"], one["sender"]) for one in listed] == [(public, "kmva")]
    assert tocsin("token", "revoke", public, "--ledger", url).code == 0
    assert tocsin("token", "list", "--ledger", url, "--json").json()["tokens"] == []
    assert tocsin("verify", "--ledger", url).code == 0


def test_schedules_of_power_cuts_come_into_the_database_and_read_the_same(url, tmp_path):
    file = tmp_path / "power.db"
    for record in (("--db", file), ("--ledger", url)):
        told = tocsin("power", "import", HERE / "revisions.jsonl", *record, "--json")
        assert (told.code, told.json()["recorded"]) == (0, 4), told.err
    asked = ("power", "schedule", "--group", "1.1", "--at", "2026-01-26T09:00:00Z", "--json")
    here = tocsin(*asked, "--db", file).json()
    assert here == tocsin(*asked, "--ledger", url).json()
    assert "off" in {slot["state"] for slot in here["slots"]}
