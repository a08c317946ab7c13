"""
Goal: one address cannot take a server's time, and is told when to come again; a proxy is no crowd.

Method: buckets with a clock set by hand, and requests built as the server hands them over.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import HTTPConnection

from tocsin.channels import compat_limits
from tocsin.channels.compat_limits import (
    ADDRESSES_KEPT,
    TOKENS_MOST,
    TOKENS_PER_S,
    Buckets,
    address_of,
    retry_after_s,
)


class Hands:
    """A clock that a test sets."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_bucket_empties_and_says_how_long_to_wait():
    buckets = Buckets(Hands())
    granted = sum(not buckets.take("198.51.100.7") for _ in range(1_000))

    assert granted == TOKENS_MOST
    assert buckets.take("198.51.100.7") == pytest.approx(1 / TOKENS_PER_S)
    assert not buckets.take("198.51.100.8")


def test_whoever_waits_as_told_is_let_in():
    hands = Hands()
    buckets = Buckets(hands)
    while not buckets.take("198.51.100.7"):
        pass
    hands.now += retry_after_s(buckets.take("198.51.100.7"))

    assert not buckets.take("198.51.100.7")


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 40)), max_size=60))
def test_never_more_is_granted_than_the_clock_allows(asked):
    hands = Hands()
    buckets = Buckets(hands)
    granted = 0
    for pause, tokens in asked:
        hands.now += pause
        granted += tokens if not buckets.take("198.51.100.7", tokens) else 0

    assert granted <= TOKENS_MOST + TOKENS_PER_S * hands.now + 1e-6


@pytest.mark.parametrize("own", ["", "127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_s_own_addresses_have_no_bucket(own):
    buckets = Buckets(Hands())

    assert not any(buckets.take(own) for _ in range(2_000))
    assert len(buckets) == 0


def test_only_so_many_addresses_are_remembered(monkeypatch):
    monkeypatch.setattr(compat_limits, "ADDRESSES_KEPT", 10)
    buckets = Buckets(Hands())
    for number in range(30):
        buckets.take(f"198.51.100.{number}")

    assert len(buckets) == 10
    assert ADDRESSES_KEPT >= 10_000


@pytest.mark.parametrize(
    ("peer", "named", "address"),
    [
        (("203.0.113.9", 1), "", "203.0.113.9"),
        (("203.0.113.9", 1), "198.51.100.7", "203.0.113.9"),
        (("127.0.0.1", 1), "198.51.100.7", "198.51.100.7"),
        (("127.0.0.1", 1), "", "127.0.0.1"),
        (None, "invented, 198.51.100.7", "198.51.100.7"),
        (None, "", ""),
    ],
)
def test_only_this_machine_s_proxy_may_name_who_asks(peer, named, address):
    headers = [(b"x-forwarded-for", named.encode())] if named else []
    scope = {"type": "http", "client": peer, "headers": headers}

    assert address_of(HTTPConnection(scope)) == address
