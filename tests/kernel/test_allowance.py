"""
Goal: nobody asks more often than may be, whoever is patient is answered, and memory has a bound.

Method: questions at drawn moments from drawn addresses; what was let through is counted by hand.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.allowance import Allowance, caller, neighbourhood

BURST, PER_S = 5, 0.5

waits = st.lists(st.floats(0, 20), max_size=60)


@given(waits)
def test_in_no_span_of_time_is_more_let_through_than_burst_and_rate_give(pauses):
    allowance, now, through = Allowance(BURST, PER_S), 0.0, []
    for pause in pauses:
        now += pause
        if allowance.ask("a", now) == 0:
            through.append(now)

    for first, start in enumerate(through):
        for last, end in enumerate(through[first:], start=first):
            assert last - first + 1 <= BURST + (end - start) * PER_S + 1e-6


@given(waits)
def test_who_waits_as_long_as_told_is_let_through(pauses):
    allowance, now = Allowance(BURST, PER_S), 0.0
    for pause in pauses:
        now += pause
        wait = allowance.ask("a", now)
        if wait:
            now += wait + 1e-6
            assert allowance.ask("a", now) == 0


def test_who_is_refused_loses_nothing_by_having_asked():
    allowance = Allowance(BURST, PER_S)
    for _ in range(BURST):
        assert allowance.ask("a", 0) == 0

    waits = {allowance.ask("a", 0) for _ in range(100)}

    assert waits == {1 / PER_S}


def test_one_that_asks_too_often_takes_nothing_from_another():
    allowance = Allowance(BURST, PER_S)
    for _ in range(100):
        allowance.ask("a", 0)

    assert allowance.ask("b", 0) == 0


def test_as_many_are_remembered_as_may_be_and_the_ones_that_still_ask_are_among_them():
    allowance = Allowance(1, 0.001, kept=10)
    for number in range(100):
        allowance.ask("busy", number)
        allowance.ask(f"other {number}", number)

    assert len(allowance) == 10
    assert allowance.ask("busy", 100) > 0


def test_a_clock_that_steps_back_gives_nothing_away():
    allowance = Allowance(1, 1)
    assert allowance.ask("a", 100) == 0
    assert allowance.ask("a", 50) > 0


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_a_household_is_one_caller_whichever_of_its_addresses_it_asks_from(address, host):
    beside = IPv6Address((int(address) >> 64 << 64) | host)
    if address.ipv4_mapped is None and beside.ipv4_mapped is None:
        assert caller(str(address)) == caller(str(beside))
        assert neighbourhood(str(address)) == neighbourhood(str(beside))


@given(st.ip_addresses(v=4), st.ip_addresses(v=4))
def test_two_addresses_of_ipv4_are_two_callers_and_of_one_24_one_neighbourhood(one, other):
    assert (caller(str(one)) == caller(str(other))) == (one == other)
    same = int(one) >> 8 == int(other) >> 8
    assert (neighbourhood(str(one)) == neighbourhood(str(other))) == same
    assert caller(f"::ffff:{one}") == caller(str(IPv4Address(one)))


@pytest.mark.parametrize("address", [None, "", "somewhere", "1.2.3.4.5"])
def test_what_is_no_address_is_one_and_the_same(address):
    assert caller(address) == caller(None)
