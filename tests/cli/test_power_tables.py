"""
A whole proposal is written for its owner alone, over whatever was there; minutes are clock times.

Method: the file's mode and content; both ends of a day.
"""

import json

import pytest

from tocsin.cli.power_tables import keep, wall
from tocsin.kernel.errors import Unavailable


def test_only_its_owner_may_read_a_proposal_even_where_a_file_was_open_to_all(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text("{}")
    path.chmod(0o666)

    keep(path, {"kind": "shed"})

    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == {"kind": "shed"}


def test_where_it_cannot_be_written_that_is_said(tmp_path):
    with pytest.raises(Unavailable, match=r"planning\.unwritable"):
        keep(tmp_path / "none" / "plan.json", {})


def test_a_day_begins_at_nought_and_ends_at_twenty_four():
    assert [wall(minute) for minute in (0, 90, 1_440)] == ["00:00", "01:30", "24:00"]
