"""
A person at a terminal is told whether a group has power, until when, by whose word, and how old.

Method: an invented schedule in a ledger, then a failure, damage and an emergency, asked at moments
around them.
"""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.cli.terminal import tocsin
from tests.intake.schedules import HERE
from tests.serving import write

from tocsin.kernel.ids import AreaCode, CommandId, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status
from tocsin.power.messages import DeclareEmergency, OperatorId, ReportOutage, ZoneCode


def said(at):
    return {
        "command_id": CommandId(str(uuid4())),
        "sender": SenderId("dispatch"),
        "rank": Rank.AUTHORITY,
        "area": AreaCode("UA"),
        "at": Moment(at),
        "operator": OperatorId("rivne-demo"),
        "zone": ZoneCode("all"),
        "status": Status.ACTUAL,
    }


@pytest.fixture(scope="module")
def db(tmp_path_factory):
    db = tmp_path_factory.mktemp("power") / "power.db"
    tocsin("power", "import", HERE / "gpv.json", "--db", db)
    tocsin("power", "import", HERE / "gpv-failed.json", "--db", db)
    write(
        db,
        [
            ReportOutage(**said("2026-01-26T07:00:00.000Z"), cause="a line is down", people=400),
            DeclareEmergency(**said("2026-01-26T08:00:00.000Z"), reason="imminent danger"),
        ],
    )
    return db


def status(db, at, *more, group="1.1"):
    return tocsin("power", "status", "--db", db, "--group", group, "--at", at, *more)


def test_the_plan_is_told_in_words_with_its_source_and_age(db):
    told = status(db, "2026-01-26T05:00:00Z")

    assert (told.code, told.err) == (0, "")
    head, words, *rest = told.out.splitlines()
    assert head == "Group 1.1 · Вигадане обленерго · 26 January 2026, 07:00:00 Kyiv time"
    assert "on" in words
    assert rest == ["Known since 26 January 2026, 06:00:00 Kyiv time, 1 h ago (gpv)."]


def test_json_is_the_shape_of_the_api(db):
    told = status(db, "2026-01-26T05:00:00Z", "--json").json()

    assert (told["operator"], told["group"], told["power"]) == ("rivne-demo", "1.1", "on")
    assert (told["known_at"], told["age_s"]) == ("2026-01-26T04:00:00.000Z", 3_600)
    assert [len(day["slots"]) for day in told["days"]] == [48, 48]


def test_a_failing_source_damage_and_an_emergency_are_told_with_their_reasons(db):
    told = status(db, "2026-01-26T09:00:00Z")

    assert told.code == 0
    assert "Reason: imminent danger" in told.out
    assert "Damage in this zone since 09:00:00: a line is down" in told.out
    assert "The company cannot be read since 26 January 2026, 08:00:00 Kyiv time" in told.out


def test_what_nobody_knows_is_said_and_never_on(db):
    told = status(db, "2026-01-26T01:00:00Z", "--lang", "uk")

    assert told.code == 0
    assert "невідомо" in told.out


def test_a_group_that_is_not_here_is_refused(db):
    told = status(db, "2026-01-26T05:00:00Z", group="9.9")

    assert (told.code, "power.group_unknown" in told.err) == (1, True)
