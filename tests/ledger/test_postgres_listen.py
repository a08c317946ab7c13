"""
Whoever listens is woken by each append and after each break, and a lost link costs no event.

Method: a listener on a real PostgreSQL, whose session is ended under it.
"""

from __future__ import annotations

from threading import Semaphore

import pytest
from tests.contract.ledger_contract import RUSH_HOUR, alarm, command

from tocsin.ledger import postgres_listen
from tocsin.ledger.postgres import PostgresLedger, channel
from tocsin.ledger.postgres_link import Address, connect
from tocsin.ledger.postgres_listen import Listener

pytestmark = pytest.mark.postgres

LONG_S = 30.0
"""Ends a test that would hang; a wake-up takes milliseconds."""


def test_an_append_wakes_who_listens_also_after_the_link_broke(postgres, monkeypatch):
    monkeypatch.setattr(postgres_listen, "PROVE_EVERY_S", LONG_S)
    address = Address(postgres.socket_url, postgres.new_schema())
    ledger, woken = PostgresLedger(address), Semaphore(0)
    listener = Listener(address, channel(address), woken.release)
    listener.start()
    assert woken.acquire(timeout=LONG_S)  # It has begun to listen.
    ledger.append([command(alarm())], RUSH_HOUR)
    assert woken.acquire(timeout=LONG_S)
    with connect(address) as link:
        ended = link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query = 'SELECT' OR query LIKE 'LISTEN%'"
        )
        assert ended.fetchall()
    assert woken.acquire(timeout=LONG_S)
    monkeypatch.setattr(postgres_listen, "PROVE_EVERY_S", 0.0)
    ledger.append([command(alarm(version=2))], RUSH_HOUR)
    assert woken.acquire(timeout=LONG_S)
    listener.close()
    ledger.close()
