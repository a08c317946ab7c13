"""
A ledger opened for a verb is read as the server reads it, changed by nothing, and closed.

Method: the day's ledger; what the terminal reads is held against the projections themselves.
"""

import pytest

from tocsin.cli.places import load_country
from tocsin.cli.record import reading
from tocsin.kernel.errors import Unavailable


def test_all_views_are_at_one_position(day):
    with reading(day, load_country("UA")) as record:
        assert record.projections.position == record.live.place.position == 143
        assert record.live.board()["position"] == 143


def test_reading_leaves_the_file_as_it_was(day):
    before = day.read_bytes()
    with reading(day, load_country("UA")) as record:
        record.live.board()
    assert day.read_bytes() == before


def test_it_is_closed_also_after_a_failure(day):
    with pytest.raises(ZeroDivisionError), reading(day, load_country("UA")) as record:
        _ = 1 / 0
    with pytest.raises(Unavailable, match=r"ledger\.closed"):
        record.ledger.head()


def test_a_ledger_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(Unavailable), reading(tmp_path / "none.db", load_country("UA")):
        pass
    assert list(tmp_path.iterdir()) == []
