"""
A copy is one whole moment of the ledger, and a ledger made of it says that its life is a new one.

Method: copies are taken between any two pages of a ledger that is being written; what is restored
must be a beginning of the original, must verify, and must go on.
"""

from __future__ import annotations

import stat

import apsw
import pytest
from tests.contract.ledger_contract import RUSH_HOUR, alarm, command

from tocsin.kernel.errors import Corrupt, Refused, Unavailable
from tocsin.ledger import backup as module
from tocsin.ledger.backup import backup, restore
from tocsin.ledger.heads import Heads, heads_path
from tocsin.ledger.signing import Signer, key_path
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.verify import verify


def note_head(ledger):
    head = ledger.head()
    said = {"epoch": ledger.epoch, "position": head.position, "tree_head": head.tree_head}
    Heads(ledger.path).note(Signer.open(ledger.path).sign({**said, "at": RUSH_HOUR}))


@pytest.fixture
def ledger(tmp_path):
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append([command(*(alarm(version=n + 1) for n in range(500)))], RUSH_HOUR)
    ledger.save_snapshot("alerts.board", 500, 1, b"state")
    note_head(ledger)
    yield ledger
    ledger.close()


def test_a_copy_of_a_ledger_at_work_is_one_whole_moment(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_PAGES_AT_ONCE", 5)
    copy, told = tmp_path / "copy.db", []

    def work(done, of):
        told.append((done, of))
        ledger.append([command(alarm(version=ledger.head().position + 1))], RUSH_HOUR)
        note_head(ledger)

    assert backup(ledger.path, copy, work) == 500
    assert len(told) > 10
    assert told[-1][0] == told[-1][1]
    findings = verify(copy)
    assert (findings.faults, findings.events, findings.heads) == ([], 500, 1)
    assert ledger.head().position == 500 + len(told)
    assert sorted(file.name for file in tmp_path.glob("copy*")) == ["copy.db", "copy.db.heads"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_restored_ledger_is_the_same_record_in_a_new_epoch(ledger, tmp_path):
    copy, place = tmp_path / "copy.db", tmp_path / "restored.db"
    backup(ledger.path, copy)
    assert restore(copy, place) == 500
    restored = SqliteLedger(place)
    assert restored.epoch != ledger.epoch
    assert restored.head() == ledger.head()
    assert restored.read(0) == ledger.read(0)
    assert restored.load_snapshot("alerts.board", 1) == (500, b"state")
    assert not key_path(place).exists()
    restored.append([command(alarm(version=501))], RUSH_HOUR)
    note_head(restored)
    restored.close()
    assert verify(place).whole


def test_a_copy_that_is_simply_put_in_place_works_as_any_ledger(ledger, tmp_path):
    copy = tmp_path / "copy.db"
    backup(ledger.path, copy)
    placed = SqliteLedger(copy)
    assert placed._writer.pragma("journal_mode") == "wal"
    placed.append([command(alarm(version=501))], RUSH_HOUR)
    placed.close()
    assert verify(copy).whole


def test_nothing_that_is_there_is_written_over(ledger, tmp_path):
    copy = tmp_path / "copy.db"
    backup(ledger.path, copy)
    before = ledger.path.read_bytes(), copy.read_bytes()
    with pytest.raises(Refused, match=r"ledger\.file_exists"):
        backup(ledger.path, copy)
    with pytest.raises(Refused, match=r"ledger\.file_exists"):
        restore(copy, ledger.path)
    for ending in ("-wal", ".heads"):
        (tmp_path / f"other.db{ending}").touch()
        with pytest.raises(Refused, match=rf"ledger\.file_exists.*{ending}"):
            restore(copy, tmp_path / "other.db")
        (tmp_path / f"other.db{ending}").unlink()
    assert (ledger.path.read_bytes(), copy.read_bytes()) == before


def test_a_copy_that_does_not_add_up_is_not_restored(ledger, tmp_path):
    copy = tmp_path / "copy.db"
    backup(ledger.path, copy)
    sql = apsw.Connection(str(copy))
    sql.execute("DROP TRIGGER events_are_not_changed")
    sql.execute("UPDATE events SET sender = 'nobody' WHERE position = 7")
    sql.close()
    with pytest.raises(Corrupt, match=r"ledger\.backup_damaged"):
        restore(copy, tmp_path / "restored.db")
    heads_path(copy).unlink()
    assert not list(tmp_path.glob("restored*"))


def test_a_place_that_cannot_be_written_is_named_and_left_clean(ledger, tmp_path):
    with pytest.raises(Unavailable, match=r"ledger\.cannot_open.*nowhere"):
        backup(ledger.path, tmp_path / "nowhere" / "copy.db")
    with pytest.raises(Unavailable, match=r"ledger\.missing"):
        backup(tmp_path / "none.db", tmp_path / "copy.db")
    assert not list(tmp_path.glob("*draft*"))
    assert not (tmp_path / "copy.db").exists()
