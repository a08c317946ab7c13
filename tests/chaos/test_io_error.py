"""
A disk that fails at any single operation: refused, nothing there by half, and no append after it.

Method: an append is run again and again, and its first, second, third … operation on the disk
fails, once or from then on, as an I/O error or as a full disk; each time the file is opened anew
over a healthy disk and must be whole. So every place in the commit window has had its turn.
"""

from __future__ import annotations

import shutil
from contextlib import suppress

import apsw
import pytest
from tests.chaos.faulty import faulty_disk
from tests.contract.ledger_contract import ODESA, RUSH_HOUR, alarm, command

from tocsin.kernel.errors import Unavailable
from tocsin.ledger import file, sqlite
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.verify import verify


@pytest.fixture(autouse=True)
def _a_log_that_is_folded_soon(monkeypatch):
    """Without it no append would come upon a checkpoint, and the tree would never be kept."""
    monkeypatch.setattr(sqlite, "_TREE_EVERY", 3)
    monkeypatch.setattr(file, "LOG_PAGES", 1)


def prepared(path):
    ledger = SqliteLedger(path)
    for version in range(1, 5):
        ledger.append([command(alarm(version=version))], RUSH_HOUR)
    return ledger


def the_append():
    return [command(alarm(version=5), alarm(ODESA)), command(), command(alarm(version=6))]


def operations(tmp_path) -> int:
    """Count the operations on the disk that the append makes where nothing fails."""
    with faulty_disk() as fault:
        ledger = prepared(tmp_path / "counted.db")
        before = fault.done
        ledger.append(the_append(), RUSH_HOUR)
        count = fault.done - before
        ledger.close()
    return count


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize(
    ("error", "code"),
    [(apsw.IOError, "ledger.io_error"), (apsw.FullError, "ledger.disk_full")],
    ids=["io_error", "disk_full"],
)
def test_whichever_operation_fails_the_record_stays_whole(tmp_path, error, code, lasting):
    outcomes = []
    for number in range(1, operations(tmp_path) + 1):
        path, batches = tmp_path / f"{number}.db", the_append()
        with faulty_disk() as fault:
            ledger = prepared(path)
            fault.error, fault.lasting, fault.at = error, lasting, fault.done + number
            try:
                ledger.append(batches, RUSH_HOUR)
                outcomes.append("accepted")
            except Unavailable as refusal:
                if refusal.code != code:
                    raise
                outcomes.append("refused")
                assert ledger.head().position == 4
                again = [command(alarm(version=5))]
                if code == "ledger.io_error":
                    with pytest.raises(Unavailable, match=r"ledger\.needs_reopen"):
                        ledger.append(again, RUSH_HOUR)
                elif not lasting:
                    ledger.append(again, RUSH_HOUR)
            try:
                ledger.close()
            except apsw.Error:
                assert lasting
        again = SqliteLedger(path)
        events, answered = again.read(0), [again.answered(one.command_id) for one in batches]
        again.close()
        assert verify(path).whole
        whole = all(answered) and len(events) == 7
        none = not any(answered) and len(events) in {4, 5}
        # A commit that failed and was never taken back may be found after all, but then whole.
        assert whole if outcomes[-1] == "accepted" else none or (whole and lasting)
    print(outcomes)
    assert "refused" in outcomes
    assert "accepted" in outcomes, "Folding the log comes after the commit and cannot undo it."


def test_a_disk_that_fails_once_leaves_nothing_to_come_back_after_a_crash(tmp_path):
    path = tmp_path / "ledger.db"
    for number in range(1, operations(tmp_path) + 1):
        with faulty_disk() as fault:
            ledger = prepared(tmp_path / f"{number}.db")
            fault.at = fault.done + number
            with suppress(Unavailable):
                ledger.append(the_append(), RUSH_HOUR)
            end = ledger.head().position
            for ending in ("", "-wal"):  # What a crash now would leave behind.
                shutil.copy(f"{ledger.path}{ending}", f"{path}{ending}")
            ledger.close()
        crashed = SqliteLedger(path)
        assert crashed.head().position == end
        crashed.close()
