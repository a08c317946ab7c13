"""
The SQLite engine keeps the contract of every ledger, and what only a file can promise.

Method: the contract suite and its state machine, then examples about the file itself.
"""

from __future__ import annotations

import stat
import tempfile
from pathlib import Path

import apsw
import pytest
from hypothesis import HealthCheck, settings
from tests.contract.ledger_contract import (
    KYIV,
    RUSH_HOUR,
    LedgerContract,
    LedgerMachine,
    alarm,
    command,
    tree_over,
)

from tocsin.kernel.errors import Corrupt, Unavailable
from tocsin.ledger import sqlite
from tocsin.ledger.port import Ledger
from tocsin.ledger.reserve import RESERVE_BYTES
from tocsin.ledger.sqlite import SqliteLedger


class TestSqliteLedger(LedgerContract):
    def open(self, path) -> Ledger:
        return SqliteLedger(path)

    @pytest.mark.parametrize("table", ["events", "commands"])
    @pytest.mark.parametrize("change", ["UPDATE {} SET position = 9", "DELETE FROM {}"])
    def test_a_record_is_neither_changed_nor_deleted(self, path, ledger, table, change):
        ledger.append([command(alarm())], RUSH_HOUR)
        other = apsw.Connection(str(path))
        with pytest.raises(apsw.ConstraintError, match="append-only"):
            other.execute(change.format(table))
        other.close()

    def test_the_file_is_its_owners_alone(self, path, ledger):
        ledger.append([command(alarm())], RUSH_HOUR)
        modes = {
            beside.name: stat.S_IMODE(beside.stat().st_mode) for beside in path.parent.iterdir()
        }
        assert set(modes) == {f"ledger.db{end}" for end in ("", "-wal", "-shm", ".reserve")}
        assert set(modes.values()) == {0o600}

    def test_every_connection_waits_for_the_disk(self, ledger):
        for connection in (ledger._writer, ledger._reader):
            assert connection.pragma("journal_mode") == "wal"
            assert connection.pragma("synchronous") == 2
            assert connection.pragma("mmap_size") == 0

    def test_an_event_has_one_index_beside_its_place(self, ledger):
        names = [row[1] for row in ledger._reader.execute("PRAGMA index_list(events)")]
        assert names == ["events_by_area"]

    def test_a_ledger_opened_for_reading_is_never_written(self, path, ledger):
        events = ledger.append([command(alarm())], RUSH_HOUR)
        reader = SqliteLedger(path, read_only=True)
        assert (tuple(reader.read(0)), reader.head()) == (events, ledger.head())
        with pytest.raises(Unavailable, match=r"ledger\.read_only"):
            reader.append([command(alarm(version=2))], RUSH_HOUR)
        with pytest.raises(Unavailable, match=r"ledger\.read_only"):
            reader.save_snapshot("alerts.board", 1, 1, b"")
        ledger.append([command(alarm(version=2))], RUSH_HOUR)
        assert reader.head() == ledger.head()
        reader.close()
        with pytest.raises(Unavailable, match=r"ledger\.closed"):
            reader.read(0)

    def test_a_writer_that_another_process_holds_up_says_so(self, path, ledger):
        ledger._writer.set_busy_timeout(1)
        other = apsw.Connection(str(path))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match=r"ledger\.locked"):
            ledger.append([command(alarm())], RUSH_HOUR)
        other.execute("ROLLBACK")
        assert len(ledger.append([command(alarm())], RUSH_HOUR)) == 1
        other.close()

    def test_a_start_takes_the_tree_up_where_it_was_kept(self, path, ledger, monkeypatch):
        monkeypatch.setattr(sqlite, "_TREE_EVERY", 10)
        for version in range(1, 26):
            ledger.append([command(alarm(version=version))], RUSH_HOUR)
        ledger.close()
        again = SqliteLedger(path)
        assert again._tree_at_start()[0].size == 25
        assert again.head().tree_head == tree_over(again.read(0))
        again.close()

    def test_the_reserve_is_given_up_by_a_person_and_made_again(self, path, ledger):
        reserve = path.with_name("ledger.db.reserve")
        room = reserve.stat()
        assert room.st_blocks * 512 >= room.st_size == RESERVE_BYTES
        assert ledger.release_reserve() == room.st_size
        assert (reserve.exists(), ledger.release_reserve()) == (False, 0)
        assert (ledger.hold_reserve(), reserve.exists()) == (True, True)

    def test_a_ledger_with_a_hole_is_not_opened(self, path, ledger):
        ledger.append([command(alarm(), alarm(version=2), alarm(version=3))], RUSH_HOUR)
        ledger._writer.execute("DROP TRIGGER events_are_not_deleted")
        ledger._writer.execute("DELETE FROM events WHERE position = 2")
        with pytest.raises(Corrupt, match=r"ledger\.gap"):
            SqliteLedger(path)

    def test_versions_are_found_again_when_memory_is_full(self, ledger, monkeypatch):
        monkeypatch.setattr(sqlite, "_VERSIONS_KEPT", 1)
        for version in range(1, 4):
            for area in (KYIV, "UA05", "UA07"):
                ledger.append([command(alarm(area, version))], RUSH_HOUR)
        assert ledger.head().position == 9
        assert len(ledger._versions) <= 3


@pytest.fixture(scope="module", autouse=True)
def where():
    """In memory where there is such a place: the machine asks what is kept, not how durably."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as directory:
        SqliteMachine.directory = Path(directory)
        yield


class SqliteMachine(LedgerMachine):
    make = staticmethod(SqliteLedger)

    def teardown(self):
        super().teardown()
        for file in self.directory.iterdir():
            file.unlink()


TestSqliteMachine = SqliteMachine.TestCase
TestSqliteMachine.settings = settings(
    max_examples=40, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow]
)
