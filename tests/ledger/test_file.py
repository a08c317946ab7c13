"""
A ledger's file is made whole or not at all, and nobody else's file is ever touched.

Method: files of every other kind, files cut off while they were made, and two makers at once.
"""

from __future__ import annotations

import subprocess
import sys
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


@pytest.mark.parametrize("begun", [False, True], ids=["empty", "begun"])
def test_a_file_that_holds_nothing_yet_becomes_a_ledger(path, begun):
    path.touch()
    if begun:
        connection = apsw.Connection(str(path))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
    ledger = SqliteLedger(path)
    assert len(ledger.append([command(alarm())], RUSH_HOUR)) == 1
    ledger.close()


def test_a_file_that_cannot_be_finished_does_not_appear(path, monkeypatch):
    monkeypatch.setattr(file, "_SCHEMA", "CREATE TABLE nonsense (")
    with pytest.raises(Unavailable, match=r"ledger\.io_error"):
        file.create(path)
    assert not list(path.parent.iterdir())


def test_opening_it_again_drops_no_lock_of_this_process(path, ledger):
    """POSIX drops all locks of a process on a file when any handle to it is closed."""
    ledger.append([command(alarm())], RUSH_HOUR)
    SqliteLedger(path).close()
    ask = (
        "import fcntl, sys\n"
        "with open(sys.argv[1], 'r+b') as file:\n"
        "    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)\n"
    )
    other = subprocess.run([sys.executable, "-c", ask, path], capture_output=True, check=False)
    assert b"BlockingIOError" in other.stderr, "Another process could take the log away."


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
