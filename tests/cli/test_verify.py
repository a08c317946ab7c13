"""
`tocsin verify` finds a change in the record, says where, and leaves with 1.

Method: the real day with one stored column changed, an event taken out, the end cut off, in a
copy; what the verb says is held against what was done. `tests/ledger` has the many ways.
"""

import shutil

import apsw
import pytest
from tests.cli.terminal import tocsin


@pytest.fixture
def copy(day, tmp_path):
    db = tmp_path / "copy.db"
    shutil.copy(day, db)
    return db


def meddle(db, statement):
    """Change the file as a person with an editor could, past its triggers."""
    connection = apsw.Connection(str(db))
    connection.execute("DROP TRIGGER events_are_not_changed")
    connection.execute("DROP TRIGGER events_are_not_deleted")
    connection.execute(statement)
    connection.close()


def test_a_whole_record_leaves_with_nothing(day):
    told = tocsin("verify", "--db", day, "--json")
    assert told.code == 0
    assert told.json()["whole"] is True
    assert told.json()["events"] == 143


def test_a_person_reads_that_it_is_whole(day):
    assert "The record is whole" in tocsin("verify", "--db", day).out
    assert "Запис цілий" in tocsin("verify", "--db", day, "--lang", "uk").out


@pytest.mark.parametrize(
    ("statement", "code", "position"),
    [
        ("UPDATE events SET sender = 'other' WHERE position = 50", "verify.hash", 50),
        ("DELETE FROM events WHERE position = 50", "verify.gap", 50),
        ("DELETE FROM events WHERE position > 140", "verify.cut", 143),
    ],
)
def test_a_change_is_found_and_told_with_its_place(copy, statement, code, position):
    meddle(copy, statement)

    told = tocsin("verify", "--db", copy, "--json")

    assert told.code == 1
    assert told.json()["whole"] is False
    assert (code, position) in {(f["code"], f["position"]) for f in told.json()["faults"]}


def test_a_person_reads_what_was_found_in_either_language(copy):
    meddle(copy, "UPDATE events SET sender = 'other' WHERE position = 50")
    english, ukrainian = (
        tocsin("verify", "--db", copy, "--lang", spoken) for spoken in ("en", "uk")
    )
    assert (english.code, ukrainian.code) == (1, 1)
    assert "THE RECORD DOES NOT ADD UP" in english.out
    assert "Event 50 was changed. [verify.hash]" in english.out
    assert "ЗАПИС НЕ СХОДИТЬСЯ" in ukrainian.out
    assert "Подію 50 змінено. [verify.hash]" in ukrainian.out


def test_a_head_that_somebody_kept_is_held_against_the_record(day, tmp_path):
    (tmp_path / "head.json").write_text('{"epoch": "x", "position": 999, "tree_head": "00"}')
    told = tocsin("verify", "--db", day, "--witness", tmp_path / "head.json", "--json")
    assert told.code == 1
    assert "verify.cut" in {f["code"] for f in told.json()["faults"]}


def test_what_is_no_head_is_refused(day, tmp_path):
    (tmp_path / "head.json").write_text("[]")
    told = tocsin("verify", "--db", day, "--witness", tmp_path / "head.json")
    assert (told.code, "verify.witness_malformed" in told.err) == (2, True)


def test_a_ledger_that_is_not_there_cannot_be_verified(tmp_path):
    assert tocsin("verify", "--db", tmp_path / "none.db").code == 3
