"""
A group's day is told as it was known at a moment, as JSON and as a strip.

Method: an invented history in a ledger, asked at moments before, between and after its versions.
"""

from __future__ import annotations

import pytest
from tests.cli.terminal import tocsin
from tests.intake.schedules import HERE


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    db = tmp_path_factory.mktemp("power") / "power.db"
    assert tocsin("power", "import", HERE / "revisions.jsonl", "--db", db).code == 0
    return db


def day(db, at, *more, group="1.1"):
    return tocsin("power", "schedule", "--db", db, "--group", group, "--at", at, *more)


def test_json_has_the_half_hours_of_the_local_day_as_known_then(db):
    told = day(db, "2026-01-26T07:00:00Z", "--json")
    found = told.json()

    assert told.code == 0
    assert {key: found[key] for key in ("operator", "group", "date", "known_at", "version_at")} == {
        "operator": "grid",
        "group": "1.1",
        "date": "2026-01-26",
        "known_at": "2026-01-26T07:00:00.000Z",
        "version_at": "2026-01-26T03:57:00.000Z",
    }
    states = [slot["state"] for slot in found["slots"]]
    assert states == ["off"] * 8 + ["on"] * 40
    later = day(db, "2026-01-26T08:03:00Z", "--json", "--operator", "grid", group="GPV1.1").json()
    assert [slot["state"] for slot in later["slots"]].count("off") == 14


def test_what_nobody_has_said_is_unknown(db):
    told = day(db, "2026-01-26T03:00:00Z", "--json")

    assert told.code == 0
    assert {slot["state"] for slot in told.json()["slots"]} == {"unknown"}
    assert "does not mean that there is power" in day(db, "2026-01-26T03:00:00Z").out


def test_a_strip_tells_the_same_under_the_hours_and_in_words(db):
    told = day(db, "2026-01-26T08:30:00Z")

    assert told.code == 0
    assert "Group 1.1 · grid · 26 January 2026" in told.out
    assert "  ████████················█·████·█················" in told.out
    assert "00:00–04:00 power off, 4 h" in told.out
    assert "Known since 26 January 2026, 10:03:00 Kyiv time (revisions)." in told.out


def test_a_group_that_is_not_here_is_refused(db):
    told = day(db, "2026-01-26T08:30:00Z", group="9.9")

    assert told.code == 1
    assert "power.group_unknown" in told.err
