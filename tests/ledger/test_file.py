"""
A ledger's file is made whole or not at all, and nobody else's file is ever touched.

Method: files of every other kind, files cut off while they were made, and two makers at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import apsw
import pytest
from tests.contract.ledger_contract import RUSH_HOUR, alarm, command

from tocsin.kernel.errors import Corrupt, Refused, Unavailable
from tocsin.ledger import file
from tocsin.ledger.sqlite import SqliteLedger


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path):
    ledger = SqliteLedger(path)
    yield ledger
    ledger.close()


def test_a_file_that_is_no_ledger_is_left_alone(path):
    path.write_bytes(b"Dear diary, " * 1000)
    for read_only in (True, False):
        with pytest.raises(Refused, match=r"ledger\.not_a_ledger"):
            SqliteLedger(path, read_only=read_only)
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_another_database_is_left_alone(path):
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE diary (day TEXT)")
    for read_only in (True, False):
        with pytest.raises(Refused, match=r"ledger\.not_a_ledger"):
            SqliteLedger(path, read_only=read_only)
    assert [row[0] for row in other.execute("SELECT name FROM sqlite_schema")] == ["diary"]
    other.close()


def test_a_ledger_that_was_cut_off_while_it_was_made_is_made_again(path):
    begun = apsw.Connection(str(path))
    begun.execute("PRAGMA journal_mode = WAL")
    begun.close()
    ledger = SqliteLedger(path)
    assert len(ledger.append([command(alarm())], RUSH_HOUR)) == 1
    ledger.close()


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(Unavailable, match=r"ledger\.cannot_open.*nowhere"):
        SqliteLedger(tmp_path / "nowhere" / "ledger.db")


@pytest.mark.parametrize("version", ["3.51.2", "3.40.1", "3.9.9"])
def test_an_sqlite_that_can_corrupt_a_ledger_is_refused(version):
    with pytest.raises(Unavailable, match=r"ledger\.sqlite_too_old"):
        file.require_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.54.1", "3.100.0", "4.0.0"])
def test_a_newer_sqlite_will_do(version):
    file.require_sqlite(version)


def test_a_missing_ledger_is_not_made_by_reading_it(path):
    with pytest.raises(Unavailable, match=r"ledger\.missing"):
        SqliteLedger(path, read_only=True)
    assert not path.exists()


def test_a_ledger_of_a_newer_tocsin_is_left_alone(path, ledger):
    ledger._writer.execute("PRAGMA user_version = 2")
    with pytest.raises(Refused, match=r"ledger\.too_new"):
        SqliteLedger(path)


def test_two_who_make_it_at_once_make_one(path):
    with ThreadPoolExecutor(8) as makers:
        list(makers.map(lambda _: file.create(path), range(8)))
    ledger = SqliteLedger(path)
    assert len(ledger.append([command(alarm())], RUSH_HOUR)) == 1
    ledger.close()


def test_the_log_has_its_working_size_before_the_first_alert(path, ledger):
    log = path.with_name("ledger.db-wal")
    assert log.stat().st_size >= 1_000 * 4_096
    size = log.stat().st_size
    for version in range(1, 50):
        ledger.append([command(alarm(version=version))], RUSH_HOUR)
    assert log.stat().st_size == size


@pytest.mark.parametrize(
    ("error", "kind", "code"),
    [
        (apsw.FullError, Unavailable, "ledger.disk_full"),
        (apsw.BusyError, Unavailable, "ledger.locked"),
        (apsw.LockedError, Unavailable, "ledger.locked"),
        (apsw.CorruptError, Corrupt, "ledger.damaged"),
        (apsw.NotADBError, Refused, "ledger.not_a_ledger"),
        (apsw.CantOpenError, Unavailable, "ledger.cannot_open"),
        (apsw.PermissionsError, Unavailable, "ledger.cannot_open"),
        (apsw.ReadOnlyError, Unavailable, "ledger.read_only"),
        (apsw.ConnectionClosedError, Unavailable, "ledger.closed"),
        (apsw.IOError, Unavailable, "ledger.io_error"),
        (apsw.NoMemError, Unavailable, "ledger.io_error"),
    ],
)
def test_what_sqlite_raises_has_its_place_in_the_error_tree(error, kind, code):
    named = file.named(error("said SQLite"))
    assert (type(named), named.code) == (kind, code)
