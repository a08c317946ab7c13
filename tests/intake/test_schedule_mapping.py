"""
A mapping names what is there and nothing else, and says where somebody answers for "power on".

Method: the invented mapping, and one wrong thing in it at a time.
"""

from __future__ import annotations

import json

import pytest
from tests.intake.schedules import HERE

from tocsin.intake.schedule_mapping import MAPPING_BYTES, load_mapping
from tocsin.kernel.errors import Malformed
from tocsin.power.messages import Power

WHOLE = {
    "group": "3.1",
    "columns": {"date": "Day", "start": "From", "end": "To"},
    "words": {"dark": "off"},
}


def test_a_mapping_says_what_holds_for_the_whole_table():
    mapping = load_mapping(HERE / "month.toml")

    assert (mapping.group, mapping.month, mapping.stage) == ("block-1", "2026-02", 3)
    assert (mapping.state, mapping.rest) == (Power.OFF, Power.ON)
    assert mapping.columns["end"] == "finsh_time"


def test_without_a_word_on_it_a_time_in_no_line_is_unknown():
    mapping = load_mapping(json.dumps(WHOLE).encode())

    assert (mapping.rest, mapping.columns["date"], mapping.words) == (
        Power.UNKNOWN, "day", {"dark": "off"},
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"},
        {"columns": {"feeder": "F"}},
        {"columns": ["date"]},
        {"columns": {"date": 7}},
        {"columns": {"group": "G"}},
        {"group": "=1"},
        {"group": None},
        {"words": {"dark": "gone"}},
        {"stage": "three"},
        {"stage": True},
        {"month": "2026-13"},
        {"month": "2026-01"},
        {"columns": {"day_of_month": "D", "start": "From", "end": "To"}},
        {"rest": "off"},
        {"rest": "maybe"},
        {"state": "on"},
        {"clock": "Mars/Olympus"},
        {"clock": "x" * 300},
    ],
)
def test_whatever_it_names_must_be_known(wrong):
    with pytest.raises(Malformed, match=r"schedule\.mapping_malformed|power\.\w+"):
        load_mapping(json.dumps(WHOLE | wrong).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[1]",
        b'{"columns": ' * 3_000,
        b"\xff\xfe",
        b"group = ",
        b"#" * (MAPPING_BYTES + 1),
    ],
)
def test_what_is_no_mapping_is_refused(data):
    with pytest.raises(Malformed, match=r"schedule\.mapping_malformed"):
        load_mapping(data)


def test_a_mapping_that_cannot_be_read_is_refused():
    with pytest.raises(Malformed, match=r"schedule\.mapping_malformed"):
        load_mapping(HERE / "nowhere.toml")
