"""
A history is read line by line, each a version from its moment on, whatever stands between them.

Method: the invented history, whole, shuffled, cut and with lines that are none.
"""

from __future__ import annotations

import json

import pytest
from tests.intake.schedules import HERE, letters, read

from tocsin.intake.schedule_revisions import LINE_BYTES, is_revision
from tocsin.kernel.errors import Refused

HISTORY = (HERE / "revisions.jsonl").read_bytes()
LINES = HISTORY.splitlines(keepends=True)


def test_each_line_is_a_version_with_its_own_moment_stamp_and_text():
    editions = list(read(HISTORY).editions)

    assert [edition.known_at[11:16] for edition in editions] == ["03:57", "04:57", "08:03", "10:00"]
    assert editions[2].published_at == "2026-01-26T08:00:00.000Z"
    assert json.loads(editions[2].payload) == json.loads(LINES[2])
    day = next(d for d in editions[2].days if (d.group, d.date) == ("1.1", "2026-01-26"))
    assert letters(day) == "n" * 8 + "y" * 16 + "ny" + "nnnn" + "yn" + "y" * 16
    after = next(d for d in editions[2].days if (d.group, d.date) == ("1.1", "2026-01-27"))
    assert letters(after) == "?" * 24 + "y" * 24


def test_lines_in_any_order_make_the_same_history():
    assert list(read(b"".join(LINES[::-1])).editions) == list(read(HISTORY).editions)


def test_a_line_that_is_no_version_is_left_out_and_told():
    wrong = [b"{}\n", b"not json\n", b"[" * 5_000 + b"\n", b'{"commit_time": "soon"}\n']
    reading = read(b"".join([LINES[0], *wrong, *LINES[1:]]))

    assert len(list(reading.editions)) == 4
    assert (reading.remarks.counts, reading.remarks.first) == (
        {"line_malformed": 4},
        {"line_malformed": "2"},
    )


def test_a_history_that_ends_in_the_middle_of_a_line_was_cut_off():
    with pytest.raises(Refused, match=r"schedule\.cut_off"):
        read(HISTORY[:-40])


def test_a_line_longer_than_any_schedule_is_left_out():
    long = LINES[1].replace(b"26.01.2026", b"x" * LINE_BYTES)
    reading = read(b"".join([LINES[0], long, LINES[2]]))

    assert len(list(reading.editions)) == 2


@pytest.mark.parametrize("row", ["y" * 23, "y" * 25, "x" * 24, "", None, 7, ["y"] * 24])
def test_a_row_that_is_not_24_letters_is_left_out_and_told(row):
    line = json.loads(LINES[0])
    line["days"]["1769378400"]["GPV1.1"] = row
    line["days"]["soon"] = {}
    reading = read(json.dumps(line).encode() + b"\n")

    (edition,) = reading.editions
    assert [day.group for day in edition.days] == ["1.2"]
    assert reading.remarks.counts == {"row_malformed": 1, "day_malformed": 1}


def test_a_version_from_the_future_is_refused():
    wild = LINES[3].replace(b"2026-01-26T10:00:00", b"2027-01-26T10:00:00")

    with pytest.raises(Refused, match=r"schedule\.time_unlikely"):
        list(read(wild).editions)


def test_only_a_line_with_a_moment_is_a_version():
    assert is_revision(LINES[0])
    assert not is_revision(b"{\n")
    assert not is_revision(b'"commit_time"')
