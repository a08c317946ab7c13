"""Fixtures of several tests of the edge: a door that a whole file shares, tidy before each test."""

import pytest
from tests.edge.doorstep import open_doorstep, within


@pytest.fixture(scope="module")
def shared():
    with open_doorstep() as step:
        yield step


@pytest.fixture
def step(shared):
    """The shared door; nobody stands in it before a test, and nobody after."""
    shared.core.requests.clear()
    shared.core.heads.clear()
    yield shared
    shared.core.hold.set()
    assert within(30, lambda: not shared.limits.by_address)
