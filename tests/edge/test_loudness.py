"""
Goal: who talks on is found, within a span of time and no longer, and nobody for what another said.

Method: a clock that the test sets.
"""

from __future__ import annotations

import pytest

from tocsin.edge import loudness as module
from tocsin.edge.loudness import INBOUND_BYTES, INBOUND_S, Loudness


@pytest.fixture
def now(monkeypatch):
    moment = [1_000.0]
    monkeypatch.setattr(module, "monotonic", lambda: moment[0])
    return moment


@pytest.mark.usefixtures("now")
def test_who_says_more_than_may_be_said_is_too_loud_and_others_are_not():
    loudness = Loudness()

    assert not loudness.exceeds(3, INBOUND_BYTES)
    assert loudness.exceeds(3, 1)
    assert not loudness.exceeds(4, 1)


def test_what_was_said_long_ago_counts_no_more(now):
    loudness = Loudness()
    loudness.exceeds(3, INBOUND_BYTES)
    now[0] += INBOUND_S - 1
    assert loudness.exceeds(3, 1)
    now[0] += 1

    assert not loudness.exceeds(3, INBOUND_BYTES)


@pytest.mark.usefixtures("now")
def test_whoever_gets_the_number_of_one_who_left_begins_with_nothing():
    loudness = Loudness()
    loudness.exceeds(3, INBOUND_BYTES)
    loudness.forget(3)

    assert not loudness.exceeds(3, INBOUND_BYTES)
