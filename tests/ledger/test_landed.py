"""
Every ledger that a landed part has written opens in all later ones, whole and with the same head.

Method: a small ledger of each part lies in `landed/`, as that part left it. `alerts.db.gz` is the
official day file of 26 January 2023, replayed by the first part; `shelters.db.gz` and `power.db.gz`
hold one event of each kind of those rooms. A file here is never made anew:
if it does not open any more, the change that broke it needs a migration.
"""

from __future__ import annotations

import gzip
from datetime import date
from pathlib import Path

import pytest
from tests.contract.ledger_contract import RUSH_HOUR, alarm, command, everything

from tocsin.kernel.time import Moment
from tocsin.ledger.event import digest_of
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.verify import verify
from tocsin.power import codec as power_codec
from tocsin.power.outlook import half_hour_outlooks
from tocsin.shelters import codec as shelter_codec
from tocsin.views.projections import Projections

LANDED = Path(__file__).parent / "landed"
TREE_HEADS = {
    "alerts": (143, "fc2e2b07204abf3a1f1193dbc59eab408b84eba19cbc0dae6cb82d18f6aa0ba4"),
    "shelters": (14, "9f3491edcfb8f97cd7ceac35ea060d796922533ec607de7b42c01713508297a7"),
    "power": (9, "53f315da1526a89c7738a757d4b5f6e86ed4bd777fa3afbdeeba361c4c9d095d"),
}


@pytest.fixture(params=sorted(TREE_HEADS))
def landed(request, tmp_path):
    path = tmp_path / "ledger.db"
    path.write_bytes(gzip.decompress((LANDED / f"{request.param}.db.gz").read_bytes()))
    return path, TREE_HEADS[request.param]


def test_a_landed_ledger_opens_whole_with_its_head(landed):
    path, (position, tree_head) = landed
    findings = verify(path)
    assert (findings.faults, findings.events, findings.tree_head) == ([], position, tree_head)
    reader = SqliteLedger(path, read_only=True)
    assert reader.head()[::2] == (position, tree_head)
    assert all(digest_of(event) == event.hash for event in everything(reader))
    reader.close()


def test_a_landed_ledger_goes_on(landed):
    path, (position, _) = landed
    ledger = SqliteLedger(path)
    (event,) = ledger.append([command(alarm("UA-test"))], RUSH_HOUR)
    assert event.position == position + 1
    ledger.close()
    assert verify(path).whole


def projections_of(name, folder):
    path = folder / "ledger.db"
    path.write_bytes(gzip.decompress((LANDED / f"{name}.db.gz").read_bytes()))
    ledger = SqliteLedger(path, read_only=True)
    try:
        return Projections.load(ledger), {event.kind for event in everything(ledger)}
    finally:
        ledger.close()


def test_what_was_said_of_shelters_then_is_read_as_it_was_meant(tmp_path):
    projections, kinds = projections_of("shelters", tmp_path)
    known = projections.shelters

    assert kinds == {fact.__name__ for fact in shelter_codec.FACTS}
    assert [one.listing.id for one in known.all()] == ["city.1", "city.2"]
    metro = known.get("city.1").effective(Moment("2023-01-26T12:02:00.000Z"))
    assert (metro.state, metro.reason, metro.occupancy) == ("closed", "flooded", 77)
    assert known.get("city.2").effective(Moment("2023-01-26T12:03:00.000Z")).state == "open"
    assert not known.shown(known.get("city.1"), ("UA80000000000093317", "UA"))
    assert known.within_s(("UA80000000000093317", "UA")) == 300


def test_what_was_said_of_power_then_is_read_as_it_was_meant(tmp_path):
    projections, kinds = projections_of("power", tmp_path)
    east = projections.grid.zone("grid", "east")

    assert kinds == {fact.__name__ for fact in power_codec.FACTS} - {"PowerRestored"}
    assert east.emergencies[0].until == "2026-01-26T10:02:00.000Z"
    assert east.outages[0].people == 1_000
    assert east.failing is None
    night = half_hour_outlooks(east, "1.1", date(2026, 1, 26), Moment("2026-01-26T10:00:30.000Z"))
    assert [one.power.value for one in (night[0], night[12], night[47])] == ["off", "on", "unknown"]
    assert len(projections.grid.zones()) == 2
    assert east.approved[0].fact.megawatts == 40


def test_every_file_that_is_kept_is_opened():
    assert {file.name for file in LANDED.iterdir()} == {f"{name}.db.gz" for name in TREE_HEADS}
