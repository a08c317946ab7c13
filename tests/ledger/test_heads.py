"""
Every head that was shown is kept, once, and a line that a crash cut short harms nothing.

Method: heads drawn at random with crashes in between, against the rule written out again.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.canonical import canonical
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.time import rfc3339
from tocsin.ledger.heads import Heads, heads_path, read_heads

MORNING = datetime(2023, 1, 26, 5, 45, 43, tzinfo=UTC)


def head(position, minutes=0.0):
    at = rfc3339(MORNING + timedelta(minutes=minutes))
    return {"position": position, "tree_head": "ab" * 32, "at": at}


@pytest.fixture
def ledger(tmp_path):
    return tmp_path / "ledger.db"


def kept(ledger):
    return [line.statement for line in read_heads(ledger)]


def test_a_new_position_is_due_at_once_and_the_same_one_after_an_hour(ledger):
    heads = Heads(ledger)
    shown = [head(1), head(1, 1), head(2, 2), head(2, 61), head(2, 62), head(2, 63)]
    assert [heads.note(each) for each in shown] == [True, False, True, False, True, False]
    assert kept(ledger) == [head(1), head(2, 2), head(2, 62)]


def test_a_clock_that_went_back_is_noted_rather_than_waited_for(ledger):
    heads = Heads(ledger)
    assert [heads.note(head(1, minutes)) for minutes in (120, 0, 1)] == [True, True, False]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 90), st.none() | st.integers(1, 200)),
        max_size=8,
    )
)
def test_whole_lines_survive_a_crash_in_the_next(steps):
    with tempfile.TemporaryDirectory() as directory:
        ledger = Path(directory) / "ledger.db"
        heads, expected, minutes = Heads(ledger), [], 0
        for position, pause, torn in steps:
            minutes += pause
            if heads.note(head(position, minutes)):
                expected.append(head(position, minutes))
            if torn is not None:
                line = canonical(head(position, minutes)).encode()
                with heads_path(ledger).open("ab") as file:
                    file.write(line[:torn])
                heads = Heads(ledger)
            assert kept(ledger) == expected
        assert [line.number for line in read_heads(ledger)] == list(range(1, len(expected) + 1))


def test_a_line_that_is_no_head_is_said_and_not_skipped(ledger):
    heads_path(ledger).write_bytes(b'{"position":1}\n[1]\n\xff\n{"a":1.5}\n')
    assert kept(ledger) == [{"position": 1}, None, None, None]


def test_a_place_that_cannot_be_written_is_tried_again(tmp_path):
    heads = Heads(tmp_path / "later" / "ledger.db")
    with pytest.raises(Unavailable, match=r"ledger\.heads_unwritable"):
        heads.note(head(1))
    (tmp_path / "later").mkdir()
    assert heads.note(head(1))
