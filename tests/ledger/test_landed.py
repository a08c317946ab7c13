"""
Every ledger that a landed part has written opens in all later ones, whole and with the same head.

Method: a small ledger of each part lies in `landed/`, as that part left it. `alerts.db.gz` is the
official day file of 26 January 2023, replayed by the first part. A file here is never made anew:
if it does not open any more, the change that broke it needs a migration.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from tests.contract.ledger_contract import RUSH_HOUR, alarm, command, everything

from tocsin.ledger.event import digest_of
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.verify import verify

LANDED = Path(__file__).parent / "landed"
TREE_HEADS = {"alerts": (143, "fc2e2b07204abf3a1f1193dbc59eab408b84eba19cbc0dae6cb82d18f6aa0ba4")}


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


def test_every_file_that_is_kept_is_opened():
    assert {file.name for file in LANDED.iterdir()} == {f"{name}.db.gz" for name in TREE_HEADS}
