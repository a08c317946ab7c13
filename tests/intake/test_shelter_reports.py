"""
Goal: a flood of false reports from one place changes nothing, and nobody is followed by reporting.

Method: reports from drawn addresses at drawn moments on a clock that the test sets.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.intake.shelter_reports import (
    PHONES_OF_A_NETWORK,
    REMEMBERED_S,
    REPORTS_AN_HOUR,
    Reporters,
)
from tocsin.kernel.errors import Unavailable


class Time:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def reporters(time):
    return Reporters(time, b"secret")


hosts = st.integers(0, 255).map(lambda host: f"203.0.113.{host}")


@given(st.lists(st.tuples(hosts, st.integers(0, 30), st.floats(0, 600)), max_size=80))
def test_of_one_network_no_more_phones_count_at_a_shelter_than_may_in_two_hours(reports):
    time = Time()
    reporters, counted = Reporters(time, b"secret"), []
    for host, phone, pause in reports:
        time.now += pause
        if reporters.counts(host, str(phone), "kyiv.1"):
            counted.append((time.now, phone))

    for number, (now, _) in enumerate(counted, start=1):
        last = {phone: at for at, phone in counted[:number]}
        assert sum(now - at < REMEMBERED_S for at in last.values()) <= PHONES_OF_A_NETWORK


def test_a_third_phone_of_a_network_does_not_count_and_one_of_another_network_does(reporters):
    assert reporters.counts("203.0.113.1", "a", "kyiv.1")
    assert reporters.counts("203.0.113.2", "b", "kyiv.1")
    assert not reporters.counts("203.0.113.3", "c", "kyiv.1")
    assert reporters.counts("203.0.113.4", "a", "kyiv.1"), "the same phone, on another address"
    assert reporters.counts("198.51.100.3", "c", "kyiv.1")
    assert reporters.counts("203.0.113.3", "c", "kyiv.2"), "another shelter"
    assert not reporters.counts("::ffff:203.0.113.9", "d", "kyiv.1"), "the same network, mapped"


def test_after_two_hours_the_network_may_be_heard_anew(reporters, time):
    reporters.counts("203.0.113.1", "a", "kyiv.1")
    reporters.counts("203.0.113.1", "b", "kyiv.1")
    time.now = REMEMBERED_S + 1

    assert reporters.counts("203.0.113.1", "c", "kyiv.1")


def test_one_address_reports_so_often_an_hour_and_is_told_when_again(reporters, time):
    for _ in range(REPORTS_AN_HOUR):
        reporters.admit("203.0.113.1")
    with pytest.raises(Unavailable, match=r"shelters\.too_many") as refused:
        reporters.admit("203.0.113.1")
    assert refused.value.status == 429
    reporters.admit("203.0.113.2")
    time.now += refused.value.retry_after_s

    reporters.admit("203.0.113.1")


def test_a_phone_has_another_name_at_each_shelter_and_on_each_server(reporters, time):
    phone = "x" * 22
    names = {
        reporters.pseudonym(phone, "kyiv.1"),
        reporters.pseudonym(phone, "kyiv.2"),
        reporters.pseudonym(phone + "y", "kyiv.1"),
        Reporters(time, b"other").pseudonym(phone, "kyiv.1"),
    }

    assert len(names) == 4
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in names)
    assert reporters.pseudonym(phone, "kyiv.1") == reporters.pseudonym(phone, "kyiv.1")
