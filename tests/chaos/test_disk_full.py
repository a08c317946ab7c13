"""
A full disk: the ledger refuses cleanly, nothing is there by half, and a person can let it go on.

Method: a real file system of 24 MB that really fills up; what a caller sees, then what a
verification sees, then what the reserve is good for.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from tests.chaos.disk import disk, needs_disks
from tests.contract.ledger_contract import RUSH_HOUR, alarm, command, everything, tree_over

from tocsin.kernel.errors import Unavailable
from tocsin.ledger.reserve import RESERVE_BYTES, hold, release, reserve_path
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.verify import verify

pytestmark = pytest.mark.root


def append_until_refused(ledger: SqliteLedger, size: int) -> int:
    """Append commands of `size` events until there is no room; tell how many were accepted."""
    accepted = 0
    while True:
        version = ledger.head().position + 1
        events = [alarm(version=version + n, body="x" * 3_000) for n in range(size)]
        refused = command(*events)
        try:
            ledger.append([command(), refused], RUSH_HOUR)
        except Unavailable as error:
            if error.code != "ledger.disk_full":
                raise
            break
        accepted += 1
    assert ledger.answered(refused.command_id) is None
    return accepted


def agrees_with_itself(ledger: SqliteLedger) -> None:
    """What is there is whole, in memory and on disk."""
    events = everything(ledger)
    assert ledger.head()[::2] == (len(events), tree_over(events))
    assert verify(ledger.path).whole


@pytest.mark.parametrize("size", [1, 50])
def test_a_full_disk_refuses_and_the_reserve_lets_a_person_go_on(size):
    needs_disks()
    with disk(28) as made:
        ballast, other = made.root / "ballast", made.root / "other"
        ledger = SqliteLedger(made.root / "ledger.db")
        assert reserve_path(ledger.path).exists()
        for file, size_of in ((ballast, 500_000), (other, 4_000_000)):
            file.write_bytes(b"x" * size_of)
        assert append_until_refused(ledger, size) > 0
        agrees_with_itself(ledger)
        append_until_refused(ledger, size)  # The file system may have found a few blocks more.
        agrees_with_itself(ledger)
        assert ledger.hold_reserve()

        assert ledger.release_reserve() == RESERVE_BYTES
        assert append_until_refused(ledger, size) * size >= 500
        agrees_with_itself(ledger)
        assert not ledger.hold_reserve()

        ballast.unlink()
        assert append_until_refused(ledger, size) > 0
        other.unlink()
        ledger.close()
        again = SqliteLedger(made.root / "ledger.db")
        agrees_with_itself(again)
        again.close()


def test_a_start_on_a_full_disk_says_so_and_goes_on_without_the_reserve():
    needs_disks()
    with disk(24) as made:
        path = made.root / "ledger.db"
        ledger = SqliteLedger(path)
        events = ledger.append([command(alarm())], RUSH_HOUR)
        ledger.close()
        with (made.root / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(bytes(4096))
        for read_only in (False, True):
            with pytest.raises(Unavailable, match=r"ledger\.disk_full"):
                SqliteLedger(path, read_only=read_only)
        assert release(path) == RESERVE_BYTES
        again = SqliteLedger(path)
        assert tuple(again.read(0)) == events
        assert len(again.append([command(alarm(version=2))], RUSH_HOUR)) == 1
        agrees_with_itself(again)
        again.close()


def test_where_there_is_no_room_for_it_no_reserve_is_made(tmp_path):
    needs_disks()
    with disk(18) as made:
        (made.root / "ballast").write_bytes(bytes(2_000_000))
        assert not hold(made.root / "ledger.db")
        assert not reserve_path(made.root / "ledger.db").exists()
