"""
The PostgreSQL engine keeps the contract of every ledger, and what only a database can promise.

Method: the contract suite and its state machine on a real PostgreSQL, once for tools that write
beside each other and once for the active core; then examples about the database itself.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import psycopg
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
from tocsin.ledger import postgres
from tocsin.ledger.port import Ledger
from tocsin.ledger.postgres import PostgresLedger
from tocsin.ledger.postgres_link import Address, connect
from tocsin.ledger.postgres_term import Duty

pytestmark = pytest.mark.postgres


class _Postgres(LedgerContract):
    @pytest.fixture(autouse=True)
    def _cluster(self, postgres):
        self.cluster = postgres
        self.schemas = defaultdict(postgres.new_schema)

    def address(self, path) -> Address:
        return Address(self.cluster.socket_url, self.schemas[path])


class TestPostgresLedger(_Postgres):
    def open(self, path) -> Ledger:
        return PostgresLedger(self.address(path))

    @pytest.mark.parametrize("table", ["events", "commands"])
    @pytest.mark.parametrize(
        "change", ["UPDATE {} SET position = 9", "DELETE FROM {}", "TRUNCATE {}"]
    )
    @pytest.mark.parametrize("role", ["origin", "replica"])
    def test_a_record_is_neither_changed_nor_deleted(self, path, ledger, table, change, role):
        ledger.append([command(alarm())], RUSH_HOUR)
        other = connect(self.address(path))
        other.execute(f"SET session_replication_role = {role}")
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            other.execute(change.format(table))
        other.close()

    def test_every_session_waits_for_the_disk(self, ledger):
        assert ledger._readers.fetch("SHOW synchronous_commit") == [("on",)]
        with ledger._writer as link:
            assert link.execute("SHOW synchronous_commit").fetchone() == ("on",)

    def test_a_ledger_opened_for_reading_is_never_written(self, path, ledger):
        events = ledger.append([command(alarm())], RUSH_HOUR)
        reader = PostgresLedger(self.address(path), read_only=True)
        assert (tuple(reader.read(0)), reader.head()) == (events, ledger.head())
        with pytest.raises(Unavailable, match=r"ledger\.read_only"):
            reader.append([command(alarm(version=2))], RUSH_HOUR)
        with pytest.raises(Unavailable, match=r"ledger\.read_only"):
            reader.save_snapshot("alerts.board", 1, 1, b"")
        reader.close()

    def test_a_writer_that_another_holds_up_says_so(self, path, ledger):
        other = connect(self.address(path))
        with ledger._writer as link:
            link.execute("SET lock_timeout = 10")
        with other.transaction():
            other.execute("SELECT term FROM writer FOR UPDATE")
            with pytest.raises(Unavailable, match=r"ledger\.locked"):
                ledger.append([command(alarm())], RUSH_HOUR)
        assert len(ledger.append([command(alarm())], RUSH_HOUR)) == 1
        other.close()

    def test_a_start_takes_the_tree_up_where_it_was_kept(self, path, ledger, monkeypatch):
        monkeypatch.setattr(postgres, "_TREE_EVERY", 10)
        for version in range(1, 26):
            ledger.append([command(alarm(version=version))], RUSH_HOUR)
        assert ledger._tree_kept >= 20
        ledger.close()
        again = PostgresLedger(self.address(path))
        assert again._tree_at_start()[0].size == 25
        assert again.head().tree_head == tree_over(again.read(0))
        again.close()

    def test_a_long_ledgers_tree_is_read_a_piece_at_a_time(self, path, ledger, monkeypatch):
        ledger.append([command(*(alarm(version=n) for n in range(1, 26)))], RUSH_HOUR)
        monkeypatch.setattr(postgres, "_HASHES_AT_ONCE", 10)
        beside = PostgresLedger(self.address(path))
        assert beside.head() == ledger.head()
        beside.close()

    def test_a_ledger_with_a_hole_is_not_opened(self, path, ledger):
        ledger.append([command(alarm(), alarm(version=2), alarm(version=3))], RUSH_HOUR)
        with connect(self.address(path)) as other:
            other.execute("DROP TRIGGER events_are_not_changed ON events")
            other.execute("DELETE FROM events WHERE position = 2")
        with pytest.raises(Corrupt, match=r"ledger\.gap"):
            PostgresLedger(self.address(path))

    def test_versions_are_found_again_when_memory_is_full(self, ledger, monkeypatch):
        monkeypatch.setattr(postgres, "_VERSIONS_KEPT", 1)
        for version in range(1, 4):
            for area in (KYIV, "UA05", "UA07"):
                ledger.append([command(alarm(area, version))], RUSH_HOUR)
        assert ledger.head().position == 9

    def test_a_link_that_broke_meanwhile_is_made_anew(self, path, ledger):
        first = ledger.append([command(alarm())], RUSH_HOUR)
        with connect(self.address(path)) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        assert tuple(ledger.read(0)) == first
        with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
            ledger.append([command(alarm(version=2))], RUSH_HOUR)
        assert ledger.append([command(alarm(version=2))], RUSH_HOUR)[0].position == 2


class TestPostgresCore(_Postgres):
    """The same contract for the active core, with tools that write beside it."""

    def open(self, path) -> Ledger:
        core = path not in self.schemas
        ledger = PostgresLedger(self.address(path), core=core)
        assert ledger.stand() is Duty.ACTIVE
        return ledger


@pytest.fixture(scope="module", autouse=True)
def where(postgres):
    PostgresMachine.cluster = postgres


class PostgresMachine(LedgerMachine):
    directory = Path()
    cluster = None

    @staticmethod
    def make(path):
        schema = f"machine_{path.name.removesuffix('.db').replace('-', '')}"
        return PostgresLedger(Address(PostgresMachine.cluster.socket_url, schema))

    def teardown(self):
        super().teardown()
        with connect(self.openers[0].address) as link:
            link.execute(f"DROP SCHEMA {self.openers[0].address.schema} CASCADE")


TestPostgresMachine = PostgresMachine.TestCase
TestPostgresMachine.settings = settings(
    max_examples=20, stateful_step_count=12, suppress_health_check=[HealthCheck.too_slow]
)
