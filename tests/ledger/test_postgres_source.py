"""
A ledger copied from a file into PostgreSQL is the same ledger, and verifies the same, also broken.

Method: one record in both engines, one after the other damaged in the same way.
"""

from __future__ import annotations

import apsw
import pytest
from tests.contract.ledger_contract import (
    KYIV,
    ODESA,
    RUSH_HOUR,
    alarm,
    command,
    everything,
)

from tocsin.kernel.errors import Corrupt, Refused
from tocsin.ledger.postgres import PostgresLedger
from tocsin.ledger.postgres_link import Address, connect
from tocsin.ledger.postgres_source import PostgresSource, copy_from_file
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.verify import verify, verify_source

pytestmark = pytest.mark.postgres


@pytest.fixture
def address(postgres):
    return Address(postgres.socket_url, postgres.new_schema())


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "ledger.db"
    ledger = SqliteLedger(path)
    for version in range(1, 31):
        body = f'{{"said":"тривога\\t{version}\\\\N"}}'
        ledger.append([command(alarm(KYIV, version, body=body)), command(alarm(ODESA, version))],
                      RUSH_HOUR)  # fmt: skip
    ledger.append([command(answer='{"already":"so"}')], RUSH_HOUR)
    ledger.save_snapshot("alerts.board", 60, 1, b"\x00\xff\n\\")
    ledger.close()
    return path


def both(path, address):
    found = verify_source(PostgresSource(address), path, [])
    return verify(path), found


def test_the_copy_is_the_same_record_and_goes_on_where_it_ended(path, address):
    told = []
    assert copy_from_file(path, address, lambda *done: told.append(done)) == 60
    file, copy = SqliteLedger(path), PostgresLedger(address)
    assert (copy.head(), everything(copy)) == (file.head(), everything(file))
    commands = [event.command_id for event in everything(file)]
    assert copy.answers(commands) == file.answers(commands)
    assert copy.load_snapshot("alerts.board", 1) == (60, b"\x00\xff\n\\")
    assert copy.epoch != file.epoch
    again = [command(alarm(KYIV, 31))]
    assert copy.append(again, RUSH_HOUR) == file.append(again, RUSH_HOUR)
    file.close()
    copy.close()
    one, other = both(path, address)
    assert one == other
    assert (one.whole, one.events, one.tree_head) == (True, 61, other.tree_head)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE events SET body = '{}' WHERE position = 7",
        "UPDATE events SET hash = prev WHERE position = 9",
        "DELETE FROM events WHERE position = 12",
        "DELETE FROM events WHERE position > 55",
        "DELETE FROM commands WHERE position = 20",
        "UPDATE events SET version = 99 WHERE position = 30",
    ],
)
def test_the_same_damage_is_found_in_both(path, address, damage):
    copy_from_file(path, address)
    with connect(address) as link:
        for table in ("events", "commands"):
            link.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_are_not_changed")
        link.execute(damage)
        for table in ("events", "commands"):
            link.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_are_not_changed")
    with apsw.Connection(str(path)) as broken:
        rules = broken.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in rules:
            broken.execute(f"DROP TRIGGER {name}")
        broken.execute(damage)
        for _, sql in rules:
            broken.execute(sql)
    broken.close()
    one, other = both(path, address)
    assert one == other
    assert not one.whole


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TRIGGER events_are_not_changed ON events",
        "ALTER TABLE commands DISABLE TRIGGER commands_are_not_changed",
        "ALTER TABLE events ENABLE TRIGGER events_are_not_changed",
        "DROP INDEX events_by_area",
    ],
)
def test_a_rule_that_was_taken_out_is_found(path, address, damage):
    copy_from_file(path, address)
    with connect(address) as link:
        link.execute(damage)
    _, found = both(path, address)
    assert [fault.code for fault in found.faults] == ["verify.schema"]


def test_a_ledger_that_cannot_be_read_on_is_said(path, address):
    copy_from_file(path, address)
    with connect(address) as link:
        link.execute("DROP TABLE commands CASCADE")
    _, found = both(path, address)
    assert "verify.unreadable" in [fault.code for fault in found.faults]


def test_nothing_is_copied_over_a_ledger(path, address):
    copy_from_file(path, address)
    with pytest.raises(Refused, match=r"ledger\.not_empty"):
        copy_from_file(path, address)


def test_a_file_that_does_not_add_up_is_not_copied(path, address):
    broken = apsw.Connection(str(path))
    broken.execute("DROP TRIGGER events_are_not_deleted; DELETE FROM events WHERE position = 5")
    broken.close()
    with pytest.raises(Corrupt, match=r"ledger\.backup_damaged"):
        copy_from_file(path, address)
