"""
A link never hangs, and what goes wrong on it has a name that a person understands.

Method: real failures of a real PostgreSQL: refused, frozen, ended by the server, cut off.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.postgres import gate

from tocsin.kernel.errors import Conflict, Corrupt, Malformed, Refused, Unavailable
from tocsin.ledger.postgres_link import READERS, Address, Readers, connect, named

pytestmark = pytest.mark.postgres

UNREACHABLE = r"ledger\.unreachable"


@pytest.fixture
def address(postgres):
    return Address(postgres.socket_url, "public")


def test_a_server_that_is_not_there_is_unreachable():
    with pytest.raises(Unavailable, match=UNREACHABLE):
        connect(Address("postgresql://tocsin@127.0.0.1:1/postgres"))


@pytest.mark.parametrize("url", ["postgresql://host/db?colour=red", "what is this"])
def test_an_address_that_cannot_be_read_is_malformed(url):
    with pytest.raises(Malformed, match=r"ledger\.url_malformed"):
        connect(Address(url))


def test_a_place_is_named_without_its_password():
    shown = Address("postgresql://tocsin:secret@db.example/alerts").shown()
    assert shown == "alerts at db.example"
    assert Address("what is this").shown() == "PostgreSQL"


def test_a_session_looks_for_its_other_end_on_both_sides(postgres):
    link = connect(Address(postgres.url, "public"), lease=True)
    wanted = {
        "synchronous_commit": "on",
        "tcp_keepalives_idle": "1",
        "tcp_keepalives_interval": "1",
        "tcp_keepalives_count": "2",
        "tcp_user_timeout": "2500",
        "client_connection_check_interval": "1s",
        "idle_session_timeout": "3s",
        "idle_in_transaction_session_timeout": "2s",
        "lock_timeout": "2s",
        "statement_timeout": "3s",
        "search_path": "public",
    }
    found = {name: link.execute(f"SHOW {name}").fetchone()[0] for name in wanted}
    assert found == wanted
    assert link.info.get_parameters()["tcp_user_timeout"] == "2500"
    link.close()


def test_what_an_operator_sets_in_the_address_is_kept_but_for_what_safety_needs(postgres):
    said = "&options=-c%20application_name%3Dtocsin%20-c%20synchronous_commit%3Doff"
    link = connect(Address(postgres.socket_url + said, "public"))
    assert link.execute("SHOW application_name").fetchone() == ("tocsin",)
    assert link.execute("SHOW synchronous_commit").fetchone() == ("on",)
    link.close()


def test_a_link_whose_answer_does_not_come_is_closed(postgres):
    with gate(postgres) as way:
        link = connect(Address(way.url, "public"))
        link.answer_s = 0.2
        way.freeze()
        with pytest.raises(psycopg.OperationalError, match="in time"):
            link.execute("SELECT 1")
        assert link.closed


def test_readers_are_lent_to_more_threads_than_there_are_links(address):
    readers = Readers(address)
    with ThreadPoolExecutor(4 * READERS) as threads:
        asked = [threads.submit(readers.fetch, "SELECT %s::bigint", n) for n in range(200)]
        assert [one.result() for one in asked] == [[(n,)] for n in range(200)]
    sessions = readers.fetch("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%%bigint%%'")
    assert sessions[0][0] <= READERS + 1
    readers.close()
    with pytest.raises(Unavailable, match=r"ledger\.closed"):
        readers.fetch("SELECT 1")


def test_a_question_whose_answer_is_late_is_not_asked_a_second_time(postgres):
    with gate(postgres) as way:
        readers = Readers(Address(way.url))
        readers.fetch("SELECT 1")
        (link,) = [one for one in readers._free if one is not None]
        link.answer_s = 0.7
        ways = len(way._threads)
        way.freeze()
        with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
            readers.fetch("SELECT 1")
        assert len(way._threads) == ways, "An alarm may wait behind it for the spool."
        way.thaw()
        readers.close()


def test_after_a_failure_nobody_waits_for_a_dead_server_until_it_may_be_back(postgres):
    with gate(postgres) as way:
        readers = Readers(Address(way.url, "public"))
        assert readers.fetch("SELECT 1") == [(1,)]
    with pytest.raises(Unavailable, match=UNREACHABLE):
        readers.fetch("SELECT 1")
    with pytest.raises(Unavailable, match=r"ledger\.unreachable: The database cannot be reached\."):
        readers.fetch("SELECT 1")
    readers.awake()
    with pytest.raises(Unavailable, match=r"ledger\.unreachable: .*\("):
        readers.fetch("SELECT 1")
    readers.close()


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (psycopg.errors.DiskFull(), Unavailable, "ledger.disk_full"),
        (psycopg.errors.LockNotAvailable(), Unavailable, "ledger.locked"),
        (psycopg.errors.UniqueViolation(), Conflict, "ledger.conflict"),
        (psycopg.errors.SerializationFailure(), Conflict, "ledger.conflict"),
        (psycopg.errors.DeadlockDetected(), Conflict, "ledger.conflict"),
        (psycopg.errors.ReadOnlySqlTransaction(), Unavailable, "ledger.read_only"),
        (psycopg.errors.UntranslatableCharacter(), Malformed, "ledger.not_one_line"),
        (psycopg.DataError("a NUL"), Malformed, "ledger.not_one_line"),
        (psycopg.errors.DataCorrupted(), Corrupt, "ledger.damaged"),
        (psycopg.errors.IoError(), Unavailable, "ledger.io_error"),
        (psycopg.errors.UndefinedTable(), Refused, "ledger.not_a_ledger"),
        (psycopg.errors.InsufficientPrivilege(), Refused, "ledger.not_a_ledger"),
        (psycopg.errors.QueryCanceled(), Unavailable, "ledger.unreachable"),
        (psycopg.errors.AdminShutdown(), Unavailable, "ledger.unreachable"),
        (psycopg.errors.IdleSessionTimeout(), Unavailable, "ledger.unreachable"),
        (psycopg.errors.TooManyConnections(), Unavailable, "ledger.unreachable"),
        (psycopg.OperationalError("gone"), Unavailable, "ledger.unreachable"),
        (psycopg.InterfaceError("closed"), Unavailable, "ledger.unreachable"),
    ],
)
def test_every_failure_has_its_place_in_the_tree(error, kind, code):
    found = named(error)
    assert (type(found), found.code) == (kind, code)
