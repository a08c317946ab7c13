"""
An edition is known from a moment that may be believed, and its slots fill a day without inventing.

Method: moments as files give them, and slots drawn at random against a reading minute by minute.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.schedule_edition import Fetched, Remarks, laid_out, read_group
from tocsin.kernel.errors import Refused
from tocsin.power.day import whole, worst
from tocsin.power.messages import Power, Slot

NOW = datetime(2026, 1, 26, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_whoever_brings_it_in_goes_before_the_file_and_the_file_before_its_company():
    inside, stamp, file = NOW - HOUR, NOW - 2 * HOUR, NOW - 3 * HOUR

    assert Fetched(NOW, said=NOW - 4 * HOUR).moment(inside, stamp) == "2026-01-26T06:00:00.000Z"
    assert Fetched(NOW, file=file).moment(inside, stamp) == "2026-01-26T09:00:00.000Z"
    assert Fetched(NOW, file=file).moment(None, stamp) == "2026-01-26T08:00:00.000Z"
    assert Fetched(NOW, file=file).moment(None) == "2026-01-26T07:00:00.000Z"
    assert Fetched(NOW).moment(None) == "2026-01-26T10:00:00.000Z"


def test_nothing_is_known_from_the_future_and_a_wild_clock_is_refused():
    assert Fetched(NOW).moment(NOW + 14 * HOUR) == "2026-01-26T10:00:00.000Z"
    for wild in (NOW + 25 * HOUR, datetime(1999, 1, 1, tzinfo=UTC)):
        with pytest.raises(Refused, match=r"schedule\.time_unlikely"):
            Fetched(NOW).moment(wild)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("GPV3.1", "3.1"),
        ("gpv1006.2", "1006.2"),
        (" 3.1 ", "3.1"),
        ("block-1", "block-1"),
        ("Черга 2", "Черга 2"),
        ("", None),
        ("GPV", "GPV"),
        ("=1+1", None),
        ("1" * 30, None),
        (3.1, None),
    ],
)
def test_a_group_is_named_without_the_prefix_of_its_shape(written, code):
    assert read_group(written) == code


SLOTS = st.lists(
    st.tuples(
        st.integers(0, 1_439),
        st.integers(1, 1_440),
        st.sampled_from([Power.ON, Power.OFF, Power.MAYBE, Power.UNKNOWN]),
    ).map(lambda one: Slot(one[0], min(1_440, one[0] + one[1]), one[2])),
    max_size=6,
)


@given(SLOTS, st.sampled_from([Power.ON, Power.UNKNOWN]))
def test_a_day_is_whole_and_each_minute_says_the_worst_of_what_was_said_of_it(told, rest):
    day = laid_out(told, rest)

    assert whole(day)
    for minute in range(0, 1_440, 7):
        said = [slot.power for slot in told if slot.start <= minute < slot.end]
        (found,) = [slot.power for slot in day if slot.start <= minute < slot.end]
        assert found is (worst(said) if said else rest)


def test_a_remark_is_counted_and_remembers_where_it_was_first_met():
    remarks = Remarks()
    remarks.note("cell_unknown", "1.1 07")
    remarks.note("cell_unknown", "1.1 08")

    assert (remarks.counts["cell_unknown"], remarks.first["cell_unknown"]) == (2, "1.1 07")
