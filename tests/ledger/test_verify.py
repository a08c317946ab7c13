"""
Whatever is done to a stored record behind the ledger's back, verification says so.

Method: a small honest ledger with signed heads is made once; each example works on a copy of it,
tampers as somebody would who holds the file and an SQL prompt, puts the triggers back so that
nothing but the record itself can tell, and asks. Also: an untouched ledger raises no finding.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contract.ledger_contract import KYIV, ODESA, RUSH_HOUR, alarm, command, tree_over

from tocsin.kernel.errors import Refused, Unavailable
from tocsin.ledger import file
from tocsin.ledger.event import Recorded, digest_of
from tocsin.ledger.heads import Heads, heads_path
from tocsin.ledger.signing import Signer, key_path
from tocsin.ledger.sqlite import SqliteLedger
from tocsin.ledger.verify import FINDINGS_KEPT, verify

EVENTS = 24
TEXT = Recorded._fields[1:5] + Recorded._fields[6:]


def signed_head(ledger, signer):
    head = ledger.head()
    said = {"epoch": ledger.epoch, "position": head.position, "tree_head": head.tree_head}
    return signer.sign({**said, "at": RUSH_HOUR})


@pytest.fixture(scope="session")
def honest(tmp_path_factory):
    """A ledger of 24 events with a signed head after each second one."""
    path = tmp_path_factory.mktemp("honest") / "ledger.db"
    ledger, signer, heads = SqliteLedger(path), Signer.open(path), Heads(path)
    for version in range(1, EVENTS // 2 + 1):
        body = f'{{"number":{version}}}'
        ledger.append(
            [command(alarm(KYIV, version, body=body)), command(alarm(ODESA, version, body=body))],
            RUSH_HOUR,
        )
        ledger.append([command()], RUSH_HOUR)
        heads.note(signed_head(ledger, signer))
    ledger.close()
    return path


class Tampering:
    """A copy of the honest ledger, open to whoever holds the file."""

    def __init__(self, honest: Path, directory: str) -> None:
        self.path = Path(directory) / "ledger.db"
        for ending in ("", ".key", ".heads"):
            shutil.copy(f"{honest}{ending}", f"{self.path}{ending}")
        self.sql = apsw.Connection(str(self.path))
        self.sql.execute("PRAGMA synchronous = OFF")
        triggers = self.sql.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        self.triggers = dict(triggers.fetchall())
        for name in self.triggers:
            self.sql.execute(f"DROP TRIGGER {name}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for statement in self.triggers.values():
            self.sql.execute(statement)
        self.sql.close()

    def rewrite(self, position: int, **columns) -> None:
        """Change an event and make every later hash fit: what a careful forger does."""
        prev = None
        for row in self.sql.execute(
            "SELECT * FROM events WHERE position >= ? ORDER BY position", (position,)
        ).fetchall():
            event = Recorded(*row)
            event = event._replace(**columns, prev=prev or event.prev)
            event = event._replace(hash=digest_of(event))
            self.sql.execute(
                "UPDATE events SET (kind, body, happened_at, sender, prev, hash) = (?,?,?,?,?,?)"
                " WHERE position = ?",
                (
                    event.kind, event.body, event.happened_at, event.sender,
                    event.prev, event.hash, event.position,
                ),
            )  # fmt: skip
            prev, columns = event.hash, {}


@pytest.fixture
def tampering(honest, tmp_path):
    return Tampering(honest, str(tmp_path))


def codes(findings):
    return {finding.code for finding in findings.faults}


def test_an_honest_ledger_raises_no_finding(honest):
    progress = []
    findings = verify(honest, on_progress=lambda *counts: progress.append(counts))
    assert (findings.faults, findings.more, findings.remarks) == ([], 0, [])
    assert (findings.whole, findings.events, findings.heads) == (True, EVENTS, EVENTS // 2)
    reader = SqliteLedger(honest, read_only=True)
    assert findings.tree_head == reader.head().tree_head == tree_over(reader.read(0))
    reader.close()
    assert progress[-1] == (EVENTS, EVENTS)


def test_a_ledger_is_verified_while_it_is_written(tmp_path):
    ledger = SqliteLedger(tmp_path / "ledger.db")
    assert verify(ledger.path).whole
    ledger.append([command(alarm())], RUSH_HOUR)
    assert (verify(ledger.path).whole, verify(ledger.path).events) == (True, 1)
    ledger.close()


positions = st.integers(1, EVENTS)


def edit(draw, sql):
    column, position = draw(st.sampled_from(TEXT)), draw(positions)
    sql.execute(f"UPDATE events SET {column} = {column} || 'x' WHERE position = ?", (position,))


def edit_a_version(draw, sql):
    version, position = draw(st.integers(50, 99)), draw(positions)
    sql.execute("UPDATE events SET version = ? WHERE position = ?", (version, position))


def move(draw, sql):
    away = draw(st.integers(EVENTS + 1, 2**62) | st.integers(-99, 0))
    sql.execute("UPDATE events SET position = ? WHERE position = ?", (away, draw(positions)))


def delete(draw, sql):
    sql.execute("DELETE FROM events WHERE position = ?", (draw(positions),))


def delete_and_close_ranks(draw, sql):
    position = draw(st.integers(1, EVENTS - 1))
    sql.execute("DELETE FROM events WHERE position = ?", (position,))
    sql.execute("UPDATE events SET position = -position WHERE position > ?", (position,))
    sql.execute("UPDATE events SET position = -position - 1 WHERE position < 0")


def swap(draw, sql):
    one, other = draw(st.lists(positions, min_size=2, max_size=2, unique=True))
    sql.execute("UPDATE events SET position = 0 WHERE position = ?", (one,))
    sql.execute("UPDATE events SET position = ? WHERE position = ?", (one, other))
    sql.execute("UPDATE events SET position = ? WHERE position = 0", (other,))


def add(draw, sql):
    sql.execute(
        "INSERT INTO events SELECT position + ?, id, command_id, 'other', area, 1, kind, status,"
        " sender, happened_at, recorded_at, body, prev, hash FROM events WHERE position = ?",
        (EVENTS, draw(positions)),
    )


def lose_a_command(draw, sql):
    position = draw(positions)
    sql.execute(
        "DELETE FROM commands WHERE command_id IN"
        " (SELECT command_id FROM events WHERE position = ?)",
        (position,),
    )


def cut_the_tail(draw, sql):
    sql.execute("DELETE FROM events WHERE position >= ?", (draw(positions),))


def cut_the_tail_with_its_commands(draw, sql):
    position = draw(positions)
    sql.execute("DELETE FROM events WHERE position >= ?", (position,))
    sql.execute("DELETE FROM commands WHERE position >= ?", (position,))


KINDS = [
    edit, edit_a_version, move, delete, delete_and_close_ranks, swap, add, lose_a_command,
    cut_the_tail, cut_the_tail_with_its_commands,
]  # fmt: skip


@settings(max_examples=200)
@given(st.sampled_from(KINDS), st.data())
def test_every_edit_deletion_reordering_and_cut_is_found(honest, kind, data):
    with tempfile.TemporaryDirectory() as directory:
        with Tampering(honest, directory) as tampering:
            kind(data.draw, tampering.sql)
        findings = verify(tampering.path)
        assert not findings.whole
        assert all(finding.code.startswith("verify.") for finding in findings.faults)


@settings(max_examples=50)
@given(position=positions)
def test_a_record_written_anew_with_fitting_hashes_is_found_by_its_heads(honest, position):
    with tempfile.TemporaryDirectory() as directory:
        with Tampering(honest, directory) as tampering:
            tampering.rewrite(position, body='{"number":0}')
        findings = verify(tampering.path)
        assert codes(findings) == {"verify.head"}
        assert findings.faults[0].position == position + position % 2


def test_only_a_head_kept_elsewhere_finds_what_was_signed_anew(honest, tampering):
    with tampering:
        tampering.rewrite(3, body='{"number":0}')
    heads_path(tampering.path).unlink()
    forged = SqliteLedger(tampering.path)
    Heads(tampering.path).note(signed_head(forged, Signer.open(tampering.path)))
    forged.close()
    assert verify(tampering.path).whole
    original = SqliteLedger(honest, read_only=True)
    kept = signed_head(original, Signer.open(honest))
    original.close()
    assert codes(verify(tampering.path, witnessed=[kept])) == {"verify.head"}


def test_a_ledger_that_never_showed_a_head_still_knows_where_its_end_was(tmp_path):
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append([command(*(alarm(version=n + 1) for n in range(9)))], RUSH_HOUR)
    ledger.close()
    sql = apsw.Connection(str(ledger.path))
    for trigger in ("events_are_not_deleted", "commands_are_not_deleted"):
        sql.execute(f"DROP TRIGGER {trigger}")
    sql.execute("DELETE FROM events WHERE position > 4")
    sql.execute("DELETE FROM commands")
    sql.close()
    assert "verify.cut" in codes(verify(ledger.path))


def test_a_head_that_the_server_never_signed_is_found(tampering):
    with tampering:
        pass
    path = heads_path(tampering.path)
    path.write_bytes(path.read_bytes().replace(b'"at":"2023', b'"at":"2022', 1) + b"[]\n{}\n")
    findings = verify(tampering.path)
    assert [finding.code for finding in findings.faults] == [
        "verify.signature",
        "verify.head_unreadable",
        "verify.head_unreadable",
    ]


def test_a_head_of_another_key_or_another_epoch_is_found(tampering, tmp_path):
    with tampering:
        tampering.sql.execute("UPDATE meta SET value = 'another'")
    assert codes(verify(tampering.path)) == {"verify.epoch"}
    key_path(tampering.path).unlink()
    Signer.open(tampering.path)
    assert codes(verify(tampering.path)) == {"verify.epoch", "verify.key_unknown"}
    key_path(tampering.path).write_bytes(b"no key")
    assert codes(verify(tampering.path)) == {"verify.epoch", "verify.key"}


def test_a_missing_key_is_said_and_the_heads_are_compared_all_the_same(tampering):
    with tampering:
        tampering.rewrite(3, body='{"number":0}')
    key_path(tampering.path).unlink()
    findings = verify(tampering.path)
    assert codes(findings) == {"verify.head"}
    assert [remark.code for remark in findings.remarks] == ["verify.no_key"]
    assert not key_path(tampering.path).exists()


def test_a_rule_that_was_taken_out_is_found(tampering):
    with tampering:
        tampering.triggers.clear()
        tampering.sql.execute("DROP INDEX events_by_area")
    findings = verify(tampering.path)
    assert codes(findings) == {"verify.schema"}
    assert len(findings.faults) == 5


def test_a_damaged_file_is_found(tampering):
    with tampering:
        page = tampering.sql.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'events_by_area'"
        ).get
        tampering.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with tampering.path.open("r+b") as stream:
        stream.seek((page - 1) * 4096)
        stream.write(bytes(4096))
    findings = verify(tampering.path)
    assert codes(findings) & {"verify.damaged", "verify.unreadable"}


def test_a_clock_that_went_back_is_a_remark_and_no_fault(tmp_path):
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append([command(alarm())], RUSH_HOUR)
    ledger.append([command(alarm(version=2))], "2023-01-26T04:45:43.000Z")
    ledger.close()
    findings = verify(ledger.path)
    assert findings.whole
    assert "verify.clock" in {remark.code for remark in findings.remarks}


def test_a_script_that_broke_every_row_does_not_fill_the_memory(tmp_path):
    ledger = SqliteLedger(tmp_path / "ledger.db")
    ledger.append([command(*(alarm(version=n + 1) for n in range(300)))], RUSH_HOUR)
    ledger.close()
    sql = apsw.Connection(str(ledger.path))
    sql.execute("DROP TRIGGER events_are_not_changed")
    sql.execute("UPDATE events SET sender = 'x'")
    sql.close()
    findings = verify(ledger.path)
    assert (len(findings.faults), findings.more) == (FINDINGS_KEPT, 201)


def test_what_is_no_ledger_is_not_verified(tmp_path):
    with pytest.raises(Unavailable, match=r"ledger\.missing"):
        verify(tmp_path / "ledger.db")
    (tmp_path / "ledger.db").write_bytes(b"Dear diary, " * 99)
    with pytest.raises(Refused, match=r"ledger\.not_a_ledger"):
        verify(tmp_path / "ledger.db")


def test_the_rules_that_are_looked_for_are_those_a_new_file_has(tmp_path):
    file.create(tmp_path / "ledger.db")
    sql = apsw.Connection(str(tmp_path / "ledger.db"))
    made = {row[0] for row in sql.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    sql.close()
    assert made == set(file.schema_statements())
