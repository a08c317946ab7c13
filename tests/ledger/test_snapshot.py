"""
A snapshot is believed only whole, and only on the chain it was folded from.

Method: a kept state is damaged in each of its columns, or carried over to another ledger.
"""

from __future__ import annotations

import pytest
from tests.contract.ledger_contract import ODESA, RUSH_HOUR, alarm, command, tree_over

from tocsin.ledger.sqlite import SqliteLedger


@pytest.fixture
def ledger(tmp_path):
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append([command(alarm(), alarm(ODESA))], RUSH_HOUR)
    yield ledger
    ledger.close()


@pytest.mark.parametrize(
    "damage",
    ["state = x'00'", "state = zeroblob(5)", "position = 1", "position = 3", "digest = x''"],
)
def test_a_damaged_snapshot_is_as_good_as_none(ledger, damage):
    ledger.save_snapshot("alerts.board", 2, 1, b"state")
    assert ledger.load_snapshot("alerts.board", 1) == (2, b"state")
    ledger._writer.execute(f"UPDATE snapshots SET {damage}")
    assert ledger.load_snapshot("alerts.board", 1) is None


def test_a_snapshot_of_another_chain_is_as_good_as_none(ledger, tmp_path):
    ledger.save_snapshot("alerts.board", 2, 1, b"state")
    kept = ledger._reader.execute("SELECT * FROM snapshots").fetchone()
    other = SqliteLedger(tmp_path / "other.db")
    other.append([command(alarm(ODESA), alarm())], RUSH_HOUR)
    other._writer.execute("INSERT INTO snapshots VALUES (?,?,?,?,?)", kept)
    assert other.load_snapshot("alerts.board", 1) is None
    other.close()


def test_the_tree_is_grown_anew_where_its_snapshot_is_damaged(ledger):
    head = ledger.head()
    wrong = ("ledger.tree", 2, 1, bytes(32), b"\0" * 7 + b"\2" + b"\0" * 32)
    ledger._writer.execute("INSERT INTO snapshots VALUES (?,?,?,?,?)", wrong)
    again = SqliteLedger(ledger.path)
    assert again.head() == head
    assert head.tree_head == tree_over(again.read(0))
    again.close()
