"""
The check of a plan finds each rule that is broken, and nothing else.

Method: days written by hand, one rule broken in each.
"""

import pytest
from tests.planning.small_grid import SMALL

from tocsin.planning.feeders import WATTS
from tocsin.planning.rules import Breach, broken, missing


def day(text):
    """Write a day's beginning as `.` for on and `x` for off."""
    return [sign == "x" for sign in text.ljust(48, ".")]


@pytest.mark.parametrize(
    ("who", "text", "found"),
    [
        ("a", "xx", []),
        ("a", "....xxxxxxxx....xx", []),
        ("h", "....xx", [(Breach.PROTECTED, "h", 4)]),
        ("a", "....x", [(Breach.TOO_SHORT, "a", 4)]),
        ("a", "xxxxxxxxx", [(Breach.TOO_LONG, "a", 0)]),
        ("a", "xx...xx", [(Breach.NO_REST, "a", 5)]),
        ("a", "xxxxxx...." * 4 + "xxxx", [(Breach.DAY_CAP, "a", 0)]),
        ("z", "", [(Breach.UNKNOWN, "z", 0)]),
    ],
)
def test_each_breach_is_found(who, text, found):
    assert [tuple(one) for one in broken({who: day(text)}, SMALL, 48)] == found


def test_a_day_of_another_length_is_none():
    (one,) = broken({"a": [False] * 46}, SMALL, 48)
    assert one.breach is Breach.NOT_A_DAY


def test_a_rest_begun_yesterday_is_finished_today():
    from dataclasses import replace

    tired = [replace(SMALL[0], rested=1)]

    assert broken({"a": day("..xx")}, tired, 48)[0].breach is Breach.NO_REST
    assert broken({"a": day("...xx")}, tired, 48) == []


def test_what_is_missing_is_told_by_half_hour():
    required = [5 * WATTS] * 2 + [0] * 46

    assert missing({"a": day("x")}, SMALL, required)[:3] == [WATTS, 5 * WATTS, 0]
