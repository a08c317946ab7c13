"""
A ledger's schema is made once, by whomever, and only on a server that can keep its promises.

Method: examples on a real PostgreSQL; several openers at once make one ledger.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tocsin.kernel.errors import Corrupt, Refused
from tocsin.ledger.postgres import PostgresLedger
from tocsin.ledger.postgres_link import Address, connect
from tocsin.ledger.postgres_schema import create, lock_key

pytestmark = pytest.mark.postgres


@pytest.fixture
def address(postgres):
    return Address(postgres.socket_url, postgres.new_schema())


def test_several_machines_that_start_at_once_make_one_ledger(address):
    with ThreadPoolExecutor(6) as machines:
        list(machines.map(create, [address] * 6))
    with connect(address) as link:
        assert link.execute("SELECT term FROM writer").fetchall() == [(0,)]
        assert link.execute("SELECT count(*) FROM meta WHERE key = 'epoch'").fetchone() == (1,)


def test_two_ledgers_of_one_database_have_two_locks():
    assert lock_key(Address("", "one")) != lock_key(Address("", "two"))
    assert lock_key(Address("a", "one")) == lock_key(Address("b", "one"))


@pytest.mark.parametrize("name", ["", "Upper", "1st", 'x"; DROP TABLE events', "a" * 49])
def test_a_schemas_name_is_a_plain_word(postgres, name):
    with pytest.raises(Refused, match=r"ledger\.not_a_ledger"):
        create(Address(postgres.socket_url, name))


def test_a_ledger_of_a_newer_tocsin_is_not_opened(address):
    create(address)
    with connect(address) as link:
        link.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
    with pytest.raises(Refused, match=r"ledger\.too_new"):
        PostgresLedger(address)


def test_a_ledger_without_an_epoch_is_damaged(address):
    create(address)
    with connect(address) as link:
        link.execute("DELETE FROM meta WHERE key = 'epoch'")
    with pytest.raises(Corrupt, match=r"ledger\.damaged"):
        PostgresLedger(address)


def test_a_schema_that_is_not_there_is_no_ledger_to_read(address):
    with pytest.raises(Refused, match=r"ledger\.not_a_ledger"):
        PostgresLedger(address, read_only=True)


def test_a_database_that_cannot_hold_every_text_is_refused(postgres):
    name = postgres.new_schema()
    with psycopg.connect(postgres.socket_url, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} ENCODING 'SQL_ASCII' TEMPLATE template0")
    with pytest.raises(Refused, match=r"ledger\.postgres_unsafe.*server_encoding"):
        create(Address(postgres.socket_url.replace("/postgres?", f"/{name}?")))
