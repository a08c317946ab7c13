"""
The doctor finds what endangers an alert or the record, and finds nothing where all is well.

Method: a real ledger in a directory of its own; one thing at a time is spoiled, and its finding,
and no other new one, must appear.
"""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import apsw
import pytest
from tests.serving import make_token

from tocsin.app import open_ledger, open_projections
from tocsin.areas.gazetteer import load_pack
from tocsin.kernel.time import parse_rfc3339
from tocsin.ledger.reserve import reserve_path
from tocsin.ledger.signing import Signer
from tocsin.ops import doctor

LATER = datetime(2100, 1, 1, tzinfo=UTC)
MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
server:/data /srv/nfs\\040share nfs4 rw 0 0
/dev/sdb1 /srv/nfs\\040share/disk xfs rw 0 0
"""


@pytest.fixture
def ledger_file(tmp_path):
    path = tmp_path / "t.db"
    make_token(path)
    Signer.open(path)
    return path


def codes(findings):
    return {finding.code: finding.state for finding in findings}


def record(path, now=LATER):
    ledger = open_ledger(path, read_only=True)
    try:
        return codes(doctor.record(ledger, path, now=now))
    finally:
        ledger.close()


def test_a_good_file_has_nothing_wrong(ledger_file):
    assert "wrong" not in codes(doctor.files(ledger_file)).values()


def test_a_file_that_is_not_there_is_said(tmp_path):
    assert codes(doctor.files(tmp_path / "none.db")) == {"ledger.missing": "wrong"}


@pytest.mark.parametrize(
    ("ending", "code", "state"),
    [("", "ledger.readable_by_others", "remark"), (".key", "key.readable_by_others", "wrong")],
)
def test_a_file_that_others_may_read_is_found(ledger_file, ending, code, state):
    ledger_file.with_name(ledger_file.name + ending).chmod(0o644)
    assert codes(doctor.files(ledger_file))[code] == state


def test_a_key_that_is_not_there_is_only_worth_knowing(ledger_file):
    ledger_file.with_name("t.db.key").unlink()
    assert codes(doctor.files(ledger_file))["key.missing"] == "remark"


def test_a_reserve_given_up_is_missed(ledger_file):
    assert codes(doctor.files(ledger_file))["reserve.held"] == "ok"
    reserve_path(ledger_file).unlink()
    assert codes(doctor.files(ledger_file))["reserve.missing"] == "remark"


def test_a_reserve_that_takes_no_room_is_none(ledger_file):
    with reserve_path(ledger_file).open("wb") as hollow:
        hollow.truncate(4 * 1024 * 1024)
    assert codes(doctor.files(ledger_file))["reserve.missing"] == "remark"


def test_a_log_that_grew_is_found(ledger_file):
    with ledger_file.with_name("t.db-wal").open("wb") as log:
        log.truncate(doctor.LOG_LARGE + 1)
    assert codes(doctor.files(ledger_file))["log.large"] == "remark"


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("/opt/me", "ext4"),
        ("/run/tocsin", "tmpfs"),
        ("/srv/nfs share/t", "nfs4"),
        ("/srv/nfs share/disk/t", "xfs"),
        ("/running", "ext4"),
    ],
)
def test_what_a_directory_is_on_is_read_from_the_mounts(directory, kind):
    from pathlib import Path

    assert doctor.filesystem(Path(directory), MOUNTS) == kind


def test_a_record_that_adds_up_is_said_with_its_place(ledger_file):
    assert record(ledger_file) == {"record.adds_up": "ok"}


def test_a_changed_event_at_the_end_is_found(ledger_file):
    connection = apsw.Connection(str(ledger_file))
    connection.execute("DROP TRIGGER events_are_not_changed")
    connection.execute("UPDATE events SET sender = 'other' WHERE position = 2")
    connection.close()
    assert record(ledger_file)["record.does_not_add_up"] == "wrong"


def test_a_cut_tail_is_found_by_the_heads(ledger_file):
    head = '{"at":"2023-01-26T06:00:00.000Z","position":99,"tree_head":"00"}\n'
    ledger_file.with_name("t.db.heads").write_text(head)
    assert record(ledger_file)["record.cut_short"] == "wrong"


def test_a_clock_behind_the_record_is_found(ledger_file):
    ledger = open_ledger(ledger_file, read_only=True)
    last = parse_rfc3339(ledger.read(1)[0].recorded_at)
    ledger.close()
    assert "clock.went_back" not in record(ledger_file, now=last)
    assert record(ledger_file, now=last - timedelta(hours=1))["clock.went_back"] == "wrong"


def test_nobody_who_may_speak_and_nobody_who_is_heard_are_two_things(tmp_path):
    gazetteer = load_pack()
    path = tmp_path / "t.db"
    open_ledger(path).close()
    assert _speakers(path, gazetteer) == {"tokens.none": "wrong", "coverage.nobody": "remark"}
    make_token(path, "alerts:write:UA-30")
    assert _speakers(path, gazetteer) == {"tokens.in_force": "ok", "coverage.gaps": "remark"}
    make_token(path, "alerts:write:UA")
    assert _speakers(path, gazetteer) == {"tokens.in_force": "ok", "coverage.whole": "ok"}


def _speakers(path, gazetteer):
    ledger = open_ledger(path, read_only=True)
    try:
        known = open_projections(ledger)
        tokens = len(known.register.listing())
        return codes(doctor.speakers(known.board.sources, tokens, gazetteer))
    finally:
        ledger.close()


def test_too_few_open_files_are_found():
    assert codes(doctor.machine(connections=10**8))["files.limit_low"] == "remark"
    assert codes(doctor.machine(connections=1))["files.limit"] == "ok"


def test_python_without_its_checks_is_found():
    program = (
        "from tocsin.ops import doctor; print([f.code for f in doctor.machine(connections=9)])"
    )
    told = subprocess.run(
        [sys.executable, "-O", "-c", program], capture_output=True, text=True, check=True
    )
    assert "python.optimised" in told.stdout
    assert "python.optimised" not in codes(doctor.machine(connections=9))


def test_the_worst_of_all_is_what_counts():
    find = doctor.Finding
    assert doctor.worst([]) == "ok"
    assert doctor.worst([find("a", "ok"), find("b", "remark")]) == "remark"
    assert doctor.worst([find("a", "wrong"), find("b", "remark")]) == "wrong"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_ledger_that_cannot_be_written_is_found(ledger_file):
    ledger_file.chmod(0o400)
    assert codes(doctor.files(ledger_file))["ledger.not_writable"] == "wrong"


def test_looking_changes_nothing(ledger_file, tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    for path in tmp_path.glob("t.db*"):
        shutil.copy(path, kept)
    list(doctor.files(ledger_file))
    record(ledger_file)
    for path in kept.iterdir():
        if not path.name.endswith("-shm"):
            assert (tmp_path / path.name).read_bytes() == path.read_bytes()
