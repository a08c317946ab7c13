"""
Who approved what is in the ledger, and no feeder is: not in an event, an answer or a log.

Method: proposals of invented feeders approved beside a ledger and over HTTP; then all bytes of the
ledger, all public answers and the server's log are searched for the feeders' names.
"""

import json

import pytest
from tests.cli.grid_tables import feeders, reduction
from tests.cli.terminal import tocsin
from tests.intake.schedules import HERE
from tests.serving import make_token, started

from tocsin.app import open_ledger, open_projections

WHOSE = ("--operator", "rivne-demo", "--zone")


@pytest.fixture
def db(tmp_path):
    path = tmp_path / "power.db"
    assert tocsin("power", "import", HERE / "gpv.json", "--area", "UA-05", "--db", path).code == 0
    return path


@pytest.fixture
def proposal(tmp_path):
    to = tmp_path / "plan.json"
    told = tocsin(
        "power", "plan", "--feeders", feeders(tmp_path), "--reduction", reduction(tmp_path),
        "--date", "2026-01-26", "--queues", "--to", to,
    )  # fmt: skip
    assert told.code == 0, told.err
    return to


def state(db):
    ledger = open_ledger(db, read_only=True)
    (found,) = open_projections(ledger).grid.zones("rivne-demo")
    ledger.close()
    return found


def test_beside_a_ledger_it_is_recorded_once_with_its_digest_and_no_feeder(db, proposal):
    zone = state(db).zone.code

    told = tocsin("power", "approve", proposal, *WHOSE, zone, "--db", db, "--yes")
    again = tocsin("power", "approve", proposal, *WHOSE, zone, "--db", db, "--yes", "--json")

    assert told.code == 0, told.err
    assert again.json()["recorded"] is False
    (approved,) = state(db).approved
    assert approved.fact.plan_sha256 in told.out
    assert approved.fact.megawatts >= 6
    assert {day.group for day in approved.fact.days} == {"1.1", "1.2"}  # Of those, the zone's.
    assert all(b"wolfberry" not in path.read_bytes() for path in db.parent.glob("power.db*"))


def test_over_http_it_is_recorded_with_who_approved_it(db, tmp_path):
    to = tmp_path / "shed.json"
    tocsin("power", "shed", "--feeders", feeders(tmp_path), "--megawatts", 9, "--to", to)
    assert "wolfberry-" in to.read_text()
    zone = state(db).zone.code
    token = make_token(db, "power:write:UA-05", name="dispatcher")
    with started(db, token=token) as server:
        told = tocsin(
            "power", "approve", to, *WHOSE, zone, "--yes",
            TOCSIN_URL=server.url, TOCSIN_TOKEN=token,
        )  # fmt: skip
        public = server.get("/api/v1/outages").text

    assert told.code == 0, told.err
    assert "is approved." in told.out
    (approved,) = state(db).approved
    assert approved.sender == "dispatcher"
    assert "wolfberry" not in public
    assert all(b"wolfberry" not in path.read_bytes() for path in db.parent.glob("power.db*"))


def test_a_zone_that_is_not_listed_and_a_file_that_is_no_proposal_are_refused(db, proposal):
    nowhere = tocsin("power", "approve", proposal, *WHOSE, "nowhere", "--db", db, "--yes")
    other = proposal.with_name("other.json")
    other.write_text(json.dumps({"kind": "day", "groups": [{"group": "1.1"}], "megawatts": 1}))
    broken = tocsin("power", "approve", other, *WHOSE, state(db).zone.code, "--db", db, "--yes")

    assert "power.zone_unknown" in nowhere.err
    assert "planning.proposal_malformed" in broken.err
    other.write_text("[]")
    assert (
        "planning.proposal_malformed"
        in tocsin("power", "approve", other, *WHOSE, "x", "--db", db, "--yes").err
    )
