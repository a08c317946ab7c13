"""
The reserve takes up real room, is there or isn't, and never stands in the way of a start.

Method: examples on the test's own directory; `tests/chaos/test_disk_full.py` fills a real disk.
"""

from __future__ import annotations

import pytest

from tocsin.ledger import reserve
from tocsin.ledger.reserve import RESERVE_BYTES, hold, release, reserve_path


@pytest.fixture
def ledger(tmp_path):
    return tmp_path / "ledger.db"


def test_it_lies_beside_the_ledger_and_takes_up_its_room(ledger):
    assert hold(ledger)
    held = reserve_path(ledger).stat()
    assert held.st_blocks * 512 >= held.st_size == RESERVE_BYTES
    assert reserve_path(ledger).name == "ledger.db.reserve"
    assert hold(ledger), "Once is enough."


def test_giving_it_up_tells_what_that_freed(ledger):
    hold(ledger)
    assert (release(ledger), release(ledger)) == (RESERVE_BYTES, 0)
    assert not reserve_path(ledger).exists()


def test_where_there_is_no_room_for_twice_as_much_none_is_made(ledger, monkeypatch):
    monkeypatch.setattr(reserve, "RESERVE_BYTES", 2**60)
    assert not hold(ledger)
    assert not reserve_path(ledger).exists()


def test_where_it_cannot_be_made_the_ledger_goes_without(tmp_path):
    assert not hold(tmp_path / "nowhere" / "ledger.db")
